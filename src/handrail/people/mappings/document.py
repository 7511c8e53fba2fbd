"""A YAML document with the place of every scalar, and the questions a reader asks of it.

Every scalar is text as written. Nothing here knows what a mapping is; problems are collected, never thrown one by one.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

import yaml

from handrail.terms.problem import JourneyProblems, Place, Problem

Map = dict[str, tuple[yaml.ScalarNode, yaml.Node]]


class Findings:
    """Collects what is wrong with one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def add(
        self, node: yaml.Node | None, code: str, message: str, allowed: Iterable[str] = (), advice: str = ""
    ) -> None:
        self.problems.append(
            Problem(place_of(self.file, node), code, message, tuple(sorted(allowed)), "allowed here", advice)
        )

    def give(self) -> None:
        """Throw everything that was found, sorted by place; nothing found: nothing thrown."""
        if self.problems:
            raise JourneyProblems(tuple(sorted(self.problems, key=lambda problem: (problem.place, problem.code))))


def place_of(file: str, node: yaml.Node | None) -> Place:
    """Where a node begins; the first line for None."""
    if node is None:
        return Place(file, 1, 1)
    one_line = node.start_mark.line == node.end_mark.line
    length = node.end_mark.column - node.start_mark.column if one_line else 1
    return Place(file, node.start_mark.line + 1, node.start_mark.column + 1, max(length, 1))


def composed(text: str, found: Findings) -> yaml.Node | None:
    """The document's root, or None with a problem that says where YAML stopped."""
    try:
        root = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(found.file, mark.line + 1, mark.column + 1) if mark else Place(found.file, 1, 1)
        found.problems.append(Problem(place, "M101", f"this is no YAML: {error.problem or error.context}"))
        return None
    except yaml.YAMLError as error:
        found.add(None, "M101", f"this is no YAML: {error}")
        return None
    if root is None:
        found.add(None, "M101", "the file is empty", advice='Begin with "mapping: NAME".')
    return root


def as_map(node: yaml.Node, found: Findings, what: str) -> Map:
    """Its keys with their nodes; a problem when it is no map or says a key twice."""
    if not isinstance(node, yaml.MappingNode):
        found.add(node, "M104", f"{what} must be a map of names to values")
        return {}
    read: Map = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            found.add(key, "M104", f"a name in {what} must be a text")
        elif key.value in read:
            found.add(key, "M107", f'"{key.value}" stands twice in {what}', advice="Keep one of the two.")
        else:
            read[key.value] = (key, value)
    return read


def as_text(node: yaml.Node, found: Findings, what: str) -> str:
    """Its text as written; a problem when it is a list or a map."""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    found.add(node, "M104", f"{what} must be one value")
    return ""


def as_texts(node: yaml.Node, found: Findings, what: str) -> tuple[str, ...]:
    """One text, or a list of them."""
    if isinstance(node, yaml.SequenceNode):
        return tuple(as_text(item, found, what) for item in node.value)
    text = as_text(node, found, what)
    return (text,) if text else ()


def as_words(node: yaml.Node, found: Findings, what: str) -> dict[str, tuple[str, yaml.Node]]:
    """A map of texts to texts, with the node of each value."""
    return {name: (as_text(value, found, what), value) for name, (_, value) in as_map(node, found, what).items()}


def refuse_unknown(read: Map, allowed: Iterable[str], found: Findings, what: str) -> None:
    """A problem for each key that may not stand there, with the nearest that may."""
    allowed = tuple(allowed)
    for name, (key, _) in read.items():
        if name not in allowed:
            near = difflib.get_close_matches(name, allowed, 1)
            advice = f'Did you mean "{near[0]}"?' if near else ""
            found.add(key, "M102", f'there is no key "{name}" in {what}', allowed, advice)
