"""A form that asks for a person asks for somebody beside the learner: neither suggested nor taken, whatever way the answer comes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.web.house import House

from handrail.app.publishing import publish
from handrail.app.runtime import Runtime

BEN, EVA, KAYA = 3, 6, 23
"""Eva and Kaya report to Ben."""
WRONG = "must name somebody else than Eva Santos, whom this is about"


@pytest.fixture
def asking(company: Path) -> Iterator[House]:
    """The company, whose welcome asks for a person, and has begun for Eva."""
    file = company / "journeys" / "welcome.yaml"
    file.write_text(file.read_text("utf-8").replace("form: { who: text }", "form: { who: person }"), "utf-8")
    at_rest = Runtime.at_rest(company, f"sqlite:///{company / 'handrail.db'}")
    publish(at_rest, "Ada", those_there=False)
    at_rest.close()
    made = House(company)
    made.begin()
    yield made
    made.end()


def begun(house: House) -> str:
    """The path of Ben's question about Eva."""
    body = {"journey": "welcome", "who": f"P-{EVA}", "by": "Ada", "reason": "back"}
    run = house.client("operate").post("/api/runs", json=body).json()["run"]
    house.settle()
    return f"/handoffs/{run}/1"


def test_a_newcomer_is_not_suggested_as_their_own_buddy_and_not_taken(asking: House) -> None:
    ben, path = asking.visitor("manager", person=BEN), begun(asking)
    listed = re.search(r'<datalist id="f-field-who-suggested">(.*?)</datalist>', ben.get(path).text)
    assert listed is not None
    assert f"(P-{KAYA})" in listed[1]
    assert f"(P-{EVA})" not in listed[1], "whom it is about"
    data = {"answer": "done", "field.who": f"P-{EVA}", "form_token": ben.headers["X-Form-Token"]}
    refused = ben.post(f"{path}/answer", data=data)
    assert refused.status_code == 422
    assert f"This {WRONG}." in refused.text
    taken = ben.post(f"{path}/answer", data={**data, "field.who": f"P-{KAYA}"})
    assert taken.headers["location"] == f"{path}?done=answered"


def test_several_of_a_name_are_offered_without_whom_it_is_about(asking: House) -> None:
    ben, path = asking.visitor("manager", person=BEN), begun(asking)
    data = {"answer": "done", "field.who": "a", "form_token": ben.headers["X-Form-Token"]}
    offered = re.findall(r'type="radio" name="field.who" value="P-(\d+)"', ben.post(f"{path}/answer", data=data).text)
    assert str(KAYA) in offered
    assert str(EVA) not in offered


def test_who_answers_by_the_api_names_somebody_beside_the_learner_too(asking: House) -> None:
    body = {"by": f"P-{BEN}", "form": {"who": f"P-{EVA}"}}
    refused = asking.client("answer").post(f"/api{begun(asking)}/answer", json=body)
    assert (refused.status_code, WRONG in refused.json()["error"]) == (422, True), refused.text
