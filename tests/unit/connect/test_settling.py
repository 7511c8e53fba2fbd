"""The verdict on one try of one call, by what came of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import structs
from tests.unit.connect.world import START, enroll

from handrail.connect.port import ConnectionState, ItemOutcome, Row, Settled
from handrail.connect.settling import Pace, key_text, learned, settled, without_request
from handrail.terms.catalog import ActionType
from handrail.terms.effect import RetryRule
from handrail.terms.event import FailureClass
from handrail.terms.values import Duration, Fields

PACE = Pace()
RULE = RetryRule(2, Duration(1, "hours"))
ENROLL = ActionType("lms.enroll", "lms", {}, {}, object="course", keyed=True, read_back=True)
BLIND = structs.replace(ENROLL, keyed=False, read_back=False)


def judge(row: Row, outcome: ItemOutcome, action: ActionType | None = ENROLL) -> Settled:
    return settled(row, outcome, action, START, learned(ConnectionState(), (outcome,), START, PACE), PACE)


def failed(failure: FailureClass, code: str = "") -> ItemOutcome:
    return ItemOutcome("k", "failed", failure=failure, code=code, reason="It went wrong.")


def test_the_key_of_a_call_is_the_same_for_every_try_and_another_for_every_pass() -> None:
    row = enroll(88)
    again = structs.replace(row, key=(88, 2, 0), call=structs.replace(row.call, pass_=2))
    assert key_text("handrail", row) == key_text("handrail", structs.replace(row, tries=3)) == "handrail-88-1-0"
    assert key_text("handrail", again) == "handrail-88-2-0"


def test_what_was_confirmed_is_told_to_the_run_with_what_came_back() -> None:
    verdict = judge(enroll(1), ItemOutcome("k", "confirmed", Fields({"enrollment": "E-1"})))
    assert verdict.outcome is not None
    assert (verdict.outcome.ended, verdict.outcome.fields["enrollment"]) == ("confirmed", "E-1")


@pytest.mark.parametrize(
    ("failure", "verdict", "tries"),
    [
        ("throttled", "again", 0),
        ("auth", "again", 0),
        ("transient", "again", 1),
        ("permanent", "failed", 1),
        ("uncertain", "uncertain", 1),
    ],
)
def test_every_class_of_failure_has_its_verdict(failure: FailureClass, verdict: str, tries: int) -> None:
    found = judge(enroll(1, retry=RULE), failed(failure))
    assert (found.verdict, found.tries) == (verdict, tries)
    assert (found.outcome is None) is (verdict != "failed")
    assert (found.next_at is None) is (verdict == "failed")


def test_a_lost_answer_of_a_system_that_cannot_be_asked_goes_to_a_person() -> None:
    found = judge(enroll(1, retry=RULE), failed("uncertain"), BLIND)
    assert (found.verdict, found.failure) == ("failed", "uncertain")


def test_after_a_crash_such_a_call_is_not_even_sent() -> None:
    row = structs.replace(enroll(1), uncertain=True)
    found = without_request("k", row, BLIND, None)
    assert found is not None
    assert (found.ended, found.code) == ("failed", "cannot_be_read_back")


def test_an_action_that_is_gone_fails_with_a_sentence() -> None:
    row = enroll(1)
    found = without_request("k", row, None, None)
    assert found is not None
    assert found.reason == 'The connection "lms" has no action "lms.enroll" any more.'


def test_what_a_crash_left_undone_is_sent_again_even_without_a_rule_for_tries() -> None:
    row = structs.replace(enroll(1, retry=None), uncertain=True)
    assert judge(row, ItemOutcome("k", "absent")).verdict == "again"


def test_what_was_lost_and_not_done_counts_as_a_try_that_failed() -> None:
    row = structs.replace(enroll(1, retry=RULE), uncertain=True)
    assert judge(structs.replace(row, tries=2), ItemOutcome("k", "absent")).verdict == "again"
    assert judge(structs.replace(row, tries=3), ItemOutcome("k", "absent")).verdict == "failed"


def test_a_look_that_fails_is_tried_again_and_then_given_to_a_person() -> None:
    row = structs.replace(enroll(1, retry=RULE), uncertain=True)
    assert judge(row, failed("transient")).verdict == "uncertain"
    assert judge(row, failed("throttled")).verdict == "uncertain"
    given_up = judge(structs.replace(row, tries=2), failed("transient"))
    assert (given_up.verdict, given_up.failure) == ("failed", "uncertain")


def test_a_look_does_not_wait_for_ever_nor_does_it_hurry() -> None:
    found = judge(enroll(1, retry=RULE), failed("uncertain"))
    assert found.next_at == START + timedelta(seconds=PACE.timeout_seconds)


def test_a_throttled_call_comes_back_when_the_gate_opens() -> None:
    hint = structs.replace(failed("throttled"), retry_after="90")
    assert judge(enroll(1), hint).next_at == START + timedelta(seconds=90)
