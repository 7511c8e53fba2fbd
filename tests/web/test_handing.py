"""Handoffs given away, snoozed and answered in bulk over HTTP; who may, and what is said to who may not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx2
from tests.web.house import House, moment
from tests.web.test_answers import handoff_of


def sent(house: House, path: str, scope: str = "answer", **body: Any) -> httpx2.Response:  # noqa: ANN401 - whatever JSON holds
    """What comes back."""
    return house.client(scope).post(path, json={"by": "hris:1002", "reason": "she knows the site", **body})


def name_of(path: str) -> str:
    """A handoff as lists of them name it."""
    return path.removeprefix("/api/handoffs/")


def test_an_owner_gives_a_handoff_to_somebody_else_who_then_answers(house: House) -> None:
    path = handoff_of(house)
    given = sent(house, f"{path}/reassign", to="hris:1005")
    assert (given.status_code, given.json()["done"]) == (200, True), given.text
    assert house.client("read").get(path).json()["handoff"]["owner"] == "Eva Santos"
    late = house.client("answer").post(f"{path}/answer", json={"by": "hris:1002", "form": {"who": "Eva"}})
    assert (late.status_code, late.json()["error"]) == (403, "Eva Santos answers for this handoff, not Ben Okoro.")
    mine = house.client("answer").post(f"{path}/answer", json={"by": "hris:1005", "form": {"who": "Eva"}})
    assert mine.status_code == 200


def test_nobody_gives_away_what_is_not_theirs_but_operations_may(house: House) -> None:
    path = handoff_of(house)
    refused = sent(house, f"{path}/reassign", by="hris:1005", to="hris:1005")
    assert (refused.status_code, refused.json()["error"]) == (
        403, "Ben Okoro answers for this handoff, not Eva Santos.",
    )  # fmt: skip
    client = house.client("answer", "operate")
    done = client.post(f"{path}/reassign", json={"by": "Ada", "to": "team:people-data", "reason": "Ben is ill"})
    assert done.status_code == 200, done.text
    assert house.client("read").get(path).json()["handoff"]["owner"] == "team people-data"


def test_a_handoff_is_not_given_to_whom_it_is_about(house: House) -> None:
    refused = sent(house, f"{handoff_of(house)}/reassign", to="hris:1011")
    assert (refused.status_code, refused.json()["error"]) == (409, "It is about them.")


def test_a_team_that_is_not_there_is_told_with_those_that_are(house: House) -> None:
    refused = sent(house, f"{handoff_of(house)}/reassign", to="team:nobodies")
    assert refused.status_code == 422
    assert "people-data" in refused.json()["what_to_do"]


def test_a_snoozed_handoff_says_until_when(house: House) -> None:
    path = handoff_of(house)
    done = sent(house, f"{path}/snooze", until=moment(timedelta(days=1)))
    assert done.status_code == 200, done.text
    assert house.client("read").get(path).json()["handoff"]["snoozed"] is not None


def test_nobody_snoozes_a_handoff_for_a_year(house: House) -> None:
    refused = sent(house, f"{handoff_of(house)}/snooze", until=moment(timedelta(days=365)))
    assert (refused.status_code, refused.json()["error"]) == (409, "That is longer than it may wait.")
    assert "5 business days" in refused.json()["what_to_do"]


def test_what_is_no_moment_is_told_how_to_write_one(house: House) -> None:
    refused = sent(house, f"{handoff_of(house)}/snooze", until="soon")
    assert (refused.status_code, refused.json()["error"]) == (422, '"soon" is no moment.')


def test_many_are_answered_and_each_has_its_own_outcome(house: House) -> None:
    first, second = handoff_of(house), handoff_of(house, "hris:1012")
    body = {"handoffs": [name_of(first), name_of(second)], "answer": "", "form": {"who": "Eva"}}
    client = house.client("answer")
    done = client.post("/api/handoffs/answer", json={"by": "hris:1002", **body}).json()
    assert (done["asked"], done["done"], done["refused"]) == (2, 1, 1), done
    assert [each["done"] for each in done["outcomes"]] == [True, False]
    assert "answers for this handoff, not Ben Okoro" in done["outcomes"][1]["why"]
    again = client.post("/api/handoffs/answer", json={"by": "hris:1002", **body}).json()
    assert "already answered by Ben Okoro" in again["outcomes"][0]["why"]


def test_a_handoff_that_is_not_there_refuses_the_whole_list(house: House) -> None:
    body = {"by": "hris:1002", "handoffs": [name_of(handoff_of(house)), "R-9/nothing"], "form": {"who": "Eva"}}
    refused = house.client("answer").post("/api/handoffs/answer", json=body)
    assert refused.status_code == 404


def test_many_are_given_away_and_snoozed_at_once(house: House) -> None:
    names = [name_of(handoff_of(house)), name_of(handoff_of(house, "hris:1012"))]
    asked = {"by": "Ada", "reason": "both are ill", "handoffs": names}
    client = house.client("operate", "answer")
    given = client.post("/api/handoffs/reassign", json={**asked, "to": "hris:1005"}).json()
    assert (given["done"], given["refused"]) == (2, 0), given
    snoozed = client.post("/api/handoffs/snooze", json={**asked, "until": moment(timedelta(days=1))}).json()
    assert (snoozed["done"], snoozed["refused"]) == (2, 0), snoozed


# Begun and ended by hand, and absences


def test_a_journey_begins_for_somebody_by_hand_and_its_run_is_ended_again(house: House) -> None:
    client = house.client("operate")
    body = {"journey": "welcome", "who": "hris:1003", "by": "Ada", "reason": "came back after two years"}
    begun = client.post("/api/runs", json=body).json()
    assert begun["begun"], begun
    again = client.post("/api/runs", json=body).json()
    assert (again["begun"], again["run"]) == (False, begun["run"])
    assert "a second is not needed" in again["said"]
    ended = client.post(f"/api/runs/{begun['run']}/stop", json={"by": "Ada", "reason": "it was somebody else"})
    assert (ended.status_code, ended.json()["reason"]) == (200, "it was somebody else")
    twice = client.post(f"/api/runs/{begun['run']}/stop", json={"by": "Ada", "reason": "again"})
    assert (twice.status_code, " is over since " in twice.json()["error"]) == (409, True)


def test_a_journey_that_there_is_not_is_told_with_those_that_there_are(house: House) -> None:
    body = {"journey": "nothing", "who": "hris:1003", "by": "Ada", "reason": "a try"}
    refused = house.client("operate").post("/api/runs", json=body)
    assert (refused.status_code, "welcome" in refused.json()["what_to_do"]) == (404, True)


def away(house: House, **body: Any) -> httpx2.Response:  # noqa: ANN401 - whatever JSON holds
    """Ben, who has the handoffs, is away from today on."""
    days = {"first": moment()[:10], "last": moment(timedelta(days=9))[:10]}
    return house.client("operate").post("/api/absences", json={"who": "hris:1002", "by": "Ada", **days, **body})


def test_a_delegate_answers_for_whoever_is_away_and_both_names_are_told(house: House) -> None:
    path = handoff_of(house)
    set_ = away(house, delegate="hris:1005")
    assert (set_.status_code, set_.json()["stands"]) == (200, "now"), set_.text
    house.settle()
    assert (
        house.client("read")
        .get(path)
        .json()["handoff"]["stands_in"]
        .startswith("Eva Santos for Ben Okoro, who is away until ")
    )
    done = house.client("answer").post(f"{path}/answer", json={"by": "hris:1005", "form": {"who": "Eva"}})
    assert done.status_code == 200, done.text
    again = house.client("answer").post(f"{path}/answer", json={"by": "hris:1005", "form": {"who": "Eva"}})
    assert "answered by Eva Santos, in the name of Ben Okoro" in again.json()["error"]


def test_who_is_away_is_listed_and_ends_when_they_are_back(house: House) -> None:
    number = away(house).json()["number"]
    client = house.client("operate", "read")
    assert [line["person_name"] for line in client.get("/api/absences").json()["lines"]] == ["Ben Okoro"]
    house.settle()
    assert house.client("read").get(handoff_of(house)).json()["handoff"]["owner"] != "Ben Okoro"
    assert client.post(f"/api/absences/{number}/end", json={"by": "Ada"}).status_code == 200
    house.settle()
    assert house.client("read").get(handoff_of(house)).json()["handoff"]["owner"] == "Ben Okoro"
    assert client.get("/api/absences").json()["lines"] == []
    assert client.post(f"/api/absences/{number}/end", json={"by": "Ada"}).status_code == 404


def test_nobody_is_away_in_the_past_or_stands_in_for_themselves(house: House) -> None:
    past = away(house, first="2020-01-01", last="2020-01-02")
    assert (past.status_code, "over on 2020-01-02 already" in past.json()["error"]) == (422, True)
    own = away(house, delegate="hris:1002")
    assert (own.status_code, "their own name" in own.json()["error"]) == (422, True)


def test_a_lead_who_leaves_leads_no_team_any_more_though_handrail_yaml_still_names_them(house: House) -> None:
    lead = house.runtime.engine.worlds.organization.teams["learning"].lead
    assert lead is not None
    fields = {"employee_id": "1001", "status": "terminated"}
    now = house.runtime.clock().isoformat()
    house.deliver("hris", "worker.left", {"worker": "1001", "changed_at": now, "fields": fields})
    house.settle()
    person = house.runtime.engine.worlds.newest(lead)
    assert person is not None
    assert person.status == "left"
    assert house.runtime.engine.worlds.organization.teams["learning"].lead is None
    assert any("1001" in remark.message for remark in house.runtime.unknown)
