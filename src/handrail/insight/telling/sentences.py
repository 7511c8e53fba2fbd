"""Recorded reasons as sentences: one for each rule that the core and the engine say, in STYLE.md's plain words.

A rule that has no sentence here is said as it stands, with what was seen; nothing is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from handrail.conditions.printing import show
from handrail.insight.past import PlanKept
from handrail.insight.telling.wording import (
    ABOUT,
    NameOf,
    call_name,
    due_text,
    event_said,
    event_text,
    owner_text,
    value_text,
    words_of,
)
from handrail.terms.decision import Reason
from handrail.terms.event import Event
from handrail.terms.expression import All, Constant, Expression, Is, Path
from handrail.terms.plan import NONE, Ask, Do, Pause, Plan, Run, Step, Tell, Wait
from handrail.terms.state import Pass

_FAILURES: Final = {
    "permanent": "the other side refused it for good",
    "transient": "every try failed",
    "throttled": "the other side took no more calls",
    "auth": "the other side did not let us in",
    "uncertain": "nobody knows whether it was done",
}
_DOING: Final = {"lms.completed": "Finish the course", "assessment.scored": "Take the exam"}
_LIMITS: Final[Mapping[str, tuple[str, ...]]] = {
    "extended": ("until",),
    "date moved": ("before", "after"),
    "moved step": ("before", "after"),
}
"""What was seen that is a limit, by rule, beside what is called `due`."""

_OWNERS: Final = ("owner", "before", "after", "by", "to", "in_the_name_of")

SENTENCES: Final[Mapping[str, str]] = {
    "above the limit": "The journey's limit of starts was reached: the run waits until somebody releases it.",
    "already": "A run of this journey counts already, and a second one is not needed.",
    "answer not valid": "{step}: an answer came that cannot be taken.",
    "answered": "{step}: {by}{for_} answered “{word}”.",
    "answered too late": "An answer by {by} came when the handoff was closed; it is kept and changes nothing.",
    "asked for": "{step}: {action} was asked for.",
    "assumed": "{step}: nobody answered, and “{answer}” was assumed, as the journey says.",
    "beside the run": "{step}: something could not be done and is a handoff of {owner} now; the run went on.",
    "begun": "{step}: the journey {journey} was begun.",
    "came": "{step}: the {event} came.",
    "checked": "{step}: the check {holds}.",
    "chose": "{step}: the branch “{branch}” was taken.",
    "chose nothing": "{step}: no branch was taken.",
    "cohort left": "{step}: the cohort left with {size} people.",
    "confirmed": "{step}: it was done and confirmed.",
    "continued": "{step}: the journey goes on.",
    "corrected after use": "The {event} was corrected after it had counted; the step's owner is asked what to do.",
    "corrected before use": "The {event} was corrected before it had counted; the correction takes its place.",
    "credited": "{step}: credited, it had been done before.",
    "date moved": "{step}: its date moved from {before} to {after}.",
    "date not known": "{step}: the date it depends on is not known; it is looked for again in 30 days.",
    "did not pass": "{step}: the {event} came, and is not what was asked for.",
    "done for the cohort": "{step}: another run of the cohort did it, for all of them.",
    "ended by hand": "{by} ended the run.",
    "ends the run": "{step}: the journey says that this ends the run.",
    "extended": "{step}: more time was given, until {until}.",
    "failed": "{step}: it could not be done: {failure}.",
    "finished": "The run came to its end ({reason}).",
    "first of the cohort": "{step}: the first of the cohort to get there, it does this for all of them.",
    "for": "The person is not among those that this start is for.",
    "handed back": "{step}: it failed again, and stays with {owner}.",
    "handed to": "{step}: handed from {before} to {after}.",
    "held back": "It is held back by {by}{until_}: {reason}.",
    "ignored": "It was ignored: {why}.",
    "once for all": "{step}: it is done once for the whole cohort; another run may be doing it.",
    "refused": "It was refused: {why}.",
    "held": "It was held: {why}.",
    "journey ended": "{step}: the journey {journey} ended: {outcome}.",
    "kept for later": "The {event} came; nothing that waited took it, and it is kept.",
    "late": "{step}: it is late; there was time until {due}.",
    "looked for later": "{step}: an address is looked for again on {until}.",
    "moved": "{by} moved the run to another version of the journey.",
    "moved step": "The open handoff goes on as step {step_} of that version; its limit was {before} and is {after}.",
    "move not known": "{step}: a move was left out, for what it depends on is not known.",
    "move not needed": "{step}: a move was not needed.",
    "no longer in scope": "The person is no longer in the journey's scope (status: {status}).",
    "nobody found": "{step}: nobody whom it names is there; {owner} is accountable and has it.",
    "nobody looked at it": "{step}: nobody looked at it in time; it was closed.",
    "nobody reachable": "{step}: there is nobody whom a message could reach.",
    "not needed": "{step}: it was not needed: {reason}.",
    "not put aside": "{by} wanted to snooze it until {until}, which could not be done: {why}.",
    "not reassigned": "{by} wanted to give it to {to}, which could not be done: {why}.",
    "not released": "The run was not released: {reason}.",
    "nothing left to do": "{step}: the list of moves came to its end, and the step was left out.",
    "owner changed": "{step}: {because}, and it went from {before} to {after}.",
    "passed over": "{step}: {owner} had it already and was not handed it again.",
    "paused": "The run was paused (status: {status}).",
    "put aside": "{step}: {by} snoozed it until {until}{reason_}.",
    "reassigned": "{step}: {by} gave it from {before} to {after}{reason_}.",
    "recorded": "{step}: values were recorded for the reports.",
    "released": "The run was released by {by}.",
    "reminded": "{step}: {owner} was reminded.",
    "resumed": "The run was resumed (status: {status}).",
    "run is over": "The run was over by then; nothing changed.",
    "settled": "A call that nobody waited for any more ended: {ended}.",
    "snooze is over": "{step}: the snooze is over; {owner} hears of it again.",
    "skipped": "{step}: left out: {reason}.",
    "started": "The run was started {how}.",
    "stopped": "The run was stopped: {reason}.",
    "taken back": "What “{step_}” had brought about has been taken back.",
    "time passed": "{step}: the time has passed.",
    "told": "{step}: the message {message} is in its receiver's box.",
    "too few": "{step}: too few of its parts can end well ({ended_well} of {needs}).",
    "too large": "It would have made the run larger than a run may be ({size} bytes).",
    "too many kept": "More events came than are kept with a run ({kept}); somebody has to look.",
    "undone": "What “{step_}” had brought about is taken back.",
    "undone when it became known": "A call was confirmed after it was to be undone, and was taken back.",
    "used up": "{step}: it went back {times} times already, and goes on instead.",
    "value came": "{step}: what it waited for is known now.",
    "value not known": "{step}: a value that its condition needs is not known.",
    "waiting for release": "The run waits for its release.",
    "went back": "{step}: back to {to} (times so far: {times}).",
    "where": "The event is not one that this start is for.",
    "while": "The person is not in the journey's scope.",
    "withdrawn": "The call of “{step_}” is not to be sent any more.",
}


class _Missing(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return ""


def sentence_of(reason: Reason, kept: PlanKept, name_of: NameOf, zone: str, event: Event | None = None) -> str:
    """The reason as a sentence; `event` is the one that it was about, where that is known."""
    seen = {
        name: owner_text(value, name_of)
        if name in _OWNERS and isinstance(value, str)
        else value_text(value, name_of, zone)
        for name, value in reason.seen.items()
    }
    if "action" in seen:
        seen["action"] = call_name(seen["action"])
    if "holds" in seen:
        seen["holds"] = "passed" if reason.seen["holds"] is True else "did not pass"
    if "event" in seen:
        seen["event"] = event_said(seen["event"], event.fields if event is not None else {})
    _by_people(reason.rule, seen)
    if reason.rule == "not needed":
        why = seen.get("reason", "").rstrip(".")
        seen["reason"] = why[:1].lower() + why[1:] or "what it asks for does not hold"
    if reason.rule == "held back":
        until = reason.seen.get("until")
        seen["until_"] = f" until {due_text(until, zone)}" if isinstance(until, datetime) else ""
        seen["reason"] = seen.get("reason", "").rstrip(".")
    if isinstance(size := reason.seen.get("size"), int):
        seen["size"] = f"{size:,}"
    if reason.rule == "failed":
        seen["failure"] = failure_text(seen)
    seen.update(_limits(reason, zone))
    step = step_at(kept.plan, reason.place)
    if reason.rule == "opened" and step is not None:
        return _opened(step, seen)
    seen = {f"{name}_" if name == "step" else name: value for name, value in seen.items()}
    template = SENTENCES.get(reason.rule)
    if template is None:
        values = ", ".join(f"{name}: {value}" for name, value in seen.items())
        return f"{reason.rule}{f' ({values})' if values else ''}."
    said = template.format_map(_Missing(seen, step=step_label(step) if step is not None else ""))
    said = said.removeprefix(": ").replace("( )", "").replace(" ()", "").replace(" )", ")")
    return said[:1].upper() + said[1:] if step is None else said


def _limits(reason: Reason, zone: str) -> dict[str, str]:
    """The limits among what was seen."""
    seen = ((name, reason.seen.get(name)) for name in ("due", *_LIMITS.get(reason.rule, ())))
    return {name: due_text(limit, zone) for name, limit in seen if isinstance(limit, datetime)}


def _by_people(rule: str, seen: dict[str, str]) -> None:
    """What sentences say of what people did, beside what was seen: why an owner is gone, in whose name, for what reason."""
    if rule == "started":
        seen["how"] = _how(seen)
    if rule == "owner changed":
        seen.setdefault("because", _gone(seen))
    if seen.get("in_the_name_of"):
        seen["for_"] = f" for {seen['in_the_name_of']}"
    if seen.get("reason") and rule in ("reassigned", "put aside"):
        seen["reason_"] = f" (“{seen['reason']}”)"


def _how(seen: Mapping[str, str]) -> str:
    """How a run was started: by its trigger, or by a person and why."""
    if not seen.get("by"):
        return f"by “{seen.get('trigger', '')}”"
    return f"by hand, by {seen['by']}" + (f" (“{seen['reason']}”)" if seen.get("reason") else "")


def _gone(seen: Mapping[str, str]) -> str:
    """Why somebody has a handoff no longer: `Ben has left`, `Ben is away until Sunday 3 May 2026`."""
    gone = {"left": "has left", "on leave": "is on leave", "away": "is away"}.get(seen.get("gone", ""))
    until = f" until {seen['until']}" if seen.get("until") else ""
    return f"{seen['before']} {gone}{until}" if gone else "the organization changed"


def failure_text(seen: Mapping[str, object]) -> str:
    """Why a call could not be done: `the other side refused it for good (account suspended)`."""
    code = str(seen.get("code") or "").replace("_", " ")
    if code == "late":
        return "its time ran out"
    said = _FAILURES.get(str(seen.get("failure")), "")
    return f"{said} ({code})" if said and code else said or code or "it is not said why"


def step_label(step: Step) -> str:
    """What a step is called at the beginning of a line: `time_off` → `Time off`."""
    words = words_of(step.name)
    return words[:1].upper() + words[1:]


def step_at(plan: Plan, place: int) -> Step | None:
    """The step that a place number is in: its own, or that of the move written last before it."""
    if place <= 0:
        return None
    before = [step for step in plan.steps if 0 < step.place <= place]
    return max(before, key=lambda step: step.place) if before else None


def step_of(plan: Plan, each: Pass) -> Step | None:
    """The step that a pass is of; None for the run's own."""
    return plan.steps[each.step] if each.step != NONE else None


def what_is_awaited(plan: Plan, each: Pass, *, named: bool = True) -> str:
    """What an open pass waits for, in words; with its step's name unless that is told already."""
    step = step_of(plan, each)
    if step is None:
        return "an answer about the run as a whole"
    if each.beside is not None:
        return f"somebody to look at “{step_label(step)}”, which could not be done"
    awaited = _awaited(step, each)
    return f"{awaited} (“{step_label(step)}”)" if named else awaited


def _awaited(step: Step, each: Pass) -> str:  # noqa: PLR0911 - what is waited for a line
    body = step.body
    match each.waiting:
        case "outcome":
            return f"{call_name(body.action)} to be done" if isinstance(body, Do) else "a call to be done"
        case "answer":
            return "an answer" if isinstance(body, Ask) else "a decision"
        case "event":
            return _event_awaited(body) if isinstance(body, Wait) else "an event"
        case "time":
            return "somebody whom its message can reach" if isinstance(body, Tell) else "time to pass"
        case "branches":
            return "its parts"
        case "value":
            return "a value that is not known"
        case "journey":
            return f"the journey {body.journey} to end" if isinstance(body, Run) else "a journey to end"
        case "cohort":
            return "enough people for a cohort"
        case "nothing":
            return "nothing"


def what_they_do(plan: Plan, each: Pass) -> str:
    """What whoever an event is awaited about does for it, where its kind says that: `Finish the course SAFE-010`. Else empty."""
    body = plan.steps[each.step].body if each.step != NONE and each.beside is None else None
    if not isinstance(body, Wait) or each.waiting != "event" or len(body.events) != 1 or body.events[0] not in _DOING:
        return ""
    return " ".join((_DOING[body.events[0]], *_abouts(body)))


def who_tells(plan: Plan, each: Pass) -> str:
    """The system that tells of what is done for it: `lms`; empty where nobody does anything for it elsewhere."""
    body = plan.steps[each.step].body if what_they_do(plan, each) else None
    return body.events[0].partition(".")[0] if isinstance(body, Wait) else ""


def _event_awaited(body: Wait) -> str:
    """The events that a step waits for, with what they must be about where the file says it: `a course completion (MGR-101)`."""
    kinds = " or ".join(_noun(kind) for kind in body.events)
    about = _abouts(body)
    return f"{kinds} ({', '.join(about)})" if about else kinds


def _abouts(body: Wait) -> list[str]:
    """What its events must be about, where the file says it."""
    return [] if body.where is None else [said for test in _together(body.where) if (said := _about(test))]


def _together(where: Expression) -> Iterator[Expression]:
    """The tests that must all hold."""
    if isinstance(where, All):
        for test in where.tests:
            yield from _together(test)
    else:
        yield where


def _about(test: Expression) -> str:
    """`MGR-101` of `event.course is "MGR-101"`; empty of any other test."""
    if not isinstance(test, Is) or not isinstance(test.left, Path) or not isinstance(test.right, Constant):
        return ""
    root, _, field = show(test.left).partition(".")
    return test.right.text if root == "event" and field in ABOUT else ""


def _noun(kind: str) -> str:
    """The event as a noun with its article; its name is told where it is explained."""
    noun = event_text(kind).partition(" (")[0]
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _opened(step: Step, seen: Mapping[str, str]) -> str:
    match step.body:
        case Ask():
            return f"{step_label(step)}: {seen.get('owner', 'somebody')} was asked."
        case Do(action=action):
            return f"{step_label(step)}: {call_name(action)} was asked for."
        case Wait():
            return f"{step_label(step)}: it began to wait for {_event_awaited(step.body)}; {seen.get('owner', '')} answers for it."
        case Pause():
            return f"{step_label(step)}: it pauses until {seen.get('until', 'a date that is not known')}."
        case Run(journey=journey):
            return f"{step_label(step)}: the journey {journey} was begun."
        case _:
            return f"{step_label(step)}: it was opened."
