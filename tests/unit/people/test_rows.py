"""CSV files as they really come: every row is read, or refused with its line; nothing is lost."""

from pathlib import Path
from typing import BinaryIO

import pytest

from handrail.people.rows import Layout, Row, ends_cut_short, inspect, rows

FILES = Path(__file__).resolve().parents[2] / "people_files"
COLUMNS = ("id", "name", "email", "dept", "boss", "state", "start")


def read(path: Path) -> tuple[Layout, list[Row]]:
    def opened() -> BinaryIO:
        return path.open("rb")

    layout = inspect(opened, COLUMNS)
    return layout, list(rows(opened, layout))


def named(name: str) -> tuple[Layout, list[Row]]:
    return read(FILES / name)


@pytest.mark.parametrize(
    "name",
    ["plain.csv", "with-a-mark.csv", "semicolons.csv", "excel-sep.csv", "tabs.csv", "cp1252.csv", "utf-16.csv"],
)
def test_however_a_spreadsheet_saved_it_the_same_rows_are_read(name: str) -> None:
    layout, found = named(name)
    assert layout.header == COLUMNS
    assert [cells[1] for _, _, cells, problem in found if not problem] == ["Ann Bell", "José Ruiz", "Zoë Öz"]


@pytest.mark.parametrize("name", ["empty.csv", "header-only.csv"])
def test_an_empty_file_has_no_rows(name: str) -> None:
    assert named(name)[1] == []


@pytest.mark.parametrize(
    ("name", "line", "why"),
    [
        ("nul.csv", 3, "it holds a NUL character"),
        ("one-bad-byte.csv", 4, "it holds bytes that are not UTF-8, though the rest of the file is"),
        ("wrong-width.csv", 3, "it has 8 columns, the header has 7"),
        ("bad-quote.csv", 3, "a quote stands in the middle of a field: write it twice, or quote the whole field"),
    ],
)
def test_one_row_that_cannot_be_read_does_not_take_the_others_with_it(name: str, line: int, why: str) -> None:
    _, found = named(name)
    assert [(row[1], row[3]) for row in found if row[3]] == [(line, why)]
    assert len([row for row in found if not row[3]]) == 2


def test_rows_keep_their_lines_across_line_breaks_in_a_field_and_blank_lines() -> None:
    _, found = named("line-breaks-and-blank-lines.csv")
    assert [(number, line) for number, line, _, _ in found] == [(1, 2), (2, 4), (3, 7)]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("cut-in-a-row.csv", "the file ends in the middle of a row, in line 4"),
        ("cut-in-quotes.csv", "the file ends inside a quoted field, which begins in line 3"),
        ("plain.csv", ""),
    ],
)
def test_a_file_that_was_cut_short_is_noticed(name: str, why: str) -> None:
    layout, found = named(name)
    assert ends_cut_short(found[-1], layout) == why


def test_a_field_of_ten_megabytes_is_refused_with_its_line_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    lines = (FILES / "plain.csv").read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([lines[0], lines[1], f"2,{'x' * 10_000_000},a@b,,,,", lines[3], ""]), encoding="utf-8")
    _, found = read(path)
    assert [(row[1], row[3]) for row in found if row[3]] == [(3, "a field is longer than 131072 characters")]
    assert len(found) == 3


def test_binary_rubbish_is_refused_and_not_guessed_at(tmp_path: Path) -> None:
    path = tmp_path / "rubbish.csv"
    path.write_bytes(b"\x81\x8d\x8f\x90\x9d\xff\xfe\xfd" * 1000)
    layout = inspect(lambda: path.open("rb"), COLUMNS)
    assert "Save it as UTF-8" in layout.problem


def test_a_byte_that_no_text_of_the_encoding_has_refuses_its_row_only(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_bytes((FILES / "cp1252.csv").read_bytes().replace(b"Ann", b"A\x81n"))
    layout, found = read(path)
    assert layout.encoding == "cp1252"
    assert [row[3] for row in found] == ["it holds bytes that are no text in the file's encoding", "", ""]
