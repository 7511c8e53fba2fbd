"""Whose an answer is, and how it reads to somebody who may not see everything in it. What is hidden reads *hidden*.

That a viewer may ask about a person at all is for the page to look at, with `whose`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import structs

from handrail.insight.answer import Answer, Because
from handrail.insight.finding import find
from handrail.insight.past import Past, then_of
from handrail.insight.rights import HIDDEN, Viewer
from handrail.insight.telling.wording import path_text
from handrail.insight.whys.references import Reference, read_reference
from handrail.terms.values import Instant, whole_number

_OTHERS: Final = ("manager", "sponsor")
"""What leads from a person to the values of another."""


def whose(past: Past, of: str) -> int:
    """The own id of the person whom an answer about `of` is about; 0: nobody, or several."""
    named = read_reference(of)
    if named is None:
        found = find(past, of).persons
        return found[0] if len(found) == 1 else 0
    return _of_reference(past, named)


def _of_reference(past: Past, named: Reference) -> int:
    match named.kind:
        case "person":
            return named.numbers[0]
        case "run" | "handoff" | "call" | "message":
            run = past.run(named.numbers[0])
            return run.person if run is not None else 0
        case "event":
            row = past.row(named.numbers[0])
            return row.person or 0 if row is not None else 0
        case "file":
            return 0
        case "row" | "value":
            table = "sync_line" if named.kind == "row" else "sync_value"
            ask = f"SELECT person FROM {table} WHERE sync = ? AND line = ?"  # noqa: S608 - one of two constants
            found = past.store.database.read(ask, named.numbers[:2])
            return int(found[0][0] or 0) if found else 0


def as_seen(past: Past, answer: Answer, viewer: Viewer, at: Instant) -> Answer:
    """The answer with what the viewer may not see in it hidden: others' values, and people of the same name."""
    if viewer.everywhere:
        return answer
    if answer.verdict == "several":
        return structs.replace(answer, because=tuple(each for each in answer.because if _sees(past, each, viewer, at)))
    secret = {fact: instead for each in answer.because for fact, instead in _secrets(each).items()}
    if not secret:
        return answer
    return structs.replace(
        answer,
        sentence=_without(answer.sentence, secret),
        because=tuple(_hidden(each, secret) for each in answer.because),
        ruled_out=tuple(_without(text, secret) for text in answer.ruled_out),
    )


def _sees(past: Past, each: Because, viewer: Viewer, at: Instant) -> bool:
    number = whole_number(each.seen.get("person", "").removeprefix("P-"))
    return number is not None and viewer.sees(number, past.person(number, then_of(at)))


def _secrets(each: Because) -> Mapping[str, str]:
    """What is said of somebody else's value, and what is said instead."""
    if not each.clause or not _of_another(each.subject):
        return {}
    return {each.text.partition("; needed: ")[0]: f"{path_text(each.subject)} is {HIDDEN}"}


def _of_another(path: str) -> bool:
    names = path.split(".")
    return len(names) > 2 and names[0] in ("person", "was") and names[1] in _OTHERS


def _hidden(each: Because, secret: Mapping[str, str]) -> Because:
    seen = {path: HIDDEN if _of_another(path) else value for path, value in each.seen.items()}
    return structs.replace(each, text=_without(each.text, secret), seen=seen)


def _without(text: str, secret: Mapping[str, str]) -> str:
    for fact, instead in secret.items():
        text = text.replace(fact, instead)
    return text
