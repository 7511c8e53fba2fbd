"""The words on a map: lanes, boxes and what stands on the lines, short enough for a box.

How conditions, values, events and calls are said is as `explain` says it, so that both speak alike; here it is only made shorter.
"""

from __future__ import annotations

from typing import Final

from handrail.insight.telling.wording import words_of
from handrail.literacy.drawing.graph import Lane
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.actions import action_said
from handrail.literacy.explaining.words.conditions import condition_said, everyone_said
from handrail.literacy.explaining.words.events import event_said, rest_of, system_said
from handrail.literacy.explaining.words.owners import role_said
from handrail.literacy.explaining.words.texts import message_said, text_said
from handrail.literacy.explaining.words.times import limit_said, schedule_said, tries_said
from handrail.literacy.explaining.words.values import value_said
from handrail.literacy.explaining.words.voice import WHOSE, listed, spoken, title_of
from handrail.terms.expression import Expression, Path
from handrail.terms.plan import (
    NONE,
    Branch,
    Do,
    DoMove,
    GoBack,
    GoBackStep,
    HandTo,
    Limit,
    Owner,
    OwnerPath,
    RecordMove,
    Retry,
    RunMove,
    Start,
    TellMove,
    Text,
    Together,
    UndoMove,
    Wait,
)

HANDRAIL: Final = Lane("handrail", "Handrail", "handrail")
_SOURCES: Final = {"person": "HR data", "journey": "other journeys", "assessment": "assessment tool"}


def short(text: str) -> str:
    """What `explain` says, without saying whose every time: `level is 4 or more`."""
    return spoken(text.replace(WHOSE, ""))


def condition(t: Telling, asked: Expression | None) -> str:
    """A condition as it follows *if*."""
    return short(condition_said(t, asked)) if asked is not None else ""


# Owners and systems


def owner_lane(t: Telling, owner: Owner, mine: Owner = ()) -> Lane:
    """The lane of an owner: the first of those it names. `mine` is the step's own, for the word `owner`."""
    first = owner[0] if owner else OwnerPath("accountable")
    if first.kind == "owner":
        return owner_lane(t, mine) if mine else Lane("owner:owner", "Its owner", "owner")
    if first.kind == "accountable" and t.plan.accountable:
        return owner_lane(t, t.plan.accountable)
    said = _one(t, first)
    return Lane(f"owner:{said}", _upper(said), "owner")


def owners(t: Telling, owner: Owner, mine: Owner = ()) -> str:
    """All that an owner names, in the order in which they are asked for. `mine` is the step's own, for the word `owner`."""
    named = mine if mine and owner and owner[0].kind == "owner" else owner
    return " or ".join(_one(t, path) for path in named) or _one(t, OwnerPath("accountable"))


def _one(t: Telling, path: OwnerPath) -> str:  # noqa: PLR0911 - a kind of owner a line
    match path.kind:
        case "owner":
            return "its owner"
        case "accountable" if t.plan.accountable:
            return _one(t, t.plan.accountable[0])
        case "manager":
            return "manager" + "’s manager" * (path.up - 1)
        case "path":
            return _named_by(t, path.value)
        case "team":
            return f"{path.name} team"
        case "role":
            return role_said(path.name)
        case "person":
            return f"person {path.name}"
        case "contact" | "email":
            return path.name or _value(t, path.value)
        case kind:
            return kind


def _named_by(t: Telling, value: Expression | None) -> str:
    if isinstance(value, Path) and len(value.names) > 1 and value.names[0] in t.step_names:
        return f"whom {t.title(value.names[0])} named"
    return _value(t, value)


def _value(t: Telling, value: Expression | None) -> str:
    return short(value_said(t, value)).removeprefix("the ") if value is not None else "someone"


def system_lane(name: str) -> Lane:
    """The lane of the system that an action or an event belongs to: what stands before the dot."""
    prefix = name.partition(".")[0]
    return Lane(f"system:{prefix}", _upper(_SOURCES.get(prefix) or system_said(prefix).removeprefix("the ")), "system")


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


# Boxes


def start_words(t: Telling, start: Start) -> tuple[str, ...]:
    """What begins a run, and for whom."""
    if start.event:
        about = short(event_said(t, (start.event,), start.where))
        rest = rest_of((start.event,), start.where) or start.for_
        return (f"when {about}", *((f"if {condition(t, rest)}",) if rest is not None else ()))
    if start.every:
        everyone = (f"for everyone {spoken(everyone_said(t, start.for_))}",) if start.for_ is not None else ()
        return (schedule_said(start.every), *everyone)
    return (f"asked for by {owners(t, start.request)}",)


def call_words(t: Telling, body: Do | DoMove) -> str:
    """What a system does: `enrolls the learner in the course SAFE-010`."""
    said = short(action_said(t, body.action, body.arguments))
    return said.removeprefix(system_said(body.action.partition(".")[0])).strip()


def wait_words(t: Telling, body: Wait) -> str:
    """What is waited for."""
    rest = rest_of(body.events, body.where)
    asked = f", and {condition(t, rest)}" if rest is not None else ""
    return f"waits until {short(event_said(t, body.events, body.where))}{asked}"


def message_words(t: Telling, name: str) -> str:
    """A message by its subject, or by its name."""
    return message_said(t, name).removesuffix(f" ({name})").removeprefix("the ")


def limit_words(t: Telling, limit: Limit | None) -> str:
    """`within 30 days`, `until 30 days after the first day`, or nothing."""
    if limit is None:
        return ""
    return f"within {limit.within}" if limit.until is None else short(limit_said(t, limit))


def pause_words(t: Telling, limit: Limit) -> str:
    """How long a pause lasts."""
    return f"lets {limit.within} pass" if limit.until is None else f"waits {limit_words(t, limit)}"


def recorded(names: tuple[str, ...]) -> str:
    """What is recorded for the reports."""
    return f"records {listed([words_of(name) for name in names], 'and')}"


def reason_of(t: Telling, text: Text) -> str:
    """The reason of an end."""
    return text_said(t, text).strip("“”")


# Moves


def aside_words(t: Telling, move: TellMove | DoMove | RecordMove | RunMove | UndoMove) -> str:
    """A move that takes no time: what is done on the way."""
    said = _aside(t, move)
    return f"if {condition(t, move.only_if)}: {said}" if move.only_if is not None else said


def _aside(t: Telling, move: TellMove | DoMove | RecordMove | RunMove | UndoMove) -> str:
    match move:
        case TellMove(to=to, message=message):
            return f"{message_words(t, message)} to {owners(t, to)}"
        case DoMove(action=action):
            return f"{system_said(action.partition('.')[0])} {call_words(t, move)}"
        case RecordMove(values=values):
            return recorded(tuple(values))
        case RunMove(journey=journey):
            return f"begins the journey {journey_words(t, journey)}"
        case UndoMove(step=step):
            return "takes back all that was done" if step == NONE else f"takes back {t.title(t.plan.steps[step].name)}"


def journey_words(t: Telling, journey: str) -> str:
    """Another journey by its title, or by its name."""
    return f"“{t.glossary.journeys.get(journey, journey)}”"


def handed_title(t: Telling, move: HandTo, mine: Owner) -> str:
    """To whom a handoff is handed."""
    return f"Handed to {owners(t, move.to, mine)}"


def hand_words(t: Telling, move: HandTo) -> tuple[str, ...]:
    """What somebody is asked whom a handoff is handed to, and how long there is for it."""
    return (*((text_said(t, move.question),) if move.question else ()), limit_words(t, move.limit))


def retry_words(move: Retry) -> str:
    """`tried again 6 times over 4 hours`."""
    return f"tried again {tries_said(move.rule)}"


def back_words(move: GoBack | GoBackStep) -> str:
    """`back after 7 days, at most 2 times`."""
    after = f"after {move.after}, " if move.after is not None else ""
    return f"back {after}at most {_times(move.at_most)}"


def used_up(move: GoBack | GoBackStep) -> str:
    """What is said of the way that is taken when going back is used up."""
    return f"after going back {_times(move.at_most)}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


# Branches


def branch_words(t: Telling, branch: Branch) -> str:
    """Which branch of a `choose` it is, and when it is taken."""
    asked = f"if {condition(t, branch.condition)}" if branch.condition is not None else "otherwise"
    return f"{title_of(branch.name)}: {asked}"


def together_words(t: Telling, body: Together) -> str:
    """What is done side by side."""
    if body.item:
        items = short(value_said(t, body.items)) if body.items is not None else "the list"
        return f"the same for each {words_of(body.item)} in {items}"
    return f"{len(body.branches)} ways side by side"
