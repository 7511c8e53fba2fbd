"""A run goes on by another plan: what moves, what is reckoned again, and what stays."""

from __future__ import annotations

from tests.unit.core.plans import LEARNER, MEMBER, MONDAY, Journey, berlin, plan_of, world_of

from handrail.core.answers import offered
from handrail.core.decide import decide
from handrail.core.migrate import migrate
from handrail.core.start import Beginning, start
from handrail.terms.decision import Decision, Started, Stays
from handrail.terms.event import Answer, Event, Tick
from handrail.terms.plan import Plan
from handrail.terms.values import UNKNOWN, Fields

OLD = """
first: { do: lms.enroll, with: { course: A }, undo: lms.unenroll }
approve:
  ask: manager
  question: May they?
  answers: { yes_please: continue, later: [ { go_back_to: first, at_most: 1 }, { stop: put off } ] }
  within: 10 days
  remind: [ 1 day before ]
  if_late: [ { hand_to: manager.manager, within: 2 days }, { stop: nobody } ]
last: { ask: manager, todo: Last. }
"""


def waiting(plan: Plan) -> Journey:
    run = Journey(plan)
    run.confirm()
    return run


def moved(run: Journey, new: Plan) -> Decision:
    made = migrate(run.plan, new, run.state, run.world, run.now)
    assert isinstance(made, Decision), made
    return made


def stays(run: Journey, new: Plan) -> str:
    made = migrate(run.plan, new, run.state, run.world, run.now)
    assert isinstance(made, Stays), made
    return made.why


def test_an_open_handoff_moves_to_the_step_of_its_name() -> None:
    run = waiting(plan_of(OLD))
    new = plan_of("zero: { tell: learner, message: day-one }\n" + OLD.strip())
    made = moved(run, new)
    (approve,) = made.state.passes
    assert (new.steps[approve.step].name, approve.number, made.state.plan) == ("approve", 2, new.hash)
    assert made.effects == (), "what lies before it is not done"
    assert approve.due == run.open("approve").due


def test_a_renamed_step_is_known_by_what_it_was() -> None:
    run = waiting(plan_of(OLD))
    new = plan_of(OLD.replace("approve:", "consent:\n  was: approve"))
    made = moved(run, new)
    assert new.steps[made.state.passes[0].step].name == "consent"
    run.plan = new
    done = decide(new, made.state, Answer(2, run.now, "person:2", "yes_please"), run.world, run.now)
    assert done.state.results["consent"]["answer"] == "yes_please"


def test_another_limit_is_reckoned_from_the_opening() -> None:
    run = waiting(plan_of(OLD))
    run.wait(2)
    (approve,) = moved(run, plan_of(OLD.replace("within: 10 days", "within: 20 days"))).state.passes
    assert (approve.due, approve.reminders) == (berlin(23, 0), (berlin(20, 9),))
    (late,) = moved(
        run,
        plan_of(OLD.replace("within: 10 days\n  remind: [ 1 day before ]", "within: 1 days".replace("days", "day"))),
    ).state.passes
    assert late.due == berlin(4, 0), "past already: late at the next tick"


def test_a_limit_that_becomes_a_date_is_that_date() -> None:
    run = waiting(plan_of(OLD))
    (approve,) = moved(run, plan_of(OLD.replace("within: 10 days", "until: 2026-03-20"))).state.passes
    assert approve.due == berlin(21, 0)
    unknown = plan_of(OLD.replace("within: 10 days", "until: person.ends_on"))
    assert moved(run, unknown).state.passes[0].due == run.open("approve").due


def test_in_a_pause_the_new_limit_stands_still_too() -> None:
    run = waiting(plan_of(OLD))
    run.becomes(status="on leave")
    made = moved(run, plan_of(OLD.replace("within: 10 days", "within: 20 days")))
    assert (made.state.phase, made.state.passes[0].left) == ("paused", (20, "days"))


def test_another_owner_has_it_from_now_on() -> None:
    run = waiting(plan_of(OLD))
    made = moved(run, plan_of(OLD.replace("ask: manager\n  question", "ask: team:assessment\n  question")))
    assert made.state.passes[0].owner == "team:assessment"
    assert "owner changed" in [reason.rule for reason in made.reasons]


def test_what_the_new_plan_does_not_have_stays() -> None:
    run = waiting(plan_of(OLD))
    assert stays(run, plan_of("last: { ask: manager, todo: Last. }")) == "the step that is open is not in that version"
    without_first = OLD.strip().split("\n", 1)[1].replace("go_back_to: first", "go_back_to: approve")
    assert stays(run, plan_of(without_first)) == "what it did could not be undone by that version"
    run.answer("yes_please")
    run.answer("")
    assert stays(run, plan_of(OLD)) == "the run is over"


def test_a_step_of_another_kind_is_another_step() -> None:
    run = waiting(plan_of(OLD))
    other = (
        OLD.strip().split("\n", 1)[0]
        + "\napprove: { wait: lms.completed, where: event.course is not empty, owner: learner, within: 9 days }"
    )
    assert stays(run, plan_of(other)) == "the step that is open is not in that version"


def test_a_ladder_that_is_being_climbed_goes_on_where_it_is_the_same() -> None:
    run = waiting(plan_of(OLD))
    run.tick_past_reminders()
    same = plan_of(OLD.replace("{ stop: nobody }", "{ skip: nobody }"))
    made = moved(run, same)
    assert made.state.passes[0].owner == "person:3"
    wake_at = made.state.wake_at
    assert wake_at is not None
    end = decide(same, made.state, Tick(wake_at), run.world, wake_at)
    while "reminded" in [reason.rule for reason in end.reasons]:
        assert end.state.wake_at is not None
        end = decide(same, end.state, Tick(end.state.wake_at), run.world, end.state.wake_at)
    assert [same.steps[each.step].name for each in end.state.passes] == ["last"]
    other = plan_of(OLD.replace("{ hand_to: manager.manager, within: 2 days }, ", ""))
    assert stays(run, other) == "the moves that are being made for it are others in that version"


def test_how_often_it_went_back_is_not_forgotten() -> None:
    run = waiting(plan_of(OLD))
    run.answer("later")
    run.confirm()
    new = plan_of("zero: { tell: learner, message: day-one }\n" + OLD.strip())
    made = moved(run, new)
    again = decide(
        new, made.state, Answer(made.state.passes[0].number, run.now, "person:2", "later"), run.world, run.now
    )
    assert again.state.reason == "put off"


ASKED = """
course:
  wait: lms.completed
  where: event.course is not empty
  owner: learner
  within: 10 days
  if_late:
    - { hand_to: manager, question: "What now?", answers: { more: { extend: 5 days }, end: { stop: x } }, within: 3 days }
    - { stop: late }
"""


def test_a_question_that_was_asked_is_still_asked() -> None:
    run = Journey(plan_of(ASKED))
    run.tick()
    new = plan_of("zero: { tell: learner, message: day-one }\n" + ASKED.strip())
    made = moved(run, new)
    assert set(offered(new, made.state.passes[0])) == {"more", "end"}
    none = plan_of(
        ASKED.replace('question: "What now?", answers: { more: { extend: 5 days }, end: { stop: x } }, ', "")
    )
    assert stays(run, none) == "the moves that are being made for it are others in that version"


BOTH = """
both:
  together:
    one: { a: { ask: manager, todo: A. } }
    two: { b: { ask: manager, todo: B. } }
  within: 9 days
  if_fails: { stop: too few }
"""


def test_a_together_with_other_branches_stays() -> None:
    run = Journey(plan_of(BOTH))
    assert stays(run, plan_of(BOTH.replace("two:", "three:"))) != ""
    assert moved(run, plan_of(BOTH.replace("9 days", "12 days"))).state.passes[0].due == berlin(15, 0)


def test_a_step_that_waits_for_a_value_waits_by_the_new_plan() -> None:
    run = Journey(plan_of("gate: { check: person.level >= 4, if_not: { stop: too low } }"), world_of(level=UNKNOWN))
    made = moved(run, plan_of("gate: { check: person.level >= 4 or person.fte > 1, if_not: { stop: too low } }"))
    assert made.state.passes[0].waiting == "value"


def test_what_came_about_in_a_pause_moves_too() -> None:
    run = waiting(plan_of(OLD))
    run.becomes(status="on leave")
    run.answer("yes_please")
    new = plan_of("zero: { tell: learner, message: day-one }\n" + OLD.strip())
    made = moved(run, new)
    run.plan, run.state, run.last = new, made.state, made
    run.becomes(status="active")
    assert run.at == ["last"]
    paused = waiting(plan_of(OLD))
    paused.becomes(status="on leave")
    paused.answer("later")
    other = OLD.replace("later: [ { go_back_to: first, at_most: 1 }, { stop: put off } ]", "never: { stop: no time }")
    assert stays(paused, plan_of(other)) == "the moves that are being made for it are others in that version"


def test_what_goes_on_after_a_pause_moves_or_stays() -> None:
    run = Journey(plan_of(OLD.replace(", undo: lms.unenroll", "")))
    run.becomes(status="on leave")
    run.confirm()
    made = moved(run, plan_of(OLD))
    assert len(made.state.pending) == 1
    gone = "last: { ask: manager, todo: Last. }"
    assert stays(run, plan_of(gone)) == "the step that goes on after the pause is not in that version"


ROUND = """
first: { do: lms.enroll, with: { course: A }, undo: lms.unenroll }
look: { ask: manager, todo: Look. }
round: { go_back_to: look, at_most: 1 }
last: { ask: manager, todo: Last. }
"""


def test_a_way_back_that_is_a_step_keeps_its_count_and_a_failed_call_needs_no_step() -> None:
    run = Journey(plan_of(ROUND))
    run.fail()
    run.answer("skip", by=MEMBER)
    run.answer("")
    new = plan_of("\n".join(ROUND.strip().splitlines()[1:]))
    made = moved(run, new)
    assert made.state.sent[0].ended == "failed"
    done = decide(new, made.state, Answer(made.state.passes[0].number, run.now, "person:2", "done"), run.world, run.now)
    assert [new.steps[each.step].name for each in done.state.passes] == ["last"]


def test_a_run_born_waiting_for_release_moves_as_it_is() -> None:
    old, new = plan_of(ROUND), plan_of(OLD)
    hired = Event("person.hired", MONDAY, LEARNER, fields=Fields({"again": False}))
    made = start(old, Beginning(old.starts[0], 7, above_limit=True), hired, world_of(), (), MONDAY)
    assert isinstance(made, Started)
    state = migrate(old, new, made.decision.state, world_of(), MONDAY)
    assert isinstance(state, Decision)
    assert (state.state.phase, state.state.plan, state.state.wake_at) == (
        "waiting for release", new.hash, made.decision.state.wake_at,
    )  # fmt: skip


def test_a_limit_that_its_together_gives_is_none_of_its_own() -> None:
    steps = BOTH.replace(
        "{ ask: manager, todo: A. }",
        "{ wait: lms.completed, where: event.course is not empty, owner: learner, within: 3 days }",
    )
    run = Journey(plan_of(steps))
    made = moved(run, plan_of(steps.replace(", within: 3 days", "")))
    assert [each.due for each in made.state.passes if each.waiting == "event"] == [None]
