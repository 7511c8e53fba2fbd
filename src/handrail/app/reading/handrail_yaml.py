"""handrail.yaml → `Settings`, or the whole list of what is wrong with it.

The sections are read one by one, then the names they give each other are looked up. Nobody is looked up among people
here: that needs the store, and is `organization`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

from handrail.app.reading import sections
from handrail.app.reading import sign_in as signing
from handrail.app.reading.connections import connections
from handrail.app.reading.sheet import Keys, Sheet
from handrail.app.settings import Settings, SignInSettings, WebSettings
from handrail.language.source.tree import Node
from handrail.terms.problem import Place

T = TypeVar("T")
SECTIONS: Final = (
    "organization",
    "teams",
    "roles",
    "calendars",
    "lists",
    "contacts",
    "connections",
    "guards",
    "web",
    "sign_in",
    "person",
)
ORGANIZATION: Final = ("name", "zone", "language", "languages", "owner", "calendar")


def read_settings(sheet: Sheet) -> Settings | None:
    """The settings as far as they can be read; None where there are none. What is wrong is noted in the sheet."""
    root = sheet.root("organization:")
    if root is None:
        return None
    keys = sheet.fields(root, SECTIONS, "handrail.yaml", ("organization", "teams"))
    places: dict[str, Place] = {}
    own = _own(sheet, keys)
    zone = sections.zone(sheet, own, "UTC")
    language = _optional(own, "language", lambda node: sheet.grammar(node, "a language", sections.language)) or "en"
    extra, choices = _optional(keys, "person", lambda node: sections.person(sheet, node, places)) or ({}, {})
    settings = Settings(
        name=_optional(own, "name", lambda node: sheet.text(node, "a name")) or "",
        zone=zone,
        language=language,
        languages=_languages(sheet, own, language),
        owner=_optional(own, "owner", lambda node: sections.person_or_team(sheet, node, "somebody")) or "",
        calendar=_optional(own, "calendar", lambda node: sheet.text(node, "a calendar")) or "",
        teams=_optional(keys, "teams", lambda node: sections.teams(sheet, node, places)) or {},
        roles=_optional(keys, "roles", lambda node: sections.roles(sheet, node, places)) or {},
        calendars=_optional(keys, "calendars", lambda node: sections.calendars(sheet, node, places, zone)) or {},
        lists=_optional(keys, "lists", lambda node: sections.lists(sheet, node)) or {},
        contacts=_optional(keys, "contacts", lambda node: sections.contacts(sheet, node)) or {},
        connections=_optional(keys, "connections", lambda node: connections(sheet, node, places)) or {},
        guards=_optional(keys, "guards", lambda node: sections.guards(sheet, node)),
        web=_optional(keys, "web", lambda node: sections.web(sheet, node)) or WebSettings(),
        sign_in=_optional(keys, "sign_in", lambda node: signing.sign_in(sheet, node)) or SignInSettings(),
        extra=extra,
        choices=choices,
        places=places | {f"organization.{key}": entry.value.place for key, entry in own.items()},
    )
    _names(sheet, settings)
    return settings


def _own(sheet: Sheet, keys: Keys) -> Keys:
    if "organization" not in keys:
        return {}
    required = ("name", "zone", "language", "owner")
    return sheet.fields(keys["organization"].value, ORGANIZATION, "`organization`", required)


def _optional(keys: Keys, key: str, reading: Callable[[Node], T]) -> T | None:
    return reading(keys[key].value) if key in keys else None


def _languages(sheet: Sheet, own: Keys, first: str) -> tuple[str, ...]:
    """Those that texts are written in, the organization's own first."""
    texts: Any = sheet.texts(own["languages"].value, "a language") if "languages" in own else ()
    for text in texts:
        if not sections.LANGUAGE.fullmatch(text):
            sheet.say("W105", own["languages"].value.place, f'"{text}" is no language', advice="Write en, de or pt-BR.")
    return tuple(dict.fromkeys((first, *texts)))


def _names(sheet: Sheet, settings: Settings) -> None:
    """Whether every team and calendar that is named is there."""
    for path, text in _owners(settings):
        if text.startswith("team:"):
            sheet.there(settings.places[path], text.removeprefix("team:"), settings.teams, "team")
    for path, name in _calendars(settings):
        if name:
            sheet.there(settings.places[path], name, settings.calendars, "calendar")
    taken: dict[str, str] = {}
    for calendar in settings.calendars.values():
        for where in calendar.people_in:
            first = taken.setdefault(where, calendar.name)
            if first != calendar.name:
                place = settings.places[f"calendars.{calendar.name}"]
                message = f'people in "{where}" have the calendar "{first}" already'
                sheet.say("W112", place, message, advice=f'Take "{where}" out of one of the two.')


def _owners(settings: Settings) -> Iterator[tuple[str, str]]:
    """Each place where somebody is named who may be a team, with what is written there."""
    yield "organization.owner", settings.owner
    for name, role in settings.roles.items():
        yield f"roles.{name}.otherwise", role.otherwise
        for value, who in role.who.items():
            yield f"roles.{name}.who.{value}", who
    for name, connection in settings.connections.items():
        yield f"connections.{name}.owner", connection.owner


def _calendars(settings: Settings) -> Iterator[tuple[str, str]]:
    yield "organization.calendar", settings.calendar
    for name, team in settings.teams.items():
        yield f"teams.{name}.calendar", team.calendar
