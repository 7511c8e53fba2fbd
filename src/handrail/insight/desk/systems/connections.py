"""Connections as people look at them: when each was last reached, how far that is from what is expected, what is in its way.

All of it stands in a few rows: the connection's own, its watermarks, and counts by index. What is declared is handed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from msgspec import Struct

from handrail.connect.breaker import position
from handrail.connect.port import ConnectionState
from handrail.connect.standing.contact import Failing
from handrail.connect.standing.pauses import Pause, of_whole
from handrail.connect.standing.trouble import is_late, is_silent
from handrail.connect.standing.usage import used
from handrail.insight.desk.systems.declared import Declared
from handrail.insight.desk.systems.drift import Brought, Drift, brought_by_source, drift_by_source
from handrail.insight.desk.systems.pace import pace_text, requests_for, until
from handrail.insight.lists import Names
from handrail.insight.past import Past
from handrail.insight.telling.wording import age_text, count_text, moment_text
from handrail.store.kept.marks import HAPPENED, TOLD
from handrail.store.moments import to_instant
from handrail.terms import coding
from handrail.terms.incident import Incident
from handrail.terms.values import Instant

_OPEN: Final = "SELECT connection, action, count(*) FROM effect WHERE state < 2 GROUP BY connection, action"
_CLAIMED: Final = "SELECT connection, count(*) FROM effect WHERE state < 2 AND state = 1 GROUP BY connection"
_HELD: Final = "SELECT source, count(*) FROM held WHERE ended IS NULL GROUP BY source"
_MESSAGES: Final = "SELECT count(*) FROM message WHERE state = 0"
_AWAY: Final = "SELECT opened, body FROM incident WHERE ended IS NULL AND cause LIKE ? ORDER BY id"


class ConnectionSeen(Struct, frozen=True):
    """One connection. `state` is a word, `said` why it is so in a sentence; `fresh` what is expected of its contact.

    `good`: when it last answered as it should; `asked` and `told`: when it was last asked what happened, and told
    something by itself. `waiting` are calls that have not left, `claimed` those on their way; `requests` is what they take.
    `held` is what was told and could not be understood, `drift` what its newest files hold that the mapping does not
    expect, `brought` the newest file. `over`: when the last that waits has left.
    """

    declared: Declared
    owner_name: str
    state: str
    said: str
    good: Instant | None
    fresh: str
    late: bool
    used: int
    pace: str
    waiting: int
    claimed: int
    requests: int
    over: Instant | None
    held: int
    asked: Instant | None
    told: Instant | None
    failing: tuple[Failing, ...]
    paused: tuple[Pause, ...]
    drift: tuple[Drift, ...] = ()
    brought: Brought | None = None

    @property
    def name(self) -> str:
        """Its name."""
        return self.declared.name

    @property
    def pause(self) -> Pause | None:
        """The pause of the whole connection."""
        return of_whole(self.paused)


class _Found(Struct, frozen=True):
    """What the store knows of all connections."""

    states: Mapping[str, ConnectionState]
    open: Mapping[str, Mapping[str, int]]
    claimed: Mapping[str, int]
    held: Mapping[str, int]
    marks: Mapping[tuple[str, str], Instant]
    messages: int
    drift: Mapping[str, tuple[Drift, ...]]
    brought: Mapping[str, Brought]
    away: Mapping[str, tuple[Instant, str]]
    """Mail servers that are out of reach: since when, and why; a mail has no call that would say so."""


def connections_seen(past: Past, declared: Sequence[Declared], now: Instant, zone: str) -> tuple[ConnectionSeen, ...]:
    """All that are declared: first those in whose way something is, then by name."""
    found, names = _found(past, [one.name for one in declared if one.kind == "mail"]), Names(past)
    names.fetch_owners(one.owner for one in declared)
    seen = [_seen(one, found, names.owner(one.owner), (now, zone)) for one in declared]
    return tuple(sorted(seen, key=lambda one: (_ORDER.get(one.state, len(_ORDER)), one.name)))


_ORDER: Final = {"out of reach": 0, "late": 1, "paused": 2, "look": 3, "drift": 4}


class Paused(Struct, frozen=True):
    """A connection that somebody paused, and the sentence that says who, since when and why."""

    name: str
    said: str


def paused_connections(rows: Iterable[tuple[str, bytes]], zone: str) -> tuple[Paused, ...]:
    """Those of these connections (name, row as it is packed) that are paused as a whole, in their order."""
    pauses = [(str(name), of_whole(state_of(body).paused)) for name, body in rows]
    return tuple(Paused(name, pause_text(pause, zone)) for name, pause in pauses if pause is not None)


def _found(past: Past, mails: Sequence[str]) -> _Found:
    read = past.store.database.read
    opened: dict[str, dict[str, int]] = {}
    for connection, action, many in read(_OPEN):
        opened.setdefault(str(connection), {})[str(action)] = int(many)
    return _Found(
        {name: state_of(body) for name, body in read("SELECT connection, body FROM gate")},
        opened,
        _counts(read(_CLAIMED)),
        _counts(read(_HELD)),
        {(name, what): to_instant(int(at)) for name, what, at in read("SELECT connection, what, at FROM watermark")},
        int(read(_MESSAGES)[0][0]),
        drift_by_source(past),
        brought_by_source(past),
        dict(away for name in mails for away in _away(past, name)),
    )


def _away(past: Past, mail: str) -> Iterator[tuple[str, tuple[Instant, str]]]:
    """The open incident of a mail server."""
    for opened, body in past.store.database.read(_AWAY, (f"{mail}/%",)):
        known = coding.unpack(body, Incident)
        if known.kind == "out of reach" and known.about == mail:
            yield mail, (to_instant(int(opened)), known.why)


def state_of(body: bytes) -> ConnectionState:
    """A connection's row as it is packed."""
    return coding.unpack(body, ConnectionState)


def _counts(rows: Sequence[tuple[Any, ...]]) -> dict[str, int]:
    return {str(name): int(many) for name, many in rows}


def _seen(one: Declared, found: _Found, owner: str, at: tuple[Instant, str]) -> ConnectionSeen:
    now, zone = at
    state = found.states.get(one.name, ConnectionState())
    opened, claimed = found.open.get(one.name, {}), found.claimed.get(one.name, 0)
    waiting = found.messages if one.kind == "mail" else sum(opened.values()) - claimed
    requests = waiting if one.kind == "mail" else requests_for(opened, one.bulks)
    asked, told = found.marks.get((one.name, HAPPENED)), found.marks.get((one.name, TOLD))
    paused = of_whole(state.paused)
    over = None if paused else until(requests, state.gate, one.limit, now)
    spent = used(state.usage, now)
    late, fresh = _freshness(one, state, now)
    word, said = _standing(state, waiting, at, late=late)
    drift, brought = found.drift.get(one.name, ()), found.brought.get(one.name)
    if word == "not started" and not waiting and (brought is not None or one.kind == "files"):
        word, said = _files(brought)
    if drift and word in ("right", "not started"):
        word, said = "drift", _drifted(drift[0].file, brought)
    if one.kind == "mail":
        word, said = _mail(found.away.get(one.name), waiting, zone)
    return ConnectionSeen(
        one, owner, word, said, state.contact.good, fresh, late, spent,
        pace_text(one.limit, spent, (waiting, requests), over, at) if one.kind not in ("mail", "files") else "",
        waiting, claimed, requests, over, found.held.get(one.name, 0), asked, told,
        tuple(reversed(state.contact.failing)), state.paused, drift, brought,
    )  # fmt: skip


def _mail(away: tuple[Instant, str] | None, waiting: int, zone: str) -> tuple[str, str]:
    """How the mail server stands: what waits, waits for its reader, unless nothing can leave."""
    if away is None:
        waits = " What waits, waits for its reader's working time or digest." if waiting else ""
        return "open", f"It carries the messages to people.{waits}"
    since, why = away
    waits = f"{count_text(waiting, 'message')} {'waits' if waiting == 1 else 'wait'}. " if waiting else ""
    return "out of reach", (
        f"Mail cannot leave: the mail server has been out of reach since {moment_text(since, zone)}. "
        f"The last try: {why.rstrip('.')}. {waits}What waits leaves by itself when it answers again, and is held when "
        "nobody takes it for three days. See whether the mail server runs, and whether its address and its password in "
        "handrail.yaml are right."
    )


def _files(brought: Brought | None) -> tuple[str, str]:
    """How a source stands that is known by its files."""
    if brought is None:
        return "not started", "No file came yet."
    if brought.whole:
        return "look", f"Its last file is {brought.file}: {brought.counts}."
    return "right", f"Its last file was taken in: {brought.file}, {brought.counts}."


def _drifted(file: str, brought: Brought | None) -> str:
    """Which file is not as expected, and what the newest one held, which may be another."""
    said = f"{file} is not as its mapping expects"
    if brought is None:
        return f"{said}."
    return f"{said}: {brought.counts}." if file == brought.file else f"{said}. {brought.file}: {brought.counts}."


def _freshness(one: Declared, state: ConnectionState, now: Instant) -> tuple[bool, str]:
    """Whether its last good contact is longer ago than it should be, and what is expected."""
    if one.asked_every is None:
        if one.kind == "mail":
            return False, "Mail is sent when somebody is written to."
        if one.kind == "files":
            return False, "Its files come by handrail sync; nothing says when the next one is due."
        said = "It is called when a journey asks for it"
        return False, f"{said}; what it tells, it tells by itself." if one.tells else f"{said}."
    every = (
        "every minute" if one.asked_every <= timedelta(minutes=1) else f"every {age_text(now, now + one.asked_every)}"
    )
    return is_late(state, one.asked_every, now), f"It is asked {every} what happened."


def _standing(state: ConnectionState, waiting: int, at: tuple[Instant, str], *, late: bool) -> tuple[str, str]:
    """The word for how it stands, and the sentence."""
    now, zone = at
    paused, good = of_whole(state.paused), state.contact.good
    if paused is not None:
        return "paused", pause_text(paused, zone)
    reached = _reached(state, waiting, at, late=late)
    if reached is not None:
        return reached
    if late and good is not None:
        return "late", f"It has not answered as it should for {age_text(good, now)}.{_waits(waiting)}"
    if state.throttled:
        return "look", "It asks us to come less often, and is given the time."
    if good is None:
        return "not started", "It was not called yet." if not waiting else "Nothing of what waits was sent yet."
    return "right", "It answers."


def _reached(state: ConnectionState, waiting: int, at: tuple[Instant, str], *, late: bool) -> tuple[str, str] | None:
    """The same where calls do not get through: why, since when, and how many wait for it. None: the last one did."""
    since = f"{_since(state, at[1])}{_waits(waiting)}"
    if state.breaker.until is not None:
        return "out of reach", f"{_left_alone(state, at)}{since}"
    if is_silent(state):
        return "out of reach", f"It cannot be reached{_why(state)}.{since}"
    never = state.contact.good is None and bool(state.contact.failing)
    if not state.throttled and not late and (state.contact.silent is not None or never):
        return "look", f"Its last call failed{_why(state)}.{since}"
    return None


def _left_alone(state: ConnectionState, at: tuple[Instant, str]) -> str:
    """The breaker in plain words."""
    now, zone = at
    failed = f"Its last calls failed{_why(state)}"
    if position(state.breaker, now) == "open" and state.breaker.until is not None:
        return f"{failed}: it is left alone until {moment_text(state.breaker.until, zone)}."
    return f"{failed}: the next call tries whether it is back."


def _why(state: ConnectionState) -> str:
    """What was said at the last failure, in parentheses; empty where nothing was."""
    last = state.contact.failing[-1].cause.reason.rstrip(".") if state.contact.failing else ""
    return f" ({last})" if last else ""


def _since(state: ConnectionState, zone: str) -> str:
    """Since when nothing was answered; a row of an earlier release does not say."""
    silent = state.contact.silent
    return f" Nothing was answered since {moment_text(silent, zone)}." if silent is not None else ""


def _waits(waiting: int) -> str:
    if not waiting:
        return " No call waits for it."
    return f" {count_text(waiting, 'call')} {'waits' if waiting == 1 else 'wait'} for it."


def pause_text(pause: Pause, zone: str) -> str:
    """As in `Paused by Ana since Monday 16 March 2026, 06:00: the LMS is being moved.`."""
    return f"Paused by {pause.by} since {moment_text(pause.at, zone)}: {pause.reason.rstrip('.')}."


def advice_text(failing: Failing) -> str:
    """What to do about one cause of failures."""
    match failing.cause.failure:
        case "auth":
            return "It does not take our key any more: have a new one made there, put it in its place, and serve again."
        case "throttled":
            return "It asks us to come less often: lower the limit in handrail.yaml, or have it raised over there."
        case "permanent":
            return "It refuses what is asked: each call's own page says why, and its owner was handed the step."
        case "uncertain":
            return "It did not say what it did: each is looked up before anything is sent again."
        case _:
            return "It could not be reached, or broke down: calls are tried again by themselves when it answers."
