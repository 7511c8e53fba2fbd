"""The practice badge issuer: a badge issued once for each key, revoked, and found again.

`respond` is its API, `grant` is what the imagined world does. No sockets, no sleeping.
`docs/reference/practice.md` documents every path.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from handrail.practice.desk import Desk, DeskSettings, Parts, Turn
from handrail.practice.exchange import Refusal, Request, Response, answer, day, matched, stamp, wanted
from handrail.practice.faults import Faults
from handrail.practice.journal import Journal, Line
from handrail.terms.values import Instant


class BadgesSettings(DeskSettings, frozen=True):
    """How this issuer behaves. `keys`: an Idempotency-Key is honored; without it, the same badge is issued again."""

    keys: bool = True


class Issued(Struct, frozen=True, tag="issued"):
    """Somebody holds a badge now. `valid_until` stands as it was given."""

    id: str
    user: str
    badge: str
    at: Instant
    evidence: str = ""
    valid_until: str = ""
    key: str = ""


class Revoked(Struct, frozen=True, tag="revoked"):
    """Somebody holds that badge no longer."""

    id: str
    at: Instant
    reason: str = ""


BadgesDid: TypeAlias = Issued | Revoked


class Badges:
    """A badge issuer."""

    def __init__(
        self, clock: Callable[[], Instant], journal: Journal, settings: BadgesSettings, faults: Faults
    ) -> None:
        self.settings = settings
        self._issued: dict[str, Issued] = {}
        self._by_user: dict[str, list[Issued]] = {}
        self._by_key: dict[str, Issued] = {}
        self._revoked: dict[str, Revoked] = {}
        self._desk = Desk[BadgesDid](Parts(clock, journal, faults), settings, Line[BadgesDid], self._apply)
        self._paths: dict[str, Callable[..., Response]] = {
            "POST /badges": self._issue,
            "POST /badges/{issued}/revoke": self._revoke,
            "GET /badges": self._find,
        }

    def respond(self, request: Request) -> Response:
        """Answer one request. Raises `Unreachable` (nothing done) or `AnswerLost` (done and written, not answered)."""
        return self._desk.turn(request, self._work)

    def grant(self, user: str, badge: str, valid_until: str = "") -> str:
        """Somebody has had this badge from before; its id."""
        with self._desk.lock:
            made = Issued(self._next_id(), user, badge, self._desk.parts.clock(), valid_until=valid_until)
            self._desk.world(made)
            return made.id

    def holders(self, badge: str) -> list[str]:
        """Who holds the badge, once for each time it was issued and not revoked; sorted."""
        return sorted(
            made.user for made in self._issued.values() if made.badge == badge and made.id not in self._revoked
        )

    def _apply(self, did: BadgesDid) -> None:
        if isinstance(did, Revoked):
            self._revoked[did.id] = did
            return
        self._issued[did.id] = did
        self._by_user.setdefault(did.user, []).append(did)
        if did.key:
            self._by_key[did.key] = did

    def _work(self, turn: Turn[BadgesDid]) -> Response:
        work, names = matched(self._paths, turn.request)
        return work(turn, *names)

    def _issue(self, turn: Turn[BadgesDid]) -> Response:
        payload = turn.request.payload()
        user, badge = wanted(payload, "user", "badge")
        evidence, valid_until = str(payload.get("evidence") or ""), str(payload.get("valid_until") or "")
        day(valid_until, "valid_until")
        key = turn.request.header("idempotency-key") if self.settings.keys else ""
        earlier = self._by_key.get(key) if key else None
        if earlier is None:
            made = Issued(self._next_id(), user, badge, turn.now, evidence, valid_until, key)
            turn.do(made)
            return answer(201, self._shown(made))
        if (earlier.user, earlier.badge, earlier.evidence, earlier.valid_until) != (user, badge, evidence, valid_until):
            raise Refusal(422, "key_used_for_something_else", id=earlier.id)
        turn.note = "replayed"
        return answer(201, self._shown(earlier))

    def _revoke(self, turn: Turn[BadgesDid], issued: str) -> Response:
        made = self._issued.get(issued)
        if made is None:
            raise Refusal(404, "unknown_badge", id=issued)
        if issued in self._revoked:
            turn.note = "replayed"
        else:
            turn.do(Revoked(issued, turn.now, str(turn.request.payload().get("reason") or "")))
        return answer(200, {**self._shown(made), "revoked_at": stamp(self._revoked[issued].at)})

    def _find(self, turn: Turn[BadgesDid]) -> Response:
        """What somebody holds: not what was revoked."""
        (user,) = wanted(turn.request.query, "user")
        badge = turn.request.query.get("badge", "")
        found = [
            self._shown(made)
            for made in self._by_user.get(user, ())
            if (not badge or made.badge == badge) and self._stood_at(made, turn.seen_at)
        ]
        return answer(200, {"badges": found})

    def _stood_at(self, made: Issued, seen_at: Instant) -> bool:
        revoked = self._revoked.get(made.id)
        return made.at <= seen_at and (revoked is None or revoked.at > seen_at)

    def _shown(self, made: Issued) -> dict[str, object]:
        shown: dict[str, object] = {"id": made.id, "user": made.user, "badge": made.badge, "at": stamp(made.at)}
        asked = {"evidence": made.evidence, "valid_until": made.valid_until}
        return {**shown, **{name: value for name, value in asked.items() if value}}

    def _next_id(self) -> str:
        return f"B-{len(self._issued) + 1:07}"
