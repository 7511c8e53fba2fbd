"""What a connection's row keeps for people: its last good contact, how it failed, how much of its limit was used."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from handrail.connect.port import ConnectionState, ItemOutcome
from handrail.connect.settling import NOT_SENT, Pace, learned
from handrail.connect.standing.contact import CAUSES_MAX, KEPT_FOR, Cause, Contact, answered, failed
from handrail.connect.standing.trouble import is_silent
from handrail.connect.standing.usage import Usage, counted, used

NOW = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
REFUSED = Cause("permanent", "403", "capability is missing")


def test_a_refusal_of_one_call_is_an_answer_and_a_failure_of_the_connection_is_none() -> None:
    refused = ItemOutcome("a", "failed", failure="permanent", code="403", reason="capability is missing")
    broken = ItemOutcome("b", "failed", failure="transient", code="502", reason="bad gateway")
    after = learned(ConnectionState(), (refused,), NOW, Pace())
    assert after.contact.good == NOW
    later = learned(after, (broken, broken), NOW + MINUTE, Pace())
    assert later.contact.good == NOW
    assert [(one.cause.code, one.many) for one in later.contact.failing] == [("403", 1), ("502", 2)]


def test_what_never_left_says_nothing_of_the_connection() -> None:
    stayed = ItemOutcome("a", "absent", code=NOT_SENT)
    assert learned(ConnectionState(), (stayed,), NOW, Pace()).contact == Contact()


def test_since_when_nothing_was_answered_is_kept_until_something_is() -> None:
    lost, slow = Cause("transient", "not_reached", "refused"), Cause("throttled", "429", "too often")
    silent = failed(failed(answered(Contact(), NOW), lost, 1, NOW + MINUTE), lost, 1, NOW + 7 * MINUTE)
    assert silent.silent == NOW + MINUTE
    assert is_silent(ConnectionState(contact=silent))
    assert not is_silent(ConnectionState(contact=failed(Contact(), lost, 1, NOW))), "one lost call is no outage"
    assert answered(silent, NOW + 8 * MINUTE).silent is None
    assert failed(Contact(NOW), slow, 1, NOW + MINUTE).silent is None, "who says that we come too often is there"


def test_the_same_cause_is_counted_and_a_week_later_it_is_forgotten() -> None:
    twice = failed(failed(Contact(), REFUSED, 1, NOW), REFUSED, 2, NOW + MINUTE)
    assert [(one.many, one.first, one.last) for one in twice.failing] == [(3, NOW, NOW + MINUTE)]
    assert answered(twice, NOW + KEPT_FOR + 2 * MINUTE).failing == ()
    again = failed(twice, REFUSED, 1, NOW + KEPT_FOR + 2 * MINUTE)
    assert [one.many for one in again.failing] == [1]


def test_only_the_latest_causes_are_kept() -> None:
    contact = Contact()
    for number in range(CAUSES_MAX + 3):
        contact = failed(contact, Cause("transient", str(number), ""), 1, NOW)
    assert [one.cause.code for one in contact.failing] == [str(number) for number in range(3, CAUSES_MAX + 3)]


def test_what_is_used_of_a_limit_moves_along_with_time_and_is_never_said_too_high() -> None:
    usage = Usage()
    for second in range(0, 60, 10):
        usage = counted(usage, NOW + timedelta(seconds=second), 5, 60.0)
    assert used(usage, NOW + timedelta(seconds=54)) == 30
    assert used(usage, NOW + timedelta(seconds=60)) == 25
    assert used(usage, NOW + timedelta(minutes=2)) == 0


def test_another_limit_is_counted_from_its_beginning() -> None:
    usage = counted(counted(Usage(), NOW, 7, 60.0), NOW, 2, 3600.0)
    assert used(usage, NOW) == 2
