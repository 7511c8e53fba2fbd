"""What a mapping is, once read: which column fills which field, how its values are read, and who answers.

Reading it from YAML is `read.py`; turning a row into values by it is `handrail.people.canonical`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import date
from typing import Final, Literal, TypeAlias

import msgspec
from msgspec import Struct

from handrail.terms.person import CONTRACTS, DATE_FIELDS, FIELDS, NUMBER_FIELDS, PERSON_FIELDS, STATUSES
from handrail.terms.problem import Place, Problem

ValueKind: TypeAlias = Literal[
    "text", "number", "date", "truth", "email", "country", "zone", "word", "person", "person by email"
]
Unknown: TypeAlias = Literal["hold", "keep", "empty"]

EXTRA: Final = "extra."
CLOSED: Final[dict[str, tuple[str, ...]]] = {"contract": CONTRACTS, "status": STATUSES}
KINDS_OF_EXTRA: Final = ("date", "email", "number", "text", "truth")
_SPECIAL: Final[dict[str, ValueKind]] = {
    "email": "email",
    "personal_email": "email",
    "country": "country",
    "time_zone": "zone",
    "contract": "word",
    "status": "word",
}
_DATE_IN_NAME: Final = re.compile(r"\{(?P<kind>date|yyyymmdd)\}")


class FieldRule(Struct, frozen=True):
    """How one field is filled.

    `columns` are read in the order written; `pattern` composes them (`{first_name} {last_name}`), else there is one
    column. `values` maps words of the source, in small letters, to canonical ones; `unknown` says what becomes of
    others. A manager or sponsor is told by the source's key, or by an address (`person by email`). `place` (line, column) is where the rule stands in its file and is no part of its meaning.
    """

    field: str
    kind: ValueKind
    columns: tuple[str, ...]
    pattern: str = ""
    letters: Literal["", "capitals", "small"] = ""
    dates: tuple[str, ...] = ("YYYY-MM-DD",)
    values: Mapping[str, str] = {}
    unknown: Unknown = "hold"
    replace: Mapping[str, str] = {}
    empty: tuple[str, ...] = ()
    decimal: str = "."
    place: tuple[int, int] = (1, 1)


class Guard(Struct, frozen=True):
    """More than `leavers` people and more than `percent` of those known would leave: the file is held."""

    leavers: int = 25
    percent: float = 5.0


class SourceMapping(Struct, frozen=True):
    """One source's mapping. `owner` answers for whatever of it is held.

    `key` are the columns that name a person at the source; `needed` the fields without which nobody new is taken in;
    `absent` what it means to be in no row of a file: `leaves`, or `stays` where the file is not the whole company.
    `hash` is over the whole meaning (hex, 32 characters), `salt` over what decides how a row reads.
    """

    name: str
    source: str
    file: str
    owner: str
    key: tuple[str, ...]
    fields: tuple[FieldRule, ...]
    needed: tuple[str, ...] = ("name",)
    absent: Literal["leaves", "stays"] = "leaves"
    guard: Guard = Guard()
    encoding: str = ""
    delimiter: str = ""
    place: str = ""
    hash: str = ""
    salt: bytes = b""


def sealed(mapping: SourceMapping) -> SourceMapping:
    """The mapping with its hashes, over its meaning only: places and the file it stands in are out."""
    rules = tuple(sorted((msgspec.structs.replace(rule, place=(1, 1)) for rule in mapping.fields), key=_by_field))
    bare = msgspec.structs.replace(mapping, fields=rules, place="", hash="", salt=b"")
    whole = hashlib.blake2b(msgspec.json.encode(bare, order="sorted"), digest_size=16).hexdigest()
    reading = msgspec.json.encode((mapping.key, rules), order="sorted")
    return msgspec.structs.replace(mapping, hash=whole, salt=hashlib.blake2b(reading, digest_size=16).digest())


def kind_of_field(field: str) -> ValueKind:
    """How the values of a canonical field are read; text for an `extra.` one, unless its rule says otherwise."""
    if field in _SPECIAL:
        return _SPECIAL[field]
    if field in NUMBER_FIELDS:
        return "number"
    if field in DATE_FIELDS:
        return "date"
    return "person" if field in PERSON_FIELDS else "text"


def is_field(field: str) -> bool:
    """Whether a mapping may fill it."""
    return field in FIELDS or bool(re.fullmatch(r"extra\.[a-z][a-z0-9_]*", field))


def date_in_name(mapping: SourceMapping, name: str) -> date | None:
    """The date that the file's name says it is of, by the mapping's `file` pattern; None when it says none.

    `{date}` is 2026-03-16, `{yyyymmdd}` is 20260316, `*` any text. A name that does not fit the pattern has no date.
    """
    found = re.fullmatch(_name_pattern(mapping.file), name)
    if found is None or "date" not in found.groupdict():
        return None
    try:
        return date.fromisoformat(found["date"])
    except ValueError:
        return None


def fits_name(mapping: SourceMapping, name: str) -> bool:
    """Whether a file of that name is one of the mapping's."""
    return re.fullmatch(_name_pattern(mapping.file), name) is not None


def _name_pattern(pattern: str) -> str:
    parts, end = [], 0
    for token in _DATE_IN_NAME.finditer(pattern):
        parts.append(re.escape(pattern[end : token.start()]).replace(r"\*", ".*"))
        parts.append(r"(?P<date>\d{4}-\d\d-\d\d)" if token["kind"] == "date" else r"(?P<date>\d{8})")
        end = token.end()
    parts.append(re.escape(pattern[end:]).replace(r"\*", ".*"))
    return "".join(parts)


def sources_of_record(mappings: tuple[SourceMapping, ...]) -> tuple[dict[str, str], tuple[Problem, ...]]:
    """Which source each field is taken from, and a problem for each field that two sources would fill."""
    record: dict[str, str] = {}
    problems = []
    for mapping in mappings:
        for rule in mapping.fields:
            first = record.setdefault(rule.field, mapping.source)
            if first != mapping.source:
                problems.append(
                    Problem(
                        Place(mapping.place, *rule.place, len(rule.field)),
                        "M112",
                        f'"{rule.field}" is filled by "{first}" already: each field has one source of record',
                        advice="Leave it out of one of the two mappings.",
                    )
                )
    return record, tuple(problems)


def _by_field(rule: FieldRule) -> str:
    return rule.field
