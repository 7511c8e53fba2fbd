"""Whether a run begins, and with what: trigger, `while`, `once`, `replaces`, the values of the start.

`limit` is the store's to count as starts commit; above it the run is born waiting for release.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from handrail.calendar.dates import add
from handrail.calendar.durations import period_of
from handrail.calendar.limits import deadline
from handrail.conditions.printing import show
from handrail.conditions.scope import Scope
from handrail.core.draft import Draft, scope_of
from handrail.core.flow import run_on
from handrail.core.inputs.lives import look_at_life
from handrail.core.owners import calendar_of
from handrail.core.program import Program, program_of
from handrail.core.size import guarded
from handrail.terms.decision import Earlier, NotStarted, Reason, Started
from handrail.terms.event import Event
from handrail.terms.expression import Expression
from handrail.terms.plan import Plan, Start
from handrail.terms.state import State
from handrail.terms.values import NOTHING, UNKNOWN, Duration, Fields, Instant, Unknown, Value
from handrail.terms.world import World

RELEASE_LIMIT = Duration(10, "business days")
"""How long a start above its journey's limit waits for somebody to release it."""


class Beginning(Struct, frozen=True):
    """What the engine knows of a start: its trigger, the run's id to be, whether the limit is used up; `said`: who began it by hand, and why."""

    trigger: Start
    run: int
    above_limit: bool = False
    given: Fields = NOTHING
    said: Fields = NOTHING


def start(
    plan: Plan, beginning: Beginning, event: Event | None, world: World, earlier: Sequence[Earlier], now: Instant
) -> Started | NotStarted:
    """Begin a run of `plan` for the person of `world`, or say why not.

    `event` is None for a schedule or a request. `earlier` are the person's runs of this journey, all versions.
    """
    asked = asked_of(plan, beginning.trigger, event, world, now)
    return asked if isinstance(asked, NotStarted) else go_ahead(plan, beginning, world, asked, earlier)


def asked_of(plan: Plan, trigger: Start, event: Event | None, world: World, now: Instant) -> Scope | NotStarted:
    """Whether the trigger takes the event and the person: what it was asked about, or why it does not.

    The first half of `start`. Of many triggers of one kind of event few do: only for those is it looked up what `go_ahead` needs.
    """
    scope = scope_of(world, now, now, NOTHING)
    if event is not None:
        scope.event = event.fields.plus({"kind": event.kind, "at": event.at})
    return _in_scope(program_of(plan), trigger, scope) or scope


def go_ahead(
    plan: Plan, beginning: Beginning, world: World, scope: Scope, earlier: Sequence[Earlier]
) -> Started | NotStarted:
    """Begin the run that was asked for in `scope`, unless another stands for it. The second half of `start`."""
    program, now = program_of(plan), scope.now
    scope.start = values = _values(program, beginning, scope)
    d = Draft(program, State(beginning.run, world.person.id, plan.hash, now, values), world, now)
    d.scope_ = scope
    by, replaces = identity_of(d), replaces_of(d)
    stands = _standing(d, by, earlier)
    if stands is not None:
        return NotStarted(
            "already", (Reason("already", beginning.trigger.place, 0, _named(plan, beginning.trigger, by)),), stands.run
        )
    held_back = next((o for o in world.overrides if o.journey == plan.journey), None) if world.overrides else None
    if held_back is not None:
        seen = Fields(
            {"override": held_back.number, "by": held_back.by, "until": held_back.until, "reason": held_back.reason}
        )
        return NotStarted(
            "held back", (Reason("held back", beginning.trigger.place, 0, _named(plan, beginning.trigger, seen)),)
        )
    replaced = () if plan.replaces is None else tuple(e.run for e in earlier if e.open and e.replaces == replaces)
    d.say("started", beginning.trigger.place, 0, trigger=beginning.trigger.name, **dict(beginning.said.items()))
    if beginning.above_limit:
        d.phase = "waiting for release"
        d.say("above the limit")
        wake_at = deadline(now, RELEASE_LIMIT, calendar_of(world.organization.owner, world))
        return Started(d.decision(wake_at), replaced, by, replaces)
    d.go_on(plan.first, (), "open")
    look_at_life(d)
    run_on(d)
    return Started(guarded(d, None), replaced, by, replaces)


def _in_scope(program: Program, trigger: Start, scope: Scope) -> NotStarted | None:
    """`where`, `for` and `while`, in this order; what is unknown is deferred. A run that pauses at once asks no `while`."""
    plan = program.plan
    for rule, condition in (("where", trigger.where), ("for", trigger.for_), ("while", plan.while_)):
        if condition is None or (rule == "while" and _pauses(program, scope)):
            continue
        verdict = program.test(condition, scope)
        if verdict is UNKNOWN:
            return NotStarted("unknown", (Reason(rule, trigger.place, 0, _named(plan, trigger)),))
        if not verdict:
            return NotStarted(
                "no longer" if rule == "while" else "not in scope",
                (Reason(rule, trigger.place, 0, _named(plan, trigger)),),
            )
    return None


def _pauses(program: Program, scope: Scope) -> bool:
    """Whether the run would pause at once; whoever left does not."""
    pause = program.plan.pause_while
    left = scope.person is not None and scope.person.status == "left"
    return pause is not None and not left and program.test(pause, scope) is True


def _named(plan: Plan, trigger: Start, seen: Fields = NOTHING) -> Fields:
    """Where no run began, the journey must be named for the reason's place to be found."""
    return seen.plus({"journey": plan.journey, "start": trigger.name})


def _values(program: Program, beginning: Beginning, scope: Scope) -> Fields:
    values: dict[str, Value] = dict(beginning.given.items())
    for name, parts in beginning.trigger.values.items():
        values[name] = program.text(parts, scope)
    values["name"] = beginning.trigger.name
    return Fields.of(values)


def identity_of(d: Draft) -> Fields:
    """The values of `once`: with the person they make a start what it is."""
    return _valued(d, d.plan.once.by)


def replaces_of(d: Draft) -> Fields:
    """The values of `replaces`."""
    return _valued(d, d.plan.replaces or ())


def _valued(d: Draft, paths: tuple[Expression, ...]) -> Fields:
    if not paths:
        return NOTHING
    scope = d.scope()
    return Fields({show(path): d.program.value(path, scope) for path in paths})


def _standing(d: Draft, by: Mapping[str, Value], earlier: Sequence[Earlier]) -> Earlier | None:
    """The earlier run that makes this start *not needed*, if there is one."""
    if not earlier:
        return None
    once = d.plan.once
    same = [each for each in earlier if each.counts and each.by == by]
    if once.at_a_time:
        return next((each for each in same if each.open), None)
    if once.within is not None:
        return next((each for each in same if d.now < _ends(d, each.begun, once.within)), None)
    if once.period:
        zone = d.world.organization.zone
        now = period_of(d.now, once.period, zone)
        return next((each for each in same if period_of(each.begun, once.period, zone) == now), None)
    return same[0] if same else None


def _ends(d: Draft, begun: Instant, within: Duration) -> Instant:
    ends: date | datetime | Unknown = add(begun, 1, within, calendar_of(d.world.organization.owner, d.world))
    return ends if isinstance(ends, datetime) else begun + timedelta(days=365)
