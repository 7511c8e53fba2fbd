"""How the text of one cell is read."""

from datetime import date

import pytest

from handrail.people.mappings.mapping import FieldRule
from handrail.people.values import Wrong, reader_of

AMERICAN = FieldRule("hired_on", "date", ("c",), dates=("YYYY-MM-DD", "MM/DD/YYYY"))
TITLE = FieldRule("title", "text", ("c",), replace={"Sr.": "Senior", "SW": "Software"})
CODES = {"eng": "Engineering"}


@pytest.mark.parametrize(
    ("rule", "text", "value"),
    [
        (FieldRule("name", "text", ("c",)), "  Ann\n Bell ", "Ann Bell"),
        (FieldRule("name", "text", ("c",)), "   ", None),
        (FieldRule("name", "text", ("c",), empty=("N/A",)), "n/a", None),
        (TITLE, "Sr. SW Engineer", "Senior Software Engineer"),
        (TITLE, "SWAT Trainer", "SWAT Trainer"),
        (AMERICAN, "2026-03-09", date(2026, 3, 9)),
        (AMERICAN, "03/09/2026", date(2026, 3, 9)),
        (AMERICAN, "3/9/2026", date(2026, 3, 9)),
        (FieldRule("left_on", "date", ("c",), dates=("DD.MM.YYYY",)), "09.03.2026", date(2026, 3, 9)),
        (FieldRule("left_on", "date", ("c",), dates=("YYYYMMDD",)), "20260309", date(2026, 3, 9)),
        (FieldRule("country", "country", ("c",)), "de", "DE"),
        (FieldRule("email", "email", ("c",)), "Ann@X.example", "ann@x.example"),
        (FieldRule("fte", "number", ("c",)), "0.8", 0.8),
        (FieldRule("fte", "number", ("c",), decimal=","), "0,8", 0.8),
        (FieldRule("department", "text", ("c",), values=CODES), "Eng", "Engineering"),
        (FieldRule("department", "text", ("c",), values=CODES, unknown="keep"), "XYZ", "XYZ"),
        (FieldRule("department", "text", ("c",), values=CODES, unknown="empty"), "XYZ", None),
        (FieldRule("contract", "word", ("c",)), "permanent", "permanent"),
        (FieldRule("extra.remote", "truth", ("c",)), "Yes", True),
    ],
)
def test_a_cell_is_read_as_its_rule_says(rule: FieldRule, text: str, value: object) -> None:
    assert reader_of(rule)[text] == value


@pytest.mark.parametrize(
    ("rule", "text", "why"),
    [
        (AMERICAN, "31/12/2026", "no day of the calendar"),
        (AMERICAN, "9. March", "not a date as YYYY-MM-DD or MM/DD/YYYY"),
        (AMERICAN, "0001-01-01", "not in the years 1900 to 2199"),
        (FieldRule("fte", "number", ("c",)), "full", "not a number"),
        (FieldRule("fte", "number", ("c",)), "nan", "not a number"),
        (FieldRule("email", "email", ("c",)), "ann at x", "no e-mail address"),
        (FieldRule("email", "email", ("c",)), "ben@", "no e-mail address"),
        (FieldRule("email", "email", ("c",)), "ann..lee@x.de", "no e-mail address"),
        (FieldRule("email", "email", ("c",)), "ann.lee.@x.de", "no e-mail address"),
        (FieldRule("email", "email", ("c",)), "ann@x..de", "no e-mail address"),
        (FieldRule("country", "country", ("c",)), "Germany", "no country code of two letters"),
        (FieldRule("time_zone", "zone", ("c",)), "Berlin time", "no time zone of the IANA database"),
        (FieldRule("department", "text", ("c",), values=CODES), "XYZ", "unknown value"),
        (FieldRule("contract", "word", ("c",), unknown="keep"), "freelance", "unknown value"),
        (FieldRule("extra.remote", "truth", ("c",)), "maybe", "neither yes nor no"),
        (FieldRule("name", "text", ("c",)), "x" * 1001, "longer than 1000 characters"),
    ],
)
def test_a_value_that_cannot_be_right_says_why(rule: FieldRule, text: str, why: str) -> None:
    wrong = reader_of(rule)[text]
    assert isinstance(wrong, Wrong)
    assert wrong.why == why
