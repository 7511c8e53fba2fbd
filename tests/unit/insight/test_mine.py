"""What a manager sees of their people, and a learner of their own learning; in few questions to the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import TypeVar, cast

from handrail.engine.by_hand.absences import Away, set_absence
from handrail.engine.by_hand.beginning import begin
from handrail.insight.desk.mine.learning import MyLearning, my_learning
from handrail.insight.desk.mine.people import MyPeople, my_people
from handrail.insight.desk.persons.person import one_person
from handrail.insight.desk.reach import desk_of
from handrail.insight.past import Past
from handrail.insight.rights import Grant, Viewer
from handrail.store.database.port import Database, Rows
from handrail.testing import Somebody, Stage

T = TypeVar("T")
STATEMENTS_MAX = 15
JOURNEY = """
journey: onboarding
title: Onboarding
purpose: Everybody new finds their way.
accountable: team:learning-operations
starts:
  hired: { event: person.hired }
once: per person
defaults:
  owner: team:learning-operations
  within: 5 business days
  if_late: { stop: nobody answered }
  if_fails: { stop: could not be done }
steps:
  enroll: { do: lms.enroll, with: { course: SAFE-001 } }
  read: { ask: learner, todo: Read the handbook. }
  course: { wait: lms.completed, where: event.course is not empty, owner: learner, within: 30 days }
  buddy: { ask: manager, todo: Name a buddy. }
  talk: { ask: manager, question: "How did it go?", answers: { well: continue, badly: { stop: left again } } }
"""


class Asked:
    """A database that keeps what it is asked."""

    def __init__(self, database: Database) -> None:
        self._database, self.said = database, list[str]()

    def __getattr__(self, name: str) -> Callable[..., Rows]:
        ask = getattr(self._database, name)

        def asked(sql: str, *more: Sequence[object]) -> Rows:
            self.said.append(sql)
            return cast(Rows, ask(sql, *more))

        return asked


class Company:
    """A manager with two reports, one of whom is asked something."""

    def __init__(self) -> None:
        self.stage = Stage(JOURNEY, date(2026, 3, 2))
        self.mia = self.stage.person("Mia Manager", email="mia@stage.example")
        self.ann = self.stage.hire("Ann Archer", manager=self.mia)
        self.ben = self.stage.hire("Ben Baker", manager=self.mia)
        self.stage.pass_time(hours=2)

    @property
    def past(self) -> Past:
        return Past(self.stage.engine.store, self.stage.engine.worlds.organization)

    def people(self, who: Somebody | None = None) -> MyPeople:
        who = who or self.mia
        viewer = Viewer(1, "mia", who.name, who.id, (Grant("manager"),))
        past = self.past
        organization = self.stage.engine.worlds.organization
        return my_people(past, desk_of(past, viewer, organization, self.stage.clock.now))

    def learning(self, who: Somebody) -> MyLearning:
        found = my_learning(self.past, who.id, self.stage.clock.now)
        assert found is not None
        return found

    def counted(self, ask: Callable[[], T]) -> tuple[T, list[str]]:
        """What it gives, and the statements that it took."""
        store = self.stage.engine.store
        database = store.database
        store.database = asked = Asked(database)  # type: ignore[assignment]  # as much of one as is read
        try:
            return ask(), asked.said
        finally:
            store.database = database


def test_a_manager_sees_what_they_owe_and_what_their_people_owe() -> None:
    company = Company()
    seen = company.people()
    assert (seen.own, [line.what for line in seen.theirs]) == ((), ["Read the handbook."] * 2)
    assert [(each.name, each.journeys, each.owes, each.owes_late) for each in seen.reports] == [
        ("Ann Archer", 1, 1, 0), ("Ben Baker", 1, 1, 0),
    ]  # fmt: skip
    company.stage.answer("read", about=company.ann)
    company.stage.told("lms.completed", company.ann, course="SAFE-001")
    company.stage.pass_time(hours=1)
    seen = company.people()
    assert [(line.what, line.person_name) for line in seen.own] == [("Name a buddy.", "Ann Archer")]
    assert seen.own_total == 1


def test_what_is_past_its_time_is_told_with_whose_it_is() -> None:
    company = Company()
    company.stage.clock.to(company.stage.clock.now + timedelta(days=8))
    (ann, _) = company.people().reports
    assert (ann.owes_late, ann.late) == (1, 1)


def test_a_delegate_sees_what_whoever_is_away_owes_with_both_names() -> None:
    company = Company()
    company.stage.answer("read", about=company.ann)
    company.stage.told("lms.completed", company.ann, course="SAFE-001")
    dan = company.stage.person("Dan Delegate")
    today = company.stage.today
    away = Away(company.mia.id, today, today + timedelta(days=9), dan.id)
    set_absence(company.stage.engine, away, f"person:{company.mia.id}", company.stage.clock.now)
    seen = company.people(dan)
    assert [line.owner_name for line in seen.own] == [
        "Dan Delegate for Mia Manager, who is away until Wednesday 11 March 2026"
    ]
    (own,) = company.people().away
    assert (own.delegate_name, own.stands) == ("Dan Delegate", "now")


def test_a_learner_sees_what_is_next_why_them_by_when_and_whom_to_ask() -> None:
    company = Company()
    seen = company.learning(company.ann)
    assert [(task.line.what, task.line.due is not None) for task in seen.next] == [("Read the handbook.", True)]
    (journey,) = seen.journeys
    assert (journey.title, journey.purpose) == ("Onboarding", "Everybody new finds their way.")
    assert journey.why == "You joined on Monday 2 March 2026."
    assert journey.coming == ("Course", "Buddy", "Talk")
    assert (journey.ask.name, journey.ask.address) == (
        "team learning-operations", "lead.of.learning-operations@stage.example",
    )  # fmt: skip


def test_each_thing_that_is_up_to_a_learner_says_where_why_them_what_if_not_and_whom_to_ask() -> None:
    company = Company()
    company.stage.answer("read", about=company.ann)
    (task,) = company.learning(company.ann).next
    assert (task.line.what, task.where) == ("Finish the course", "in the learning system")
    assert task.why == "You joined on Monday 2 March 2026."
    assert task.otherwise == "The journey is stopped."
    assert task.ask.address == "lead.of.learning-operations@stage.example"


def test_a_learner_sees_who_has_what_they_wait_for() -> None:
    company = Company()
    company.stage.answer("read", about=company.ann)
    company.stage.told("lms.completed", company.ann, course="SAFE-001")
    (journey,) = company.learning(company.ann).journeys
    assert (journey.mine, [(line.what, line.owner_name) for line in journey.others]) == (
        (), [("Name a buddy.", "Mia Manager")],
    )  # fmt: skip


def test_what_somebody_began_by_hand_says_who_and_why() -> None:
    company = Company()
    said = (f"person:{company.mia.id}", "she came back after two years")
    began = begin(company.stage.engine, "onboarding", company.mia.id, said, company.stage.clock.now)
    (journey,) = company.learning(company.mia).journeys
    assert journey.run == f"R-{began.run}"
    assert journey.why == "Mia Manager began it for you on Monday 2 March 2026: she came back after two years."


def test_what_is_behind_a_learner_is_told_with_how_it_ended() -> None:
    company = Company()
    company.stage.leave(company.ann)
    (over,) = company.learning(company.ann).over
    assert (over.how, over.reason) == ("stopped", "left the company")


def test_both_are_asked_in_few_statements_however_many_people_there_are() -> None:
    company = Company()
    for number in range(20):
        company.stage.hire(f"Person {number}", manager=company.mia)
    company.stage.pass_time(hours=2)
    company.people()  # what was published is read by the first question, and kept
    seen, said = company.counted(company.people)
    assert said
    assert len(seen.reports) == 22
    assert len(said) <= STATEMENTS_MAX, "\n".join(said)
    _, said = company.counted(lambda: company.learning(company.ann))
    assert len(said) <= STATEMENTS_MAX, "\n".join(said)


def test_one_person_is_asked_in_few_statements() -> None:
    company = Company()
    seen, said = company.counted(lambda: one_person(company.past, company.ann.id, company.stage.clock.now, 30))
    assert seen is not None
    assert len(said) < STATEMENTS_MAX, "\n".join(said)
