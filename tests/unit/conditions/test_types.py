"""What an author is told about a condition before it ever runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.unit.conditions.scopes import HERE, KINDS, ON_A_CHANGE

from handrail.conditions import problems
from handrail.conditions.parse import ConditionError, parse_condition, parse_value
from handrail.conditions.problems import Finding
from handrail.conditions.ranges import can_be_true, never_empty
from handrail.conditions.schema import Paths, person_kinds
from handrail.conditions.types import check_condition, check_value
from handrail.terms.catalog import Kind
from handrail.terms.expression import Expression

PAGE = (Path(__file__).parents[3] / "docs/reference/conditions.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^### (J\d+)\n.*?\n    (\S.*?)\n", PAGE, re.DOTALL | re.MULTILINE)
CODES = sorted(value for name, value in vars(problems).items() if name.isupper())


def findings(text: str, schema: Paths = HERE) -> list[Finding]:
    return check_condition(parse_condition(text), schema)


def told(text: str) -> tuple[Finding, ...]:
    """What an author is told, be it that the text cannot be read."""
    try:
        return tuple(findings(text))
    except ConditionError as error:
        return error.findings


def only(text: str, schema: Paths = HERE) -> Finding:
    (finding,) = findings(text, schema)
    return finding


def test_every_code_has_its_heading_and_an_example() -> None:
    assert [code for code, _ in EXAMPLES] == CODES


@pytest.mark.parametrize(("code", "text"), EXAMPLES)
def test_each_example_of_the_page_is_refused_with_its_code(code: str, text: str) -> None:
    assert [finding.code for finding in told(text)] == [code]


@pytest.mark.parametrize(
    "text", re.findall(r"^\| `(person\.[^`]+|event\.[^`]+)` \|", PAGE.split("## Empty")[0], re.MULTILINE)
)
def test_what_the_page_says_can_be_written_is_in_order(text: str) -> None:
    assert findings(text, ON_A_CHANGE) == []


@pytest.mark.parametrize(
    "text",
    [
        "was.level < 4 and person.level >= 4",
        'person.department changed from "Sales" to "Legal"',
        "person.manager is not empty and buddy.who.manager.email is not empty and buddy.who is person",
        "exam.at >= today and exam.at + 3 hours > exam.at and start.due is exam.at",
        'start.price > 2000 EUR and coaching.lasts < 3 days and "2 days" is line',
        '"DE" in event.departments and count(event.departments) > 2 and person.country in list:sites',
        'completed_on("COC-101") >= today - 365 days and in_team("buddies") and holds(line)',
        "latest(exam.at, start.due) + 2 years > next 31 March and earliest(exam.at, exam.at) > opening_day.at",
        'coaching.scan is empty and not coaching.sure and line in ["a", "b"]',
        "count([]) > 2 and count(list:sites) > 1 and 60 minutes >= coaching.lasts",
        "(coaching.confidence is 1 or coaching.confidence is 5) and not (coaching.sure and event.passed)",
        "coaching.confidence >= 1 or person.level is known",
        "person.level >= 4 or person.level < 4",
        "not person.level >= 4 and not person.level < 4",
        "start.price > 5 EUR and start.price < 3 USD",
        "start.price in [5 EUR, 5 USD] and coaching.lasts in [5 days, 2 weeks] and coaching.lasts < 3 days",
        "4 is person.level or 4 > person.level or person.level not in [1, exam.score]",
        "person.hired_on + 3 days > 2026-01-01 and person.hired_on - 3 days is 2026-01-01",
        "exam.score > 1 and exam.score < 2 and exam.score is not 2 and exam.score <= 7",
    ],
)
def test_a_sound_condition_is_left_alone(text: str) -> None:
    schema = Paths({**KINDS, "opening_day.at": Kind("moment")}, ON_A_CHANGE.names, has_was=True)
    assert findings(text, schema) == []


@pytest.mark.parametrize(
    ("text", "code", "advice"),
    [
        ("person.manager.emial is empty", "J210", "Did you mean `person.manager.email`?"),
        ("zzz.zzz is empty", "J210", "Use one of them."),
        ("person.department is Sales", "J210", 'A text is written in quotes: `person.department is "Sales"`.'),
        ("person.name is lines", "J210", 'Did you mean `line`? A text is written in quotes: "lines".'),
        ("was.level is empty", "J227", "`was` may stand in starts on `person.changed` and in `when_no_longer`."),
        ("hold(line)", "J211", "Did you mean `holds`?"),
        ("zzzzzz(line)", "J211", "Use one of them."),
        ("holds(line, line)", "J212", "Write `holds(certificate)`."),
        ("latest(line, today) is today", "J212", "Write `latest(date, date)`."),
        ("count(line) > 1", "J212", "Write `count(list)`."),
        ('completed_on("X") is empty', "J213", "Use one of them, or add this course."),
        ("line is 5", "J220", 'Write "5" in quotes.'),
        ('person.level is "many"', "J220", "Write many without quotes."),
        ('buddy.who is "Ben"', "J220", "Compare with a person."),
        ("person.hired_on > 30", "J220", "Write a date, or a duration beside one: `today - 30 days`."),
        ("30 < person.hired_on", "J220", "Write a date, or a duration beside one: `today - 30 days`."),
        ("start.price > 30", "J220", "Compare it with an amount of money."),
        ("person.level is exam.at", "J220", "Compare it with a number."),
        ("event.departments is line", "J220", "Write `in` beside a list, or `count(…)` for how many it holds."),
        ("coaching.scan is line", "J220", "A file can only be asked whether it `is empty`."),
        ("14 days > 3 months", "J220", "Write both in one unit."),
        ("person.level in list:sites", "J220", "Compare it with a number."),
        ("line in [line, 4]", "J220", 'Write "4" in quotes.'),
        ("4 < buddy.who", "J221", "Write `is`, or `in` with a list."),
        ('person.contract in ["permanent", "tempory"]', "J222", 'Did you mean "temporary"?'),
        ('"freelance" is person.contract', "J222", "Use one of them."),
        ("line in line", "J225", "Write `is`, or a list: `in [line]`."),
        ("exam.score changed", "J227", "Write `person.department changed`."),
        ("buddy.who.level + 3 hours > today", "J226", "Write it beside a date, as in `today + 14 days`."),
    ],
)
def test_each_mistake_comes_with_what_to_write(text: str, code: str, advice: str) -> None:
    finding = only(text)
    assert (finding.code, finding.advice) == (code, advice)
    assert finding.allowed == tuple(sorted(finding.allowed))


def test_all_mistakes_are_told_in_the_order_of_their_places() -> None:
    found = findings('person.levle > 3 and (person.country < "DE" or person.contract is "none") and holds(5)')
    assert [finding.code for finding in found] == ["J210", "J221", "J222", "J212"]
    assert [finding.code for finding in findings("person.department changed from 1 to 2")] == ["J227", "J220", "J220"]


@pytest.mark.parametrize(
    "text",
    [
        "person.level > 4 and person.level < 4",
        "person.level >= 4 and person.level < 4",
        "person.level is 4 and person.level is 5",
        "person.level is 4 and 4 > person.level",
        "person.level >= 4 and person.level <= 4 and person.level is not 4",
        "4 <= person.level and not (person.level > 3 or person.country is empty)",
        "person.level is empty and person.level > 3",
        "person.level is empty and person.level is not empty",
        'person.contract is "permanent" and person.contract in ["intern"]',
        "event.passed and not event.passed",
        "not (not event.passed) and event.passed is false",
        'holds("a") and not holds("a")',
        "person.hired_on > 2026-03-01 and person.hired_on < 2026-03-01",
        "start.price > 5 EUR and start.price < 5 EUR",
        "coaching.confidence > 5",
        "0 is coaching.confidence",
        "coaching.sure is empty",
        "person.country in []",
        "4 > 5",
        "false",
    ],
)
def test_a_condition_that_can_never_be_true_is_told(text: str) -> None:
    assert only(text).code == "J230"


@pytest.mark.parametrize(
    "text",
    [
        'person.status is "left" or person.status is not "left"',
        "coaching.sure or not coaching.sure",
        "coaching.sure is not empty",
        "not 4 > 5",
        "event.passed or 3 in [1, 3]",
        '"a" in ["a"] or event.passed',
        "true",
        "person.level not in []",
    ],
)
def test_a_condition_that_is_always_true_is_told(text: str) -> None:
    assert only(text).code == "J231"


def test_constants_that_say_nothing_certain_are_left_to_their_kinds() -> None:
    assert [finding.code for finding in findings("5 EUR > 3 USD")] == ["J223"]
    assert findings("2 days < 3 weeks")[0].code == "J231"


def test_only_fields_that_a_mapping_fills_may_be_read() -> None:
    kinds = person_kinds(["country", "manager"], choices={"country": ("DE", "FR")})
    schema = Paths(kinds)
    assert sorted(kinds) == ["person.country", "person.id", "person.manager", "person.status"]
    assert only('person.country is "IT"', schema).allowed == ("DE", "FR")
    assert only("person.level > 3", schema).code == "J210"
    assert findings('holds("anything")', schema) == []


def test_the_kind_of_a_value_says_whether_it_may_be_empty() -> None:
    def kind(text: str) -> Kind | None:
        found, wrong = check_value(parse_value(text), HERE)
        assert wrong == []
        return found

    assert kind("today + 3 days") == Kind("date", may_be_empty=False)
    assert kind("today + 3 hours") == Kind("moment", may_be_empty=False)
    assert kind("latest(exam.at, today)") == Kind("date", may_be_empty=False)
    assert kind("earliest(exam.at, exam.at)") == Kind("moment")
    assert kind("buddy.who.status") == replace(KINDS["person.status"], may_be_empty=True)
    assert kind('count(["a"])') == Kind("number")


def test_a_test_taken_as_a_value_is_true_or_false() -> None:
    assert check_value(parse_condition("event.passed is true"), HERE) == (Kind("truth", may_be_empty=False), [])


@pytest.mark.parametrize(
    ("text", "certain"),
    [
        ("exam.score is not empty", {"exam.score"}),
        ("exam.score >= 80 and person.level < exam.other", {"exam.score", "person.level", "exam.other"}),
        ("exam.at + 3 days > today or (exam.at is 2026-03-01 and line in list:x)", {"exam.at"}),
        ("not (not event.passed)", {"event.passed"}),
        ("not exam.score >= 80", set()),
        ("expires_on(line) < today", {"expires_on(line)", "today"}),
    ],
)
def test_a_condition_says_what_cannot_be_empty_behind_it(text: str, certain: set[str]) -> None:
    assert never_empty(parse_condition(text)) - {"today"} == certain - {"today"}


def test_branches_that_exclude_each_other_are_seen() -> None:
    def kind(path: Expression) -> Kind | None:
        return check_value(path, HERE)[0]

    tests = [parse_condition("exam.score >= 75"), parse_condition("exam.score < 45")]
    assert not can_be_true(tests, kind)
    assert can_be_true(tests, lambda _: None)
