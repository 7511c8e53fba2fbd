"""What always holds while journeys are changed under people's feet, taken back, and starts are held back; whoever dies on the way.

The same company and the same faults as in the other invariants; somebody publishes changes and has open runs moved by them.
"""

from __future__ import annotations

import json
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct, structs
from tests.properties.handful import JOURNEYS, catalog
from tests.properties.scripts_of_faults import ANY, HOURS, TWIN, USUAL, Script, lived, scripts
from tests.properties.test_invariants import (
    everything_comes_to_an_end,
    nothing_happens_twice,
    nothing_is_lost,
    recomputed_is_recorded,
    somebody_has_it,
)
from tests.properties.world_of_faults import Mechanisms, World

from handrail.engine.by_hand import moving
from handrail.engine.by_hand.moving import Intent, Refused
from handrail.engine.by_hand.overrides import NotSet, Wanted, end_override, set_override
from handrail.engine.engine import Engine, More, Slices
from handrail.engine.items import Move, Receipt
from handrail.insight.changes.moving import movings
from handrail.insight.past import Past
from handrail.language.compile import Compiled, compile_text
from handrail.terms.problem import JourneyProblems
from handrail.terms.values import Instant

EDITS = ("rename", "limit", "gone", "before")


class Moves(Struct, frozen=True):
    """Somebody changes a journey, looks at what it would do, and has it done."""

    hour: float
    which: int
    edit: str
    place: int

    def __call__(self, world: World, now: Instant) -> None:
        name = world.setting.journeys[self.which % len(world.setting.journeys)]
        new = edited(name, self.edit, self.place)
        if new is None:
            return
        try:
            number = moving.begin(world.engine, Intent(new.plan, new.places, "ann"), now)
            while moving.look(world.engine, number):
                pass
            moving.begin_applying(world.engine, number, "ann", now)
        except Refused:
            return  # it is under way already


class TakesBack(Struct, frozen=True):
    """Somebody takes the last change back."""

    hour: float

    def __call__(self, world: World, now: Instant) -> None:
        found = world.rows("SELECT max(id) FROM moving WHERE state = 'applied'")[0][0]
        if found is not None:
            try:
                moving.begin_reverting(world.engine, int(found), "ann", now)
            except Refused:
                return  # another version was published since


class HoldsBack(Struct, frozen=True):
    """Somebody says that a journey is not to begin, for anybody, until a moment."""

    hour: float
    which: int
    days: int

    def __call__(self, world: World, now: Instant) -> None:
        name = world.setting.journeys[self.which % len(world.setting.journeys)]
        until = now + timedelta(days=self.days)
        set_override(world.engine, Wanted(None, name, "", until, "ann", "not now"), now)


class LetsGo(Struct, frozen=True):
    """Somebody ends what is held back."""

    hour: float

    def __call__(self, world: World, now: Instant) -> None:
        for (number,) in world.rows("SELECT id FROM override WHERE ended IS NULL ORDER BY id"):
            try:
                end_override(world.engine, int(number), "ann", now)
            except NotSet:
                return


@cache
def edited(name: str, edit: str, place: int) -> Compiled | None:
    """The journey as its author might change it; None where the checker refuses it."""
    journey: dict[str, Any] = yaml.safe_load(JOURNEYS[name])
    names = list(journey["steps"])
    step = names[place % len(names)]
    match edit:
        case "rename":
            journey = json.loads(json.dumps(journey, default=str).replace(f'"{step}"', f'"new_{step}"'))
            journey["steps"][f"new_{step}"]["was"] = step
        case "limit":
            journey["steps"][step]["within"] = "30 hours"
        case "gone":
            del journey["steps"][step]
        case _:
            journey["steps"] = {"added": {"record": {"level": "{person.level}"}}, **journey["steps"]}
    try:
        return compile_text(json.dumps(journey, indent=1, default=str), f"{name}.yaml", catalog(1, keyed=True))
    except JourneyProblems:
        return None


_HOUR = st.sampled_from(HOURS)
CHANGES = st.one_of(
    st.builds(Moves, _HOUR, st.integers(0, 4), st.sampled_from(EDITS), st.integers(0, 6)),
    st.builds(Moves, _HOUR, st.integers(0, 4), st.sampled_from(EDITS), st.integers(0, 6)),
    st.builds(TakesBack, _HOUR),
    st.builds(HoldsBack, _HOUR, st.integers(0, 4), st.integers(1, 6)),
    st.builds(LetsGo, _HOUR),
)


@st.composite
def changed(draw: st.DrawFn) -> Script:
    """A world in which journeys are changed while people are in them."""
    script = draw(scripts(ANY))
    more = draw(st.lists(CHANGES, min_size=2, max_size=6))
    return structs.replace(script, happens=(*script.happens, *more))


def every_moving_adds_up(world: World) -> None:
    """Each has ended, or was replaced; each open run is in one column, and in one line."""
    for each in movings(Past(world.store, world.engine.worlds.organization), limit=1_000):
        assert each.state in ("previewed", "applied", "reverted"), f"M-{each.number} never ended"
        lines = world.rows("SELECT count(*), count(nullif(became, '')) FROM moving_run WHERE moving = ?", each.number)[
            0
        ]
        assert lines[0] == each.counts.open, f"M-{each.number}: {lines[0]} lines, {each.sentence}"
        if each.state != "previewed":
            assert each.counts.add_up, f"M-{each.number}: {each.sentence}"
            assert lines[1] == each.counts.open
        if each.state == "reverted":
            back = each.counts.moved_back + each.counts.not_back + each.counts.ended_since
            assert back == each.counts.moved, f"M-{each.number}: {each.sentence}"


def nothing_stays_held_back(world: World) -> None:
    """What an override put off was tried again when it was over."""
    ask = (
        "SELECT h.seq FROM held h JOIN override o ON h.reason = o.journey || '/hired: held back' "
        "WHERE h.ended IS NULL AND o.ended IS NOT NULL AND h.opened < o.ended AND h.next_at <= ?"
    )
    assert not world.rows(ask, int(world.clock.now.timestamp() * 1000)), "an event is still held back"


def all_holds(world: World) -> None:
    nothing_is_lost(world)
    nothing_happens_twice(world)
    everything_comes_to_an_end(world)
    recomputed_is_recorded(world)
    every_moving_adds_up(world)
    nothing_stays_held_back(world)


class SmallSlices(Engine):
    """Takes two runs at a time, so that processes die between them."""

    slices = Slices(2, 2)


def test_nothing_is_lost_or_done_twice_while_journeys_are_changed_and_taken_back() -> None:
    @USUAL
    @given(changed())
    def look(script: Script) -> None:
        lived(script, Mechanisms(engine=SmallSlices), somebody_has_it, all_holds)

    look()


class Forgetful(SmallSlices):
    """Moves runs and forgets to write what became of them."""

    def take(self, items: Any, now: Instant, more: More | None = None) -> list[Receipt]:  # noqa: ANN401
        going = bool(items) and all(isinstance(item, Move) for item in items)
        return super().take(items[:1] if going else items, now, more)


def test_twin_a_moving_that_skips_runs_is_noticed() -> None:
    @TWIN
    @given(changed())
    def look(script: Script) -> None:
        lived(script, Mechanisms(engine=Forgetful), somebody_has_it, every_moving_adds_up)

    with pytest.raises((AssertionError, ValueError)):
        look()
