"""Letting go of runs that wait above their journey's limit: so many, all or none, oldest first, by a named person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from handrail.engine.engine import Engine
from handrail.engine.items import ForRun, Receipt
from handrail.store.batch import Batch
from handrail.store.kept.acts import Act, audited
from handrail.terms.event import Released
from handrail.terms.values import Instant

_WAITING: Final = (
    "SELECT r.id FROM run r JOIN plan p ON p.id = r.plan WHERE p.journey = ? AND r.phase = 0 ORDER BY r.id LIMIT ?"
)
ALL: Final = 10**9


def release(engine: Engine, journey: str, by: str, now: Instant, *, at_most: int = ALL) -> int:
    """Let runs of the journey begin that wait for release; how many. `by` is answerable for it."""
    return _told(engine, journey, by, now, at_most, let_go=True)


def refuse(engine: Engine, journey: str, by: str, now: Instant) -> int:
    """None of them begins; how many there were."""
    return _told(engine, journey, by, now, ALL, let_go=False)


def _told(engine: Engine, journey: str, by: str, now: Instant, at_most: int, *, let_go: bool) -> int:
    """Tell them, and write down who had it so in the same commit (of many: in the last)."""
    waiting = [int(number) for (number,) in engine.store.database.look(_WAITING, (journey, at_most))]
    act = Act(by, "starts released" if let_go else "starts refused", journey, after=str(len(waiting)))
    row = audited(engine.store, act, now)

    def more(batch: Batch, _receipts: Sequence[Receipt]) -> None:
        batch.audit.append(row)

    engine.take([ForRun(number, Released(now, by, let_go)) for number in waiting], now, more)
    return len(waiting)
