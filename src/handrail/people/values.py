"""How one cell's text becomes a value, or a reason why it cannot be right.

A reader per kind of field, made once from its rule and remembering what it read: the same texts come again and again.
Nothing here knows rows, columns or people.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Final, TypeAlias

from msgspec import Struct

from handrail.calendar.zones import zone_of
from handrail.people.mappings.mapping import CLOSED, FieldRule
from handrail.terms.values import Value

SHORT_YEAR: Final = "its year has two digits, and may be of either century"
REMEMBERED_MAX: Final = 20_000
TEXT_MAX: Final = 1_000
YEARS: Final = range(1900, 2200)
_DOTTED: Final = r"[^\s@,;<>.]+(?:\.[^\s@,;<>.]+)*"
_EMAIL: Final = re.compile(f"{_DOTTED}@{_DOTTED}")
"""No dot stands beside another, or first or last (RFC 5321, 4.1.2, in any script): no mail server takes such an address."""

_SHORT_YEAR: Final = re.compile(r"\d{1,2}([./-])\d{1,2}\1\d\d", re.ASCII)
_COUNTRY: Final = re.compile(r"[A-Za-z]{2}")
_NUMBER: Final = re.compile(r"[+-]?\d{1,15}(\.\d{1,9})?")
_TRUTHS: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


UNKNOWN_VALUE: Final = "unknown value"
WRITTEN_OTHERWISE: Final = ("not a date as", "not a number", "neither yes nor no", "no country code", "no time zone")
"""How the reasons begin that may be the mapping's fault: the source writes its values otherwise than it says."""


class Wrong(Struct, frozen=True):
    """A value that cannot be right: `why` in words, and what was `seen`. It is withheld, never applied."""

    why: str
    seen: str = ""


Read: TypeAlias = Callable[[str], "Value | Wrong"]


class Memory(dict[str, "Value | Wrong"]):
    """What a reader made of each text so far; forgets everything when it is full."""

    __slots__ = ("_read",)

    def __init__(self, read: Read) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> Value | Wrong:
        if len(self) >= REMEMBERED_MAX:
            self.clear()
        value = self[text] = self._read(text)
        return value


def reader_of(rule: FieldRule) -> Memory:
    """From a cell's text to the field's value. Blank, and each word of `empty`, is None; space around it is cut off."""
    kinds: dict[str, Callable[[FieldRule], Read]] = {
        "text": _text,
        "number": _number,
        "date": _date,
        "truth": _truth,
        "email": lambda _: _email,
        "country": _country,
        "zone": lambda _: _zone,
        "word": _text,
        "person": lambda _: _as_it_is,
        "person by email": lambda _: _small_letters,
    }
    read = _vocabulary(rule, kinds[rule.kind](rule))
    blank = {word.strip().casefold() for word in rule.empty} | {""}

    def value(text: str) -> Value | Wrong:
        text = text.strip()
        return None if text.casefold() in blank else read(text)

    return Memory(value)


def _vocabulary(rule: FieldRule, read: Read) -> Read:
    """First the words of the mapping, then what the rule says of others."""
    words, closed = rule.values, CLOSED.get(rule.field, ())
    if not words and not closed:
        return read

    def value(text: str) -> Value | Wrong:
        known = words.get(text.casefold())
        if known is not None:
            return known
        if not words and text in closed:
            return text
        if rule.unknown == "keep" and not closed:
            return read(text)
        return None if rule.unknown == "empty" else Wrong(UNKNOWN_VALUE, text)

    return value


def _text(rule: FieldRule) -> Read:
    letters, replace = rule.letters, tuple((_whole_word(old), new) for old, new in rule.replace.items())

    def value(text: str) -> Value | Wrong:
        text = " ".join(text.split())
        if len(text) > TEXT_MAX:
            return Wrong(f"longer than {TEXT_MAX} characters", text[:40])
        for old, new in replace:
            text = old.sub(new.replace("\\", "\\\\"), text)
        return text.upper() if letters == "capitals" else text.lower() if letters == "small" else text

    return value


def _whole_word(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")


def _as_it_is(text: str) -> Value | Wrong:
    return text


def _small_letters(text: str) -> Value | Wrong:
    return text.lower()


def _number(rule: FieldRule) -> Read:
    def value(text: str) -> Value | Wrong:
        plain = text.replace(",", ".") if rule.decimal == "," else text
        return float(plain) if _NUMBER.fullmatch(plain) else Wrong("not a number", text)

    return value


def _date(rule: FieldRule) -> Read:
    patterns = [_date_pattern(form) for form in rule.dates]
    expected = " or ".join(rule.dates)

    def value(text: str) -> Value | Wrong:
        for pattern in patterns:
            if found := pattern.fullmatch(text):
                return _day(found, text)
        return Wrong(SHORT_YEAR if _SHORT_YEAR.fullmatch(text) else f"not a date as {expected}", text)

    return value


def _date_pattern(form: str) -> re.Pattern[str]:
    """Where both parts are separated, 3/9/2026 is read as 03/09/2026."""
    short = r"\d\d" if re.fullmatch(r"[YMD]+", form) else r"\d{1,2}"
    pattern = re.escape(form).replace("YYYY", r"(?P<y>\d{4})")
    return re.compile(pattern.replace("MM", rf"(?P<m>{short})").replace("DD", rf"(?P<d>{short})"), re.ASCII)


def _day(found: re.Match[str], text: str) -> Value | Wrong:
    try:
        day = date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError:
        return Wrong("no day of the calendar", text)
    return day if day.year in YEARS else Wrong(f"not in the years {YEARS.start} to {YEARS.stop - 1}", text)


def _truth(_: FieldRule) -> Read:
    def value(text: str) -> Value | Wrong:
        truth = _TRUTHS.get(text.casefold())
        return Wrong("neither yes nor no", text) if truth is None else truth

    return value


def _email(text: str) -> Value | Wrong:
    return text.lower() if _EMAIL.fullmatch(text) else Wrong("no e-mail address", text)


def _country(rule: FieldRule) -> Read:
    def value(text: str) -> Value | Wrong:
        if not _COUNTRY.fullmatch(text):
            return Wrong("no country code of two letters", text)
        return text.lower() if rule.letters == "small" else text.upper()

    return value


def _zone(text: str) -> Value | Wrong:
    try:
        zone_of(text)
    except ValueError:
        return Wrong("no time zone of the IANA database", text)
    return text
