"""Answers to handoffs: the first valid one counts, the other is told by whom and when; nobody answers for somebody else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import httpx2
import pytest
from tests.web.house import House


def handoff_of(house: House, who: str = "hris:1011") -> str:
    """The path of somebody's one open handoff."""
    (found,) = house.client("read").get("/api/handoffs", params={"who": who}).json()["lines"]
    return f"/api/handoffs/{found['run']}/{found['pass_number']}"


def answered(house: House, path: str, **body: Any) -> httpx2.Response:  # noqa: ANN401 - whatever JSON holds
    """What comes back."""
    return house.client("answer").post(f"{path}/answer", json={"by": "hris:1002", "form": {"who": "Eva"}, **body})


def test_of_two_answers_at_once_one_counts_and_the_other_is_told_by_whom_and_when(house: House) -> None:
    path, both = handoff_of(house), Barrier(2)
    clients = [house.client("answer"), house.client("answer")]

    def one(number: int) -> httpx2.Response:
        both.wait()
        body = {"by": "hris:1002", "form": {"who": f"person {number}"}}
        return clients[number].post(f"{path}/answer", json=body)

    with ThreadPoolExecutor(2) as pool:
        statuses = {found.status_code: found.json() for found in pool.map(one, range(2))}
    assert sorted(statuses) == [200, 409]
    assert "already answered by Ben Okoro on " in statuses[409]["error"]
    assert statuses[409]["at"] == statuses[200]["at"]


def test_a_later_answer_is_told_who_was_first(house: House) -> None:
    path = handoff_of(house)
    assert answered(house, path).status_code == 200
    late = answered(house, path, by="hris:1002")
    assert (late.status_code, late.json()["by"]) == (409, late.json()["by"])
    assert "Ben Okoro" in late.json()["error"]


def test_an_answer_to_a_handoff_that_ended_without_one_is_told_how_it_ended(house: House) -> None:
    path = handoff_of(house)
    fields = {"employee_id": "1011", "status": "terminated"}
    house.deliver("hris", "worker.left", {"worker": "1011", "changed_at": "2099-01-01", "fields": fields})
    from_now = {"worker": "1011", "changed_at": house.runtime.clock().isoformat(), "fields": fields}
    house.deliver("hris", "worker.left", from_now, id_="msg-2")
    house.settle()
    late = answered(house, path)
    assert late.status_code == 409
    assert "ended on " in late.json()["error"]


def test_nobody_answers_for_somebody_else(house: House) -> None:
    refused = answered(house, handoff_of(house), by="hris:1005")
    assert refused.status_code == 403
    assert refused.json()["error"] == "Ben Okoro answers for this handoff, not Eva Santos."


def test_any_member_of_a_team_answers_for_it(house: House) -> None:
    path = handoff_of(house, "hris:1012")
    assert answered(house, path, by="hris:1001").status_code == 200


@pytest.mark.parametrize(
    ("form", "wrong"),
    [({}, "must be filled in"), ({"who": 7}, "must be text"), ({"who": "Eva", "why": "x"}, "there is no such field")],
)
def test_a_form_that_is_not_right_says_which_field(house: House, form: dict[str, object], wrong: str) -> None:
    refused = answered(house, handoff_of(house), form=form)
    assert refused.status_code == 422
    assert wrong in refused.json()["error"]


def test_an_answer_that_is_not_offered_is_refused_with_those_that_are(house: House) -> None:
    refused = answered(house, handoff_of(house), answer="perhaps")
    assert (refused.status_code, refused.json()["allowed"]) == (422, ["done"])


@pytest.mark.parametrize("by", ["nobody", "hris:9999", "a", ""])
def test_somebody_who_is_not_known_does_not_answer(house: House, by: str) -> None:
    assert answered(house, handoff_of(house), by=by).status_code == 422


def test_a_handoff_may_be_named_by_its_step(house: House) -> None:
    path = handoff_of(house)
    reader = house.client("read")
    step = reader.get(path).json()["handoff"]["step"]
    by_step = f"{path.rpartition('/')[0]}/{step}"
    assert reader.get(by_step).json() == reader.get(path).json()
    done = answered(house, by_step)
    assert (done.status_code, str(done.json()["pass"])) == (200, path.rpartition("/")[2])


def test_a_handoff_that_is_not_there_is_told_with_those_that_are(house: House) -> None:
    path = handoff_of(house)
    run, _, number = path.removeprefix("/api/handoffs/").partition("/")
    step = house.client("read").get(path).json()["handoff"]["step"]
    wrong = house.client("read").get(f"/api/handoffs/{run}/nobody")
    assert (wrong.status_code, wrong.json()["error"]) == (404, f'There is no handoff "nobody" of {run}.')
    assert f"{number} ({step})" in wrong.json()["what_to_do"]


@pytest.mark.parametrize("called", ["application/x-www-form-urlencoded", "text/plain", ""])
def test_an_answer_is_read_as_json_whatever_its_sender_calls_it(house: House, called: str) -> None:
    body = b'{"by": "hris:1002", "form": {"who": "Eva"}}'
    headers = {"Content-Type": called} if called else {}
    answer = house.client("answer").post(f"{handoff_of(house)}/answer", content=body, headers=headers)
    assert answer.status_code == 200, answer.text
