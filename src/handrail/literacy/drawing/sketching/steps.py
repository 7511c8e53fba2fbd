"""A step as a box: in whose lane it stands, and what is written into it."""

from __future__ import annotations

from typing import Final

from handrail.literacy.drawing.graph import Lane, Node, Shape
from handrail.literacy.drawing.sketching import words
from handrail.terms.plan import (
    Ask,
    Check,
    Choose,
    Do,
    EndStep,
    Gather,
    GoBackStep,
    Pause,
    Plan,
    RecordStep,
    Run,
    Step,
    Tell,
    Together,
    Wait,
)

_SHAPES: Final[dict[type, Shape]] = {Check: "choice", Choose: "choice", Together: "group"}


def lane_of(plan: Plan, step: Step) -> Lane:
    """Who acts: the system that is called, whoever is asked or told or answers for a wait, else Handrail."""
    body = step.body
    match body:
        case Do(action=action):
            return words.system_lane(action)
        case Ask(to=to) | Tell(to=to):
            return words.owner_lane(plan, to, step.contract.owner)
        case Wait() | Gather() | Run():
            return words.owner_lane(plan, step.contract.owner)
        case _:
            return words.HANDRAIL


def box_of(plan: Plan, number: int, lane: Lane, here: int) -> Node:
    """The box of a step, which is number `here` of the map."""
    step = plan.steps[number]
    shape = step.body.how if isinstance(step.body, EndStep) else _SHAPES.get(type(step.body), "step")
    lines = [*_before(step), *_does(plan, step), _owner(plan, step, lane), _limit(step)]
    title = words.title_of(step.name)
    return Node(f"step:{step.name}", shape, lane.key, title, tuple(filter(None, lines)), step=number, home=here)


def _before(step: Step) -> list[str]:
    """What is looked at before a step is begun."""
    asked = [f"only if {words.condition(step.only_if)}"] if step.only_if is not None else []
    return [*asked, *([f"counts as done if {words.condition(step.credit_if)}"] if step.credit_if is not None else [])]


def _does(plan: Plan, step: Step) -> list[str]:  # noqa: C901, PLR0911, PLR0912 - a kind of step a line
    match step.body:
        case Do() as body:
            return [words.call_words(body)]
        case Ask() as body:
            return _asked(plan, body)
        case Wait() as body:
            passing = [f"passes if {words.condition(body.passes_if).replace('event.', '')}"] if body.passes_if else []
            return [words.wait_words(body), *passing]
        case Tell(to=to, message=message):
            return [f"message “{words.title_of(message)}”", f"to {words.owners(plan, to)}"]
        case Check(condition=condition):
            return [f"is it so: {words.condition(condition)}?"]
        case Choose():
            return ["the first that is so"]
        case Together() as body:
            return [words.together_words(body)]
        case Gather() as body:
            every = f"or every {body.or_every}" if body.or_every else ""
            return [f"waits for {body.count} people", every]
        case Pause(limit=limit):
            return [words.pause_words(limit)]
        case Run(journey=journey):
            return [f"runs the journey {words.title_of(journey)}"]
        case RecordStep() as body:
            return [f"records {', '.join(words.title_of(name).lower() for name in body.values)}"]
        case GoBackStep(step=target):
            return [f"goes back to {words.title_of(plan.steps[target].name)}"]
        case EndStep(how=how, reason=reason):
            return [f"{'finished' if how == 'finish' else 'stopped'}: {words.reason_of(reason)}"]


def _asked(plan: Plan, body: Ask) -> list[str]:
    asked = body.sign or body.question or body.todo
    what = "signs" if body.sign else "to do" if body.todo else "asked"
    return [f"{what}: “{words.text_of(asked)}”", f"to {words.owners(plan, body.to)}"]


def _owner(plan: Plan, step: Step, lane: Lane) -> str:
    """Who answers for the step, where the lane does not say it."""
    if (
        isinstance(step.body, Ask | Check | Choose | Pause | RecordStep | GoBackStep | EndStep)
        or not step.contract.owner
    ):
        return ""
    said = words.owners(plan, step.contract.owner)
    return "" if said.lower() == lane.title.lower() else f"answers for it: {said}"


def _limit(step: Step) -> str:
    if isinstance(step.body, Pause | Check | Choose | RecordStep | GoBackStep | EndStep):
        return ""
    return words.limit_words(step.contract.limit)
