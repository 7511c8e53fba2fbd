"""The sections of handrail.yaml about people and time: organization, teams, roles, calendars, lists, contacts, person.

Each is read into the drafts of `settings`; whether the names in them exist is looked at in `handrail_yaml`, when all
sections are there. Connections are read in `connections`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time
from typing import Final, cast

from handrail.app.reading.meant import nobody_said
from handrail.app.reading.sheet import Keys, Sheet
from handrail.app.settings import CalendarDraft, Guards, RoleDraft, TeamDraft, WebSettings
from handrail.calendar.holidays import Hours, build
from handrail.calendar.holidays import Place as CalendarPlace
from handrail.calendar.zones import zone_of
from handrail.language.source.tree import Entry, Node, Scalar, Sequence
from handrail.terms.catalog import Kind, KindName
from handrail.terms.person import FIELDS
from handrail.terms.problem import Place

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EXTRA_KINDS: Final = ("date", "email", "money", "number", "text", "truth")
CALENDAR_KEYS: Final = ("zone", "country", "region", "hours", "weekend", "closures", "people_in")
LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_NAME: Final = re.compile(r"[a-z][a-z0-9_-]*")
_HOURS: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d) to ([01]\d|2[0-3]):([0-5]\d)")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_WEB_ADDRESS: Final = re.compile(r"(?P<address>https?://(?:\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::(?P<port>\d{1,5}))?)/?")
_PERSON: Final = re.compile(r"[a-z][a-z0-9_-]*:\S(.*\S)?")

Places = dict[str, Place]


def named(sheet: Sheet, entry: Entry, what: str) -> str:
    """A name of the author's own, as teams and connections have."""
    name = entry.key.text
    if not _NAME.fullmatch(name):
        advice = "Write small letters, digits and hyphens, beginning with a letter."
        sheet.say("W105", entry.key.place, f'"{name}" cannot be the name of a {what}', advice=advice)
    return name


def person_or_team(sheet: Sheet, node: Node, what: str, *, team: bool = True) -> str:
    """Somebody as they are written here; `team`: a team may stand here too."""
    text = sheet.text(node, what)
    named_team = text.startswith("team:")
    if not text or (named_team and team) or (not named_team and (_PERSON.fullmatch(text) or _EMAIL.fullmatch(text))):
        return text
    sheet.problems.append(nobody_said(node.place, text, team=team))
    return ""


def zone(sheet: Sheet, keys: Keys, otherwise: str) -> str:
    """A time zone that exists, or `otherwise`."""
    if "zone" not in keys:
        return otherwise
    found = sheet.grammar(keys["zone"].value, "a time zone", zone_of)
    return found.key if found is not None else otherwise


def email(text: str) -> str:
    """The text, if it is an address."""
    if _EMAIL.fullmatch(text):
        return text
    raise ValueError(f'"{text}" is no e-mail address. Write name@example.com.')


def language(text: str) -> str:
    """The text, if it names a language."""
    if LANGUAGE.fullmatch(text):
        return text
    raise ValueError(f'"{text}" is no language. Write its letters of ISO 639, such as en, de or pt-BR.')


def teams(sheet: Sheet, node: Node, places: Places) -> dict[str, TeamDraft]:
    """`teams:`, by name."""
    found = {}
    for entry in sheet.named(node, "teams"):
        name = named(sheet, entry, "team")
        keys = sheet.fields(entry.value, ("lead", "members", "calendar", "email"), f'team "{name}"', ("lead",))
        places[f"teams.{name}"] = entry.key.place
        found[name] = TeamDraft(
            name,
            _person(sheet, keys, "lead", places, f"teams.{name}"),
            _members(sheet, keys, places, f"teams.{name}"),
            _word(sheet, keys, "calendar", places, f"teams.{name}"),
            sheet.grammar(keys["email"].value, "an e-mail address", email) or "" if "email" in keys else "",
        )
    return found


def _person(sheet: Sheet, keys: Keys, key: str, places: Places, path: str) -> str:
    if key not in keys:
        return ""
    places[f"{path}.{key}"] = keys[key].value.place
    return person_or_team(sheet, keys[key].value, "a person", team=False)


def _members(sheet: Sheet, keys: Keys, places: Places, path: str) -> tuple[str, ...]:
    if "members" not in keys:
        return ()
    node = keys["members"].value
    found = []
    for item in node.items if isinstance(node, Sequence) else (node,):
        if who := person_or_team(sheet, item, "a person", team=False):
            places[f"{path}.members.{who}"] = item.place
            found.append(who)
    return tuple(found)


def _word(sheet: Sheet, keys: Keys, key: str, places: Places, path: str) -> str:
    if key not in keys:
        return ""
    places[f"{path}.{key}"] = keys[key].value.place
    return sheet.text(keys[key].value, f"a {key}")


def roles(sheet: Sheet, node: Node, places: Places) -> dict[str, RoleDraft]:
    """`roles:`, by name."""
    found = {}
    for entry in sheet.named(node, "roles"):
        name = named(sheet, entry, "role")
        path = f"roles.{name}"
        keys = sheet.fields(entry.value, ("by", "who", "otherwise"), f'role "{name}"')
        if "by" not in keys and "otherwise" not in keys:
            advice = "Write `by: country` with `who:`, or `otherwise:` for one answer for everybody."
            sheet.say("W103", entry.key.place, f'role "{name}" does not say who has it', advice=advice)
        if ("by" in keys) != ("who" in keys):
            sheet.say(
                "W103", entry.key.place, f'role "{name}" needs both `by` and `who`', advice="Write the other one too."
            )
        who = {}
        for one in sheet.named(keys["who"].value, "`who`") if "who" in keys else ():
            places[f"{path}.who.{one.key.text}"] = one.value.place
            who[one.key.text] = person_or_team(sheet, one.value, "somebody")
        otherwise = ""
        if "otherwise" in keys:
            places[f"{path}.otherwise"] = keys["otherwise"].value.place
            otherwise = person_or_team(sheet, keys["otherwise"].value, "somebody")
        found[name] = RoleDraft(name, _field(sheet, keys), who, otherwise)
    return found


def _field(sheet: Sheet, keys: Keys) -> str:
    """The field of a person that a role is looked up by."""
    if "by" not in keys:
        return ""
    text = sheet.text(keys["by"].value, "a field of a person").removeprefix("person.")
    if not text.startswith("extra."):
        sheet.there(keys["by"].value.place, text, FIELDS, "field of a person")
    return text


def calendars(sheet: Sheet, node: Node, places: Places, organization_zone: str) -> dict[str, CalendarDraft]:
    """`calendars:`, by name. Country, region, hours and zone are tried out at once."""
    found = {}
    for entry in sheet.named(node, "calendars"):
        name = named(sheet, entry, "calendar")
        keys = sheet.fields(entry.value, CALENDAR_KEYS, f'calendar "{name}"')
        places[f"calendars.{name}"] = entry.key.place
        texts = {key: sheet.text(keys[key].value, f"a {key}") for key in ("country", "region") if key in keys}
        draft = CalendarDraft(
            name,
            CalendarPlace(zone(sheet, keys, organization_zone), texts.get("country", ""), texts.get("region", "")),
            _hours(sheet, keys),
            _closures(sheet, keys),
            sheet.texts(keys["people_in"].value, "a country, or COUNTRY/location") if "people_in" in keys else (),
        )
        try:
            build(name, draft.place, range(2026, 2027), draft.closures, draft.hours)
        except ValueError as error:
            message, _, advice = str(error).partition(". ")
            sheet.say("W112", entry.key.place, message[:1].lower() + message[1:], advice=advice)
        found[name] = draft
    return found


def _hours(sheet: Sheet, keys: Keys) -> Hours:
    opens, closes = time(9), time(17)
    if "hours" in keys:
        opens, closes = sheet.grammar(keys["hours"].value, "working hours", hours) or (opens, closes)
    weekend = None
    if "weekend" in keys:
        node = keys["weekend"].value
        items = node.items if isinstance(node, Sequence) else (node,)
        words = [sheet.one_of(item, DAYS, "a day of the weekend") for item in items]
        weekend = frozenset(DAYS.index(word) for word in words if word)
    return Hours(opens, closes, weekend)


def hours(text: str) -> tuple[time, time]:
    """`09:00 to 17:30`."""
    found = _HOURS.fullmatch(text)
    if found is None:
        raise ValueError(f'"{text}" are no working hours. Write 09:00 to 17:30.')
    first, second, third, fourth = map(int, found.groups())
    return time(first, second), time(third, fourth)


def day(text: str) -> date:
    """`2026-12-24`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f'"{text}" is no date. Write 2026-12-24.') from None


def _closures(sheet: Sheet, keys: Keys) -> tuple[date, ...]:
    if "closures" not in keys:
        return ()
    node = keys["closures"].value
    items = node.items if isinstance(node, Sequence) else (node,)
    return tuple(found for item in items if (found := sheet.grammar(item, "a date", day)) is not None)


def lists(sheet: Sheet, node: Node) -> dict[str, tuple[str, ...]]:
    """`lists:`, texts by name."""
    return {named(sheet, entry, "list"): sheet.texts(entry.value, "a text") for entry in sheet.named(node, "lists")}


def contacts(sheet: Sheet, node: Node) -> dict[str, str]:
    """`contacts:`, addresses of people outside by name."""
    return {
        named(sheet, entry, "contact"): sheet.grammar(entry.value, "an e-mail address", email) or ""
        for entry in sheet.named(node, "contacts")
    }


def guards(sheet: Sheet, node: Node) -> Guards:
    """`guards:`, for every source whose mapping has none of its own."""
    keys = sheet.fields(node, ("leavers", "percent", "first_messages"), "`guards`")
    leavers = sheet.grammar(keys["leavers"].value, "a number of people", _number) if "leavers" in keys else None
    percent = sheet.grammar(keys["percent"].value, "a number", _number) if "percent" in keys else None
    first = (
        sheet.one_of(keys["first_messages"].value, ("wait", "leave"), "first_messages")
        if "first_messages" in keys
        else ""
    )
    usual = Guards()
    return Guards(
        usual.leavers if leavers is None else int(leavers),
        usual.percent if percent is None else percent,
        "leave" if first == "leave" else "wait",
    )


def web(sheet: Sheet, node: Node) -> WebSettings:
    """`web:`, where people find the console."""
    keys = sheet.fields(node, ("url",), "`web`")
    return WebSettings(sheet.grammar(keys["url"].value, "a web address", web_address) or "" if "url" in keys else "")


def web_address(text: str) -> str:
    """The public address of the console, in small letters: scheme, host and port, nothing after them."""
    found = _WEB_ADDRESS.fullmatch(text.strip().lower())
    if found is None or int(found["port"] or 1) not in range(1, 65_536):
        raise ValueError(
            f'"{text}" is no address of a console. Write https://learning.example.com, with a port where it has one.'
        )
    return found["address"]


def _number(text: str) -> float:
    if re.fullmatch(r"\d{1,9}(\.\d+)?", text):
        return float(text)
    raise ValueError(f'"{text}" is no number. Write digits, as in 25.')


def kind(sheet: Sheet, node: Node) -> Kind:
    """What a value may be: a word (`text`), or a closed list of texts (`[ S, M, L ]`)."""
    if isinstance(node, Scalar):
        return Kind(cast(KindName, sheet.one_of(node, EXTRA_KINDS, "the kind of a value") or "text"))
    return Kind("text", choices=sheet.texts(node, "a text"))


def person(sheet: Sheet, node: Node, places: Places) -> tuple[dict[str, Kind], Mapping[str, tuple[str, ...]]]:
    """`person:`, what the organization adds to a person, and which values its own fields may have."""
    keys = sheet.fields(node, ("extra", "choices"), "`person`")
    extra: dict[str, Kind] = {}
    for entry in sheet.named(keys["extra"].value, "`extra`") if "extra" in keys else ():
        if not re.fullmatch(r"[a-z][a-z0-9_]*", entry.key.text):
            advice = "Write small letters, digits and _, beginning with a letter."
            sheet.say("W105", entry.key.place, f'"{entry.key.text}" cannot be the name of a field', advice=advice)
        places[f"person.extra.{entry.key.text}"] = entry.key.place
        extra[entry.key.text] = kind(sheet, entry.value)
    choices: dict[str, tuple[str, ...]] = {}
    for entry in sheet.named(keys["choices"].value, "`choices`") if "choices" in keys else ():
        if sheet.there(entry.key.place, entry.key.text, FIELDS, "field of a person"):
            choices[entry.key.text] = sheet.texts(entry.value, "a text")
    return extra, choices
