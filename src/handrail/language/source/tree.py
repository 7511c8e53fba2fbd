"""The tree of a journey file: mappings, sequences and scalars, each with its place.

Every scalar is text as written; what it becomes is said by whoever asks for it. Nothing here reads YAML
(`reader` does) or knows what a key means.
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from handrail.terms.problem import Place


class Scalar(Struct, frozen=True):
    """A text and whether it stood in quotes; `width` is how many quote signs stand before its first letter."""

    text: str
    quoted: bool
    place: Place


class Entry(Struct, frozen=True):
    """A key of a mapping and what stands under it."""

    key: Scalar
    value: Node


class Mapping(Struct, frozen=True):
    """`flow`: written in braces."""

    entries: tuple[Entry, ...]
    place: Place
    flow: bool = False

    def get(self, key: str) -> Node | None:
        """What stands under `key`, or None."""
        for entry in self.entries:
            if entry.key.text == key:
                return entry.value
        return None


class Sequence(Struct, frozen=True):
    items: tuple[Node, ...]
    place: Place
    flow: bool = False


Node: TypeAlias = Scalar | Mapping | Sequence


class Source(Struct, frozen=True):
    """The file's name and lines, for carets and for finding a stretch of a scalar's text in its line."""

    file: str
    lines: tuple[str, ...]

    def stretch(self, scalar: Scalar, span: tuple[int, int]) -> Place:
        """Where the characters `span` of the scalar's text stand in the file.

        The text is laid against the source letter by letter, so that quotes, escapes and folded lines are
        stepped over; a stretch of several lines is cut at the end of its first.
        """
        line, column = scalar.place.line - 1, scalar.place.column - 1
        if scalar.quoted:
            column += 1
        first: tuple[int, int] | None = None
        last = (line, column)
        for offset, letter in enumerate(scalar.text[: span[1]]):
            line, column = self._find(letter, line, column)
            if offset >= span[0]:
                first = first or (line, column)
                if line == first[0]:
                    last = (line, column)
            column += 1
        if first is None:
            return Place(self.file, line + 1, column + 1, 1)
        return Place(self.file, first[0] + 1, first[1] + 1, max(1, last[1] - first[1] + 1))

    def _find(self, letter: str, line: int, column: int) -> tuple[int, int]:
        """The next place at or after (`line`, `column`) where `letter` stands; a space may be the end of a line."""
        if letter.isspace():
            if line < len(self.lines) and column >= len(self.lines[line]):
                following = self.lines[line + 1] if line + 1 < len(self.lines) else ""
                return line + 1, max(0, len(following) - len(following.lstrip()) - 1)
            return line, column
        at, here = line, column
        while at < min(len(self.lines), line + 3):
            found = self.lines[at].find(letter, here)
            if found >= 0:
                return at, found
            at, here = at + 1, 0
        return line, column
