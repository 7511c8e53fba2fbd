"""What a journey promises, in words: why an owner is the owner, how long something may take, what is asked.

Worked out by the core's own functions in the world of a moment, so that what is said is what was decided.
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from handrail.conditions.printing import show
from handrail.core.draft import Draft
from handrail.core.moves.finding import first_of
from handrail.core.moves.handing import path_in_force
from handrail.insight.telling.wording import path_text
from handrail.terms.organization import Organization
from handrail.terms.person import field_value
from handrail.terms.plan import NONE, Ask, HandTo, Limit, OwnerPath, Text
from handrail.terms.state import Pass

QUESTION_MAX: Final = 200


def owner_reason(d: Draft, each: Pass) -> str:
    """Why the pass's owner has it, by the path in force: `because they are Cat Conrad's manager`. Empty: it is not told.

    Where nobody of the path is there, it is whoever is accountable, and that is said.
    """
    path = path_in_force(d, each)
    for one in path:
        if first_of(d, (one,), each) == each.owner:
            return _why(one, d, each.owner)
    accountable = first_of(d, d.plan.accountable, each)
    if each.owner not in (accountable, d.world.organization.owner):
        return ""
    named = " or ".join(dict.fromkeys(path_said(one) for one in path))
    who = "accountable for the journey" if each.owner == accountable else "the owner of everything that has no other"
    return f"as {who}, since {named} cannot have it now" if named else f"as {who}"


def _why(one: OwnerPath, d: Draft, owner: str) -> str:  # noqa: PLR0911 - a kind of path a line
    name = d.world.person.name if isinstance(d.world.person.name, str) else "the learner"
    match one.kind:
        case "learner":
            return "because it is theirs to do"
        case "manager":
            above = "manager" if one.up == 1 else "manager's manager"
            return f"because they are {name}'s {above}"
        case "sponsor":
            return f"because they are {name}'s sponsor"
        case "accountable":
            return "as accountable for the journey"
        case "role":
            return f"because they are {one.name.replace('-', ' ')}{_for_what(one.name, d.world.organization, d)}"
        case "path":
            return f"as {path_said(one)}"
        case _:
            return "as the journey names them" if owner.startswith("person:") else "as the journey says"


def _for_what(role: str, organization: Organization, d: Draft) -> str:
    by = organization.roles[role].by if role in organization.roles else ""
    value = field_value(d.world.person, by.removeprefix("extra.")) if by else None
    return f" for {by.removeprefix('extra.').replace('_', ' ')} {value}" if isinstance(value, str) else ""


def path_said(one: OwnerPath) -> str:  # noqa: PLR0911 - a kind of path a line
    """One way to an owner: `the learner's manager`, `team lms-admins`."""
    match one.kind:
        case "learner":
            return "the learner"
        case "manager":
            return "the learner's " + "'s ".join(["manager"] * one.up)
        case "sponsor":
            return "the learner's sponsor"
        case "accountable":
            return "whoever is accountable"
        case "owner":
            return "whoever owns the step"
        case "path" | "email":
            return path_text(show(one.value)) if one.value is not None else one.name
        case "role":
            return f"the {one.name.replace('-', ' ')}"
        case _:
            return f"{one.kind} {one.name}"


def limit_said(limit: Limit) -> str:
    """How long something may take: `3 business days`, `time until the first day`."""
    if limit.within is not None:
        return str(limit.within)
    assert limit.until is not None, "a limit is a duration or a date"
    return f"time until {path_text(show(limit.until))}"


class Asked(Struct, frozen=True):
    """What somebody is asked: to `answer` a question, to `do` something, or to `sign` it; `text` has its values in it."""

    verb: Literal["answer", "do", "sign"]
    text: str

    @property
    def what(self) -> str:
        """What is waited for: `an answer to “…”`."""
        match self.verb:
            case "answer":
                return f"an answer to “{self.text}”"
            case "do":
                return f"this to be done: “{self.text}”"
            case "sign":
                return f"a signature under “{self.text}”"

    @property
    def asks(self) -> str:
        """What is asked of somebody, after `to`: `answer “…”`."""
        return f"do this: “{self.text}”" if self.verb == "do" else f"{self.verb} “{self.text}”"


def asked_of(d: Draft, each: Pass) -> Asked | None:
    """What the pass is waiting to have answered, done or signed; None where nothing is asked."""
    text: Text = ()
    verb: Literal["answer", "do", "sign"] = "answer"
    if each.question is not None:
        move = d.plan.ladders[each.question[0]].moves[each.question[1]]
        text = move.question if isinstance(move, HandTo) else ()
    elif each.step != NONE and each.waiting == "answer" and isinstance(body := d.plan.steps[each.step].body, Ask):
        text = body.question or body.todo or body.sign
        verb = "answer" if body.question else "do" if body.todo else "sign"
    if not text:
        return None
    said = " ".join(d.program.reason(text, d.scope(each.items, each.step, opening=each.opened)).split())
    return Asked(verb, said if len(said) <= QUESTION_MAX else said[: QUESTION_MAX - 1] + "…")
