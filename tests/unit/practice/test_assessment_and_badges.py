"""What the practice assessment tool and the practice badge issuer do."""

from __future__ import annotations

from msgspec import json
from tests.contracts.practice_systems import MONDAY, Clock, in_process

from handrail.practice.assessment import Assessment, AssessmentSettings
from handrail.practice.badges import Badges, BadgesSettings
from handrail.practice.faults import Faults
from handrail.practice.journal import Journal


def tool(journal: Journal | None = None) -> Assessment:
    return Assessment(Clock(), journal or Journal(), AssessmentSettings(), Faults.none())


def issuer(journal: Journal | None = None, *, keys: bool = True) -> Badges:
    return Badges(Clock(), journal or Journal(), BadgesSettings(keys=keys), Faults.none())


def test_a_registered_attempt_is_the_one_that_is_scored() -> None:
    exam = tool()
    made = in_process(exam)("POST /attempts", {"user": "1", "assessment": "final"}, key="k1").payload()
    assert exam.sit("1", "final", 82, MONDAY) == made["attempt"]
    (told,) = exam.deliveries()
    assert told.kind == "assessment.scored"
    assert json.decode(told.body)["data"] == in_process(exam)("GET /results").payload()["results"][0]


def test_a_second_try_is_a_second_attempt_with_its_number() -> None:
    exam = tool()
    exam.sit("1", "final", 61)
    exam.sit("1", "final", 88)
    found = in_process(exam)("GET /attempts?user=1&assessment=final").payload()["attempts"]
    assert [(one["number"], one["score"]) for one in found] == [(1, 61), (2, 88)]


def test_the_same_key_registers_once() -> None:
    ask = in_process(tool())
    first = ask("POST /attempts", {"user": "1", "assessment": "final"}, key="k1")
    assert ask("POST /attempts", {"user": "1", "assessment": "final"}, key="k1") == first
    assert ask("POST /attempts", {"user": "2", "assessment": "final"}, key="k1").status == 422


def test_a_score_is_corrected_and_withdrawn_and_when_it_happened_stays() -> None:
    clock = Clock()
    exam = Assessment(clock, Journal(), AssessmentSettings(), Faults.none())
    attempt = exam.sit("1", "final", 82)
    clock.move(86_400)
    exam.correct(attempt, 74)
    exam.withdraw(attempt)
    told = [json.decode(one.body) for one in exam.deliveries()]
    assert [(one["type"], one["data"]["score"], one["data"]["passed"]) for one in told] == [
        ("assessment.scored", 82, True),
        ("assessment.corrected", 74, False),
        ("assessment.withdrawn", None, None),
    ]
    assert {one["data"]["happened_at"] for one in told} == {"2026-03-02T09:00:00.000Z"}
    assert in_process(exam)(f"GET /attempts/{attempt}").payload()["status"] == "withdrawn"
    assert in_process(exam)("GET /attempts/A-9").status == 404


def test_an_assessment_tool_started_again_knows_its_attempts_and_results() -> None:
    journal = Journal()
    before = tool(journal)
    before.sit("1", "final", 82)
    again = tool(journal)
    assert again.sit("1", "final", 90) == "A-0000002"
    polled = in_process(again)("GET /results?after=R-0000001&limit=5").payload()
    assert [one["score"] for one in polled["results"]] == [90]


def test_a_badge_is_issued_once_for_each_key() -> None:
    badges = issuer()
    ask = in_process(badges)
    asked = {"user": "1", "badge": "people-manager", "evidence": "82", "valid_until": "2028-03-02"}
    first = ask("POST /badges", asked, key="k1")
    assert ask("POST /badges", asked, key="k1") == first
    assert ask("POST /badges", {**asked, "evidence": "99"}, key="k1").status == 422
    assert badges.holders("people-manager") == ["1"]


def test_without_a_key_the_same_badge_is_issued_again() -> None:
    for badges, key in ((issuer(), ""), (issuer(keys=False), "k1")):
        for _ in range(2):
            in_process(badges)("POST /badges", {"user": "1", "badge": "people-manager"}, key=key)
        assert badges.holders("people-manager") == ["1", "1"]


def test_a_revoked_badge_is_no_longer_held_and_revoking_it_again_changes_nothing() -> None:
    badges = issuer()
    issued = badges.grant("1", "people-manager")
    ask = in_process(badges)
    assert len(ask("GET /badges?user=1&badge=people-manager").payload()["badges"]) == 1
    first = ask(f"POST /badges/{issued}/revoke", {"reason": "score withdrawn"})
    assert ask(f"POST /badges/{issued}/revoke") == first
    assert ask("GET /badges?user=1").payload() == {"badges": []}
    assert ask("POST /badges/B-9/revoke").status == 404


def test_a_badge_until_a_day_that_is_none_is_refused() -> None:
    got = in_process(issuer())("POST /badges", {"user": "1", "badge": "x", "valid_until": "soon"})
    assert (got.status, got.payload()["error"]) == (400, "not_an_instant")


def test_an_issuer_started_again_knows_what_it_issued_and_revoked() -> None:
    journal = Journal()
    before = issuer(journal)
    before.grant("1", "people-manager")
    in_process(before)("POST /badges/B-0000001/revoke")
    before.grant("2", "people-manager")
    assert issuer(journal).holders("people-manager") == ["2"]
