"""The catalog: everything a journey may name, put together from connectors, mappings, messages and settings.

What is always there (LANGUAGE.md, "Events") stands here as a table. Without a workspace the whole of it is allowed, so that
a single file can be looked at; in a workspace an event is there if a connection tells it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct

from handrail.app.connectors import declared
from handrail.app.settings import ConnectionDraft, Settings
from handrail.connect.assessment import AssessmentSettings
from handrail.connect.badges import BadgesSettings
from handrail.connect.hris import HrisSettings
from handrail.connect.lms import LmsSettings
from handrail.language.starts import head_of
from handrail.people.mappings.mapping import EXTRA, SourceMapping
from handrail.terms.catalog import (
    DATE,
    NUMBER,
    PERSON,
    TEXT,
    TRUTH,
    Catalog,
    EventType,
    JourneyHead,
    Kind,
    KindName,
)
from handrail.terms.person import FIELDS
from handrail.terms.problem import Place

_WORD: Final = r"[A-Za-z0-9][A-Za-z0-9_-]*"
OURS: Final = "handrail"
"""The connection of the events that Handrail itself tells."""

_USUAL: Final = (
    ConnectionDraft("assessment", "", "", AssessmentSettings()),
    ConnectionDraft("badges", "", "", BadgesSettings()),
    ConnectionDraft("hris", "", "", HrisSettings()),
    ConnectionDraft("lms", "", "", LmsSettings()),
)
"""The connections that a file outside any workspace may name, each by the name of its kind."""

_COURSE: Final = {"course": TEXT, "edition": TEXT, "score": NUMBER, "passed": TRUTH}
_SESSION: Final = {"session": TEXT, "course": TEXT, "starts_on": DATE}
_CERTIFICATE: Final = {"certificate": TEXT, "expires_on": DATE}
_SCORED: Final = {"assessment": TEXT, "edition": TEXT, "score": NUMBER, "passed": TRUTH, "attempt": TEXT}
_DOCUMENT: Final = {
    "document": TEXT,
    "version": TEXT,
    "title": TEXT,
    "effective_on": DATE,
    "departments": Kind("list", item="text"),
}


def own_events() -> dict[str, EventType]:
    """What Handrail tells by itself: of people and of journeys."""
    person = {"person": PERSON}
    days = {"days": NUMBER}
    kinds: dict[str, Mapping[str, Kind]] = {
        "person.hired": {**person, "again": Kind("truth", may_be_empty=False)},
        "person.changed": person,
        "person.left": person,
        "person.leave_began": days,
        "person.leave_ended": days,
    }
    journey = {"journey": TEXT, "reason": TEXT}
    return {kind: EventType(kind, OURS, fields) for kind, fields in kinds.items()} | {
        kind: EventType(kind, OURS, journey, object="journey") for kind in ("journey.finished", "journey.stopped")
    }


def standard_events() -> dict[str, EventType]:
    """The events of learning systems that every language of events has, whoever tells them."""
    found = [EventType(f"lms.{what}", "lms", _COURSE, "course") for what in ("enrolled", "completed", "withdrawn")]
    found.append(EventType("assessment.scored", "assessment", _SCORED, "assessment", "attempt", ("score", "passed")))
    found += [
        EventType(f"certificate.{what}", "badges", _CERTIFICATE, "certificate")
        for what in ("issued", "expired", "revoked")
    ]
    found.append(EventType("document.published", "documents", _DOCUMENT, "document", about_person=False))
    found += [
        EventType(f"session.{what}", "sessions", _SESSION, "session")
        for what in ("attended", "missed", "moved", "cancelled", "seat_freed")
    ]
    return {event.kind: event for event in found}


class Texts(Struct, frozen=True):
    """What was written: messages by name and language, file and text of journeys by name, texts of journeys by language."""

    messages: Mapping[str, Collection[str]] = {}
    journeys: Mapping[str, tuple[str, str]] = {}
    translations: Mapping[str, Mapping[str, Collection[str]]] = {}


def catalog_of(settings: Settings, mappings: Iterable[SourceMapping], texts: Texts) -> Catalog:
    """What the journeys of a workspace may name."""
    connectors = [one for draft in settings.connections.values() if (one := declared(draft)) is not None]
    rules = [rule for mapping in mappings for rule in mapping.fields]
    return Catalog(
        events=own_events() | {event.kind: event for connector in connectors for event in connector.events()},
        actions={action.name: action for connector in connectors for action in connector.actions()},
        connections=tuple(sorted(settings.connections)),
        limited=frozenset(name for name, draft in settings.connections.items() if draft.rate is not None),
        filled=frozenset(rule.field for rule in rules if not rule.field.startswith(EXTRA)),
        extra=settings.extra,
        choices=_choices(mappings, settings),
        teams=frozenset(settings.teams),
        roles=frozenset(settings.roles),
        lists=settings.lists,
        calendars=frozenset(settings.calendars),
        contacts=frozenset(settings.contacts),
        messages={name: frozenset(written) for name, written in texts.messages.items()},
        languages=settings.languages,
        journeys={name: head_of(text, file) or JourneyHead(name) for name, (file, text) in texts.journeys.items()},
        translations={
            journey: {language: frozenset(keys) for language, keys in written.items()}
            for journey, written in texts.translations.items()
        },
    )


def extra_of(mapping: SourceMapping) -> Iterator[tuple[str, Kind, Place]]:
    """The fields that a mapping adds to a person, with their kinds and where it says so."""
    kinds: dict[str, KindName] = {"date": "date", "email": "email", "number": "number", "truth": "truth"}
    for rule in mapping.fields:
        if rule.field.startswith(EXTRA):
            name = rule.field.removeprefix(EXTRA)
            yield name, Kind(kinds.get(rule.kind, "text")), Place(mapping.place, *rule.place, len(rule.field))


def _choices(mappings: Iterable[SourceMapping], settings: Settings) -> dict[str, tuple[str, ...]]:
    """The closed lists of person fields: those of handrail.yaml, else the words of a vocabulary that lets no other in."""
    found = {
        rule.field: tuple(sorted(set(rule.values.values())))
        for mapping in mappings
        for rule in mapping.fields
        if rule.kind == "text" and rule.values and rule.unknown != "keep" and not rule.field.startswith(EXTRA)
    }
    return found | dict(settings.choices)


def catalog_for_one(text: str) -> Catalog:
    """What a journey file outside any workspace may name: what is always there, and whatever team, role, message … it names."""
    connectors = [one for draft in _USUAL if (one := declared(draft)) is not None]
    return Catalog(
        events=own_events() | standard_events() | {one.kind: one for each in connectors for one in each.events()},
        actions={action.name: action for connector in connectors for action in connector.actions()},
        connections=tuple(draft.name for draft in _USUAL),
        limited=frozenset(draft.name for draft in _USUAL),
        filled=frozenset(FIELDS),
        extra=dict.fromkeys(_said(r"\bextra\.([a-z][a-z0-9_]*)", text), TEXT),
        teams=frozenset(_said(rf"\bteam:({_WORD})", text) + _said(rf'in_team\("({_WORD})"\)', text)),
        roles=frozenset(_said(rf"\brole:({_WORD})", text)),
        lists=dict.fromkeys(_said(rf"\blist:({_WORD})", text), ("one", "another")),
        calendars=frozenset(_said(rf"\bcalendar:\s*({_WORD})", text)),
        contacts=frozenset(_said(rf"\bcontact:({_WORD})", text)),
        messages=dict.fromkeys(_said(rf"\bmessage:\s*({_WORD})", text), frozenset({"en"})),
        journeys={
            name: JourneyHead(name)
            for name in _said(rf"\brun:\s*({_WORD})", text) + _said(rf'(?:running|finished_on)\("({_WORD})"\)', text)
        },
    )


def _said(pattern: str, text: str) -> list[str]:
    return re.findall(pattern, text)
