"""A YAML file of the workspace while it is read: its nodes with their places, and what is wrong so far.

Everything wrong is noted and reading goes on, so that an author sees the whole list. What keys mean is said by the
modules of each section; YAML itself is read by `handrail.language.source`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from msgspec.structs import replace

from handrail.language.problems import nearest
from handrail.language.source.reader import read
from handrail.language.source.tree import Entry, Mapping, Node, Scalar, Sequence, Source
from handrail.terms.problem import Place, Problem

T = TypeVar("T")
Keys = dict[str, Entry]


class Sheet:
    """One file: its lines, and the problems found in it."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []

    @property
    def top(self) -> Place:
        """The beginning of the file: where what is not there at all is said to be missing."""
        return Place(self.source.file, 1, 1)

    def root(self, begin: str) -> Mapping | None:
        """The tree of the file, or None with the problems noted; `begin` is how such a file begins."""
        root, problems = read(self.source)
        for problem in problems:
            ours = problem.code == "J100" and root is None and "journey" in problem.message + problem.advice
            here = replace(problem, message="a list of keys with values belongs here", advice=f"Begin with `{begin}`.")
            self.problems.append(here if ours else problem)
        return root

    def say(
        self, code: str, place: Place, message: str, allowed: Iterable[str] = (), *, title: str = "", advice: str = ""
    ) -> None:
        """Notes a problem."""
        self.problems.append(Problem(place, code, message, tuple(sorted(allowed)), title, advice))

    def fields(self, node: Node, known: Iterable[str], what: str, required: Iterable[str] = ()) -> Keys:
        """The keys of a mapping by name. Unknown ones are said and left out, required ones that lack are said."""
        if not isinstance(node, Mapping):
            self.shape(node, f"{what} is a list of keys with values")
            return {}
        allowed = tuple(known)
        keys = {entry.key.text: entry for entry in node.entries if entry.key.text in allowed}
        for entry in node.entries:
            if entry.key.text not in keys:
                close = nearest(entry.key.text, allowed)
                advice = f'Did you mean "{close}"?' if close else "Leave it out."
                self.say("W102", entry.key.place, f'{what} has no key "{entry.key.text}"', allowed, advice=advice)
        for name in required:
            if name not in keys:
                self.say("W103", node.place, f'{what} does not say its "{name}"', advice=f"Write `{name}: …`.")
        return keys

    def named(self, node: Node, what: str) -> list[Entry]:
        """The entries of a mapping whose keys are names of the author's own."""
        if isinstance(node, Mapping):
            return list(node.entries)
        self.shape(node, f"{what} is a list of names with what belongs to each")
        return []

    def text(self, node: Node, wanted: str) -> str:
        """The text that must stand here; "" when it is none."""
        if isinstance(node, Scalar) and node.text:
            return node.text
        self.shape(node, f"{wanted} stands here")
        return ""

    def texts(self, node: Node, wanted: str) -> tuple[str, ...]:
        """A list of texts, or one alone."""
        items = node.items if isinstance(node, Sequence) else (node,)
        return tuple(text for text in (self.text(item, wanted) for item in items) if text)

    def grammar(self, node: Node, wanted: str, reading: Callable[[str], T]) -> T | None:
        """What `reading` makes of the text here; its error becomes a problem."""
        text = self.text(node, wanted)
        try:
            return reading(text) if text else None
        except ValueError as error:
            message, _, advice = str(error).partition(". ")
            self.say("W105", node.place, message.rstrip("."), advice=advice)
            return None

    def one_of(self, node: Node, allowed: Iterable[str], what: str) -> str:
        """A word of a closed list; "" when it is none of them."""
        words, text = tuple(allowed), self.text(node, what)
        if text and text not in words:
            close = nearest(text, words)
            advice = f'Did you mean "{close}"?' if close else "Write one of them."
            self.say("W105", node.place, f'{what} cannot be "{text}"', words, advice=advice)
            return ""
        return text

    def there(self, place: Place, name: str, names: Iterable[str], what: str) -> bool:
        """Whether `name` is among `names`; says so, with the nearest, if not."""
        allowed = tuple(names)
        if name in allowed:
            return True
        close = nearest(name, allowed)
        advice = f'Did you mean "{close}"?' if close else f"Use one of them, or add the {what}."
        self.say("W106", place, f'there is no {what} "{name}"', allowed, title=f"{what}s here", advice=advice)
        return False

    def shape(self, node: Node, wanted: str) -> None:
        """Says that something else should stand here."""
        empty = isinstance(node, Scalar) and not node.text
        message = f"nothing stands here, but {wanted}" if empty else f"{wanted}, and this is something else"
        self.say("W104", node.place, message, advice="See docs/reference/workspace.md.")


def number(sheet: Sheet, node: Node, what: str, lowest: int = 1) -> int:
    """A whole number, at least `lowest`."""
    text = sheet.text(node, what)
    if text.isdecimal() and int(text) >= lowest:
        return int(text)
    if text:
        sheet.say("W105", node.place, f'{what} cannot be "{text}"', advice=f"Write a whole number, {lowest} or more.")
    return lowest


def truth(sheet: Sheet, node: Node, what: str) -> bool:
    """`true` or `false`."""
    return sheet.one_of(node, ("true", "false"), what) == "true"
