"""A mapping's text: read, refused with the whole list of what is wrong, and mended in place."""

import re
from pathlib import Path

import pytest
from tests.unit.people import acme
from tests.unit.people.small import TEXT

from handrail.people.mappings.mapping import date_in_name, fits_name, sealed, sources_of_record
from handrail.people.mappings.mend import NothingToMend, mend
from handrail.people.mappings.read import read_mapping
from handrail.terms.problem import JourneyProblems

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "mappings.md"

BAD = [
    ("M101", "mapping: [", "this is no YAML"),
    ("M101", "", "the file is empty"),
    ("M102", TEXT.replace("owner:", "ownr:"), 'no key "ownr"'),
    ("M103", TEXT.replace("owner: team:people-data\n", ""), 'has no "owner"'),
    ("M104", TEXT.replace("key: id", "key: { a: b }"), "must be one value"),
    ("M105", TEXT.replace("key: id", "key: id\nabsent: maybe"), 'cannot be "maybe"'),
    ("M105", TEXT.replace("{ column: dept,", "{ column: dept, by: email,"), '"department" names no other person'),
    ("M105", TEXT.replace("manager: boss", "manager: { column: boss, by: name }"), 'cannot be "name"'),
    ("M106", TEXT.replace("  manager: boss", "  boss: boss"), 'no field "boss"'),
    ("M107", TEXT.replace("key: id", "key: id\nkey: name"), "stands twice"),
    ("M108", TEXT.replace("hired_on: start", "hired_on: { column: start, dates: [DAY] }"), "no date format"),
    (
        "M108",
        TEXT.replace("hired_on: start", "hired_on: { column: start, dates: [DD/MM/YYYY, MM/DD/YYYY] }"),
        "which 03 is the month",
    ),
    ("M109", TEXT.replace("gone: left", "gone: fired"), 'cannot be "fired"'),
    ("M110", TEXT.replace("[name, department]", "[name, level]"), "no column fills it"),
    ("M110", TEXT.replace("[name, department]", "[name, manager]"), "cannot be needed"),
    ("M111", TEXT.replace("{date}", "{week}"), "can hold one date"),
    ("M113", TEXT.replace("leavers: 2", "leavers: few"), "must be a number"),
]


@pytest.mark.parametrize(
    ("code", "text", "says"), BAD, ids=[f"{code}-{index}" for index, (code, _, _) in enumerate(BAD)]
)
def test_what_is_wrong_with_a_mapping_is_said_with_its_place(code: str, text: str, says: str) -> None:
    with pytest.raises(JourneyProblems) as caught:
        read_mapping(text, "mappings/small.yaml")
    found = [problem for problem in caught.value.problems if problem.code == code]
    assert any(says in problem.message for problem in found), caught.value.problems
    assert all(problem.place.file == "mappings/small.yaml" for problem in found)


def test_a_year_of_two_digits_is_refused_with_what_to_ask_for() -> None:
    with pytest.raises(JourneyProblems) as caught:
        read_mapping(TEXT.replace("hired_on: start", "hired_on: { column: start, dates: [DD.MM.YY] }"), "small.yaml")
    (problem,) = caught.value.problems
    assert "have these dates exported with four" in problem.advice


def test_all_problems_of_a_mapping_are_said_at_once() -> None:
    text = TEXT.replace("owner:", "ownr:").replace("gone: left", "gone: fired")
    with pytest.raises(JourneyProblems) as caught:
        read_mapping(text, "small.yaml")
    assert {problem.code for problem in caught.value.problems} == {"M102", "M103", "M109"}


def test_every_code_has_its_heading_on_the_page() -> None:
    source = "".join(path.read_text() for path in Path(sealed.__code__.co_filename).parent.glob("*.py"))
    codes = set(re.findall(r'"(M1\d\d)"', source))
    assert codes == set(re.findall(r"^### (M1\d\d)", PAGE.read_text(encoding="utf-8"), re.MULTILINE))


def test_the_meaning_of_a_mapping_has_a_hash_that_comments_do_not_change() -> None:
    mapping = read_mapping(TEXT, "a.yaml")
    assert read_mapping("# hello\n\n" + TEXT, "b.yaml").hash == mapping.hash
    other = read_mapping(TEXT.replace("FIN: Finance", "FIN: Money"), "a.yaml")
    assert (other.hash != mapping.hash, other.salt != mapping.salt) == (True, True)
    owned = read_mapping(TEXT.replace("team:people-data", "team:hr"), "a.yaml")
    assert (owned.hash != mapping.hash, owned.salt != mapping.salt) == (True, False)


def test_the_date_in_a_files_name_says_what_it_is_of() -> None:
    mapping = acme.mapping()
    assert str(date_in_name(mapping, "workers-2026-03-16.csv")) == "2026-03-16"
    assert date_in_name(mapping, "workers-2026-13-45.csv") is None
    assert date_in_name(mapping, "workers.csv") is None
    assert (fits_name(mapping, "workers-2026-03-16.csv"), fits_name(mapping, "leavers.csv")) == (True, False)


def test_each_field_has_one_source_of_record() -> None:
    one, other = read_mapping(TEXT, "a.yaml"), read_mapping(TEXT.replace("source: hris", "source: crm"), "b.yaml")
    record, problems = sources_of_record((one, other))
    assert record["name"] == "hris"
    assert {problem.code for problem in problems} == {"M112"}
    assert len(problems) == len(one.fields)


def test_a_column_is_mended_where_it_stands_and_comments_stay() -> None:
    mended = mend(acme.TEXT, acme.FILE, columns=acme.NEW_COLUMN, values=acme.NEW_CODES)
    assert "    column: department_code             # not the name beside it" in mended
    assert "      LEG: Legal & Compliance\n      SLS-EMEA: Sales\n      CX: Customer Support\n" in mended
    assert len(mended.splitlines()) == len(acme.TEXT.splitlines()) + 2


def test_a_column_in_a_key_in_a_composed_text_or_alone_is_mended_alike() -> None:
    mended = mend(acme.TEXT, acme.FILE, columns={"first_name": "given", "employee_id": "no", "hire_date": "start date"})
    assert '  name: "{given} {last_name}"\n  given_name: given\n' in mended
    assert "key: no\n" not in mended
    assert 'key: "no"\n' in mended
    assert "hired_on: { column: start date," in mended


def test_words_are_added_to_a_list_in_one_line_too() -> None:
    mended = mend(acme.TEXT, acme.FILE, values={"contract": {"freelance": "contractor"}})
    assert "apprentice: intern, freelance: contractor }" in mended


@pytest.mark.parametrize(
    ("columns", "values", "says"),
    [
        ({"dept": "d"}, {}, 'no field is filled from a column "dept"'),
        ({}, {"badge": {"a": "b"}}, 'no column fills "badge"'),
        ({}, {"level": {"a": "b"}}, '"level" has no list of values to add to'),
    ],
)
def test_what_is_not_there_cannot_be_mended(
    columns: dict[str, str], values: dict[str, dict[str, str]], says: str
) -> None:
    with pytest.raises(NothingToMend, match=says):
        mend(acme.TEXT, acme.FILE, columns=columns, values=values)


def test_a_mending_that_makes_no_mapping_is_refused() -> None:
    with pytest.raises(JourneyProblems):
        mend(acme.TEXT, acme.FILE, values={"contract": {"freelance": "friend"}})
