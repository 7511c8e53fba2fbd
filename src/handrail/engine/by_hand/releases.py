"""Letting go of runs that wait above their journey's limit: so many, all or none, oldest first, by a named person."""

from __future__ import annotations

from typing import Final

from handrail.engine.engine import Engine
from handrail.engine.items import ForRun
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
    waiting = [int(number) for (number,) in engine.store.database.look(_WAITING, (journey, at_most))]
    engine.take([ForRun(number, Released(now, by, let_go)) for number in waiting], now)
    return len(waiting)
