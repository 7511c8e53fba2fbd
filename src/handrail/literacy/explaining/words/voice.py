"""How a sentence speaks of the person whose run it is: *the learner* first, then *they*; *who* and *whose* after *everyone*.

Clauses are made with marks instead of pronouns, for only the whole sentence knows which one fits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from handrail.insight.telling.wording import words_of

WHOSE: Final = "\ue000"
"""Stands for *the learner's*, *their* or *whose*."""
WHO: Final = "\ue001"
"""Stands for *the learner*, *they* or *who*; a `verb` follows."""
WHOM: Final = "\ue005"
"""Stands for *the learner* or *them*, where something is done to them."""
_VERB: Final = re.compile("\ue002([^\ue003]*)\ue003([^\ue004]*)\ue004")
_MARK: Final = re.compile(f"[{WHOSE}{WHO}{WHOM}]")
_OTHERS: Final = re.compile(r"\b(?:manager|sponsor)\b")


def verb(one: str, many: str) -> str:
    """A verb that follows `WHO`: `has` for one, `have` after *they*."""
    return f"\ue002{one}\ue003{many}\ue004"


def spoken(text: str, name: str = "the learner") -> str:
    """The text with `name` where they are spoken of first, and *they* from then on, unless somebody else is near."""
    unclear = _OTHERS.search(text) is not None
    named = text.find(name)
    found: list[str] = []
    at, known = 0, False
    for mark in _MARK.finditer(text):
        known = known or 0 <= named < mark.start()
        they = known and not unclear
        called = "" if they else "the learner" if known else name
        rest, after = _one(text, mark.start(), called)
        found += (text[at : mark.start()], rest)
        at, known = after, True
    return "".join(found) + text[at:]


def _one(text: str, at: int, called: str) -> tuple[str, int]:
    """What stands for the mark at `at`, and where the text goes on; `called` is empty for *they*."""
    if text[at] == WHOSE:
        return (f"{called}'s " if called else "their "), at + 1
    if text[at] == WHOM:
        return called or "them", at + 1
    following = _VERB.match(text, at + 2)
    name = called or "they"
    if following is None:
        return name, at + 1
    return f"{name} {following[1 if called else 2]}", following.end()


def _verbs(text: str, *, many: bool) -> str:
    return _VERB.sub(lambda found: found[2 if many else 1], text)


def relative(clause: str) -> str:
    """The clause after *everyone*: `whose level is 4`, `who has not left`, `for whom today is later than 1 April`."""
    head, rest = clause[:1], clause[1:]
    if head == WHOSE:
        return f"whose {relative_rest(rest)}"
    if head == WHO:
        return f"who{relative_rest(_VERB.sub(lambda found: found[1], rest, count=1))}"
    return f"for whom {relative_rest(clause)}"


def relative_rest(text: str) -> str:
    """The rest of a clause after *everyone*, where the person is *they*."""
    return _verbs(text.replace(WHOSE, "their ").replace(WHO, "they").replace(WHOM, "them"), many=True)


def listed(parts: Sequence[str], word: str) -> str:
    """`DE, FR or NL`; with parts that hold such words themselves, a comma stands before each."""
    if len(parts) < 2:
        return "".join(parts)
    comma = "," if any(re.search(r" (?:and|or) |,", part) for part in parts) else ""
    if len(parts) == 2:
        return f"{parts[0]}{comma} {word} {parts[1]}"
    return f"{', '.join(parts[:-1])}{comma} {word} {parts[-1]}"


def sentence(text: str) -> str:
    """The text as a sentence: a capital first, a full stop at its end unless it has one."""
    made = spoken(text).strip()
    made = made[:1].upper() + made[1:]
    return made if made.endswith((".", ":", "?”", "!”", ".”", "?", "!")) else f"{made}."


def title_of(name: str) -> str:
    """A name of the file as a title: `two_more_weeks` → `Two more weeks`."""
    words = words_of(name)
    return words[:1].upper() + words[1:]


def with_article(noun: str) -> str:
    """`a score`, `an end date`."""
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"
