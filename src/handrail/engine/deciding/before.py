"""What was told before a run began: a wait with `counts_from` may count it, so the new run is told it, once, as it begins.

Nothing is told again to anybody else: each event keeps its row, and a further row points at it for the run it moved.
"""

from __future__ import annotations

from typing import Final

from msgspec import structs

from handrail.engine.deciding.group import Group
from handrail.engine.deciding.running import decide_in
from handrail.engine.deciding.running_copy import Working
from handrail.engine.deciding.written.account import Account
from handrail.store.moments import DISPOSITION
from handrail.terms import coding
from handrail.terms.event import Event
from handrail.terms.reasons import unpack_reasons

BEFORE_MAX: Final = 200
"""So many of the newest events are told; a run keeps no more."""

_MET: Final = (DISPOSITION["matched"], DISPOSITION["ignored"])
_TOLD: Final = (
    "SELECT seq, event, disposition, reasons FROM ("
    "SELECT * FROM ledger WHERE run IS NULL AND person = ? UNION ALL "
    "SELECT l.* FROM run r JOIN ledger l ON l.run = r.id WHERE r.person = ?"
    ") AS told WHERE event IS NOT NULL AND kind {in}"
)


def tell_before(group: Group, working: Working, but: int) -> None:
    """Tell the run what was told of its person earlier and may count; `but` is the row of the event that it began by."""
    kinds = group.plans.looks_back.get(working.plan.hash, ())
    if not kinds or working.state.over:
        return
    found = [row for row in _told(group, working.person, kinds) if row[0] != but]
    for seq, body in sorted(found)[-BEFORE_MAX:]:
        event = coding.unpack(body, Event)
        again = structs.replace(event, number=seq, known=group.now)
        decide_in(group, working, again, Account(group, None, seq, written=True))


def _told(group: Group, person: int, kinds: tuple[str, ...]) -> list[tuple[int, bytes]]:
    """Number and body of each event of these kinds, those of this group too; what was refused or held is not among them."""
    kept = list(group.store.database.look_in(_TOLD, kinds, (person, person)))
    kept += [
        (row.seq, row.event, row.disposition, row.reasons)
        for row in group.batch.ledger
        if row.person == person and row.kind in kinds and row.event is not None
    ]
    return [(seq, body) for seq, body, disposition, reasons in kept if disposition in _MET and not _set_aside(reasons)]


def _set_aside(reasons: bytes | None) -> bool:
    """Whether it was ignored as older than what was known."""
    return reasons is not None and any(one.rule == "ignored" for one in unpack_reasons(reasons))
