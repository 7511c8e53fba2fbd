"""Pausing: nothing leaves to a connection, or of one bulk, until somebody lets it go on; and who said so is kept."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from handrail.connect.port import ConnectionState
from handrail.engine.by_hand.pausing import NotPaused, Wanted, agree, pause, resume
from handrail.engine.engine import Engine
from handrail.insight.sending import pause_clause, paused_by
from handrail.store.batch import Batch
from handrail.store.kept.aside import ASIDE, SLICE
from handrail.store.moments import to_millis
from handrail.store.opening import open_store
from handrail.store.rows import EffectRow
from handrail.terms import coding
from handrail.terms.catalog import Catalog
from handrail.terms.organization import Organization

NOW = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
BULK = Wanted("lms", "ana", "the wrong course", "lms.enroll", "SAFE-1")
WHOLE = Wanted("lms", "ana", "the LMS is being moved")


def call(run: int, object_: str = "SAFE-1", state: int = 0) -> EffectRow:
    return EffectRow(run, 1, 1, "lms", "lms.enroll", run, object_, state, 1, 0, to_millis(NOW), 0, 0, run, b"", None)


@pytest.fixture
def engine() -> Engine:
    store = open_store("sqlite:///:memory:")
    return Engine(store, Organization("Acme", "UTC", "en", "team:learning", "usual", {}), Catalog(), lambda: NOW)


def keep(engine: Engine, *calls: EffectRow) -> None:
    engine.store.commit(Batch(at=to_millis(NOW), effects=list(calls)))


def due(engine: Engine) -> list[int]:
    return [row.run for row in engine.store.due_effects("lms", to_millis(NOW), 10_000)]


def test_the_calls_of_a_paused_bulk_wait_and_all_others_leave(engine: Engine) -> None:
    keep(engine, call(1), call(2, "OTHER"), call(3))
    pause(engine, (), BULK, NOW)
    assert due(engine) == [2]
    resume(engine, (), BULK, NOW)
    assert due(engine) == [1, 2, 3]


def test_thousands_of_calls_are_set_aside_and_brought_back_in_slices(engine: Engine) -> None:
    many = 2 * SLICE + 1
    keep(engine, *(call(run) for run in range(1, many + 1)))
    pause(engine, (), BULK, NOW)
    assert due(engine) == []
    resume(engine, (), BULK, NOW)
    assert len(due(engine)) == many


def test_a_call_that_is_decided_while_its_bulk_is_paused_waits_too(engine: Engine) -> None:
    pause(engine, (), BULK, NOW)
    batch = Batch(at=to_millis(NOW), effects=[call(1), call(2, "OTHER")])
    engine.paused.aside(batch)
    assert [row.rank >= ASIDE for row in batch.effects] == [True, False]


def test_what_a_dead_process_left_half_done_is_made_right_at_the_next_start(engine: Engine) -> None:
    pause(engine, (), BULK, NOW)
    keep(engine, call(1))
    keep(engine, call(2, "OTHER")._replace(rank=1 + ASIDE))
    agree(engine)
    assert due(engine) == [2]


def test_a_pause_says_who_paused_since_when_and_why_and_stands_in_the_audit(engine: Engine) -> None:
    pause(engine, (), WHOLE, NOW)
    found = paused_by(engine.store, call(1))
    assert found is not None
    said = pause_clause(found, "lms", "UTC")
    assert said == "lms is paused by ana since Monday 16 March 2026, 09:00: the LMS is being moved"
    resume(engine, (), WHOLE, NOW)
    assert [row.what for row in engine.store.audit()] == ["connection paused", "connection resumed"]
    assert paused_by(engine.store, call(1)) is None


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_pause_needs_a_reason(engine: Engine, reason: str) -> None:
    with pytest.raises(NotPaused, match="A pause has a reason"):
        pause(engine, (), Wanted("lms", "ana", reason), NOW)


def test_nothing_is_paused_twice_or_let_go_on_that_is_not_paused(engine: Engine) -> None:
    with pytest.raises(NotPaused, match="is not paused"):
        resume(engine, (), BULK, NOW)
    pause(engine, (), BULK, NOW)
    with pytest.raises(NotPaused, match="paused already, by ana"):
        pause(engine, (), BULK, NOW)
    state = coding.unpack(engine.store.gates()["lms"].body, ConnectionState)
    assert len(state.paused) == 1
