"""What a step and a move of the same name have in common: the call of a `do`, the message of a `tell`, a limit.

Each reads its part of a mapping's keys and says what is wrong with it.
"""

from __future__ import annotations

from typing import Final

from handrail.calendar.durations import parse_duration
from handrail.language.draft import Draft, Keys
from handrail.language.expressions import Spot, argument, kind_of_argument, value
from handrail.language.source.tree import Mapping, Scalar
from handrail.terms.expression import Constant, Slot
from handrail.terms.plan import NONE, Argument, GoBack, Limit

BY: Final = ("work e-mail", "private e-mail", "chat")
_PHASES: Final = ("before", "after")


def message_of(draft: Draft, keys: Keys, what: str, key: Scalar) -> tuple[str, str]:
    """The message and the way of a `tell`, step or move."""
    entry, by = keys.get("message"), keys.get("by")
    name = ""
    if entry is None:
        draft.say("J106", key.place, f'{what} has no "message"', advice="Write `message: NAME`, for messages/NAME.md.")
    else:
        scalar = draft.scalar(entry.value, "the name of a message stands here")
        name = scalar.text if scalar else ""
        if scalar and draft.named(scalar, name, draft.catalog.messages, "message", "as messages/NAME.md", "J115"):
            draft.messages.append((name, scalar.place))
    way = draft.scalar(by.value, "a way to be told stands here") if by else None
    return name, draft.one_of(way, BY, "`by`") if way else ""


def call_of(draft: Draft, keys: Keys, spot: Spot) -> tuple[str, dict[str, Argument], str]:
    """Action, arguments and the name of the argument that the call is about, of a `do`."""
    scalar = draft.scalar(keys["do"].value, "an action stands here")
    if scalar is None:
        return "", {}, ""
    action = draft.catalog.actions.get(scalar.text)
    if action is None:
        _no_action(draft, scalar)
    arguments: dict[str, Argument] = {}
    entry = keys.get("with")
    known = tuple(action.takes) if action else ()
    if entry is not None:
        listed = draft.fields(entry.value, known, scalar.text) if action else {}
        for name, one in sorted(listed.items()):
            text_ = draft.scalar(one.value, f'a value for "{name}" stands here')
            if text_ is not None and action is not None:
                arguments[name] = argument(draft, text_, spot, action.takes[name], f'"{name}" of {scalar.text}')
    for name in action.required if action else ():
        if name not in arguments and (
            entry is None or not isinstance(entry.value, Mapping) or entry.value.get(name) is None
        ):
            draft.say("J118", scalar.place, f'{scalar.text} needs "{name}"', advice=f"Write `with: {{ {name}: … }}`.")
    return scalar.text, arguments, action.object if action else ""


def days_of(draft: Draft, action: str, arguments: dict[str, Argument], spot: Spot) -> tuple[str, ...]:
    """The arguments that the action takes as dates and that are given as moments: the day of each is meant."""
    declared = draft.catalog.actions.get(action)
    takes = declared.takes if declared else {}
    return tuple(
        name
        for name, parts in arguments.items()
        if takes[name].name == "date" and kind_of_argument(parts, spot.names).name == "moment"
    )


def _no_action(draft: Draft, scalar: Scalar) -> None:
    connection, _, _ = scalar.text.partition(".")
    if connection not in draft.catalog.connections:
        draft.named(scalar, connection, draft.catalog.connections, "connection", "in handrail.yaml", "J114")
        return
    there = [name for name in draft.catalog.actions if name.partition(".")[0] == connection]
    draft.named(scalar, scalar.text, there, "action", "to its connector", "J114")


def measures_of(draft: Draft, keys: Keys, spot: Spot) -> tuple[dict[str, Argument], str]:
    """The values and the phase of a `record`, step or move; each is a value, written without braces."""
    node = keys["record"].value
    values: dict[str, Argument] = {}
    if not isinstance(node, Mapping) or not node.entries:
        draft.shape(
            node, "measures, each with its value, stand here", "Write record: { confidence: coaching.confidence }."
        )
        return {}, ""
    for entry in sorted(node.entries, key=lambda entry: entry.key.text):
        scalar = draft.scalar(entry.value, "a value stands here")
        if scalar is None:
            continue
        if scalar.quoted and not scalar.text.startswith("{"):
            values[entry.key.text] = (Slot(Constant("text", scalar.text)),)
        elif scalar.text.startswith("{"):
            values[entry.key.text] = argument(draft, scalar, spot, None, entry.key.text)
        else:
            values[entry.key.text] = (Slot(value(draft, scalar, spot)),)
    phase = keys.get("phase")
    word = draft.scalar(phase.value, "before or after stands here") if phase else None
    return values, draft.one_of(word, _PHASES, "`phase`") if word else ""


def journey_of(draft: Draft, keys: Keys, spot: Spot) -> tuple[str, dict[str, Argument]]:
    """The journey a `run` begins, and the values it is given."""
    scalar = draft.scalar(keys["run"].value, "the name of a journey stands here")
    if scalar is None:
        return "", {}
    head = draft.catalog.journeys.get(scalar.text)
    if scalar.text != draft.journey and head is None:
        draft.named(scalar, scalar.text, draft.catalog.journeys, "journey", "under journeys/", "J117")
    arguments: dict[str, Argument] = {}
    entry = keys.get("with")
    if entry is not None and head is not None:
        for name, one in sorted(draft.fields(entry.value, head.start_values, f'"{scalar.text}"').items()):
            text_ = draft.scalar(one.value, f'a value for "{name}" stands here')
            if text_ is not None:
                arguments[name] = argument(draft, text_, spot, None, name)
    return scalar.text, arguments


def limit_of(draft: Draft, keys: Keys, spot: Spot) -> Limit | None:
    """`within` or `until`, if either is there."""
    within, until = keys.get("within"), keys.get("until")
    if within is not None and until is not None:
        draft.say("J112", until.key.place, "`within` and `until` stand side by side", advice="Keep one of them.")
    if within is not None:
        scalar = draft.scalar(within.value, "a duration stands here")
        return Limit(within=draft.grammar(scalar, parse_duration)) if scalar else None
    if until is not None:
        scalar = draft.scalar(until.value, "a date stands here")
        return Limit(until=value(draft, scalar, spot, ("date", "moment"), "a limit")) if scalar else None
    return None


def back_of(draft: Draft, keys: Keys, spot: Spot) -> GoBack:
    """Where a `go_back_to` leads, after what time, how often at most."""
    scalar = draft.scalar(keys["go_back_to"].value, "the name of a step stands here")
    after, most = keys.get("after"), keys.get("at_most")
    pause = draft.scalar(after.value, "a duration stands here") if after else None
    times = draft.scalar(most.value, "a number stands here") if most else None
    if most is None:
        advice = "Write `at_most: 2`; after that the next move follows."
        draft.say("J124", keys["go_back_to"].key.place, "this does not say how often it may go back", advice=advice)
    if times is not None and not (times.text.isdecimal() and 1 <= int(times.text[:6]) <= 1000):
        draft.say("J109", times.place, f'"{times.text}" is not how often', advice="Write a number from 1 to 1000.")
        times = None
    target = _back_to(draft, scalar, spot.step) if scalar else NONE
    return GoBack(
        step=target,
        after=draft.grammar(pause, parse_duration) if pause else None,
        at_most=int(times.text) if times else 1,
    )


def _back_to(draft: Draft, scalar: Scalar, step: int) -> int:
    target = draft.step_number(scalar)
    if target == NONE or step == NONE:
        return target
    around = draft.lists_around(step)
    here = (draft.parents[target], draft.branches[target])
    if target > around.get(here, NONE):
        later = here in around
        reason = "stands later" if later else "stands inside another branch"
        draft.say(
            "J124",
            scalar.place,
            f'"{scalar.text}" {reason}: one goes back to this or an earlier step of the same or an enclosing list',
            advice="Name an earlier step.",
        )
    return target
