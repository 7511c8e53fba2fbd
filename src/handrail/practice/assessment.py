"""The practice assessment tool: attempts, scores, and scores that are corrected or withdrawn later.

`respond` is its API, the other methods are what the imagined world does. No sockets, no sleeping.
`docs/reference/practice.md` documents every path.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from handrail.practice.desk import Desk, DeskSettings, Parts, Turn
from handrail.practice.exchange import Refusal, Request, Response, answer, matched, recorded, stamp, wanted
from handrail.practice.faults import Faults
from handrail.practice.journal import Journal, Line
from handrail.practice.webhooks import PRACTICE_SECRET, Delivery, Handed, Outbox, Outgoing, Told, tell
from handrail.terms.values import Instant

ResultKind = Literal["scored", "corrected", "withdrawn"]


class AssessmentSettings(DeskSettings, frozen=True):
    """How this tool behaves. `passes_at` is the score from which an attempt is passed."""

    passes_at: float = 80.0
    secret: str = PRACTICE_SECRET


class Registered(Struct, frozen=True, tag="registered"):
    """Somebody is to sit an assessment; `number` counts theirs, from 1."""

    id: str
    user: str
    assessment: str
    number: int
    at: Instant
    key: str = ""


class Result(Struct, frozen=True, tag="result"):
    """What is known of an attempt from `recorded_at` on. A withdrawn one has no score."""

    id: str
    kind: ResultKind
    attempt: str
    happened_at: Instant
    recorded_at: Instant
    score: float | None = None


AssessmentDid: TypeAlias = Registered | Result | Told | Handed


class _Book:
    """Everything the tool knows."""

    def __init__(self, settings: AssessmentSettings) -> None:
        self.attempts: dict[str, Registered] = {}
        self.by_user: dict[str, list[Registered]] = {}
        self.by_key: dict[str, Registered] = {}
        self.results: list[Result] = []
        self.newest: dict[str, Result] = {}
        self.outbox = Outbox(settings.secret)

    def of(self, user: str, assessment: str = "") -> list[Registered]:
        """Somebody's attempts, at one assessment or at all."""
        return [made for made in self.by_user.get(user, ()) if not assessment or made.assessment == assessment]

    def apply(self, did: AssessmentDid) -> None:
        match did:
            case Registered():
                self.attempts[did.id] = did
                self.by_user.setdefault(did.user, []).append(did)
                if did.key:
                    self.by_key[did.key] = did
            case Result():
                self.results.append(did)
                self.newest[did.attempt] = did
            case Told() | Handed():
                self.outbox.apply(did)


class Assessment:
    """An assessment tool: attempts are registered by others, and scored by the imagined world."""

    def __init__(
        self, clock: Callable[[], Instant], journal: Journal, settings: AssessmentSettings, faults: Faults
    ) -> None:
        self.settings = settings
        self._book = _Book(settings)
        self._desk = Desk[AssessmentDid](Parts(clock, journal, faults), settings, Line[AssessmentDid], self._book.apply)
        self.outgoing = Outgoing(self._desk, self._book.outbox)
        self._paths: dict[str, Callable[..., Response]] = {
            "POST /attempts": self._register,
            "GET /attempts": self._find,
            "GET /attempts/{attempt}": self._show,
            "GET /results": self._results_since,
        }

    def respond(self, request: Request) -> Response:
        """Answer one request. Raises `Unreachable` (nothing done) or `AnswerLost` (done and written, not answered)."""
        return self._desk.turn(request, self._work)

    def deliveries(self) -> list[Delivery]:
        """The webhooks that may leave now, each copy once."""
        return self.outgoing.take()

    def register(self, user: str, assessment: str) -> str:
        """Somebody registers by themselves; the attempt's id."""
        with self._desk.lock:
            made = self._attempt(user, assessment, self._desk.parts.clock())
            self._desk.world(made)
            return made.id

    def score(self, attempt: str, score: float, at: Instant | None = None) -> None:
        """An attempt is scored, at `at` or now. Raises `KeyError` when there is no such attempt."""
        self._record("scored", attempt, score, at)

    def sit(self, user: str, assessment: str, score: float, at: Instant | None = None) -> str:
        """Somebody takes an attempt from its beginning to its score; its id. An attempt that waits for one is used."""
        with self._desk.lock:
            open_ones = [made.id for made in self._book.of(user, assessment) if made.id not in self._book.newest]
            attempt = open_ones[0] if open_ones else self.register(user, assessment)
            self.score(attempt, score, at)
            return attempt

    def correct(self, attempt: str, score: float) -> None:
        """The score was wrong, and is this one. When it happened stays."""
        self._record("corrected", attempt, score, self._book.newest[attempt].happened_at)

    def withdraw(self, attempt: str) -> None:
        """The score no longer counts."""
        self._record("withdrawn", attempt, None, self._book.newest[attempt].happened_at)

    def _record(self, kind: ResultKind, attempt: str, score: float | None, at: Instant | None) -> None:
        with self._desk.lock:
            self._book.attempts[attempt]
            now = self._desk.parts.clock()
            result = Result(f"R-{len(self._book.results) + 1:07}", kind, attempt, at or now, now, score)
            told = tell(
                f"msg-{result.id}", f"assessment.{kind}", self._shown_result(result), now, self._desk.parts.faults
            )
            self._desk.world(result, *told)

    def _work(self, turn: Turn[AssessmentDid]) -> Response:
        work, names = matched(self._paths, turn.request)
        return work(turn, *names)

    def _attempt(self, user: str, assessment: str, now: Instant, key: str = "") -> Registered:
        number = len(self._book.of(user, assessment)) + 1
        return Registered(f"A-{len(self._book.attempts) + 1:07}", user, assessment, number, now, key)

    def _register(self, turn: Turn[AssessmentDid]) -> Response:
        user, assessment = wanted(turn.request.payload(), "user", "assessment")
        key = turn.request.header("idempotency-key")
        made = self._book.by_key.get(key) if key else None
        if made is not None:
            if (made.user, made.assessment) != (user, assessment):
                raise Refusal(422, "key_used_for_something_else", attempt=made.id)
            turn.note = "replayed"
        else:
            made = self._attempt(user, assessment, turn.now, key)
            turn.do(made)
        return answer(201, self._shown(made))

    def _find(self, turn: Turn[AssessmentDid]) -> Response:
        (user,) = wanted(turn.request.query, "user")
        theirs = self._book.of(user, turn.request.query.get("assessment", ""))
        found = [self._shown(made) for made in theirs if made.at <= turn.seen_at]
        return answer(200, {"attempts": found})

    def _show(self, _turn: Turn[AssessmentDid], attempt: str) -> Response:
        made = self._book.attempts.get(attempt)
        if made is None:
            raise Refusal(404, "unknown_attempt", attempt=attempt)
        return answer(200, self._shown(made))

    def _results_since(self, turn: Turn[AssessmentDid]) -> Response:
        """Results recorded at or after `since` and after the result `after`, oldest first; corrections are results too."""
        found, more = recorded(turn.request.query, self._book.results, lambda result: result.recorded_at, turn.seen_at)
        return answer(200, {"results": [self._shown_result(result) for result in found], "more": more})

    def _shown(self, made: Registered) -> dict[str, Any]:
        newest = self._book.newest.get(made.id)
        return {
            "attempt": made.id,
            "number": made.number,
            "user": made.user,
            "assessment": made.assessment,
            "at": stamp(made.at),
            "score": newest.score if newest else None,
            "status": newest.kind if newest else "registered",
        }

    def _shown_result(self, result: Result) -> dict[str, Any]:
        made = self._book.attempts[result.attempt]
        return {
            "result": result.id,
            "status": result.kind,
            "attempt": made.id,
            "number": made.number,
            "user": made.user,
            "assessment": made.assessment,
            "score": result.score,
            "passed": None if result.score is None else result.score >= self.settings.passes_at,
            "happened_at": stamp(result.happened_at),
            "recorded_at": stamp(result.recorded_at),
        }
