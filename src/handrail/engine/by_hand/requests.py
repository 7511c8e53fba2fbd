"""Beginning a journey because somebody asks for it, for the person whose run it will be: who may ask, and with what form.

Whoever asks is written into the audit in the same commit. How they prove who they are is the edge's matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from handrail.core.draft import Draft
from handrail.core.inputs.forms import form_problems
from handrail.core.moves.finding import first_of
from handrail.core.owners import delegate_of
from handrail.core.program import program_of
from handrail.engine.engine import Engine
from handrail.engine.items import Receipt, Swept
from handrail.store.batch import Batch
from handrail.store.kept.acts import Act, audited
from handrail.terms.person import Person
from handrail.terms.plan import Plan, Start
from handrail.terms.state import State
from handrail.terms.values import NOTHING, Fields, Instant, PersonRef, Value
from handrail.terms.world import World


class Request(Struct, frozen=True):
    """What is asked for: a start of a journey by its name, for `person` (own id), with `form`; `by` an owner (`person:12`)."""

    journey: str
    start: str
    person: int
    form: Fields
    by: str


class NotBegun(Exception):
    """Why a request is refused; `fields` says what is wrong with the form, by field."""

    def __init__(self, why: str, fields: Mapping[str, Value] | None = None) -> None:
        super().__init__(why)
        self.fields = dict(fields or {})


class MayNotAsk(NotBegun):
    """Whoever asks is none of those who may."""


def request(engine: Engine, asked: Request, now: Instant) -> Receipt:
    """Begin the journey; the receipt says which run began, or why none is needed. Raises NotBegun, and MayNotAsk."""
    plan, trigger = _start(engine, asked)
    person = engine.worlds.newest(asked.person)
    if person is None:
        raise NotBegun(f"there is nobody with the number P-{asked.person}")
    if asked.by not in (may := who_may_ask(engine, plan, trigger, person, now)):
        there = ", ".join(may) or "nobody now"
        raise MayNotAsk(f'{asked.by} may not ask for "{plan.journey}" for P-{person.id}; who may: {there}')
    wrong = form_problems(trigger.form, asked.form)
    unknown = [name for name, value in asked.form.items() if isinstance(value, PersonRef) and not _known(engine, value)]
    wrong |= {f"field_{name}": "nobody here has that number" for name in unknown}
    if wrong:
        raise NotBegun("the form is not rightly filled in", wrong)
    act = Act(asked.by, "journey asked for", f"{plan.journey}/{trigger.name}", asked.person)
    row = audited(engine.store, act, now)

    def more(batch: Batch, _receipts: Sequence[Receipt]) -> None:
        batch.audit.append(row)

    return engine.take([Swept(plan.journey, trigger.name, person.id, asked.form)], now, more)[0]


def who_may_ask(engine: Engine, plan: Plan, trigger: Start, person: Person, now: Instant) -> tuple[str, ...]:
    """Everybody who may ask for it for this person now: each `or` is one who may, a team's people, and delegates."""
    engine.worlds.fetch_around([person.id], plan.needs.managers_up)
    world = engine.worlds.world(person, plan)
    draft = Draft(program_of(plan), State(0, person.id, plan.hash, now, NOTHING), world, now)
    owners = [first_of(draft, (path,)) for path in trigger.request]
    return tuple(dict.fromkeys(name for owner in owners if owner for name in _names(owner, world, now)))


def _names(owner: str, world: World, now: Instant) -> list[str]:
    kind, _, name = owner.partition(":")
    team = world.organization.teams.get(name) if kind == "team" else None
    if team is not None:
        return [f"person:{number}" for number in (team.lead, *team.members) if number is not None]
    delegate = delegate_of(owner, world, now)
    return [owner, delegate] if delegate else [owner]


def _start(engine: Engine, asked: Request) -> tuple[Plan, Start]:
    plan = engine.plans.current.get(asked.journey)
    if plan is None:
        there = ", ".join(sorted(engine.plans.current)) or "none"
        raise NotBegun(f'no journey "{asked.journey}" is published; there are: {there}')
    starts = {each.name: each for each in plan.starts if each.request}
    if asked.start not in starts:
        there = ", ".join(sorted(starts)) or "none"
        raise NotBegun(f'"{asked.journey}" has no start "{asked.start}" that is asked for; there are: {there}')
    return plan, starts[asked.start]


def _known(engine: Engine, value: PersonRef) -> bool:
    return engine.worlds.newest(value.id) is not None
