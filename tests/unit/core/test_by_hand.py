"""What a person does with an open handoff beside answering it: they give it to somebody else, or snooze it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from msgspec import structs
from tests.unit.core.plans import BUDDY, DIRECTOR, LEARNER, MANAGER, Journey, berlin, plan_of, world_of

from handrail.terms.decision import Decision
from handrail.terms.effect import Call, Message
from handrail.terms.event import Answer, Outcome, PutAside, Reassigned
from handrail.terms.values import Instant
from handrail.terms.world import Absence

LOOK = "look: { ask: manager, todo: Look., within: 3 business days }"


def give(run: Journey, to: str, step: str = "look") -> Decision:
    return run.decide(Reassigned(run.open(step).number, run.now, "person:6", to, "she knows the site"))


def snooze(run: Journey, until: Instant, step: str = "look") -> Decision:
    return run.decide(PutAside(run.open(step).number, run.now, f"person:{MANAGER}", until, "waiting for the budget"))


def test_whoever_is_given_a_handoff_has_it_and_is_told() -> None:
    run = Journey(plan_of(LOOK))
    decision = give(run, f"person:{BUDDY}")
    assert (run.open("look").owner, run.said) == ("person:4", ["reassigned"])
    assert dict(decision.reasons[0].seen) == {
        "before": "person:2", "after": "person:4", "by": "person:6", "reason": "she knows the site",
    }  # fmt: skip
    assert run.letters[-1] == ("moved", "person:4")


def test_a_handoff_that_was_given_away_stays_when_the_organization_changes_around_it() -> None:
    run = Journey(plan_of(LOOK))
    give(run, f"person:{BUDDY}")
    run.staff(MANAGER, status="left")
    assert run.open("look").owner == "person:4"


def test_a_handoff_that_was_given_to_somebody_who_leaves_finds_its_owner_by_its_path_again() -> None:
    run = Journey(plan_of(LOOK))
    give(run, f"person:{BUDDY}")
    run.staff(BUDDY, status="left")
    assert (run.open("look").owner, run.open("look").given) == ("person:2", False)
    assert run.last.reasons[0].seen["gone"] == "left"


def test_the_ladder_takes_a_handoff_on_from_whoever_was_given_it() -> None:
    ladder = "if_late: [ { hand_to: manager.manager, within: 1 day }, { stop: nobody } ]"
    run = Journey(plan_of(LOOK.replace(" }", f", {ladder} }}")))
    give(run, f"person:{BUDDY}")
    run.tick_past_reminders()
    assert (run.open("look").owner, run.open("look").given) == (f"person:{DIRECTOR}", False)


@pytest.mark.parametrize(
    ("to", "why"),
    [
        (f"person:{MANAGER}", "they have it already"),
        (f"person:{LEARNER}", "it is about them"),
        ("person:99", "they are not there"),
        ("team:nobodies", "there is no such team"),
    ],
)
def test_nobody_is_given_what_they_cannot_answer(to: str, why: str) -> None:
    run = Journey(plan_of(LOOK))
    before = run.state
    decision = give(run, to)
    assert (decision.used, run.said, run.state) == (False, ["not reassigned"], before)
    assert str(decision.reasons[0].seen["why"]).startswith(why)


def test_a_wait_that_is_given_to_somebody_is_theirs_and_its_event_still_ends_it() -> None:
    run = Journey(
        plan_of("course: { wait: lms.completed, where: event.course is not empty, owner: learner, within: 30 days }")
    )
    give(run, "team:assessment", "course")
    assert (run.open("course").owner, run.letters[-1]) == ("team:assessment", ("moved", "team:assessment"))
    run.told("lms.completed", course="X", score=1.0, passed=True)
    assert run.state.phase == "finished"


def test_within_the_limit_a_snooze_moves_nothing_but_the_reminders() -> None:
    run = Journey(plan_of(LOOK.replace(" }", ", remind: [ after 1 business day, 4 hours before ] }")))
    due = run.open("look").due
    assert due == berlin(5, 17)
    snooze(run, berlin(4, 12))
    assert (run.open("look").due, run.open("look").reminders) == (due, (berlin(5, 13),))
    run.tick()
    assert (run.now, run.said) == (berlin(4, 12), ["snooze is over"])
    assert run.letters[-1] == ("reminder", f"person:{MANAGER}")
    run.tick()
    assert (run.now, run.said) == (berlin(5, 13), ["reminded"])


def test_a_snooze_beyond_the_limit_gives_the_business_day_after_it_and_is_not_late() -> None:
    run = Journey(plan_of(LOOK))
    snooze(run, berlin(9, 12))
    assert run.open("look").due == berlin(10, 17)
    run.now = berlin(9, 16)
    run.answer("done")
    assert run.result("look").get("late", False) is False


def test_nobody_snoozes_a_handoff_again_and_again() -> None:
    run = Journey(plan_of(LOOK))
    snooze(run, berlin(11, 12))
    snooze(run, berlin(12, 17))
    assert run.said == ["put aside"]
    decision = snooze(run, berlin(12, 18))
    assert (run.said, decision.reasons[0].seen["why"]) == (["not put aside"], "that is longer than it may wait")


def test_a_limit_that_is_a_date_is_not_snoozed_away() -> None:
    run = Journey(plan_of("look: { ask: manager, todo: Look., until: person.hired_on + 7 days }"))
    assert snooze(run, berlin(10, 12)).reasons[0].rule == "not put aside"
    assert snooze(run, berlin(9, 12)).reasons[0].rule == "put aside"


def test_a_snooze_of_the_past_is_none() -> None:
    run = Journey(plan_of(LOOK))
    assert snooze(run, run.now - timedelta(hours=1)).reasons[0].seen["why"] == "that moment is past"


def test_a_snoozed_handoff_that_is_handed_on_wakes_for_its_new_owner() -> None:
    run = Journey(plan_of(LOOK.replace("manager", "manager or manager.manager")))
    snooze(run, berlin(5, 12))
    run.staff(MANAGER, status="left")
    assert (run.open("look").owner, run.open("look").aside) == (f"person:{DIRECTOR}", None)
    assert run.letters[-1] == ("moved", f"person:{DIRECTOR}")


def test_a_snoozed_handoff_can_be_answered() -> None:
    run = Journey(plan_of(LOOK))
    snooze(run, berlin(5, 12))
    run.answer("done")
    assert run.state.phase == "finished"


def test_while_a_run_is_paused_nothing_is_given_away_or_snoozed() -> None:
    run = Journey(plan_of(LOOK))
    run.becomes(status="on leave")
    assert "the run is paused" in str(give(run, f"person:{BUDDY}").reasons[0].seen["why"])
    assert "the run is paused" in str(snooze(run, berlin(5, 12)).reasons[0].seen["why"])


def test_what_is_being_done_is_nobodys_to_give_away() -> None:
    run = Journey(plan_of("enroll: { do: lms.enroll, with: { course: X } }"))
    assert "it is being done" in str(give(run, f"person:{BUDDY}", "enroll").reasons[0].seen["why"])


def test_what_is_over_is_nobodys_to_give_away() -> None:
    run = Journey(plan_of(LOOK))
    run.decide(Answer(run.open("look").number, run.now, "person:2", "done"))
    decision = run.decide(Reassigned(1, run.now, "person:6", "person:4"))
    assert (decision.used, run.said) == (False, ["run is over"])


def test_a_handoff_beside_a_run_that_is_over_can_be_given_away_and_snoozed() -> None:
    again = "when_no_longer: [ { undo: all }, { stop: no longer } ]"
    steps = "a: { do: lms.enroll, with: { course: X }, undo: lms.unenroll }\nb: { ask: manager, todo: B. }"
    run = Journey(plan_of(steps, f"while: person.level >= 3\n{again}"))
    run.confirm("a")
    run.becomes(level=1.0)
    undone = next(effect for effect in run.effects if isinstance(effect, Call) and effect.undoes)
    run.decide(Outcome(undone.pass_, undone.rung, run.now, "failed", failure="permanent"))
    assert run.state.over
    give(run, f"person:{BUDDY}", "a")
    snooze(run, run.now + timedelta(days=1), "a")
    assert (run.open("a").owner, run.said) == ("person:4", ["put aside"])


def test_whoever_is_away_is_named_with_the_day_of_their_return() -> None:
    run = Journey(plan_of(LOOK))
    absence = Absence(date(2026, 3, 1), date(2026, 3, 20))
    decision = run.staff(MANAGER, absence=absence)
    assert (decision.reasons[0].seen["gone"], decision.reasons[0].seen["until"]) == ("away", date(2026, 3, 20))


def test_a_delegate_who_has_left_stands_in_for_nobody() -> None:
    world = structs.replace(world_of(), absences={MANAGER: Absence(date(2026, 3, 1), date(2026, 3, 20), BUDDY)})
    people = {**world.people, BUDDY: structs.replace(world.people[BUDDY], status="left")}
    run = Journey(plan_of(LOOK.replace("manager", "manager or team:assessment")), structs.replace(world, people=people))
    assert run.open("look").owner == "team:assessment"


def test_a_message_about_a_handoff_given_away_is_a_first_notice() -> None:
    run = Journey(plan_of(LOOK))
    effects = [each for each in give(run, f"person:{BUDDY}").effects if isinstance(each, Message)]
    assert [(each.to, each.urgency, each.about) for each in effects] == [("person:4", "first", 1)]
