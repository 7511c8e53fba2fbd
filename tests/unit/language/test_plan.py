"""What a journey becomes: steps, ladders, contracts, and what nobody had to write."""

from tests.unit.language.journey import compiled, problems, step

from handrail.conditions.printing import show
from handrail.terms.effect import RetryRule
from handrail.terms.expression import Constant, Slot
from handrail.terms.plan import (
    NONE,
    Ask,
    Choose,
    Do,
    Extend,
    GoBackStep,
    HandTo,
    OwnerPath,
    Retry,
    Together,
    Wait,
)
from handrail.terms.values import Duration

TWO_DAYS = Duration(2, "business days")


def test_steps_stand_in_the_order_of_the_file_and_know_their_next() -> None:
    plan = compiled().plan
    assert [(one.name, one.next, one.parent) for one in plan.steps] == [
        ("agree", 1, NONE),
        ("enroll", 2, NONE),
        ("done", NONE, NONE),
    ]
    assert plan.waits_for == {"lms.completed"}


def test_steps_of_a_branch_know_the_step_they_lie_in() -> None:
    more = (
        "  done:\n",
        "  path:\n    choose:\n      good: { if: person.level > 3, steps: { hello: { tell: learner, message: day-one } } }\n"
        "      other: { if: otherwise }\n  done:\n",
    )
    found = compiled(more)
    body = step(found, "path").body
    assert isinstance(body, Choose)
    assert [(one.name, one.first, one.condition is None) for one in body.branches] == [
        ("good", 3, False),
        ("other", NONE, True),
    ]
    assert (step(found, "hello").parent, step(found, "hello").branch, step(found, "path").next) == (2, "good", 4)


def test_what_a_step_does_not_say_is_as_the_defaults_say() -> None:
    plan = compiled().plan
    enroll = plan.steps[1].contract
    assert enroll.owner == (OwnerPath("team", name="site-training"),)
    assert enroll.limit is not None
    assert enroll.limit.within == TWO_DAYS
    assert [type(move).__name__ for move in plan.ladders[enroll.if_late].moves] == ["HandTo", "End"]
    retry = plan.ladders[enroll.if_fails].moves[0]
    assert isinstance(retry, Retry)
    assert retry.rule == RetryRule(6, Duration(4, "hours"))


def test_a_default_that_does_not_fit_a_step_is_left_out_of_it() -> None:
    found = compiled(("    undo: lms.unenroll\n", "    undo: lms.unenroll\n    within: 4 hours\n"))
    assert [one.relation for one in step(found, "agree").contract.remind] == ["after"]
    assert step(found, "enroll").contract.remind == ()
    joined = compiled(
        (
            "    do: lms.enroll\n    with: { course: FORK-101 }\n    undo: lms.unenroll\n",
            "    run: first-aid\n    within: 3 days\n",
        )
    )
    ladder = joined.plan.ladders[step(joined, "enroll").contract.if_fails]
    assert [type(move).__name__ for move in ladder.moves] == ["HandTo", "End"]


def test_a_question_cannot_fail_so_nothing_of_failing_is_asked_of_it() -> None:
    found = compiled()
    assert step(found, "agree").contract.if_fails == NONE
    own = ("    question: May {person.name}?\n", "    question: May {person.name}?\n    if_fails: { stop: lost }\n")
    assert [one.code for one in problems(own)] == ["J112"]


def test_whoever_is_asked_answers_for_the_step() -> None:
    found = compiled()
    body = step(found, "agree").body
    assert isinstance(body, Ask)
    assert step(found, "agree").contract.owner == body.to == (OwnerPath("manager", up=1),)


def test_an_answers_moves_know_the_rung_they_were_written_on() -> None:
    found = compiled()
    late = step(found, "done").contract.if_late
    rung = found.plan.ladders[late].moves[0]
    assert isinstance(rung, HandTo)
    more_time = found.plan.ladders[rung.answers["more_time"]]
    assert (more_time.parent, more_time.parent_rung) == (late, 0)
    assert isinstance(more_time.moves[0], Extend)


def test_answers_keep_the_order_of_the_file() -> None:
    body = step(compiled(), "agree").body
    assert isinstance(body, Ask)
    assert list(body.answers) == ["yes_of_course", "another", "never"]


def test_without_answers_the_one_answer_is_done() -> None:
    answers = "    answers:\n      yes_of_course: continue\n      another: { hand_to: manager.manager, within: 1 business day }\n      never: { stop: manager declined }\n"
    body = step(compiled((answers, "    form: { why: text }\n")), "agree").body
    assert isinstance(body, Ask)
    assert body.answers == {"done": NONE}


def test_a_journey_that_says_nothing_of_leaving_stops_then() -> None:
    plan = compiled().plan
    assert plan.while_ is not None
    assert show(plan.while_) == 'person.status is not "left"'
    assert plan.pause_while is not None
    assert show(plan.pause_while) == 'person.status is "on leave"'
    assert plan.ladders[plan.when_no_longer].moves[0].reason == ("left the company",)  # type: ignore[union-attr]


def test_a_while_without_a_word_on_the_status_also_means_still_here() -> None:
    ending = "\nwhen_no_longer: { stop: elsewhere }\n\ndefaults:"
    one = compiled(("\ndefaults:", '\nwhile: person.country is "DE"' + ending)).plan
    two = compiled(("\ndefaults:", '\nwhile: person.country is "DE" and person.level > 1' + ending)).plan
    own = compiled(("\ndefaults:", '\nwhile: person.status in ["active", "on leave"]' + ending)).plan
    assert [show(plan.while_) for plan in (one, two, own) if plan.while_] == [
        'person.country is "DE" and person.status is not "left"',
        'person.country is "DE" and person.level > 1 and person.status is not "left"',
        'person.status in ["active", "on leave"]',
    ]


def test_a_journey_need_not_pause() -> None:
    assert compiled(("\ndefaults:", "\npause_while: never\n\ndefaults:")).plan.pause_while is None


def test_a_run_is_looked_at_each_day_only_where_a_day_matters() -> None:
    ending = "\nwhen_no_longer: { stop: over }\n\ndefaults:"
    assert not compiled().plan.looks_at_today
    assert compiled(("\ndefaults:", "\nwhile: person.ends_on >= today" + ending)).plan.looks_at_today
    assert compiled(("\ndefaults:", '\nwhile: not holds("FORKLIFT")' + ending)).plan.looks_at_today


def test_what_makes_two_starts_the_same_is_read_whole() -> None:
    once = compiled(("per person in 365 days", "per person and start.name per quarter")).plan.once
    assert [show(one) for one in once.by] == ["start.name"]
    assert (once.period, once.within, once.at_a_time) == ("quarter", None, False)
    assert compiled(("per person in 365 days", "per person at a time")).plan.once.at_a_time


def test_values_under_with_keep_the_kind_that_the_other_side_takes() -> None:
    found = compiled(("{ course: FORK-101 }", "{ course: 101, due: 2027-03-01, edition: true }"))
    body = step(found, "enroll").body
    assert isinstance(body, Do)
    assert body.arguments["course"] == ("101",)
    assert [part.value for part in body.arguments["due"] if isinstance(part, Slot)] == [Constant("date", "2027-03-01")]
    assert [part.value for part in body.arguments["edition"] if isinstance(part, Slot)] == [Constant("text", "true")]
    assert body.object == "course"


def test_an_undo_or_going_back_names_its_step_by_number() -> None:
    found = compiled(("  done:\n", "  again:\n    go_back_to: agree\n    after: 2 days\n    at_most: 3\n  done:\n"))
    assert step(found, "again").body == GoBackStep(step=0, after=Duration(2, "days"), at_most=3)


def test_branches_side_by_side_need_all_unless_they_say_so() -> None:
    both = (
        "  both:\n    together:\n      left: { say: { tell: learner, message: day-one } }\n      right: { ask_too: { ask: manager, todo: Help. } }\n"
        "    needs: NEEDS\n    within: 5 days\n    if_fails: continue\n  done:\n"
    )
    for needs, count in (("all", 0), ("2", 0), ("1", 1), ("any", 1)):
        body = step(compiled(("  done:\n", both.replace("NEEDS", needs))), "both").body
        assert isinstance(body, Together)
        assert body.needs == count


def test_a_wait_inside_a_together_has_its_limit() -> None:
    inside = (
        "  both:\n    together:\n      left:\n        listen:\n          wait: lms.enrolled\n          where: event.course is not empty\n          remind: [ 2 days before ]\n"
        "    within: 5 days\n    if_fails: continue\n  done:\n"
    )
    listen = step(compiled(("  done:\n", inside)), "listen")
    assert isinstance(listen.body, Wait)
    assert listen.contract.limit is None
    assert len(listen.contract.remind) == 1


def test_every_step_move_start_and_condition_has_its_place() -> None:
    found = compiled()
    assert found.places.lines[0] == (1, 1)
    assert found.places.lines[found.plan.starts[0].place] == (7, 3)
    assert found.places.keys["done.where"] == (32, 12)
    rung = found.plan.ladders[step(found, "done").contract.if_late].moves[1]
    assert found.places.lines[rung.place] == (40, 9)


def test_whether_a_wait_was_skipped_may_be_asked() -> None:
    after = (
        "  done:\n",
        "  first:\n    wait: lms.enrolled\n    where: event.course is not empty\n    within: 3 days\n    if_late: { skip: never mind }\n  done:\n    only_if: first.at is empty\n",
    )
    assert step(compiled(after), "done").only_if is not None
