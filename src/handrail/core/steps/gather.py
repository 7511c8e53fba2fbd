"""`gather`: holds people until there are enough for a cohort. The cohort is an entity of its own, fed by events."""

from __future__ import annotations

from handrail.conditions.printing import show
from handrail.core.draft import Draft
from handrail.core.moves.finding import find_own
from handrail.core.moves.handing import hand_out
from handrail.terms.effect import JoinCohort
from handrail.terms.plan import Gather
from handrail.terms.values import Fields


def open_step(d: Draft, step: int, items: tuple[int, ...]) -> None:
    """Take a place and wait for the cohort to leave."""
    here = d.step(step)
    assert isinstance(here.body, Gather), f"{here.name} is no `gather`"
    opened = d.open_pass(step, items, "cohort")
    owner = find_own(d, opened)
    d.say("opened", here.place, opened.number, owner=owner)
    hand_out(d, opened, owner, here.contract.limit, here.contract.remind)
    take_place(d, opened.number)


def take_place(d: Draft, number: int) -> None:
    """The pass takes a place in the cohort of those who are alike: when it opens, and when its run is moved."""
    each = d.passes[number]
    here = d.step(each.step)
    assert isinstance(here.body, Gather), f"{here.name} is no `gather`"
    scope = d.scope(each.items, each.step, opening=d.now)
    alike = Fields({show(one): d.program.value(one, scope) for one in here.body.alike})
    d.effects.append(JoinCohort(number, d.next_rung(number), here.name, alike))
