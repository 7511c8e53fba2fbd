"""`do`: has a connected system act."""

from __future__ import annotations

from handrail.insight.telling.wording import words_of
from handrail.literacy.explaining.parts import StepParts
from handrail.literacy.explaining.sites import sites_said, undone_at
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.actions import action_said, handed_over, system_of
from handrail.literacy.explaining.words.voice import listed
from handrail.terms.plan import Do


def told(t: Telling, step: int) -> StepParts:
    """What the system does, what it is handed and gives back, and what takes it back."""
    body = t.plan.steps[step].body
    assert isinstance(body, Do), "the table leads here"
    system = system_of(body.action)
    return StepParts(
        does=(t.of_step(step, action_said(t, body.action, body.arguments), "do"),),
        moves=(
            t.of_step(step, f"From Handrail to {system}: {handed_over(t, body.arguments)}", "with"),
            t.of_step(step, _back(t, body, system), "do"),
            *([t.of_step(step, _undone(t, step, body), "undo")] if body.undo else []),
        ),
        stalled="if it is not done {limit}",
        failed=f"if {system} refuses, or cannot be reached",
        time="It may take {limit}, counted from the first try",
    )


def _back(t: Telling, body: Do, system: str) -> str:
    gives = [words_of(name) for name in t.glossary.gives.get(body.action, ())]
    what = f", along with {listed([f'“{name}”' for name in gives], 'and')}" if gives else ""
    return f"Back from {system}: that it is done{what}"


def _undone(t: Telling, step: int, body: Do) -> str:
    what = action_said(t, body.undo, body.arguments)
    sites = undone_at(t, step)
    if not sites:
        return f"It could be taken back ({what}), but this journey never does"
    return f"It is taken back {sites_said(t, sites)}: {what}"
