"""A sheet: one line for every run or handoff that a report is about, in columns, so that counting it is quick.

A number of a report is how many lines there are of a kind, and its list is those lines: the two cannot differ.
Nothing here knows what the words on a sheet mean.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import compress
from operator import and_
from typing import Final, NamedTuple

from msgspec import Struct

from handrail.insight.knowing.keeping import keep
from handrail.terms.values import Instant

_PASSES: Final = 1 << 20
"""A handoff's number on a sheet is that of its run, and below it that of its pass."""

COUNTS_KEPT: Final = 200
LISTS_KEPT: Final = 20
"""So many answers are kept with a sheet for whoever asks the same, until it is reckoned anew."""


class Group(NamedTuple):
    """What lines have in common: the journey, the person's department and site, who owns it, at which step."""

    journey: str
    department: str
    site: str
    owner: str = ""
    step: str = ""


class Choice(Struct, frozen=True):
    """Which lines: empty is all. Months are counted (`month_of`), both included; `departments` None: every one of them."""

    journey: str = ""
    department: str = ""
    first: int = 0
    last: int = 0
    departments: frozenset[str] | None = None

    def takes(self, group: Group) -> bool:
        """Whether lines of the group are meant."""
        return (
            self.journey in ("", group.journey)
            and self.department in ("", group.department)
            and (self.departments is None or group.department in self.departments)
        )

    def falls(self, month: int) -> bool:
        """Whether lines of the month are meant."""
        return not self.first or self.first <= month <= self.last


def month_of(year: int, month: int) -> int:
    """A month as one number."""
    return year * 12 + month - 1


class Sheet:
    """The lines of one report. Written once by `add`, then only read, by several threads; what was counted is kept."""

    def __init__(self, states: tuple[str, ...]) -> None:
        self.states = states
        self._number_of = {state: number for number, state in enumerate(states)}
        self.groups: list[Group] = []
        self._group_of: dict[Group, int] = {}
        self._groups, self._months = array("I"), array("H")
        self._states, self._lines = bytearray(), array("q")
        self._counts: dict[Choice, Mapping[tuple[Group, str], int]] = {}
        self._lists: dict[tuple[Choice, frozenset[Group], frozenset[str]], Sequence[int]] = {}

    def __len__(self) -> int:
        return len(self._lines)

    def add(self, group: Group, month: int, state: str, run: int, pass_: int = 0) -> None:
        """One more line."""
        number = self._group_of.get(group)
        if number is None:
            number = self._group_of[group] = len(self.groups)
            self.groups.append(group)
        self._groups.append(number)
        self._months.append(month)
        self._states.append(self._number_of[state])
        self._lines.append(run * _PASSES + pass_)

    def counts(self, choice: Choice) -> Mapping[tuple[Group, str], int]:
        """How many lines there are of each group in each state."""
        kept = self._counts.get(choice)
        if kept is None:
            pairs = compress(zip(self._groups, self._states, strict=True), self._chosen(choice))
            counted = Counter(pairs).items()
            kept = {(self.groups[group], self.states[state]): many for (group, state), many in counted}
            keep(self._counts, choice, kept, COUNTS_KEPT)
        return kept

    def lines(self, choice: Choice, wanted: frozenset[Group], states: frozenset[str]) -> Sequence[int]:
        """The lines of these groups in these states, in the order in which they were read (`key_of` says what each is)."""
        asked = (choice, wanted, states)
        kept = self._lists.get(asked)
        if kept is None:
            groups = bytes(group in wanted for group in self.groups)
            of_group = map(groups.__getitem__, self._groups)
            numbers = bytes(state in states for state in self.states)
            of_state = map(numbers.__getitem__, self._states)
            taken = map(and_, map(and_, of_group, of_state), self._chosen(choice))
            kept = array("q", compress(self._lines, taken))
            keep(self._lists, asked, kept, LISTS_KEPT)
        return kept

    def _chosen(self, choice: Choice) -> Iterator[int]:
        """For each line whether it is meant."""
        taken = bytes(choice.takes(group) for group in self.groups)
        of_group = map(taken.__getitem__, self._groups)
        if not choice.first:
            return of_group
        highest = max(self._months, default=0)
        falls = bytes(choice.falls(month) for month in range(highest + 1))
        return map(and_, of_group, map(falls.__getitem__, self._months))


def key_of(line: int) -> tuple[int, int]:
    """The run and the pass of a line; the pass is 0 where the line is a run."""
    return divmod(line, _PASSES)


class Sheets(Struct, frozen=True):
    """The sheets of all reports, by their names, reckoned at `begun`; `people` is who stands behind each run.

    `people` is kept only where few are looked at, for groups too small to be shown.
    """

    begun: Instant
    runs: int
    of: Mapping[str, Sheet]
    people: Mapping[int, int]
    journeys: Mapping[str, str]
    steps: Mapping[str, tuple[str, ...]]
    departments: tuple[str, ...]
