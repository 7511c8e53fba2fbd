"""What conditions and values come to, in three-valued logic."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from msgspec.structs import replace
from tests.unit.conditions.scopes import ADA, HR, LATE_EVENING, SCOPE, value, verdict

from handrail.conditions.compiled import compile_condition, compile_value, value_of_with
from handrail.conditions.parse import parse_text
from handrail.terms import expression as tree
from handrail.terms.values import UNKNOWN, Duration, Fields, Money, PersonRef, Value

TRUE = [
    'person.country in ["DE", "FR"] and person.contract is "permanent" and person.level >= 4',
    "was.level < 4 and person.level >= 4",
    "person.level changed",
    "person.level changed from 3 to 4",
    "person.department changed",
    'person.manager.email is "ben@example.org"',
    'person.extra.mentor.name is "Ben"',
    "person.extra.shoe_size is 38",
    'start.who.name is "Ben"',
    'peer.name is "Ben"',
    'line is "A-7"',
    "event.person is person",
    "event.passed",
    "event.passed is true",
    "person.sponsor is empty",
    "person.sponsor.email is empty",
    "event.nothing_of_the_kind is empty",
    "later.score is empty",
    "start.name is empty",
    "nothing.list is empty",
    "person.fte is not known",
    "person.level is known",
    "person.sponsor is known",
    "exam.score is 0.8",
    "exam.exact is 0.8",
    "exam.score is exam.exact",
    "exam.exact < 0.9",
    "exam.at is 2026-03-03",
    "exam.at > 2026-03-02",
    "2026-03-03 is exam.at",
    "exam.at >= opening",
    "exam.at + 1 hour > exam.at",
    "start.price > 2000 EUR",
    "buddy.lasts is 14 days",
    "buddy.lasts < 15 days",
    "person.hired_on + 30 days <= today",
    "next 31 March is 2026-03-31",
    "last 1 November is 2025-11-01",
    "person.country in list:sites",
    '"saw" in person.extra.tools',
    '"Mo" in buddy.days',
    "count(person.extra.tools) is 2",
    "count(list:sites) is 2",
    "count(later.list) is 0",
    'holds("FIRST-AID") and holds("FOR-EVER")',
    'not holds("OLD") and not holds("TAKEN") and not holds("NONE")',
    'expires_on("FIRST-AID") is today',
    'expires_on("NONE") is empty',
    'completed_on("COC") >= today - 365 days',
    'passed_on("EXAM") is 2026-03-01',
    'running("onboarding") and finished_on("induction") is known',
    'in_team("buddies") and not in_team("others")',
    "person.country is not empty or person.fte > 1",
]
FALSE = [
    "person.sponsor is person",
    "person.ends_on >= today",
    "person.ends_on is person.ends_on",
    "person.ends_on is person.fte",
    'person.department is not "Sales"',
    'later.place in ["Berlin"]',
    "person.country in later.list",
    "person.country changed",
    "person.ends_on changed",
    "person.ends_on",
    "person.fte > 1 and person.level < 4",
    "not event.passed",
    'completed_on(later.course) is known and holds("OLD")',
    'person.country in ["FR", 5] and person.level is 5',
    "person.ends_on + 3 days >= today",
    "holds(later.certificate)",
]
NOBODY_KNOWS = [
    "person.fte > 0.5",
    "not person.fte > 0.5",
    'person.location in ["Berlin"]',
    "person.fte changed",
    "person.level >= 4 and person.fte is 1",
    "person.level < 4 or person.fte is 1",
    "person.fte is empty",
    "person.manager.manager.name is \"Cleo\"",
    "buddy.stranger.name is empty",
    'event.late is true',
    "event.score",
    'event.score > start.price',
    'person.country < "FR"',
    "person < event.person",
    "start.price > 5 USD",
    "exam.strange > 1",
    "exam.odd > 1",
    "exam.odd is exam.exact",
    "exam.strange is 1",
    "person.country in person.name",
    "person.country in [5, person.fte]",
    '"Tu" in buddy.days',
    "person.country in list:elsewhere",
    "buddy.lasts is 1 month",
    "buddy.lasts is 336 hours",
    "naive.at < 2026-03-31",
    "naive.at < exam.at",
    "naive.at + 1 day < today",
    "person.level + 1 day > today",
    "nothing.list is nothing.list",
    "event is empty",
    "somebody is empty",
    "person.extra is empty",
    "person.extra.unheard_of is empty",
    "person.nonsense is empty",
    "person.name.length is 3",
    "line.length is 3",
    "exam.score changed",
    "person changed",
    "holds(person.level)",
    'in_team("nobody")',
    "count(person.country) is 2",
    "unheard_of(1)",
    'holds("a", "b")',
    "earliest(person.level, today) is today",
    "earliest(person.fte, today) is today",
    "latest(naive.at, exam.at) is today",
    "latest(naive.at, later.at) is today",
]  # fmt: skip


@pytest.mark.parametrize("text", TRUE)
def test_a_condition_is_true_for_ada(text: str) -> None:
    assert verdict(text) is True


@pytest.mark.parametrize("text", FALSE)
def test_a_condition_is_false_for_ada(text: str) -> None:
    assert verdict(text) is False


@pytest.mark.parametrize("text", NOBODY_KNOWS)
def test_a_condition_stays_unknown_where_a_value_has_not_arrived_or_is_of_another_kind(text: str) -> None:
    assert verdict(text) is UNKNOWN


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("today + 2 years", date(2028, 3, 3)),
        ("today - 1 business day", date(2026, 3, 2)),
        ("latest(person.hired_on, today)", date(2026, 3, 3)),
        ("earliest(start.due, exam.at)", date(2026, 3, 3)),
        ("earliest(exam.at, opening)", LATE_EVENING),
        ("latest(later.at, exam.at)", LATE_EVENING),
        ("latest(later.at, later.on)", None),
        ("later.at + 3 days", None),
        ("person.manager", PersonRef(2)),
        ("person.manager.id", 2),
        ("person", PersonRef(1)),
        ("2000 EUR", Money(Decimal(2000), "EUR")),
        ("3 business days", Duration(3, "business days")),
        ("-4.5", -4.5),
        ("count([1, 2])", 2),
    ],
)
def test_a_value_is_reckoned(text: str, expected: Value) -> None:
    assert value(text) == expected


def test_where_there_is_no_person_no_event_and_no_record_little_is_known() -> None:
    nobody = {"person": None, "was": None, "event": None, "record": None}
    assert verdict("person.level > 3", **nobody) is UNKNOWN
    assert verdict("person is known", **nobody) is False
    assert verdict("person.level changed", **nobody) is UNKNOWN
    assert verdict("event.score is empty", **nobody) is True
    assert verdict('in_team("buddies")', **nobody) is UNKNOWN
    assert verdict('holds("OLD") or running("x")', **nobody) is UNKNOWN
    assert verdict("person.manager.name is known", **nobody) is False


def test_a_time_zone_that_does_not_exist_makes_days_unknown() -> None:
    nowhere = replace(SCOPE.calendar, zone="Nowhere")
    assert verdict("exam.at is today", zone="Nowhere") is UNKNOWN
    assert value("exam.at + 3 days", calendar=nowhere) is UNKNOWN


def test_a_moment_counts_as_its_day_where_the_learner_is() -> None:
    assert verdict("exam.at is 2026-03-03", zone="Europe/Berlin") is True
    assert verdict("exam.at is 2026-03-02", zone="America/New_York") is True


def test_a_test_can_be_asked_for_as_a_value() -> None:
    assert compile_value(tree.IsState(tree.Path(("today",)), "known"))(SCOPE) is True
    assert compile_condition(tree.Constant("truth", "false"))(SCOPE) is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{start.due}", date(2026, 3, 31)),
        ("{later.due}", None),
        ("{person.fte}", UNKNOWN),
        ('{person.fte or "full time"}', "full time"),
        ('{person.name or "somebody"}', "Ada"),
        ("MGR-101", "MGR-101"),
        ("", ""),
        ("{person.name} until {start.due}, {start.price}", "Ada until 2026-03-31, 2500 EUR"),
        ("by {person.manager}, {event.passed}{later.x}", "by Ben, true"),
        ("by {buddy.stranger}", UNKNOWN),
        ("at {exam.at}", "at 2026-03-02T23:30:00+00:00"),
        ("with {person.extra.tools}", "with saw, drill"),
        ("on {buddy.days}", UNKNOWN),
        ("about {person.fte}", UNKNOWN),
    ],
)
def test_an_argument_keeps_its_type_if_it_is_nothing_but_one_value(text: str, expected: Value) -> None:
    assert value_of_with(parse_text(text))(SCOPE) == expected


def test_far_dates_are_no_reason_to_fail() -> None:
    never = replace(ADA, ends_on=date(9999, 12, 31), hired_on=date(1, 1, 1))
    assert isinstance(value("person.ends_on + 50 years", person=never), date)
    assert isinstance(value("person.hired_on - 50 years", person=never), date)
    far = replace(SCOPE, results={"exam": Fields({"at": datetime.max.replace(tzinfo=UTC)})})
    assert verdict("exam.at > today", results=far.results, zone="Pacific/Auckland") is True
    assert HR.as_of < LATE_EVENING
