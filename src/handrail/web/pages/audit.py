"""*Audit*: who changed what by hand, and who looked at what only few may see. Looking at it is in it, too."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter
from fastapi.responses import Response
from msgspec import Struct

from handrail.insight.desk.audits import AuditLine, AuditWanted, audit_lines, audit_words
from handrail.store.entering.looking import account_by_login, logins_of
from handrail.terms.values import whole_number
from handrail.web.kit.cells import Cell, Link, Several
from handrail.web.kit.lists import Asked, Column, Empty, Filter, Listing, Slice, Table, asked_of, listing
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting
from handrail.web.refusals import Refused

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page("audit", "Audit", "/audit", right="audit", entry="beside")


class AuditAsked(Asked, frozen=True, kw_only=True):
    """The filters of the list. `person` is an own id (P-12), `since` and `until` are days."""

    by: str = ""
    what: str = ""
    person: str = ""
    since: str = ""
    until: str = ""


class AuditShown(Struct, frozen=True):
    """What the page shows: the list."""

    list: Listing


def _change(line: AuditLine) -> Cell:
    if line.before and line.after:
        return Several((line.after, f"before: {line.before}"))
    return line.after or (f"before: {line.before}" if line.before else None)


def _about(line: AuditLine) -> Cell:
    whom = Link(line.person_name, f"/people/P-{line.person}") if line.person is not None else None
    parts = tuple(part for part in (whom, line.about or None) if part is not None)
    return Several(parts) if parts else None


TABLE: Final = Table(
    "audit",
    "act",
    (
        Column("When", lambda line: line.at),
        Column("Who", lambda line: Several((line.by_name or "nobody said", *_behalf(line)))),
        Column("What", lambda line: line.what),
        Column("About", _about),
        Column("Change", _change),
        Column("Why", lambda line: line.reason or None),
    ),
)


@router.get(PAGE.path)
def audit(visit: Annotated[Visit, visiting(PAGE)]) -> Response:
    """The list, or its file."""
    asked = asked_of(visit.request, AuditAsked)
    wanted = _wanted(visit, asked)
    visit.looked_at("audit looked at", _said(asked))

    def fetch(after: str, limit: int) -> Slice:
        before = whole_number(after) or 0
        found = audit_lines(visit.past, wanted, visit.zone, limit, before)
        return Slice(found, str(found[-1].number) if len(found) == limit else "")

    filters = _filters(visit)
    if asked.format:
        return visit.export(PAGE, TABLE, asked, filters, fetch)
    empty = Empty("Nothing of that kind was done.")
    return visit.show(PAGE, AuditShown(listing(TABLE, asked, PAGE.path, fetch, filters, empty)))


def _behalf(line: AuditLine) -> tuple[str, ...]:
    return (f"for {line.on_behalf_of}",) if line.on_behalf_of else ()


def _filters(visit: Visit) -> tuple[Filter, ...]:
    words = tuple((word, word) for word in audit_words(visit.past))
    return (
        Filter("by", "Who", placeholder="A login, or P-12"),
        Filter("what", "What", (("", "everything"), *words)),
        Filter("person", "About", placeholder="P-12"),
        Filter("since", "From day", placeholder="2026-03-01"),
        Filter("until", "To day", placeholder="2026-03-31"),
    )


def _wanted(visit: Visit, asked: AuditAsked) -> AuditWanted:
    """Raises Refused for a day or a person that is none."""
    number = whole_number(asked.person.strip().upper().removeprefix("P-"))
    if asked.person and number is None:
        raise Refused(422, f"“{asked.person[:80]}” is nobody's number.", "Write it as in P-12.")
    return AuditWanted(_authors(visit, asked.by.strip()), asked.what, _day(asked.since), _day(asked.until), number)


def _authors(visit: Visit, text: str) -> tuple[str, ...]:
    """The ways in which one author is written: a person as `person:3` and by their logins, from either of them."""
    if not text:
        return ()
    database, own = visit.runtime.store.database, text.upper().removeprefix("P-")
    account = account_by_login(database, text.lower())
    person = whole_number(own) if own != text.upper() else None
    if person is None and account is not None:
        person = account.person
    logins = logins_of(database, person) if person is not None else ()
    return tuple(dict.fromkeys((text, *(() if person is None else (f"person:{person}",)), *logins)))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError as error:
        raise Refused(422, f"“{text[:80]}” is no day.", "Write it as in 2026-03-16.") from error


def _said(asked: AuditAsked) -> str:
    given = {"by": asked.by, "what": asked.what, "person": asked.person, "since": asked.since, "until": asked.until}
    return "; ".join(f"{name}: {value[:80]}" for name, value in given.items() if value)
