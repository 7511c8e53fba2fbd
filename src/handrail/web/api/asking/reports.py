"""The four reports over HTTP: their numbers, what each means, and the very runs or handoffs behind a number."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from handrail.app.tokens import Token
from handrail.insight.answer import plain
from handrail.insight.reports.asking import Ground, Period, Reach, Wanted, lines_behind, of_some_journey, report
from handrail.insight.reports.behind import behind
from handrail.insight.reports.defined import REPORTS, Definition
from handrail.insight.reports.sheets import key_of
from handrail.terms.values import whole_number
from handrail.web.access import Known, Organization, needs
from handrail.web.refusals import Refused, said
from handrail.web.sheets import ground_for

router: Final = APIRouter(tags=["reports"])
Reading = Annotated[Token, needs("read")]
Name = Annotated[Literal["compliance", "stalls", "attainment", "funnel"], Path(description="Which report.")]


class ReportAsked(BaseModel):
    """What is counted, and how it makes rows; empty is everything. `by`: a `word` that `GET /api/reports` lists for the report."""

    model_config = ConfigDict(extra="forbid")
    journey: str = Field("", max_length=200)
    department: str = Field("", max_length=200)
    period: Period = Field("", description="Whole months, the one that runs included; `stalls` has none.")
    by: str = Field("", max_length=50)


class LinesAsked(ReportAsked):
    """As for the report; and which of its numbers. No `row`: all rows; no `state`: all that count."""

    row: list[str] | None = Field(None, max_length=5, description="The labels of the row, in their order.")
    state: str = Field("", max_length=50)
    after: str = Field("", max_length=20, description="`next` of the page before.")
    limit: int = Field(50, ge=1, le=1000, description="How many at most.")


@router.get("/api/reports", responses=said(), summary="Which reports there are")
def listed(_token: Reading) -> dict[str, Any]:
    """Each report: what it counts, its states and what they mean, what it leaves out, and how it makes rows."""
    return {"reports": plain(tuple(REPORTS.values()))}


@router.get("/api/reports/{name}", responses=said(404, 422), summary="The numbers of a report")
def one(name: Name, asked: Annotated[ReportAsked, Query()], runtime: Organization, _token: Reading) -> dict[str, Any]:
    """Its rows, all of them together, and what is left out; `as_of` is the moment at which it was counted."""
    definition, wanted, ground = _asked(name, asked, runtime)
    found: dict[str, Any] = plain(report(ground, definition, wanted))
    return found


@router.get("/api/reports/{name}/lines", responses=said(404, 422), summary="What stands behind a number")
def lines(
    name: Name, asked: Annotated[LinesAsked, Query()], past: Known, runtime: Organization, _token: Reading
) -> dict[str, Any]:
    """The very runs or handoffs that were counted; each says how it stands by now."""
    definition, wanted, ground = _asked(name, asked, runtime)
    if asked.state and asked.state not in definition.words:
        raise Refused(422, f'"{name}" has no state "{asked.state}".', f"It has: {', '.join(definition.words)}.")
    row = None if asked.row is None else tuple(asked.row)
    found = lines_behind(ground, definition, wanted, row, asked.state)
    begin = whole_number(asked.after) or 0
    end = begin + asked.limit
    seen = behind(past, [key_of(line) for line in found[begin:end]])
    following = str(end) if end < len(found) else ""
    return {"as_of": plain(ground.sheets.begun), "lines": plain(seen), "next": following, "total": len(found)}


def _asked(name: str, asked: ReportAsked, runtime: Organization) -> tuple[Definition, Wanted, Ground]:
    """The report, what is wanted of it, and its ground: a program sees everybody. Raises Refused."""
    definition, ground = REPORTS[name], ground_for(runtime, Reach(), runtime.clock())
    _listed("journey", asked.journey, sorted(ground.sheets.journeys))
    _listed("department", asked.department, ground.sheets.departments)
    _listed("by", asked.by, [by.word for by in definition.by])
    if asked.period and not definition.period:
        raise Refused(422, f'"{name}" has no period: it is of now.', "Leave out `period`.")
    wanted = Wanted(asked.journey, asked.department, asked.period, asked.by)
    return definition, of_some_journey(definition, wanted, ground), ground


def _listed(field: str, value: str, there: Collection[str]) -> None:
    if value and value not in there:
        raise Refused(422, f'There is no {field} "{value}" to count.', f"There are: {', '.join(there) or 'none'}.")
