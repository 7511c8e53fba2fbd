"""What a mapping would have to say so that what is held of a file could be applied: proposed, with what speaks for it.

A column that is gone is looked for among those the mapping does not name: by its name, and by how many of its values
the field takes. A word that is not known is looked up beside itself: where most rows with it write a canonical value in
another column, it is that. What nothing speaks for stays a question. Nothing here changes anything.
"""

from __future__ import annotations

import difflib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from handrail.people.canonical import RowReader, lacking, mapped_columns
from handrail.people.mappings.mapping import CLOSED, FieldRule, SourceMapping
from handrail.people.mappings.mend import NothingToMend, mend
from handrail.people.mappings.read import read_mapping
from handrail.people.ports import FieldWithheld, NotApplied, RowKept, SyncRecord
from handrail.people.values import UNKNOWN_VALUE, Wrong, reader_of
from handrail.terms.person import PERSON_FIELDS

TAKEN_MIN: Final = 0.5
"""A column may be the lost one when the field takes so many of its values; or when it is called nearly the same."""

ALIKE_MIN: Final = 0.6
AGREE_MIN: Final = 0.6
"""A word is taken for a canonical value when so many of the rows with it write that value beside it."""

_SHOWN_MAX: Final = 20
_SAMPLES: Final = 4


class Suggestion(Struct, frozen=True):
    """One change of the mapping: `old` becomes `new` (a column), or `old` is read as `new` (a word of `field`)."""

    field: str
    old: str
    new: str
    because: str
    column: bool = False
    rows: int = 0


class OpenWord(Struct, frozen=True):
    """A word of a field that nothing is proposed for, in how many rows, and what it may be."""

    field: str
    word: str
    rows: int
    may_be: tuple[str, ...]


class Mending(Struct, frozen=True):
    """The mapping's text as it would be. Of `held` rows `fit` could be applied by it; `text` is empty when nothing is proposed.

    Of `values` that were not applied to people who are known `values_fit` could be, too.
    """

    suggestions: tuple[Suggestion, ...]
    open: tuple[OpenWord, ...]
    text: str
    held: int
    fit: int
    values: int = 0
    values_fit: int = 0


def propose_mending(
    mapping: SourceMapping,
    text: str,
    record: SyncRecord,
    held: Sequence[RowKept],
    other: Sequence[Sequence[str]],
    chosen: Mapping[tuple[str, str], str] | None = None,
) -> Mending:
    """What would mend it. `held` are the rows held of the file, `other` cells of some more of its rows, `chosen` answers to open words."""
    cells = [row.cells for row in held if len(row.cells) == len(record.header)]
    sample = [*cells, *(row for row in other if len(row) == len(record.header))]
    columns = [each for lost in record.withheld if (each := _column(mapping, record, lost, sample)) is not None]
    mended = _mended(text, mapping, columns, ())
    words, unknown = _words(mended[0], record.header, sample, chosen or {})
    final = _mended(text, mapping, columns, words)
    made = bool(columns or words)
    return Mending(
        (*columns, *words), tuple(unknown), final[1] if made else "", len(held), _fit(final[0], record.header, cells)
    )


def with_values(mending: Mending, name: str, kept: Iterable[NotApplied]) -> Mending:
    """The mending with how many of the values that were not applied could be by it; `name` is what messages call the mapping."""
    if not mending.text:
        return mending
    readers = {rule.field: reader_of(rule) for rule in read_mapping(mending.text, name).fields}
    values = list(kept)
    fit = sum(
        bool(each.seen)
        and each.field in readers
        and each.field not in PERSON_FIELDS
        and not isinstance(readers[each.field][each.seen], Wrong)
        for each in values
    )
    return msgspec.structs.replace(mending, values=len(values), values_fit=fit)


def _column(
    mapping: SourceMapping, record: SyncRecord, lost: FieldWithheld, sample: Sequence[Sequence[str]]
) -> Suggestion | None:
    """The column that is the lost one now, if something speaks for one."""
    rule = next((rule for rule in mapping.fields if rule.field == lost.field), None)
    if rule is None or lost.column in record.header:
        return None
    free = [name for name in record.header if name and name not in mapped_columns(mapping)]
    ranked = sorted(
        (_likeness(rule, lost, name, record.header.index(name), sample) for name in free), key=lambda each: -each[0]
    )
    if not ranked or ranked[0][0] <= 0:
        return None
    _, name, because = ranked[0]
    return Suggestion(lost.field, lost.column, name, because, column=True, rows=len(sample))


def _likeness(
    rule: FieldRule, lost: FieldWithheld, name: str, index: int, sample: Sequence[Sequence[str]]
) -> tuple[float, str, str]:
    """How much speaks for a column, and what does; 0 when it is too little."""
    told = [row[index] for row in sample if row[index].strip()]
    reader = reader_of(rule)
    taken = sum(not isinstance(reader[cell], Wrong) for cell in told)
    share = taken / len(told) if told else 0.0
    alike = difflib.SequenceMatcher(None, lost.column.casefold(), name.casefold()).ratio()
    strict = bool(rule.values) or rule.kind not in ("text", "word")
    enough = (share >= TAKEN_MIN) if strict else (alike >= ALIKE_MIN)
    said = _said(told, taken, lost.field) if strict and told else ""
    near = (
        f'"{name}" is called nearly the same as "{lost.column}"' if alike >= ALIKE_MIN else f'"{name}" is not used yet'
    )
    weight = (share if strict else 0.0) + alike + (0.25 if name == lost.instead else 0.0)
    return (weight if enough else 0.0), name, "; ".join(part for part in (near, said) if part)


def _said(told: Sequence[str], taken: int, field: str) -> str:
    """How many values of a column the field takes, and some of them."""
    such = ", ".join(word for word, _ in Counter(told).most_common(_SAMPLES))
    return f"of its {len(told):,} values (such as {such}) {taken:,} can be read as {field.replace('_', ' ')}"


def _mended(
    text: str, mapping: SourceMapping, columns: Iterable[Suggestion], words: Iterable[Suggestion]
) -> tuple[SourceMapping, str]:
    """The mapping with the suggestions, read and as text; those that the text has no place for are left out."""
    for each in columns:
        text = _tried(text, mapping, columns={each.old: each.new})
    for each in words:
        text = _tried(text, mapping, values={each.field: {each.old: each.new}})
    return read_mapping(text, mapping.name), text


def _tried(
    text: str,
    mapping: SourceMapping,
    columns: Mapping[str, str] | None = None,
    values: Mapping[str, Mapping[str, str]] | None = None,
) -> str:
    try:
        return mend(text, mapping.name, columns, values)
    except NothingToMend:
        return text


def _words(
    mapping: SourceMapping,
    header: Sequence[str],
    sample: Sequence[Sequence[str]],
    chosen: Mapping[tuple[str, str], str],
) -> tuple[list[Suggestion], list[OpenWord]]:
    """Words that no list has: read as what stands beside them, as chosen, or open."""
    found, unknown = [], []
    for rule in mapping.fields:
        if not rule.values or any(column not in header for column in rule.columns) or rule.pattern:
            continue
        canonical = sorted({*rule.values.values(), *CLOSED.get(rule.field, ())})
        for word, rows in _unknown(rule, header.index(rule.columns[0]), sample).items():
            new, because = _meaning(word, rows, canonical, chosen.get((rule.field, word), ""))
            if new:
                found.append(Suggestion(rule.field, word, new, because, rows=len(rows)))
            else:
                unknown.append(OpenWord(rule.field, word, len(rows), tuple(canonical[:_SHOWN_MAX])))
    return found, unknown


def _unknown(rule: FieldRule, index: int, sample: Sequence[Sequence[str]]) -> dict[str, list[Sequence[str]]]:
    """The rows of each word that is not known, the commonest word first."""
    reader, rows = reader_of(rule), defaultdict[str, list[Sequence[str]]](list)
    for row in sample:
        value = reader[row[index]]
        if isinstance(value, Wrong) and value.why == UNKNOWN_VALUE:
            rows[row[index].strip()].append(row)
    return dict(sorted(rows.items(), key=lambda each: (-len(each[1]), each[0])))


def _meaning(word: str, rows: Sequence[Sequence[str]], canonical: Sequence[str], chosen: str) -> tuple[str, str]:
    if chosen in canonical and chosen:
        return chosen, "so chosen"
    by_small = {value.casefold(): value for value in canonical}
    beside = Counter(
        by_small[cell.strip().casefold()]
        for row in rows
        for cell in {cell for cell in row if cell.strip().casefold() in by_small}
    )
    if beside:
        value, many = beside.most_common(1)[0]
        if many >= AGREE_MIN * len(rows):
            return value, f'{many:,} of the {len(rows):,} rows with it say "{value}" beside it'
    near = difflib.get_close_matches(word.casefold(), list(by_small), 1, 0.85)
    return (by_small[near[0]], f'it is written nearly as "{by_small[near[0]]}"') if near else ("", "")


def _fit(mapping: SourceMapping, header: Sequence[str], held: Sequence[Sequence[str]]) -> int:
    """How many of the held rows give everything that somebody new needs."""
    reader = RowReader(mapping, header)
    if not reader.readable:
        return 0
    return sum(not lacking(reader.sighting(cells), mapping.needed) for cells in held)
