"""What the engine must put into a plan's worlds, and what wakes its runs: read off the finished plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from handrail.terms.expression import Call, Expression, Node, Path, Slot, walk
from handrail.terms.plan import Needs, OwnerPath, Plan, Step, Wait

_UP = 2
_OF_THE_RECORD = frozenset({"completed_on", "passed_on", "holds", "expires_on", "running", "finished_on"})


def waits_for(steps: Iterable[Step]) -> frozenset[str]:
    """The kinds of event that some wait takes."""
    return frozenset(event for step in steps if isinstance(step.body, Wait) for event in step.body.events)


def looks_at_today(*conditions: Expression | None) -> bool:
    """Whether one of them may turn out otherwise merely because a day began."""
    return any(
        (isinstance(node, Path) and node.names == ("today",)) or (isinstance(node, Call) and node.function == "holds")
        for condition in conditions
        if condition is not None
        for node in walk(condition)
    )


def needs_of(plan: Plan) -> Needs:
    """Managers up, the sponsor, the learning record, teams and roles that the plan's owners and conditions name."""
    owners = list(owners_in(plan))
    nodes = [node for expression in expressions_in(plan) for node in walk(expression)]
    calls = [node for node in nodes if isinstance(node, Call)]
    paths = [node.names for node in nodes if isinstance(node, Path)]
    in_team = {getattr(one.arguments[0], "text", "") for one in calls if one.function == "in_team"}
    ups = [path.up for path in owners if path.kind == "manager"] + [names.count("manager") for names in paths]
    return Needs(
        managers_up=max([_UP, *ups]),
        sponsor=any(path.kind == "sponsor" for path in owners) or any("sponsor" in names for names in paths),
        record=any(one.function in _OF_THE_RECORD for one in calls),
        teams=tuple(sorted({path.name for path in owners if path.kind == "team"} | in_team)),
        roles=tuple(sorted({path.name for path in owners if path.kind == "role"})),
    )


def owners_in(value: object) -> Iterator[OwnerPath]:
    """Every way to an owner anywhere in a part of a plan."""
    if isinstance(value, OwnerPath):
        yield value
    for inner in _inside(value):
        yield from owners_in(inner)


def expressions_in(value: object) -> Iterator[Expression]:
    """Every condition and value anywhere in a part of a plan, each whole."""
    if isinstance(value, Slot):
        yield value.value
    elif isinstance(value, Node):
        yield value  # type: ignore[misc]
    else:
        for inner in _inside(value):
            yield from expressions_in(inner)


def _inside(value: object) -> Iterable[object]:
    match value:
        case Node():
            return ()
        case Struct():
            return [getattr(value, name) for name in value.__struct_fields__]
        case Mapping():
            return value.values()
        case tuple():
            return value
        case _:
            return ()
