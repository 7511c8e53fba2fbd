"""What is on its way out, as it stands now: messages in their boxes, calls that wait, connections that cannot be reached.

Only rows are read here; what a reason or a finding says beside them stands in `standing` and `health`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from msgspec import Struct

from handrail.calendar.durations import retry_delays
from handrail.connect.port import ConnectionState
from handrail.connect.standing.contact import Contact
from handrail.connect.standing.pauses import Pause, of_bulk, of_whole
from handrail.insight.past import Past, then_of
from handrail.insight.telling.wording import call_name, count_text, moment_text
from handrail.store.kept.calls import call_of
from handrail.store.kept.mail import MailHoldRow
from handrail.store.kept.tries import is_uncertain, last_try
from handrail.store.moments import CONFIRMED, EFFECT_STATES, FAILED, WAITING, to_instant, to_millis
from handrail.store.opening import Store
from handrail.store.rows import EffectRow, GateRow, MessageRow
from handrail.terms import coding
from handrail.terms.values import Instant


class Unreached(Struct, frozen=True):
    """A connection that is left alone until `until` (None: it is not), that answers nothing, or whose calls wait after failed tries.

    `waiting` are all its calls that wait, `tried` those that failed at least once, `next_at` when the first of them leaves.
    `since`: since when nothing that was sent to it was answered (None: the last was), `why`: what was said of the last.
    """

    connection: str
    until: Instant | None
    waiting: int
    tried: int
    next_at: Instant | None
    since: Instant | None = None
    why: str = ""


def unreached(store: Store, now: Instant) -> tuple[Unreached, ...]:
    """The connections that their calls do not get through to, by name."""
    ask = (
        "SELECT connection, count(*), sum(CASE WHEN tries > 0 THEN 1 ELSE 0 END), min(next_at) FROM effect "
        "WHERE state = ? GROUP BY connection"
    )
    waiting = store.database.read(ask, (WAITING,))
    calls = {str(name): (int(many), int(tried), int(at)) for name, many, tried, at in waiting}
    states = _states(store)
    left = {name: state.breaker.until for name, state in states.items() if state.breaker.until is not None}
    silent = {name: state.contact for name, state in states.items() if _answers_nothing(state)}
    found = []
    for name in sorted({*calls, *left, *silent}):
        many, tried, at = calls.get(name, (0, 0, 0))
        until = left.get(name)
        if until is not None and now >= until and not many:
            until = None
        contact = silent.get(name, Contact())
        why = contact.failing[-1].cause.reason.rstrip(".") if contact.failing else ""
        if until is not None or tried or name in silent:
            found.append(Unreached(name, until, many, tried, to_instant(at) if many else None, contact.silent, why))
    return tuple(found)


def _answers_nothing(state: ConnectionState) -> bool:
    """Whether its last call came to no answer. That somebody paused it is known to them."""
    return state.contact.silent is not None and of_whole(state.paused) is None


def left_alone(store: Store) -> dict[str, Instant]:
    """Until when connections are left alone because their last calls failed. A moment that is past: the next call tries it."""
    states = _states(store).items()
    return {name: state.breaker.until for name, state in states if state.breaker.until is not None}


def _states(store: Store) -> dict[str, ConnectionState]:
    rows = [GateRow(*row) for row in store.database.read("SELECT * FROM gate")]
    return {row.connection: coding.unpack(row.body, ConnectionState) for row in rows}


def paused_by(store: Store, effect: EffectRow) -> Pause | None:
    """The pause that holds a call here: its connection's, or its bulk's."""
    found = store.database.read("SELECT body FROM gate WHERE connection = ?", (effect.connection,))
    paused = coding.unpack(found[0][0], ConnectionState).paused if found else ()
    return of_whole(paused) or of_bulk(paused, effect.action, effect.object)


def pause_clause(pause: Pause, connection: str, zone: str) -> str:
    """`lms is paused by Ana since Monday 16 March 2026, 06:00: the LMS is being moved`."""
    what = (
        f"{call_name(pause.action)}{f' about {pause.object}' if pause.object else ''}" if pause.action else connection
    )
    return f"{what} is paused by {pause.by} since {moment_text(pause.at, zone)}: {pause.reason.rstrip('.')}"


def message_text(
    messages: Sequence[MessageRow], told: tuple[int, str], told_at: Instant, then: Instant, zone: str
) -> str:
    """When a message that was told then (pass, name) left, or leaves, of a run's messages. Empty: it is not known any more."""
    pass_, name = told
    at = to_millis(told_at)
    rows = [row for row in messages if (row.pass_, row.template, row.at) == (pass_, name, at)]
    return "; ".join(dict.fromkeys(_left(row, then, zone) for row in rows))


def _left(row: MessageRow, then: Instant, zone: str) -> str:
    """One message: `it left on …`, `it leaves on … at the earliest`, or why it did not."""
    when = f" on {moment_text(to_instant(row.leave_at), zone)}" if row.leave_at is not None else ""
    if row.state == CONFIRMED and (row.leave_at is None or row.leave_at <= to_millis(then)):
        return f"it left{when}{' in a digest' if row.outcome == 'in digest' else ''}"
    if row.state == FAILED:
        return f"it did not leave ({row.outcome})"
    if row.state > CONFIRMED:
        return f"it was not needed any more ({row.outcome})" if row.outcome else "it was not needed any more"
    return (
        f"it leaves{when} at the earliest"
        if when
        else "it waits until somebody lets the messages of this new journey go"
    )


def cause_text(effect: EffectRow) -> str:
    """Why the last try of a call that waits failed, in the far side's words: `connection refused`. Empty: nothing failed."""
    last = last_try(effect.outcome)
    said = last.reason.rstrip(".") or last.code.replace("_", " ")
    return said[:1].lower() + said[1:] if said[1:2].islower() else said


def tried_until(effect: EffectRow) -> Instant | None:
    """About when a call that failed is tried for the last time, where nothing puts it off; None: it waits for no such try."""
    rule = call_of(effect).retry
    if effect.state != WAITING or not effect.tries or rule is None:
        return None
    return to_instant(effect.next_at) + sum(retry_delays(rule)[effect.tries :], timedelta())


def awaited_calls(store: Store, awaited: Sequence[tuple[int, int, int]]) -> dict[tuple[int, int, int], EffectRow]:
    """Of these calls (run, pass, rung) those that wait for their turn, or for the next try."""
    ask = "SELECT * FROM effect WHERE state = 0 AND run {in}"
    runs = sorted({run for run, _, _ in awaited})
    found = [EffectRow(*row) for row in store.database.read_in(ask, runs)] if runs else []
    wanted = set(awaited)
    return {key: row for row in found if (key := (row.run, row.pass_, row.rung)) in wanted}


def try_text(effect: EffectRow, zone: str) -> str:
    """Of a call that failed and waits: when it is tried next, and until when."""
    until, next_at = tried_until(effect), to_instant(effect.next_at)
    last = f", the last about {moment_text(until, zone)}" if until is not None and until > next_at else ""
    only = "last" if until == next_at else "next"
    return (
        f"after {count_text(effect.tries, 'try')}; the {only} is on {moment_text(next_at, zone)} at the earliest{last}"
    )


def call_text(store: Store, effect: EffectRow, now: Instant, zone: str) -> str:
    """How a call stands now, and what is in its way: `lms.enroll at lms is waiting now, …`."""
    text = f"{call_name(effect.action)} is {EFFECT_STATES[effect.state]} now"
    if effect.state != WAITING:
        return text + (f", after {count_text(effect.tries, 'try')}" if effect.tries else "")
    text += f"; it leaves on {moment_text(to_instant(effect.next_at), zone)} at the earliest, in its turn"
    if effect.tries:
        text += f", after {count_text(effect.tries, 'try')}"
    until = tried_until(effect)
    if until is not None and until > to_instant(effect.next_at):
        text += f", and is tried for the last time about {moment_text(until, zone)}"
    if cause := cause_text(effect):
        text += f"; the last try: {cause}"
    if is_uncertain(effect.outcome):
        text += "; whether it was done already is not known, and is looked up first"
    pause = paused_by(store, effect)
    if pause is not None:
        text += f"; {pause_clause(pause, effect.connection, zone)}"
    alone = left_alone(store).get(effect.connection)
    if alone is not None:
        left = f"is left alone until {moment_text(alone, zone)}" if now < alone else "is tried again with the next call"
        text += f"; {effect.connection} could not be reached lately, and {left}"
    return text


# Journeys that are new here

_MAIL_HOLDS: Final = (
    "WITH waiting AS MATERIALIZED (SELECT r.plan AS plan, count(*) AS many FROM message m JOIN run r ON r.id = m.run "
    "WHERE m.state = 0 AND m.leave_at IS NULL GROUP BY r.plan) "
    "SELECT h.*, coalesce((SELECT sum(w.many) FROM plan p JOIN waiting w ON w.plan = p.id WHERE p.journey = h.journey), 0) "
    "FROM mail_hold h WHERE h.ended IS NULL ORDER BY 1"
)


class MailHeld(Struct, frozen=True):
    """Messages of a journey that is new here, which wait until somebody lets them go; `owner` as owners are written. `many` may be 0."""

    journey: str
    title: str
    owner: str
    many: int
    since: Instant


def mail_held(past: Past, now: Instant) -> Iterator[MailHeld]:
    """The journeys that are so new that their messages wait, with how many do."""
    for *found, many in past.once(_MAIL_HOLDS):
        row = MailHoldRow(*found)
        kept = past.current(row.journey, then_of(now))
        title = kept.plan.title if kept is not None else row.journey
        yield MailHeld(row.journey, title, row.owner, int(many), to_instant(row.since))
