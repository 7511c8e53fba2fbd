"""What the practice LMS knows: accounts, enrollments and completions, each change a value that the journal keeps.

The book is a fold over those values, so what the journal says is what the LMS knows. It refuses nothing
and answers nothing; that is `service`.
"""

from __future__ import annotations

from collections import Counter
from typing import Literal, TypeAlias

from msgspec import Struct

from handrail.practice.desk import DeskSettings
from handrail.practice.exchange import stamp
from handrail.practice.webhooks import PRACTICE_SECRET, Handed, Outbox, Told
from handrail.terms.values import Instant

Pair: TypeAlias = tuple[str, str, str]
"""Who, in which course, in which edition (empty: the only one)."""


class LmsSettings(DeskSettings, frozen=True):
    """How this LMS behaves.

    `auto_accounts`: everybody has an account by single sign-on, but for those `suspended`. `keys`: an
    Idempotency-Key is honored. `unique`: who is enrolled already is refused with 409; without it they are
    enrolled once more, as real systems do. `courses` empty: any course is known.
    """

    courses: tuple[str, ...] = ()
    auto_accounts: bool = False
    suspended: frozenset[str] = frozenset()
    keys: bool = True
    unique: bool = True
    bulk_max: int = 50
    poll_precision: Literal["instant", "day"] = "instant"
    secret: str = PRACTICE_SECRET


class AccountMade(Struct, frozen=True, tag="account_made"):
    """An account. Instants and dates stand as they were given."""

    user: str
    email: str
    name: str
    active_from: str = ""
    key: str = ""


class AccountSuspended(Struct, frozen=True, tag="account_suspended"):
    """The account can no longer be enrolled."""

    user: str
    at: Instant


class AccountReinstated(Struct, frozen=True, tag="account_reinstated"):
    """The account can be enrolled again."""

    user: str
    at: Instant


class Enrolled(Struct, frozen=True, tag="enrolled"):
    """Somebody is in a course now. `by` is `api`, or `hand` for what an administrator did."""

    id: str
    user: str
    course: str
    at: Instant
    due: str = ""
    edition: str = ""
    key: str = ""
    fingerprint: str = ""
    by: Literal["api", "hand"] = "api"


class Unenrolled(Struct, frozen=True, tag="unenrolled"):
    """Somebody is no longer in a course."""

    id: str
    at: Instant


class Completed(Struct, frozen=True, tag="completed"):
    """Somebody completed a course: when, and when the LMS learned of it."""

    id: str
    user: str
    course: str
    attempt: int
    completed_at: Instant
    recorded_at: Instant
    score: float | None = None
    passed: bool = True
    enrollment: str = ""


LmsDid: TypeAlias = (
    AccountMade | AccountSuspended | AccountReinstated | Enrolled | Unenrolled | Completed | Told | Handed
)


class Enrollment(Struct):
    """An enrollment as it stands."""

    made: Enrolled
    removed_at: Instant | None = None

    def pair(self) -> Pair:
        """Who is in what."""
        return (self.made.user, self.made.course, self.made.edition)

    def stood_at(self, moment: Instant) -> bool:
        """Whether a reader of that moment would have seen it."""
        return self.made.at <= moment and (self.removed_at is None or self.removed_at > moment)


class Book:
    """Everything the LMS knows."""

    def __init__(self, settings: LmsSettings) -> None:
        self.accounts: dict[str, AccountMade] = {}
        self.suspended: set[str] = set(settings.suspended)
        self.enrollments: dict[str, Enrollment] = {}
        self.by_course: dict[str, list[Enrollment]] = {}
        self.by_user: dict[str, list[Enrollment]] = {}
        self.open: dict[Pair, str] = {}
        self.by_key: dict[str, Enrolled] = {}
        self.completions: list[Completed] = []
        self.outbox = Outbox(settings.secret)
        self._attempts: Counter[tuple[str, str]] = Counter()

    def apply(self, did: LmsDid) -> None:
        """Make it so."""
        match did:
            case AccountMade():
                self.accounts[did.user] = did
            case AccountSuspended():
                self.suspended.add(did.user)
            case AccountReinstated():
                self.suspended.discard(did.user)
            case Enrolled():
                self._enroll(did)
            case Unenrolled():
                self._unenroll(did)
            case Completed():
                self.completions.append(did)
                self._attempts[did.user, did.course] += 1
            case Told() | Handed():
                self.outbox.apply(did)

    def attempts(self, user: str, course: str) -> int:
        """How often they completed that course."""
        return self._attempts[user, course]

    def _enroll(self, did: Enrolled) -> None:
        enrollment = Enrollment(did)
        self.enrollments[did.id] = enrollment
        self.by_course.setdefault(did.course, []).append(enrollment)
        self.by_user.setdefault(did.user, []).append(enrollment)
        self.open.setdefault(enrollment.pair(), did.id)
        if did.key:
            self.by_key[did.key] = did

    def _unenroll(self, did: Unenrolled) -> None:
        enrollment = self.enrollments[did.id]
        enrollment.removed_at = did.at
        if self.open.get(enrollment.pair()) == did.id:
            del self.open[enrollment.pair()]


def shown(enrollment: Enrollment) -> dict[str, object]:
    """An enrollment as the API shows it."""
    made = enrollment.made
    shown_always = {"enrollment": made.id, "user": made.user, "course": made.course, "at": stamp(made.at)}
    asked = {"due": made.due, "edition": made.edition}
    return {**shown_always, **{name: value for name, value in asked.items() if value}}
