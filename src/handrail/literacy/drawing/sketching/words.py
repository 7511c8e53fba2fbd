"""The words on a map: lanes, boxes and what stands on the lines, short enough for a box.

The same in whole sentences is `explain`'s matter; who an owner is on a given day is known to a run, not to a plan.
"""

from __future__ import annotations

from typing import Final

from handrail.conditions.printing import show, show_text
from handrail.insight.telling.wording import event_text, path_text
from handrail.literacy.drawing.graph import Lane
from handrail.terms.expression import All, Constant, Expression, Is, Path, Slot
from handrail.terms.plan import NONE as NO_STEP
from handrail.terms.plan import (
    Argument,
    Branch,
    Do,
    DoMove,
    GoBack,
    GoBackStep,
    HandTo,
    Limit,
    Owner,
    OwnerPath,
    Plan,
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
_ACRONYMS: Final = {word.lower(): word for word in ("HR", "LMS", "HRIS", "LRS", "SOP", "API", "QA", "FTE", "CRM")}
_SOURCES: Final = {"person": "HR system", "journey": "Other journeys", "assessment": "Assessment"}


def title_of(name: str) -> str:
    """A name of the file as it is read: `two_more_weeks` → `Two more weeks`, `hr-partner` → `HR partner`."""
    words = [_ACRONYMS.get(word.lower(), word) for word in name.replace("_", " ").replace("-", " ").split()]
    return f"{words[0][:1].upper()}{words[0][1:]} {' '.join(words[1:])}".strip() if words else name


def text_of(text: Text) -> str:
    """A text of the file; what is filled in stands in brackets."""
    return "".join(part if isinstance(part, str) else f"[{path_text(show(part.value))}]" for part in text)


# Owners and systems


def owner_lane(plan: Plan, owner: Owner, mine: Owner = ()) -> Lane:
    """The lane of an owner: the first of those it names. `mine` is the step's own, for the word `owner`."""
    first = owner[0] if owner else OwnerPath("accountable")
    if first.kind == "owner":
        return owner_lane(plan, mine) if mine else Lane("owner:owner", "Its owner", "owner")
    if first.kind == "accountable" and plan.accountable:
        return owner_lane(plan, plan.accountable)
    return Lane(f"owner:{one_owner(first)}", _upper(one_owner(first)), "owner")


def one_owner(path: OwnerPath) -> str:  # noqa: PLR0911 - a kind of owner a line
    """An owner in words: `manager’s manager`, `learning operations`."""
    match path.kind:
        case "manager":
            return "manager" + "’s manager" * (path.up - 1)
        case "path":
            return _named_by(path.value)
        case "team":
            return f"{title_of(path.name)} team"
        case "role":
            return title_of(path.name)
        case "person":
            return f"person {path.name}"
        case "contact" | "email":
            return title_of(path.name) if path.name else _value(path.value)
        case kind:
            return kind


def owners(plan: Plan, owner: Owner, mine: Owner = ()) -> str:
    """All that an owner names, in the order in which they are asked for. `mine` is the step's own, for the word `owner`."""
    named = mine if mine and owner and owner[0].kind == "owner" else owner
    return " or ".join(_one(plan, path) for path in named) or _one(plan, OwnerPath("accountable"))


def _one(plan: Plan, path: OwnerPath) -> str:
    if path.kind == "owner":
        return "its owner"
    if path.kind == "accountable" and plan.accountable:
        return one_owner(plan.accountable[0])
    return one_owner(path)


def _named_by(value: Expression | None) -> str:
    if isinstance(value, Path) and len(value.names) > 1 and value.names[0] not in ("person", "was", "start", "event"):
        return f"whom “{title_of(value.names[0])}” named"
    return _value(value)


def _value(value: Expression | None) -> str:
    return path_text(show(value)) if value is not None else "someone"


def system_lane(name: str) -> Lane:
    """The lane of the system that an action or an event belongs to: what stands before the dot."""
    prefix = name.partition(".")[0]
    return Lane(f"system:{prefix}", _SOURCES.get(prefix, title_of(prefix)), "system")


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


# Boxes


def start_words(plan: Plan, start: Start) -> tuple[str, ...]:
    """What begins a run, and for whom."""
    if start.event:
        about = start.where or start.for_
        return (f"on {event_noun(start.event)}", *([f"if {condition(about)}"] if about else []))
    if start.every:
        return (f"every {start.every}", *([f"for all with {condition(start.for_)}"] if start.for_ else []))
    return (f"asked for by {owners(plan, start.request)}",)


def event_noun(kind: str) -> str:
    """`course completion`, or the name of an event that has no words."""
    noun = event_text(kind).partition(" (")[0]
    return noun if noun != kind else kind.replace(".", " ").replace("_", " ")


def call_words(body: Do | DoMove) -> str:
    """What a system is to do, and with what: `enroll SAFE-010`."""
    what = title_of(body.action.partition(".")[2] or body.action)
    about = argument(body.arguments[body.object]) if body.object in body.arguments else ""
    return f"{what} {about}".strip()


def wait_words(body: Wait) -> str:
    """What is waited for, and of what: `waits for course completion: SAFE-010`."""
    about = _about(body.where)
    return f"waits for {' or '.join(map(event_noun, body.events))}" + (f": {about}" if about else "")


def _about(where: Expression | None) -> str:
    """The first thing that a condition on an event fixes to one value."""
    for test in where.tests if isinstance(where, All) else (where,):
        if isinstance(test, Is) and isinstance(test.left, Path) and test.left.names[0] == "event":
            return test.right.text if isinstance(test.right, Constant) else f"[{show(test.right)}]"
    return ""


def argument(value: Argument) -> str:
    """What is handed to a system, as it is written."""
    return "".join(part if isinstance(part, str) else _slot(part) for part in value)


def _slot(slot: Slot) -> str:
    return f"[{path_text(show(slot.value))}]"


def limit_words(limit: Limit | None) -> str:
    """`within 30 days`, `until the first day + 30 days`, or nothing."""
    if limit is None:
        return ""
    return f"within {limit.within}" if limit.within is not None else f"until {condition(limit.until)}"


def pause_words(limit: Limit) -> str:
    """How long a pause lasts."""
    return f"lets {limit.within} pass" if limit.within is not None else limit_words(limit)


def condition(expression: Expression | None) -> str:
    """A condition as in the file, without the word that every path begins with."""
    return show(expression).replace("person.", "").replace("_", " ") if expression is not None else ""


# Moves


def aside_words(plan: Plan, move: TellMove | DoMove | RecordMove | RunMove | UndoMove) -> str:
    """A move that takes no time: what is done on the way."""
    said = _aside(plan, move)
    return f"if {condition(move.only_if)}: {said}" if move.only_if is not None else said


def _aside(plan: Plan, move: TellMove | DoMove | RecordMove | RunMove | UndoMove) -> str:
    match move:
        case TellMove(to=to, message=message):
            return f"tells {owners(plan, to)}: {title_of(message)}"
        case DoMove(action=action):
            return f"{system_lane(action).title}: {call_words(move)}"
        case RecordMove(values=values):
            return f"records {', '.join(title_of(name).lower() for name in values)}"
        case RunMove(journey=journey):
            return f"begins the journey {title_of(journey)}"
        case UndoMove(step=step):
            return "undoes all" if step == NO_STEP else f"undoes {title_of(plan.steps[step].name)}"


def handed_title(plan: Plan, move: HandTo, mine: Owner) -> str:
    """To whom a handoff is handed."""
    return f"Handed to {owners(plan, move.to, mine)}"


def hand_words(move: HandTo) -> tuple[str, ...]:
    """What somebody is asked whom a handoff is handed to, and how long there is for it."""
    return (*((f"“{text_of(move.question)}”",) if move.question else ()), limit_words(move.limit))


def retry_words(move: Retry) -> str:
    """`after 6 tries over 4 hours`."""
    times = move.rule.times
    return f"after {times} {'try' if times == 1 else 'tries'} over {move.rule.over}"


def reason_of(text: Text) -> str:
    """The reason of an end."""
    return text_of(text) or show_text(text)


def back_words(move: GoBack | GoBackStep) -> str:
    """`back after 7 days, at most 2 times`."""
    times = "once" if move.at_most == 1 else f"{move.at_most} times"
    return f"back {f'after {move.after}, ' if move.after is not None else ''}at most {times}"


def used_up(move: GoBack | GoBackStep) -> str:
    """What is said of the way that is taken when going back is used up."""
    return f"after {'once' if move.at_most == 1 else f'{move.at_most} times'}"


# Branches


def branch_words(branch: Branch) -> str:
    """When a branch of a `choose` is taken."""
    return f"if {condition(branch.condition)}" if branch.condition is not None else "otherwise"


def together_words(body: Together) -> str:
    """What is done side by side."""
    if body.item:
        return f"the same for each {title_of(body.item).lower()} in {condition(body.items)}"
    return f"{len(body.branches)} ways side by side"
