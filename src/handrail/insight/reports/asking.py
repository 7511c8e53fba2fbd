"""A report as somebody asked for it: rows of counts out of its sheet, for whom they may see, of one period.

Groups too small to be shown to a manager are put together, so that nobody is found out by subtraction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, Literal, TypeAlias, get_args

from msgspec import Struct, structs

from handrail.insight.reports.defined import BEGINNING, END, FUNNEL, By, Definition
from handrail.insight.reports.sheets import Choice, Group, Sheets, key_of, month_of
from handrail.insight.rights import GIVES, Viewer
from handrail.terms.values import Instant

SMALLEST: Final = 5
"""No group of fewer people than this is shown to a manager (works councils ask for it)."""

ALTOGETHER, SMALL = "Altogether", "Groups of fewer than five people, together"
"""What rows are called that are several groups."""

Period: TypeAlias = Literal["", "month", "last-month", "quarter", "year"]
PERIODS: Final[Mapping[Period, str]] = {
    "": "all time",
    "month": "this month",
    "last-month": "last month",
    "quarter": "this month and the two before",
    "year": "this month and the eleven before",
}
_MONTHS: Final = {"month": (0, 0), "last-month": (1, 1), "quarter": (2, 0), "year": (11, 0)}
assert set(PERIODS) == set(get_args(Period))


class Reach(Struct, frozen=True):
    """Over whom a viewer's reports go: everybody, their units, or (`reports_of` not 0) those who report to them."""

    units: frozenset[str] | None = None
    reports_of: int = 0


class Ground(Struct, frozen=True):
    """What a question stands on: the sheets, over whom they may go, and the day in the organization's zone."""

    sheets: Sheets
    reach: Reach
    today: date


class Wanted(Struct, frozen=True):
    """What is asked of a report; empty is everything. `by` is the word of a way to make rows (empty: the first)."""

    journey: str = ""
    department: str = ""
    period: Period = ""
    by: str = ""


class Row(Struct, frozen=True):
    """One row: its labels, how many lines in each state, and the share in per cent (None: nothing to share).

    `hidden`: it is of fewer people than may be shown. `together`: it is several groups, named so in its first label.
    """

    labels: tuple[str, ...]
    counts: Mapping[str, int]
    share: float | None
    hidden: bool = False
    together: bool = False

    @property
    def total(self) -> int:
        """All of them that count."""
        return sum(self.counts.values())


class Report(Struct, frozen=True):
    """A report as it is shown: rows, all of them together, and what was excluded. `as_of` is when it was reckoned."""

    name: str
    title: str
    as_of: Instant
    by: str
    rows: tuple[Row, ...]
    altogether: Row
    excluded: Mapping[str, int]
    small: int


def reach_of(viewer: Viewer) -> Reach:
    """Over whom the reports of a viewer go, by the roles of theirs that give the right to reports."""
    giving = [grant for grant in viewer.grants if "reports" in GIVES[grant.role]]
    units = frozenset(grant.unit for grant in giving if grant.role != "manager")
    if "" in units:
        return Reach()
    if units:
        return Reach(units)
    return Reach(frozenset(), viewer.person or -1)


def choice_of(wanted: Wanted, ground: Ground) -> Choice:
    """Which lines of the sheet are asked for."""
    reach, today = ground.reach, ground.today
    departments = None if reach.reports_of else reach.units
    if not wanted.period:
        return Choice(wanted.journey, wanted.department, departments=departments)
    here = month_of(today.year, today.month)
    back, to = _MONTHS[wanted.period]
    return Choice(wanted.journey, wanted.department, here - back, here - to, departments)


def by_of(definition: Definition, wanted: Wanted) -> By:
    """How its rows are made."""
    return next((by for by in definition.by if by.word == wanted.by), definition.by[0])


def of_some_journey(definition: Definition, wanted: Wanted, ground: Ground) -> Wanted:
    """What is wanted; a funnel without a journey is of the first by its title."""
    titles = ground.sheets.journeys
    if definition is not FUNNEL or wanted.journey or not titles:
        return wanted
    return structs.replace(wanted, journey=min(titles, key=titles.__getitem__))


def labels_of(group: Group, by: By) -> tuple[str, ...]:
    """The labels of the row that a group is in."""
    return tuple(getattr(group, field) for field in by.fields)


def report(ground: Ground, definition: Definition, wanted: Wanted) -> Report:
    """The report; for somebody's own reports with small groups put together."""
    sheets, by, choice = ground.sheets, by_of(definition, wanted), choice_of(wanted, ground)
    found, excluded = dict[tuple[str, ...], Counter[str]](), Counter[str]()
    kept_apart = {word.word for word in definition.excluded}
    for (group, state), many in sheets.of[definition.name].counts(choice).items():
        if state in kept_apart:
            excluded[state] += many
        else:
            found.setdefault(labels_of(group, by), Counter())[state] += many
    small = _small(sheets, definition, choice, by) if ground.reach.reports_of else None
    together, hidden = Counter[str](), False
    if small is not None and (few := small.few & found.keys()):
        for labels in few:
            together.update(found.pop(labels))
        hidden = small.hidden
    rows = [_row(definition, labels, counts) for labels, counts in found.items()]
    rows.sort(key=lambda row: _order(sheets, definition, wanted, row))
    if together:
        rows.append(_row(definition, _named(SMALL, by), together, hidden=hidden, together=True))
    every = sum(found.values(), Counter[str]()) + together
    whole = _altogether(definition, by, every, found, hidden=hidden and not found)
    return Report(
        definition.name, definition.title, sheets.begun, by.word, tuple(rows), whole, {} if whole.hidden else dict(excluded),
        len(small.few) if small is not None else 0,
    )  # fmt: skip


class _Small(Struct, frozen=True):
    """The rows that are of too few people, and whether they are so even together."""

    few: frozenset[tuple[str, ...]]
    hidden: bool


def _small(sheets: Sheets, definition: Definition, choice: Choice, by: By) -> _Small:
    """Which rows are put together: those of too few people, and the next smallest while these are too few together."""
    sheet, people = sheets.of[definition.name], dict[tuple[str, ...], set[int]]()
    states = frozenset(word.word for word in definition.states)
    for group in sheet.groups:
        found_here = {sheets.people[key_of(line)[0]] for line in sheet.lines(choice, frozenset({group}), states)}
        if found_here:
            people.setdefault(labels_of(group, by), set()).update(found_here)
    ordered = sorted(people, key=lambda labels: (len(people[labels]), labels))
    few = [labels for labels in ordered if len(people[labels]) < SMALLEST]
    rest, found = ordered[len(few) :], set[int]().union(*(people[labels] for labels in few))
    while few and rest and len(found) < SMALLEST:
        few.append(rest.pop(0))
        found |= people[few[-1]]
    return _Small(frozenset(few), hidden=bool(few) and len(found) < SMALLEST)


def _named(label: str, by: By) -> tuple[str, ...]:
    return (label, *("",) * (len(by.fields) - 1))


def _row(
    definition: Definition,
    labels: tuple[str, ...],
    counts: Counter[str],
    *,
    hidden: bool = False,
    together: bool = False,
) -> Row:
    if hidden:
        return Row(labels, {}, None, hidden=True, together=together)
    ordered = {word.word: counts[word.word] for word in definition.states}
    return Row(labels, ordered, _share(definition, counts), together=together)


def _share(definition: Definition, counts: Mapping[str, int]) -> float | None:
    if definition.share is None:
        return None
    whole = sum(counts.get(state, 0) for state in definition.share.whole)
    part = sum(counts.get(state, 0) for state in definition.share.part)
    return round(100 * part / whole, 1) if whole else None


def _altogether(
    definition: Definition, by: By, every: Counter[str], found: Mapping[tuple[str, ...], Counter[str]], *, hidden: bool
) -> Row:
    """All rows in one; of a funnel, whose rows are of the same runs, its beginning."""
    if definition is FUNNEL:
        every = found.get((BEGINNING,), Counter())
    return _row(definition, _named(ALTOGETHER, by), every, hidden=hidden, together=True)


def _order(sheets: Sheets, definition: Definition, wanted: Wanted, row: Row) -> tuple[int, tuple[str, ...]]:
    """A funnel goes by its file; all else has what is worst first, and then by name."""
    if definition is FUNNEL:
        return _place(sheets.steps.get(wanted.journey, ()), row.labels[0]), row.labels
    worst = [word.word for word in definition.states if word.tone == "alert"]
    return -sum(row.counts[word] for word in worst), row.labels


def _place(steps: Iterable[str], step: str) -> int:
    ordered = [BEGINNING, *steps]
    return len(ordered) + (step == END) if step not in ordered else ordered.index(step)


def lines_behind(
    ground: Ground, definition: Definition, wanted: Wanted, row: tuple[str, ...] | None = None, state: str = ""
) -> Sequence[int]:
    """What stands behind a number: its lines (`sheets.key_of`). No `row`: of all rows; no `state`: all that count.

    Of too few people, to somebody who must not find them out, nothing is told.
    """
    sheet, by, choice = ground.sheets.of[definition.name], by_of(definition, wanted), choice_of(wanted, ground)
    small = (
        _small(ground.sheets, definition, choice, by) if ground.reach.reports_of else _Small(frozenset(), hidden=False)
    )
    words = {word.word for word in definition.states}
    states = frozenset({state} if state else words)
    if definition is FUNNEL and row is None and state in ("", "went on"):
        row = (BEGINNING,)
    groups = frozenset(group for group in sheet.groups if row is None or labels_of(group, by) == row)
    if row is not None and row in small.few:
        return []
    if small.hidden and row is None:
        return []
    return sheet.lines(choice, groups, states)
