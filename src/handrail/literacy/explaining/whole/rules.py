"""What holds throughout: who is meant by a role or a team, how time is counted, and the few rules that hold for every step."""

from __future__ import annotations

from collections.abc import Iterator

from handrail.conditions.printing import show
from handrail.literacy.explaining.explanation import Sentence
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.owners import accountable_said, owner_said, role_said
from handrail.literacy.explaining.words.times import limit_said, tries_said
from handrail.literacy.explaining.words.values import field_said
from handrail.terms.plan import NONE, Ask, HandTo, OwnerPath, Plan, Retry, Tell, TellMove, Wait


def who_is_who(t: Telling) -> Iterator[Sentence]:
    """The learner, whoever is accountable, and how roles are looked up."""
    yield t.say("The learner is the person whose run it is")
    for kind in ("manager", "sponsor"):
        if any(path.kind == kind for path in _paths(t.plan)):
            yield t.say(f"The {kind} is the learner's, as the HR data have it on the day")
    yield t.say(f"Accountable for the journey is {accountable_said(t)}: whatever finds nobody else comes to them")
    for name in sorted({path.name for path in _paths(t.plan) if path.kind == "role"}):
        by = t.glossary.roles.get(name)
        looked_up = f"depends on the learner's {field_said(by)}" if by else "depends on the learner"
        yield t.say(f"The {role_said(name)} {'is the same for everyone' if by == '' else looked_up}")
    if any(path.kind == "team" for path in _paths(t.plan)):
        yield t.say("Of a team, every member may answer, and its lead answers for it")
    if any(len(owner) > 1 for owner in _answering(t.plan)):
        yield t.say(
            "“Or else” goes on to the next where nobody is found, has left, is away without a delegate, or is the learner"
        )


def rules(t: Telling) -> Iterator[Sentence]:
    """How time is counted, and what holds wherever nothing else is said."""
    yield t.say(
        f"Working days, hours and holidays are {_calendar(t.plan)}. A time in days ends at the end of its last day; in business days, at closing time",
        key="calendar",
    )
    if t.plan.language:
        yield t.say(f"Its texts are written in the language “{t.plan.language}”", key="language")
    if any(isinstance(step.body, Wait) and step.body.counts_from is None for step in t.plan.steps):
        yield t.say(
            "What is reported early counts: a report is taken if it happened after the run began, even before its step"
        )
    if any(isinstance(step.body, Wait) and _is_handed_on(t.plan, step.contract.if_late) for step in t.plan.steps):
        yield t.say("While somebody else has a step that waits for a report, that report still ends it")
    if any(isinstance(step.body, Ask) for step in t.plan.steps):
        yield t.say("The first valid answer counts; who answers later is told whose answer it was, and when")
    yield t.say("Whoever was already asked or handed a step is not handed it a second time: that move is passed over")
    if "today" in _expressions(t.plan):
        yield t.say("“Today” is the day on which it is looked at, where the learner is")
    yield t.say(_beside(t))


def _is_handed_on(plan: Plan, ladder: int) -> bool:
    return any(isinstance(move, HandTo) for move in _moves_of(plan, ladder))


def _calendar(plan: Plan) -> str:
    named = {"owner": "those of whoever must act", "learner": "those of the learner"}
    return named.get(plan.calendar, f"those of the calendar “{plan.calendar}”")


def _beside(t: Telling) -> str:
    """What becomes of a call or message of a list of moves that cannot be done."""
    contract = t.plan.defaults
    retry = next((move for move in _moves_of(t.plan, contract.if_fails) if isinstance(move, Retry)), None)
    tried = f" is tried again, {tries_said(retry.rule)}, and then" if retry is not None else ""
    limit = f", for {limit_said(t, contract.limit)}" if contract.limit is not None else ""
    return f"A message or a call on the way that cannot be done{tried} becomes a handoff of {owner_said(t, contract.owner)}{limit}, beside the run, which goes on"


def _moves_of(plan: Plan, ladder: int) -> tuple[object, ...]:
    return plan.ladders[ladder].moves if ladder != NONE else ()


def _owners(plan: Plan) -> Iterator[tuple[OwnerPath, ...]]:
    yield from (start.request for start in plan.starts)
    yield from _answering(plan)


def _answering(plan: Plan) -> Iterator[tuple[OwnerPath, ...]]:
    """Whoever answers for something, is asked or is told."""
    yield plan.accountable
    yield plan.defaults.owner
    for step in plan.steps:
        yield step.contract.owner
        if isinstance(step.body, Ask | Tell):
            yield step.body.to
    for ladder in plan.ladders:
        yield from (move.to for move in ladder.moves if isinstance(move, HandTo | TellMove))


def _paths(plan: Plan) -> list[OwnerPath]:
    return [path for owner in _owners(plan) for path in owner]


def _expressions(plan: Plan) -> str:
    """Every condition of the journey as text, to look for a word in."""
    found = [
        plan.while_,
        plan.pause_while,
        *(start.for_ for start in plan.starts),
        *(start.where for start in plan.starts),
    ]
    found += [one for step in plan.steps for one in (step.only_if, step.credit_if)]
    return " ".join(show(one) for one in found if one is not None)
