"""What the parts of the store promise by themselves, without a database."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from typing import Any

import pytest

from handrail.store.batch import WRITES, Batch
from handrail.store.chain import START, kept, linked, salted
from handrail.store.database.sqlite import has_wal_reset_bug
from handrail.store.database.statements import Write, for_postgres, for_sqlite, poison
from handrail.store.moments import identity_key, to_instant, to_millis
from handrail.store.rows import GateRow, LedgerRow, RunRow, StartsRow
from handrail.store.schema.tables import BY_NAME, NUMBERED, columns

ROW = LedgerRow(5, 3, 1000, 9, None, 7, "lms.completed", 0, b"event", b"reasons", b"v", b"d" * 16)


@pytest.mark.parametrize(
    ("version", "has_it"),
    [
        ((3, 6, 23), False),
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 53, 0), False),
    ],
)
def test_which_sqlite_can_lose_commits_is_known(version: tuple[int, int, int], *, has_it: bool) -> None:
    assert has_wal_reset_bug(version) is has_it


def test_an_instant_survives_the_table_to_the_millisecond() -> None:
    instant = datetime(2026, 3, 29, 1, 30, 0, 123_000, tzinfo=UTC)
    assert to_instant(to_millis(instant)) == instant


def test_identities_of_a_later_day_stand_behind_those_of_an_earlier_one() -> None:
    keys = [identity_key(date(2026, 3, day), os.urandom(8)) for day in (1, 2, 31)]
    assert keys == sorted(keys)
    assert {len(key) for key in keys} == {16}


def test_every_list_of_a_batch_is_written() -> None:
    handled = {name for name, _ in WRITES} | {"at", "drivers", "ledger", "starts", "calls"}
    assert handled == set(Batch.__slots__)


@pytest.mark.parametrize("name", [name for name, _ in WRITES])
def test_a_list_of_a_batch_writes_columns_that_its_table_has(name: str) -> None:
    write = dict(WRITES)[name]
    there = {column.name for column in columns(BY_NAME[write.table].row)}
    assert {column.name for column in columns(write.row)} - {"before"} <= there
    assert {place.split(" ")[0].split(".")[1] for _, place in write.find} <= there


def test_the_statements_of_both_databases_say_the_same() -> None:
    add = Write("starts", StartsRow, "add")
    assert for_sqlite(add) == (
        'INSERT OR FAIL INTO starts ("journey", "period", "many") VALUES (?, ?, ?) '
        'ON CONFLICT ("journey", "period") DO UPDATE SET "many" = starts."many" + excluded."many"'
    )
    assert "VALUES (?, ?, ?), (?, ?, ?) ON CONFLICT" in for_sqlite(add, 2)
    assert for_postgres(add) == (
        'INSERT INTO starts ("journey", "period", "many") SELECT * FROM unnest(%b::text[], %b::text[], %t::int8[]) '
        'ON CONFLICT ("journey", "period") DO UPDATE SET "many" = starts."many" + excluded."many"'
    )


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (GateRow("lms", 2**63, b""), "64 bits"),
        (GateRow("l\0s", 1, b""), "NUL"),
        (GateRow("lms", 1, None), "must not be empty"),  # type: ignore[arg-type]
        (GateRow("lms", "soon", b""), "str where int belongs"),  # type: ignore[arg-type]
    ],
)
def test_a_row_that_does_not_fit_is_named_with_its_column(row: GateRow, why: str) -> None:
    found = poison(Write("gate", GateRow, "upsert"), [GateRow("badges", 1, b""), row])
    assert found is not None
    assert found.index == 1
    assert why in found.why


def test_what_counts_is_never_in_a_column_that_is_not_there() -> None:
    assert all(column in [c.name for c in columns(BY_NAME[table].row)] for table, column in NUMBERED.values())


def test_a_chain_tells_any_change_of_a_bare_fact() -> None:
    head = linked(START, kept([ROW], {7: b"key"}, 1))
    for place in (0, 1, 2, 3, 4, 5, 7):
        values: list[Any] = [*ROW]
        values[place] = 7777
        assert linked(START, kept([LedgerRow(*values)], {7: b"key", 7777: b"key"}, 1)) != head


def test_a_chain_holds_without_the_personal_part_of_its_rows() -> None:
    (row,) = kept([ROW], {7: b"key"}, 1)
    blank = (*row[:8], None, None, *row[10:])
    assert linked(START, [blank]) == linked(START, [row])


def test_nobody_can_test_a_guess_without_the_key_of_the_person() -> None:
    assert salted(b"score 82", b"", b"key") != salted(b"score 82", b"", b"other key")
    assert salted(b"ab", b"c", b"key") != salted(b"a", b"bc", b"key")


def test_a_run_row_is_written_as_it_is_read() -> None:
    assert [column.name for column in columns(RunRow)] == list(RunRow._fields)
