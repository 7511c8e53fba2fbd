"""mappings/*.yaml → a `SourceMapping`, or the whole list of what is wrong with it.

The codes M101 to M113 stand in docs/reference/mappings.md, a heading each. Nothing here looks at a row of a file.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection
from typing import Any, Final, cast

import yaml

from handrail.people.mappings.document import (
    Findings,
    Map,
    as_map,
    as_text,
    as_texts,
    as_words,
    composed,
    refuse_unknown,
)
from handrail.people.mappings.mapping import (
    CLOSED,
    EXTRA,
    KINDS_OF_EXTRA,
    FieldRule,
    Guard,
    SourceMapping,
    ValueKind,
    is_field,
    kind_of_field,
    sealed,
)
from handrail.terms.person import FIELDS, PERSON_FIELDS

KEYS: Final = (
    "mapping",
    "source",
    "kind",
    "file",
    "owner",
    "key",
    "needed",
    "absent",
    "guard",
    "encoding",
    "delimiter",
    "empty",
    "fields",
)
REQUIRED: Final = ("mapping", "source", "file", "owner", "key", "fields")
DELIMITERS: Final = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
ENCODINGS: Final = ("utf-8", "utf-16", "cp1252", "latin-1")
FIELD_KEYS: Final = (
    "column",
    "text",
    "kind",
    "by",
    "letters",
    "dates",
    "values",
    "unknown",
    "replace",
    "empty",
    "decimal",
)
FIELD_WORDS: Final = {
    "letters": ("capitals", "small"),
    "unknown": ("hold", "keep", "empty"),
    "decimal": ("point", "comma"),
    "by": ("key", "email"),
}
_COLUMN_IN_TEXT: Final = re.compile(r"\{([^{}]+)\}")
_DATE_FORMAT: Final = re.compile(r"(?:YYYY|MM|DD)[-/. ]?(?:MM|DD|YYYY)[-/. ]?(?:DD|YYYY|MM)")


def read_mapping(text: str, file: str) -> SourceMapping:
    """The mapping that `text` says; `file` is named in problems. Throws `JourneyProblems`, always the whole list."""
    found = Findings(file)
    root = composed(text, found)
    if root is None:
        found.give()
        raise AssertionError("a document without a root has a problem")
    top = as_map(root, found, "a mapping")
    refuse_unknown(top, KEYS, found, "a mapping")
    for name in REQUIRED:
        if name not in top:
            found.add(None, "M103", f'the mapping has no "{name}"', advice=f'Write "{name}:" and its value.')
    empty = as_texts(top["empty"][1], found, '"empty"') if "empty" in top else ()
    rules = _fields(top, empty, found)
    mapping = SourceMapping(
        name=_one(top, "mapping", found),
        source=_one(top, "source", found),
        file=_file_pattern(top, found),
        owner=_one(top, "owner", found),
        key=as_texts(top["key"][1], found, '"key"') if "key" in top else (),
        fields=rules,
        needed=_needed(top, rules, found),
        absent=cast(Any, _word(top, "absent", ("leaves", "stays"), found) or "leaves"),
        guard=_guard(top, found),
        encoding=_word(top, "encoding", ENCODINGS, found),
        delimiter=DELIMITERS.get(_word(top, "delimiter", DELIMITERS, found), ""),
        place=file,
    )
    _word(top, "kind", ("csv",), found)
    found.give()
    return sealed(mapping)


def _one(top: Map, name: str, found: Findings) -> str:
    return as_text(top[name][1], found, f'"{name}"') if name in top else ""


def _word(top: Map, name: str, allowed: Collection[str], found: Findings) -> str:
    """One of the `allowed` words, or nothing."""
    if name not in top:
        return ""
    word = as_text(top[name][1], found, f'"{name}"')
    if word in allowed:
        return word
    found.add(top[name][1], "M105", f'"{name}" cannot be "{word}"', allowed)
    return ""


def _file_pattern(top: Map, found: Findings) -> str:
    pattern = _one(top, "file", found)
    tokens = _COLUMN_IN_TEXT.findall(pattern)
    if len(tokens) > 1 or any(token not in ("date", "yyyymmdd") for token in tokens):
        found.add(
            top["file"][1],
            "M111",
            f'the file name "{pattern}" can hold one date, written {{date}} (2026-03-16) or {{yyyymmdd}} (20260316)',
        )
    return pattern


def _guard(top: Map, found: Findings) -> Guard:
    if "guard" not in top:
        return Guard()
    read = as_map(top["guard"][1], found, '"guard"')
    refuse_unknown(read, ("leavers", "percent"), found, '"guard"')
    numbers = {}
    for name, (_, node) in read.items():
        text = as_text(node, found, f'"{name}"')
        if re.fullmatch(r"\d{1,6}(\.\d+)?" if name == "percent" else r"\d{1,9}", text):
            numbers[name] = float(text)
        else:
            found.add(
                node,
                "M113",
                f'"{name}" of the guard must be a number, not "{text}"',
                advice="The usual guard is leavers: 25 and percent: 5.",
            )
    return Guard(int(numbers.get("leavers", 25)), numbers.get("percent", 5.0))


def _needed(top: Map, rules: tuple[FieldRule, ...], found: Findings) -> tuple[str, ...]:
    filled = [rule.field for rule in rules]
    if "needed" not in top:
        return ("name",) if "name" in filled else ()
    needed = as_texts(top["needed"][1], found, '"needed"')
    for field in needed:
        if field in PERSON_FIELDS:
            found.add(top["needed"][1], "M110", f'"{field}" cannot be needed: somebody new without one is not held')
        elif field not in filled:
            found.add(top["needed"][1], "M110", f'"{field}" is needed, but no column fills it', filled)
    return needed


def _fields(top: Map, empty: tuple[str, ...], found: Findings) -> tuple[FieldRule, ...]:
    if "fields" not in top:
        return ()
    rules = []
    for field, (key, node) in as_map(top["fields"][1], found, '"fields"').items():
        if not is_field(field) or field == "id":
            near = difflib.get_close_matches(field, FIELDS, 1)
            advice = (
                f'Did you mean "{near[0]}"?' if near else f'What your organization adds is written "{EXTRA}{field}".'
            )
            found.add(key, "M106", f'a person has no field "{field}"', FIELDS, advice)
            continue
        rules.append(_rule(field, key, node, empty, found))
    return tuple(rules)


def _rule(field: str, key: yaml.Node, node: yaml.Node, empty: tuple[str, ...], found: Findings) -> FieldRule:
    """One field: `column`, `"{a} {b}"`, or a map that says more."""
    place = (key.start_mark.line + 1, key.start_mark.column + 1)
    if isinstance(node, yaml.ScalarNode):
        columns, pattern = _columns(node.value)
        return FieldRule(field, kind_of_field(field), columns, pattern, empty=empty, place=place)
    read = as_map(node, found, f'"{field}"')
    refuse_unknown(read, FIELD_KEYS, found, f'"{field}"')
    if ("column" in read) == ("text" in read):
        found.add(key, "M103", f'"{field}" needs one of "column" (a column\'s name) and "text" (columns in braces)')
    columns, pattern = _columns(_one(read, "text", found)) if "text" in read else ((_one(read, "column", found),), "")
    words = {name: _word(read, name, allowed, found) for name, allowed in FIELD_WORDS.items()}
    return FieldRule(
        field,
        _kind(field, read, found, by=words["by"]),
        columns,
        pattern,
        letters=cast(Any, words["letters"]),
        dates=_dates(read, found),
        values=_vocabulary(field, read, found),
        unknown=cast(Any, words["unknown"] or "hold"),
        replace={old: new for old, (new, _) in as_words(read["replace"][1], found, '"replace"').items()}
        if "replace" in read
        else {},
        empty=as_texts(read["empty"][1], found, '"empty"') if "empty" in read else empty,
        decimal="," if words["decimal"] == "comma" else ".",
        place=place,
    )


def _columns(text: str) -> tuple[tuple[str, ...], str]:
    """The columns of a text, and the text as a pattern when it composes several."""
    named = _COLUMN_IN_TEXT.findall(text)
    return (tuple(dict.fromkeys(named)), text) if named else ((text,), "")


def _kind(field: str, read: Map, found: Findings, by: str) -> ValueKind:
    if "by" in read and field not in PERSON_FIELDS:
        found.add(
            read["by"][0], "M105", f'"{field}" names no other person; "by" belongs to one that does', PERSON_FIELDS
        )
    if "kind" not in read:
        return "person by email" if by == "email" and field in PERSON_FIELDS else kind_of_field(field)
    if not field.startswith(EXTRA):
        found.add(read["kind"][0], "M105", f'the kind of "{field}" is fixed; only an "{EXTRA}" field says its own')
    return cast(ValueKind, _word(read, "kind", KINDS_OF_EXTRA, found) or "text")


_LONG: Final = "Write YYYY, MM and DD once each, as in DD.MM.YYYY."
_SHORT: Final = "A year of two digits may be of either century, and is never read: have these dates exported with four, then replay the file that holds them."


def _dates(read: Map, found: Findings) -> tuple[str, ...]:
    if "dates" not in read:
        return ("YYYY-MM-DD",)
    formats = as_texts(read["dates"][1], found, '"dates"')
    for form in formats:
        if not _DATE_FORMAT.fullmatch(form) or any(form.count(part) != 1 for part in ("YYYY", "MM", "DD")):
            found.add(
                read["dates"][1],
                "M108",
                f'"{form}" is no date format',
                advice=_SHORT if "YY" in form and "YYYY" not in form else _LONG,
            )
    for form in formats:
        turned = form.replace("MM", "?").replace("DD", "MM").replace("?", "DD")
        if turned in formats and turned > form:
            found.add(
                read["dates"][1],
                "M108",
                f'"{form}" and "{turned}" together: nobody can say which 03 is the month',
                advice="Keep the one that this source writes.",
            )
    return formats


def _vocabulary(field: str, read: Map, found: Findings) -> dict[str, str]:
    """Words of the source, in small letters, to canonical ones."""
    if "values" not in read:
        return {}
    vocabulary: dict[str, str] = {}
    for word, (canonical, node) in as_words(read["values"][1], found, '"values"').items():
        if field in CLOSED and canonical not in CLOSED[field]:
            found.add(node, "M109", f'"{field}" cannot be "{canonical}"', CLOSED[field])
        if vocabulary.setdefault(word.strip().casefold(), canonical) != canonical:
            found.add(node, "M107", f'"{word}" stands twice with two meanings; capitals make no difference')
    return vocabulary
