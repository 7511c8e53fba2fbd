"""How a journey ends: every way to its end with the reason that is kept, and where it is taken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from handrail.literacy.explaining.explanation import Sentence
from handrail.literacy.explaining.homes import Home
from handrail.literacy.explaining.sites import sites_said
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.texts import text_said
from handrail.terms.plan import NONE, End, EndStep, Text


def ending(t: Telling) -> Iterator[Sentence]:
    """Well, then not: each reason with the steps at which it may be given."""
    last = next(_last(t), NONE)
    if last != NONE:
        yield t.say(f"It ends well when {t.named(last)}, is over", t.plan.steps[last].place)
    for how, word in (("finish", "finished"), ("stop", "stopped")):
        found: dict[str, list[_Way]] = {}
        for way in _ends(t, how):
            found.setdefault(text_said(t, way.reason), []).append(way)
        for reason, ways in found.items():
            yield t.say(f"It is {word} with {reason} {sites_said(t, [way.home for way in ways])}", ways[0].place)


class _Way(NamedTuple):
    reason: Text
    home: Home
    place: int


def _last(t: Telling) -> Iterator[int]:
    yield from (
        number
        for number, step in enumerate(t.plan.steps)
        if step.parent == NONE and step.next == NONE and not isinstance(step.body, EndStep)
    )


def _ends(t: Telling, how: str) -> Iterator[_Way]:
    for number, step in enumerate(t.plan.steps):
        if isinstance(step.body, EndStep) and step.body.how == how:
            yield _Way(step.body.reason, Home(number, "step"), step.place)
    for ladder, home in sorted(t.homes.items(), key=lambda each: (each[1].step, each[0])):
        for move in t.plan.ladders[ladder].moves:
            if isinstance(move, End) and move.how == how:
                yield _Way(move.reason, home, move.place)
