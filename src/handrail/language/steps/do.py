"""`do`: has a connected system act."""

from __future__ import annotations

from handrail.language.draft import Draft
from handrail.language.moves.parts import call_of, days_of
from handrail.language.outline import Outline, StepKind, Work
from handrail.language.source.tree import Scalar
from handrail.terms.catalog import Kind
from handrail.terms.plan import Do


def _compile(work: Work) -> Do:
    draft = work.draft
    action, arguments, object_ = call_of(draft, work.outline.keys, work.spot("with"))
    undo = work.outline.node("undo")
    name = ""
    if undo is not None:
        scalar = draft.scalar(undo, "an action stands here")
        name = scalar.text if scalar else ""
        if scalar is not None:
            _check_undo(work, scalar, action)
    days = days_of(draft, action, arguments, work.spot("with"))
    return Do(action=action, arguments=arguments, undo=name, object=object_, days=days)


def _check_undo(work: Work, scalar: Scalar, action: str) -> None:
    """The undo must be an action that is there, and the one its connector declares for this."""
    declared = work.draft.catalog.actions.get(action)
    if scalar.text not in work.draft.catalog.actions:
        work.draft.named(scalar, scalar.text, work.draft.catalog.actions, "action", "to its connector", "J114")
    elif declared is not None and declared.undo != scalar.text:
        takes_back = f'Write "{declared.undo}".' if declared.undo else "Leave it out: nothing takes it back."
        work.draft.say("J114", scalar.place, f"{scalar.text} does not take back {action}", advice=takes_back)


def _results(draft: Draft, outline: Outline) -> dict[str, Kind]:
    """What the action gives back; of one that is unknown (and was refused) whatever any does."""
    node = outline.node("do")
    action = draft.catalog.actions.get(node.text) if isinstance(node, Scalar) else None
    if action is not None:
        return dict(action.gives)
    return {name: kind for one in draft.catalog.actions.values() for name, kind in one.gives.items()}


KIND = StepKind("do", ("do", "with", "undo"), _compile, _results, whole=True, fails=True, cohort=True)
