"""What always holds of files of people, whoever dies over them: invariant 1 for rows, and 7, that withheld is not empty.

Each week has its file. Columns go missing or come empty, rows are spoilt, doubled or left out, and the process dies in
the middle; whoever goes on finds the file where it stood. Each property has a twin that must fail.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final, TypeAlias

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct
from tests.properties.handful import BEGIN, COLUMNS, STAFF, ZONE, csv_of, ground, mapping, row_of
from tests.properties.scripts_of_faults import KILLS, LOOK, TWIN
from tests.properties.world_of_faults import Kill, Mechanisms, Setting, World

from handrail.people.canonical import RowReader
from handrail.people.compare import stale_fields, told_value
from handrail.people.directory import StoreDirectory
from handrail.people.ports import FieldWithheld, Slice, SyncRecord
from handrail.people.rows import Layout
from handrail.people.sync import Moment, Syncs
from handrail.store.moments import to_millis
from handrail.terms import coding
from handrail.terms.person import Person
from handrail.terms.values import UNKNOWN

LOSABLE: Final = {"email": "email", "level": "level", "country": "country", "dept": "department"}
"""Columns that may go missing, and the fields that they fill."""

ENDS: Final = ("applied", "no change", "held", "refused")


class Week(Struct, frozen=True):
    """One file: who is in it, what is wrong with whose row, which columns it lacks and which are blank in every row."""

    people: int
    spoilt: tuple[tuple[int, str], ...]
    gone: frozenset[str]
    blank: frozenset[str]


class Weeks(Struct, frozen=True):
    """One example."""

    weeks: tuple[Week, ...]
    kills: tuple[Kill, ...]


WEEKS: st.SearchStrategy[Weeks] = st.builds(
    Weeks,
    st.lists(
        st.builds(
            Week,
            st.integers(1, 5),
            st.lists(st.tuples(st.integers(0, 4), st.sampled_from(("code", "key", "twice", "conflict", "boss"))), max_size=2).map(tuple),
            st.frozensets(st.sampled_from(sorted(LOSABLE)), max_size=2),
            st.frozensets(st.sampled_from(sorted(LOSABLE)), max_size=2),
        ),
        min_size=2,
        max_size=4,
    ).map(tuple),
    st.lists(KILLS, max_size=4).map(tuple),
)  # fmt: skip


class Files:
    """The files of a world as they come, and what they have told of everybody so far."""

    def __init__(self, world: World, weeks: Weeks) -> None:
        self.world = world
        self.weeks = weeks
        self.lines: dict[str, int] = {}
        self.told: dict[str, dict[str, str]] = {key: cells_of(row_of(key, boss=boss, level=level)) for key, (boss, level) in STAFF.items()}  # fmt: skip
        self.stale: dict[str, set[str]] = {}

    def write(self, number: int) -> Path:
        """The file of a week."""
        week, columns = self.weeks.weeks[number], list(COLUMNS)
        rows = [row_of(key, boss=boss, level=level) for key, (boss, level) in STAFF.items()]
        rows += [row_of(f"l{who}", level=str(1 + (who + number) % 4), start="2026-03-25") for who in range(week.people)]
        for who, what in week.spoilt:
            rows = spoilt(rows, f"l{who}", what)
        for row in rows:
            row.update(dict.fromkeys(week.blank, ""))
        columns = [name for name in columns if name not in week.gone]
        path = self.world.folder / f"workers-{BEGIN + timedelta(days=7 * number):%Y-%m-%d}.csv"
        path.write_text(csv_of(rows, columns))
        self.lines[path.name] = len(rows)
        return path

    def take_in(self, number: int) -> SyncRecord:
        """The file comes in, or whoever was in the middle of it goes on."""
        path, world = self.write(number), self.world
        syncs, at = world.made.syncs(world.directory, mapping()), Moment(world.clock(), ZONE)
        for record in world.directory.syncs("hris"):
            if record.file == path.name:
                return syncs.resume(record.id, at)
        return syncs.take_in(path, at)

    def live(self) -> None:
        """Week after week."""
        for number in range(len(self.weeks.weeks)):
            self.world.at(BEGIN + timedelta(days=7 * number), lambda _, week=number: self._week(week))  # type: ignore[misc]
        self.world.run_until(BEGIN + timedelta(days=7 * len(self.weeks.weeks)))

    def _week(self, number: int) -> None:
        record = self.take_in(number)
        if record.state == "applied":
            self._learn(number)

    def _learn(self, number: int) -> None:
        """What a reader of the file would know by now: what is withheld stays as it was."""
        week = self.weeks.weeks[number]
        known = self.world.store.persons_by_key("hris", [f"l{who}" for who in range(week.people)])
        for who in range(week.people):
            key, wrong = f"l{who}", [what for other, what in week.spoilt if other == who]
            if len(wrong) > 1:
                self.told.pop(key, None)  # what two mishaps make of one row is no matter here
            elif key in known and wrong not in (["key"], ["conflict"]):
                cells = cells_of(row_of(key, level=str(1 + (who + number) % 4)))
                lost = week.gone | week.blank | ({"dept"} if wrong == ["code"] else set())
                self.told.setdefault(key, {}).update({name: told for name, told in cells.items() if name not in lost})


def cells_of(row: dict[str, str]) -> dict[str, str]:
    """The columns that may be lost."""
    return {name: row[name] for name in LOSABLE}


def spoilt(rows: list[dict[str, str]], key: str, what: str) -> list[dict[str, str]]:
    """The rows with something wrong about `key`."""
    found = next((row for row in rows if row["id"] == key), None)
    if found is None:
        return rows
    if what in ("twice", "conflict"):
        other = dict(found, name="Somebody Else") if what == "conflict" else dict(found)
        return [*rows, other]
    found.update({"code": {"dept": "???"}, "key": {"id": ""}, "boss": {"boss": "nobody"}}[what])
    return rows


Check: TypeAlias = Callable[[World, Files], None]


def property_of(check: Check, made: Mechanisms | None = None, how: settings | None = None) -> None:
    """Look for weeks after which the check fails with these mechanisms."""

    @(how or settings(LOOK, max_examples=20))
    @given(WEEKS)
    def look(weeks: Weeks) -> None:
        with tempfile.TemporaryDirectory(prefix="handrail-files-") as folder:
            world = World(Path(folder), Setting(("early-bird",), kills=weeks.kills), made or Mechanisms())
            try:
                files = Files(world, weeks)
                files.live()
                check(world, files)
            finally:
                world.close()

    look()


def must_fail(check: Check, broken: Mechanisms) -> None:
    """The twin: with a broken mechanism the property does not hold."""
    with pytest.raises(AssertionError):
        property_of(check, broken, TWIN)


# 1. Every row of a sync


def every_row_has_its_end(world: World, files: Files) -> None:
    """Each file is there once; its rows are the sum of the four columns; each held or refused row can be shown, the held ones owned."""
    records = [record for record in world.directory.syncs("hris") if record.file in files.lines]
    assert Counter(record.file for record in records) == Counter(files.lines.keys())
    for record in records:
        assert record.state not in ("staged", "applying"), f"{record.file} is {record.state}"
        assert record.stands.rows == record.rows == files.lines[record.file], f"{record.file}: {record.stands}"
        assert record.reported is not None
        assert record.reported.rows == record.rows
        if record.state == "applied":
            kept = Counter(row.disposition for row in world.directory.kept_rows(record.id))
            assert (kept["held"], kept["refused"]) == (record.stands.held, record.stands.refused), record.file
            assert all(row.reason and row.owner for row in world.directory.kept_rows(record.id))
    made = {row[0] for row in world.rows("SELECT person FROM person_key")}
    assert made == {row[0] for row in world.rows("SELECT id FROM person")}, "somebody has no key, or a key nobody"


def every_hire_starts_once(world: World, files: Files) -> None:
    """Whoever a file hired is told of, once, and has their one run."""
    every_row_has_its_end(world, files)
    hired = world.rows("SELECT person, count(*) FROM ledger WHERE kind = 'person.hired' AND cause IS NULL GROUP BY 1")
    assert all(many == 1 for _, many in hired), f"hired twice: {hired}"
    newcomers = {number for (number,) in world.rows("SELECT id FROM person")} - set(ground().staff.values())
    assert {person for person, _ in hired} == newcomers
    assert sorted(person for (person,) in world.rows("SELECT person FROM run")) == sorted(newcomers)


def test_every_row_of_every_file_ends_in_one_column() -> None:
    property_of(every_hire_starts_once)


class Shredding(StoreDirectory):
    """Keeps no row that was not applied."""

    def apply(self, part: Slice) -> None:
        super().apply(msgspec.structs.replace(part, kept=()))


def test_twin_a_row_that_is_counted_and_not_kept_is_noticed() -> None:
    must_fail(every_row_has_its_end, Mechanisms(directory=Shredding))


# 7. Withheld is not empty


def withheld_is_not_empty(world: World, files: Files) -> None:
    """A field that stopped arriving keeps its last value, is marked stale, and nobody is said to have changed in it."""
    found = world.store.persons_by_key("hris", sorted(files.told))
    for key, cells in files.told.items():
        if key in found:
            person = coding.unpack(found[key].person.body, Person)
            for column, value in cells.items():
                assert said(person, column) == value, f"{key}: {column} was {value}, is {said(person, column)}"
    last, record = files.weeks.weeks[-1], world.directory.syncs("hris")[-1]
    lost = {LOSABLE[column] for column in last.gone | last.blank}
    if record.state == "applied":
        assert lost <= {each.field for each in record.withheld}, f"{lost} did not come, and nobody says so"
        for (body,) in world.rows("SELECT body FROM person WHERE version > 1 AND at = ?", to_millis(record.arrived)):
            person = coding.unpack(body, Person)
            kept = {field for field in lost if told_value(person, field) is not UNKNOWN}
            assert kept <= stale_fields(person).keys(), f"{person.name}: {kept} did not come, and is not marked"


def said(person: Person, column: str) -> str:
    """A field as its source wrote it."""
    value = told_value(person, LOSABLE[column])
    if value is None or value is UNKNOWN:
        return ""
    words = {"Engineering": "ENG", "Finance": "FIN"}
    return f"{value:g}" if isinstance(value, float | int) else words.get(str(value), str(value))


def test_a_field_that_stops_arriving_keeps_its_value_and_says_so() -> None:
    property_of(withheld_is_not_empty)


class Emptying(Syncs):
    """Reads what does not come as empty."""

    def _reader(self, layout: Layout, lost: tuple[FieldWithheld, ...]) -> RowReader:
        del lost
        return RowReader(self._mapping, layout.header)


def test_twin_a_file_whose_blank_column_empties_everybody_is_noticed() -> None:
    must_fail(withheld_is_not_empty, Mechanisms(syncs=Emptying))
