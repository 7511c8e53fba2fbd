"""messages/*.md: a text for each language, sent by `message:` of a journey.

A part begins with a line `# en: subject`; what follows, up to the next such line, is its text. Values stand in braces as in
a journey. Which results a text may name depends on the journey that sends it; what can be said without one is said here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

from handrail.app.reading.sheet import Sheet
from handrail.conditions.parse import parse_text
from handrail.conditions.problems import ConditionError
from handrail.language.problems import nearest
from handrail.terms.expression import Path, Slot, walk
from handrail.terms.problem import Place

_HEAD: Final = re.compile(r"# ([a-z]{2,3}(?:-[A-Z]{2})?): (.*\S)\s*")
HANDOFF: Final = ("due", "link", "owner")


class MessageText(Struct, frozen=True):
    """A message in one language, as written: values in braces are not filled.

    `names` are the first names of the values in it (`person`, `buddy`), with the first place of each.
    """

    subject: str
    body: str
    names: Mapping[str, Place] = {}


def read_message(sheet: Sheet, languages: Iterable[str], person_fields: Iterable[str]) -> dict[str, MessageText]:
    """The text by language. What is wrong is noted in the sheet."""
    found: dict[str, MessageText] = {}
    heads = [(at, match) for at, line in enumerate(sheet.source.lines) if (match := _HEAD.fullmatch(line))]
    first = heads[0][0] if heads else len(sheet.source.lines)
    if not heads or any(line.strip() for line in sheet.source.lines[:first]):
        advice = "Begin each language with a line like `# en: Your course is open`, which is the subject."
        sheet.say("W108", sheet.top, "the message does not begin with a language and a subject", advice=advice)
    allowed, fields = tuple(languages), tuple(person_fields)
    for number, (at, match) in enumerate(heads):
        end = heads[number + 1][0] if number + 1 < len(heads) else len(sheet.source.lines)
        place = Place(sheet.source.file, at + 1, 3, len(match[1]))
        sheet.there(place, match[1], allowed, "language")
        if match[1] in found:
            sheet.say("W108", place, f'the language "{match[1]}" stands here a second time', advice="Keep one of them.")
            continue
        body = "\n".join(sheet.source.lines[at + 1 : end]).strip()
        if not body:
            sheet.say("W108", place, "the message says nothing in this language", advice="Write its text below.")
        names = _slots(sheet, at + 1, match[2], match.start(2), fields)
        for line in range(at + 1, end):
            names = _slots(sheet, line + 1, sheet.source.lines[line], 0, fields) | names
        found[match[1]] = MessageText(match[2], body, names)
    return found


def _slots(sheet: Sheet, line: int, text: str, shift: int, fields: tuple[str, ...]) -> dict[str, Place]:
    """What stands in braces in one line: the first names there, with their places."""
    try:
        parts = parse_text(text)
    except ConditionError as error:
        for finding in error.findings:
            start, end = finding.span
            place = Place(sheet.source.file, line, shift + start + 1, max(1, end - start))
            sheet.say(finding.code, place, finding.message, finding.allowed, advice=finding.advice)
        return {}
    names: dict[str, Place] = {}
    for path in (
        node for part in parts if isinstance(part, Slot) for node in walk(part.value) if isinstance(node, Path)
    ):
        whole = ".".join(path.names)
        place = Place(sheet.source.file, line, shift + max(text.find(whole), 0) + 1, len(whole))
        names.setdefault(path.names[0], place)
        _known(sheet, place, path, fields)
    return names


def _known(sheet: Sheet, place: Place, path: Path, fields: tuple[str, ...]) -> None:
    """Says it where a person or a handoff has no such field."""
    known: Mapping[str, tuple[str, ...]] = {"person": fields, "handoff": HANDOFF}
    first, rest = path.names[0], path.names[1:]
    if first not in known or (rest and rest[0] in known[first]):
        return
    allowed = tuple(f"{first}.{name}" for name in known[first])
    close = nearest(".".join(path.names), allowed)
    advice = f'Did you mean "{close}"?' if close else "Write one of them."
    sheet.say("W106", place, f'there is no "{".".join(path.names)}"', allowed, advice=advice)
