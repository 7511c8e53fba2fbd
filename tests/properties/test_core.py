"""What always holds of the core, whatever the journey and whatever happens, each with a twin that must fail.

A twin hands in a mechanism that is broken on purpose; if the property did not notice, it would prove nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import count
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from msgspec import structs
from tests.properties.core_runs import Decide, Run, Wish, pairs, plans, wishes

from handrail.core.decide import decide
from handrail.core.migrate import migrate
from handrail.core.size import STATE_MAX
from handrail.terms import coding
from handrail.terms.decision import Decision, Stays
from handrail.terms.effect import Call, Effect, Withdraw
from handrail.terms.event import Answer, Event, Input, Tick
from handrail.terms.plan import Plan
from handrail.terms.state import State
from handrail.terms.values import Instant
from handrail.terms.world import World

Migrate: TypeAlias = Callable[[Plan, Plan, State, World, Instant], Decision | Stays]

TICKS_MAX = 400
LOOK = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
TWIN = settings(
    LOOK,
    max_examples=300,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    print_blob=False,
)


def property_of(check: Callable[[Plan, Sequence[Wish], Decide], None], by: Decide, how: settings = LOOK) -> None:
    """Look for a journey and a script for which the check fails with this way of deciding."""

    @how
    @given(wishes, plans())
    def look(script: Sequence[Wish], plan: Plan) -> None:
        check(plan, script, by)

    look()


def must_fail(check: Callable[[Plan, Sequence[Wish], Decide], None], broken: Decide) -> None:
    """The twin: with a broken mechanism the property fails."""
    with pytest.raises(AssertionError):
        property_of(check, broken, TWIN)


# Every decision is total and the same


def total_and_the_same(plan: Plan, script: Sequence[Wish], by: Decide) -> None:
    run = Run(plan, by)
    for made in run.follow(script)[1:]:
        assert made.event is not None
    for before, made in zip(run.trace, run.trace[1:], strict=False):
        assert made.event is not None
        again = by(plan, before.decision.state, made.event, made.world, made.now)
        assert again == made.decision
        assert coding.pack(again.state) == coding.pack(made.decision.state)


def test_every_decision_is_made_and_is_the_same_twice() -> None:
    property_of(total_and_the_same, decide)


def test_twin_a_decision_that_depends_on_what_went_before_is_noticed() -> None:
    numbers = count()

    def moody(plan: Plan, state: State, event: Input, world: World, now: Instant) -> Decision:
        made = decide(plan, state, event, world, now)
        return structs.replace(made, state=structs.replace(made.state, reason=f"{next(numbers)}"))

    must_fail(total_and_the_same, moody)


def test_twin_a_decision_that_is_not_made_is_noticed() -> None:
    def partial(plan: Plan, state: State, event: Input, world: World, now: Instant) -> Decision:
        made = decide(plan, state, event, world, now)
        assert "answered" not in [reason.rule for reason in made.reasons], "no answers today"
        return made

    must_fail(total_and_the_same, partial)


# Recomputed equals recorded


def recomputed_is_recorded(plan: Plan, script: Sequence[Wish], by: Decide) -> None:
    """Folding the run from its start, through the bytes that a store keeps, gives the same digests."""
    trace = Run(plan, by).follow(script)
    state = coding.unpack(coding.pack(trace[0].decision.state), State)
    for made in trace[1:]:
        assert made.event is not None
        event = coding.unpack(coding.pack(made.event), type(made.event))
        made_again = decide(plan, state, event, made.world, made.now)
        assert coding.digest(coding.pack(made_again.state)) == coding.digest(coding.pack(made.decision.state))
        state = coding.unpack(coding.pack(made_again.state), State)


def test_recomputed_equals_recorded() -> None:
    property_of(recomputed_is_recorded, decide)


def test_twin_a_state_that_was_changed_by_hand_is_noticed() -> None:
    def touched(plan: Plan, state: State, event: Input, world: World, now: Instant) -> Decision:
        made = decide(plan, state, event, world, now)
        return structs.replace(made, state=structs.replace(made.state, opened=made.state.opened + 1))

    must_fail(recomputed_is_recorded, touched)


# Nobody waits for ever


def waits_elsewhere(state: State) -> bool:
    """Whether there is something open, and all of it waits for what another part of the house sees to."""
    waiting = {each.waiting for each in state.passes}
    return bool(waiting) and waiting <= {"outcome", "journey", "cohort"}


def somebody_has_it(plan: Plan, script: Sequence[Wish], by: Decide) -> None:
    for made in Run(plan, by).follow(script):
        state = made.decision.state
        numbers = [each.number for each in state.passes]
        assert len(numbers) == len(set(numbers))
        for each in state.passes:
            assert each.owner, f"nobody has pass {each.number}"
            assert each.due is None or each.due.tzinfo is not None
        elsewhere = waits_elsewhere(state)
        assert state.wake_at is not None or state.over or (elsewhere and state.phase == "open")
        assert not state.over or all(each.beside is not None for each in state.passes)


def test_every_open_handoff_has_one_owner_and_the_run_a_next_moment() -> None:
    property_of(somebody_has_it, decide)


def test_twin_a_handoff_without_an_owner_is_noticed() -> None:
    def careless(plan: Plan, state: State, event: Input, world: World, now: Instant) -> Decision:
        made = decide(plan, state, event, world, now)
        passes = tuple(structs.replace(each, owner="" if each.late else each.owner) for each in made.state.passes)
        return structs.replace(made, state=structs.replace(made.state, passes=passes))

    must_fail(somebody_has_it, careless)


def test_twin_a_run_without_a_next_moment_is_noticed() -> None:
    def asleep(plan: Plan, state: State, event: Input, world: World, now: Instant) -> Decision:
        made = decide(plan, state, event, world, now)
        return structs.replace(made, state=structs.replace(made.state, wake_at=None)) if made.state.early else made

    must_fail(somebody_has_it, asleep)


def ends_by_itself(plan: Plan, script: Sequence[Wish], by: Decide) -> None:
    """After whatever happened, time alone ends the run: unless its person is on leave or a date never comes."""
    run = Run(plan, by)
    run.follow([wish for wish in script if wish[0] not in ("on leave", "ends_on", "level", "out")])
    run.end_by_ticks(TICKS_MAX)
    assert run.state.over, f"it still waits: {run.state.passes}"
    assert run.state.wake_at is None


def test_time_alone_ends_every_run() -> None:
    property_of(ends_by_itself, decide)


def test_twin_a_ladder_that_is_never_climbed_is_noticed() -> None:
    def patient(plan: Plan, state: State, event: Input, world: World, now: Instant) -> Decision:
        if isinstance(event, Tick) and any(each.waiting == "answer" for each in state.passes):
            return Decision(state, used=False)
        return decide(plan, state, event, world, now)

    must_fail(ends_by_itself, patient)


# Nothing happens twice


def key_of(effect: Effect) -> tuple[int, int]:
    return effect.pass_, effect.rung


def nothing_twice(plan: Plan, script: Sequence[Wish], by: Decide) -> None:
    run = Run(plan, by)
    run.follow([("confirm", 0, 0), *script, ("out", 0, 0)])
    effects = [effect for made in run.trace for effect in made.decision.effects]
    keys = Counter(key_of(effect) for effect in effects if not isinstance(effect, Withdraw))
    assert not [key for key, times in keys.items() if times > 1]
    undone = Counter(effect.undoes for effect in effects if isinstance(effect, Call) and effect.undoes)
    assert not [key for key, times in undone.items() if times > 1]
    asked = {key_of(effect) for effect in effects if isinstance(effect, Call)}
    assert set(undone) <= asked


def test_no_two_effects_have_one_key_and_a_call_is_undone_once() -> None:
    property_of(nothing_twice, decide)


def test_twin_an_effect_that_is_sent_twice_is_noticed() -> None:
    def twice(plan: Plan, state: State, event: Input, world: World, now: Instant) -> Decision:
        made = decide(plan, state, event, world, now)
        return structs.replace(made, effects=made.effects * 2) if isinstance(event, Answer) else made

    must_fail(nothing_twice, twice)


def test_twin_a_call_that_is_undone_twice_is_noticed() -> None:
    def forgetful(plan: Plan, state: State, event: Input, world: World, now: Instant) -> Decision:
        made = decide(plan, state, event, world, now)
        more = tuple(
            structs.replace(e, rung=e.rung - 100) for e in made.effects if isinstance(e, Call) and e.undoes is not None
        )
        return structs.replace(made, effects=made.effects + more)

    must_fail(nothing_twice, forgetful)


# A state stays small, and what is over stays over


def small_and_over(plan: Plan, script: Sequence[Wish], by: Decide) -> None:
    over = False
    for made in Run(plan, by).follow(script):
        assert len(coding.pack(made.decision.state)) <= STATE_MAX
        assert made.decision.state.over or not over, "what is over begins again"
        over = made.decision.state.over


def test_a_state_stays_small_and_what_is_over_stays_over() -> None:
    property_of(small_and_over, decide)


def test_twin_a_state_that_grows_is_noticed() -> None:
    def hoarding(plan: Plan, state: State, event: Input, world: World, now: Instant) -> Decision:
        made = decide(plan, state, event, world, now)
        more = "x" * 40_000 if isinstance(event, Event) else ""
        return structs.replace(made, state=structs.replace(made.state, reason=state.reason + more))

    must_fail(small_and_over, hoarding)


def test_twin_a_run_that_begins_again_is_noticed() -> None:
    def undead(plan: Plan, state: State, event: Input, world: World, now: Instant) -> Decision:
        made = decide(plan, state, event, world, now)
        return structs.replace(made, state=structs.replace(made.state, phase="open")) if state.over else made

    must_fail(small_and_over, undead)


# A run may go on by another plan at any moment


def moved_keeps_everything(pair: tuple[Plan, Plan], script: Sequence[Wish], by: Migrate) -> None:
    """At every state: it stays and says why, or moves with an owner and a next moment, and goes on by the new plan."""
    old, new = pair
    run = Run(old)
    for made in run.follow(script):
        moved = by(old, new, made.decision.state, made.world, made.now)
        if isinstance(moved, Stays):
            assert moved.why
            continue
        assert moved == by(old, new, made.decision.state, made.world, made.now)
        state = coding.unpack(coding.pack(moved.state), State)
        assert (state, state.plan, state.run) == (moved.state, new.hash, 7)
        before = {each.number: old.steps[each.step].name for each in made.decision.state.passes if each.step >= 0}
        for each in state.passes:
            assert each.owner
            assert each.number not in before or names_of(new, each.step) & {before[each.number]}
        elsewhere = waits_elsewhere(state)
        assert state.wake_at is not None or state.over or elsewhere
        assert len(state.sent) >= len(made.decision.state.sent)
    last = run.trace[-1]
    moved = by(old, new, last.decision.state, last.world, last.now)
    if isinstance(moved, Decision):
        goes_on(new, moved, run, script)


def names_of(plan: Plan, step: int) -> set[str]:
    return {plan.steps[step].name, plan.steps[step].was}


def goes_on(new: Plan, moved: Decision, run: Run, script: Sequence[Wish]) -> None:
    """By the new plan everything can happen that could by any, and no effect has a key that was used."""
    keys = {key_of(e) for made in run.trace for e in made.decision.effects if not isinstance(e, Withdraw)}
    run.plan, run.decision = new, moved
    begun = len(run.trace)
    run.follow(script)
    run.end_by_ticks(20)
    for effect in (e for made in run.trace[begun:] for e in made.decision.effects if not isinstance(e, Withdraw)):
        assert key_of(effect) not in keys
        keys.add(key_of(effect))


def moving(by: Migrate, how: settings = LOOK) -> None:
    @how
    @given(wishes, pairs())
    def look(script: Sequence[Wish], pair: tuple[Plan, Plan]) -> None:
        moved_keeps_everything(pair, script, by)

    look()


def test_a_run_that_moves_to_another_plan_keeps_its_handoffs_and_goes_on() -> None:
    moving(migrate)


def test_twin_a_move_that_loses_handoffs_is_noticed() -> None:
    def lossy(old: Plan, new: Plan, state: State, world: World, now: Instant) -> Decision | Stays:
        moved = migrate(old, new, state, world, now)
        if isinstance(moved, Stays):
            return moved
        return structs.replace(moved, state=structs.replace(moved.state, passes=(), wake_at=None))

    with pytest.raises(AssertionError):
        moving(lossy, TWIN)


def test_twin_a_move_by_number_instead_of_by_name_is_noticed() -> None:
    def by_number(old: Plan, new: Plan, state: State, world: World, now: Instant) -> Decision | Stays:
        moved = migrate(old, new, state, world, now)
        if isinstance(moved, Stays):
            return moved
        steps = {each.number: each.step for each in state.passes}
        passes = tuple(
            structs.replace(each, step=min(steps.get(each.number, each.step), len(new.steps) - 1))
            for each in moved.state.passes
        )
        return structs.replace(moved, state=structs.replace(moved.state, passes=passes))

    with pytest.raises((AssertionError, AttributeError, IndexError)):
        moving(by_number, TWIN)
