"""Starts: whom they take, what makes two the same one, and what is released or replaced."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.unit.core.plans import HEAD, LEARNER, MONDAY, Journey, not_started, plan_of, world_of

from handrail.core.decide import decide
from handrail.core.start import Beginning, start
from handrail.terms.decision import Earlier, Started
from handrail.terms.event import Event, Released, Tick
from handrail.terms.plan import Plan
from handrail.terms.values import NOTHING, UNKNOWN, Fields

STEP = "a: { ask: manager, todo: A. }"
HIRED = Event("person.hired", MONDAY, LEARNER, fields=Fields({"again": False}))


def plan(once: str = "per person", more: str = "") -> Plan:
    head = HEAD.replace("once: per person", f"once: {once}").replace(
        "{ event: person.hired }", "{ event: person.hired, where: event.again is false and person.level >= 3 }"
    )
    return plan_of(STEP, more, instead=head)


def earlier(days_ago: int, *, is_open: bool = False, by: Fields = NOTHING, counts: bool = True) -> Earlier:
    return Earlier(3, MONDAY - timedelta(days=days_ago), is_open, by, by, counts)


def test_who_is_not_in_scope_is_not_started_and_it_says_which_condition() -> None:
    made = not_started(plan(), world_of(level=1.0), event=HIRED)
    assert (made.why, made.reasons[0].rule) == ("not in scope", "where")


def test_what_is_not_known_defers_the_start() -> None:
    assert not_started(plan(), world_of(level=UNKNOWN), event=HIRED).why == "unknown"


def test_a_second_start_is_already_standing() -> None:
    made = not_started(plan(), world_of(), [earlier(4000)], HIRED)
    assert (made.why, made.stands) == ("already", 3)


@pytest.mark.parametrize(
    ("once", "stands", "begins"),
    [
        ("per person in 30 days", earlier(29), earlier(31)),
        ("per person per year", earlier(60), earlier(62)),
        ("per person per month", earlier(1), earlier(2)),
        ("per person at a time", earlier(5, is_open=True), earlier(5)),
        ("per person and person.level", earlier(5, by=Fields({"person.level": 3.0})), earlier(5, by=Fields({"person.level": 2.0}))),
        ("per person", earlier(5), earlier(5, counts=False)),
    ],
)  # fmt: skip
def test_once_says_what_makes_two_starts_the_same(once: str, stands: Earlier, begins: Earlier) -> None:
    assert not_started(plan(once), world_of(), [stands], HIRED).why == "already"
    assert isinstance(
        start(plan(once), Beginning(plan(once).starts[0], 7), HIRED, world_of(), [begins], MONDAY), Started
    )


def test_once_a_year_is_the_calendars_year_of_the_organization() -> None:
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # in Berlin it is 2027 already
    yearly = plan("per person per year")
    before = Earlier(3, datetime(2026, 12, 31, 22, 30, tzinfo=UTC), open=False, by=NOTHING, replaces=NOTHING)
    assert isinstance(start(yearly, Beginning(yearly.starts[0], 7), HIRED, world_of(), [before], new_year), Started)


def test_a_new_run_replaces_the_older_open_one_with_the_same_values() -> None:
    replacing = plan("per person and person.level", "replaces: per person\n")
    old = Earlier(3, MONDAY - timedelta(days=3), open=True, by=Fields({"person.level": 2.0}), replaces=NOTHING)
    made = start(replacing, Beginning(replacing.starts[0], 7), HIRED, world_of(), [old], MONDAY)
    assert isinstance(made, Started)
    assert made.replaced == (3,)


def born_waiting() -> Started:
    made = start(plan(), Beginning(plan().starts[0], 7, above_limit=True), HIRED, world_of(), (), MONDAY)
    assert isinstance(made, Started)
    return made


def test_above_the_limit_a_run_is_born_waiting_for_release() -> None:
    state = born_waiting().decision.state
    assert (state.phase, state.passes) == ("waiting for release", ())
    assert state.wake_at is not None
    released = decide(plan(), state, Released(MONDAY, "person:7"), world_of(), MONDAY).state
    assert (released.phase, len(released.passes)) == ("open", 1)


def test_a_run_that_is_not_released_ends() -> None:
    state = born_waiting().decision.state
    refused = decide(plan(), state, Released(MONDAY, "person:7", released=False), world_of(), MONDAY).state
    assert refused.phase == "not released"
    assert state.wake_at is not None
    nobody = decide(plan(), state, Tick(state.wake_at), world_of(), state.wake_at).state
    assert (nobody.phase, nobody.reason) == ("not released", "nobody released it")


CHECKED = """
gate: { check: person.level >= 4, if_not: MOVE }
"""


def begun(steps: str, **learner: object) -> Journey:
    return Journey(plan_of(steps), world_of(**learner))


def test_a_run_that_a_check_stopped_before_anything_left_it_does_not_count() -> None:
    stopped = begun(CHECKED.replace("MOVE", "{ stop: not eligible }")).state
    assert (stopped.left, stopped.counts) == (False, False)


def test_a_check_that_comes_after_a_pause_may_still_stop_a_run_that_does_not_count() -> None:
    run = begun("later: { pause: 3 days }" + CHECKED.replace("MOVE", "{ stop: not eligible }"))
    assert run.state.counts
    run.tick()
    assert (run.state.phase, run.state.counts) == ("stopped", False)


def test_a_run_from_which_something_left_counts_whatever_a_check_says_later() -> None:
    run = begun("hello: { tell: learner, message: day-one }" + CHECKED.replace("MOVE", "{ stop: not eligible }"))
    assert (run.state.phase, run.state.left, run.state.counts) == ("stopped", True, True)
    told = begun(CHECKED.replace("MOVE", "[ { tell: learner, message: day-one }, { stop: not eligible } ]"))
    assert told.state.counts


def test_a_run_that_something_else_stopped_counts() -> None:
    assert begun("over: { stop: not this year }").state.counts
    assert begun(CHECKED.replace("MOVE", "{ finish: nothing to do }")).state.counts


def test_what_is_told_before_release_counts_after_it() -> None:
    waiting = plan_of("c: { wait: lms.completed, where: event.course is not empty, owner: learner, within: 9 days }")
    made = start(waiting, Beginning(waiting.starts[0], 7, above_limit=True), HIRED, world_of(), (), MONDAY)
    assert isinstance(made, Started)
    told = decide(
        waiting,
        made.decision.state,
        Event("lms.completed", MONDAY, LEARNER, fields=Fields({"course": "A"}), number=4),
        world_of(),
        MONDAY,
    )
    assert told.used
    done = decide(waiting, told.state, Released(MONDAY, "person:7"), world_of(), MONDAY)
    assert done.state.phase == "finished"
