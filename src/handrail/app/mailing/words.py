"""Our own words in mail, in each language that we write: everything that the author of a journey did not write.

A language that is not here is written in English. Whatever an author wrote comes in the receiver's language where they did.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from handrail.insight.answering.otherwise import WORDS as OTHERWISE
from handrail.insight.answering.otherwise import Otherwise, What
from handrail.insight.telling.wording import END_OF_DAY, due_day

_DAYS_DE: Final = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
_MONTHS_DE: Final = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember",
)  # fmt: skip


class Words(Struct, frozen=True):
    """One language. `subjects` by template; braces are filled with what a sentence is about."""

    hello: str
    hello_all: str
    subjects: Mapping[str, str]
    many: str
    about: str
    since: str
    before: str
    until: str
    late: str
    otherwise: str
    answers: str
    answer_here: str
    answer_button: str
    sign_in: str
    holder: str
    yours: str
    for_somebody: str
    once: str
    came_back: str
    out_of_reach: str
    many_more: str
    and_: str
    moves: Mapping[What, str]


_EN: Final = Words(
    hello="Hello {},",
    hello_all="Hello,",
    subjects={
        "handoff": "Please: {}",
        "reminder": "Still open: {}",
        "late": "Past its time: {}",
        "moved": "Handed on: {}",
        "incidents": "Needs you: {}",
    },
    many="{} things wait for you",
    about="About: {}, in “{}”",
    since="Open since: {}",
    before="Who had it before: {}",
    until="Until: {}",
    late="It was to be done by {}",
    otherwise="If nothing is done: {}",
    answers="Possible answers: {}",
    answer_here="Answer here: {}",
    answer_button="Answer",
    sign_in="Or sign in: {}",
    holder="{} answers for it now.",
    yours="You answer for it now.",
    for_somebody="You read this in place of {}, who is away.",
    once="A link answers this one question, once, without a password. Please do not forward it.",
    came_back="The letter to {} came back ({}). They do not know yet what waits for them: give it to somebody else, or have the address corrected.",
    out_of_reach="{} has been out of reach since {}: {}. What waits for it leaves by itself when it answers again.",
    many_more="And {} more: see them in the console, under Incidents.",
    and_=" and ",
    moves=OTHERWISE,
)
_DE: Final = Words(
    hello="Hallo {},",
    hello_all="Hallo,",
    subjects={
        "handoff": "Bitte: {}",
        "reminder": "Noch offen: {}",
        "late": "Überfällig: {}",
        "moved": "Weitergegeben: {}",
        "incidents": "Braucht Sie: {}",
    },
    many="{} Dinge warten auf Sie",
    about="Es geht um: {}, in „{}“",
    since="Offen seit: {}",
    before="Zuvor war zuständig: {}",
    until="Bis: {}",
    late="Es sollte erledigt sein bis {}",
    otherwise="Wenn nichts geschieht: {}",
    answers="Mögliche Antworten: {}",
    answer_here="Hier antworten: {}",
    answer_button="Antworten",
    sign_in="Oder melden Sie sich an: {}",
    holder="Zuständig ist jetzt: {}.",
    yours="Zuständig sind jetzt Sie.",
    for_somebody="Sie lesen dies in Vertretung von {}.",
    once="Ein Link beantwortet diese eine Frage, einmal und ohne Kennwort. Bitte leiten Sie ihn nicht weiter.",
    came_back="Der Brief an {} kam zurück ({}). Was dort wartet, ist noch nicht bekannt: Geben Sie es weiter, oder lassen Sie die Adresse berichtigen.",
    out_of_reach="{} ist seit {} nicht erreichbar: {}. Was darauf wartet, geht von selbst weiter, sobald es wieder antwortet.",
    many_more="Und {} weitere: in der Konsole unter „Incidents“.",
    and_=", und ",
    moves={
        "told": "{} wird benachrichtigt",
        "asked for": "{} wird angefordert",
        "begun": "der Ablauf {} beginnt",
        "taken back": "was getan war, wird zurückgenommen",
        "handed": "es geht an {}",
        "extended": "die Frist verlängert sich um: {}",
        "again": "es wird noch einmal versucht",
        "back": "der Ablauf geht zurück zu Schritt {}",
        "assumed": "als Antwort gilt „{}“",
        "goes on": "der Ablauf geht ohne Antwort weiter",
        "left out": "dieser Schritt entfällt",
        "finished": "der Ablauf endet hier",
        "stopped": "der Ablauf wird abgebrochen",
        "closed": "es wird geschlossen, und niemand sieht es sich mehr an",
    },
)
LANGUAGES: Final[Mapping[str, Words]] = {"en": _EN, "de": _DE}


def words_in(language: str) -> Words:
    """Our words in that language, or in English."""
    return LANGUAGES.get(language.partition("-")[0], _EN)


def moment_in(language: str, moment: datetime, zone: str) -> str:
    """`Thursday 26 March 2026, 17:00 (Europe/Berlin)`, in that language."""
    local = moment.astimezone(ZoneInfo(zone))
    if language.partition("-")[0] == "de":
        day, month = _DAYS_DE[local.weekday()], _MONTHS_DE[local.month - 1]
        return f"{day}, {local.day}. {month} {local.year}, {local:%H:%M} Uhr ({zone})"
    return f"{local:%A} {local.day} {local:%B %Y}, {local:%H:%M} ({zone})"


def until_in(language: str, limit: datetime, zone: str) -> str:
    """A limit in that language: midnight is the end of the day before."""
    day, time = due_day(limit, zone)
    if language.partition("-")[0] == "de":
        return f"{_DAYS_DE[day.weekday()]}, {day.day}. {_MONTHS_DE[day.month - 1]} {day.year}, {time} Uhr ({zone})"
    said = f"{day:%A} {day.day} {day:%B %Y}"
    return f"the end of {said} ({zone})" if time == END_OF_DAY else f"{said}, {time} ({zone})"


def otherwise_in(words: Words, found: Otherwise) -> str:
    """What happens when nobody does anything, without the moment and without a full stop; empty: nothing by itself."""
    return words.and_.join(words.moves[what].format(about) for what, about in found.moves_once)
