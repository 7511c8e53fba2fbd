"""Branches side by side, and the same steps for each item."""

from __future__ import annotations

from tests.unit.core.plans import DIRECTOR, HEAD, MANAGER, Journey, berlin, plan_of

from handrail.terms.effect import Call, Withdraw
from handrail.terms.event import Answer
from handrail.terms.values import UNKNOWN

THREE = """
both:
  together:
    one: { a: { ask: manager, todo: A., if_late: { skip: no a } } }
    two: { b: { ask: manager.manager, todo: B., if_late: { skip: no b } } }
    three: { c: { ask: sponsor or manager, todo: C., if_late: { skip: no c } } }
  NEEDS
  within: 9 days
  if_fails: { stop: too few }
"""


def test_branches_open_side_by_side_and_all_must_end_well() -> None:
    run = Journey(plan_of(THREE.replace("NEEDS", "needs: all")))
    assert run.at == ["both", "a", "b", "c"]
    run.answer("", "a")
    run.answer("", "b", by=DIRECTOR)
    assert run.at == ["both", "c"]
    run.answer("", "c")
    assert (run.state.phase, run.result("both")["ended_well"]) == ("finished", 3)


def test_when_enough_ended_well_the_rest_are_closed() -> None:
    run = Journey(plan_of(THREE.replace("NEEDS", "needs: 2")))
    run.answer("", "a")
    run.answer("", "b", by=DIRECTOR)
    assert run.state.phase == "finished"
    assert {change.ended for change in run.last.handoffs} >= {"no longer needed"}


def test_a_skipped_branch_did_not_end_well_and_too_few_is_a_failure() -> None:
    run = Journey(plan_of(THREE.replace("NEEDS", "needs: all")))
    run.tick()
    assert "too few" in run.said
    assert run.state.reason == "too few"


def test_a_branch_without_steps_has_ended_well_already() -> None:
    steps = THREE.replace("NEEDS", "needs: any").replace(
        "{ c: { ask: sponsor or manager, todo: C., if_late: { skip: no c } } }",
        "{ c: { check: person.level > 1, if_not: { skip: low } } }",
    )
    run = Journey(plan_of(steps))
    assert (run.state.phase, run.at) == ("finished", [])


EACH = """
sites:
  together: each site in list:sites-with-forklifts
  steps:
    grant: { do: sites.grant_access, with: { site: "{site}" }, undo: sites.revoke_access }
    look: { ask: manager, question: "Is {site} ready?", answers: { ready: continue, not_ready: { skip: not ready } } }
  NEEDS
  within: 30 days
  if_fails: { stop: no site }
"""


def looks(run: Journey) -> list[tuple[int, ...]]:
    return [each.items for each in run.state.passes if each.items]


def test_each_item_has_its_own_steps_results_and_values() -> None:
    run = Journey(plan_of(EACH.replace("NEEDS", "needs: all")))
    sites = [effect.arguments["site"] for effect in run.effects if isinstance(effect, Call)]
    assert sites == ["Lyon", "Leipzig"]
    run.confirm(badge="L1")
    run.confirm(badge="L2")
    assert [run.state.results[f"grant[{item}]"]["badge"] for item in (0, 1)] == ["L1", "L2"]
    run.answer("ready")
    run.answer("ready")
    assert run.result("sites")["ended_well"] == 2


def test_the_rest_is_undone_where_the_journey_says_so_and_what_ended_well_is_not() -> None:
    run = Journey(plan_of(EACH.replace("NEEDS", "needs: 1\n  the_rest: undo")))
    run.confirm()
    run.confirm()
    run.answer("ready")
    undone = [effect for effect in run.effects if isinstance(effect, Call) and effect.undoes]
    assert [call.arguments["site"] for call in undone] == ["Leipzig"]


def test_a_call_of_the_rest_that_is_on_its_way_is_withdrawn() -> None:
    run = Journey(plan_of(EACH.replace("NEEDS", "needs: 1\n  the_rest: undo")))
    run.confirm()
    run.answer("ready")
    assert [effect for effect in run.last.effects if isinstance(effect, Withdraw)] == [Withdraw(3, 0)]


def test_undoing_a_step_inside_each_takes_back_the_items_own() -> None:
    steps = EACH.replace("NEEDS", "needs: 1").replace("{ skip: not ready }", "[ { undo: grant }, { skip: not ready } ]")
    run = Journey(plan_of(steps))
    run.confirm()
    run.confirm()
    run.answer("not_ready")
    undone = [effect for effect in run.effects if isinstance(effect, Call) and effect.undoes]
    assert [call.arguments["site"] for call in undone] == ["Lyon"]


BORROWED = """
both:
  together:
    one: { a: { wait: lms.completed, where: event.course is not empty, owner: learner, remind: [ 1 day before ] } }
    two: { b: { ask: manager, todo: B. } }
  within: 20 days
  if_fails: { stop: too few }
  if_late: [ { hand_to: manager.manager, within: 5 days }, { stop: too late } ]
"""


def test_a_wait_without_a_limit_has_that_of_its_together() -> None:
    run = Journey(plan_of(BORROWED))
    shown = {change.step: change.due for change in run.last.handoffs}
    assert shown[1] == run.open("both").due == berlin(23, 0)
    run.answer("", "b", by=MANAGER)
    run.tick()
    assert (run.said, run.letters[-1]) == (["reminded"], ("reminder", "person:1"))
    run.tick()
    assert run.open("both").owner == "person:3"
    assert run.open("a").waiting == "event"
    run.told("lms.completed")
    assert run.state.phase == "finished"


REMINDED = """
both:
  together:
    one: { a: { wait: lms.completed, where: event.course is not empty, owner: learner } }
    two: { b: { wait: lms.enrolled, where: event.course is not empty, owner: learner } }
    three: { c: { wait: lms.withdrawn, where: event.course is not empty, owner: manager } }
  owner: team:learning-operations
  within: 20 days
  remind: [ 2 days before ]
  if_fails: { stop: too few }
  if_late: { stop: too late }
"""


def test_a_together_reminds_its_owner_and_whoever_has_a_wait_by_its_limit_each_once() -> None:
    run = Journey(plan_of(REMINDED))
    run.tick()
    assert run.now == berlin(20, 9)
    reminded = [to for template, to in run.letters if template == "reminder"]
    assert reminded == ["team:learning-operations", "person:1", "person:2"]
    run.tick()
    assert run.state.reason == "too late"


def test_a_wait_whose_owner_changes_is_still_reminded_by_the_limit_of_its_together() -> None:
    run = Journey(plan_of(REMINDED))
    run.staff(MANAGER, status="left")
    run.tick()
    assert ("reminder", "team:people-experience") in run.letters


def test_more_time_for_a_together_is_more_time_for_the_waits_in_it() -> None:
    more = '[ { hand_to: manager, question: "More?", answers: { yes_please: { extend: 10 days } }, within: 3 days }, { stop: too late } ]'
    run = Journey(plan_of(REMINDED.replace("{ stop: too late }", more)))
    run.tick_past_reminders()
    run.answer("yes_please", "both")
    due = run.open("both").due
    assert due == berlin(3, 0, month=4)
    assert run.open("a").reminders == (berlin(31, 9),)


def test_what_is_left_of_a_together_that_gives_up_is_closed() -> None:
    run = Journey(
        plan_of(
            BORROWED.replace(
                "{ ask: manager, todo: B. }", "{ wait: lms.enrolled, where: event.course is not empty, owner: learner }"
            )
        )
    )
    while run.state.phase == "open":
        run.tick()
    assert (run.state.reason, run.state.passes) == ("too late", ())


WITHIN_EACH = """
sites:
  together: each site in list:sites-with-forklifts
  steps:
    look: { ask: manager, question: "Is {site} ready?", answers: { ready: continue, not_ready: continue } }
    grant: { do: sites.grant_access, with: { site: "{site}" }, only_if: look.answer is "ready" and site is "Lyon" }
  within: 30 days
  if_fails: { stop: no site }
last: { check: sites.ended_well >= 2, if_not: { stop: too few } }
"""


def test_inside_each_a_result_is_the_items_own() -> None:
    run = Journey(plan_of(WITHIN_EACH))
    run.answer("ready")
    run.answer("not_ready")
    assert [effect.arguments["site"] for effect in run.effects if isinstance(effect, Call)] == ["Lyon"]
    run.confirm()
    assert run.state.phase == "finished"


BY_LIST = """
modules:
  together: each line in start.modules
  steps: { look: { ask: manager, todo: Look. } }
  within: 30 days
  if_fails: { stop: none }
"""


def test_an_empty_list_is_over_at_once_and_an_unknown_one_is_waited_for() -> None:
    head = HEAD.replace("{ event: person.hired }", "{ request: manager, form: { modules: 2 of a or b or c } }")
    plan = plan_of(BY_LIST, instead=head)
    assert Journey(plan, given={"modules": ()}).state.phase == "finished"
    assert len(Journey(plan, given={"modules": ("a", "b")}).state.passes) == 3
    assert Journey(plan, given={"modules": UNKNOWN}).open("modules").waiting == "value"


def test_at_most_a_hundred_items_are_opened() -> None:
    head = HEAD.replace("{ event: person.hired }", "{ request: manager, form: { modules: 2 of a or b or c } }")
    run = Journey(plan_of(BY_LIST, instead=head), given={"modules": tuple(f"m{n}" for n in range(150))})
    assert len(run.state.passes) == 101


IN_CHOICE = """
both:
  together:
    one:
      path:
        choose:
          high: { if: person.level >= 3, steps: { a: { ask: manager, todo: A., if_late: { skip: no } } } }
          low: { if: otherwise }
    two: { b: { ask: manager.manager, todo: B. } }
  within: 9 days
  if_fails: { stop: too few }
"""


def test_a_branch_ends_as_the_choice_in_it_ends() -> None:
    run = Journey(plan_of(IN_CHOICE.replace("skip: no }", "skip: nothing }")))
    run.answer("", "a")
    run.answer("", "b", by=DIRECTOR)
    assert run.state.phase == "finished"


NEST = """
outer:
  together: each site in list:sites-with-forklifts
  steps:
    inner:
      together: each other in list:sites-with-forklifts
      steps: { look: { ask: manager, question: "{site} {other}", answers: { ok: continue, back: [ { go_back_to: inner, at_most: 1 }, { skip: twice } ] } } }
      within: 20 days
      if_fails: { skip: none }
  within: 30 days
  if_fails: { stop: none }
"""


def test_lists_may_lie_in_lists_and_going_back_stays_in_its_item() -> None:
    run = Journey(plan_of(NEST))
    looks = [each for each in run.state.passes if len(each.items) == 2]
    assert [each.items for each in looks] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    run.decide(Answer(looks[0].number, run.now, "person:2", "ok"))
    run.decide(Answer(looks[1].number, run.now, "person:2", "back"))
    times = {each.items: each.times for each in run.state.passes if len(each.items) == 2}
    assert times == {(1, 0): 1, (1, 1): 1, (0, 0): 2, (0, 1): 2}


def test_the_owner_of_a_together_was_asked_nothing_and_may_be_handed_it() -> None:
    run = Journey(
        plan_of(REMINDED.replace("{ stop: too late }", "[ { hand_to: owner, within: 3 days }, { stop: too late } ]"))
    )
    run.tick_past_reminders()
    assert run.said == ["late", "handed to"]
    assert run.open("both").asked == ("team:learning-operations",)


WITH_DEFAULTS = HEAD.replace("  within: 2 business days\n", "  within: 2 business days\n  remind: [ 1 day before ]\n")


def test_reminders_of_the_defaults_are_for_the_steps_in_a_together_and_for_whom_it_is_handed_to() -> None:
    steps = REMINDED.replace("  remind: [ 2 days before ]\n", "").replace(
        "if_late: { stop: too late }", "if_late: [ { hand_to: manager.manager, within: 5 days }, { stop: too late } ]"
    )
    run = Journey(plan_of(steps, instead=WITH_DEFAULTS))
    assert (run.open("both").reminders, len(run.open("a").reminders)) == ((), 1)
    run.tick_past_reminders()
    assert (run.open("both").owner, len(run.open("both").reminders)) == ("person:3", 1)
