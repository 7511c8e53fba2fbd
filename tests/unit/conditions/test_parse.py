"""How conditions, values and texts are read, and what an author is told where they cannot be."""

from __future__ import annotations

import pytest

from handrail.conditions.parse import LENGTH_MAX, ConditionError, parse_condition, parse_text, parse_value
from handrail.conditions.printing import show, show_text
from handrail.terms.expression import All, Any, Constant, Is, Not, Occurrence, Path, Slot


def refused(text: str) -> ConditionError:
    with pytest.raises(ConditionError) as caught:
        parse_condition(text)
    return caught.value


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("not  person.country is 'x'".replace("'", '"'), 'person.country is not "x"'),
        ("(event.passed)", "event.passed"),
        ("not (not event.passed)", "not (not event.passed)"),
        ("not (a.b and c.d)", "not (a.b and c.d)"),
        ("(a.b or c.d) and e.f", "(a.b or c.d) and e.f"),
        ("x.y is 007.50", "x.y is 7.5"),
        ("x.y is -0", "x.y is 0"),
        ("x.y > 2000.00 EUR", "x.y > 2000 EUR"),
        ("x.y > 1200", "x.y > 1200"),
        ("x.is.in.not is known", "x.is.in.not is known"),
        ("x.y not in list:a-b", "x.y not in list:a-b"),
        ("x.y in start.list and x.y in [ ]", "x.y in start.list and x.y in []"),
        ("x.y changed from 1 to 2", "x.y changed from 1 to 2"),
        ("not x.y changed", "not x.y changed"),
        (
            "count( [1,2] ) > 1 and now_then() and last.day is next 05 March",
            "count([1, 2]) > 1 and now_then() and last.day is next 5 March",
        ),
        ("latest(a.b, c.d)-1 business day<today", "latest(a.b, c.d) - 1 business day < today"),
    ],
)
def test_what_means_the_same_prints_the_same(written: str, canonical: str) -> None:
    assert show(parse_condition(written)) == canonical


def test_and_binds_its_tests_side_by_side() -> None:
    tree = parse_condition("a.b and c.d and not e.f")
    assert isinstance(tree, All)
    assert [type(test) for test in tree.tests] == [Path, Path, Not]
    assert isinstance(parse_condition("a.b or c.d"), Any)


def test_each_part_knows_where_it_stands() -> None:
    tree = parse_condition(' person.country is "DE"')
    assert isinstance(tree, Is)
    assert (tree.span, tree.left.span, tree.right.span) == ((1, 23), (1, 15), (19, 23))


@pytest.mark.parametrize(
    ("text", "marked", "message"),
    [
        ("", "", "a value is missing at the end"),
        ("x.y is", "", "a value is missing at the end"),
        ("a.b and c.d or e.f", "or", "`and` is mixed with `or`, and it can be read in two ways"),
        ("a.b or c.d and e.f", "and", "`and` is mixed with `or`, and it can be read in two ways"),
        ("x.y == 4", "==", "`==` is a sign of another language"),
        ("x.y is 'a'", "'a'", "'a' is not in straight double quotes"),
        ("x.y is “a”", "“a”", "“a” is not in straight double quotes"),
        ('x.y is "a', '"a', "this text has no closing quote"),
        ("x.y > 80%", "%", "`%` has no meaning in a condition"),
        ("x.y ? 8", "?", "`?` has no meaning in a condition"),
        ("x.y is Human Resources", "Resources", "`Resources` follows `Human` without a word between"),
        ("x.y > 1,000", ",", "`,` must not stand here"),
        ("x.y in (1, 2)", "(", "a list must stand after `in`"),
        ('x.y in "a"', '"a"', "a list must stand after `in`"),
        ("x.y in [1", "", "`]` is missing to close the list"),
        ("x.y in list:", "list:", "`list:` needs the name of a list in handrail.yaml"),
        ("list:a is 4", "list:a", "a list stands only after `in` or in `count(…)`"),
        ("[1] is 4", "[", "a value must stand here, not `[`"),
        ("x.y is (4)", "(", "a value must stand here, not `(`"),
        ("x.y > + 4", "+", "a value must stand here, not `+`"),
        ("x.y is not in [1]", "in", "`is` and `in` do not go together"),
        ("x.y is < 4", "<", "`is` and `<` do not go together"),
        ("x.y not 4", "4", "`not` here must be followed by `in`"),
        ("not not x.y", "not", "a value must stand here, not `not`"),
        ("4 < x.y < 8", "<", "a second comparison follows"),
        ("(x.y) > 4", ">", "`>` stands after a parenthesis, but parentheses go round whole tests"),
        ("(x.y", "", "`)` is missing to close the parenthesis"),
        ("holds(x.y", "", "`)` is missing to close `holds(`"),
        ("x.4 is 4", "4", "a name must stand after the dot"),
        ("empty is x.y", "empty", "a value must stand here, not `empty`"),
        ("today + 4 > today", ">", "only a duration can be added or taken away"),
        ("today + x.y > today", "x", "only a duration can be added or taken away"),
        ("4 changed", "changed", "only a field of the person can be asked for a change"),
        ("x.y changed from 1", "", "`to` is missing after the value before the change"),
        ("x.y > 2026-02-30", "2026-02-30", "there is no day 2026-02-30"),
        ("x.y > next 31 June", "next 31 June", "June has no day 31"),
        ("x.y > next 031 June", "next 031 June", "June has no day 031"),
        ("x.y > next 31 Brumaire", "Brumaire", "`next` needs a day and a month"),
        ("x.y > 1234567890123456", "1234567890123456", "1234567890123456 has more than 15 digits"),
        ("x.y > 2 business weeks", "weeks", "`business` must be followed by `days`"),
        ("x.y > 0 days", "0 days", '"0 days" is no time at all'),
        ("x.y > 1 days", "1 days", '"1 days" is not a duration'),
        ("x.y > 2.5 days", "2.5 days", '"2.5 days" is not a duration'),
        ("x.y > -2 days", "-2 days", '"-2 days" is not a duration'),
    ],
)
def test_the_author_is_told_what_is_wrong_and_where(text: str, marked: str, message: str) -> None:
    error = refused(text)
    assert (error.message, text[slice(*error.span)]) == (message, marked)
    assert error.advice or error.allowed


def test_several_mistakes_are_told_at_once() -> None:
    codes = [finding.code for finding in refused("x.y == 'a' && z.z != 2026-02-30").findings]
    assert codes == ["J202", "J202", "J202", "J202", "J204"]
    assert [finding.advice for finding in refused("x.y ≤ 4 || x.y ≠ 4 = 5").findings][:3] == [
        "Write `<=`.",
        "Write `or`.",
        "Write `is not`.",
    ]


def test_what_would_be_too_large_to_read_is_refused() -> None:
    assert refused("x" * (LENGTH_MAX + 1)).span == (LENGTH_MAX, LENGTH_MAX + 1)
    assert refused("(" * 30 + "x.y" + ")" * 30).message == "this is nested more than 20 levels deep"
    assert refused("today" + " + 1 day" * 25 + " > today").message == "this is nested more than 20 levels deep"
    assert refused(f"x.y in [{', '.join('1' * 501)}]").message == "this list has more than 500 values"
    with pytest.raises(ConditionError, match="more than 2000"):
        parse_text("x" * (LENGTH_MAX + 1))


def test_a_value_may_be_a_date_of_the_year_or_a_path_with_days_added() -> None:
    assert show(parse_value("exam.at + 14 days - 1 hour")) == "exam.at + 14 days - 1 hour"
    occurrence = parse_value("next 29 February")
    assert isinstance(occurrence, Occurrence)
    assert (occurrence.month, occurrence.day) == (2, 29)
    with pytest.raises(ConditionError, match="must not stand here"):
        parse_value("today is today")


def test_a_text_is_split_at_its_braces() -> None:
    parts = parse_text('{person.name} failed ({exam.score or "no \\"}\\" score"}) in {{2026}}')
    name, failed, score, rest = parts
    assert isinstance(name, Slot)
    assert name.value == Path(("person", "name"), span=(1, 12))
    assert isinstance(score, Slot)
    assert (failed, score.instead, rest) == (" failed (", 'no "}" score', ") in {2026}")
    assert show_text(parts) == '{person.name} failed ({exam.score or "no \\"}\\" score"}) in {{2026}}'
    assert parse_text("") == ()
    assert parse_text("plain") == ("plain",)
    assert isinstance(parse_value("2000 EUR"), Constant)


def test_every_mistake_in_a_text_is_told_at_once() -> None:
    text = "{} and } and {x.y or z.z} and {today + 4} and {x.y"
    with pytest.raises(ConditionError) as caught:
        parse_text(text)
    assert [(text[slice(*finding.span)], finding.message) for finding in caught.value.findings] == [
        ("{", "nothing stands between these braces"),
        ("}", "this brace closes nothing"),
        ("z", "after `or` stands what to write instead"),
        ("", "only a duration can be added or taken away"),
        ("{", "this brace is not closed"),
    ]
    assert caught.value.findings[0].code == "J200"
