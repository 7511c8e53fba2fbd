"""One *file* of people: what became of its rows, what is held and why, what would mend the mapping, and the ways on.

What would mend it is proposed in `app.holding.mending`; what release, reject and replay mean is `people.sync`'s matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from msgspec import Struct, structs
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from handrail.app.holding.ending import How, NotEnded, end_hold
from handrail.app.holding.mending import NotMended, Proposal, accept, proposal_of
from handrail.insight.desk.held import Came, ValueLine, values_of_file, what_came
from handrail.insight.lists import Names
from handrail.insight.rights import HIDDEN
from handrail.insight.telling.remedies import of_row
from handrail.people.canonical import RowReader
from handrail.people.ports import Known, RowKept, SyncRecord
from handrail.people.syncing.leaving import NEVER_RELEASED, NotCounted, SyncRefused, who_left, would_leave
from handrail.terms.problem import JourneyProblems
from handrail.web.access import must_work
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting
from handrail.web.numbers import Number
from handrail.web.pages.held.acting import must_mend
from handrail.web.refusals import Refused

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page("held-file", "File", "/held/F-{number}", right="mend", within="held", example="/held/F-1")
SHOWN_MAX: Final = 50
DONE: Final = {
    "mended": "The mapping is mended, and the file was gone through again by it.",
    "replayed": "The file was gone through again.",
    "released": "The file was let go.",
    "rejected": "What was held of the file is refused.",
}

_ENDS: Final[Mapping[str, tuple[How, str]]] = {
    "release": ("release", "released"),
    "reject": ("reject", "rejected"),
    "replay": ("replay", "replayed"),
}
"""What can be done with a file, by its word in the address, and the word of `DONE` for it."""


class RowShown(Struct, frozen=True):
    """A held row: its line, the key, its first cells (hidden from whoever sees only a part of the people), and why; whom it names, and what to do."""

    line: int
    key: str
    cells: str
    reason: str
    name: str = ""
    person: int | None = None
    advice: str = ""


class FileShown(Struct, frozen=True):
    """What the page shows. `values` are those that were not applied, `mapping` is the file that reads them. `came` is what became of what was held, `left` who left by the file, `would_leave` who would if it were let go; `proposal` where something is held that a mapping could mend; `wrong` is what could not be done."""

    record: SyncRecord
    owner: str
    rows: tuple[RowShown, ...]
    held: int
    proposal: Proposal | None
    chosen: Mapping[str, str]
    may_release: bool
    values: tuple[ValueLine, ...] = ()
    mapping: str = ""
    came: Came = Came()
    left: str = ""
    would_leave: str = ""
    done: str = ""
    wrong: str = ""
    what_to_do: str = ""

    @property
    def whole(self) -> bool:
        """Whether it is held as a whole, though it may have no row."""
        return self.record.state == "held"

    @property
    def path(self) -> str:
        return f"/held/F-{self.record.id}"


@router.get(PAGE.path)
def show(visit: Annotated[Visit, visiting(PAGE)], number: Number, done: str = "") -> Response:
    """The page."""
    chosen = {name: value for name, value in visit.request.query_params.items() if name.startswith("word.") and value}
    return _page(visit, _record(visit, number), chosen, done=DONE.get(done, ""))


@router.post(PAGE.path + "/mend")
async def mend(number: Number, request: Request, visit: Annotated[Visit, visiting(PAGE)]) -> Response:
    """Accept the mending that is proposed."""
    return await run_in_threadpool(_mend, visit, number, await request.form())


@router.post(PAGE.path + "/{what}")
async def end(number: Number, what: str, request: Request, visit: Annotated[Visit, visiting(PAGE)]) -> Response:
    """Release the file, reject what is held of it, or go through it again."""
    return await run_in_threadpool(_end, visit, number, what, await request.form())


def _end(visit: Visit, number: int, what: str, form: FormData) -> Response:
    record = _ready(visit, number)
    if what not in _ENDS:
        raise Refused(404, "There is nothing of that name to do with a file.", "Open the file's page again.")
    how, done = _ENDS[what]
    try:
        end_hold(visit.runtime, record, how, visit.viewer.login, _said(form))
    except NotEnded as error:
        raise Refused(409, str(error), error.what_to_do) from error
    except NotCounted as error:
        advice = "Whoever lets it go says below that they have left; if they have not, refuse it."
        return _page(visit, _record(visit, number), {}, wrong=(error.what, advice))
    except SyncRefused as error:
        return _page(visit, record, {}, wrong=(str(error), "See what is held now: /held"))
    return RedirectResponse(f"/held/F-{number}?done={done}", 303)


def _mend(visit: Visit, number: int, form: FormData) -> Response:
    record = _ready(visit, number)
    chosen = {name: str(value) for name, value in form.multi_items() if name.startswith("word.")}
    try:
        accept(visit.runtime, record, str(form.get("of", "")), _words(chosen), visit.viewer.login)
    except NotMended as error:
        return _page(visit, record, chosen, wrong=(str(error), error.what_to_do))
    except (SyncRefused, JourneyProblems) as error:
        return _page(visit, record, chosen, wrong=(str(error), "See what is held now: /held"))
    return RedirectResponse(f"/held/F-{number}?done=mended", 303)


def _said(form: FormData) -> int | None:
    """How many people leave by the file, as it was ticked."""
    said = str(form.get("leaving", ""))
    return int(said) if said.isdecimal() and said.isascii() and len(said) < 10 else None


def _ready(visit: Visit, number: int) -> SyncRecord:
    """The file, when the engine can do something with it. Raises Refused."""
    must_mend(visit)
    must_work(visit.runtime)
    visit.runtime.read_again()
    return _record(visit, number)


def _record(visit: Visit, number: int) -> SyncRecord:
    try:
        return visit.runtime.directory().sync(number)
    except KeyError:
        raise Refused(404, f"There is no file F-{number}.", "See what is held: /held") from None


def _page(
    visit: Visit, record: SyncRecord, chosen: Mapping[str, str], *, done: str = "", wrong: tuple[str, str] = ("", "")
) -> Response:
    kept = [row for row in visit.runtime.directory().kept_rows(record.id) if row.disposition == "held"]
    whole = record.state == "held"
    told = any(alert.kind != "unreached" for alert in record.alerts)  # no mapping gives somebody an address
    mendable = bool(kept or whole or told) and record.state in ("held", "applied")
    proposal = proposal_of(visit.runtime, record, _words(chosen)) if mendable else None
    shown = FileShown(
        record,
        Names(visit.past).owner(record.owner),
        _rows(visit, record, kept[:SHOWN_MAX]),
        record.rows if whole else len(kept),
        proposal,
        chosen,
        whole and record.hold not in NEVER_RELEASED,
        _values(visit, record),
        _mapping_file(visit, record),
        what_came(visit.past, record.id, visit.now),
        who_left(record),
        would_leave(record.leaving) if whole and record.leaving is not None and record.leaving.people else "",
        done,
        *wrong,
    )
    return visit.show(PAGE, shown, 409 if wrong[0] else 200, title=record.file)


def _rows(visit: Visit, record: SyncRecord, kept: Sequence[RowKept]) -> tuple[RowShown, ...]:
    """The held rows, with the people whom their keys name, or else the names that stand in them."""
    if not visit.viewer.everywhere:
        return tuple(RowShown(row.line, HIDDEN, HIDDEN, row.reason) for row in kept)
    known = visit.runtime.directory().by_keys(record.source, sorted({row.key for row in kept if row.key}))
    names, reader = Names(visit.past), _reader(visit, record)
    names.fetch(each.person for each in known.values())
    return tuple(_row(row, known.get(row.key), (names, reader), record) for row in kept)


def _row(row: RowKept, known: Known | None, told_by: tuple[Names, RowReader | None], record: SyncRecord) -> RowShown:
    names, reader = told_by
    cells = ", ".join(cell for cell in row.cells[:6] if cell)
    told = reader.sighting(row.cells).values.get("name") if reader is not None and row.cells else None
    name = names.of(known.person) if known is not None else str(told or "")
    person = known.person if known is not None else None
    advice = of_row(row.field, row.reason, record.source, record.id)
    return RowShown(row.line, row.key, cells, row.reason, name, person, advice)


def _reader(visit: Visit, record: SyncRecord) -> RowReader | None:
    """What reads the names in the file's rows; None where nothing does any more."""
    mapping = visit.runtime.mapping_of(record.source)
    made = RowReader(mapping, record.header) if mapping is not None and record.header else None
    return made if made is not None and made.readable else None


def _values(visit: Visit, record: SyncRecord) -> tuple[ValueLine, ...]:
    found = values_of_file(visit.past, record.id, record.source, SHOWN_MAX)
    if visit.viewer.everywhere:
        return found
    return tuple(structs.replace(each, key=HIDDEN, name=HIDDEN, person=0, seen=HIDDEN) for each in found)


def _mapping_file(visit: Visit, record: SyncRecord) -> str:
    """The file of the mapping that reads this source, as the workspace has it; empty: none does."""
    mapping = visit.runtime.mapping_of(record.source)
    if mapping is None:
        return ""
    return f"mappings/{Path(visit.runtime.workspace.mapping_texts[mapping.name][0]).name}"


def _words(chosen: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """What was chosen for open words: fields of the form are called `word.FIELD.WORD`."""
    found = {}
    for name, value in chosen.items():
        _, field, word = name.split(".", 2)
        found[field, word] = value
    return found
