"""Journeys as a list, and one of them: its versions, how many are in it, at which step, and how many of those are late.

What a journey says is `literacy`'s matter; who is in it is counted here, by index, however many runs there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from msgspec import Struct

from handrail.insight.knowing.authors import authors
from handrail.insight.past import Past, PlanKept, then_of
from handrail.store.moments import PHASE, PHASES, to_instant
from handrail.terms.plan import NONE
from handrail.terms.values import Instant

_PHASES: Final = "SELECT plan, phase, count(*) FROM run GROUP BY plan, phase"
_PHASES_OF: Final = "SELECT plan, phase, count(*) FROM run WHERE plan {in} GROUP BY plan, phase"
_LATE: Final = (
    "SELECT r.plan, count(*) FROM handoff h JOIN run r ON r.id = h.run "
    "WHERE h.closed IS NULL AND h.stuck = 1 AND h.late = 1 GROUP BY r.plan"
)
_AT: Final = (
    "SELECT r.plan, h.step, count(DISTINCT h.run), count(DISTINCT CASE WHEN h.late = 1 THEN h.run END), sum(h.late) "
    "FROM run r JOIN handoff h ON h.run = r.id AND h.closed IS NULL WHERE r.phase < 3 AND r.plan {in} GROUP BY r.plan, h.step"
)
_RUNS: Final = (
    "SELECT sum(at_step), sum(late) FROM (SELECT max(CASE WHEN h.step >= 0 THEN 1 ELSE 0 END) AS at_step, max(h.late) AS late "
    "FROM run r JOIN handoff h ON h.run = r.id AND h.closed IS NULL WHERE r.phase < 3 AND r.plan {in} "
    "GROUP BY r.plan, r.phase, r.id) AS by_run"
)
"""Runs instead of handoffs: somebody may be at two steps at once, and twice at one."""

OPEN: Final = (PHASE["open"], PHASE["paused"], PHASE["waiting for release"])


class JourneyLine(Struct, frozen=True):
    """One journey. `counts` are its runs by phase, `late` the open handoffs in it that were past their limit once; `published` when its newest version was."""

    name: str
    title: str
    version: str
    published: Instant | None
    counts: Mapping[str, int]
    late: int

    @property
    def open(self) -> int:
        """How many runs are not over."""
        return sum(self.counts.get(PHASES[phase], 0) for phase in OPEN)


class VersionLine(Struct, frozen=True):
    """One version: when new runs took it, by whom it was published, how many still go by it; `called` is its number beside its hash."""

    version: str
    since: Instant
    until: Instant | None
    by: str
    open: int
    over: int
    called: str = ""


class StepCount(Struct, frozen=True):
    """How many runs wait at a step now, and how many of them were past their limit there once."""

    step: str
    open: int
    late: int


Counted: TypeAlias = Counter[tuple[int, str]]
"""Runs by plan and phase."""


class JourneyHead(Struct, frozen=True):
    """What stands on top of every page of a journey; `counted` are its runs by version and phase."""

    line: JourneyLine
    versions: tuple[VersionLine, ...]
    counted: Counted


class OneJourney(Struct, frozen=True):
    """A journey and who is where in it; `kept` is the version that new runs take (else the last one that they took).

    `at_steps` runs are at one of `steps` (somebody may be at two at once); the others are in none. `late` runs have a
    handoff open that was past its limit once.
    """

    line: JourneyLine
    versions: tuple[VersionLine, ...]
    steps: tuple[StepCount, ...]
    kept: PlanKept
    at_steps: int = 0
    late: int = 0

    @property
    def waiting(self) -> int:
        """How many wait for release."""
        return self.line.counts.get("waiting for release", 0)

    @property
    def resting(self) -> int:
        """How many open runs wait for a moment alone: in a pause, or for a date; nobody has to do anything."""
        return max(self.line.open - self.waiting - self.at_steps, 0)

    @property
    def at_once(self) -> int:
        """How many more lines there are than runs, because some are at several steps."""
        return max(sum(each.open for each in self.steps) - self.at_steps, 0)


def journeys(past: Past, now: Instant) -> tuple[JourneyLine, ...]:
    """Every journey that was ever published, by its title."""
    counted, late = _counted(past), _late(past)
    lines = (_line(past, name, now, (counted, late)) for name in past.journeys())
    return tuple(sorted(lines, key=lambda line: line.title.casefold()))


def titles(past: Past, now: Instant) -> tuple[tuple[str, str], ...]:
    """Every journey's name and title, by the title; two that are titled alike have their names beside them."""
    found = {name: newest(past, name, now).plan.title for name in past.journeys()}
    many = Counter(found.values())
    told = {name: title if many[title] == 1 else f"{title} ({name})" for name, title in found.items()}
    return tuple(sorted(told.items(), key=lambda each: each[1].casefold()))


def one_journey(past: Past, name: str, now: Instant) -> OneJourney | None:
    """The journey of that name; None: there never was one."""
    if name not in past.journeys():
        return None
    counted = _counted_of(past, name)
    plans = sorted({plan for (plan, phase), many in counted.items() if many and PHASE[phase] in OPEN})
    steps, late_handoffs, at_steps, late = _at(past, plans)
    line = _line(past, name, now, (counted, {plans[0]: late_handoffs} if plans else {}))
    return OneJourney(line, tuple(_versions(past, name, counted)), steps, newest(past, name, now), at_steps, late)


def journey_head(past: Past, name: str, now: Instant) -> JourneyHead | None:
    """The same without who is where; None: there never was one."""
    if name not in past.journeys():
        return None
    counted = _counted_of(past, name)
    line = _line(past, name, now, (counted, _late(past)))
    return JourneyHead(line, tuple(_versions(past, name, counted)), counted)


def version_names(past: Past, name: str) -> dict[str, str]:
    """What the versions of a journey are called, by their hashes: `version 2 (7dfebb50)`, numbered as they were first published."""
    found: dict[str, str] = {}
    for row in (each for each in past.publications if each.journey == name):
        hash_ = past.plans[row.plan].plan.hash[:8]
        found.setdefault(hash_, f"version {len(found) + 1} ({hash_})")
    return found


def _counted(past: Past) -> Counted:
    return _by_phase(past.store.database.read(_PHASES))


def _counted_of(past: Past, name: str) -> Counted:
    mine = [number for number in past.plans if past.plans.journey_of(number) == name]
    return _by_phase(past.store.database.read_in(_PHASES_OF, mine))


def _by_phase(rows: Iterable[Sequence[int]]) -> Counted:
    return Counter({(int(plan), PHASES[phase]): int(many) for plan, phase, many in rows})


def _late(past: Past) -> Mapping[int, int]:
    return {int(plan): int(many) for plan, many in past.store.database.read(_LATE)}


def newest(past: Past, name: str, now: Instant) -> PlanKept:
    """The version that new runs take, else the last one that they took."""
    current = past.current(name, then_of(now))
    return current or past.plans[[row for row in past.publications if row.journey == name][-1].plan]


def _line(past: Past, name: str, now: Instant, counts: tuple[Counted, Mapping[int, int]]) -> JourneyLine:
    kept, (counted, late) = newest(past, name, now), counts
    mine = {number for number in past.plans if past.plans.journey_of(number) == name}
    of_phase = Counter[str]()
    for (plan, phase), many in counted.items():
        if plan in mine:
            of_phase[phase] += many
    published = max((row.from_ for row in past.publications if row.journey == name), default=0)
    return JourneyLine(
        name,
        kept.plan.title,
        kept.plan.hash[:8],
        to_instant(published),
        dict(of_phase),
        sum(many for plan, many in late.items() if plan in mine),
    )


def _versions(past: Past, name: str, counted: Mapping[tuple[int, str], int]) -> Iterator[VersionLine]:
    """The newest first; a version that was published twice is there twice."""
    mine = [each for each in past.publications if each.journey == name]
    called_by, numbered = authors(past, (each.by for each in mine)), version_names(past, name)
    for row in reversed(mine):
        by_phase = {phase: many for (plan, phase), many in counted.items() if plan == row.plan}
        still = sum(by_phase.get(PHASES[phase], 0) for phase in OPEN)
        version = past.plans[row.plan].plan.hash[:8]
        until = None if row.until is None else to_instant(row.until)
        yield VersionLine(
            version,
            to_instant(row.from_),
            until,
            called_by(row.by),
            still,
            sum(by_phase.values()) - still,
            numbered[version],
        )


def _at(past: Past, plans: Sequence[int]) -> tuple[tuple[StepCount, ...], int, int, int]:
    """Who is where, by the name of the step; how many handoffs are late; how many runs are at a step, and how many late."""
    found: dict[str, tuple[int, int]] = {}
    late_handoffs = 0
    for plan, step, many, late, handoffs in past.store.database.read_in(_AT, plans):
        late_handoffs += int(handoffs)
        if step != NONE:
            name = past.plans[plan].plan.steps[step].name
            before = found.get(name, (0, 0))
            found[name] = (before[0] + int(many), before[1] + int(late))
    runs = [(int(at or 0), int(late or 0)) for at, late in past.store.database.read_in(_RUNS, plans)]
    steps = tuple(StepCount(name, *counts) for name, counts in found.items())
    return steps, late_handoffs, sum(at for at, _ in runs), sum(late for _, late in runs)
