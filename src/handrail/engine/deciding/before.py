"""What was told before a run began, or was moved, and may count in its plan: it is told it, once, as it begins or moves.

Nothing is told again to anybody else: each event keeps its row, and a further row points at it for the run it moved.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from msgspec import structs

from handrail.engine.deciding.group import Group
from handrail.engine.deciding.running import decide_in
from handrail.engine.deciding.running_copy import Working
from handrail.engine.deciding.written.account import Account
from handrail.store.moments import DISPOSITION
from handrail.terms import coding
from handrail.terms.event import Event
from handrail.terms.plan import Plan
from handrail.terms.reasons import unpack_reasons
from handrail.terms.values import Instant

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
    tell(group, working, [row for row in _told(group, working.person, kinds) if row[0] != but])


def came_since(group: Group, working: Working, old: Plan, new: Plan) -> list[tuple[int, bytes]]:
    """What came since a run began and only its new plan waits for, unheard so far; what may count from earlier, too."""
    wanted = tuple(sorted(kind for kind in new.waits_for - old.waits_for if not kind.startswith("person.")))
    if not wanted or working.state.over:
        return []
    earlier, begun = group.plans.looks_back.get(new.hash, ()), working.state.begun
    found = [row for row in _told(group, working.person, wanted) if _since(row[1], begun, earlier)]
    heard = _heard(group, working.number) if found else set()
    return sorted(row for row in found if row[0] not in heard)


def _heard(group: Group, run: int) -> set[int]:
    """The rows of events that the run was told already, by whichever plan."""
    found = group.store.database.look("SELECT seq, cause FROM ledger WHERE run = ?", (run,))
    return {int(number) for row in found for number in row if number is not None}


def _since(body: bytes, begun: Instant, earlier: Collection[str]) -> bool:
    event = coding.unpack(body, Event)
    return event.kind in earlier or event.at >= begun


def tell(group: Group, working: Working, found: list[tuple[int, bytes]]) -> None:
    """Tell the run these events, the newest of them, in order."""
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
