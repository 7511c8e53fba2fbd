"""*Audit*: who changed what by hand, and who looked at what only few may see. Looking at it is in it, too."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import Response
from msgspec import Struct

from handrail.insight.desk.audited.acts import AuditLine, AuditWanted, audit_lines, audit_words
from handrail.insight.desk.audited.meant import MEANT_MAX, Author, Meant, authors_meant, people_meant
from handrail.terms.values import whole_number
from handrail.web.kit.cells import Cell, Exact, Link, Several
from handrail.web.kit.lists import Asked, Column, Empty, Filter, Listing, Slice, Table, asked_of, listing, values_of
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting
from handrail.web.refusals import Refused

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page("audit", "Audit", "/audit", right="audit", entry="beside")


class AuditAsked(Asked, frozen=True, kw_only=True):
    """The filters of the list. `by` and `person` are names, parts of them, logins, keys or own ids; `since` and `until` are days."""

    by: str = ""
    what: str = ""
    person: str = ""
    since: str = ""
    until: str = ""


class AuditShown(Struct, frozen=True):
    """What the page shows: the list, and who is meant where more than one may be, each with the address of their acts alone."""

    list: Listing
    offered: tuple[tuple[Author, str], ...] = ()
    asked: str = ""


def _change(line: AuditLine) -> Cell:
    if line.before and line.after:
        return Several((line.after, f"before: {line.before}"))
    return line.after or (f"before: {line.before}" if line.before else None)


def _who(line: AuditLine) -> Cell:
    name = line.by_name or "nobody said"
    first = Link(name, f"/people/P-{line.by_person}") if line.by_person is not None else name
    behalf = f"for {line.on_behalf_of}" if line.on_behalf_of else ""
    return Several((first, *(part for part in (line.by_login, behalf) if part)))


def _about(line: AuditLine) -> Cell:
    whom = Link(line.person_name, f"/people/P-{line.person}") if line.person is not None else None
    what = Link(line.about, line.place) if line.place else line.about or None
    parts = tuple(part for part in (whom, what) if part is not None)
    return Several(parts) if parts else None


TABLE: Final = Table(
    "audit",
    "act",
    (
        Column("When", lambda line: Exact(line.at)),
        Column("Who", _who),
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
    meant = authors_meant(visit.past, asked.by) if asked.by.strip() else Meant()
    if meant.nobody and asked.format:
        raise Refused(422, meant.nobody, "Ask for somebody else, or for everybody.")
    wanted = _wanted(visit, asked, meant)
    visit.looked_at("audit looked at", _said(asked))

    def fetch(after: str, limit: int) -> Slice:
        before = whole_number(after) or 0
        found = () if meant.nobody else audit_lines(visit.past, wanted, visit.zone, limit, before)
        return Slice(found, str(found[-1].number) if len(found) == limit else "")

    filters = _filters(visit)
    if asked.format:
        return visit.export(PAGE, TABLE, asked, filters, fetch)
    listed = listing(TABLE, asked, PAGE.path, fetch, filters, Empty(meant.nobody or "Nothing of that kind was done."))
    return visit.show(PAGE, AuditShown(listed, _offered(asked, meant), asked.by.strip()))


def _offered(asked: AuditAsked, meant: Meant) -> tuple[tuple[Author, str], ...]:
    """Each of several who may be meant, with the address at which only theirs is listed."""
    if len(meant.authors) < 2:
        return ()
    kept = {name: value for name, value in values_of(asked).items() if name not in ("after", "by")}
    return tuple((one, f"{PAGE.path}?{urlencode({**kept, 'by': one.ask})}") for one in meant.authors)


def _filters(visit: Visit) -> tuple[Filter, ...]:
    words = tuple((word, word) for word in audit_words(visit.past))
    return (
        Filter("by", "Who", placeholder="Name, login or number"),
        Filter("what", "What", (("", "everything"), *words)),
        Filter("person", "About", placeholder="Name or number"),
        Filter("since", "From day", placeholder="2026-03-01"),
        Filter("until", "To day", placeholder="2026-03-31"),
    )


def _wanted(visit: Visit, asked: AuditAsked, meant: Meant) -> AuditWanted:
    """Raises Refused for a day that is none, and for people who are not known or too many to tell apart."""
    if meant.more:
        raise _too_many(asked.by)
    persons = people_meant(visit.past, asked.person) if asked.person.strip() else ()
    if asked.person.strip() and not persons:
        raise Refused(422, f"Nobody is known as “{asked.person[:80]}”.", "Write a name, a part of it, or a number.")
    if len(persons) > MEANT_MAX:
        raise _too_many(asked.person)
    return AuditWanted(meant.ways, asked.what, _day(asked.since), _day(asked.until), persons)


def _too_many(text: str) -> Refused:
    said = f"More than {MEANT_MAX} people may be meant by “{text[:80]}”."
    return Refused(422, said, "Write more of the name, or a number.")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError as error:
        raise Refused(422, f"“{text[:80]}” is no day.", "Write it as in 2026-03-16.") from error


def _said(asked: AuditAsked) -> str:
    given = {"by": asked.by, "what": asked.what, "person": asked.person, "since": asked.since, "until": asked.until}
    return "; ".join(f"{name}: {value[:80]}" for name, value in given.items() if value)
