"""What becomes of a call when its answer is there: a table from outcome to verdict, and what the connection learns.

| outcome | verdict | a try is used up |
|---|---|---|
| confirmed, not needed | the same, for good | |
| absent (read back) | again at once, or failed when the tries are used up | |
| throttled, auth | again, when the gate or the breaker lets it | no |
| transient | again, later each time; failed when the tries are used up | yes |
| permanent | failed | yes |
| uncertain | read back after the far side has had its time; failed when it can be neither read back nor keyed | yes |

Pure: the dispatcher hands in what it knows and commits what comes out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, assert_never

from msgspec import Struct, structs

from handrail.connect import breaker, gate
from handrail.connect.breaker import BreakerRule
from handrail.connect.gate import Rate
from handrail.connect.port import ConnectionState, ItemOutcome, Row, Settled
from handrail.connect.retry import next_try, throttled_wait, when_to_come_again
from handrail.connect.standing import contact
from handrail.connect.standing.contact import Cause
from handrail.terms.catalog import ActionType
from handrail.terms.event import FailureClass, Outcome
from handrail.terms.values import NOTHING, Instant

NOT_SENT: Final = "not sent"
"""The code of an outcome that never left: the far side has nothing to do with it."""

_WELL: Final = frozenset({"confirmed", "not needed"})


class Pace(Struct, frozen=True):
    """How a connection may be used.

    A claimed call leaves within `lease_seconds` or not at all, and the far side is done with it `timeout_seconds`
    later at the latest. `list_from`: from so many waiting for one action and object on, we look who has it already.
    """

    rate: Rate | None = None
    concurrency: int = 4
    lease_seconds: float = 5.0
    timeout_seconds: float = 20.0
    list_from: int = 20
    key_prefix: str = "handrail"
    breaker: BreakerRule = BreakerRule()


def key_text(prefix: str, row: Row) -> str:
    """The effect's key as the far side sees it: the same for every try, another for every pass and after a restore."""
    run, pass_, rung = row.key
    return f"{prefix}{row.lineage}-{run}-{pass_}-{rung}"


def went_well(outcomes: Sequence[ItemOutcome]) -> bool:
    """Whether a request was answered, and everything asked for in it is so now."""
    for one in outcomes:
        if one.ended not in _WELL:
            return False
    return bool(outcomes)


def learned_well(state: ConnectionState, many: int, now: Instant, pace: Pace) -> ConnectionState:
    """The connection's row after so many requests that went well."""
    if not many:
        return state
    moved = breaker.succeeded(state.breaker, now, pace.breaker, many)
    return structs.replace(state, contact=contact.answered(state.contact, now), breaker=moved, throttled=0)


def learned(state: ConnectionState, outcomes: Sequence[ItemOutcome], now: Instant, pace: Pace) -> ConnectionState:
    """The connection's row after one call: gate closed by a refusal to serve us, breaker moved, contact noted."""
    if went_well(outcomes):
        return learned_well(state, 1, now, pace)
    return _guarded(structs.replace(state, contact=_contact(state, outcomes, now)), outcomes, now, pace)


def _contact(state: ConnectionState, outcomes: Sequence[ItemOutcome], now: Instant) -> contact.Contact:
    """It answered, unless every item failed for a reason that is the connection's own; how items failed is counted by cause."""
    sent = [one for one in outcomes if one.code != NOT_SENT]
    found, by_cause = state.contact, dict[tuple[str, str], list[ItemOutcome]]()
    for one in sent:
        if one.ended == "failed":
            by_cause.setdefault((one.failure or "", one.code), []).append(one)
    if any(one.ended != "failed" or one.failure == "permanent" for one in sent):
        found = contact.answered(found, now)
    for (failure, code), several in by_cause.items():
        found = contact.failed(found, Cause(failure, code, several[-1].reason), len(several), now)
    return found


def _guarded(state: ConnectionState, outcomes: Sequence[ItemOutcome], now: Instant, pace: Pace) -> ConnectionState:
    classes = {one.failure for one in outcomes if one.ended == "failed"}
    if "throttled" in classes:
        return _throttled(state, outcomes, now, pace)
    if all(one.code == NOT_SENT for one in outcomes):
        return state
    if "auth" in classes:
        return structs.replace(state, breaker=breaker.trip(state.breaker, now, pace.breaker))
    broken = all(one.ended == "failed" and one.failure != "permanent" for one in outcomes)
    move = breaker.failed if broken else breaker.succeeded
    return structs.replace(state, breaker=move(state.breaker, now, pace.breaker), throttled=0)


def settled(
    row: Row, outcome: ItemOutcome, action: ActionType | None, now: Instant, state: ConnectionState, pace: Pace
) -> Settled:
    """The verdict on one row; `state` is the connection's after the call, `action` None if it no longer exists."""
    match outcome.ended:
        case "confirmed" | "not needed":
            ended = outcome.ended
            call, tries, reason = row.call, row.tries + 1, outcome.reason
            over = Outcome(call.pass_, call.rung, now, ended, outcome.fields, None, "", reason, tries)
            return Settled(row.key, ended, tries, over, None, None, "", reason)
        case "absent":
            return _absent(row, outcome, now, pace)
        case "failed":
            return _failed(row, outcome, action, now, state, pace)
    assert_never(outcome.ended)


def without_request(prefix: str, row: Row, action: ActionType | None, stands: int | None) -> ItemOutcome | None:
    """The outcome of a row that needs no request: `stands` is the other run that makes it so. None: it needs one."""
    if action is not None and not row.uncertain and not row.override and stands is None:
        return None
    key = key_text(prefix, row)
    if action is None:
        reason = f'The connection "{row.call.connection}" has no action "{row.call.action}" any more.'
        return ItemOutcome(key, "failed", failure="permanent", code="no_such_action", reason=reason)
    if row.uncertain:
        if action.read_back or action.keyed:
            return None
        reason = "It may have been done before a restart, and the other side cannot be asked. Somebody must look."
        return ItemOutcome(key, "failed", failure="uncertain", code="cannot_be_read_back", reason=reason)
    if row.override:
        return ItemOutcome(key, "not needed", reason=row.override)
    what = "still wants it" if row.call.undoes else "has already done it"
    return ItemOutcome(key, "not needed", reason=f"R-{stands} {what}.")


def given_up(row: Row, outcome: ItemOutcome, tries: int, now: Instant) -> Settled:
    """Failed for good."""
    failure: FailureClass = outcome.failure or "transient"
    over = Outcome(
        row.call.pass_,
        row.call.rung,
        now,
        "failed",
        outcome.fields if outcome.failure == "permanent" else NOTHING,
        failure,
        outcome.code,
        outcome.reason,
        tries,
    )
    return Settled(row.key, "failed", tries, over, None, failure, outcome.code, outcome.reason)


def _absent(row: Row, outcome: ItemOutcome, now: Instant, pace: Pace) -> Settled:
    """It certainly did not happen. What a crash left has used up no try; a lost answer has."""
    unused = outcome.code == NOT_SENT or row.tries == 0
    if unused or next_try(row.call.retry, key_text(pace.key_prefix, row), row.tries, now) is not None:
        if outcome.code == NOT_SENT:
            return Settled(row.key, "uncertain" if row.uncertain else "again", row.tries, None, now)
        return Settled(row.key, "again", row.tries, None, now, looked=True)
    lost = structs.replace(
        outcome, failure="transient", reason=outcome.reason or "No answer came, and it was not done."
    )
    return given_up(row, lost, row.tries, now)


def _failed(
    row: Row, outcome: ItemOutcome, action: ActionType | None, now: Instant, state: ConnectionState, pace: Pace
) -> Settled:
    tries = row.tries + 1
    again = Settled(row.key, "again", tries, None, now, outcome.failure, outcome.code, outcome.reason)
    if row.uncertain and outcome.failure in ("transient", "uncertain", "permanent"):
        return _could_not_look(row, outcome, now, pace)
    match outcome.failure:
        case "throttled" | "auth":
            at = gate.next_allowed(state.gate, now, pace.rate)
            at = max(at, state.breaker.until or at)
            verdict = "uncertain" if row.uncertain else "again"
            return structs.replace(again, tries=row.tries, next_at=at, verdict=verdict)
        case "transient" | None:
            at_last = next_try(row.call.retry, key_text(pace.key_prefix, row), tries, now)
            return given_up(row, outcome, tries, now) if at_last is None else structs.replace(again, next_at=at_last)
        case "permanent":
            return given_up(row, outcome, tries, now)
        case "uncertain":
            if action is None or not (action.read_back or action.keyed):
                return given_up(row, outcome, tries, now)
            later = now + timedelta(seconds=pace.timeout_seconds)
            return structs.replace(again, verdict="uncertain", next_at=later)
    assert_never(outcome.failure)


def _could_not_look(row: Row, outcome: ItemOutcome, now: Instant, pace: Pace) -> Settled:
    """A read back came to nothing: what was unknown still is. It is tried again as the rule says, at least once."""
    looks = row.tries + 1
    at = next_try(row.call.retry, key_text(pace.key_prefix, row), looks, now)
    if at is None:
        reason = f"It was sent, and whether it was done could not be found out. {outcome.reason}".strip()
        return given_up(row, structs.replace(outcome, failure="uncertain", reason=reason), looks, now)
    return Settled(row.key, "uncertain", looks, None, at, outcome.failure, outcome.code, outcome.reason)


def _throttled(state: ConnectionState, outcomes: Sequence[ItemOutcome], now: Instant, pace: Pace) -> ConnectionState:
    """The gate closes for everybody on the connection, until the latest moment that was asked for."""
    hints = [when_to_come_again(one.retry_after, now) for one in outcomes if one.retry_after]
    said = [hint for hint in hints if hint is not None]
    slot = pace.rate.slot_seconds if pace.rate else 0.0
    until = max(said) if said else now + throttled_wait(slot, state.throttled)
    throttled = state.throttled if said else state.throttled + 1
    return structs.replace(state, gate=gate.close(state.gate, until, pace.rate), throttled=throttled)
