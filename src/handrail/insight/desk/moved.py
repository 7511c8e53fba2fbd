"""A moving of many runs as one line among what changed: how many it moved or took back, and where in the ledger that line stands.

Each run's own row stays in the ledger; the moving's page lists them run by run. What a moving is, is `insight.changes`' matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from handrail.insight.desk.reach import about_seen
from handrail.insight.past import Past
from handrail.insight.rights import Viewer
from handrail.store.moments import to_millis
from handrail.store.schema.moving_rows import MovingRow
from handrail.terms import coding
from handrail.terms.event import Input, Moved
from handrail.terms.values import Instant

_LATELY: Final = (
    "SELECT * FROM moving WHERE state IN ('applying', 'applied', 'reverting', 'reverted') "
    "AND (ended IS NULL OR ended >= ?) ORDER BY id DESC"
)
_RUNS: Final = (
    "SELECT moving, sum(CASE WHEN became = 'moved' THEN 1 ELSE 0 END), max(CASE WHEN became = 'moved' THEN run END), "
    "sum(CASE WHEN back = 'moved back' THEN 1 ELSE 0 END), max(CASE WHEN back = 'moved back' THEN run END) "
    "FROM moving_run WHERE length(body) > 0{seen} AND moving {in} GROUP BY moving"
)
_ROWS: Final = "SELECT run, seq, event FROM ledger WHERE kind = 'moved' AND event IS NOT NULL AND run {in}"


class Gathered(Struct, frozen=True):
    """So many runs that a moving moved, or took `back`; `seq` is the ledger's row of the last of them."""

    seq: int
    moving: int
    title: str
    many: int
    back: bool


class _Phase(Struct, frozen=True):
    """What a moving did in one go: to so many runs, `last` of which is the one with the highest number."""

    row: MovingRow
    many: int
    last: int
    back: bool


def gathered(past: Past, viewer: Viewer, since: Instant) -> tuple[Gathered, ...] | None:
    """What movings did since then to runs of people whom the viewer sees. None: nothing was moved at all."""
    read = past.store.database.read
    movings = [MovingRow(*row) for row in read(_LATELY, (to_millis(since),))]
    if not movings:
        return None
    phases = tuple(_phases(past, viewer, movings))
    return tuple(_placed(past, phases)) if phases else ()


def _phases(past: Past, viewer: Viewer, movings: Sequence[MovingRow]) -> Iterator[_Phase]:
    """Each that did something, the newest first."""
    seen = about_seen(viewer, "person")
    ask = _RUNS.replace("{seen}", seen.also)
    found = {row[0]: row[1:] for row in past.store.database.read_in(ask, [row.id for row in movings], seen.values)}
    for row in movings:
        moved, last_moved, back, last_back = found.get(row.id, (0, None, 0, None))
        if back:
            yield _Phase(row, int(back), int(last_back), back=True)
        if moved:
            yield _Phase(row, int(moved), int(last_moved), back=False)


def _placed(past: Past, phases: Sequence[_Phase]) -> Iterator[Gathered]:
    """Each at the row of its last run: the newest that goes to the moving's version (or from it), before what later ones did."""
    rows: dict[int, list[tuple[int, str]]] = {}
    for run, seq, body in past.store.database.read_in(_ROWS, sorted({phase.last for phase in phases})):
        event: Input = coding.unpack(body, Input)  # type: ignore[arg-type]
        assert isinstance(event, Moved), "its kind says so"
        rows.setdefault(int(run), []).append((int(seq), event.to))
    left = {run: sorted(each, reverse=True) for run, each in rows.items()}
    for phase in phases:
        of_run = left.get(phase.last, [])
        if not of_run:  # they were erased
            continue
        plan = past.plans[phase.row.plan].plan
        at = next((at for at, (_, to) in enumerate(of_run) if (to == plan.hash) is not phase.back), None)
        if at is not None:
            yield Gathered(of_run[at][0], phase.row.id, plan.title, phase.many, phase.back)
            del of_run[: at + 1]
