"""Taking back what a run brought about: last first, with what it was called with, and only what has an undo.

A call whose end is not known yet is withdrawn; if it was sent all the same and confirmed, it is undone then.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import structs

from handrail.core.draft import Draft
from handrail.core.moves.passes import withdraw
from handrail.terms.effect import Call, RetryRule
from handrail.terms.event import Outcome
from handrail.terms.plan import NONE, Do, Retry
from handrail.terms.state import Sent


def undo(
    d: Draft, step: int, place: int, *, items: tuple[int, ...] = (), inside: Callable[[Sent], bool] | None = None
) -> None:
    """Undo the calls of `step` (NONE: of all); with `inside` only those. Inside an `each`, a step's are the item's own."""
    for index in range(len(d.sent) - 1, -1, -1):
        sent = d.sent[index]
        if inside is not None and not inside(sent):
            continue
        if step != NONE and (sent.step != step or sent.items[: len(items)] != items[: len(sent.items)]):
            continue
        if sent.ended == "confirmed":
            _note(d, index, structs.replace(sent, ended="undone"))
            _call(d, sent)
            d.say("undone", place, sent.pass_, step=d.step(sent.step).name)
        elif sent.ended == "":
            _note(d, index, structs.replace(sent, ended="to undo"))
            withdraw(d, sent.pass_, sent.rung)
            d.say("withdrawn", place, sent.pass_, step=d.step(sent.step).name)


def _note(d: Draft, index: int, sent: Sent) -> None:
    """Keep this account in the place of that number."""
    d.sent = (*d.sent[:index], sent, *d.sent[index + 1 :])


def _call(d: Draft, sent: Sent) -> None:
    step = d.step(sent.step)
    assert isinstance(step.body, Do), f"only a `do` is undone, not {step.name}"
    action = step.body.undo
    # The undo's own key: the same pass, counted down below zero, so that it can never meet a rung of the pass.
    d.effects.append(
        Call(
            sent.pass_,
            -1 - sent.rung,
            step.name,
            action.partition(".")[0],
            action,
            d.state.person,
            str(sent.arguments.get(step.body.object, "")) if step.body.object else "",
            sent.arguments,
            retry_of(d, step.contract.if_fails),
            (sent.pass_, sent.rung),
            sent.given,
        )
    )


def retry_of(d: Draft, ladder: int) -> RetryRule | None:
    """The retry rule that a list of moves begins with; the dispatcher follows it."""
    if ladder == NONE:
        return None
    first = d.plan.ladders[ladder].moves[0]
    return first.rule if isinstance(first, Retry) and first.only_if is None else None


def settle_sent(d: Draft, outcome: Outcome) -> bool:
    """Note how a call that has an undo ended; undo it where that was asked meanwhile. Whether there was one."""
    for index, sent in enumerate(d.sent):
        if (sent.pass_, sent.rung) != (outcome.pass_, outcome.rung):
            continue
        if sent.ended == "to undo" and outcome.ended == "confirmed":
            _note(d, index, structs.replace(sent, ended="undone", given=outcome.fields))
            _call(d, d.sent[index])
            d.say("undone when it became known", 0, sent.pass_)
        elif sent.ended in ("", "to undo"):
            _note(d, index, structs.replace(sent, ended=outcome.ended, given=outcome.fields))
        return True
    return False


def sent_of(d: Draft, outcome: Outcome) -> Sent | None:
    """The call that this failed undo was to take back."""
    return next((sent for sent in d.sent if (sent.pass_, -1 - sent.rung) == (outcome.pass_, outcome.rung)), None)
