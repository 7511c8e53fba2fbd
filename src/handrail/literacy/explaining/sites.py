"""Where in a journey something is done: all the steps with one circumstance in one clause, `if step 3 or 5 stalls`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from handrail.literacy.explaining.homes import Home
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.voice import listed
from handrail.terms.plan import NONE, Together, UndoMove

_IF: Final = {
    "if_late": ("if {} stalls", "if {} stalls and that is answered then"),
    "if_fails": ("if {} fails", "if {} fails and that is answered then"),
    "if_not": ("if {} finds that it is not so", "if {} finds that it is not so and that is answered then"),
    "answers": ("if that is answered at {}", "if that is answered at {}"),
    "step": ("at {}", "at {}"),
    "rest": ("if it is still open when {} is over", "if it is still open when {} is over"),
    "when_no_longer": (
        "if the learner no longer belongs to the journey",
        "if the learner no longer belongs to the journey",
    ),
    "when_resumed": ("when the run goes on after a pause", "when the run goes on after a pause"),
}
"""By the place of a list of moves, and of a list that an answer to one of its questions leads to."""


def sites_said(t: Telling, sites: Iterable[Home]) -> str:
    """All the places, those of one kind together."""
    steps: dict[str, list[int]] = {}
    for site in sites:
        steps.setdefault(_IF[site.key][site.answered], []).append(site.step)
    return listed([_said(t, template, list(dict.fromkeys(numbers))) for template, numbers in steps.items()], "or")


def _said(t: Telling, template: str, steps: list[int]) -> str:
    if steps == [NONE]:
        return template
    comma = "," if len(steps) == 1 and not template.endswith("{}") else ""
    return template.format((t.named(steps[0]) if len(steps) == 1 else _numbers(t, steps)) + comma)


def _numbers(t: Telling, steps: list[int]) -> str:
    return f"step {listed([t.numbers[step] for step in steps], 'or')}"


def undone_at(t: Telling, step: int) -> list[Home]:
    """Where what this step did is taken back."""
    found = [Home(number, "rest") for number, above in t.around(step) if _undoes_rest(above.body)]
    for ladder, home in sorted(t.homes.items(), key=lambda each: (each[1].step, each[0])):
        moves = t.plan.ladders[ladder].moves
        if any(isinstance(move, UndoMove) and move.step in (NONE, step) for move in moves):
            found.append(home)
    return found


def _undoes_rest(body: object) -> bool:
    return isinstance(body, Together) and body.undo_the_rest
