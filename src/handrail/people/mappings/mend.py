"""A mapping's text, mended in place: a column that is called otherwise now, words that were not known.

Comments and order stay as their author wrote them. Nothing here reads a file or decides what is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

import yaml

from handrail.people.mappings.document import Findings, as_map, composed
from handrail.people.mappings.mapping import CLOSED
from handrail.people.mappings.read import read_mapping

_PLAIN: Final = re.compile(r"[A-Za-z0-9](?:[\w./&()+-]|[ ](?![#]))*")
_NO_TEXT: Final = re.compile(r"(?i)(true|false|yes|no|on|off|y|n|null|[\d.]+)")
_Edit = tuple[int, int, str]


class NothingToMend(ValueError):
    """The mapping does not have what was to be mended; the text says what it has."""


def mend(
    text: str,
    file: str,
    columns: Mapping[str, str] | None = None,
    values: Mapping[str, Mapping[str, str]] | None = None,
) -> str:
    """The text with each of `columns` (old name → new) renamed, and `values` (field → word → canonical) added.

    Throws `NothingToMend` where there is no such column or field, and `JourneyProblems` when the text, or what would
    become of it, is no mapping.
    """
    read_mapping(text, file)
    edits: list[_Edit] = []
    for old, new in (columns or {}).items():
        edits.extend(_renamed(text, file, old, new))
    for field, words in (values or {}).items():
        edits.extend(_added(text, file, field, words))
    for start, end, instead in sorted(edits, reverse=True):
        text = text[:start] + instead + text[end:]
    read_mapping(text, file)
    return text


def plain(text: str) -> str:
    """The text as a YAML scalar: quoted only where it must be."""
    if _PLAIN.fullmatch(text) and not _NO_TEXT.fullmatch(text) and not text.endswith(" "):
        return text
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(each if each.isprintable() else f"\\U{ord(each):08x}" for each in quoted) + '"'


def _renamed(text: str, file: str, old: str, new: str) -> list[_Edit]:
    edits = []
    for node in _column_nodes(text, file):
        start, end = _span(text, node)
        if node.value == old:
            edits.append((start, end, plain(new)))
        elif f"{{{old}}}" in node.value:
            edits.append((start, end, text[start:end].replace(f"{{{old}}}", f"{{{new}}}")))
    if not edits:
        raise NothingToMend(f'{file}: no field is filled from a column "{old}".')
    return edits


def _column_nodes(text: str, file: str) -> Iterator[yaml.ScalarNode]:
    """Every scalar that names columns: the key's, those of the fields."""
    top = as_map(_root(text, file), Findings(file), "a mapping")
    key = top["key"][1]
    named = key.value if isinstance(key, yaml.SequenceNode) else [key]
    yield from (node for node in named if isinstance(node, yaml.ScalarNode))
    for _, node in as_map(top["fields"][1], Findings(file), '"fields"').values():
        if isinstance(node, yaml.ScalarNode):
            yield node
            continue
        rule = as_map(node, Findings(file), "a field")
        for name in ("column", "text"):
            if name in rule and isinstance(rule[name][1], yaml.ScalarNode):
                yield rule[name][1]  # type: ignore[misc]


def _added(text: str, file: str, field: str, words: Mapping[str, str]) -> list[_Edit]:
    fields = as_map(as_map(_root(text, file), Findings(file), "a mapping")["fields"][1], Findings(file), '"fields"')
    if field not in fields:
        raise NothingToMend(f'{file}: no column fills "{field}". Filled are: {", ".join(sorted(fields))}.')
    node = fields[field][1]
    rule = as_map(node, Findings(file), field) if isinstance(node, yaml.MappingNode) else {}
    listed = rule["values"][1] if "values" in rule else None
    if not isinstance(listed, yaml.MappingNode) or not listed.value:
        closed = f" ({', '.join(CLOSED[field])})" if field in CLOSED else ""
        raise NothingToMend(
            f'{file}: "{field}" has no list of values to add to{closed}. Write "values:" under it first.'
        )
    pairs = [f"{plain(word)}: {plain(canonical)}" for word, canonical in words.items()]
    last = listed.value[-1][1]
    _, end = _span(text, last)
    if listed.flow_style:
        return [(end, end, "".join(f", {pair}" for pair in pairs))]
    line_end = text.find("\n", end)
    place = len(text) if line_end < 0 else line_end
    indent = " " * listed.value[-1][0].start_mark.column
    return [(place, place, "".join(f"\n{indent}{pair}" for pair in pairs))]


def _root(text: str, file: str) -> yaml.Node:
    root = composed(text, Findings(file))
    assert root is not None, "the text was read before"
    return root


def _span(text: str, node: yaml.Node) -> tuple[int, int]:
    """Where a node stands in the text. By line and column: the loaders do not count the index alike."""
    starts = [0, *(found.end() for found in re.finditer(r"\r\n|\n|\r", text))]
    return (
        starts[node.start_mark.line] + node.start_mark.column,
        starts[node.end_mark.line] + node.end_mark.column,
    )
