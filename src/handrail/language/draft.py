"""A journey while it is being compiled: what is wrong so far, the numbers given to places, the ladders so far.

Also how a node is asked for what should stand there. What keys mean is said by the modules of each kind of step,
of moves and of starts; expressions are read in `expressions`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from msgspec import Struct

from handrail.conditions.problems import Finding
from handrail.language.problems import nearest
from handrail.language.source import mended
from handrail.language.source.tree import Entry, Mapping, Node, Scalar, Sequence, Source
from handrail.terms.catalog import Catalog, Kind
from handrail.terms.expression import Expression, Slot
from handrail.terms.plan import NONE, Ladder, Owner
from handrail.terms.problem import Place, Problem

T = TypeVar("T")
Keys = dict[str, Entry]


class Use(Struct, frozen=True):
    """A value or condition somewhere in the file: what the checks of the whole journey look through.

    `step` is the one it belongs to (NONE: the journey), `key` where it stands there (`where`, `if_late`), `text`
    whether people will read it, `result` whether the step's own result is there already.
    """

    expression: Expression | Slot
    scalar: Scalar
    step: int
    key: str
    text: bool = False
    result: bool = False


class Draft:
    """What every part of the compiler shares for one file."""

    def __init__(self, source: Source, catalog: Catalog) -> None:
        self.source = source
        self.catalog = catalog
        self.journey = ""
        self.accountable: Owner = ()
        self.uses: list[Use] = []
        self.ladders: list[Ladder] = []
        self.lines: list[tuple[int, int]] = []
        self.keys: dict[str, tuple[int, int]] = {}
        self.start_values: dict[str, Kind] = {}
        self.start_may_lack: set[str] = set()
        self.owners: list[tuple[Owner, Place]] = []
        self.messages: list[tuple[str, Place]] = []
        self.texts: dict[str, str] = {}
        self.step_numbers: dict[str, int] = {}
        self.parents: list[int] = []
        self.branches: list[str] = []
        self.kinds: list[str] = []
        self.defaults_unread = False
        self._problems: dict[tuple[Place, str, str], Problem] = {}

    # Problems

    def say(
        self,
        code: str,
        place: Place,
        message: str,
        *,
        allowed: Iterable[str] = (),
        title: str = "",
        advice: str = "",
    ) -> None:
        """Notes a problem; the same one said twice (of a default, for each step) is one."""
        problem = Problem(place, code, message, tuple(sorted(allowed)), title, advice)
        self._problems.setdefault((place, code, message), problem)

    def remark(self, code: str, place: Place, message: str, advice: str = "") -> None:
        """Notes something to know that does not refuse the file."""
        problem = Problem(place, code, message, advice=advice, severity="remark")
        self._problems.setdefault((place, code, message), problem)

    def take(self, problems: Iterable[Problem]) -> None:
        """Notes what somebody else found."""
        for problem in problems:
            self._problems.setdefault((problem.place, problem.code, problem.message), problem)

    def take_findings(self, scalar: Scalar, findings: Iterable[Finding]) -> None:
        """Notes what is wrong with an expression, at its stretch of the file."""
        for finding in findings:
            place = self.source.stretch(scalar, finding.span)
            self.say(finding.code, place, finding.message, allowed=finding.allowed, advice=finding.advice)

    def found(self) -> tuple[list[Problem], list[Problem]]:
        """Problems and remarks, each by place."""
        ordered = sorted(self._problems.values(), key=lambda problem: (problem.place, problem.code, problem.message))
        return (
            [problem for problem in ordered if problem.severity == "problem"],
            [problem for problem in ordered if problem.severity == "remark"],
        )

    # Numbers

    def number(self, place: Place) -> int:
        """A new place number for this line and column."""
        self.lines.append((place.line, place.column))
        return len(self.lines) - 1

    def mark(self, name: str, place: Place) -> None:
        """Where a key of a step (`course.where`) or of the journey (`while`) stands."""
        self.keys[name] = (place.line, place.column)

    def reserve_ladder(self) -> int:
        """The number of a ladder that is about to be read, so that the ladders of its answers can name it."""
        self.ladders.append(Ladder(()))
        return len(self.ladders) - 1

    def lists_around(self, step: int) -> dict[tuple[int, str], int]:
        """The list a step stands in and those around it, each with the step that stands there."""
        around: dict[tuple[int, str], int] = {}
        while step != NONE:
            around[self.parents[step], self.branches[step]] = step
            step = self.parents[step]
        return around

    # What stands where

    def fields(self, node: Node, known: Iterable[str], what: str) -> Keys:
        """The keys of a mapping by name; unknown ones are said and left out."""
        if not isinstance(node, Mapping):
            self.shape(node, f"the keys of {what} stand here")
            return {}
        allowed, keys = tuple(known), {}
        for entry in node.entries:
            if entry.key.text in allowed:
                keys[entry.key.text] = entry
            else:
                self.unknown_key(node, entry, allowed, what)
        return keys

    def unknown_key(self, node: Mapping, entry: Entry, allowed: Iterable[str], what: str) -> None:
        """Says that a key is none; in braces it is often the rest of a text with a comma."""
        name, close = entry.key.text, nearest(entry.key.text, allowed)
        if node.flow and isinstance(entry.value, Scalar) and not entry.value.text and not entry.value.quoted:
            self.say(
                "J108",
                entry.key.place,
                f'"{name}" stands alone: inside {{ }} a comma begins a new key',
                advice='Put the whole text in quotes: "…".',
            )
            return
        advice = f'Did you mean "{close}"?' if close else "Leave it out."
        self.say("J105", entry.key.place, f'{what} has no key "{name}"', allowed=allowed, advice=advice)

    def shape(self, node: Node, wanted: str, advice: str = "") -> None:
        """Says that something else should stand here."""
        if isinstance(node, Mapping) and node.flow and not advice:
            advice = f'A text that begins with {{ is quoted: "{mended.written(node, self.source) or "{…}"}".'
        noun = wanted.removesuffix(" stands here").removesuffix(" stand here")
        there = "nothing does" if _nothing(node) else f"here stands {_what(node)}"
        message = f"{noun} must stand here, and {there}" if noun != wanted else f"{wanted}, and {there}"
        self.say("J107", node.place, message, advice=advice or "Write it here, or leave the key out.")

    def scalar(self, node: Node, wanted: str, advice: str = "") -> Scalar | None:
        """The text that must stand here."""
        if isinstance(node, Scalar) and (node.text or node.quoted):
            return node
        self.shape(node, wanted, advice)
        return None

    def items(self, node: Node) -> tuple[Node, ...]:
        """The items of a list, or the one thing that stands alone."""
        return node.items if isinstance(node, Sequence) else (node,)

    def grammar(self, scalar: Scalar, read: Callable[[str], T]) -> T | None:
        """What one of the small grammars reads in a text; its sentence becomes the problem."""
        try:
            return read(scalar.text)
        except ValueError as error:
            message, _, advice = str(error).partition(". ")
            self.say("J109", scalar.place, message.rstrip("."), advice=advice)
            return None

    def one_of(self, scalar: Scalar, allowed: Iterable[str], what: str) -> str:
        """A word of a closed list; the first of the list where it is none of them."""
        words = tuple(allowed)
        if scalar.text in words:
            return scalar.text
        close = nearest(scalar.text, words)
        advice = f'Did you mean "{close}"?' if close else "Write one of them."
        self.say("J109", scalar.place, f'{what} cannot be "{scalar.text}"', allowed=words, advice=advice)
        return words[0]

    def named(self, scalar: Scalar, name: str, there: Iterable[str], what: str, where: str, code: str = "J104") -> bool:
        """Whether `name` is among those that are there; says so, with the nearest, if not."""
        names = tuple(sorted(there))
        if name in names:
            return True
        close = nearest(name, names)
        self.say(
            code,
            scalar.place,
            f'there is no {what} "{name}"',
            allowed=names,
            title=f"{what}s here",
            advice=f'Did you mean "{close}"?' if close else f'Use one of them, or add "{name}" {where}.',
        )
        return False

    def step_number(self, scalar: Scalar) -> int:
        """The number of the step with this name."""
        number = self.step_numbers.get(scalar.text, NONE)
        if number == NONE:
            self.named(scalar, scalar.text, self.step_numbers, "step", "under `steps:`", "J116")
        return number


def _nothing(node: Node) -> bool:
    return isinstance(node, Scalar) and not node.text and not node.quoted


def _what(node: Node) -> str:
    return "a text" if isinstance(node, Scalar) else "a list" if isinstance(node, Sequence) else "keys with values"
