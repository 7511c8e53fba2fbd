"""Which runs of a journey: in a phase, at a step, late, stuck, of people who are called so; those whom the viewer sees.

Runs lie by version and phase in the order in which they began, and are gone through in it. What no index knows (who is at a
step, who is late) is looked at run by run, so many for one page at most; a few people's runs are found by the people.
"""

# ruff: noqa: S608 - statements are put together from constants; every value is handed over apart

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from handrail.insight.desk.journeys import OPEN, Counted, newest
from handrail.insight.desk.persons.people import named
from handrail.insight.desk.reach import Condition, about_seen
from handrail.insight.past import Past
from handrail.insight.rights import Viewer
from handrail.insight.telling.sentences import step_label
from handrail.store.moments import PHASE, PHASES
from handrail.terms.plan import NONE
from handrail.terms.values import Instant

Phase: TypeAlias = Literal["", "open", "paused", "waiting for release", "finished", "stopped", "not released", "all"]
Only: TypeAlias = Literal["", "late", "stuck", "resting"]

_BEGUN: Final = ("open", "paused")
_NONE_OF_THESE: Final = NONE - 1
_HANDOFF: Final = "EXISTS (SELECT 1 FROM handoff h WHERE h.run = r.id AND h.closed IS NULL{})"
_RESTING: Final = "NOT EXISTS (SELECT 1 FROM handoff h WHERE h.run = r.id AND h.closed IS NULL AND h.step >= 0)"
_ONLY: Final[dict[Only, str]] = {"": "", "resting": "", "late": " AND h.late = 1", "stuck": " AND h.stuck = 1"}


class Bounds(Struct, frozen=True):
    """How far is looked: so many runs for one page, of so many people by the people (of more by going through the journey's runs), so many versions and phases a statement."""

    looked: int = 50_000
    few: int = 2_000
    parts: int = 200


USUAL: Final = Bounds()


class Portion(Struct, frozen=True):
    """Which part of a list: `limit` runs, `after` the last that was looked at for the part before (0: the first part)."""

    limit: int
    after: int = 0
    bounds: Bounds = USUAL


class RunsWanted(Struct, frozen=True):
    """Which runs of `journey`. `phase`: empty for those that are not over. `step`: one of that name is open. `who`: as people are searched for.

    `late` and `stuck` are as of handoffs, at that step where one is named; `resting` are those that wait for a moment alone.
    """

    journey: str
    phase: Phase = ""
    step: str = ""
    only: Only = ""
    who: str = ""

    @property
    def longest_first(self) -> bool:
        """Whether those who began first stand first; of runs that may be over, those who began last do."""
        return self.phase in ("", "open", "paused", "waiting for release")


class RunsFound(Struct, frozen=True):
    """A page of runs by number, and the last one that was looked at where others follow.

    `total` is how many there are, where that is known; `looked`: so many are looked at for one page, and there are more (0: all are).
    """

    runs: tuple[int, ...]
    next: int | None
    total: int | None
    looked: int = 0


class _Asked(Struct, frozen=True):
    """A question made ready: versions and phases with so many runs, what all fulfill, and of which people (None: everybody); `named`: of those called so; `at_once` parts a statement takes."""

    parts: tuple[tuple[int, int], ...]
    many: int
    condition: Condition
    people: Condition | None
    named: bool
    longest_first: bool
    at_once: int

    @property
    def order(self) -> str:
        """As `ORDER BY 1` goes on."""
        return "ASC" if self.longest_first else "DESC"


def steps_of(past: Past, journey: str, now: Instant) -> dict[str, str]:
    """The steps of a journey by name, as they are read: of its newest version in the order of the file, then those that only earlier ones had."""
    earlier = [past.plans[row.plan] for row in reversed(past.publications) if row.journey == journey]
    found: dict[str, str] = {}
    for kept in (newest(past, journey, now), *earlier):
        for step in kept.plan.steps:
            found.setdefault(step.name, step_label(step))
    return found


def runs_in(past: Past, viewer: Viewer, wanted: RunsWanted, counted: Counted, portion: Portion) -> RunsFound:
    """A page of runs; `counted` is how many the journey has by version and phase."""
    asked = _asked(past, viewer, wanted, counted, portion.bounds.parts)
    if not asked.parts:
        return RunsFound((), None, 0)
    if asked.people is not None:
        ask = f"{asked.people.sql} LIMIT {portion.bounds.few + 1}"
        people = [int(number) for (number,) in past.store.database.read(ask, asked.people.values)]
        if len(people) <= portion.bounds.few:
            return _of_few(past, asked, people, portion)
    return _gone_through(past, asked, portion)


def _asked(past: Past, viewer: Viewer, wanted: RunsWanted, counted: Counted, at_once: int) -> _Asked:
    conditions, phases = [], _phases(wanted)
    at = _places(past, counted, wanted.step) if wanted.step else {}
    if wanted.step or wanted.only in ("late", "stuck"):
        where = Condition()
        if at:
            cases, values = " ".join("WHEN ? THEN ?" for _ in at), [each for pair in at.items() for each in pair]
            where = Condition(f" AND h.step = CASE r.plan {cases} ELSE {_NONE_OF_THESE} END", tuple(values))
        conditions.append(Condition(_HANDOFF.format(where.sql + _ONLY[wanted.only]), where.values))
    if wanted.only == "resting":
        conditions.append(Condition(_RESTING))
    found = {
        (plan, PHASE[phase]): many
        for (plan, phase), many in sorted(counted.items())
        if many and phase in phases and (not wanted.step or plan in at)
    }
    sql = "".join(each.also for each in conditions)
    values_of_all = tuple(value for each in conditions for value in each.values)
    return _Asked(
        tuple(found),
        sum(found.values()),
        Condition(sql, values_of_all),
        _people(viewer, wanted.who),
        bool(wanted.who.strip()),
        wanted.longest_first,
        at_once,
    )


def _phases(wanted: RunsWanted) -> Sequence[str]:
    """The phases to look in: what is over has nothing open, and what waits for release has not begun."""
    still = tuple(PHASES[phase] for phase in OPEN)
    chosen = still if not wanted.phase else PHASES if wanted.phase == "all" else (wanted.phase,)
    may = _BEGUN if wanted.only == "resting" else still if wanted.step or wanted.only else PHASES
    return [phase for phase in chosen if phase in may]


def _places(past: Past, counted: Counted, step: str) -> dict[int, int]:
    """Which of its steps is called so, by version; a version without one is left out."""
    plans = {plan: past.plans[plan].plan.steps for plan, _ in counted}
    return {
        plan: place for plan, steps in sorted(plans.items()) for place, each in enumerate(steps) if each.name == step
    }


def _people(viewer: Viewer, who: str) -> Condition | None:
    """The people whose runs are meant and whom the viewer sees, as a statement that lists their ids; None: everybody."""
    parts = [each for each in (about_seen(viewer, "p.id"), named(who.strip())) if each.sql]
    if not parts:
        return None
    where = " AND ".join(each.sql for each in parts)
    return Condition(
        f"SELECT p.id FROM person p WHERE {where}", tuple(value for each in parts for value in each.values)
    )


def _of_few(past: Past, asked: _Asked, people: Sequence[int], portion: Portion) -> RunsFound:
    """The runs of these people, all at once."""
    plans, phases = ({str(part[place]) for part in asked.parts} for place in (0, 1))
    ask = (
        f"SELECT r.id FROM run r WHERE r.plan IN ({', '.join(sorted(plans))}) AND r.phase IN ({', '.join(sorted(phases))})"
        f"{asked.condition.sql} AND r.person {{in}}"
    )
    rows = past.store.database.read_in(ask, people, asked.condition.values)
    every = sorted((int(number) for (number,) in rows), reverse=not asked.longest_first)
    return _of_all(asked, every, portion)


def _gone_through(past: Past, asked: _Asked, portion: Portion) -> RunsFound:
    """The runs in the order in which they began, as far as so many were looked at."""
    condition, limit, most = asked.condition, portion.limit, portion.bounds.looked
    if asked.people is not None:
        of_people = f"{condition.sql} AND r.person IN ({asked.people.sql})"
        condition = Condition(of_people, (*condition.values, *asked.people.values))
    beyond = _beyond(asked, portion.after)
    if not condition.sql:
        found = _numbers(past, asked, beyond, limit)
        return RunsFound(tuple(found), found[-1] if len(found) == limit else None, asked.many)
    bounded = asked.many > most
    if not bounded and not asked.named:
        return _of_all(asked, _numbers(past, asked, condition, most), portion)
    further = _numbers(past, asked, beyond, 1, most - 1) if bounded else []
    bound = further[0] if further else None
    within = _up_to(asked, bound)
    values = (*beyond.values, *within.values, *condition.values)
    found = _numbers(past, asked, Condition(beyond.sql + within.sql + condition.sql, values), limit)
    return RunsFound(tuple(found), found[-1] if len(found) == limit else bound, None, most if bounded else 0)


def _of_all(asked: _Asked, every: Sequence[int], portion: Portion) -> RunsFound:
    """A page of them, where all are at hand in their order."""
    limit, after = portion.limit, portion.after
    passed = sum(number <= after if asked.longest_first else number >= after for number in every) if after else 0
    left = every[passed : passed + limit + 1]
    return RunsFound(tuple(left[:limit]), left[limit - 1] if len(left) > limit else None, len(every))


def _beyond(asked: _Asked, after: int) -> Condition:
    return Condition(f" AND r.id {'>' if asked.longest_first else '<'} ?", (after,)) if after else Condition()


def _up_to(asked: _Asked, last: int | None) -> Condition:
    return Condition() if last is None else Condition(f" AND r.id {'<=' if asked.longest_first else '>='} ?", (last,))


def _numbers(past: Past, asked: _Asked, condition: Condition, limit: int, leave: int = 0) -> list[int]:
    """The first of them; a part is already in their order, and the parts are merged. `leave`: so many before them are left out."""
    found: list[int] = []
    many_parts = len(asked.parts) > asked.at_once
    page = (leave + limit, 0) if many_parts else (limit, leave)
    for parts in _some(asked):
        one = f"SELECT r.id FROM run r WHERE r.plan = ? AND r.phase = ?{condition.sql}"
        values = [value for part in parts for value in (*part, *condition.values)]
        ask = f"{' UNION ALL '.join(one for _ in parts)} ORDER BY 1 {asked.order} LIMIT ? OFFSET ?"
        found += [int(number) for (number,) in past.store.database.read(ask, (*values, *page))]
    return sorted(found, reverse=not asked.longest_first)[leave if many_parts else 0 :][:limit]


def _some(asked: _Asked) -> Iterator[list[tuple[int, int]]]:
    """The parts, so many at a time as a statement takes."""
    iterator = iter(asked.parts)
    while some := list(islice(iterator, asked.at_once)):
        yield some
