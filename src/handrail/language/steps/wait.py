"""`wait`: waits for an event of a connected system, or the first of several."""

from __future__ import annotations

from msgspec import structs

from handrail.language.draft import Draft
from handrail.language.expressions import condition, value
from handrail.language.names import EVENT_FIELDS, Names
from handrail.language.outline import Outline, StepKind, Work
from handrail.language.problems import nearest
from handrail.language.source.tree import Node, Scalar, Sequence
from handrail.terms.catalog import DATE, Catalog, EventType, Kind
from handrail.terms.expression import Expression
from handrail.terms.plan import Wait

NEVER_WAITED_FOR = frozenset({"person.appeared", "person.merged"})


def event_named(draft: Draft, scalar: Scalar) -> EventType | None:
    """The kind of event that is named, or None with what is wrong said."""
    if scalar.text in NEVER_WAITED_FOR:
        message = f"{scalar.text} is kept in the ledger only: nothing starts by it or waits for it"
        draft.say("J114", scalar.place, message, advice="Use person.hired or person.changed.")
        return None
    found = draft.catalog.events.get(scalar.text)
    if found is None:
        there = sorted(set(draft.catalog.events) - NEVER_WAITED_FOR)
        close = nearest(scalar.text, there)
        draft.say(
            "J114",
            scalar.place,
            f'no connection tells an event "{scalar.text}"',
            allowed=there,
            title="events here",
            advice=f'Did you mean "{close}"?' if close else "Use one of them, or connect a system that tells it.",
        )
    return found


def event_fields(catalog: Catalog, kinds: list[str]) -> dict[str, Kind]:
    """What an event of one of these kinds tells; of none that is known, whatever any tells (the kind itself was refused)."""
    fields = dict(EVENT_FIELDS)
    for kind in kinds or catalog.events:
        found = catalog.events.get(kind)
        fields.update(found.fields if found else {})
    if len(kinds) > 1:
        fields["kind"] = Kind("text", tuple(kinds), may_be_empty=False)
    return fields


def _events(draft: Draft, node: Node) -> list[str]:
    items = node.items if isinstance(node, Sequence) else (node,)
    scalars = [scalar for scalar in (draft.scalar(one, "an event stands here") for one in items) if scalar]
    return [scalar.text for scalar in scalars if event_named(draft, scalar)]


def _quietly(draft: Draft, outline: Outline) -> list[str]:
    return _events(Draft(draft.source, draft.catalog), outline.keys["wait"].value)


def _compile(work: Work) -> Wait:
    draft, outline = work.draft, work.outline
    events = _events(draft, outline.keys["wait"].value)
    if not events and isinstance(outline.keys["wait"].value, Sequence) and not outline.keys["wait"].value.items:
        draft.say("J107", work.place("wait"), "no event is named", advice="Write `wait: lms.completed`.")
    names = work.names.with_roots({"event": event_fields(draft.catalog, events)})
    passes = _condition(work, "passes_if", names)
    if passes is not None and "if_fails" not in outline.keys:
        draft.say(
            "J111",
            work.place("passes_if"),
            "`passes_if` stands here without `if_fails`: nothing says what happens when it is not passed",
            advice="Write `if_fails:` with what happens then.",
        )
    if passes is None and "if_fails" in outline.keys:
        draft.say(
            "J112", work.place("if_fails"), "a `wait` fails only by its `passes_if`", advice="Leave `if_fails` out."
        )
    return Wait(
        events=tuple(events),
        where=_condition(work, "where", names),
        passes_if=passes,
        counts_from=_counts_from(work),
    )


def _condition(work: Work, key: str, names: Names) -> Expression | None:
    node = work.outline.node(key)
    scalar = work.draft.scalar(node, "a condition stands here") if node is not None else None
    if scalar is None:
        return None
    work.draft.mark(f"{work.outline.name}.{key}", scalar.place)
    return condition(work.draft, scalar, work.spot(key, names))


def _counts_from(work: Work) -> Expression | None:
    node = work.outline.node("counts_from")
    scalar = work.draft.scalar(node, "a date, or opening, stands here") if node is not None else None
    if scalar is None:
        return None
    names = work.names.with_roots({}, {"opening": Kind("moment", may_be_empty=False), "today": DATE})
    work.draft.mark(f"{work.outline.name}.counts_from", scalar.place)
    return value(work.draft, scalar, work.spot("counts_from", names), ("date", "moment"), "`counts_from`")


def _results(draft: Draft, outline: Outline) -> dict[str, Kind]:
    """The event's fields; any of them is empty where the wait was skipped."""
    fields = event_fields(draft.catalog, _quietly(draft, outline))
    return {name: structs.replace(kind, may_be_empty=True) for name, kind in fields.items()}


KIND = StepKind(
    "wait",
    ("wait", "where", "passes_if", "counts_from"),
    _compile,
    _results,
    whole=True,
    own_limit=True,
    cohort=True,
)
