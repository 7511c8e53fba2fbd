"""One call asked why: why a system was called, was not, or is called later; with the arithmetic of its limit.

How it stands is its row's; why it was asked for, and how it came out, is the run's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from msgspec import Struct

from handrail.connect.gate import Rate
from handrail.insight.answer import Answer, Because, Link, NextChance, Verdict, WaitingFor
from handrail.insight.asking import Asking
from handrail.insight.past import Past
from handrail.insight.replay import Decided, Replay, replay
from handrail.insight.sending import cause_text, left_alone, pause_clause, paused_by
from handrail.insight.standing import evidence_of, links_of, told_of
from handrail.insight.telling.sentences import failure_text, step_label
from handrail.insight.telling.wording import age_text, call_name, count_text, day_of, moment_text, sentence, value_text
from handrail.insight.whys.references import Reference, call_ref
from handrail.store.kept.calls import call_of
from handrail.store.kept.tries import is_uncertain
from handrail.store.moments import CLAIMED, CONFIRMED, FAILED, NOT_NEEDED, WAITING, WITHDRAWN, to_instant, to_millis
from handrail.store.rows import EffectRow
from handrail.terms.decision import Reason
from handrail.terms.effect import Call
from handrail.terms.event import Outcome
from handrail.terms.values import Instant

_VERDICTS: Mapping[int, Verdict] = {
    WAITING: "leaves later",
    CLAIMED: "leaves later",
    CONFIRMED: "done",
    NOT_NEEDED: "not done",
    FAILED: "not done",
    WITHDRAWN: "not done",
}
_ENDED: Mapping[str, int] = {"confirmed": CONFIRMED, "not needed": NOT_NEEDED, "failed": FAILED}
_AT_ONCE = timedelta(minutes=1)
"""A call that was done so soon needs no word on how long it took."""


class _Asked(Struct, frozen=True):
    """A call with its run: its row, what it says, and the rows that asked for it and that brought how it ended."""

    found: Replay
    row: EffectRow
    call: Call
    by: Decided | None
    ended: Decided | None
    rate: Rate | None

    @property
    def outcome(self) -> Outcome | None:
        return self.ended.event if self.ended is not None and isinstance(self.ended.event, Outcome) else None


def of_call(past: Past, named: Reference, at: Instant, rates: Mapping[str, Rate]) -> Answer:
    """Why a system was called, was not called, or is called later."""
    run = past.run(named.numbers[0])
    found = past.store.database.read(
        "SELECT * FROM effect WHERE run = ? AND pass = ? AND rung = ?", tuple(named.numbers)
    )
    if run is None or not found:
        return Answer("not known", f"{call_ref(*named.numbers[:3])} is no call that was ever decided.")
    asking, row = Asking(past, run.person, at), EffectRow(*found[0])
    told = replay(past, run, asking.then)
    call = call_of(row)
    asked = _Asked(told, row, call, _asked_by(told, row), _ended_by(told, row), rates.get(row.connection))
    if asked.by is None and not any(each.seq == row.decided for each in told.rows):
        text = f"{_what(asking, asked)} had not been asked for by {moment_text(at, asking.zone)}."
        return Answer("not done", text, asking.name, told.kept.plan.journey, zone=asking.zone)
    return _answer(asking, asked)


def _asked_by(found: Replay, row: EffectRow) -> Decided | None:
    return next((each for each in found.rows if each.seq == row.decided), None)


def _ended_by(found: Replay, row: EffectRow) -> Decided | None:
    """The row of the ledger that brought its outcome, by then."""
    for each in found.rows:
        event = each.event
        if isinstance(event, Outcome) and (event.pass_, event.rung) == (row.pass_, row.rung):
            return each
    return None


def _answer(asking: Asking, asked: _Asked) -> Answer:
    row, found = asked.row, asked.found
    state = _state(asked)
    over = state not in (WAITING, CLAIMED)
    chosen = _chosen(asked)
    because = [*told_of(asking, found.run.id, chosen), *_outcome(asking, asked)]
    waiting: tuple[WaitingFor, ...] = ()
    chance = None
    if not over:
        because += _line(asking, asked)
        leaves = to_instant(row.next_at)
        waiting = (WaitingFor(f"its turn at {row.connection}", row.connection, _since(asked), leaves),)
        chance = NextChance("the call leaves", max(leaves, asking.at))
    return Answer(
        _VERDICTS[state], _sentence(asking, asked, state), asking.name, found.kept.plan.journey, tuple(because),
        waiting_for=waiting, next_chance=chance, evidence=evidence_of(found, chosen), zone=asking.zone,
        question=f"Why was {row.connection} called, or not?",
        links=(*links_of(asking, found), Link("call", call_ref(*row[:3]), call_name(row.action))),
    )  # fmt: skip


def _state(asked: _Asked) -> int:
    """How it stood then: as its outcome says, if that had come; else withdrawn, on its way, or waiting."""
    if asked.outcome is not None:
        return _ENDED[asked.outcome.ended]
    if asked.row.state == WITHDRAWN and not _is_awaited(asked):
        return WITHDRAWN
    return CLAIMED if asked.row.state == CLAIMED else WAITING


def _is_awaited(asked: _Asked) -> bool:
    """Whether its step still waited for it then."""
    passes = asked.found.state.passes if asked.found.state is not None else ()
    return any(
        (each.number, each.call) == (asked.row.pass_, asked.row.rung) and each.waiting == "outcome" for each in passes
    )


def _chosen(asked: _Asked) -> list[tuple[Decided, Reason]]:
    """What was decided about its step, up to its end."""
    last = asked.ended.seq if asked.ended is not None else None
    return [
        (row, reason)
        for row in asked.found.rows
        for reason in row.reasons
        if (reason.pass_ == asked.row.pass_ or (asked.row.pass_ == 0 and row is asked.by))
        and (last is None or row.seq <= last)
    ]


# The sentence


def _what(asking: Asking, asked: _Asked) -> str:
    about = f" ({asked.row.object})" if asked.row.object else ""
    return f"{call_name(asked.row.action)} for {asking.name}{about}"


def _sentence(asking: Asking, asked: _Asked, state: int) -> str:
    what, outcome = _what(asking, asked), asked.outcome
    match state:
        case _ if state == WAITING:
            return f"{what} has not left yet: {_why_later(asking, asked)}."
        case _ if state == CLAIMED:
            return f"{what} is on its way now; what {asked.row.connection} says to it is not known yet."
        case _ if state == CONFIRMED:
            return f"{what} was done{_when(asking, asked)}{_how_long(asked)}."
        case _ if state == NOT_NEEDED:
            reason = (outcome.reason if outcome is not None else "").rstrip(".")
            return f"{what} was not needed: {reason[:1].lower() + reason[1:] or 'it was so already'}."
        case _ if state == WITHDRAWN:
            return f"{what} was not sent: {_withdrawn(asking, asked)}."
        case _:
            seen = {} if outcome is None else {"failure": outcome.failure, "code": outcome.code}
            tries = count_text(max(asked.row.tries, 1), "try")
            return f"{what} could not be done{_when(asking, asked)}, after {tries}: {failure_text(seen)}."


def _since(asked: _Asked) -> Instant | None:
    return asked.by.at if asked.by is not None else None


def _when(asking: Asking, asked: _Asked) -> str:
    return f" on {moment_text(asked.ended.at, asking.zone)}" if asked.ended is not None else ""


def _how_long(asked: _Asked) -> str:
    if asked.by is None or asked.ended is None or asked.ended.at - asked.by.at < _AT_ONCE:
        return ""
    return f", {age_text(asked.by.at, asked.ended.at)} after it was asked for"


def _withdrawn(asking: Asking, asked: _Asked) -> str:
    """Who or what took it back before it left."""
    for row in reversed(asked.found.rows):
        if any(reason.rule in ("withdrawn", "stopped", "finished", "went back") for reason in row.reasons):
            reason = next((each for each in reversed(row.reasons) if each.rule in ("stopped", "finished")), None)
            why = str(reason.seen.get("reason") or reason.rule) if reason is not None else "it was taken back"
            return f"before its turn came, the run had ended on {day_of(row.at, asking.zone)} ({why})"
    return "it was taken back before its turn came"


def _why_later(asking: Asking, asked: _Asked) -> str:
    row = asked.row
    leaves = to_instant(row.next_at)
    if is_uncertain(row.outcome):
        when = moment_text(max(leaves, asking.at), asking.zone)
        return f"whether it was done already is not known, and {row.connection} is asked about it on {when}"
    if row.tries:
        when = moment_text(max(leaves, asking.at), asking.zone)
        cause = cause_text(row)
        last = f" ({cause})" if cause else ""
        return f"{count_text(row.tries, 'try')} failed{last}, and it is tried again on {when}"
    if leaves > asking.at:
        return f"it leaves on {moment_text(leaves, asking.zone)} at the earliest"
    return "it leaves in its turn"


# What stands in its way


def _line(asking: Asking, asked: _Asked) -> list[Because]:
    """The connection's limit, what is before it in line, and whether the connection is left alone."""
    row, store = asked.row, asking.past.store
    found: list[Because] = []
    ahead = _ahead(asking, row)
    rate = asked.rate
    if rate is not None:
        text = f"{row.connection} takes at most {count_text(rate.count, 'call')} in {_per(rate)}."
        if ahead:
            last = asking.at + timedelta(seconds=ahead * rate.slot_seconds)
            text = (
                f"{text[:-1]}, and {count_text(ahead, 'call')} are before it: its turn comes at about "
                f"{moment_text(last, asking.zone)}, if nothing else goes wrong."
            )
        found.append(Because("limit", text, needed=f"{rate.count:,} in {_per(rate)}", seen={"ahead": f"{ahead:,}"}))
    elif ahead:
        text = f"{count_text(ahead, 'call')} of {row.connection} are before it."
        found.append(Because("limit", text, seen={"ahead": f"{ahead:,}"}))
    pause = paused_by(store, row)
    if pause is not None:
        clause = pause_clause(pause, row.connection, asking.zone)
        found.append(
            Because("paused", f"{sentence(clause)[:-1]}. It leaves when somebody lets it go on.", when=pause.at)
        )
    until = left_alone(store).get(row.connection)
    if until is not None:
        left = f"until {moment_text(until, asking.zone)}" if asking.at < until else "until one call gets through again"
        text = f"{row.connection} could not be reached lately and is left alone {left}; nothing is lost meanwhile."
        found.append(Because("left alone", text))
    return found


def _ahead(asking: Asking, row: EffectRow) -> int:
    """How many calls of the connection leave before it."""
    if row.state != WAITING:
        return 0
    ask = (
        "SELECT (SELECT count(*) FROM effect WHERE connection = ? AND state = 0 AND rank < ? AND next_at <= ?), "
        "(SELECT count(*) FROM effect WHERE connection = ? AND state = 0 AND rank = ? AND next_at < ?)"
    )
    now = to_millis(asking.at)
    ((urgent, sooner),) = asking.past.store.database.read(
        ask, (row.connection, row.rank, now, row.connection, row.rank, row.next_at)
    )
    return int(urgent) + int(sooner)


def _per(rate: Rate) -> str:
    for seconds, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")):
        many, rest = divmod(rate.per_seconds, seconds)
        if many >= 1 and not rest:
            return f"a {unit}" if many == 1 else f"{int(many)} {unit}s"
    return f"{rate.per_seconds:g} seconds"


def _outcome(asking: Asking, asked: _Asked) -> Sequence[Because]:
    """What the far side said, where the run's own reasons do not say it."""
    outcome, ended = asked.outcome, asked.ended
    if outcome is None or ended is None:
        return ()
    if outcome.ended != "confirmed" or not (outcome.fields or outcome.reason):
        return ()
    given = {name: value_text(value, asking.name_of, asking.zone) for name, value in outcome.fields.items()}
    said = ", ".join(f"{name} {value}" for name, value in given.items())
    step = step_label(asked.found.kept.plan.steps[_step(asked)]) if _step(asked) >= 0 else ""
    text = f"{asked.row.connection} answered{f': {said}' if said else ''}{f' ({outcome.reason})' if outcome.reason else ''}."
    return (Because("outcome", text, seen=given, source=asked.row.connection, when=ended.at, step=step),)


def _step(asked: _Asked) -> int:
    steps = asked.found.kept.plan.steps
    return next((index for index, step in enumerate(steps) if step.name == asked.call.step), -1)
