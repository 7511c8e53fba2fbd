"""Who of the visitors may look at a handoff, and in whose name they act on it.

What is possible with a handoff is `app.handing`'s and `app.answering`'s matter.
"""

from __future__ import annotations

from collections.abc import Sequence

from handrail.engine.by_hand.handing import By
from handrail.insight.past import then_of
from handrail.store.rows import HandoffRow
from handrail.web.access import must_work
from handrail.web.kit.visit import Visit
from handrail.web.refusals import Refused


def author(visit: Visit) -> str:
    """The visitor as whoever did something is written: a person, or the login of somebody who is none of them."""
    return f"person:{visit.viewer.person}" if visit.viewer.person else visit.viewer.login


def is_theirs(visit: Visit, row: HandoffRow) -> bool:
    """Whether the visitor answers for it: as its owner, as one of its team, or standing in for somebody away."""
    return row.owner in visit.desk.own or row.owner in visit.desk.teams


def may_act(visit: Visit, row: HandoffRow) -> By | None:
    """In whose name the visitor may act on it; None: they may look only."""
    if is_theirs(visit, row):
        return By(author(visit))
    person = visit.past.person(row.person, then_of(visit.now))
    return By(author(visit), for_others=True) if visit.viewer.acts("answer for others", row.person, person) else None


def look_at(visit: Visit, rows: Sequence[HandoffRow]) -> None:
    """Raises Refused unless the visitor may look at all of them: it is theirs, or they see whom it is about."""
    visit.past.fetch(row.person for row in rows)
    if not all(may_look(visit, row) for row in rows):
        text = "This handoff is neither yours nor of anybody whom you see."
        raise Refused(403, text, "See yours: /handoffs?whose=mine")


def may_look(visit: Visit, row: HandoffRow) -> bool:
    """Whether it is the visitor's, or about somebody whom they see."""
    person = visit.past.person(row.person, then_of(visit.now))
    return (visit.viewer.may("see runs") and visit.viewer.sees(row.person, person)) or is_theirs(visit, row)


def must_act(visit: Visit, rows: Sequence[HandoffRow]) -> By:
    """In whose name the visitor acts on all of them. Raises Refused, naming how many are not theirs."""
    must_work(visit.runtime)
    found = [may_act(visit, row) for row in rows]
    foreign = sum(by is None for by in found)
    if foreign:
        many = "This handoff is" if len(rows) == 1 else f"{foreign} of these {len(rows)} handoffs are"
        raise Refused(403, f"{many} not yours to act on.", "Ask whoever has it, or somebody who runs learning here.")
    return next((by for by in found if by is not None and by.for_others), By(author(visit)))
