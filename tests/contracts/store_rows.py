"""Rows for the store's tests: one journey's worth, with what a test is about handed in."""

from __future__ import annotations

from handrail.store.batch import Batch, RunChange
from handrail.store.opening import Store
from handrail.store.rows import EffectRow, HandoffRow, LedgerRow, PersonKeyRow, PersonRow, RunRow

NOW = 1_772_409_600_000
HOUR = 3_600_000


def ledger_row(
    seq: int, *, shard: int = 3, run: int | None = None, person: int | None = 7, kind: str = "t"
) -> LedgerRow:
    return LedgerRow(seq, shard, NOW, run, None, person, kind, 0, b"event", b"reasons", b"v1", b"d" * 16)


def run_row(number: int, *, person: int = 7, shard: int = 3, wake_at: int | None = NOW + HOUR, plan: int = 1) -> RunRow:
    return RunRow(number, shard, person, plan, 1, 1, NOW, None, wake_at, 0, 1, None, None, b"state")


def run_change(row: RunRow, *, state: bytes = b"after", wake_at: int | None = None) -> RunChange:
    return RunChange(row.id, row.rev, row.rev + 1, row.plan, 1, None, wake_at, row.last_seq, 1, state)


def effect_row(
    run: int, rung: int = 1, *, next_at: int = NOW, person: int = 7, rank: int = 1, decided: int = 1
) -> EffectRow:
    about = f"MGR-{rung}"
    return EffectRow(run, 1, rung, "lms", "enroll", person, about, 0, rank, 0, next_at, 0, 0, decided, b"call", None)


def handoff_row(
    run: int, *, owner: str = "team:ops", due: int | None = NOW + HOUR, closed: int | None = None
) -> HandoffRow:
    return HandoffRow(run, 1, 2, 7, owner, NOW, due, 0, closed, "answered" if closed else "", None)


def person_row(number: int, version: int = 1, *, name: str = "Ada", status: str = "active") -> PersonRow:
    return PersonRow(number, 3, version, NOW, 1, status, None, name, f"p{number}@example.org", b"body %d" % version)


def begin(store: Store, *, person: int = 7, wake_at: int | None = NOW + HOUR) -> RunRow:
    """A run that has begun, with its ledger row."""
    (number,), (seq,) = store.numbers("run", 1), store.numbers("ledger", 1)
    row = run_row(number, person=person, wake_at=wake_at)
    store.commit(Batch(NOW, ledger=[ledger_row(seq, run=number, person=person)], new_runs=[row]))
    return row


def hire(store: Store, number: int = 7) -> PersonRow:
    """A person whom a source knows as E-7."""
    row = person_row(number)
    store.commit(Batch(NOW, new_persons=[row], person_keys=[PersonKeyRow("hris", f"E-{number}", number, b"hash")]))
    return row
