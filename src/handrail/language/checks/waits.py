"""Waits that any event of their kind ends, since nothing asks which course, assessment or certificate it is about.

Whether what is asked can be true is `handrail.conditions`' matter.
"""

from __future__ import annotations

from collections.abc import Iterator

from handrail.language.draft import Draft
from handrail.language.outline import Outline
from handrail.terms.expression import Constant, Expression, Path, Slot, walk
from handrail.terms.plan import Do, Plan, Wait

_OBJECTS_NAMED_MAX = 5


def check(draft: Draft, plan: Plan, outlines: list[Outline]) -> None:
    """Says which waits take an event about anything, and what the journey's own calls suggest to ask for."""
    for step, outline in zip(plan.steps, outlines, strict=True):
        if not isinstance(step.body, Wait) or _asks_which(draft, step.body):
            continue
        about = next(_objects(draft, step.body), "")
        if about:
            written = "nothing asks which" if step.body.where is None else "`where` does not ask which"
            draft.say(
                "J148",
                outline.keys["where" if step.body.where else "wait"].value.place,
                f'any {about} ends "{step.name}": {written} {about} it is about',
                advice=_advice(plan, step.body.where, about),
            )


def _objects(draft: Draft, wait: Wait) -> Iterator[str]:
    """What the events are about, each by the field that names it."""
    for kind in wait.events:
        found = draft.catalog.events.get(kind)
        if found is not None and found.object:
            yield found.object


def _asks_which(draft: Draft, wait: Wait) -> bool:
    """Whether `where` reads a field that says what an event is about: its object, or another name (an edition)."""
    if wait.where is None:
        return False
    told = [draft.catalog.events[kind] for kind in wait.events if kind in draft.catalog.events]
    names = {name for event in told for name, kind in event.fields.items() if kind.name == "text"}
    names |= set(_objects(draft, wait))
    read = {node.names[1] for node in walk(wait.where) if isinstance(node, Path) and node.names[0] == "event"}
    return bool(names & read)


def _advice(plan: Plan, where: Expression | None, about: str) -> str:
    """What to write: the objects that the journey's own calls name, if they name any."""
    named = list(dict.fromkeys(_called_with(plan, about)))[:_OBJECTS_NAMED_MAX]
    quoted = [f'"{one}"' for one in named]
    test = f"in [{', '.join(quoted)}]" if len(quoted) > 1 else " ".join(["is", *(quoted or ['"…"'])])
    verb = "Add to it" if where is not None else "Write"
    joined = "and " if where is not None else "where: "
    any_ = f"`{joined}event.{about} is not empty`"
    return f"{verb} `{joined}event.{about} {test}`. If any {about} will do, say so: {any_}."


def _called_with(plan: Plan, about: str) -> Iterator[str]:
    for step in plan.steps:
        parts = step.body.arguments.get(about, ()) if isinstance(step.body, Do) else ()
        if len(parts) == 1:
            part = parts[0]
            inner = part.value if isinstance(part, Slot) else None
            if isinstance(part, str):
                yield part
            elif isinstance(inner, Constant):
                yield inner.text
