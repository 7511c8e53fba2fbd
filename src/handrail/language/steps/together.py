"""`together`: branches side by side, or the same steps for each item of a list."""

from __future__ import annotations

import re
from typing import Final

from handrail.language.draft import Draft
from handrail.language.expressions import BROKEN, value
from handrail.language.names import RESERVED
from handrail.language.outline import Nested, Outline, StepKind, Work
from handrail.language.source.mended import named_like
from handrail.language.source.tree import Mapping, Scalar
from handrail.terms.expression import Expression, NamedList
from handrail.terms.plan import Branch, Together

_EACH: Final = re.compile(r"each (\S+) in (.+)")


def item_of(outline: Outline) -> str:
    """The name of the item in `each NAME in LIST`, or ""."""
    node = outline.keys["together"].value
    found = _EACH.fullmatch(node.text) if isinstance(node, Scalar) else None
    return found[1] if found else ""


def _nested(draft: Draft, outline: Outline) -> tuple[Nested, ...]:
    node, steps = outline.keys["together"].value, outline.node("steps")
    if isinstance(node, Scalar):
        return _each(draft, outline, node)
    if steps is not None:
        message = "`steps` belongs to `each NAME in LIST`, and here stand named branches"
        draft.say("J112", outline.keys["steps"].key.place, message, advice="Put the steps into a branch.")
    if not isinstance(node, Mapping) or not node.entries:
        draft.shape(node, "branches, each with a name and its steps, stand here", named_like(node))
        return ()
    for entry in node.entries:
        if not isinstance(entry.value, Mapping):
            draft.shape(entry.value, f'the steps of branch "{entry.key.text}" stand here', named_like(entry.value))
    return tuple(
        Nested(entry.key.text, entry.key.place, entry.value if isinstance(entry.value, Mapping) else None)
        for entry in node.entries
    )


def _each(draft: Draft, outline: Outline, node: Scalar) -> tuple[Nested, ...]:
    steps = outline.node("steps")
    item = item_of(outline)
    if not item:
        draft.say("J109", node.place, f'"{node.text}" does not name a list', advice="Write each line in modules.lines.")
    elif not item.isidentifier() or item in RESERVED or item in draft.step_numbers:
        draft.say("J110", node.place, f'"{item}" cannot be the name of an item', advice="Use another word.")
    if not isinstance(steps, Mapping):
        draft.say(
            "J106", outline.key.place, f'step "{outline.name}" has no `steps` for each item', advice="Write `steps:`."
        )
        return ()
    return (Nested("each", outline.keys["steps"].key.place, steps),)


def _compile(work: Work) -> Together:
    draft, outline = work.draft, work.outline
    branches = tuple(Branch(nested.name, first, None, draft.number(nested.place)) for nested, first in outline.inner)
    rest = outline.node("the_rest")
    word = draft.scalar(rest, "undo stands here") if rest is not None else None
    node = outline.keys["together"].value
    return Together(
        branches=branches,
        needs=_needs(work, len(branches)),
        undo_the_rest=bool(word and draft.one_of(word, ("undo",), "`the_rest`")),
        item=item_of(outline),
        items=_items(work, node) if isinstance(node, Scalar) and item_of(outline) else None,
    )


def _needs(work: Work, branches: int) -> int:
    node = work.outline.node("needs")
    scalar = work.draft.scalar(node, "all, any or a number stands here") if node is not None else None
    if scalar is None or scalar.text == "all":
        return 0
    if scalar.text == "any":
        return 1
    count = int(scalar.text) if scalar.text.isdecimal() and len(scalar.text) < 4 else 0
    most = 100 if item_of(work.outline) else branches
    if not 1 <= count <= most:
        work.draft.say(
            "J109",
            scalar.place,
            f'`needs` cannot be "{scalar.text}"',
            advice=f"Write all, any, or a number from 1 to {most}.",
        )
        return 0
    return 0 if count == branches and not item_of(work.outline) else count


def _items(work: Work, node: Scalar) -> Expression:
    found = _EACH.fullmatch(node.text)
    assert found is not None
    written = found[2]
    place = work.draft.source.stretch(node, found.span(2))
    if written.startswith("list:"):
        name = written.removeprefix("list:")
        work.draft.named(
            Scalar(name, quoted=False, place=place), name, work.draft.catalog.lists, "list", "in handrail.yaml"
        )
        return NamedList(name)
    scalar = Scalar(written, quoted=False, place=place)
    return value(work.draft, scalar, work.spot("together"), ("list",), "what follows `in`") if written else BROKEN


KIND = StepKind(
    "together",
    ("together", "steps", "needs", "the_rest"),
    _compile,
    nested=_nested,
    whole=True,
    own_limit=True,
    own_fails=True,
)
