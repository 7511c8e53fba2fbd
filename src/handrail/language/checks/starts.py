"""Starts that never fire, sweeps that find the same people again, and bulk without a limit."""

from __future__ import annotations

from handrail.calendar.durations import approximate_seconds
from handrail.conditions.printing import show
from handrail.language.checks.lists import moves_in, moves_of
from handrail.language.draft import Draft, Keys
from handrail.terms.expression import All, Call, Constant, Expression, Is, Not, Path, walk
from handrail.terms.plan import Do, DoMove, Plan, Start
from handrail.terms.problem import Place

_YEAR_SECONDS = 365 * 86_400
_NOT_LEFT = Not(Is(Path(("person", "status")), Constant("text", "left")))


def check(draft: Draft, plan: Plan, keys: Keys) -> None:
    """Says what is wrong with the journey's starts, looked at with its `once` and its steps."""
    _nothing_starts(draft, plan, keys)
    for start in plan.starts:
        place = _place(draft, start)
        if start.event == "person.left" and _forbids_left(plan.while_):
            message = f'start "{start.name}" can never fire: who has left is not in `while`'
            draft.say(
                "J140",
                place,
                message,
                advice='Write a `while` that speaks of person.status, as in person.status is "left".',
            )
        if start.every:
            _sweep(draft, plan, start, keys)
        if start.every or (start.for_ is not None and start.event):
            _bulk(draft, plan, start)


def _place(draft: Draft, start: Start) -> Place:
    line, column = draft.lines[start.place]
    return Place(draft.source.file, line, column, len(start.name))


def _nothing_starts(draft: Draft, plan: Plan, keys: Keys) -> None:
    run_by_others = any(plan.journey in head.runs for head in draft.catalog.journeys.values())
    if not plan.starts and not run_by_others:
        place = keys["journey"].key.place
        draft.remark("J140", place, "nothing starts this journey, and no other journey runs it", "Write `starts:`.")


def _forbids_left(condition: Expression | None) -> bool:
    tests = condition.tests if isinstance(condition, All) else (condition,)
    return show(_NOT_LEFT) in {show(test) for test in tests if test is not None}


def _sweep(draft: Draft, plan: Plan, start: Start, keys: Keys) -> None:
    once, place = plan.once, keys["once"].value.place
    moving = [
        show(one) for one in once.by if isinstance(one, Path) and one.names[0] == "person" and one.names[1:] != ("id",)
    ]
    for written in moving:
        draft.say(
            "J142",
            place,
            f'{written} can change, and then the sweep "{start.name}" begins a second run',
            advice="Use a value of the start, or a time: per person in 180 days.",
        )
    by_start = any(isinstance(one, Path) and one.names[0] == "start" for one in once.by)
    yearly = start.every.startswith("year")
    if yearly and once.within is not None and not by_start and approximate_seconds(once.within) >= _YEAR_SECONDS:
        draft.say(
            "J142",
            place,
            f'`once` holds for {once.within}, and the next start of "{start.name}" comes no later than that',
            advice="Write per person per year, or per person and start.due.",
        )
    asks_the_record = start.for_ is not None and any(isinstance(node, Call) for node in walk(start.for_))
    if once.at_a_time or ((once.within or once.period) and not asks_the_record and not yearly):
        draft.remark(
            "J141",
            _place(draft, start),
            f'the sweep "{start.name}" finds the same people again as long as its `for` holds of them',
            'Ask in `for` what the journey brings about, as in not holds("people-manager").',
        )


def _bulk(draft: Draft, plan: Plan, start: Start) -> None:
    """Whoever comes in a crowd must not overrun a connection."""
    if start.event and start.event in draft.catalog.events and draft.catalog.events[start.event].about_person:
        return
    actions: list[tuple[str, int, int]] = []
    for step in plan.steps:
        if isinstance(step.body, Do):
            actions.append((step.body.action, step.place, len(step.name)))
        actions += [(move.action, move.place, len("do")) for move in moves_of(plan, step) if isinstance(move, DoMove)]
    for ladder in (plan.when_no_longer, plan.when_resumed):
        actions += [(move.action, move.place, len("do")) for move in moves_in(plan, ladder) if isinstance(move, DoMove)]
    for action, number, length in actions:
        connection = action.partition(".")[0]
        if connection not in draft.catalog.limited:
            line, column = draft.lines[number]
            draft.say(
                "J143",
                Place(draft.source.file, line, column, length),
                f'{action} is called for everyone whom "{start.name}" finds, and connection "{connection}" has no limit',
                advice=f'Write `limit:` for "{connection}" in handrail.yaml.',
            )
