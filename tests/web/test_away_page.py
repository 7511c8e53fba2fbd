"""*Away*: said by oneself, or by whoever answers for others; and a handoff goes to whoever acts in their name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx2
from tests.web.house import House

BEN, ADA, EVA, CHIARA = 3, 2, 6, 4


def day(ahead: int) -> str:
    return (datetime.now(UTC) + timedelta(days=ahead)).date().isoformat()


def says(visitor: httpx2.Client, **typed: str) -> httpx2.Response:
    return visitor.post("/away", data={"first": day(0), "last": day(5), **typed})


def test_a_manager_goes_away_and_their_delegate_has_the_handoff(house: House) -> None:
    ben, eva = house.visitor("manager", person=BEN), house.visitor("learner", person=EVA)
    assert eva.get("/handoffs/R-1/1").status_code == 403
    assert says(ben, delegate="Eva Santos", reason="trade fair").status_code == 303
    house.settle()
    page = ben.get("/away").text
    assert all(said in page for said in ("Ben Okoro", "Eva Santos", "trade fair", "away now"))
    assert eva.get("/handoffs/R-1/1").status_code == 200
    number = page.partition('name="number" value="')[2].partition('"')[0]
    assert ben.post("/away/end", data={"number": number}).status_code == 303
    house.settle()
    assert eva.get("/handoffs/R-1/1").status_code == 403
    assert "trade fair" not in ben.get("/away").text


def test_nobody_says_it_of_somebody_else_but_whoever_answers_for_them(house: House) -> None:
    ben = house.visitor("manager", person=BEN)
    refused = says(ben, person="Eva Santos")
    assert (refused.status_code, "of yourself only" in refused.text) == (422, True)
    sales, service = house.visitor("operations in Sales"), house.visitor("operations in Service")
    assert says(service, person="Eva Santos").status_code == 422
    assert says(sales, person="Eva Santos").status_code == 303
    number = sales.get("/away").text.partition('name="number" value="')[2].partition('"')[0]
    assert service.post("/away/end", data={"number": number}).status_code == 404
    assert "Eva Santos" not in service.get("/away").text


def test_what_is_not_right_is_said_and_what_was_typed_stays(house: House) -> None:
    ben = house.visitor("manager", person=BEN)
    for typed, wrong in (
        ({"first": day(5), "last": day(1)}, "before it begins"),
        ({"first": "soon"}, "first day is missing"),
        ({"delegate": "Nobody Known"}, "obody"),
        ({"delegate": "Ben Okoro"}, "own name"),
    ):
        answer = says(ben, reason="trade fair", **typed)
        assert (answer.status_code, wrong in answer.text) == (422, True), typed
        assert 'value="trade fair"' in answer.text


def test_it_is_in_the_audit_with_who_said_it(house: House) -> None:
    says(house.visitor("manager", person=BEN), delegate="Eva Santos")
    text = house.visitor("auditor").get("/audit?by=P-3").text
    assert "absence set" in text
    assert "delegate: Eva Santos" in text


def test_of_several_of_a_name_one_is_chosen_on_the_page_without_a_number(house: House) -> None:
    operations = house.visitor("operations")
    page = says(operations, person="a", delegate="Ada Moreau", reason="trade fair")
    assert page.status_code == 422
    assert "people are called “a”." in page.text
    assert "Choose whom you mean." in page.text
    assert f'<input type="radio" name="person" value="P-{EVA}"> Eva Santos' in page.text
    assert all(f'value="{kept}"' in page.text for kept in ("a", "Ada Moreau", "trade fair"))
    chosen = {"first": day(0), "last": day(5), "person": ["a", f"P-{EVA}"], "delegate": "a"}
    page = operations.post("/away", data=chosen)
    assert (page.status_code, f'name="delegate" value="P-{ADA}"' in page.text) == (422, True)
    assert operations.post("/away", data={**chosen, "delegate": ["a", f"P-{ADA}"]}).status_code == 303
    assert "Eva Santos" in operations.get("/away").text
