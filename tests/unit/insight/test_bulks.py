"""Bulks: what is being done for many at once adds up, says when it is over, and is found by index."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from handrail.connect.gate import parse_rate
from handrail.insight.desk.systems.bulks import MANY, bulk, bulks
from handrail.insight.desk.systems.calls import CallsWanted, handed, open_calls
from handrail.insight.desk.systems.connections import connections_seen
from handrail.insight.desk.systems.declared import Declared
from handrail.insight.past import Past
from handrail.store.batch import Batch
from handrail.store.kept.tries import UNCERTAIN
from handrail.store.moments import CONFIRMED, FAILED, NOT_NEEDED, WAITING, to_millis
from handrail.store.opening import Store, open_store
from handrail.store.rows import EffectRow, HandoffRow

NOW = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
ABOUT = ("lms", "lms.enroll", "SAFE-1")
LMS = Declared("lms", "lms", "", "team:learning", "email", parse_rate("10/min"), bulks={"lms.enroll": 5})


_TOLD = (
    "INSERT INTO ledger (seq, shard, at, kind, disposition, salted, batch) VALUES (?, 0, ?, 'lms.completed', 0, '', 1)"
)


def call(run: int, state: int = WAITING, object_: str = "SAFE-1", outcome: bytes | None = None) -> EffectRow:
    return EffectRow(run, 1, 1, *ABOUT[:2], run, object_, state, 1, 0, to_millis(NOW), 0, 0, run, b"", outcome)


@pytest.fixture
def store() -> Store:
    made = open_store("sqlite:///:memory:")
    over = [call(run, state) for run, state in enumerate((CONFIRMED, CONFIRMED, NOT_NEEDED, FAILED), 1)]
    left = [call(run) for run in range(5, 34)]
    alone = [call(run, object_="OTHER") for run in range(100, 100 + MANY - 1)]
    uncertain = call(34, outcome=UNCERTAIN)
    made.commit(Batch(at=to_millis(NOW), effects=[*over, *left, *alone, uncertain]))
    return made


def test_a_bulk_adds_up_and_what_is_too_few_is_none(store: Store) -> None:
    found = bulks(Past(store), (LMS,), NOW)
    assert [(one.object, one.progress.wanted, one.progress.left) for one in found] == [("SAFE-1", 34, 30)]
    assert all(one.progress.adds_up for one in found)


def test_one_bulk_says_what_is_uncertain_and_when_the_last_leaves(store: Store) -> None:
    one = bulk(Past(store), ABOUT, (LMS,), NOW)
    assert one.progress.sentence() == ("34 wanted = 2 confirmed + 1 not needed + 29 waiting + 1 uncertain + 1 failed")
    assert one.progress.over_at == NOW + timedelta(seconds=5 * 6)


def test_a_connection_says_its_limit_with_its_arithmetic(store: Store) -> None:
    (seen,) = connections_seen(Past(store), (LMS,), NOW, "UTC")
    assert seen.pace == ("10 a minute; 0 used in the last minute; 49 calls wait in 10 requests: at this pace until now")


def test_the_calls_that_are_left_come_page_by_page_and_none_is_lost(store: Store) -> None:
    wanted, seen = CallsWanted("lms", action="lms.enroll", object="SAFE-1"), list[int]()
    page = open_calls(Past(store), wanted, 7)
    while page:
        seen += [line.run for line in page]
        page = open_calls(Past(store), wanted, 7, page[-1].key)
    assert seen == list(range(5, 35))


def test_only_uncertain_calls_are_listed_where_they_are_asked_for(store: Store) -> None:
    assert [line.run for line in open_calls(Past(store), CallsWanted("lms", "uncertain"), 10)] == [34]


def test_open_bulks_are_counted_by_index_alone(store: Store) -> None:
    ask = "EXPLAIN QUERY PLAN SELECT connection, action, object, count(*) FROM effect WHERE state < 2 GROUP BY 1, 2, 3"
    assert "COVERING INDEX effect_open" in str(store.database.read(ask))


def test_only_what_was_decided_within_a_week_counts(store: Store) -> None:
    with store.database.transaction() as transaction:
        for seq in range(1, 5):
            row = (seq, to_millis(NOW - timedelta(days=18 - 4 * seq)))
            transaction.count(_TOLD, row)
    found = bulk(Past(store), ABOUT, (LMS,), NOW)
    assert (found.progress.not_needed, found.progress.confirmed, found.progress.failed) == (1, 0, 1)


def given_to(store: Store, many: int) -> None:
    """So many failed calls of a bulk that is over, each with an open handoff; one more that was answered."""
    at = to_millis(NOW)
    calls = [call(run, FAILED, "OVER") for run in range(200, 200 + many + 1)]
    calls += [call(run, CONFIRMED, "OVER") for run in range(300, 300 + MANY)]
    handoffs = [
        HandoffRow(row.run, 1, 0, row.run, "team:lms-admins", at, at + 1000, 0, None, "", None, stuck=1)
        for row in calls[:many]
    ]
    answered = HandoffRow(200 + many, 1, 0, 1, "team:lms-admins", at, None, 0, at, "answered", None)
    store.commit(Batch(at=at, effects=calls, handoffs=[*handoffs, answered]))


def test_calls_that_could_not_be_done_are_found_while_somebody_has_them(store: Store) -> None:
    given_to(store, 12)
    (found,) = handed(Past(store))
    assert (found.connection, found.object, found.many, found.owner) == ("lms", "OVER", 12, "team lms-admins")
    assert found.path == "/connections/lms/calls?which=failed&action=lms.enroll&object=OVER"
    lines = open_calls(Past(store), CallsWanted("lms", "failed", "lms.enroll", "OVER"), 50)
    assert [line.run for line in lines] == list(range(200, 212))


def test_a_bulk_that_is_over_stays_while_somebody_has_some_of_it(store: Store) -> None:
    given_to(store, 12)
    over = bulks(Past(store), (LMS,), NOW)[-1]
    assert (over.object, over.state, over.progress.left, over.progress.failed) == ("OVER", "done", 0, 13)
    assert over.handed is not None
    assert over.handed.many == 12
