"""A name in a form that is nobody's, or several people's: said with the field's label, and with those who may be meant to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from handrail.app.answering.filled import answer_shown
from handrail.app.answering.refusing import NotTaken, WhoIsIt
from handrail.insight.desk.persons.called import Candidate, called_so
from handrail.insight.finding import SHOWN_MAX
from handrail.insight.past import Past
from handrail.insight.rights import Viewer

LABELS: Final = {"person": "To a person", "away": "Who is away", "delegate": "Who acts in their name"}
"""How fields are labeled that no journey names."""


class Unclear(Struct, frozen=True):
    """What is wrong with what was sent, as a page says it; `candidates` by the field they are for."""

    error: str = ""
    what_to_do: str = ""
    wrong: Mapping[str, str] = {}
    candidates: Mapping[str, tuple[Candidate, ...]] = {}


def unclear(past: Past, viewer: Viewer, refused: NotTaken) -> Unclear:
    """How the refusal is said to whoever sent the form."""
    if not isinstance(refused, WhoIsIt):
        wrong = refused.more.get("fields")
        return Unclear(refused.error, refused.what_to_do, wrong if isinstance(wrong, dict) else {})
    label, text = LABELS.get(refused.field, answer_shown(refused.field)), refused.text[:100]
    if not refused.many:
        advice = "Look how it is written, or write their number in the HR system, or their address."
        return Unclear(f"{label}: nobody is known as “{text}”.", advice, {refused.field: "names nobody"})
    found = called_so(past, viewer, refused.text)
    many = f"more than {SHOWN_MAX}" if refused.many > SHOWN_MAX else str(refused.many)
    return Unclear(
        f"{label}: {many} people are called “{text}”.",
        _advice(found, refused.many),
        {refused.field: f"names {many} people"},
        {refused.field: found},
    )


def _advice(found: tuple[Candidate, ...], many: int) -> str:
    otherwise = "write their number in the HR system, or their address"
    if not found:
        return f"You see none of them here: {otherwise}."
    more = f" There are others whom you do not see: to name one, {otherwise}." if many > len(found) else ""
    return f"Choose whom you mean.{more}"
