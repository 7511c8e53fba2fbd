"""What the pages of the reports share: what was asked, the table with its links, the chart's values."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final, get_args
from urllib.parse import urlencode

import msgspec
from fastapi.responses import Response
from msgspec import Struct

from handrail.insight.reports.asking import (
    PERIODS,
    SMALL,
    Ground,
    Period,
    Report,
    Row,
    Wanted,
    by_of,
    of_some_journey,
    reach_of,
    report,
)
from handrail.insight.reports.defined import BEGINNING, END, FUNNEL, OWNERS, By, Definition, Tone, Word
from handrail.terms.values import whole_number
from handrail.web.kit.cells import Cell, Count, Percent
from handrail.web.kit.lists import Asked, Column, Empty, Filter, Listing, Slice, Table, asked_of, listing, values_of
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit
from handrail.web.sheets import ground_for

BARS_MAX: Final = 12
"""So many rows are drawn; the table has them all."""

_LOUD: Final[Mapping[Tone, int]] = {tone: place for place, tone in enumerate(get_args(Tone))}
"""In a bar the loudest stands first, beside its label, where even a few are seen."""

NAMES: Final = {BEGINNING: "Begun", END: "Finished"}


class ReportAsked(Asked, frozen=True, kw_only=True):
    """The filters of a report, and of a list behind it: `row` is its labels, `state` the column."""

    journey: str = ""
    department: str = ""
    period: Period = ""
    by: str = ""


class Series(Struct, frozen=True):
    """One color of the chart: its word, its tone, and a value for each bar."""

    name: str
    tone: Tone
    values: tuple[int, ...]


class Chart(Struct, frozen=True):
    """What the chart draws: a bar for each row (`bars`), cut into the states."""

    title: str
    bars: tuple[str, ...]
    series: tuple[Series, ...]

    @property
    def plain(self) -> dict[str, object]:
        """As JSON holds it."""
        plain: dict[str, object] = msgspec.to_builtins(self)
        return plain


class Left(Struct, frozen=True):
    """What a report excludes: so many, why, and where their list is."""

    word: str
    means: str
    many: int
    to: str


class ReportShown(Struct, frozen=True):
    """What the page of a report shows. `left_out` was excluded; `few`: groups too small to be shown were put together."""

    report: Report
    lead: str
    list: Listing
    chart: Chart | None
    states: tuple[Word, ...]
    left_out: tuple[Left, ...]
    few: bool
    mine: bool


def ground_of(visit: Visit) -> Ground:
    """The sheets for the viewer. Raises Refused while they are counted for the first time."""
    return ground_for(visit.runtime, reach_of(visit.viewer), visit.now)


def wanted_of(definition: Definition, asked: ReportAsked, ground: Ground) -> Wanted:
    """What is asked for; a funnel is always of one journey."""
    period = asked.period if definition.period else ""
    return of_some_journey(definition, Wanted(asked.journey, asked.department, period, asked.by), ground)


def filters_of(definition: Definition, ground: Ground) -> tuple[Filter, ...]:
    """The filters of a report."""
    journeys = sorted(ground.sheets.journeys.items(), key=lambda each: each[1])
    seen = [
        name
        for name in ground.sheets.departments
        if ground.reach.units in (None, frozenset()) or name in ground.reach.units
    ]
    first = () if definition is FUNNEL else (("", "every journey"),)
    found = [
        Filter("journey", "Journey", (*first, *journeys)),
        Filter("department", "Department", (("", "every department"), *((name, name) for name in seen))),
    ]
    if definition.period:
        found.append(Filter("period", f"Period ({definition.period})", tuple(PERIODS.items())))
    if len(definition.by) > 1:
        found.append(Filter("by", "Rows", tuple((each.word, f"by {each.label}") for each in definition.by)))
    return tuple(found)


def answered(visit: Visit, page: Page, definition: Definition) -> Response:
    """The page of a report, or its file."""
    asked = asked_of(visit.request, ReportAsked)
    ground = ground_of(visit)
    wanted, filters = wanted_of(definition, asked, ground), filters_of(definition, ground)
    found = report(ground, definition, wanted)
    address = partial(_behind, definition, wanted)
    table = _table(definition, by_of(definition, wanted), ground.sheets.journeys, address)
    rows = (*found.rows, found.altogether) if len(found.rows) > 1 and definition is not FUNNEL else found.rows

    def fetch(after: str, limit: int) -> Slice:
        begin = whole_number(after) or 0
        end = begin + limit
        return Slice(rows[begin:end], str(end) if end < len(rows) else "")

    if asked.format:
        return visit.export(page, table, asked, filters, fetch, found.as_of)
    empty = Empty("There is nothing to count here: no run or handoff is of this kind.")
    shown = listing(table, asked, page.path, fetch, filters, empty)
    values = values_of(asked) | {"journey": wanted.journey, "by": found.by}
    return visit.show(
        page,
        ReportShown(
            report=found,
            lead=definition.lead,
            list=msgspec.structs.replace(shown, values=values),
            chart=_chart(definition, found, ground.sheets.journeys),
            states=(*definition.states, *_owners(definition, found)),
            left_out=_left_out(definition, found, address),
            few=found.small > 0,
            mine=ground.reach.reports_of != 0,
        ),
    )


def _behind(definition: Definition, wanted: Wanted, labels: tuple[str, ...] | None, state: str) -> str:
    """The address of the list behind a number."""
    asked = {name: value for name, value in msgspec.to_builtins(wanted).items() if value}
    row = {} if labels is None else {"row": "\n".join(labels), "by": by_of(definition, wanted).word}
    return f"/reports/{definition.name}/list?{urlencode({**asked, **row, **({'state': state} if state else {})})}"


def _table(definition: Definition, by: By, journeys: Mapping[str, str], address: partial[str]) -> Table:
    """The table: the labels, all, each state, the share; every number leads to its list."""

    def label(place: int) -> Column:
        field = by.fields[place]
        return Column(field.capitalize(), lambda row: label_text(row, place, field, journeys))

    def figure(title: str, state: str) -> Column:
        return Column(title, lambda row: _figure(row, state, address), number=True)

    columns = [label(place) for place in range(len(by.fields))]
    columns.append(figure(f"All {definition.noun}s" if definition is not FUNNEL else "Came here", ""))
    columns += [figure(word.word.capitalize(), word.word) for word in definition.states]
    if definition.share is not None:
        columns.append(Column(definition.share.title, _share, number=True))
    return Table(definition.name, "row", tuple(columns))


def label_text(row: Row, place: int, field: str, journeys: Mapping[str, str]) -> str:
    """What a row is called."""
    if row.together:
        return row.labels[place]
    text = row.labels[place]
    if field == "journey":
        return journeys.get(text, text)
    return NAMES.get(text) or (text.replace("_", " ") if field == "step" else text) or f"(no {field})"


def _figure(row: Row, state: str, address: partial[str]) -> Cell:
    if row.hidden:
        return "fewer than 5"
    many = row.counts[state] if state else row.total
    opens = many and row.labels[0] != SMALL
    return Count(many, address(None if row.together else row.labels, state) if opens else "")


def _share(row: Row) -> Cell:
    return None if row.share is None else Percent(row.share)


def _owners(definition: Definition, found: Report) -> tuple[Word, ...]:
    """What the owners that are counted are to the learner."""
    by = next(by for by in definition.by if by.word == found.by)
    if "owner" not in by.fields:
        return ()
    there = {row.labels[by.fields.index("owner")] for row in found.rows}
    return tuple(word for word in OWNERS if word.word in there)


def _chart(definition: Definition, found: Report, journeys: Mapping[str, str]) -> Chart | None:
    rows = [row for row in found.rows if not row.hidden][:BARS_MAX]
    if not rows:
        return None
    by = next(by for by in definition.by if by.word == found.by)
    bars = tuple(
        ", ".join(filter(None, (label_text(row, place, field, journeys) for place, field in enumerate(by.fields))))
        for row in rows
    )
    states = definition.states if definition is FUNNEL else sorted(definition.states, key=lambda each: _LOUD[each.tone])
    series = (Series(word.word, word.tone, tuple(row.counts[word.word] for row in rows)) for word in states)
    return Chart(f"{definition.title} by {by.label}", bars, tuple(each for each in series if any(each.values)))


def _left_out(definition: Definition, found: Report, address: partial[str]) -> tuple[Left, ...]:
    return tuple(
        Left(word.word, word.means, found.excluded[word.word], address(None, word.word))
        for word in definition.excluded
        if found.excluded.get(word.word)
    )
