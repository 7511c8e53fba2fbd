"""Making the sheets of all reports out of the store: a slice of runs at a time, with all that hangs on them.

Each slice is of one moment; what happens while the next ones are read is in them. Nothing here counts: that is the sheets'.
"""

# ruff: noqa: S608 - statements are put together from constants; every value is handed over apart

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from msgspec import Raw, Struct

from handrail.insight.past import Past, PlanKept, then_of
from handrail.insight.reports.attributing import Late, why_late
from handrail.insight.reports.defined import (
    AGES,
    ATTAINMENT,
    BEGINNING,
    COMPLIANCE,
    END,
    FUNNEL,
    NOT_KNOWN,
    OLDER,
    STALLS,
)
from handrail.insight.reports.sheets import Group, Sheet, Sheets, month_of
from handrail.store.kept.lapses import lapse_of
from handrail.store.moments import FAILED, PHASE, PHASES, to_instant, to_millis
from handrail.terms import coding
from handrail.terms.plan import NONE
from handrail.terms.values import Instant

SLICE: Final = 1000
"""So many runs or people are read and counted at a time: about 30 ms."""

Between: TypeAlias = Callable[[int], None]
"""Is called after each slice with the number of runs that are done: whoever reckons beside others rests there."""

_DAY: Final = timedelta(days=1) // timedelta(milliseconds=1)
_LAST: Final = 2**62
_RUN: Final = "SELECT id, person, plan, phase, begun, ended, counts, state FROM run WHERE "
_HANDOFF: Final = (
    "SELECT run, pass, step, owner, opened, due, closed, ended, stuck, late, escalated, lapse FROM handoff WHERE run "
)
_TRIED: Final = f"SELECT run, pass FROM effect WHERE (state = {FAILED} OR tries > 1) AND run "
_PEOPLE: Final = "SELECT id, status, department, manager, body FROM person WHERE "
_WHOLE_RUN: Final = "(the whole run)"


class _Site(Struct, frozen=True):
    """Of a person only where they work."""

    location: Any = None


class _Somebody(NamedTuple):
    department: str
    site: str
    manager: int | None
    left: bool


class _At(Struct, frozen=True, array_like=True):
    """Of an open pass only at which step it is."""

    number: int
    step: int


class _Stands(Struct, frozen=True, array_like=True):
    """Of a state only what is done and what is open (`terms.state.State`, its first parts)."""

    run: int
    person: int
    plan: Raw
    begun: Raw
    start: Raw
    phase: Raw
    reason: Raw
    passes: tuple[_At, ...] = ()
    results: dict[str, Raw] = {}


class _Run(NamedTuple):
    number: int
    person: int
    plan: int
    phase: int
    begun: int
    ended: int | None
    counts: int
    state: bytes | None


class Hand(NamedTuple):
    """A handoff, as far as reports know it."""

    run: int
    pass_: int
    step: int
    owner: str
    opened: int
    due: int | None
    closed: int | None
    ended: str
    stuck: int
    late: int
    escalated: int
    lapse: bytes | None


class _Slice(NamedTuple):
    """Some runs, their handoffs, and which of these had a call that failed or was tried again."""

    runs: Sequence[_Run]
    hands: Mapping[int, list[Hand]]
    tried: frozenset[tuple[int, int]]


def _on(_: int) -> None:
    """Go on at once."""


def reckoned(past: Past, now: Instant, people: Sequence[int] | None = None, between: Between = _on) -> Sheets:
    """The sheets as things stand; of these people alone where they are named. What `between` raises ends it."""
    known = _everybody(past, between) if people is None else _these(past, people)
    making = _Making(past, now, known, few=people is not None)
    slices = _everything(past) if people is None else _of_people(past, people)
    for each in slices:
        making.take(each)
        between(making.runs)
    return making.sheets()


def _everything(past: Past) -> Iterator[_Slice]:
    """All runs, in slices by their numbers."""
    read, after = past.store.database.read, 0
    while found := read(f"{_RUN}id > ? ORDER BY id LIMIT ?", (after, SLICE)):
        runs = [_Run(*row) for row in found]
        between = (runs[0].number, runs[-1].number)
        hands = (Hand(*row) for row in read(f"{_HANDOFF}BETWEEN ? AND ?", between))
        yield _Slice(
            runs, _by_run(hands), frozenset((row[0], row[1]) for row in read(f"{_TRIED}BETWEEN ? AND ?", between))
        )
        after = runs[-1].number


def _of_people(past: Past, people: Sequence[int]) -> Iterator[_Slice]:
    read_in = past.store.database.read_in
    runs = sorted(_Run(*row) for row in (read_in(f"{_RUN}person {{in}}", sorted(people)) if people else ()))
    if runs:
        numbers = [run.number for run in runs]
        hands = (Hand(*row) for row in read_in(f"{_HANDOFF}{{in}}", numbers))
        tried = frozenset((row[0], row[1]) for row in read_in(f"{_TRIED}{{in}}", numbers))
        yield _Slice(runs, _by_run(hands), tried)


def _by_run(hands: Iterable[Hand]) -> dict[int, list[Hand]]:
    found: dict[int, list[Hand]] = {}
    for each in hands:
        found.setdefault(each.run, []).append(each)
    return found


def _everybody(past: Past, between: Between) -> dict[int, _Somebody]:
    """Everybody, as they are now; what their department or site is when nobody said it: empty."""
    found, after = dict[int, _Somebody](), 0
    while rows := past.store.database.read(f"{_PEOPLE}id > ? ORDER BY id LIMIT ?", (after, SLICE)):
        found.update({row[0]: _somebody(row) for row in rows})
        after = rows[-1][0]
        between(0)
    return found


def _these(past: Past, people: Sequence[int]) -> dict[int, _Somebody]:
    """These people, as they are now."""
    found = past.store.database.read_in(f"{_PEOPLE}id {{in}}", sorted(people)) if people else ()
    return {row[0]: _somebody(row) for row in found}


def _somebody(row: tuple[Any, ...]) -> _Somebody:
    _, status, department, manager, body = row
    site = coding.unpack(body, _Site).location
    return _Somebody(department or "", site if isinstance(site, str) else "", manager, status == "left")


_NOBODY: Final = _Somebody("", "", None, left=True)
"""Somebody who was erased."""


class _Making:
    """The sheets while they are made."""

    def __init__(self, past: Past, now: Instant, people: Mapping[int, _Somebody], *, few: bool) -> None:
        self.past, self.now, self.moment = past, now, to_millis(now)
        self.few, self.people = few, people
        self.compliance, self.stalls = Sheet(COMPLIANCE.words), Sheet(STALLS.words)
        self.attainment, self.funnel = Sheet(ATTAINMENT.words), Sheet(FUNNEL.words)
        self.newest: dict[tuple[int, str], tuple[int, int, str, Group]] = {}
        self.runs = 0
        self.behind: dict[int, int] = {}
        self.zone = ZoneInfo(past.organization(then_of(now)).zone)
        self.month = lru_cache(maxsize=4096)(self._month)

    def take(self, some: _Slice) -> None:
        """Write down the lines of some runs."""
        for run in some.runs:
            kept, person = self.past.plans[run.plan], self.people.get(run.person, _NOBODY)
            hands = some.hands.get(run.number, [])
            where = Group(kept.plan.journey, person.department, person.site)
            self._one(run, where, person, hands)
            self._funnel(run, kept, where, hands)
            for each in hands:
                self._handoff(each, run, kept, (where, person), tried=(each.run, each.pass_) in some.tried)
            self.runs += 1
            if self.few:
                self.behind[run.number] = run.person

    def sheets(self) -> Sheets:
        """All of them."""
        for number, month, state, where in self.newest.values():
            self.compliance.add(where, month, state, number)
        plans = [self.past.plans[number] for number in self.past.plans]
        of = {
            "compliance": self.compliance,
            "stalls": self.stalls,
            "attainment": self.attainment,
            "funnel": self.funnel,
        }
        return Sheets(
            begun=self.now,
            runs=self.runs,
            of=of,
            people=self.behind,
            journeys={kept.plan.journey: kept.plan.title for kept in plans},
            steps={kept.plan.journey: tuple(step.name for step in kept.plan.steps) for kept in plans},
            departments=tuple(sorted({each.department for each in self.people.values()} - {""})),
        )

    def _one(self, run: _Run, where: Group, person: _Somebody, hands: Sequence[Hand]) -> None:
        """One run for compliance; an older one of the same journey gives way to it."""
        month, state = self.month(run.begun // _DAY), self._state(run, hands)
        if person.left:
            self.compliance.add(where, month, "left", run.number)
        elif state == "never counted":
            self.compliance.add(where, month, state, run.number)
        else:
            before = self.newest.get((run.person, where.journey))
            if before is not None:
                self.compliance.add(before[3], before[1], "earlier run", before[0])
            self.newest[run.person, where.journey] = (run.number, month, state, where)

    def _state(self, run: _Run, hands: Sequence[Hand]) -> str:
        match PHASES[run.phase]:
            case "finished":
                return "done"
            case "stopped":
                return "not done" if run.counts else "never counted"
            case "not released":
                return "never counted"
            case "open":
                open_ones = [each for each in hands if each.closed is None]
                return "late" if any(each.late or self._past_due(each) for each in open_ones) else "not yet due"
            case word:
                return word

    def _past_due(self, each: Hand) -> bool:
        return each.due is not None and each.due <= (self.moment if each.closed is None else each.closed - 1)

    def _above(self, person: _Somebody) -> int | None:
        """Their manager's manager; to a manager, who would know at once who that is, it is somebody else."""
        return None if self.few or person.manager is None else self.people.get(person.manager, _NOBODY).manager

    def _handoff(
        self,
        each: Hand,
        run: _Run,
        kept: PlanKept,
        about: tuple[Group, _Somebody],
        *,
        tried: bool,
    ) -> None:
        """One handoff for stalls and attainment."""
        where, person = about
        name = kept.plan.steps[each.step].name if each.step != NONE else _WHOLE_RUN
        late, above = bool(each.late) or self._past_due(each), self._above(person)
        group = where._replace(owner=role_of(each.owner, run.person, person.manager, above), step=name)
        if each.closed is None:
            stuck = bool(each.stuck) or late
            self.stalls.add(group, 0, _age(self.moment - each.opened) if stuck else "as meant", each.run, each.pass_)
        if late:
            had = _had(each)
            state = why_late(kept.plan, Late(each.step, had or each.owner, tried))
            role = role_of(had, run.person, person.manager, above) if had else NOT_KNOWN
            group = group._replace(owner=role)
        elif each.due is None and not (each.closed is None and run.phase == PHASE["paused"]):
            state = "without a limit"
        elif each.closed is None:
            state = "not yet due"
        else:
            state = "overtaken" if each.ended in _OVERTAKEN else "in time"
        self.attainment.add(group, self.month(each.opened // _DAY), state, each.run, each.pass_)

    def _funnel(self, run: _Run, kept: PlanKept, where: Group, hands: Sequence[Hand]) -> None:
        """One run for the funnel of its journey: a line for the beginning, each step it came to, and the end."""
        month = self.month(run.begun // _DAY)
        if run.phase == PHASE["not released"] or (run.phase == PHASE["stopped"] and not run.counts):
            self.funnel.add(where._replace(step=BEGINNING), month, "never counted", run.number)
            return
        self.funnel.add(where._replace(step=BEGINNING), month, "went on", run.number)
        for step, state in self._steps(run, kept, hands).items():
            self.funnel.add(where._replace(step=step), month, state, run.number)
        if run.phase == PHASE["finished"]:
            self.funnel.add(where._replace(step=END), month, "went on", run.number)

    def _steps(self, run: _Run, kept: PlanKept, hands: Sequence[Hand]) -> dict[str, str]:
        """How far each step of the run is: stopped there, else there now, else done."""
        if not run.state:
            return {}
        steps, stands = kept.plan.steps, coding.unpack(run.state, _Stands)
        found = dict.fromkeys((name.partition("[")[0] for name in stands.results if name), "went on")
        found.update({steps[each.step].name: "there now" for each in stands.passes if each.step != NONE})
        if run.phase == PHASE["stopped"]:
            stopped = [each.step for each in hands if each.ended == "stopped" and each.step != NONE]
            found.update({steps[step].name: "stopped there" for step in stopped})
        known = {step.name for step in steps}
        return {name: state for name, state in found.items() if name in known}

    def _month(self, day: int) -> int:
        local = to_instant(day * _DAY + _DAY // 2).astimezone(self.zone)
        return month_of(local.year, local.month)


_OVERTAKEN: Final = frozenset({"stopped", "finished", "not released", "no longer needed"})


def _had(each: Hand) -> str:
    """Who had a late handoff when its limit passed first, not whoever it was handed to then; empty: it is not known."""
    lapse = lapse_of(each.lapse)
    if lapse is not None:
        return lapse.owner
    return "" if each.late and each.escalated else each.owner


def _age(millis: int) -> str:
    return next((word for word, days in AGES if millis < days * _DAY), OLDER)


def role_of(owner: str, person: int, manager: int | None, above: int | None) -> str:
    """What an owner is to the person the handoff is about; teams by their name."""
    kind, _, name = owner.partition(":")
    if kind == "team":
        return f"team {name}"
    if kind == "person" and name.isdecimal():
        if int(name) == person:
            return "learner"
        if int(name) == manager:
            return "manager"
        return "manager's manager" if int(name) == above else "somebody else"
    return "by address" if owner else "nobody yet"
