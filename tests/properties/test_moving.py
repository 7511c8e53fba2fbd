"""A run may be moved to another version of its journey, and back, at every state that it can reach.

Over random journeys, and over the fourteen programs as they are rehearsed: every state of their runs, against edits of
their files. A twin with a broken mechanism must fail.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeAlias

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct, structs
from tests.journeys.rehearsal import PLAYS, WORKSPACE, ground, staged
from tests.properties.core_runs import Run, Wish, pairs, wishes
from tests.properties.test_core import LOOK, TWIN, goes_on, waits_elsewhere

from handrail.core.migrate import migrate
from handrail.insight.past import Past
from handrail.insight.replay import replay
from handrail.language import compile_text
from handrail.terms.decision import Decision, Stays
from handrail.terms.effect import Effect, Withdraw
from handrail.terms.plan import Plan
from handrail.terms.problem import JourneyProblems
from handrail.terms.state import State
from handrail.terms.values import Instant
from handrail.terms.world import World

Migrate: TypeAlias = Callable[[Plan, Plan, State, World, Instant], Decision | Stays]
Edit: TypeAlias = tuple[str, int]
EDITS = ("rename", "limit", "gone", "ladder", "owner", "before", "while")
edits = st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 40)), min_size=1, max_size=3)


class Reached(Struct, frozen=True):
    """A state that a run reached, the world it was decided in, when, and the effects that had left by then."""

    state: State
    world: World
    now: Instant
    sent: frozenset[tuple[int, int]]


def there_and_back(old: Plan, new: Plan, reached: Reached, by: Migrate) -> None:
    """It stays and says why; or it moves and keeps everything, and what moved back stands where it stood."""
    state, world, now = reached.state, reached.world, reached.now
    moved = by(old, new, state, world, now)
    if isinstance(moved, Stays):
        assert moved.why
        assert not moved.step or moved.step in {step.name for step in old.steps}
        return
    stands_well(moved)
    keys = [key_of(effect) for effect in moved.effects if not isinstance(effect, Withdraw)]
    assert len(set(keys)) == len(keys), "nothing leaves twice"
    assert not set(keys) & reached.sent, "nothing that left before leaves again"
    before, after = {each.number: each for each in state.passes}, {each.number: each for each in moved.state.passes}
    if moved.state.over or after.keys() != before.keys():
        return  # by its new version it went on at once
    back = by(new, old, moved.state, world, now)
    assert isinstance(back, Decision), f"{back.why}: {back.step}"
    stands_well(back)
    again = {each.number: each for each in back.state.passes}
    if again.keys() != before.keys():
        return
    for number, was in before.items():
        is_ = again[number]
        assert (is_.step, is_.items, is_.waiting, is_.ladder, is_.rung) == (
            was.step,
            was.items,
            was.waiting,
            was.ladder,
            was.rung,
        )
    assert back.state.results == state.results, "every result can be read again"
    assert back.state.jumps == state.jumps, "how often it went back is not forgotten"
    assert (back.state.early, back.state.pending) == (state.early, state.pending)


def stands_well(moved: Decision) -> None:
    """Every open pass has an owner, and the run a next moment, or it is over."""
    state = moved.state
    assert state.wake_at is not None or state.over or waits_elsewhere(state)
    assert all(each.owner for each in state.passes)
    assert moved.reasons[0].rule == "moved"


def key_of(effect: Effect) -> tuple[int, int]:
    return effect.pass_, effect.rung


# Random journeys


def at_random(by: Migrate, how: settings = LOOK) -> None:
    @how
    @given(wishes, pairs())
    def look(script: Sequence[Wish], pair: tuple[Plan, Plan]) -> None:
        sent: set[tuple[int, int]] = set()
        run = Run(pair[0])
        for made in run.follow(script):
            sent |= {key_of(effect) for effect in made.decision.effects if not isinstance(effect, Withdraw)}
            reached = Reached(made.decision.state, made.world, made.now, frozenset(sent))
            if not reached.state.over:
                there_and_back(*pair, reached, by)
        goes_on_after_both(pair, run, script, by)

    look()


def goes_on_after_both(pair: tuple[Plan, Plan], run: Run, script: Sequence[Wish], by: Migrate) -> None:
    """Moved and moved back, everything can happen to it that could before."""
    last = run.trace[-1]
    moved = by(*pair, last.decision.state, last.world, last.now)
    if isinstance(moved, Decision) and not moved.state.over:
        back = by(pair[1], pair[0], moved.state, last.world, last.now)
        if isinstance(back, Decision):
            run.trace += [structs.replace(last, decision=moved), structs.replace(last, decision=back)]
            goes_on(pair[0], back, run, script)


def test_a_run_of_any_journey_moves_there_and_back_or_says_why_not() -> None:
    at_random(migrate)


def test_twin_a_move_that_forgets_results_is_noticed() -> None:
    def forgetful(old: Plan, new: Plan, state: State, world: World, now: Instant) -> Decision | Stays:
        moved = migrate(old, new, state, world, now)
        if isinstance(moved, Stays):
            return moved
        kept = {key: value for key, value in moved.state.results.items() if "/" not in key}
        return structs.replace(moved, state=structs.replace(moved.state, results=kept))

    with pytest.raises(AssertionError):
        at_random(forgetful, TWIN)


# The fourteen programs


@cache
def reached_in(program: str, who: str) -> tuple[Plan, tuple[Reached, ...]]:
    """Every state that the program's runs reach in a rehearsal, as replay finds them again."""
    scene = staged(program, who)
    past = Past(scene.stage.engine.store, scene.stage.engine.worlds.organization)
    plan = scene.stage.engine.plans.current[program]
    found = []
    for run in past.runs(scene.learner.id):
        rows = replay(past, run)
        if rows.kept.plan.hash == plan.hash:
            found += [
                Reached(row.after, row.world, row.at, frozenset())
                for row in rows.rows
                if row.after is not None and row.world is not None and not row.after.over
            ]
    return plan, tuple(found)


@cache
def text_of(program: str) -> tuple[str, str]:
    """The journey's file and its text."""
    compiled = {each.plan.journey: each for each in ground(PLAYS[program][1]).journeys}
    file = compiled[program].places.file
    return file, (WORKSPACE / "journeys" / f"{program}.yaml").read_text(encoding="utf-8")


def edited(program: str, wanted: Sequence[Edit]) -> Plan | None:
    """The program as its author might change it; None where the checker refuses it."""
    file, text = text_of(program)
    journey = yaml.safe_load(text)
    for edit in wanted:
        journey = change(journey, *edit)
    try:
        return compile_text(json.dumps(journey, indent=1, default=str), file, ground(PLAYS[program][1]).catalog).plan
    except JourneyProblems:
        return None


def change(journey: dict[str, Any], edit: str, place: int) -> dict[str, Any]:
    """One change at one step."""
    names = list(journey["steps"])
    name = names[place % len(names)]
    step = journey["steps"][name]
    match edit:
        case "rename" if isinstance(step, dict) and "was" not in step:
            journey = json.loads(json.dumps(journey, default=str).replace(f'"{name}"', f'"renamed_{name}"'))
            journey["steps"][f"renamed_{name}"]["was"] = name
        case "limit":
            step["within"] = "23 days"
        case "gone" if len(names) > 1:
            del journey["steps"][name]
        case "ladder":
            step["if_late"] = [{"hand_to": "accountable", "within": "2 days"}, {"stop": "late"}]
        case "owner":
            step["owner"] = "accountable"
        case "before":
            journey["steps"] = {"added": {"record": {"begun": 1}}, **journey["steps"]}
        case "while":
            journey["while"] = 'person.status is not "left" and person.level >= 0'
        case _:
            pass
    return journey


@LOOK
@given(st.sampled_from(sorted(PLAYS)), st.sampled_from(("ordinary", "late")), edits)
def test_at_every_state_of_the_fourteen_programs_a_change_moves_or_says_why(
    program: str, who: str, wanted: Sequence[Edit]
) -> None:
    new = edited(program, wanted)
    if new is None:
        return
    old, found = reached_in(program, who)
    assert found, "the rehearsal has open states"
    for reached in found:
        there_and_back(old, new, reached, migrate)
