"""Words: how values, paths, clauses, owners and limits are said to somebody who does not program."""

from datetime import UTC, date, datetime, timedelta
from functools import cache

import pytest
from msgspec import UNSET
from tests.unit.insight.company import Company, march

from handrail.conditions.parse import parse_condition
from handrail.insight.past import PlanKept
from handrail.insight.telling.sentences import SENTENCES, sentence_of, what_is_awaited
from handrail.insight.telling.wording import (
    age_text,
    count_text,
    due_text,
    fact_text,
    needed_text,
    owner_text,
    path_text,
    value_text,
)
from handrail.terms.decision import Reason
from handrail.terms.state import Pass, Waiting
from handrail.terms.values import Fields, PersonRef, Value


@cache
def onboarding() -> PlanKept:
    return next(iter(Company("onboarding").past().plans.values()))


def name_of(number: int) -> str:
    return {2: "Ben Busch"}.get(number, f"P-{number}")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "empty"),
        (UNSET, "not known"),
        (True, "yes"),
        (4.0, "4"),
        (date(2026, 3, 16), "Monday 16 March 2026"),
        (datetime(2026, 3, 16, 8, tzinfo=UTC), "Monday 16 March 2026, 09:00"),
        (PersonRef(2), "Ben Busch"),
        (("a", "b"), "a, b"),
        ("permanent", "permanent"),
    ],
)
def test_a_value_is_read_aloud(value: Value, said: str) -> None:
    assert value_text(value, name_of, "Europe/Berlin") == said


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("person.level", "level"),
        ("person.hired_on", "first day"),
        ("person.manager.contract", "the manager's contract"),
        ("person.manager.manager.name", "the manager's manager's name"),
        ("person.extra.shoe_size", "shoe size"),
        ("was.level", "level before"),
        ("event.course", "the event's course"),
        ("start.due", "the start's due"),
        ("exam.score", "score of step exam"),
        ('holds("people-manager")', "the certificate people-manager"),
        ('completed_on("COC-101")', "the completion of COC-101"),
        ("today", "today"),
    ],
)
def test_a_path_of_the_file_is_said_in_words(path: str, said: str) -> None:
    assert path_text(path) == said


@pytest.mark.parametrize(
    ("condition", "needed", "not_needed"),
    [
        ('person.contract is "permanent"', "permanent", "not permanent"),
        ('person.country in ["DE", "FR"]', "one of DE, FR", "not one of DE, FR"),
        ("person.level >= 4", "4 or more", "not 4 or more"),
        ("person.level < 4", "less than 4", "not less than 4"),
        ("person.manager is empty", "empty", "not empty"),
        ("person.level changed", "a change", "not a change"),
        ('holds("people-manager")', "held", "not held"),
        ("was.manager is person.manager", "manager", "not manager"),
    ],
)
def test_what_a_test_asks_for_is_said(condition: str, needed: str, not_needed: str) -> None:
    test = parse_condition(condition)
    assert needed_text(test, {}, wanted=True) == needed
    assert needed_text(test, {}, wanted=False) == not_needed


def test_a_named_list_is_said_with_what_stands_in_it() -> None:
    test = parse_condition("person.country in list:europe")
    assert needed_text(test, {"list:europe": "DE, FR"}, wanted=True) == "one of DE, FR"
    assert needed_text(test, {"list:europe": "DE, FR"}, wanted=False) == "none of DE, FR"


def test_a_certificate_is_held_or_not() -> None:
    assert fact_text('holds("people-manager")', "yes") == "the certificate people-manager is held"
    assert fact_text('running("onboarding")', "no") == "the journey onboarding is not running"


def test_counts_ages_limits_and_owners() -> None:
    assert [count_text(many, "person") for many in (1, 1204)] == ["1 person", "1,204 people"]
    ages = [timedelta(days=3), timedelta(hours=5), timedelta(minutes=1), timedelta(seconds=3)]
    assert [age_text(march(2), march(2) + age) for age in ages] == ["3 days", "5 hours", "1 minute", "a moment"]
    assert due_text(march(2, 23), "Europe/Berlin") == "the end of Monday 2 March 2026"
    owners = ["person:2", "team:quality", "email:a@b.example", ""]
    assert [owner_text(owner, name_of) for owner in owners] == ["Ben Busch", "team quality", "a@b.example", "nobody"]


@pytest.mark.parametrize("rule", sorted(SENTENCES))
def test_the_sentence_of_a_rule_has_no_gap_when_nothing_was_seen(rule: str) -> None:
    kept = onboarding()
    said = sentence_of(Reason(rule, kept.plan.steps[1].place), kept, name_of, "UTC")
    assert said.endswith(".")
    assert not any(sign in said for sign in "{}")


def test_a_rule_without_a_sentence_is_said_as_it_stands() -> None:
    kept = onboarding()
    said = sentence_of(Reason("something new", 0, 0, Fields({"by": "person:2"})), kept, name_of, "UTC")
    assert said == "something new (by: Ben Busch)."


@pytest.mark.parametrize(
    ("step", "waiting", "said"),
    [
        (0, "outcome", "“create account” at lms to be done (“Account”)"),
        (1, "answer", "an answer (“Buddy”)"),
        (2, "answer", "a decision (“Safety done”)"),
        (2, "event", "a course completion (SAFE-010) (“Safety done”)"),
        (0, "value", "a value that is not known (“Account”)"),
        (0, "time", "time to pass (“Account”)"),
        (0, "cohort", "enough people for a cohort (“Account”)"),
        (-1, "answer", "an answer about the run as a whole"),
    ],
)
def test_what_is_waited_for_is_said(step: int, waiting: Waiting, said: str) -> None:
    plan = onboarding().plan
    assert what_is_awaited(plan, Pass(1, step, 1, march(2), waiting)) == said


def test_the_size_of_a_run_that_grew_too_large_is_read_with_its_thousands() -> None:
    said = sentence_of(Reason("too large", 0, 0, Fields({"size": 70_123})), onboarding(), name_of, "UTC")
    assert "(70,123 bytes)" in said
