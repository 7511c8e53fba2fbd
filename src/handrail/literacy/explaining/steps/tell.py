"""`tell`: sends a message."""

from __future__ import annotations

from handrail.literacy.explaining.parts import StepParts
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.owners import as_subject, owner_said
from handrail.literacy.explaining.words.texts import message_said
from handrail.terms.plan import Tell


def told(t: Telling, step: int) -> StepParts:
    """Who is sent which message, and how."""
    body = t.plan.steps[step].body
    assert isinstance(body, Tell), "the table leads here"
    who, way = owner_said(t, body.to, step), f" by {body.by}" if body.by else ""
    return StepParts(
        does=(t.of_step(step, f"{as_subject(who)} is sent {message_said(t, body.message)}{way}", "tell"),),
        moves=(t.of_step(step, f"From Handrail to {who}: the message", "message"),),
        never_stalls="It cannot stall: it is over when the message is accepted for delivery",
        failed=f"if {as_subject(who)} cannot be reached",
    )
