"""The list behind a number of a report: the very runs or handoffs that were counted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Final
from unicodedata import normalize

from fastapi import APIRouter
from fastapi.responses import Response
from msgspec import Struct, structs

from handrail.insight.reports.asking import PERIODS, Row, Wanted, by_of, lines_behind
from handrail.insight.reports.behind import Behind, behind
from handrail.insight.reports.defined import OWNERS, REPORTS, Definition
from handrail.insight.reports.sheets import key_of
from handrail.terms.values import Instant, whole_number
from handrail.web.kit.cells import Cell, Due, Link, Several, State
from handrail.web.kit.lists import Column, Empty, Filter, Listing, Slice, Table, asked_of, listing
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting
from handrail.web.pages.reports.shared import NAMES, ReportAsked, ground_of, label_text, wanted_of
from handrail.web.refusals import Refused

FILE_NAME_MAX: Final = 80
router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page(
    "report-list",
    "Behind a number",
    "/reports/{name}/list",
    right="reports",
    within="reports",
    example="/reports/compliance/list",
)


class LinesAsked(ReportAsked, frozen=True, kw_only=True):
    """As a report, and which row and state of it; `row` is its labels, a line each."""

    row: str = ""
    state: str = ""


class LinesShown(Struct, frozen=True):
    """What the page shows: the list, which report it stands behind, and the moment that it is of."""

    list: Listing
    title: str
    back: str
    chosen: tuple[str, ...]
    as_of: Instant


def _until(line: Behind) -> Cell:
    """Until when it is due now; of one that is over and was late, the limit that passed says it."""
    return Due(line.due) if line.due is not None and (line.ended is None or line.limit is None) else None


def _limits(line: Behind) -> Cell:
    """The limit that passed first, and until when it is due now, where the two differ."""
    now = _until(line)
    if line.limit is None or line.limit == line.due:
        return now
    return Due(line.limit) if now is None else Several((Due(line.limit), now))


def _at(line: Behind) -> Cell:
    """What a run waits at, where it is open: the handoff that is most behind."""
    if not line.at:
        return None
    link = Link(_step_text(line), f"/handoffs/R-{line.run}/{line.at}")
    return Several((link, f"and {line.others} more")) if line.others else link


def _run(line: Behind) -> Cell:
    return Link(line.title, f"/runs/R-{line.run}")


def _step_text(line: Behind) -> str:
    return line.step.replace("_", " ") or "the whole run"


def _step(line: Behind) -> Cell:
    return Link(_step_text(line), f"/handoffs/R-{line.run}/{line.pass_}")


_WHO: Final = (
    Column("Person", lambda line: Link(line.person_name, f"/people/P-{line.person}")),
    Column("Department", lambda line: line.department or None),
    Column("Site", lambda line: line.site or None),
    Column("Journey", _run),
)


def _whom(line: Behind) -> Cell:
    """The person, and where they work."""
    person = Link(line.person_name, f"/people/P-{line.person}")
    places = " · ".join(filter(None, (line.department, line.site)))
    return Several((person, places)) if places else person


def _with(line: Behind) -> Cell:
    """What a run waits at, and who has it."""
    at, owner = _at(line), line.owner_name
    return Several((at, f"with {owner}")) if at is not None and owner else at


def _step_of(line: Behind) -> Cell:
    """The step that was handed out, and in which journey."""
    return Several((_step(line), _run(line)))


def _passed(line: Behind) -> Cell:
    """The limit that passed, and who had it then."""
    if line.limit is None:
        return None
    return Several((Due(line.limit), f"with {line.had_name}")) if line.had_name else Due(line.limit)


def _closed(line: Behind) -> Cell:
    """When it was closed, and who answered."""
    return Several((line.ended, f"by {line.answered_name}")) if line.answered_name else line.ended


def _lived(line: Behind) -> Cell:
    """When it was begun, and when it ended if it did."""
    return Several((line.since, line.ended)) if line.ended is not None else line.since


_AT: Final = (
    Column("Since", lambda line: line.at_since),
    Column("Due", _limits),
)
RUNS: Final = Table(
    "report-list",
    "run",
    (
        *_WHO,
        Column("State", lambda line: State(line.state)),
        Column("Waits at", _at),
        Column("Who has it", lambda line: line.owner_name or None),
        *_AT,
        Column("Begun", lambda line: line.since),
        Column("Ended", lambda line: line.ended),
    ),
)
"""In a file each thing has a column of its own."""

RUNS_SHOWN: Final = structs.replace(
    RUNS,
    columns=(
        Column("Person", _whom),
        Column("Journey", _run),
        Column("State", lambda line: State(line.state)),
        Column("Waits at", _with),
        *_AT,
        Column("Begun, and ended", _lived),
    ),
)
HANDOFFS: Final = Table(
    "report-list",
    "handoff",
    (
        *_WHO,
        Column("Step", _step),
        Column("Has it, or had it last", lambda line: line.owner_name or None),
        Column("State", lambda line: State(line.state)),
        Column("Opened", lambda line: line.since),
        Column("Due", _until),
        Column("Limit that passed", lambda line: Due(line.limit) if line.limit is not None else None),
        Column("Had it then", lambda line: line.had_name or None),
        Column("Closed", lambda line: line.ended),
        Column("Answered by", lambda line: line.answered_name or None),
    ),
)
HANDOFFS_SHOWN: Final = structs.replace(
    HANDOFFS,
    columns=(
        Column("Person", _whom),
        Column("Step", _step_of),
        Column("Has it, or had it last", lambda line: line.owner_name or None),
        Column("State", lambda line: State(line.state)),
        Column("Opened", lambda line: line.since),
        Column("Due", _until),
        Column("Limit that passed", _passed),
        Column("Closed", _closed),
    ),
)
SHOWN: Final = {HANDOFFS.noun: HANDOFFS_SHOWN, RUNS.noun: RUNS_SHOWN}
"""The same lists as a page shows them: a desk has room for so many columns."""


@router.get(PAGE.path)
def show(visit: Annotated[Visit, visiting(PAGE)], name: str) -> Response:
    """The list, or its file."""
    definition = REPORTS.get(name)
    if definition is None:
        raise Refused(404, f'There is no report "{name[:100]}".', f"There are: {', '.join(REPORTS)}.")
    asked, ground = asked_of(visit.request, LinesAsked), ground_of(visit)
    if asked.state and asked.state not in definition.words:
        raise Refused(422, f'This report has no "{asked.state[:100]}".', f"It has: {', '.join(definition.words)}.")
    row = tuple(asked.row.split("\n")) if "row" in visit.request.query_params else None
    wanted = wanted_of(definition, asked, ground)
    found = lines_behind(ground, definition, wanted, row, asked.state)

    def fetch(after: str, limit: int) -> Slice:
        begin = whole_number(after) or 0
        end = begin + limit
        return Slice(
            behind(visit.past, [key_of(line) for line in found[begin:end]]),
            str(end) if end < len(found) else "",
            len(found),
        )

    filters = _filters(definition, wanted, asked, row, ground.sheets.journeys)
    table = HANDOFFS if definition.noun == "handoff" else RUNS
    if asked.format:
        page = structs.replace(PAGE, title=f"{definition.title}: behind a number")
        named = structs.replace(table, name=_file_name(definition, filters))
        return visit.export(page, named, asked, filters, fetch, ground.sheets.begun)
    path = f"/reports/{definition.name}/list"
    empty = Empty("Nothing is behind this number, or it is of too few people to be shown.")
    shown = LinesShown(
        listing(SHOWN[table.noun], asked, path, fetch, filters, empty),
        definition.title,
        f"/reports/{definition.name}",
        _chosen(definition, asked, row),
        ground.sheets.begun,
    )
    return visit.show(PAGE, shown, title=f"{definition.title}: {asked.state or 'all'}")


def _filters(
    definition: Definition, wanted: Wanted, asked: LinesAsked, row: tuple[str, ...] | None, journeys: Mapping[str, str]
) -> tuple[Filter, ...]:
    """All are set by the number's link; what they are in words stands in a file of the list, in its name and in the audit."""
    by = by_of(definition, wanted)
    labels = Row(row or (), {}, None)
    places = enumerate(by.fields[: len(labels.labels)])
    group = ", ".join(label_text(labels, place, field, journeys) for place, field in places)
    said = {
        "journey": journeys.get(wanted.journey, wanted.journey),
        "department": wanted.department,
        "period": PERIODS[wanted.period] if wanted.period else "",
        "row": group,
        "state": asked.state or "all that count",
    }
    names = ("row", "state", "journey", "department", "period", "by")
    titles = {"row": by.label, "department": "only department"}
    return tuple(
        Filter(name, titles.get(name, name.capitalize()), hidden=True, said=said.get(name, "")) for name in names
    )


def _file_name(definition: Definition, filters: tuple[Filter, ...]) -> str:
    """`compliance-operations-late`: letters and figures that every system takes in a file's name."""
    words = " ".join((definition.name, *(each.said for each in filters)))
    plain = normalize("NFKD", words.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", plain)[:FILE_NAME_MAX].strip("-")


def _chosen(definition: Definition, asked: LinesAsked, row: tuple[str, ...] | None) -> tuple[str, ...]:
    """The row and the filters in words."""
    labels = [NAMES.get(label, label) for label in row or () if label]
    means = {word.word: word.means for word in (*definition.states, *definition.excluded)}
    owners = {word.word: word.means for word in OWNERS}
    labels = [f"{label} ({owners[label]})" if label in owners else label for label in labels]
    return tuple(filter(None, (*labels, asked.journey, asked.department, means.get(asked.state, ""))))
