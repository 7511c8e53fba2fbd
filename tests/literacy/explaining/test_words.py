"""How single conditions, values and owners are read aloud."""

from __future__ import annotations

import pytest
from tests.literacy.explaining.examples import found

from handrail.conditions.parse import parse_condition, parse_value
from handrail.conditions.printing import show
from handrail.literacy.explaining import NO_GLOSSARY, Glossary
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.conditions import condition_said, everyone_said
from handrail.literacy.explaining.words.events import event_said, rest_of
from handrail.literacy.explaining.words.owners import owner_said
from handrail.literacy.explaining.words.times import reminders_said, schedule_said
from handrail.literacy.explaining.words.values import value_said
from handrail.literacy.explaining.words.voice import listed, sentence, spoken
from handrail.terms.plan import OwnerPath, Remind
from handrail.terms.values import Duration


def telling(name: str = "programs/failed-exam", glossary: Glossary = NO_GLOSSARY) -> Telling:
    one = found(name)
    return Telling(one.compiled.plan, one.compiled.places, glossary)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("person.level >= 4", "the learner's level is 4 or more"),
        ('person.status is "on leave"', "the learner is on leave"),
        ('person.status is not "left"', "the learner has not left the organization"),
        ('person.level >= 4 and person.status is not "left"', "the learner's level is 4 or more, and they have not left the organization"),
        ("was.level < 4 and person.level >= 4", "the learner's level was less than 4 before and is 4 or more now"),
        ('person.department changed and person.department is "Sales"', "the learner's department changed and is Sales now"),
        ('person.department changed from "Sales" to "Finance"', "the learner's department changed from Sales to Finance"),
        ('person.country not in ["AR", "BR"]', "the learner's country is none of AR and BR"),
        ('holds("WELDER")', "the learner holds the certificate WELDER"),
        ('not holds("WELDER") and in_team("tutors")', "the learner does not hold the certificate WELDER and they are in the tutors team"),
        ('running("onboarding")', "the learner is in the journey “onboarding”"),
        ('completed_on("X-1") is empty', "the learner has not completed the course X-1"),
        ('completed_on("X-1") >= today - 365 days', "the learner completed the course X-1 no earlier than 365 days ago"),
        ('expires_on("X-1") <= today + 60 days', "the expiry date of the learner's certificate X-1 is no later than 60 days from today"),
        ("person.ends_on is empty", "the learner has no end date"),
        ("person.manager.country is known", "the manager's country is known"),
        ("exam.score < 70", "the score from “Exam” is less than 70"),
        ("exam.late is true", "“Exam” was late"),
        ("coaching.at is not empty", "“Coaching” has happened"),
        ("last_try.score is empty", "“Last try” gave no score"),
        ('not (person.level > 4 or person.country is "DE")', "it is not so that the learner's level is more than 4 or their country is DE"),
        ('person.level > 4 or (person.country is "DE" and person.fte < 1)', "the learner's level is more than 4, or both their country is DE and their FTE is less than 1"),
        ("today < 2027-04-01", "today is earlier than 1 April 2027"),
    ],
)  # fmt: skip
def test_a_condition_is_read_as_somebody_would_say_it(written: str, read: str) -> None:
    assert spoken(condition_said(telling(), parse_condition(written))) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('person.level >= 4 and not holds("X")', "whose level is 4 or more, and who does not hold the certificate X"),
        ('person.status is "active"', "who is active"),
        ('person.status in ["active", "on leave"]', "who is active or on leave"),
        ('expires_on("X") < today', "for whom the expiry date of their certificate X is earlier than today"),
        ("person.department in event.departments", "whose department is among the departments"),
    ],
)
def test_everyone_who_is_meant_is_told_by_what_they_are(written: str, read: str) -> None:
    assert everyone_said(telling(), parse_condition(written)) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("person.hired_on + 30 days", "30 days after the learner's first day"),
        ("exam.at + 14 days", "14 days after “Exam”"),
        ("next 31 March", "the first 31 March on or after the day on which the run begins"),
        ("last 1 November", "the last 1 November on or before the day on which the run begins"),
        ("latest(person.hired_on, today)", "the later of the learner's first day and today"),
        ("2026-03-31", "31 March 2026"),
        ("coaching.by", "whoever answered “Coaching”"),
        ("decision.answer", "the answer to “Decision”"),
    ],
)
def test_a_value_is_a_noun(written: str, read: str) -> None:
    assert spoken(value_said(telling(), parse_value(written))) == read


def test_a_list_is_told_with_what_stands_on_it_today() -> None:
    condition = parse_condition("person.country in list:asia")
    known = telling(glossary=Glossary(lists={"asia": ("JP", "SG", "AU")}))
    assert spoken(condition_said(known, condition)) == "the learner's country is JP, SG or AU (the list “asia”)"
    assert spoken(condition_said(telling(), condition)) == "the learner's country is one of the list “asia”"


@pytest.mark.parametrize(
    ("owner", "read"),
    [
        ((OwnerPath("manager"),), "the manager"),
        ((OwnerPath("manager", up=3),), "the manager's manager's manager"),
        ((OwnerPath("manager"), OwnerPath("role", name="hr-partner")), "the manager, or else the HR partner"),
        ((OwnerPath("team", name="lms-admins"),), "the lms-admins team"),
        ((OwnerPath("accountable"),), "the technical-training team (accountable)"),
        ((OwnerPath("owner"),), "the learner"),
        ((OwnerPath("path", value=parse_value("decision.who")),), "the person named as “who” in “Decision”"),
        ((OwnerPath("path", value=parse_value("was.manager")),), "the manager before the change"),
        ((OwnerPath("email", value=parse_value("start.vendor")),), "somebody outside (the start's vendor)"),
        ((OwnerPath("contact", name="printer"),), "the outside contact “printer”"),
        ((OwnerPath("person", name="12"),), "person 12"),
    ],
)
def test_an_owner_is_told_by_who_they_are_to_the_learner(owner: tuple[OwnerPath, ...], read: str) -> None:
    assert owner_said(telling(), owner, 0) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Monday at 06:00", "every Monday at 06:00"),
        ("business day at 06:00", "every business day at 06:00"),
        ("month on the last day at 08:00", "every month on the last day at 08:00"),
        ("year on 1 February at 06:00", "every year on 1 February at 06:00"),
    ],
)
def test_a_schedule_is_read_with_every(written: str, read: str) -> None:
    assert schedule_said(written) == read


def test_reminders_are_told_from_both_ends() -> None:
    remind = (
        Remind("after", Duration(3, "days")),
        Remind("before", Duration(7, "days")),
        Remind("before", Duration(1, "days")),
    )
    assert reminders_said(remind) == "3 days after it began, and 7 days and 1 day before its time is up"


def test_a_list_of_clauses_keeps_them_apart_with_commas() -> None:
    assert listed(["DE", "FR", "NL"], "or") == "DE, FR or NL"
    assert listed(["a or b", "c"], "and") == "a or b, and c"


def test_a_sentence_begins_large_and_ends_once() -> None:
    assert sentence("is it so?") == "Is it so?"
    assert sentence("the run is stopped: “not passed”") == "The run is stopped: “not passed”."
    assert sentence("the manager is asked: “Well?”") == "The manager is asked: “Well?”"


def test_a_wait_for_any_course_is_read_as_one() -> None:
    asked = parse_condition("event.course is not empty and event.passed is true")
    assert "completed a course, whichever it is" in event_said(telling(), ("lms.completed",), asked)
    rest = rest_of(("lms.completed",), asked)
    assert rest is not None
    assert show(rest) == "event.passed is true"
