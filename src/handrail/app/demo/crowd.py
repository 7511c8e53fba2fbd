"""The demo's people: 70 % answer in time, 20 % late, 10 % never, by a rule that a hash of the handoff decides.

Nothing is remembered: what somebody will do follows from the handoff alone, so a demo that was killed goes on with the
same people. Learners complete courses and sit exams at the practice systems, which tell of it by webhook.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from functools import partial
from typing import Final

from handrail.app.demo.company import Company
from handrail.core.answers import form_of, offered
from handrail.engine.items import ForRun
from handrail.store.batch import Batch
from handrail.store.moments import to_instant
from handrail.store.rows import HandoffRow
from handrail.terms import coding
from handrail.terms.event import Answer
from handrail.terms.plan import NONE, Do, FormField
from handrail.terms.state import Pass, State
from handrail.terms.values import Fields, Instant, PersonRef, Value

IN_TIME, LATE = 0.70, 0.90
COURSES_WITH_EXAM: Final = {"MGR-101": "MGR-101-final"}
SEED: Final = "acme"


def dice(*what: object) -> float:
    """A number in [0, 1) that depends on `what` alone."""
    text = "|".join(map(str, (SEED, *what))).encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:6], "big") / 2**48


class Crowd:
    """Everybody at Acme, as far as they answer, learn and forget."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self._seen = 0
        company.engine.after_commit.append(self._committed)

    def wake(self) -> None:
        """After a kill: look at every open handoff and enrollment again."""
        found = self._company.store.database.look("SELECT * FROM handoff WHERE closed IS NULL")
        for row in found:
            self._look_at(HandoffRow(*row))
        self.look_at_courses()

    def _committed(self, batch: Batch) -> None:
        for row in batch.handoffs:
            if row.closed is None:
                self._look_at(row)
        if batch.effects_done:
            self.look_at_courses()

    # Handoffs

    def _look_at(self, row: HandoffRow) -> None:
        """Decide when, if ever, the owner answers."""
        if row.due is None:
            return
        due, opened = to_instant(row.due), to_instant(row.opened)
        luck = dice(row.run, row.pass_, row.owner, "when")
        share = dice(row.run, row.pass_, row.owner, "how soon")
        if luck < IN_TIME:
            moment = opened + (due - opened) * (0.15 + 0.7 * share)
        elif luck < LATE:
            moment = due + timedelta(days=1 + 2 * share)
        else:
            return
        moment = moment.replace(microsecond=0)
        self._company.rehearsal.at(moment, partial(self._answer, row.run, row.pass_, row.owner))

    def _answer(self, run: int, number: int, owner: str, now: Instant) -> None:
        company = self._company
        row = company.store.runs_by_id([run])[run]
        plan = company.engine.plans.by_number[row.plan]
        each = next((p for p in coding.unpack(row.state, State).passes if p.number == number), None)
        if each is None or each.waiting != "answer" or not self._may(each, owner):
            return
        if each.step != NONE and isinstance(plan.steps[each.step].body, Do):
            return  # what could not be done takes the LMS admins longer than this week
        words = sorted(offered(plan, each))
        if not words:
            return
        word = _word(words, dice(run, number, owner, "what"))
        form = {name: self._filled(field, run, number, name) for name, field in form_of(plan, each).items()}
        by = self._speaker(owner)
        if by:
            company.engine.take([ForRun(run, Answer(number, now, by, word, Fields(form)))], now)

    def _may(self, each: Pass, owner: str) -> bool:
        """Whoever had it may still answer late; the first answer counts."""
        return each.owner == owner or owner in each.asked

    def _speaker(self, owner: str) -> str:
        """A team answers by its lead."""
        if not owner.startswith("team:"):
            return owner
        team = self._company.engine.worlds.organization.teams.get(owner.removeprefix("team:"))
        return f"person:{team.lead}" if team is not None and team.lead is not None else ""

    def _filled(self, field: FormField, run: int, number: int, name: str) -> Value:
        if field.optional:
            return None
        kind = field.kind
        luck = dice(run, number, name)
        if kind.name == "number" and kind.low is not None and kind.high is not None:
            return int(kind.low + round(luck * (kind.high - kind.low)))
        match kind.name:
            case "number":
                return int(luck * 10)
            case "person":
                return PersonRef(self._colleague(run))
            case "truth":
                return luck < 0.8
            case _:
                return kind.choices[0] if kind.choices else "It went well."

    def _colleague(self, run: int) -> int:
        """Somebody near: the learner's manager, else the learner's own number is no colleague and the first person is."""
        person = self._company.store.runs_by_id([run])[run].person
        learner = self._company.engine.worlds.newest(person)
        return learner.manager if learner is not None and isinstance(learner.manager, int) else 1

    # Courses and exams

    def look_at_courses(self) -> None:
        """Whoever is newly enrolled completes the course, by the same rule."""
        fresh = self._company.lms.enrollments(self._seen)
        self._seen += len(fresh)
        for enrollment in fresh:
            made = enrollment.made
            if made.by == "hand" or enrollment.removed_at is not None:
                continue
            luck, share = dice(made.user, made.course, "when"), dice(made.user, made.course, "how soon")
            if luck < IN_TIME:
                done = partial(self._done, made.user, made.course)
                moment = made.at + timedelta(days=1 + 8 * share)
                self._company.rehearsal.at(moment.replace(microsecond=0), done)

    def _done(self, user: str, course: str, now: Instant) -> None:
        lms = self._company.lms
        if lms.has_completed(user, course):
            return
        lms.complete(user, course, now, score=round(60 + 40 * dice(user, course, "score")), passed=True)
        exam = COURSES_WITH_EXAM.get(course)
        if exam is not None:
            moment = now + timedelta(days=1 + 4 * dice(user, exam, "when"))
            score = round(70 + 30 * dice(user, exam, "score"))
            self._company.rehearsal.at(moment.replace(microsecond=0), partial(self._sit, user, exam, score))

    def _sit(self, user: str, exam: str, score: int, now: Instant) -> None:
        self._company.assessment.sit(user, exam, score, now)


def _word(words: list[str], luck: float) -> str:
    """Most people say yes."""
    kind = [word for word in words if word in ("approve", "done", "reached", "agree", "continue")]
    usual = kind[0] if kind else words[0]
    if luck < 0.85 or len(words) == 1:
        return usual
    others = [word for word in words if word != usual]
    return others[int((luck - 0.85) / 0.15 * len(others)) % len(others)]
