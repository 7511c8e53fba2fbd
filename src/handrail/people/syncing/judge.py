"""A file as a whole, before any row of it is applied: may it go on, and which fields are taken from none of its rows?

One pass over the file and one over the known keys; what it keeps in memory is a hash for each key. Nothing here writes.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from datetime import timedelta
from operator import itemgetter
from typing import Final

from msgspec import Struct

from handrail.calendar.zones import local_day
from handrail.people.canonical import RowReader, mapped_columns
from handrail.people.compare import Told, status_told
from handrail.people.mappings.mapping import SourceMapping
from handrail.people.ports import FieldWithheld, Known, SyncRecord
from handrail.people.rows import Layout, Row, ends_cut_short
from handrail.people.values import reader_of

AHEAD_MAX: Final = timedelta(minutes=10)
_DAMAGE: Final = frozenset("\0\ufffd")
FILL_JUDGED_FROM: Final = 0.2
"""A field that was blank in more than four rows of five is not judged by its fill: leaves and leaving are rare."""


class Scan(Struct):
    """What one pass over a file finds. `leaving` are keys whose row says they have left; `blanks` by column.

    `spoilt` are keys of rows that cannot be read otherwise; `nameless` counts rows that do not tell whose they are.
    """

    rows: int = 0
    unreadable: int = 0
    without_key: int = 0
    nameless: int = 0
    seen: dict[str, bytes] = {}
    spoilt: set[str] = set()
    duplicates: set[int] = set()
    conflicts: set[str] = set()
    leaving: set[str] = set()
    blanks: dict[str, int] = {}
    cut_short: str = ""


class Against(Struct):
    """How a scan stands against what is known: `new` keys, and how many known people would leave by it, and who."""

    new: set[str]
    absent_people: list[int] = []
    marked_people: list[int] = []
    known: int = 0
    present: int = 0
    active: int = 0
    absent: int = 0
    marked: int = 0

    @property
    def leavers(self) -> int:
        return self.absent + self.marked


class Verdict(Struct, frozen=True):
    """`hold` is a word (empty: go on), `reason` the sentence; `fill` is kept for the next file."""

    hold: str = ""
    reason: str = ""
    withheld: tuple[FieldWithheld, ...] = ()
    fill: dict[str, float] = {}


def scan(rows: Iterable[Row], layout: Layout, reader: RowReader, told: Told) -> Scan:
    """Look at every row once."""
    found = Scan()
    names = [name for name in dict.fromkeys(layout.header) if name in set(mapped_columns(reader.mapping))]
    places = [layout.header.index(name) for name in names]
    blanks = [0] * len(places)
    mapped = itemgetter(*places, places[0]) if places else None
    leaves = _leaving_rows(reader, layout)
    seen, key_of, hash_of = found.seen, reader.key, reader.row_hash
    row: Row | None = None
    for row in rows:
        number, _, cells, problem = row
        found.rows = number
        if problem:
            found.unreadable += 1
            _spoilt(found, reader.key(cells) if len(cells) == len(layout.header) else "")
            continue
        if mapped is not None:
            for index, cell in enumerate(mapped(cells)[:-1]):
                if not cell or cell.isspace():
                    blanks[index] += 1
        key = key_of(cells)
        if not key:
            found.without_key += 1
            found.nameless += 1
            continue
        hashed = hash_of(cells)
        first = seen.setdefault(key, hashed)
        if first is not hashed:
            _again(found, key, number, same=first == hashed)
        elif leaves is not None and leaves(cells) and status_told(reader.sighting(cells), told) == "left":
            found.leaving.add(key)
    found.blanks = dict(zip(names, blanks, strict=True))
    found.cut_short = ends_cut_short(row, layout)
    return found


def _spoilt(found: Scan, key: str) -> None:
    """Whose row it is that cannot be read, as far as it says so."""
    if key and not set(key) & _DAMAGE:
        found.spoilt.add(key)
    else:
        found.nameless += 1


def _again(found: Scan, key: str, number: int, *, same: bool) -> None:
    """A key that stood in an earlier row too."""
    if same:
        found.duplicates.add(number)
    else:
        found.conflicts.add(key)


def _leaving_rows(reader: RowReader, layout: Layout) -> Callable[[list[str]], bool] | None:
    """A quick look at whether a row may say that somebody has left; None when no row of the file can."""
    looks = []
    for rule in reader.mapping.fields:
        if (
            rule.field in ("status", "left_on")
            and rule.field not in reader.withheld_fields
            and len(rule.columns) == 1
            and rule.columns[0] in layout.header
        ):
            looks.append((layout.header.index(rule.columns[0]), reader_of(rule), rule.field))
    if not looks:
        return None

    def leaves(cells: list[str]) -> bool:
        for index, memory, field in looks:
            value = memory[cells[index]]
            if value == "left" or (field == "left_on" and value is not None):
                return True
        return False

    return leaves


def against(found: Scan, known: Iterable[Known]) -> Against:
    """Compare the keys of a scan with the known ones of its source."""
    stands = Against(new=set(found.seen))
    for one in known:
        stands.known += 1
        active = one.status != "left"
        stands.active += active
        if one.key in found.seen:
            stands.present += 1
            stands.new.discard(one.key)
            if active and one.key in found.leaving:
                stands.marked += 1
                stands.marked_people.append(one.person)
        elif active and one.key not in found.spoilt:
            stands.absent += 1
            stands.absent_people.append(one.person)
    return stands


def unreadable(mapping: SourceMapping, layout: Layout, reader: RowReader) -> Verdict | None:
    """What holds a file before its rows are looked at."""
    if layout.problem:
        return Verdict("unreadable", layout.problem)
    if not layout.header:
        return Verdict("empty", "the file is empty")
    doubled = sorted({name for name in mapped_columns(mapping) if layout.header.count(name) > 1})
    if doubled:
        return Verdict(
            "columns", f'the column "{doubled[0]}" stands twice in the header: nobody can say which one counts'
        )
    if not reader.readable:
        lost = next(column for column in mapping.key if column in reader.gone)
        instead = _likely(lost, _new_columns(mapping, layout, None))
        return Verdict(
            "key column", f'the key column "{lost}" is gone' + (f' (is it "{instead}" now?)' if instead else "")
        )
    return None


def withheld_fields(
    mapping: SourceMapping, layout: Layout, previous: SyncRecord | None, found: Scan | None
) -> tuple[FieldWithheld, ...]:
    """The fields that are taken from no row: a column of theirs is gone or, with a scan, has lost half its values."""
    fresh = _new_columns(mapping, layout, previous)
    fill = fill_of(mapping, layout, found) if found is not None else {}
    withheld = []
    for rule in mapping.fields:
        gone = [column for column in rule.columns if column not in layout.header]
        before = previous.fill.get(rule.field, 0.0) if previous is not None else 0.0
        if gone:
            instead = _likely(gone[0], fresh)
            withheld.append(FieldWithheld(rule.field, gone[0], f'the column "{gone[0]}" is gone', instead))
        elif before >= FILL_JUDGED_FROM and rule.field in fill and fill[rule.field] <= before / 2:
            now = fill[rule.field]
            why = f'the column "{rule.columns[0]}" is filled in {now:.0%} of the rows, before in {before:.0%}'
            withheld.append(FieldWithheld(rule.field, rule.columns[0], why))
    return tuple(withheld)


def fill_of(mapping: SourceMapping, layout: Layout, found: Scan) -> dict[str, float]:
    """For each field whose columns are there: the part of readable rows in which it is not blank."""
    readable = found.rows - found.unreadable
    if readable <= 0:
        return {}
    return {
        rule.field: round(min(1 - found.blanks[column] / readable for column in rule.columns), 4)
        for rule in mapping.fields
        if all(column in layout.header for column in rule.columns)
    }


def whole(mapping: SourceMapping, found: Scan, stands: Against, told: Told, *, begun: bool = False) -> tuple[str, str]:
    """Whether a file is held as a whole: a word and the sentence, or two empty texts.

    `begun`: it was judged before and is half applied, so what is known is no longer what it was judged against.
    """
    if begun:
        return "", ""
    return _unusable(found, told) or _guarded(mapping, stands) or ("", "")


def _unusable(found: Scan, told: Told) -> tuple[str, str] | None:
    readable = found.rows - found.unreadable
    if found.rows == 0:
        return "empty", "the file has a header and no rows"
    if found.cut_short:
        return "cut short", f"{found.cut_short}: it was cut short"
    if readable == 0 or found.without_key * 2 >= readable:
        return "keys", f"{found.without_key + found.unreadable:,} of {found.rows:,} rows have no key that can be read"
    if told.as_of > told.now + AHEAD_MAX:
        return "future", f"the file is of {local_day(told.as_of, told.zone)}, a day that is still to come"
    return None


def _guarded(mapping: SourceMapping, stands: Against) -> tuple[str, str] | None:
    """More than the guard's count and more than its percent of the known people would leave, absent or marked."""
    guard = mapping.guard
    leavers = stands.leavers - (stands.absent if mapping.absent == "stays" else 0)
    if leavers <= guard.leavers or leavers * 100 <= guard.percent * stands.active:
        return None
    if len(stands.new) > stands.present and len(stands.new) * 2 >= stands.known:
        return "keys", (
            f"only {stands.present:,} of {stands.known:,} known keys are in the file, and {len(stands.new):,} keys are new. "
            f"Have the keys changed their form{_example(stands)}?"
        )
    share = leavers / stands.active
    return "leavers", (
        f"{leavers:,} of {stands.active:,} people ({share:.0%}) would leave: {stands.absent:,} are in no row, {stands.marked:,} "
        f"are marked. The guard lets at most {guard.leavers:,} people or {guard.percent:g} % go unasked"
    )


def _example(stands: Against) -> str:
    """One of the new keys, to compare with those that are known."""
    return f', as in "{min(stands.new)}"'


def _new_columns(mapping: SourceMapping, layout: Layout, previous: SyncRecord | None) -> list[str]:
    """Columns of the file that the mapping does not name and the file before did not have."""
    old = {*mapped_columns(mapping), *(previous.header if previous is not None else ())}
    return [name for name in layout.header if name and name not in old]


def _likely(lost: str, fresh: list[str]) -> str:
    """Which of the new columns may be the lost one: the nearest by name."""
    return next(iter(difflib.get_close_matches(lost, fresh, 1, 0.5)), "")
