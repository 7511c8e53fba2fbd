"""What a message says, and to which address: the author's text or one of ours, with its values filled in.

Written when it leaves, so it speaks of the handoff as it stands then. Nothing is sent here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct, structs

from handrail.app.workspace import Workspace
from handrail.conditions.compiled import value_of_with
from handrail.conditions.parse import parse_text
from handrail.conditions.scope import Scope
from handrail.core.answers import offered
from handrail.core.draft import Draft
from handrail.core.program import program_of
from handrail.insight.lists import Names
from handrail.insight.past import Past, then_of
from handrail.insight.telling.sentences import what_is_awaited
from handrail.store.rows import HandoffRow, MessageRow
from handrail.terms import coding
from handrail.terms.effect import Message
from handrail.terms.organization import Organization
from handrail.terms.person import Person
from handrail.terms.plan import NONE, Ask, HandTo, Plan, Text
from handrail.terms.state import Pass, State
from handrail.terms.values import UNKNOWN, Fields, Instant

OURS: Final = {
    "handoff": "Please: {what}",
    "reminder": "Still open: {what}",
    "late": "Past its time: {what}",
    "moved": "Handed on: {what}",
}
"""The subject of each message that Handrail writes by itself."""


class Letter(Struct, frozen=True):
    """A message as it leaves."""

    to: str
    subject: str
    text: str


class NotWritten(Exception):
    """Why a message cannot leave: `overtaken`, or a reason for which it is held."""

    def __init__(self, why: str, *, overtaken: bool = False) -> None:
        super().__init__(why)
        self.overtaken = overtaken


class _About(Struct, frozen=True):
    """What a message is about: the run as it stands, the learner, the handoff (where there is one)."""

    plan: Plan
    state: State
    learner: Person
    scope: Scope
    each: Pass | None
    handoff: HandoffRow | None


def letter_of(past: Past, workspace: Workspace, row: MessageRow, to: str, now: Instant) -> Letter:
    """The message as it is to leave now, to the address `to`. Raises NotWritten."""
    message = coding.unpack(row.body, Message)
    organization = past.organization(then_of(now))
    receiver = _receiver(past, row.receiver, organization, now)
    about = _about(past, row, now)
    if about.handoff is not None and about.handoff.closed is not None and message.template in OURS:
        raise NotWritten("overtaken: the handoff is closed", overtaken=True)
    if message.template in OURS:
        return _ours(past, message, about, receiver, to)
    return _authors(workspace, message, about, receiver, to)


def one_of(letters: Sequence[Letter]) -> Letter:
    """Several letters to one address as one."""
    first = letters[0]
    if len(letters) == 1:
        return first
    parts = [f"{number}. {each.subject}\n\n{each.text}" for number, each in enumerate(letters, 1)]
    return Letter(first.to, f"{len(letters)} things wait for you", f"\n{'-' * 40}\n\n".join(parts))


def _receiver(past: Past, receiver: str, organization: Organization, now: Instant) -> Person | None:
    """The person who reads it: of a team without an address, its lead."""
    number = receiver.removeprefix("person:") if receiver.startswith("person:") else ""
    team = organization.teams.get(receiver.removeprefix("team:")) if receiver.startswith("team:") else None
    if team is not None and not team.email and team.lead is not None:
        number = str(team.lead)
    return past.person(int(number), then_of(now)) if number.isdecimal() else None


def _about(past: Past, row: MessageRow, now: Instant) -> _About:
    run = past.run(row.run)
    if run is None:
        raise NotWritten(f"held: there is no run R-{row.run}")
    plan, state = past.plans[run.plan].plan, coding.unpack(run.state, State)
    learner = past.person(run.person, then_of(now))
    if learner is None:
        raise NotWritten("held: the person it is about is not known any more")
    number = row.about or row.pass_
    each = next((one for one in state.passes if one.number == number), None)
    handoff = next((one for one in past.store.handoffs_of_run(run.id) if one.pass_ == number), None)
    told = _handoff_fields(past, each)
    state = structs.replace(state, results={**state.results, "handoff": told})
    draft = Draft(program_of(plan), state, past.world(learner, plan, then_of(now), state), now)
    scope = draft.scope(each.items, each.step) if each is not None else draft.scope()
    return _About(plan, state, learner, scope, each, handoff)


def _handoff_fields(past: Past, each: Pass | None) -> Fields:
    if each is None:
        return Fields({"due": None, "owner": None, "link": None})
    return Fields({"due": each.due, "owner": Names(past).owner(each.owner), "link": None})


def _ours(past: Past, message: Message, about: _About, receiver: Person | None, to: str) -> Letter:
    """One of our own: what is asked, of whom, until when, and what may be answered."""
    each, learner = about.each, _name(about.learner)
    if each is None:
        raise NotWritten("overtaken: the handoff is closed", overtaken=True)
    asked = _asked(about, each) or what_is_awaited(about.plan, each)
    lines = [f"Hello {_name(receiver)}," if receiver is not None else "Hello,", "", asked, ""]
    lines.append(f"About: {learner}, in “{about.plan.title}”.")
    if each.due is not None:
        lines.append(f"Until: {_moment(each.due, receiver, about.scope)}.")
    words = [word.replace("_", " ").capitalize() for word in offered(about.plan, each)]
    if words:
        lines.append(f"Possible answers: {', '.join(words)}.")
    if message.template == "moved":
        lines.append(f"{Names(past).owner(each.owner)} answers for it now.")
    lines += ["", f"(R-{about.state.run}, handoff {each.number})"]
    what = f"{learner}, {about.plan.title}"
    return Letter(to, _one_line(OURS[message.template].format(what=what)), "\n".join(lines) + "\n")


def _asked(about: _About, each: Pass) -> str:
    """The question or task in force, with its values."""
    text: Text = ()
    if each.question is not None:
        move = about.plan.ladders[each.question[0]].moves[each.question[1]]
        assert isinstance(move, HandTo), "only a `hand_to` asks a question"
        text = move.question
    elif each.step != NONE and isinstance(body := about.plan.steps[each.step].body, Ask):
        text = body.question or body.todo or body.sign
    return _filled(text, about.scope) if text else ""


def _authors(workspace: Workspace, message: Message, about: _About, receiver: Person | None, to: str) -> Letter:
    """The author's own text, in the receiver's language where it is written in that, else the organization's."""
    written = workspace.messages.get(message.template)
    if not written:
        raise NotWritten(f"held: there is no message {message.template} in the workspace any more")
    spoken = receiver.language if receiver is not None and isinstance(receiver.language, str) else ""
    text = written.get(spoken) or written.get(workspace.settings.language) or next(iter(written.values()))
    subject = _filled(parse_text(text.subject), about.scope)
    return Letter(to, _one_line(subject), _filled(parse_text(text.body), about.scope) + "\n")


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]


def _filled(parts: Text, scope: Scope) -> str:
    if len(parts) == 1 and isinstance(parts[0], str):
        return parts[0]
    value = value_of_with(parts)(scope)
    return "" if value is None or value is UNKNOWN else str(value)


def _moment(at: Instant, receiver: Person | None, scope: Scope) -> str:
    zone = (
        receiver.time_zone if receiver is not None and isinstance(receiver.time_zone, str) else scope.organization.zone
    )
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} ({zone})"


def _name(person: Person) -> str:
    names: Mapping[str, object] = {"given": person.given_name, "whole": person.name}
    return next((name for name in (names["whole"], names["given"]) if isinstance(name, str) and name), f"P-{person.id}")
