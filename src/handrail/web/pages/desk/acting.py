"""Who of the visitors may look at a handoff, and in whose name they act on it.

What is possible with a handoff is `app.handing`'s and `app.answering`'s matter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from handrail.engine.by_hand.handing import By
from handrail.insight.past import then_of
from handrail.store.rows import HandoffRow
from handrail.web.access import must_work
from handrail.web.kit.visit import Visit
from handrail.web.refusals import Refused

Way: TypeAlias = Callable[[Visit, HandoffRow], By | None]
"""In whose name a visitor does something with a handoff; None: they may not."""


def is_theirs(visit: Visit, row: HandoffRow) -> bool:
    """Whether the visitor answers for it: as its owner, as one of its team, or standing in for somebody away."""
    return row.owner in visit.desk.own or row.owner in visit.desk.teams


def may_act(visit: Visit, row: HandoffRow) -> By | None:
    """In whose name the visitor may act on it; None: they may look only."""
    if is_theirs(visit, row):
        return By(visit.viewer.author)
    return _for_others(visit, row)


def may_hand_over(visit: Visit, row: HandoffRow) -> By | None:
    """In whose name the visitor may give it away or snooze it: never a learner what is asked of them as the learner."""
    if row.owner != f"person:{row.person}":
        return may_act(visit, row)
    return None if visit.viewer.person == row.person else _for_others(visit, row)


def _for_others(visit: Visit, row: HandoffRow) -> By | None:
    person = visit.past.person(row.person, then_of(visit.now))
    return (
        By(visit.viewer.author, for_others=True) if visit.viewer.acts("answer for others", row.person, person) else None
    )


def may_look(visit: Visit, row: HandoffRow) -> bool:
    """Whether the visitor may look at it: it is theirs, or they see whom it is about."""
    person = visit.past.person(row.person, then_of(visit.now))
    sees = visit.viewer.may("see runs") and visit.viewer.sees(row.person, person)
    return sees or is_theirs(visit, row)


def look_at(visit: Visit, rows: Sequence[HandoffRow]) -> None:
    """Raises Refused unless the visitor may look at all of them."""
    visit.past.fetch(row.person for row in rows)
    if not all(may_look(visit, row) for row in rows):
        text = "This handoff is neither yours nor of anybody whom you see."
        raise Refused(403, text, "See yours: /handoffs?whose=mine")


def must_act(visit: Visit, rows: Sequence[HandoffRow], how: Way = may_act) -> By:
    """In whose name the visitor acts on all of them in that way. Raises Refused, naming how many are not theirs."""
    must_work(visit.runtime)
    found = [how(visit, row) for row in rows]
    foreign = sum(by is None for by in found)
    if foreign:
        many = "This handoff is" if len(rows) == 1 else f"{foreign} of these {len(rows)} handoffs are"
        raise Refused(403, f"{many} not yours to act on.", "Ask whoever has it, or somebody who runs learning here.")
    return next((by for by in found if by is not None and by.for_others), By(visit.viewer.author))
