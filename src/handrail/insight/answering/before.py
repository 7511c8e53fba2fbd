"""Who had an open handoff before whoever has it now: everybody who was told of it as theirs, in that order.

Read from the message boxes, by sets: a list needs one look for all its lines. Why it moved is `whys.handoff`'s matter.
"""

from __future__ import annotations

from collections.abc import Sequence

from handrail.insight.past import Past
from handrail.store.rows import HandoffRow


def had_before(past: Past, rows: Sequence[HandoffRow]) -> dict[tuple[int, int], tuple[str, ...]]:
    """By run and pass: who had it before, as owners are written, the latest last. Who was told nothing is not among them."""
    told: dict[tuple[int, int], list[str]] = {}
    runs = sorted({row.run for row in rows})
    for run, pass_, receiver in past.receivers(runs) if runs else ():
        told.setdefault((int(run), int(pass_)), []).append(str(receiver))
    return {row[:2]: tuple(dict.fromkeys(each for each in told.get(row[:2], ()) if each != row.owner)) for row in rows}
