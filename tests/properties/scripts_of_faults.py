"""What happens in one example: small acts of people and systems, drawn by Hypothesis and put on a world's agenda.

An act says what somebody outside does and knows no mechanism. It is done again, the same, when the process died under it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final, TypeAlias

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec import Struct
from tests.properties.handful import BEGIN, JOURNEYS, LONGEST, mapping, row_of
from tests.properties.world_of_faults import Kill, Mechanisms, Setting, World

from handrail.core.answers import offered
from handrail.engine.by_hand.releases import refuse, release
from handrail.engine.items import ForRun
from handrail.intake.arrivals import arrivals
from handrail.intake.sightings import sighted
from handrail.intake.told import Item
from handrail.practice.faults import Fault
from handrail.store.rows import HandoffRow
from handrail.terms import coding
from handrail.terms.event import Answer
from handrail.terms.plan import NONE
from handrail.terms.state import State
from handrail.terms.values import Fields, Instant

COURSES: Final = ("SAFE-1", "SAFE-2", "SAFE-3", "LEAD-1")
HOURS: Final = (0.0, 0.5, 5.0, 26.0, 50.0, 73.0, 90.0, 97.0, 120.0, 170.0, 240.0)


class Hr(Struct, frozen=True):
    """The HR system tells of a worker. `cells` empty: they are new, with a whole row."""

    hour: float
    who: int
    cells: tuple[tuple[str, str], ...] = ()
    kind: str = "worker.changed"
    twice: bool = False

    def __call__(self, world: World, now: Instant) -> None:
        key = f"l{self.who}"
        boss = ("ben", "cem", "ann")[self.who % 3]
        whole = row_of(key, boss=boss, level=str(1 + self.who % 4), start=f"{BEGIN:%Y-%m-%d}")
        told = dict(self.cells) or {name: value for name, value in whole.items() if name != "id"}
        cells = {name: _day(value, now) for name, value in told.items()}
        item = Item(self.kind, key, now, Fields(cells), id=f"{self.kind} {key} {self.hour} {sorted(cells.items())}")
        for _ in range(2 if self.twice else 1):
            while True:
                made = sighted(world.directory, mapping(), item, world.channel("hris"))
                if world.take([made])[0].disposition != "deferred":
                    break


class Completes(Struct, frozen=True):
    """Somebody completes a course at the LMS, `ago` hours before it learns of it; which tells it by webhook, or not."""

    hour: float
    who: int
    course: str
    score: float = 80.0
    ago: float = 0.0

    def __call__(self, world: World, now: Instant) -> None:
        if not world.lms.has_completed(f"l{self.who}", self.course):
            world.lms.complete(f"l{self.who}", self.course, now - timedelta(hours=self.ago), score=self.score)
        world.hear()


class Odd(Struct, frozen=True):
    """The LMS tells what cannot be taken: of nobody known, of the future, of an unknown kind, without saying of whom."""

    hour: float
    what: int

    def __call__(self, world: World, now: Instant) -> None:
        ahead = now + timedelta(days=2)
        fields = Fields({"course": "SAFE-1", "score": 80.0, "passed": True})
        told = (
            Item("lms.completed", "nobody", now, fields, id=f"odd {self.hour} {self.what}"),
            Item("lms.completed", "l0", ahead, fields, attempt="ahead"),
            Item("lms.exploded", "l0", now, fields, id=f"odd {self.hour} {self.what}"),
            Item("lms.completed", "", now, fields),
        )[self.what]
        world.take(arrivals(world.store, world.engine.catalog, [told], world.channel("lms")))


class Answers(Struct, frozen=True):
    """Whoever has the open handoff of that place answers it."""

    hour: float
    place: int
    word: int

    def __call__(self, world: World, now: Instant) -> None:
        found = world.rows("SELECT * FROM handoff WHERE closed IS NULL AND step <> ? ORDER BY run, pass", NONE)
        if not found:
            return
        row = HandoffRow(*found[self.place % len(found)])
        run = world.store.runs_by_id([row.run])[row.run]
        each = next((one for one in coding.unpack(run.state, State).passes if one.number == row.pass_), None)
        if each is not None:
            words = list(offered(world.engine.plans.by_number[run.plan], each))
            word = words[self.word % len(words)] if words else ""
            form = Fields() if words else Fields({"talks": 3.0})
            world.take([ForRun(row.run, Answer(row.pass_, now, row.owner, word, form))])


class Releases(Struct, frozen=True):
    """Ann lets go of those who wait above a limit: so many of them, or none."""

    hour: float
    many: int

    def __call__(self, world: World, now: Instant) -> None:
        if self.many:
            release(world.engine, "campaign", "ann", now, at_most=self.many)
        else:
            refuse(world.engine, "campaign", "ann", now)


class Jumps(Struct, frozen=True):
    """The machine sleeps so many hours, or its clock is set."""

    hour: float
    by: float

    def __call__(self, world: World, now: Instant) -> None:
        world.clock.to(now + timedelta(hours=self.by))


class Polls(Struct, frozen=True):
    """The LMS is asked what happened."""

    hour: float

    def __call__(self, world: World, now: Instant) -> None:
        while world.poller.poll(now):
            pass


Happening: TypeAlias = Hr | Completes | Odd | Answers | Releases | Jumps | Polls


class Script(Struct, frozen=True):
    """One example, whole."""

    setting: Setting
    happens: tuple[Happening, ...]


def _day(value: str, now: Instant) -> str:
    """`+3` is the day in three days."""
    return f"{now + timedelta(days=int(value)):%Y-%m-%d}" if value[:1] == "+" else value


# What is drawn

_HOUR = st.sampled_from(HOURS)
_CHANGES = (
    (("level", "5"),),
    (("level", "1"),),
    (("boss", "cem"),),
    (("dept", "FIN"), ("country", "NL")),
    (("state", "gone"), ("left", "+0")),
    (("left", "+2"),),
    (("away_from", "+0"), ("away_to", "+3")),
    (("dept", "???"),),
)


KILLS = st.builds(
    Kill,
    st.integers(1, 30),
    st.sampled_from(("before", "during", "after")),
    st.sampled_from((timedelta(0), timedelta(minutes=5), timedelta(hours=30))),
)
QUICK = st.builds(Kill, st.integers(1, 20), st.sampled_from(("before", "during", "after")), st.just(timedelta(0)))


class About(Struct, frozen=True):
    """What the examples of a property have more of than others: at least so many learners, hired at these hours, and so on."""

    journeys: tuple[str, ...] = ()
    courses: tuple[str, ...] = COURSES
    limits: tuple[int, ...] = (2, 20)
    hired: tuple[float, ...] = HOURS[:5]
    least: int = 1
    kills: st.SearchStrategy[Kill] = KILLS


ANY: Final = About()
RUSH: Final = About(("onboarding", "campaign"), limits=(2,), hired=(0.0,), least=4, kills=QUICK)
"""Many at once through a narrow door, and a process that is there again the moment it died."""

EARLY: Final = About(("early-bird",), ("SAFE-2",), hired=(0.0, 0.5))


def happenings(learners: int, courses: Sequence[str]) -> st.SearchStrategy[Happening]:
    """What may happen to so many learners, and now and then to somebody nobody knows."""
    who = st.integers(0, learners)
    completes = st.builds(
        Completes, _HOUR, who, st.sampled_from(courses), st.sampled_from((80.0, 30.0)), st.sampled_from((0.0, 30.0))
    )
    answers = st.builds(Answers, _HOUR, st.integers(0, 5), st.integers(0, 2))
    return st.one_of(
        st.builds(Hr, _HOUR, who, st.sampled_from(_CHANGES), twice=st.booleans()),
        completes,
        completes,
        answers,
        answers,
        st.builds(Odd, _HOUR, st.integers(0, 3)),
        st.builds(Releases, _HOUR, st.integers(0, 2)),
        st.builds(Jumps, _HOUR, st.sampled_from((3.0, 30.0, 200.0))),
    )


FAULTS: st.SearchStrategy[Fault] = st.one_of(
    st.builds(Fault, st.sampled_from(("answer_lost", "error", "refused", "wrong_json")), share=st.just(0.4)),
    st.builds(
        Fault, st.just("throttled"), every=st.sampled_from((2, 3)), hint=st.sampled_from(("seconds", "date", "none"))
    ),
    st.builds(Fault, st.just("unavailable"), every=st.just(3), seconds=st.just(90.0)),
    st.builds(Fault, st.sampled_from(("item_failed", "item_timeout")), share=st.just(0.4)),
    st.builds(Fault, st.sampled_from(("webhook_doubled", "webhook_retold", "webhook_late")), share=st.just(0.5), seconds=st.sampled_from((5.0, 9e4))),
    st.builds(Fault, st.sampled_from(("webhook_lost", "webhook_reordered")), share=st.just(0.5)),
)  # fmt: skip


@st.composite
def scripts(draw: st.DrawFn, about: About = ANY) -> Script:
    """A world with at most eight people, and what happens in its first ten days."""
    journeys = draw(st.sets(st.sampled_from(sorted(JOURNEYS)), min_size=1, max_size=4))
    setting = Setting(
        journeys=tuple(sorted(journeys | {"side", *about.journeys})),
        faults=tuple(draw(st.lists(FAULTS, max_size=3))),
        kills=tuple(draw(st.lists(about.kills, max_size=4))),
        limit=draw(st.sampled_from(about.limits)),
        bulk=draw(st.sampled_from((1, 4))),
        keyed=draw(st.booleans()),
        together=draw(st.booleans()),
        seed=draw(st.integers(0, 9)),
    )
    learners = draw(st.integers(about.least, 5))
    first = st.sampled_from(about.hired)
    hires = [Hr(draw(first), who, kind="worker.hired", twice=draw(st.booleans())) for who in range(learners)]
    more = draw(st.lists(happenings(learners, about.courses), min_size=2, max_size=12))
    polls = [Polls(hour) for hour in (60.0, 150.0, 400.0)]
    return Script(setting, (*hires, *more, *polls))


# How it is run

LOOK = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), print_blob=True)
"""The same examples every time, so that a failure is the same failure again; Hypothesis prints what it was."""

USUAL = settings(LOOK, max_examples=12)
TWIN = settings(LOOK, database=None, phases=[Phase.generate], max_examples=60, report_multiple_bugs=False)
Check: TypeAlias = Callable[[World], None]


def lived(script: Script, made: Mechanisms, always: Check, at_last: Check) -> None:
    """Let a world live until nothing of its own can be open any more; check it all the while, and at last."""
    with tempfile.TemporaryDirectory(prefix="handrail-world-") as folder:
        world = World(Path(folder), script.setting, made)
        try:
            world.look = always
            for happening in script.happens:
                moment = BEGIN + timedelta(hours=happening.hour)
                world.at(moment, lambda each, act=happening, at=moment: act(each, max(at, each.clock.now)))  # type: ignore[misc]
            world.run_until(BEGIN + LONGEST)
            at_last(world)
        finally:
            world.close()


def nothing(_: World) -> None:
    """Nothing is checked."""


def property_of(
    at_last: Check,
    *,
    always: Check = nothing,
    made: Mechanisms | None = None,
    how: settings = USUAL,
    about: About = ANY,
) -> None:
    """Look for a script for which a check fails with these mechanisms."""

    @how
    @given(scripts(about))
    def look(script: Script) -> None:
        lived(script, made or Mechanisms(), always, at_last)

    look()


def must_fail(at_last: Check, broken: Mechanisms, *, always: Check = nothing, about: About = ANY) -> None:
    """The twin: with a broken mechanism the property does not hold."""
    with pytest.raises(AssertionError):
        property_of(at_last, always=always, made=broken, how=TWIN, about=about)
