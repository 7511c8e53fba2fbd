"""Files of people that are not as they should be: each is answered with what, where and what to do, and nobody is lost."""

from collections.abc import Callable
from datetime import date

import pytest
from tests.unit.bad_input.desk import Desk

from handrail.store.opening import open_store
from handrail.terms import coding
from handrail.terms.person import Person

CUT = "the file ends in the middle of a row, in line 13: it was cut short"
KEY_GONE = 'the key column "employee_id" is gone'
HEADER_ONLY = "the file has a header and no rows"


@pytest.mark.parametrize(
    ("spoil", "rows", "why"),
    [
        (lambda text: text[:0], 0, "the file is empty"),
        (lambda text: text.splitlines(keepends=True)[0], 0, HEADER_ONLY),
        (lambda text: text[:-40], 12, CUT),
        (lambda text: text.replace(b"employee_id", b"worker_no"), 12, KEY_GONE),
    ],
    ids=["empty", "only a header", "cut short", "another key column"],
)
def test_a_file_that_cannot_be_trusted_is_held_whole_and_changes_nobody(
    desk: Desk, spoil: Callable[[bytes], bytes], rows: int, why: str
) -> None:
    before = desk.rows(("person", "run"))
    said = desk.file(spoil(desk.text))
    assert said.exit_code == 4
    assert f"{rows} rows = 0 applied (0 of them new) + 0 no change + {rows} held + 0 refused" in said.output
    assert f"workers-2026-03-23.csv is held: {why}. Answers for it: team:people-data" in said.output
    assert "handrail held reject 2 --yes-by NAME" in said.output
    assert desk.rows(("person", "run")) == before


@pytest.mark.parametrize(
    "save",
    [lambda text: text.replace(",", ";").encode(), lambda text: text.encode("cp1252"), lambda text: text.encode("utf-16")],
    ids=["semicolons", "cp1252", "utf-16"],
)  # fmt: skip
def test_a_file_that_a_spreadsheet_saved_in_its_own_way_is_read_all_the_same(
    desk: Desk, save: Callable[[str], bytes]
) -> None:
    said = desk.file(save(desk.text.decode().replace("Kaya", "Zoë")))
    assert said.exit_code == 0
    assert "12 rows = 2 applied (2 of them new) + 10 no change + 0 held + 0 refused" in said.output
    assert ("Zoë Demir",) in [row[:1] for row in names(desk)]


@pytest.mark.parametrize(
    ("was", "is_now", "why"),
    [
        (b"Okoro", b"Ok\0ro", "line 3: it holds a NUL character"),
        (b"Head of Sales", b"x" * 10_000_000, "line 3: a field is longer than 131072 characters"),
        (b"Head of Sales", b"Head, of Sales", "line 3: it has 11 columns, the header has 10"),
    ],
    ids=["a NUL character", "a field of 10 MB", "a comma too many"],
)
def test_a_row_that_cannot_be_read_is_refused_with_its_line_and_its_person_stays(
    desk: Desk, was: bytes, is_now: bytes, why: str
) -> None:
    before = names(desk)
    said = desk.file(desk.text.replace(was, is_now, 1))
    assert said.exit_code == 3
    assert "12 rows = 2 applied (2 of them new) + 9 no change + 0 held + 1 refused" in said.output
    assert f"1 row could not be read and is refused ({why})." in said.output
    assert [row for row in names(desk) if row in before] == before


def test_a_column_that_was_renamed_leaves_everybody_as_they_were_and_says_how_to_mend_it(desk: Desk) -> None:
    said = desk.file(desk.text.replace(b"department", b"dept_name"))
    assert said.exit_code == 3
    assert (
        'department: the column "department" is gone. 10 people keep what was known. "dept_name" is new in the file'
        in said.output
    )
    assert "handrail held mend workers --column department=dept_name" in said.output


def test_bytes_that_are_no_text_are_held_and_not_guessed_at(desk: Desk) -> None:
    before = desk.rows(("person", "run"))
    said = desk.file(bytes(range(256)) * 50)
    assert (said.exit_code, "is held: " in said.output) == (4, True)
    assert desk.rows(("person", "run")) == before


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("people.csv", "No mapping reads a file named people.csv. There are: workers (workers-{date}.csv). Say which: --mapping NAME"),
        ("nothing.csv", "is no file. Name the export to be taken in."),
        (".", "is no file. Name the export to be taken in."),
    ],
)  # fmt: skip
def test_a_file_that_is_not_there_or_that_nothing_reads_is_said(desk: Desk, name: str, says: str) -> None:
    (desk.folder / "people.csv").write_bytes(desk.text)
    before = desk.rows()
    said = desk.sync(desk.folder / name)
    assert (said.exit_code, said.output.strip().endswith(says)) == (2, True)
    assert desk.rows() == before


def test_a_file_of_a_day_to_come_is_held(desk: Desk) -> None:
    later = desk.folder / f"workers-{date.max.year}-01-01.csv"
    later.write_bytes(desk.text)
    said = desk.sync(later)
    assert (said.exit_code, "is held: " in said.output) == (4, True)


def names(desk: Desk) -> list[tuple[object, ...]]:
    """Everybody's name and whether they have left, as the database has them."""
    store = open_store(f"sqlite:///{desk.store}", read_only=True)
    try:
        people = [coding.unpack(body, Person) for (body,) in store.database.read("SELECT body FROM person ORDER BY id")]
        return [(person.name, person.status) for person in people]
    finally:
        store.close()
