"""The desk of a practice system: who may ask, how often, what goes wrong on the way, and the line in the journal.

A turn is: fault at the door, token, limit, the system's own work, one line, fault on the answer. State is only
ever changed by what is written in the same turn, so a system that was killed is again what its journal says; one
whose journal cannot be written answers nobody any more.
Nothing here knows what any one system does, opens a socket or sleeps.
"""

from __future__ import annotations

import hmac
import math
import threading
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime
from typing import Final, Generic, TypeVar

from msgspec import Struct, structs

from handrail.practice.exchange import AnswerLost, Refusal, Request, Response, Unreachable, answer
from handrail.practice.faults import AT_THE_DOOR, ON_THE_ANSWER, Fault, Faults, Hint
from handrail.practice.journal import Journal, Line
from handrail.practice.window import Window
from handrail.terms.values import Instant

Did = TypeVar("Did")
NOT_COUNTED: Final = frozenset({401, 429})


class DeskSettings(Struct, frozen=True):
    """Who may ask and how often. `limit` 0 is no limit; a minute may be shorter, for a test in a hurry."""

    token: str = "practice-token"  # noqa: S105 - it guards nothing: loopback, imagined people
    limit: int = 0
    minute_seconds: float = 60.0
    hint: Hint = "seconds"


class Parts(Struct, frozen=True):
    """What every system is handed: its clock, its journal and its faults."""

    clock: Callable[[], Instant]
    journal: Journal
    faults: Faults


class Turn(Generic[Did]):
    """One request being worked on: its moment, what reads may see, and what has been done so far."""

    def __init__(self, request: Request, now: Instant, seen_at: Instant, apply: Callable[[Did], None]) -> None:
        self.request = request
        self.now = now
        self.seen_at = seen_at
        self.did: list[Did] = []
        self.note = ""
        self._apply = apply

    def do(self, did: Did) -> None:
        """It is so from now on; the desk writes it down before it answers."""
        self._apply(did)
        self.did.append(did)


class Desk(Generic[Did]):
    """Takes requests one at a time. `apply` makes the system's state from what was done, live and on opening."""

    def __init__(
        self, parts: Parts, settings: DeskSettings, line: type[Line[Did]], apply: Callable[[Did], None]
    ) -> None:
        self.parts = parts
        self.lock = threading.RLock()
        self._settings = settings
        self._apply = apply
        self._broken = False
        self._window = Window(settings.limit, settings.minute_seconds)
        for kept in parts.journal.read(line):
            self._again(kept)

    def turn(self, request: Request, work: Callable[[Turn[Did]], Response], *, counted: bool = True) -> Response:
        """Answer one request. Raises `Unreachable` (nothing done) or `AnswerLost` (done, written, not answered).

        What is not `counted` is the imagined world's own doing: no limit, no fault, no request in the journal.
        """
        with self.lock:
            now = self.parts.clock()
            subject = f"{request.method} {request.path}"
            door = self.parts.faults.strike(AT_THE_DOOR, subject, now) if counted else None
            if self._broken or (door is not None and door.kind == "refused"):
                raise Unreachable(f"{subject}: the connection was refused")
            turn = Turn(request, now, self._seen_at(request, now), self._apply)
            response = self._at_the_door(turn, door, counted=counted) or _worked(turn, work)
            fault = self.parts.faults.strike(ON_THE_ANSWER, subject, now) if counted else None
            if fault is not None and response.status not in NOT_COUNTED and not turn.note:
                turn.note = fault.kind
            self._write(turn, response, counted=counted)
            return _spoiled(response, fault, subject)

    def world(self, *did: Did) -> None:
        """Something the imagined world did, without a request."""
        with self.lock:
            for one in did:
                self._apply(one)
            self._append(Line(at=self.parts.clock(), did=did))

    def _again(self, line: Line[Did]) -> None:
        if line.method and line.status not in NOT_COUNTED:
            self._window.take(line.at)
        for did in line.did:
            self._apply(did)

    def _seen_at(self, request: Request, now: Instant) -> Instant:
        if request.method != "GET":
            return now
        stale = self.parts.faults.strike(("stale",), f"GET {request.path}", now)
        return now - timedelta(seconds=stale.seconds) if stale else now

    def _at_the_door(self, turn: Turn[Did], fault: Fault | None, *, counted: bool) -> Response | None:
        """Why the request is not worked on, if it is not."""
        given = turn.request.header("authorization")
        if not hmac.compare_digest(given.encode(), f"Bearer {self._settings.token}".encode()):
            return answer(401, {"error": "unauthorized"})
        if not counted:
            return None
        throttled = fault is not None and fault.kind == "throttled"
        if throttled or not self._window.take(turn.now):
            turn.note = "throttled"
            hint = fault.hint if fault is not None and throttled else self._settings.hint
            until = (
                turn.now + timedelta(seconds=fault.seconds) if fault and throttled else self._window.free_at(turn.now)
            )
            return answer(429, {"error": "too_many_requests"}, _retry_after(turn.now, until, hint))
        if fault is None:
            return None
        turn.note = fault.kind
        if fault.kind == "error":
            return answer(500, {"error": "internal_error"})
        until = turn.now + timedelta(seconds=fault.seconds)
        return answer(503, {"error": "unavailable"}, _retry_after(turn.now, until, fault.hint))

    def _write(self, turn: Turn[Did], response: Response, *, counted: bool) -> None:
        request = turn.request
        self._append(
            Line(
                at=turn.now,
                method=request.method if counted else "",
                path=request.path,
                status=response.status,
                key=request.header("idempotency-key"),
                note=turn.note,
                did=tuple(turn.did),
            )
        )

    def _append(self, line: Line[Did]) -> None:
        try:
            self.parts.journal.append(line)
        except OSError:
            self._broken = True
            raise


def _worked(turn: Turn[Did], work: Callable[[Turn[Did]], Response]) -> Response:
    try:
        return work(turn)
    except Refusal as refusal:
        return answer(refusal.status, refusal.payload)


def _spoiled(response: Response, fault: Fault | None, subject: str) -> Response:
    """The answer as it arrives."""
    if fault is None or response.status in NOT_COUNTED:
        return response
    if fault.kind == "answer_lost":
        raise AnswerLost(f"{subject}: done, and the answer was lost")
    if fault.kind == "wrong_json":
        return structs.replace(response, body=response.body[: len(response.body) // 2] + b"<")
    return structs.replace(response, after_seconds=fault.seconds)


def _retry_after(now: Instant, until: Instant, hint: Hint) -> dict[str, str]:
    """The hint when to come again: whole seconds, an HTTP date (RFC 9110, 10.2.3), or none."""
    seconds = math.ceil((until - now).total_seconds())
    if hint == "none":
        return {}
    if hint == "seconds":
        return {"retry-after": str(seconds)}
    whole = until if until.microsecond == 0 else until.replace(microsecond=0) + timedelta(seconds=1)
    return {"retry-after": format_datetime(whole, usegmt=True)}
