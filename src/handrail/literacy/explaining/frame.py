"""What all steps have in common: where each stands, who answers for it and until when, and what if it stalls or fails.

What one kind says of itself comes from `steps`; here it is put together into the answers to one list of questions.
"""

from __future__ import annotations

from collections.abc import Iterator

from handrail.insight.telling.wording import words_of
from handrail.literacy.explaining.explanation import Sentence, StepTold
from handrail.literacy.explaining.flow import goes_on, sent_back_by, triggers
from handrail.literacy.explaining.homes import alone, must_know
from handrail.literacy.explaining.ladders import ladder_told
from handrail.literacy.explaining.moves.go_back import times_said
from handrail.literacy.explaining.parts import Spot, StepParts
from handrail.literacy.explaining.steps import TOLD
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.conditions import condition_said
from handrail.literacy.explaining.words.owners import as_subject, owner_said
from handrail.literacy.explaining.words.times import limit_over, limit_passed, limit_said, reminders_said
from handrail.literacy.explaining.words.voice import title_of
from handrail.terms.plan import NONE, Choose, EndStep, GoBackStep, StepBody, Tell, Together


def step_told(t: Telling, step: int) -> StepTold:
    """One step with an answer to each of the questions."""
    here = t.plan.steps[step]
    parts = TOLD[type(here.body)](t, step)
    line, column = t.at(here.place)
    return StepTold(
        name=here.name,
        title=title_of(here.name),
        number=t.numbers[step],
        kind=kind_of(here.body),
        line=line,
        column=column,
        level=sum(1 for _ in t.around(step)),
        branch=_branch(t, step),
        does=(*parts.does, *_also(t, step)),
        triggers=tuple(_triggers(t, step)),
        owner=tuple(_owner(t, step, parts)),
        moves=parts.moves or (t.of_step(step, "Nothing leaves Handrail, and nothing comes in"),),
        decisions=tuple(_decisions(t, step, parts)),
        stalls=tuple(_stalls(t, step, parts)),
        fails=tuple(_fails(t, step, parts)),
    )


def kind_of(body: StepBody) -> str:
    """The key that names the kind of a step."""
    if isinstance(body, EndStep):
        return body.how
    return str(type(body).__struct_config__.tag)


def _also(t: Telling, step: int) -> Iterator[Sentence]:
    here = t.plan.steps[step]
    if here.once_for:
        yield t.of_step(
            step,
            f"It is done once for the whole cohort of {t.title(here.once_for)}, by whoever of it gets here first; the result is everyone's",
            "once_for",
        )
    if here.was:
        yield t.of_step(step, f"It was called {t.title(here.was)} before", "was")


def _branch(t: Telling, step: int) -> Sentence | None:
    """What stands above the first step of a branch."""
    here = t.plan.steps[step]
    if here.parent == NONE or t.before(step) != NONE:
        return None
    above = t.plan.steps[here.parent].body
    assert isinstance(above, Choose | Together), "only these have steps inside"
    branch = next(one for one in above.branches if one.first == step)
    if isinstance(above, Together) and above.item:
        return t.say(f"For each {words_of(above.item)}:", branch.place)
    when = (
        f", if {condition_said(t, branch.condition)}"
        if branch.condition is not None
        else ", otherwise"
        if isinstance(above, Choose)
        else ""
    )
    return t.say(f"“{title_of(branch.name)}”{when}:", branch.place)


# What triggers it


def _triggers(t: Telling, step: int) -> Iterator[Sentence]:
    yield t.of_step(step, triggers(t, step))
    told = set()
    for number, move in sent_back_by(t, step):
        later = f", {move.after} later," if move.after else ""
        who = "this step itself" if number == step else f"{t.named(number)},"
        place = t.plan.steps[number].place if isinstance(move, GoBackStep) else move.place
        text = f"It begins anew{later} when {who} sends the run back here ({times_said(move.at_most)})"
        if text not in told:
            yield t.say(text, place)
        told.add(text)


# Who answers for it


def _owner(t: Telling, step: int, parts: StepParts) -> Iterator[Sentence]:
    here = t.plan.steps[step]
    contract = here.contract
    who = owner_said(t, contract.owner, step)
    if alone(here):
        yield from _alone(t, step, who)
        return
    if isinstance(here.body, Tell):
        yield t.of_step(step, f"Handrail does it by itself, and {as_subject(who)} answers for it", "owner")
        return
    yield t.of_step(step, parts.owner or f"{as_subject(who)} answers for it", "owner")
    if contract.limit is not None:
        said = (parts.time or "It may take {limit}").format(limit=limit_said(t, contract.limit))
        yield t.of_step(step, said, "until" if contract.limit.until is not None else "within")
    else:
        lender = _lender(t, step)
        limit = t.plan.steps[lender].contract.limit if lender != NONE else None
        said = f"It has the time of {t.named(lender)}: {limit_said(t, limit)}" if limit else "It has no time limit"
        yield t.of_step(step, said)
    if contract.remind:
        yield t.of_step(step, f"Whoever has it then is reminded {reminders_said(contract.remind)}", "remind")


def _alone(t: Telling, step: int, who: str) -> Iterator[Sentence]:
    yield t.of_step(step, "Nobody has to act: Handrail does it by itself")
    contract = t.plan.steps[step].contract
    if must_know(t.plan.steps[step]) and contract.limit is not None:
        remind = f", with reminders {reminders_said(contract.remind)}" if contract.remind else ""
        yield t.of_step(
            step,
            f"Only if something that it must know is missing, {as_subject(who)} answers for it; that may take {limit_said(t, contract.limit)}{remind}",
            "owner",
        )


def _lender(t: Telling, step: int) -> int:
    """The `together` whose time a step has that has none of its own."""
    around = ((number, above) for number, above in t.around(step) if isinstance(above.body, Together))
    return next((number for number, above in around if above.contract.limit is not None), NONE)


def _lender_stalls(t: Telling, step: int) -> str:
    lender = _lender(t, step)
    return f"When that time is up, what {t.named(lender)}, says of it happens" if lender != NONE else "It cannot stall"


# Where decisions are


def _decisions(t: Telling, step: int, parts: StepParts) -> Iterator[Sentence]:
    here = t.plan.steps[step]
    if here.only_if is not None:
        unknown = ". While that is not known, the step waits with its owner" if must_know(here) else ""
        yield t.of_step(
            step,
            f"Handrail looks first whether {condition_said(t, here.only_if)}. If not, the step is not needed, and {goes_on(t, step)}{unknown}",
            "only_if",
        )
    if here.credit_if is not None:
        yield t.of_step(
            step,
            f"If {condition_said(t, here.credit_if)}, the step is credited: it counts as done, and {goes_on(t, step)}",
            "credit_if",
        )
    yield from parts.decisions
    if not parts.decisions and here.only_if is None and here.credit_if is None:
        yield t.of_step(step, "Nobody decides anything here")


# What if


def _stalls(t: Telling, step: int, parts: StepParts) -> Iterator[Sentence]:
    here = t.plan.steps[step]
    contract = here.contract
    at = (here.place, f"{here.name}.if_late")
    if alone(here):
        if must_know(here) and contract.if_late != NONE:
            yield ladder_told(
                t,
                f"if what it must know is still missing {limit_over(contract.limit)}",
                contract.if_late,
                Spot("late", step),
                at,
            )
        else:
            yield t.of_step(step, "It cannot stall")
        return
    if parts.never_stalls:
        yield t.of_step(step, parts.never_stalls)
    elif contract.limit is None:
        yield t.of_step(step, _lender_stalls(t, step))
    else:
        beginning = parts.stalled.format(limit=limit_passed(contract.limit), over=limit_over(contract.limit))
        yield ladder_told(t, beginning, contract.if_late, Spot("late", step), at)


def _fails(t: Telling, step: int, parts: StepParts) -> Iterator[Sentence]:
    here = t.plan.steps[step]
    ladder = here.contract.if_fails
    if ladder == NONE or not parts.failed:
        yield t.of_step(step, parts.never_fails or "It cannot fail")
        return
    yield ladder_told(t, parts.failed, ladder, Spot("fails", step), (here.place, f"{here.name}.if_fails"))
