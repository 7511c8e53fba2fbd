"""A step as a box: in whose lane it stands, and what is written into it."""

from __future__ import annotations

from typing import Final

from handrail.literacy.drawing.graph import Lane, Node, Shape
from handrail.literacy.drawing.sketching import words
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.texts import text_said
from handrail.literacy.explaining.words.times import schedule_said
from handrail.literacy.explaining.words.voice import title_of
from handrail.terms.plan import (
    Ask,
    Check,
    Choose,
    Do,
    EndStep,
    Gather,
    GoBackStep,
    Owner,
    Pause,
    RecordStep,
    Run,
    Step,
    Tell,
    Together,
    Wait,
)

_SHAPES: Final[dict[type, Shape]] = {Check: "choice", Choose: "choice", Together: "group"}


def lane_of(t: Telling, step: Step) -> Lane:
    """Who acts: the system that is called, whoever is asked or told or answers for a wait, else Handrail."""
    body = step.body
    match body:
        case Do(action=action):
            return words.system_lane(action)
        case Ask(to=to) | Tell(to=to):
            return words.owner_lane(t, to, step.contract.owner)
        case Wait() | Gather() | Run():
            return words.owner_lane(t, step.contract.owner)
        case _:
            return words.HANDRAIL


def box_of(t: Telling, number: int, lane: Lane, here: int) -> Node:
    """The box of a step, which is number `here` of the map."""
    step = t.plan.steps[number]
    shape = step.body.how if isinstance(step.body, EndStep) else _SHAPES.get(type(step.body), "step")
    lines = [*_before(t, step), *_does(t, step), _owner(t, step, lane), _limit(t, step)]
    title = title_of(step.name)
    return Node(f"step:{step.name}", shape, lane.key, title, tuple(filter(None, lines)), step=number, home=here)


def _before(t: Telling, step: Step) -> list[str]:
    """What is looked at before a step is begun."""
    asked = [f"only if {words.condition(t, step.only_if)}"] if step.only_if is not None else []
    return [
        *asked,
        *([f"counts as done if {words.condition(t, step.credit_if)}"] if step.credit_if is not None else []),
    ]


def _does(t: Telling, step: Step) -> list[str]:  # noqa: C901, PLR0911, PLR0912 - a kind of step a line
    match step.body:
        case Do() as body:
            return [words.call_words(t, body)]
        case Ask() as body:
            return [_asked(t, body), _to(t, step, body.to)]
        case Wait() as body:
            passing = [f"passes if {words.condition(t, body.passes_if)}"] if body.passes_if else []
            return [words.wait_words(t, body), *passing]
        case Tell(to=to, message=message):
            return [words.message_words(t, message), _to(t, step, to)]
        case Check(condition=condition):
            return [f"is it so: {words.condition(t, condition)}?"]
        case Choose():
            return ["the first that is so"]
        case Together() as body:
            return [words.together_words(t, body)]
        case Gather() as body:
            every = f"or leaves {schedule_said(body.or_every)}" if body.or_every else ""
            return [f"waits for {body.count} people", every]
        case Pause(limit=limit):
            return [words.pause_words(t, limit)]
        case Run(journey=journey):
            return [f"runs the journey {words.journey_words(t, journey)}"]
        case RecordStep() as body:
            return [words.recorded(tuple(body.values))]
        case GoBackStep(step=target):
            return [f"goes back to {title_of(t.plan.steps[target].name)}"]
        case EndStep(how=how, reason=reason):
            return [f"{'finished' if how == 'finish' else 'stopped'}: {words.reason_of(t, reason)}"]


def _asked(t: Telling, body: Ask) -> str:
    what = "signs" if body.sign else "to do" if body.todo else "asked"
    return f"{what}: {text_said(t, body.sign or body.question or body.todo)}"


def _to(t: Telling, step: Step, to: Owner) -> str:
    """Whom it goes to, where the lane does not say it."""
    said = words.owners(t, to, step.contract.owner)
    return "" if said.lower() == lane_of(t, step).title.lower() else f"to {said}"


def _owner(t: Telling, step: Step, lane: Lane) -> str:
    """Who answers for the step, where the lane does not say it."""
    if (
        isinstance(step.body, Ask | Check | Choose | Pause | RecordStep | GoBackStep | EndStep)
        or not step.contract.owner
    ):
        return ""
    said = words.owners(t, step.contract.owner)
    return "" if said.lower() == lane.title.lower() else f"answers for it: {said}"


def _limit(t: Telling, step: Step) -> str:
    if isinstance(step.body, Pause | Check | Choose | RecordStep | GoBackStep | EndStep):
        return ""
    return words.limit_words(t, step.contract.limit)
