"""One or many handoffs answered, given to somebody else or snoozed: each with its own outcome, refusals with whom and why.

A part of them is one commit. What is refused changes nothing, and never keeps the others from being done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from msgspec import Struct

from handrail.app.answering.reading import answer_of
from handrail.app.answering.refusing import NotTaken
from handrail.app.runtime import Runtime
from handrail.core.inputs.by_hand import BEYOND
from handrail.engine.by_hand.handing import AT_ONCE, Answering, By, Giving, Hand, Outcome, Snoozing, Wish, act
from handrail.insight.answering.links import over
from handrail.insight.answering.question import open_handoff
from handrail.insight.lists import Names
from handrail.insight.past import Past
from handrail.store.rows import HandoffRow
from handrail.terms.plan import NONE


class Became(Struct, frozen=True):
    """What became of one handoff. `why` and `what_to_do` say it of one that was refused; `kind` in one word, for programs.

    `number` is the ledger's row of what was done.
    """

    run: str
    pass_number: int
    step: str
    person: str
    done: bool
    kind: str = ""
    why: str = ""
    what_to_do: str = ""
    number: int = 0


class Done(Struct, frozen=True):
    """What became of all of them: `asked` is `done` and `refused` together."""

    asked: int
    done: int
    refused: int
    outcomes: tuple[Became, ...]


class AnswerGiven(Struct, frozen=True):
    """The same answer to each: a word, and a form as the handoffs ask for it."""

    word: str = ""
    form: Mapping[str, Any] = {}


Asked: TypeAlias = AnswerGiven | Giving | Snoozing
_ADVICE = {
    "not theirs": "Ask them, or let them name a delegate.",
    "the learner's own": "Ask whoever runs learning here: they may give it to somebody else, or have it wait.",
    "not offered": "Answer with one of those that are offered.",
    "form": "Fill it in as the handoff asks.",
    "not possible": "Look at the handoff, and choose something else.",
    "over": "There is nothing to do: the run has gone on.",
}
_LONGEST = f"At most {BEYOND} beyond its limit; where the limit is a date, up to it. Or give it to somebody else."


def act_on(runtime: Runtime, rows: Sequence[HandoffRow], asked: Asked, by: By) -> Done:
    """Do it with each handoff; what became of each, in order. Nothing of it raises but a runtime that does not work."""
    past = runtime.past()
    refused: dict[Hand, Outcome] = {}
    wishes: dict[Hand, Wish] = {}
    for row in rows:
        hand = Hand(row.run, row.pass_)
        try:
            wishes[hand] = _wish(past, row, asked)
        except NotTaken as error:
            kind = "over" if error.why == "over" else "not offered"
            refused[hand] = Outcome(row.run, row.pass_, done=False, kind=kind, why=error.error)
    for wish, hands in _alike(wishes):
        for first in range(0, len(hands), AT_ONCE):
            part = hands[first : first + AT_ONCE]
            for outcome in runtime.do(_acting(part, wish, by)):
                refused[Hand(outcome.run, outcome.pass_)] = outcome
    shown = _shown(runtime, rows, refused)
    done = sum(each.done for each in shown)
    return Done(len(shown), done, len(shown) - done, shown)


def _acting(hands: Sequence[Hand], wish: Wish, by: By) -> Callable[..., list[Outcome]]:
    return lambda engine, now: act(engine, hands, wish, by, now)


def _wish(past: Past, row: HandoffRow, asked: Asked) -> Wish:
    """What is done with this handoff: of an answer, with its form read as the handoff asks for it. Raises NotTaken."""
    if not isinstance(asked, AnswerGiven):
        return asked
    found = open_handoff(past, row) if row.closed is None else None
    if found is None:
        return Answering(asked.word)  # it is over, and refused as such where all are
    return Answering(*answer_of(past, found, asked.word, asked.form))


def _alike(wishes: Mapping[Hand, Wish]) -> list[tuple[Wish, list[Hand]]]:
    """The handoffs by what is to be done with them."""
    found: list[tuple[Wish, list[Hand]]] = []
    for hand, wish in wishes.items():
        same = next((hands for other, hands in found if other == wish), None)
        if same is None:
            found.append((wish, [hand]))
        else:
            same.append(hand)
    return found


def _shown(runtime: Runtime, rows: Sequence[HandoffRow], outcomes: Mapping[Hand, Outcome]) -> tuple[Became, ...]:
    """As people read it, with what is known of it after it was done."""
    past = runtime.past()
    names = Names(past)
    names.fetch(row.person for row in rows)
    runs = past.store.runs_by_id(sorted({row.run for row in rows}))
    zone = runtime.engine.worlds.organization.zone
    shown = []
    for row in rows:
        outcome = outcomes[Hand(row.run, row.pass_)]
        step = past.plans[runs[row.run].plan].plan.steps[row.step].name if row.step != NONE else ""
        why, advice = ("", "") if outcome.done else _refused(past, row, outcome, zone)
        shown.append(
            Became(
                f"R-{row.run}", row.pass_, step, names.of(row.person), outcome.done, outcome.kind, why, advice,
                outcome.number,
            )
        )  # fmt: skip
    return tuple(shown)


def _refused(past: Past, row: HandoffRow, outcome: Outcome, zone: str) -> tuple[str, str]:
    """Why it was not done, as a sentence, and what to do."""
    advice = _ADVICE.get(outcome.kind, "")
    if outcome.kind == "over":
        stands = next(each for each in past.store.handoffs_of_run(row.run) if each.pass_ == row.pass_)
        if stands.closed is None:
            return "It has changed meanwhile.", "Look at it again, and do what is asked now."
        return over(past, stands, zone).sentence, advice
    if outcome.kind == "not possible" and "longer" in outcome.why:
        advice = _LONGEST
    return f"{outcome.why[:1].upper()}{outcome.why[1:].rstrip('.')}.", advice
