"""Lists: what an address asks of them, and the files that they become."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import pytest
from fastapi import Request

from handrail.web.kit.cells import Cell, Due, Link, Percent, Several, State
from handrail.web.kit.exports import BOM, About, csv_lines, plain, safe, workbook
from handrail.web.kit.lists import Asked, Column, Empty, Filter, Slice, Table, asked_of, listing
from handrail.web.refusals import Refused

NOW = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
ABOUT = About("Handoffs", "which: late", NOW, "Europe/Berlin", "Ada Moreau")
TABLE = Table("people", "person", (Column("Name", lambda line: line), Column("Many", len, number=True)))
FORMULAS = ["=1+1", "+SUM(A1)", "-cmd|calc", "@now", "\tx", "\rx"]


class PeopleAsked(Asked, frozen=True, kw_only=True):
    """What a test asks."""

    only: Literal["", "late"] = ""
    who: str = ""


def request(query: str) -> Request:
    return Request({"type": "http", "query_string": query.encode(), "headers": []})


def rows(*names: Cell) -> Iterator[tuple[Cell, ...]]:
    return iter([(name, 1) for name in names])


def test_a_filter_that_is_not_there_is_said_with_those_that_are() -> None:
    with pytest.raises(Refused) as raised:
        asked_of(request("hue=red"), PeopleAsked)
    assert (raised.value.status, raised.value.error) == (422, 'This list has no filter "hue".')
    assert "only, sort, who" in raised.value.what_to_do


def test_a_value_that_a_filter_does_not_take_is_said_with_those_that_it_does() -> None:
    with pytest.raises(Refused) as raised:
        asked_of(request("only=blue"), PeopleAsked)
    assert (raised.value.error, raised.value.what_to_do) == ('The filter "only" cannot be "blue".', "It takes: late.")


def test_a_list_keeps_its_filter_in_the_address_of_every_page_and_file() -> None:
    asked = asked_of(request("only=late&who=Ana+Silva"), PeopleAsked)
    filters = (Filter("only", "Which", (("", "all"), ("late", "late"))), Filter("who", "Who"))
    found = listing(TABLE, asked, "/people", lambda _after, _limit: Slice(["Ana"], "7", 12), filters, Empty("None."))
    assert found.more == "/people?only=late&who=Ana+Silva&after=7"
    assert found.csv == "/people?only=late&who=Ana+Silva&format=csv"
    assert found.chosen == "which: late; who: Ana Silva"
    assert (found.first, found.total) == ("", 12)


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_a_file_is_taken_for_a_formula(text: str) -> None:
    assert safe(text) == f"'{text}"
    written = "".join(csv_lines(TABLE, rows(text), ABOUT, mark=False))
    cells = [cell for row in csv.reader(io.StringIO(written, newline="")) for cell in row]
    assert f"'{text}" in cells
    assert text not in cells


@pytest.mark.parametrize("text", ["-12", "+3.5", "-0.1"])
def test_a_number_below_nothing_is_no_formula(text: str) -> None:
    assert safe(text) == text


def test_a_file_names_its_filter_its_moment_and_who_made_it() -> None:
    written = "".join(csv_lines(TABLE, rows("Ana"), ABOUT, mark=False))
    assert list(csv.reader(io.StringIO(written))) == [
        ["list", "Handoffs"],
        ["filter", "which: late"],
        ["as of", "2026-03-16 10:00 CET (Europe/Berlin)"],
        ["made by", "Ada Moreau"],
        [],
        ["Name", "Many"],
        ["Ana", "1"],
    ]


def test_a_file_for_excel_begins_with_the_mark_by_which_it_knows_utf_8() -> None:
    assert "".join(csv_lines(TABLE, rows("Žofie"), ABOUT, mark=True)).startswith(BOM)
    assert not "".join(csv_lines(TABLE, rows("Žofie"), ABOUT, mark=False)).startswith(BOM)


def test_a_workbook_holds_texts_as_texts() -> None:
    with workbook(TABLE, rows("=1+1", "http://example.com"), ABOUT) as made, zipfile.ZipFile(made) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "xl/worksheets/_rels/sheet1.xml.rels" not in book.namelist(), "no cell is a link"
    assert "<f>" not in sheet
    assert "<t>=1+1</t>" in sheet


def test_a_workbook_holds_shares_as_numbers_and_its_head_stays_in_sight() -> None:
    share = Table("shares", "row", (Column("Done", lambda line: line, number=True),))
    with workbook(share, iter([(Percent(95.7),)]), ABOUT) as made, zipfile.ZipFile(made) as book:
        sheet, styles = (book.read(f"xl/{name}.xml").decode() for name in ("worksheets/sheet1", "styles"))
    assert "<v>0.957</v>" in sheet
    assert 'formatCode="0.0%"' in styles
    assert 'ySplit="6"' in sheet


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        (Percent(95.7), "95.7 %"),
        (Link("Ana", "/people/P-1"), "Ana"),
        (State("late"), "late"),
        (Due(NOW, late=True), "2026-03-16 10:00+01:00"),
        (Several((Link("look", "/x"), "Welcome", None)), "look; Welcome"),
        (date(2026, 3, 16), "2026-03-16"),
        (timedelta(hours=5), "5 hours"),
        (7, "7"),
    ],
)
def test_every_kind_of_cell_is_written_plainly(cell: Cell, text: str) -> None:
    assert plain(cell, "Europe/Berlin") == text
