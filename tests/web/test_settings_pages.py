"""*Settings*, as an administrator uses it: accounts, roles, sessions, tokens. Every form without JavaScript."""

from __future__ import annotations

import re

import httpx2
import pytest
from tests.web.house import House

from handrail.app.access.accounts import the_account

PASSWORD = "orange bicycle under rain"


@pytest.fixture(name="admin")
def fixture_admin(house: House) -> httpx2.Client:
    return house.visitor("admin", login="root")


def made(admin: httpx2.Client, **typed: str) -> str:
    """Make an account; the address of its page."""
    answer = admin.post("/settings/accounts", data=typed)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"].partition("?")[0])


def signs_in(house: House, login: str, password: str = PASSWORD) -> httpx2.Client:
    browser = house.client()
    browser.post("/sign-in", data={"login": login, "password": password})
    return browser


def test_an_account_is_made_signs_in_and_its_role_is_taken_back(house: House, admin: httpx2.Client) -> None:
    page = made(admin, login="Ben.Okoro@example.com", role="operations", unit="Sales", password=PASSWORD)
    shown = admin.get(page).text
    assert "Ben Okoro" in shown
    assert "operations in Sales" in shown
    ben = signs_in(house, "ben.okoro@example.com")
    assert ben.get("/today").status_code == 200
    assert admin.post(f"{page}/take", data={"grant": "operations in Sales"}).status_code == 303
    assert ben.get("/today").status_code == 403
    assert admin.post(f"{page}/give", data={"role": "auditor", "unit": ""}).status_code == 303
    assert ben.get("/audit").status_code == 200


def test_who_is_signed_in_is_seen_and_can_be_signed_out_there(house: House, admin: httpx2.Client) -> None:
    page = made(admin, login="kim", role="learner", password=PASSWORD)
    first, second = signs_in(house, "kim"), signs_in(house, "kim")
    keys = re.findall(r'name="key" value="(\w+)"', admin.get(page).text)
    assert len(keys) == 2
    admin.post(f"{page}/end", data={"key": keys[0]})
    assert sorted(each.get("/handoffs").status_code for each in (first, second)) == [200, 303]
    admin.post(f"{page}/end")
    assert {each.get("/handoffs").status_code for each in (first, second)} == {303}


def test_what_was_wrong_is_said_and_what_was_typed_stays_but_the_password(admin: httpx2.Client) -> None:
    typed = {"login": "kim", "name": "Kim Ndiaye", "password": "too short"}
    answer = admin.post("/settings/accounts", data=typed)
    assert answer.status_code == 422
    assert "12 to 200 characters" in answer.text
    assert 'value="Kim Ndiaye"' in answer.text
    assert "too short" not in answer.text
    made(admin, login="kim")
    again = admin.post("/settings/accounts", data={"login": "KIM"})
    assert "There is an account &#34;kim&#34; already" in again.text


def test_the_last_administrator_cannot_be_shut_out(house: House, admin: httpx2.Client) -> None:
    number = the_account(house.runtime.store, "root").id
    for what, data in (("take", {"grant": "admin"}), ("close", {})):
        answer = admin.post(f"/settings/accounts/{number}/{what}", data=data)
        assert (answer.status_code, "last administrator" in answer.text) == (422, True)
    assert admin.get("/settings").status_code == 200


def test_a_closed_account_can_be_opened_again(house: House, admin: httpx2.Client) -> None:
    page = made(admin, login="kim", role="learner", password=PASSWORD)
    admin.post(f"{page}/close")
    assert signs_in(house, "kim").get("/handoffs").status_code == 303
    assert ">kim<" not in admin.get("/settings").text
    assert ">kim<" in admin.get("/settings?only=closed").text
    admin.post(f"{page}/open")
    assert signs_in(house, "kim").get("/handoffs").status_code == 200


def test_a_token_is_shown_once_and_works_until_it_is_taken_back(house: House, admin: httpx2.Client) -> None:
    answer = admin.post("/settings/tokens", data={"name": "warehouse", "scope": ["read", "events"], "days": "30"})
    secret = re.search(r"handrail_[\w-]+", answer.text)
    assert secret is not None
    assert "handrail_" not in admin.get("/settings/tokens").text
    program = {"Authorization": f"Bearer {secret[0]}"}
    assert house.client().get("/api/runs", headers=program).status_code == 200
    admin.post("/settings/tokens/take-back", data={"name": "warehouse"})
    assert house.client().get("/api/runs", headers=program).status_code == 401
    assert admin.post("/settings/tokens", data={"name": "nothing"}).status_code == 422


def test_everything_that_is_done_there_is_in_the_audit_with_who_did_it(house: House, admin: httpx2.Client) -> None:
    page = made(admin, login="kim", role="learner", password=PASSWORD)
    for what, data in (
        ("give", {"role": "auditor"}),
        ("take", {"grant": "auditor"}),
        ("password", {"password": PASSWORD + "!"}),
        ("close", {}),
    ):
        assert admin.post(f"{page}/{what}", data=data).status_code == 303, what
    admin.post("/settings/tokens", data={"name": "warehouse", "scope": "read", "days": "30"})
    done = [row.what for row in house.runtime.store.audit(limit=1000) if row.by == "root"]
    wanted = ["account added", "role granted", "role taken back", "password set", "account closed", "token added"]
    assert [what for what in done if what in wanted] == wanted


def test_many_accounts_are_read_page_by_page_and_found(house: House, admin: httpx2.Client) -> None:
    for number in range(60):
        house.visitor("learner", login=f"p{number:02}@acme.example")
    first = admin.get("/settings").text
    assert "61 accounts" in first
    assert "p00@acme.example" in first
    assert "p59@acme.example" not in first
    assert "p59@acme.example" in admin.get("/settings?after=p50%40acme.example").text
    assert "p42@acme.example" in admin.get("/settings?who=P42").text
    assert "1 account<" in admin.get("/settings?role=admin").text


def test_a_role_in_a_department_that_there_is_not_is_refused_with_the_nearest(
    house: House, admin: httpx2.Client
) -> None:
    said = "There is no department “Salez”. Did you mean “Sales”? Departments here: "
    answer = admin.post("/settings/accounts", data={"login": "kim", "role": "operations", "unit": "Salez"})
    assert (answer.status_code, said in marks(answer.text)) == (422, True), answer.text
    page = made(admin, login="kim", role="learner")
    answer = admin.post(f"{page}/give", data={"role": "auditor", "unit": "Salez"})
    assert (answer.status_code, said in marks(answer.text)) == (422, True)
    api = house.client("admin")
    refused = api.post("/api/accounts/kim/roles", json={"give": ["auditor in Salez"]})
    assert (refused.status_code, said in marks(refused.json()["error"])) == (409, True), refused.text
    assert api.post("/api/accounts/kim/roles", json={"give": ["auditor in Sales"]}).status_code == 200


def marks(text: str) -> str:
    """The same, with quotes in pairs."""
    return re.sub(r'"(\w+)"', r"“\1”", text.replace("&#34;", '"'))
