"""Whatever comes in as a file: each row ends in one of four columns, and what is known is not lost by rubbish."""

import tempfile
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st
from tests.unit.people.small import ANN, BEN, CAT, DAN, HEADER, Company, on

GOOD = "".join(f"{line}\n" for line in (HEADER, ANN, BEN, CAT, DAN)).encode()
CELL = st.sampled_from(
    ["", "1", "2", "9", " 3 ", "active", "gone", "ENG", "XYZ", "2026-03-09", "x@y", '"', "é", "\0", "a,b", "\n", "=1"]
)
ROW = st.lists(CELL, min_size=5, max_size=8).map(",".join)
DAMAGE = st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.binary(max_size=3)), max_size=6)


def damaged(edits: list[tuple[int, bytes]]) -> bytes:
    content = GOOD
    for place, instead in edits:
        content = content[:place] + instead + content[place + 1 :]
    return content


def holds(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        company = Company(Path(folder))
        company.sync("03-02", ANN, BEN, CAT)
        record = company.file("03-09", content)
        assert record.stands.rows == record.rows
        kept = company.kept(record)
        if record.state == "applied":
            assert len(kept) == record.stands.held + record.stands.refused
            assert all(reason for _, _, reason in kept)
            again = company.syncs.replay(record.id, on("03-09"))
            assert (again.stands, again.rows) == (record.stands, record.rows)
        else:
            assert record.reason
            assert all(len(versions) == 1 for versions in company.directory.versions.values())


@given(st.lists(ROW, max_size=8))
def test_rows_of_any_kind_are_all_accounted_for_and_a_replay_counts_the_same(rows: list[str]) -> None:
    holds("\n".join([HEADER, *rows, ""]).encode())


@given(DAMAGE)
@example([(len(GOOD) - 1, b"\xc3")])
def test_a_file_damaged_anywhere_is_accounted_for(edits: list[tuple[int, bytes]]) -> None:
    holds(damaged(edits))


@given(st.binary(max_size=200))
def test_rubbish_is_held_and_changes_nobody(content: bytes) -> None:
    holds(content)
