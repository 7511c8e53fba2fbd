"""What there is: runs, handoffs, what is held, with the names of people in it."""

from tests.unit.insight.company import BEN, CAT, DAN, Company, march

from handrail.insight import lists
from handrail.insight.desk.persons.run import one_run
from handrail.insight.desk.runs.lines import runs_lines
from handrail.store.moments import to_millis
from handrail.store.reading import Handoffs, Runs
from handrail.terms import coding
from handrail.terms.person import Origin, Person


def two_at_work() -> Company:
    company = Company("onboarding", "new-manager")
    company.hire(CAT, "Cat Conrad", march(3))
    company.hire(DAN, "Dan Doe", march(3), manager=None)
    for person in (CAT, DAN):
        company.confirm(company.run(person, "onboarding"), march(3, 10))
    return company


def test_a_run_says_whose_it_is_and_what_it_waits_for() -> None:
    page = lists.runs(two_at_work().past(), Runs("onboarding", lists.OPEN_PHASES), 50)
    assert page.total == 2
    first = page.lines[0]
    assert isinstance(first, lists.RunLine)
    assert (first.person, first.phase, first.waits_for) == ("Cat Conrad", "open", "an answer (“Buddy”), Ben Busch")


def test_a_page_says_how_many_there_are_in_all() -> None:
    past = two_at_work().past()
    page = lists.runs(past, Runs(), 1)
    assert (len(page.lines), page.total) == (1, 2)
    handed = lists.handoffs(past, Handoffs(), march(4), 1)
    assert (len(handed.lines), handed.total) == (1, 2)


def test_a_handoff_names_its_owner_and_whether_it_is_late() -> None:
    past = two_at_work().past()
    page = lists.handoffs(past, Handoffs(owner=f"person:{BEN}"), march(7), 50)
    (line,) = page.lines
    assert isinstance(line, lists.HandoffLine)
    assert (line.owner, line.person, line.step, line.overdue) == ("Ben Busch", "Cat Conrad", "buddy", True)


def test_where_there_is_no_manager_the_accountable_team_answers() -> None:
    past = two_at_work().past()
    owners = {
        line.owner
        for line in lists.handoffs(past, Handoffs(), march(4), 50).lines
        if isinstance(line, lists.HandoffLine)
    }
    assert owners == {"Ben Busch", "team people-experience"}


def test_what_is_held_is_grouped_by_its_cause_with_what_to_do() -> None:
    company = two_at_work()
    company.hold("010612", march(16), "workers-2026-03-16.csv", 4312)
    company.tell("lms.completed", 99, march(16), course="SAFE-010")
    page = lists.held(company.past(), march(17))
    causes = [(line.what, line.many, line.reason) for line in page.lines if isinstance(line, lists.HeldCause)]
    assert causes == [
        ("event", 1, "lms.completed: nobody here is known by that key"),
        ("row", 1, 'workers-2026-03-16.csv: department: the column "dept_code" is not in the file'),
    ]
    advice = [line.advice for line in page.lines if isinstance(line, lists.HeldCause)]
    assert "handrail held replay 1" in advice[1]


def test_what_is_held_can_be_asked_for_by_who_answers_for_it() -> None:
    company = two_at_work()
    company.hold("010612", march(16), "workers-2026-03-16.csv", 4312)
    assert lists.held(company.past(), march(17), "team:people-experience").total == 1
    assert lists.held(company.past(), march(17), "team:assessment").total == 0


def test_of_somebody_who_was_erased_the_run_is_listed_and_nothing_more_is_said() -> None:
    company = two_at_work()
    company.end(DAN, "onboarding", march(5))
    blank = coding.pack(Person(DAN, 1, Origin("", march(5)), name="a former worker"))
    company.store.erase(DAN, blank)
    page = lists.runs(company.past(), Runs("onboarding"), 50)
    line = page.lines[1]
    assert isinstance(line, lists.RunLine)
    assert (line.person, line.reason) == ("a former worker", "erased")
    assert "was erased" in company.why("P-4", "onboarding").sentence


def failed_once() -> Company:
    """Somebody whose account could not be made at the first try: 3 more over 4 hours."""
    company = Company("onboarding")
    company.hire(CAT, "Cat Conrad", march(3))
    with company.store.database.transaction() as transaction:
        transaction.count("UPDATE effect SET tries = 1, next_at = ?", (to_millis(march(3, 9, 17)),))
    return company


def test_a_run_whose_call_failed_says_when_the_next_try_is_and_until_when_it_is_tried() -> None:
    company = failed_once()
    (line,) = lists.runs(company.past(), Runs("onboarding", lists.OPEN_PHASES), 50).lines
    assert isinstance(line, lists.RunLine)
    again = "the next is on Tuesday 3 March 2026, 10:17 at the earliest, the last about Tuesday 3 March 2026, 13:59"
    assert line.waits_for.endswith(f"; after 1 try; {again}")
    assert line.next_moment == march(3, 9, 17)
    run = company.run(CAT, "onboarding")
    (row,) = runs_lines(company.past(), [run], march(3, 9, 5))
    assert (row.next, row.due) == ("Its call failed, and is tried again", march(3, 9, 17))
    kept = company.past().run(run)
    assert kept is not None
    step = next(each for each in one_run(company.past(), kept, march(3, 9, 5)).steps if each.state == "open")
    assert step.due is not None
    assert f"{step.due:%H:%M}" == "12:59"
    said = " ".join(each.text for each in company.why("Cat Conrad", "onboarding").because)
    assert "after 1 try, and is tried for the last time about Tuesday 3 March 2026, 13:59" in said
