"""`wait`: for a report of a connected system."""

from __future__ import annotations

from handrail.literacy.explaining.explanation import Sentence
from handrail.literacy.explaining.parts import StepParts
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.conditions import condition_said
from handrail.literacy.explaining.words.events import event_said, rest_of, source_of, system_said
from handrail.literacy.explaining.words.values import field_said, value_said
from handrail.literacy.explaining.words.voice import listed
from handrail.terms.plan import Wait


def told(t: Telling, step: int) -> StepParts:
    """What is waited for, from when on it counts, and when it is passed."""
    body = t.plan.steps[step].body
    assert isinstance(body, Wait), "the table leads here"
    more = rest_of(body.events, body.where)
    rest = f", and {condition_said(t, more)}" if more is not None else ""
    does = [t.of_step(step, f"Handrail waits until {event_said(t, body.events, body.where)}{rest}", "where")]
    if body.counts_from is not None:
        does.append(
            t.of_step(step, f"Only what happened from {value_said(t, body.counts_from)} on counts", "counts_from")
        )
    return StepParts(
        does=tuple(does),
        moves=(t.of_step(step, _moves(t, body), "wait"),),
        decisions=_passed(t, step, body),
        stalled="if it has not come {limit}",
        failed="if it comes and is not good enough",
        never_fails="Waiting cannot fail; it can only stall",
    )


def _passed(t: Telling, step: int, body: Wait) -> tuple[Sentence, ...]:
    if body.passes_if is None:
        return ()
    return (
        t.of_step(
            step, f"Handrail decides: the result is good enough if {condition_said(t, body.passes_if)}", "passes_if"
        ),
    )


def _moves(t: Telling, body: Wait) -> str:
    systems = list(dict.fromkeys(system_said(source) for kind in body.events if (source := source_of(t, kind))))
    fields = list(dict.fromkeys(_field(name) for kind in body.events for name in t.glossary.tells.get(kind, ())))
    what = f", with {listed(fields, 'and')}, as far as it tells them" if fields else ""
    return f"From {listed(systems, 'or') or 'whoever reports it'} to Handrail: the report{what}"


def _field(name: str) -> str:
    return "whether it was passed" if name == "passed" else f"the {field_said(name)}"
