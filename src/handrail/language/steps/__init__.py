"""The kinds of step, and how the steps of a file are laid out before they are compiled.

A new kind is a module here and a line in `KINDS`.
"""

from __future__ import annotations

from typing import Final

from handrail.language.draft import Draft
from handrail.language.names import ENDED_WELL, RESERVED, RESULT_FIELDS
from handrail.language.outline import Nested, Outline, StepKind
from handrail.language.problems import nearest
from handrail.language.source.mended import named_like
from handrail.language.source.tree import Entry, Mapping, Node
from handrail.language.steps import ask, check, choose, do, gather, pause, record, run, tell, together, turns, wait
from handrail.terms.plan import NONE

KINDS: Final[dict[str, StepKind]] = {
    kind.key: kind
    for kind in (
        do.KIND,
        ask.KIND,
        wait.KIND,
        tell.KIND,
        check.KIND,
        choose.KIND,
        together.KIND,
        gather.KIND,
        pause.KIND,
        run.KIND,
        record.KIND,
        turns.BACK,
        turns.FINISH,
        turns.STOP,
    )
}
"""By the key that names them."""


def lay_out(draft: Draft, node: Node) -> list[Outline]:
    """Every step of the file, in its order, numbered, with the lists around it and what it leaves behind."""
    outlines: list[Outline] = []
    _list(draft, outlines, Nested("", node.place, node if isinstance(node, Mapping) else None), (NONE, ()))
    if not isinstance(node, Mapping) or not node.entries:
        draft.shape(node, "steps, each with its name, stand here", named_like(node))
    for outline in outlines:
        outline.results = {**RESULT_FIELDS, **outline.kind.results(draft, outline)}
        if together_each(outline):
            outline.results = {**outline.results, **ENDED_WELL}
    return outlines


def together_each(outline: Outline) -> bool:
    """Whether the step does the same steps for each item of a list."""
    return outline.kind.key == "together" and bool(together.item_of(outline))


def _list(draft: Draft, outlines: list[Outline], nested: Nested, inside: tuple[int, tuple[str, ...]]) -> int:
    """Lays out one list; the number of its first step (NONE: it has none)."""
    parent, items = inside
    before: Outline | None = None
    first = NONE
    for entry in nested.steps.entries if nested.steps else ():
        outline = _step(draft, entry, len(outlines))
        if outline is None:
            continue
        outline.parent, outline.branch, outline.items = parent, nested.name, items
        outlines.append(outline)
        draft.parents.append(parent)
        draft.branches.append(nested.name)
        draft.kinds.append(outline.kind.key)
        if before is not None:
            before.next = outline.number
        first = outline.number if first == NONE else first
        within = (outline.number, (*items, together.item_of(outline)) if together_each(outline) else items)
        outline.inner = tuple((one, _list(draft, outlines, one, within)) for one in outline.kind.nested(draft, outline))
        before = outline
    return first


def _step(draft: Draft, entry: Entry, number: int) -> Outline | None:
    name, node = entry.key.text, entry.value
    _check_name(draft, entry)
    if not isinstance(node, Mapping):
        draft.shape(node, f'what step "{name}" does stands here')
        return None
    kind = _kind(draft, entry, node)
    if kind is None:
        return None
    draft.step_numbers.setdefault(name, number)
    keys = draft.fields(node, kind.allowed, f'a step of kind "{kind.key}"')
    return Outline(name, entry.key, keys, kind, number)


def _check_name(draft: Draft, entry: Entry) -> None:
    name = entry.key.text
    if name in draft.step_numbers:
        draft.say(
            "J110",
            entry.key.place,
            f'a step "{name}" stands above already',
            advice="Names of steps are unique in the file.",
        )
    elif name in RESERVED or name in {"true", "false"}:
        message = f'"{name}" has a meaning of its own and cannot name a step'
        draft.say(
            "J110", entry.key.place, message, allowed=RESERVED, title="words with a meaning", advice="Use another word."
        )
    elif not name.isidentifier():
        advice = "A name is one word: letters, digits and _, not beginning with a digit."
        draft.say("J110", entry.key.place, f'"{name}" cannot name a step', advice=advice)


def _kind(draft: Draft, entry: Entry, node: Mapping) -> StepKind | None:
    named = [one for one in node.entries if one.key.text in KINDS]
    if not named:
        _no_kind(draft, entry, node)
        return None
    if len(named) > 1:
        first, second = named[0].key.text, named[1]
        draft.say(
            "J112",
            second.key.place,
            f'step "{entry.key.text}" is of two kinds, "{first}" and "{second.key.text}"',
            advice="Make two steps of it.",
        )
        return None
    return KINDS[named[0].key.text]


def _no_kind(draft: Draft, entry: Entry, node: Mapping) -> None:
    for one in node.entries:
        close = nearest(one.key.text, KINDS)
        if close:
            advice = f'Did you mean "{close}"?'
            draft.say(
                "J113",
                one.key.place,
                f'"{one.key.text}" is not a kind of step',
                allowed=KINDS,
                title="kinds",
                advice=advice,
            )
            return
    message = f'step "{entry.key.text}" does not say what it does'
    draft.say("J113", entry.key.place, message, allowed=KINDS, title="kinds", advice="Write one of them.")
