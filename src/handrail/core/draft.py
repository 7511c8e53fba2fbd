"""A decision in the making: the state opened up, and what is collected on the way.

Steps, ladders and lives change a draft and put what must go on into `todo`; `flow` works that off. A draft is
made from a frozen state and ends as a frozen decision, so nothing leaks out of one that fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Final

from msgspec.structs import replace

from handrail.calendar.zones import local_day
from handrail.conditions.scope import Scope
from handrail.core.owners import calendar_of, calendar_of_learner
from handrail.core.program import Program
from handrail.terms import coding
from handrail.terms.decision import Decision, HandoffChange, Reason
from handrail.terms.effect import BeginRun, Call, Effect, JoinCohort, Message
from handrail.terms.expression import Expression
from handrail.terms.organization import Calendar
from handrail.terms.plan import NONE, AnyMove, Argument, Ask, Do, Plan, Step, Tell
from handrail.terms.state import OVER, Again, Kept, Pass, Pending, Sent, State, Used, Waiting
from handrail.terms.values import NOTHING, Fields, Instant, Unknown, Value
from handrail.terms.world import World

IN_HANDS = frozenset({"answer", "event", "journey", "cohort", "value"})
"""What an open pass waits for when it is somebody's handoff and has a row of its own."""

LEAVING: Final[frozenset[type]] = frozenset({Call, Message, BeginRun, JoinCohort})
"""What goes out of a run. Measures stay here; the rest takes back."""


_day: Final = lru_cache(maxsize=1024)(local_day)
"""A batch has one `now`, and runs that began together one beginning: their days are reckoned once."""


class ItemResults(Mapping[str, Mapping[str, Value]]):
    """Results as seen from inside an `each`: the item's own where it has one."""

    __slots__ = ("_results", "_suffixes")

    def __init__(self, results: Mapping[str, Fields], items: tuple[int, ...]) -> None:
        self._results = results
        self._suffixes = tuple(suffix(items[:length]) for length in range(len(items), -1, -1))

    def __getitem__(self, name: str) -> Mapping[str, Value]:
        for ending in self._suffixes:
            if (found := self._results.get(name + ending)) is not None:
                return found
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._results)

    def __len__(self) -> int:
        return len(self._results)


def suffix(items: tuple[int, ...]) -> str:
    """How results and counts of one item are told apart: `[2]`, inside two lists `[2.1]`."""
    return f"[{'.'.join(map(str, items))}]" if items else ""


def scope_of(world: World, now: Instant, begun: Instant, start: Fields) -> Scope:
    """What a run that began then, with those values, may ask about; nothing of what it did."""
    calendar = calendar_of_learner(world)
    zone = world.person.time_zone if isinstance(world.person.time_zone, str) else calendar.zone
    return Scope(
        world.organization,
        calendar,
        now,
        _day(now, zone),
        _day(begun, world.organization.zone),
        zone,
        world.person,
        world.was,
        world.people,
        start=start,
        record=world.record,
    )


class Draft:
    """One run while one event is decided. What is a tuple, and `jumps`, is shared with the state: it is replaced, never changed."""

    __slots__ = (
        "again", "closed", "counts", "early", "effects", "jumps", "left", "not_before", "now", "opened", "out", "passes", "paused_at",
        "pending", "phase", "plan", "program", "reason", "reasons", "results", "scope_", "sent", "state", "todo", "used", "used_events",
         "was_open", "world",
    )  # fmt: skip

    def __init__(self, program: Program, state: State, world: World, now: Instant) -> None:
        self.program = program
        self.plan: Plan = program.plan
        self.state = state
        self.world = world
        self.now = now
        self.phase = state.phase
        self.reason = state.reason
        self.passes: dict[int, Pass] = {}
        for each in state.passes:
            self.passes[each.number] = each
        self.was_open: dict[int, Pass] = {**self.passes}
        self.results: dict[str, Fields] = {**state.results}
        self.early: tuple[Kept, ...] = state.early
        self.used_events: tuple[Used, ...] = state.used
        self.sent: tuple[Sent, ...] = state.sent
        self.again: tuple[Again, ...] = state.again
        self.pending: tuple[Pending, ...] = state.pending
        self.jumps: Mapping[str, int] = state.jumps
        self.opened = state.opened
        self.paused_at = state.paused_at
        self.not_before = state.not_before
        self.out = state.out
        self.left = state.left
        self.counts = state.counts
        self.effects: list[Effect] = []
        self.reasons: list[Reason] = []
        self.closed: dict[int, tuple[Pass, str]] = {}
        self.todo: list[Pending] = []
        self.used = True
        self.scope_: Scope | None = None

    # What may be read

    @property
    def over(self) -> bool:
        return self.phase in OVER

    def left_already(self) -> bool:
        """Whether anything was decided that leaves the run, now or before."""
        return self.left or not LEAVING.isdisjoint(map(type, self.effects))

    def scope(
        self, items: tuple[int, ...] = (), step: int = NONE, event: Fields | None = None, opening: Instant | None = None
    ) -> Scope:
        """The one scope of this decision, turned to the item, event and opening in question."""
        scope = self.scope_
        if scope is None:
            scope = self.scope_ = scope_of(self.world, self.now, self.state.begun, self.state.start)
        scope.event = event
        scope.opening = opening
        scope.results = ItemResults(self.results, items) if items else self.results
        scope.items = self.item_values(step, items) if items else NOTHING
        return scope

    def item_values(self, step: int, items: tuple[int, ...]) -> Fields:
        """The names of the enclosing `each` lists with the item that this pass is in."""
        named: dict[str, Value] = {}
        depth = len(items)
        for ancestor in self.program.ancestors[step] if step != NONE else ():
            item = getattr(self.plan.steps[ancestor].body, "item", "")
            if item and depth:
                depth -= 1
                listed = self.results.get(self.key(ancestor, items[:depth]), NOTHING).get("items", ())
                if isinstance(listed, tuple) and items[depth] < len(listed):
                    named[item] = listed[items[depth]]
        return Fields(named)

    def arguments(
        self, step: int, items: tuple[int, ...], named: Mapping[str, Argument], days: tuple[str, ...] = ()
    ) -> Fields:
        """The values of `with` or `record` of a step that opens now."""
        written = self.program.written(named)
        if written is not None:
            return written
        return self.program.arguments(named, self.scope(items, step, opening=self.now), days)

    def test(self, expression: Expression, scope: Scope) -> bool | Unknown:
        return self.program.test(expression, scope)

    def step(self, number: int) -> Step:
        return self.plan.steps[number]

    def key(self, step: int, items: tuple[int, ...]) -> str:
        """The name under which a step's result is kept."""
        name = self.plan.steps[step].name
        return name + suffix(items) if items else name

    def times(self, step: int, items: tuple[int, ...]) -> int:
        return 1 + self.jumps.get("#" + self.key(step, items), 0)

    def calendar(self, owner: str) -> Calendar:
        """The calendar that counts for a handoff of `owner`, by the journey's `calendar`."""
        if self.plan.calendar == "owner":
            return calendar_of(owner, self.world)
        if self.plan.calendar == "learner":
            return calendar_of_learner(self.world)
        calendars = self.world.organization.calendars
        return calendars.get(self.plan.calendar) or calendar_of(owner, self.world)

    def within(self, step: int, list_of: int) -> bool:
        """Whether `step` lies inside the step `list_of`."""
        return list_of in self.program.ancestors[step]

    # What may be changed

    def open_pass(self, step: int, items: tuple[int, ...], waiting: Waiting) -> Pass:
        """A new open pass of the step, which nobody has yet."""
        self.opened = number = self.opened + 1
        times = self.times(step, items) if self.jumps and step != NONE else 1
        opened = self.passes[number] = Pass(number, step, times, self.now, waiting, "", None, items)
        return opened

    def put(self, changed: Pass) -> Pass:
        """The pass as changed; it must be open."""
        assert changed.number in self.passes, f"pass {changed.number} is closed"
        self.passes[changed.number] = changed
        return changed

    def next_rung(self, number: int) -> int:
        """The next effect key of the pass."""
        taken = self.passes[number]
        self.passes[number] = replace(taken, rungs=taken.rungs + 1)
        return taken.rungs

    def close(self, number: int, how: str) -> None:
        self.closed[number] = (self.passes.pop(number), how)

    def go_on(self, step: int, items: tuple[int, ...], how: str) -> None:
        """Have the flow open the step, or go on after it ended so."""
        self.todo.append(Pending(step, items, how))

    def drop(self, wanted: Callable[[Pending], bool]) -> None:
        """Forget what was to go on, now or after a pause, and is not needed any more."""
        if self.todo:
            self.todo = [each for each in self.todo if not wanted(each)]
        if self.pending:
            self.pending = tuple(each for each in self.pending if not wanted(each))

    def say(self, rule: str, place: int = 0, pass_: int = 0, **seen: Value) -> None:
        self.reasons.append(Reason(rule, place, pass_, Fields.of(seen) if seen else NOTHING))

    # How it ends

    def decision(self, wake_at: Instant | None) -> Decision:
        before = self.state
        state = State(  # in its order: names would take longer than all the rest
            before.run,
            before.person,
            before.plan,
            before.begun,
            before.start,
            self.phase,
            self.reason,
            tuple(self.passes.values()),
            self.results,
            self.early,
            self.used_events,
            self.sent,
            self.again,
            self.pending,
            self.jumps,
            self.opened,
            wake_at,
            self.paused_at,
            self.not_before,
            self.out,
            self.left or self.left_already(),
            self.counts,
        )
        return Decision(
            state, tuple(self.effects), tuple(self.reasons), tuple(_handoffs(self)), self.used, coding.pack(state)
        )

    def lender_of(self, each: Pass) -> Pass | None:
        """The open `together` around the pass whose limit it has: what has none of its own ends with it."""
        for ancestor in self.program.ancestors[each.step] if each.step != NONE else ():
            for other in self.passes.values():
                if other.step == ancestor and other.items == each.items[: len(other.items)] and other.due is not None:
                    return other
        return None

    def due_around(self, each: Pass) -> Instant | None:
        """The limit of the `together` that the pass lies in."""
        lender = self.lender_of(each)
        return None if lender is None else lender.due

    def move_in_force(self, each: Pass) -> AnyMove | None:
        """The move at which the pass stands, if it stands at one."""
        if each.ladder < 0 or each.rung < 0:
            return None
        return self.plan.ladders[each.ladder].moves[each.rung]


def _handoffs(d: Draft) -> list[HandoffChange]:
    """The handoffs that closed, or stand otherwise than before."""
    changes = []
    for number, (closed, how) in d.closed.items():
        before = d.was_open.get(number)
        if before is not None and (before.waiting in IN_HANDS or before.asked):
            changes.append(_row(d, closed, how))
    turned = d.phase != d.state.phase  # during a pause no limit runs; where a run ended, none of these was open before
    for number, now_open in d.passes.items():
        if now_open.waiting in IN_HANDS or now_open.asked:
            before = d.was_open.get(number)
            if before is None or turned or before != now_open:
                changes.append(_row(d, now_open, ""))
    return changes


def _row(d: Draft, each: Pass, ended: str) -> HandoffChange:
    """The handoff as it stands; while the run is paused no limit runs, so that it has none."""
    due = None if d.phase == "paused" and not ended else each.due or d.due_around(each)
    escalated = bool(each.asked) and _escalated(d.plan, each)
    return HandoffChange(
        each.number,
        each.step,
        each.owner,
        each.opened,
        due,
        each.waiting,
        escalated,
        d.now if ended else None,
        ended,
        None if ended else each.aside,
        not ended and (each.late or each.failed or each.beside is not None or escalated),
        each.late,
        _lapsed(d, each) if each.late else None,
    )


def _lapsed(d: Draft, each: Pass) -> tuple[str, Instant] | None:
    """Who had it when its limit passed first, and that limit, if it is now that it is seen."""
    before = d.was_open.get(each.number)
    if before is None or before.late or not before.owner or before.due is None:
        return None
    return before.owner, before.due


def _escalated(plan: Plan, each: Pass) -> bool:
    """Whether it was handed on to somebody else; a failed call handed to its owner was not."""
    if each.beside is not None:
        return False
    if len(each.asked) > 1:
        return True
    body = plan.steps[each.step].body if each.step != NONE else None
    return not isinstance(body, Ask | Do | Tell)
