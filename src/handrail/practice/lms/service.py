"""The practice LMS at work: what each request does, and what the imagined world does to it.

What it knows is in `book`; the limit, the token, the faults and the journal are the desk's. No sockets, no sleeping.
`docs/reference/practice.md` documents every path.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import islice
from typing import Any

from msgspec import json

from handrail.practice.desk import Desk, Parts, Turn
from handrail.practice.exchange import (
    Refusal,
    Request,
    Response,
    answer,
    matched,
    moment,
    number,
    recorded,
    stamp,
    wanted,
)
from handrail.practice.faults import Faults
from handrail.practice.journal import Journal, Line
from handrail.practice.lms.book import (
    AccountMade,
    AccountReinstated,
    AccountSuspended,
    Book,
    Completed,
    Enrolled,
    Enrollment,
    LmsDid,
    LmsSettings,
    Unenrolled,
    shown,
)
from handrail.practice.webhooks import Delivery, Outgoing, tell
from handrail.terms.coding import digest
from handrail.terms.values import Instant


class Lms:
    """A learning management system. `respond` is its API; the other methods are what the imagined world does."""

    def __init__(self, clock: Callable[[], Instant], journal: Journal, settings: LmsSettings, faults: Faults) -> None:
        self.settings = settings
        self._book = Book(settings)
        self._desk = Desk[LmsDid](Parts(clock, journal, faults), settings, Line[LmsDid], self._book.apply)
        self.outgoing = Outgoing(self._desk, self._book.outbox)
        self._paths: dict[str, Callable[..., Response]] = {
            "POST /accounts": self._make_account,
            "GET /accounts/{user}": self._show_account,
            "POST /accounts/{user}/{change}": self._change_account,
            "GET /courses": self._show_courses,
            "GET /courses/{course}/enrollments": self._who_is_in,
            "POST /enrollments": self._enroll_one,
            "POST /enrollments/bulk": self._enroll_many,
            "GET /enrollments": self._read_back,
            "DELETE /enrollments/{enrollment}": self._unenroll,
            "POST /completions": self._complete,
            "GET /completions": self._completions_since,
        }

    def respond(self, request: Request) -> Response:
        """Answer one request. Raises `Unreachable` (nothing done) or `AnswerLost` (done and written, not answered)."""
        by_the_world = (request.method, request.path) == ("POST", "/completions")
        return self._desk.turn(request, self._work, counted=not by_the_world)

    def deliveries(self) -> list[Delivery]:
        """The webhooks that may leave now, each copy once."""
        return self.outgoing.take()

    def complete(
        self, user: str, course: str, at: Instant | None = None, *, score: float | None = None, passed: bool = True
    ) -> str:
        """Somebody completes a course, at `at` or now; its id. It is told by webhook and found by poll."""
        with self._desk.lock:
            done, told = self._completion(user, course, at, score=score, passed=passed)
            self._desk.world(done, *told)
            return done.id

    def enroll_by_hand(self, user: str, course: str, edition: str = "") -> str:
        """An administrator enrolls somebody; the enrollment's id."""
        with self._desk.lock:
            now = self._desk.parts.clock()
            made = Enrolled(self._next_id(), user, course, now, edition=edition, by="hand")
            self._desk.world(made)
            return made.id

    def suspend(self, user: str) -> None:
        """An administrator suspends an account."""
        self._desk.world(AccountSuspended(user, self._desk.parts.clock()))

    def enrollments(self, seen: int = 0) -> list[Enrollment]:
        """Enrollments in the order in which they were made, without the first `seen`."""
        return list(islice(self._book.enrollments.values(), seen, None))

    def has_completed(self, user: str, course: str) -> bool:
        """Whether they completed the course at least once."""
        return self._book.attempts(user, course) > 0

    def reinstate(self, user: str) -> None:
        """An administrator gives an account back."""
        self._desk.world(AccountReinstated(user, self._desk.parts.clock()))

    def _work(self, turn: Turn[LmsDid]) -> Response:
        work, names = matched(self._paths, turn.request)
        return work(turn, *names)

    def _make_account(self, turn: Turn[LmsDid]) -> Response:
        payload = turn.request.payload()
        user, email, name = wanted(payload, "user", "email", "name")
        key = turn.request.header("idempotency-key") if self.settings.keys else ""
        made = AccountMade(user, email, name, str(payload.get("active_from") or ""), key)
        there = self._book.accounts.get(user)
        if there is not None:
            if not key or there != made:
                raise Refusal(409, "account_exists", user=user)
            turn.note = "replayed"
        else:
            turn.do(made)
        return answer(201, self._account(user))

    def _change_account(self, turn: Turn[LmsDid], user: str, change: str) -> Response:
        if change not in {"suspend", "reinstate"}:
            raise Refusal(404, "no_such_path", path=turn.request.path)
        self._account(user)
        if change == "suspend" and user not in self._book.suspended:
            turn.do(AccountSuspended(user, turn.now))
        if change == "reinstate" and user in self._book.suspended:
            turn.do(AccountReinstated(user, turn.now))
        return answer(200, self._account(user))

    def _show_account(self, _turn: Turn[LmsDid], user: str) -> Response:
        return answer(200, self._account(user))

    def _show_courses(self, _turn: Turn[LmsDid]) -> Response:
        return answer(200, {"courses": [{"course": course} for course in self.settings.courses]})

    def _account(self, user: str) -> dict[str, object]:
        account = self._book.accounts.get(user)
        if account is None and not self.settings.auto_accounts:
            raise Refusal(404, "unknown_user", user=user)
        status = "suspended" if user in self._book.suspended else "active"
        if account is None:
            return {"user": user, "status": status}
        return {
            "user": user,
            "email": account.email,
            "name": account.name,
            "active_from": account.active_from or None,
            "status": status,
        }

    def _enroll_one(self, turn: Turn[LmsDid]) -> Response:
        return self._enroll(turn, turn.request.payload(), turn.request.header("idempotency-key"))

    def _enroll(self, turn: Turn[LmsDid], payload: dict[str, Any], key: str) -> Response:
        """One enrollment, asked for alone or as an item of a bulk."""
        user, course = wanted(payload, "user", "course")
        edition, due = str(payload.get("edition") or ""), str(payload.get("due") or "")
        fingerprint = digest(json.encode([user, course, edition, due])).hex()
        earlier = self._book.by_key.get(key) if key and self.settings.keys else None
        if earlier is not None:
            if earlier.fingerprint != fingerprint:
                raise Refusal(422, "key_used_for_something_else", enrollment=earlier.id)
            turn.note = "replayed"
            return answer(201, shown(self._book.enrollments[earlier.id]))
        self._may_enroll(user, course)
        there = self._book.open.get((user, course, edition))
        if there is not None and self.settings.unique:
            raise Refusal(409, "already_enrolled", enrollment=there)
        made = Enrolled(self._next_id(), user, course, turn.now, due, edition, key, fingerprint)
        turn.do(made)
        return answer(201, shown(self._book.enrollments[made.id]))

    def _may_enroll(self, user: str, course: str) -> None:
        """Refuse who is unknown or suspended, and a course that is not there."""
        self._account(user)
        if user in self._book.suspended:
            raise Refusal(403, "account_suspended", user=user)
        if self.settings.courses and course not in self.settings.courses:
            raise Refusal(404, "unknown_course", course=course)

    def _enroll_many(self, turn: Turn[LmsDid]) -> Response:
        """Up to `bulk_max` enrollments in one request; each item with its own end, told in no order to rely on."""
        items = turn.request.payload().get("items")
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise Refusal(400, "missing", fields=["items"])
        if len(items) > self.settings.bulk_max:
            raise Refusal(413, "too_many_items", most=self.settings.bulk_max)
        results = [self._item(turn, item) for item in items]
        return answer(207, {"results": results[::-1]})

    def _item(self, turn: Turn[LmsDid], item: dict[str, Any]) -> dict[str, object]:
        key = str(item.get("key") or "")
        fault = self._desk.parts.faults.strike(("item_failed", "item_timeout"), "POST /enrollments/bulk", turn.now)
        if fault is not None and fault.kind == "item_failed":
            return {"key": key, "status": 500, "error": "internal_error"}
        try:
            done = self._enroll(turn, item, key)
        except Refusal as refusal:
            return {"key": key, "status": refusal.status, **refusal.payload}
        if fault is not None:
            return {"key": key, "status": 504, "error": "timeout"}
        return {"key": key, "status": done.status, "enrollment": done.payload()["enrollment"]}

    def _unenroll(self, turn: Turn[LmsDid], enrollment: str) -> Response:
        there = self._book.enrollments.get(enrollment)
        if there is None:
            raise Refusal(404, "unknown_enrollment", enrollment=enrollment)
        if there.removed_at is None:
            turn.do(Unenrolled(enrollment, turn.now))
        else:
            turn.note = "replayed"
        return answer(200, {"enrollment": enrollment, "removed_at": stamp(there.removed_at or turn.now)})

    def _who_is_in(self, turn: Turn[LmsDid], course: str) -> Response:
        """Who is in a course: everybody in one answer, or pages of `page_size` after the enrollment `after`."""
        query = turn.request.query
        size, after = number(query, "page_size", 0), query.get("after", "")
        there = [
            one for one in self._book.by_course.get(course, ()) if one.stood_at(turn.seen_at) and one.made.id > after
        ]
        page = there[:size] if size else there
        following = page[-1].made.id if page and len(page) < len(there) else None
        return answer(200, {"enrollments": [shown(one) for one in page], "next": following})

    def _read_back(self, turn: Turn[LmsDid]) -> Response:
        """What stands for somebody, in one course or in all."""
        (user,) = wanted(turn.request.query, "user")
        course = turn.request.query.get("course", "")

        def fits(one: Enrollment) -> bool:
            return (not course or one.made.course == course) and one.stood_at(turn.seen_at)

        return answer(200, {"enrollments": [shown(one) for one in self._book.by_user.get(user, ()) if fits(one)]})

    def _complete(self, turn: Turn[LmsDid]) -> Response:
        payload = turn.request.payload()
        user, course = wanted(payload, "user", "course")
        score, passed = payload.get("score"), payload.get("passed", True)
        if not isinstance(score, int | float | None) or not isinstance(passed, bool):
            raise Refusal(400, "not_a_result", fields=["score", "passed"])
        at = moment(str(payload.get("at") or ""), "at")
        done, told = self._completion(user, course, at, score=score, passed=passed)
        for did in (done, *told):
            turn.do(did)
        return answer(201, self._shown_completion(done))

    def _completion(
        self, user: str, course: str, at: Instant | None, *, score: float | None, passed: bool
    ) -> tuple[Completed, list[Any]]:
        """A completion and what is told of it."""
        now = self._desk.parts.clock()
        done = Completed(
            id=f"C-{len(self._book.completions) + 1:07}",
            user=user,
            course=course,
            attempt=self._book.attempts(user, course) + 1,
            completed_at=at or now,
            recorded_at=now,
            score=score,
            passed=passed,
            enrollment=self._book.open.get((user, course, ""), ""),
        )
        payload = {**self._shown_completion(done), "completed_at": stamp(done.completed_at)}
        return done, [*tell(f"msg-{done.id}", "course.completed", payload, now, self._desk.parts.faults)]

    def _completions_since(self, turn: Turn[LmsDid]) -> Response:
        """Completions recorded at or after `since` and after the completion `after`, oldest first."""
        found, more = recorded(turn.request.query, self._book.completions, lambda done: done.recorded_at, turn.seen_at)
        return answer(200, {"completions": [self._shown_completion(done) for done in found], "more": more})

    def _shown_completion(self, done: Completed) -> dict[str, object]:
        by_day = self.settings.poll_precision == "day"
        completed: date | str = done.completed_at.date() if by_day else stamp(done.completed_at)
        return {
            "completion": done.id,
            "user": done.user,
            "course": done.course,
            "attempt": done.attempt,
            "completed_at": completed,
            "recorded_at": stamp(done.recorded_at),
            "score": done.score,
            "passed": done.passed,
            "enrollment": done.enrollment or None,
        }

    def _next_id(self) -> str:
        return f"E-{len(self._book.enrollments) + 1:07}"
