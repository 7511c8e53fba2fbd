"""A journey begun for somebody by hand, and a run ended by hand: by a named person, with a reason that is kept.

A start by hand asks no `where` and no `for`; `while`, `once` and the journey's `limit` hold for it as for any other.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from handrail.engine.engine import Engine
from handrail.engine.items import BY_HAND, ForRun, Receipt, Swept
from handrail.store.batch import Batch
from handrail.store.kept.acts import Act, audited
from handrail.store.moments import OVER
from handrail.terms.event import Stopped
from handrail.terms.values import Fields, Instant


class Began(Struct, frozen=True):
    """What became of a start by hand: the run that began, or the one that stands in its place (0: none).

    `why`, in one word for programs: empty where it began, `waiting for release`, `already`, `no longer`, `unknown`, or
    `not published`.
    """

    run: int
    why: str = ""


def begin(engine: Engine, journey: str, person: int, said: tuple[str, str], now: Instant) -> Began:
    """Begin the journey for somebody; `said` is by whom, and why."""
    by, reason = said
    plan = engine.plans.current.get(journey)
    if plan is None or engine.worlds.newest(person) is None:
        return Began(0, "not published")
    row = audited(engine.store, Act(by, "run begun", journey, person, reason=reason), now)

    def more(batch: Batch, receipts: Sequence[Receipt]) -> None:
        if receipts[0].used:
            batch.audit.append(row)

    item = Swept(journey, BY_HAND, person, said=Fields({"by": by, "reason": reason}))
    receipt = engine.take([item], now, more)[0]
    return Began(receipt.runs[0] if receipt.runs else receipt.stands, receipt.why[-1] if receipt.why else "")


def stop(engine: Engine, run: int, said: tuple[str, str], now: Instant) -> bool:
    """End a run; false when it is over already, or there is none. What it brought about is not undone."""
    by, reason = said
    row = engine.store.runs_by_id([run]).get(run)
    if row is None or row.phase in OVER:
        return False
    journey = engine.plans.by_number[row.plan].journey
    kept = audited(engine.store, Act(by, "run ended", f"R-{run} ({journey})", row.person, reason=reason), now)

    def more(batch: Batch, receipts: Sequence[Receipt]) -> None:
        if receipts[0].used:
            batch.audit.append(kept)

    return engine.take([ForRun(run, Stopped(now, reason, by))], now, more)[0].used
