"""Sessions: begun at sign-in with an id of their own, looked up with each request, ended by sign-out, time, or somebody's word.

The id is 32 random bytes that only the browser has; the store keeps its SHA-256. What proves that a form is ours is made
from the id, so that it ends with the session.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Final

from msgspec import Struct

from handrail.app.access.accounts import ended_sessions, grants_of
from handrail.insight.rights import Viewer
from handrail.store.batch import Batch
from handrail.store.entering import looking
from handrail.store.entering.rows import AccountRow, SessionEnded, SessionRow, SessionSeen
from handrail.store.kept.acts import Act, audited
from handrail.store.moments import to_instant, to_millis
from handrail.store.opening import Store
from handrail.terms import coding
from handrail.terms.person import Person
from handrail.terms.values import Instant

SEEN_EVERY: Final = timedelta(minutes=2)
"""So exactly is it kept when a session was last used."""

_TEXT_MAX: Final = 200


class Lasting(Struct, frozen=True):
    """How long a session lasts: unused, and at most."""

    idle: timedelta = timedelta(hours=2)
    longest: timedelta = timedelta(hours=12)


class From(Struct, frozen=True):
    """From where somebody signs in."""

    address: str = ""
    agent: str = ""


class Session(Struct, frozen=True):
    """A session that holds now: whose, until when, and what its forms must bring. `person`: who they are of the people."""

    viewer: Viewer
    person: Person | None
    hash: bytes
    form_token: str
    made: Instant
    seen: Instant
    expires: Instant


class SessionLine(Struct, frozen=True):
    """A session as it is shown; `key` names it, and is no way in."""

    key: str
    account: int
    made: Instant
    seen: Instant
    address: str
    agent: str


def begin(store: Store, account: AccountRow, where: From, now: Instant, lasting: Lasting, way: str) -> str:
    """A new session; its id, to be given to the browser alone."""
    secret, at = secrets.token_urlsafe(32), to_millis(now)
    expires = to_millis(now + lasting.longest)
    row = SessionRow(_hash(secret), account.id, at, at, expires, None, where.address[:_TEXT_MAX], _plain(where.agent))
    act = Act(account.login, "signed in", f"{way}, from {where.address}", account.person)
    store.commit(Batch(at=at, sessions=[row], audit=[audited(store, act, now)]))
    return secret


def session_of(store: Store, secret: str, now: Instant, lasting: Lasting) -> Session | None:
    """The session of this id, if it holds now; who has left is out at once. One statement."""
    found = looking.signed_in(store.database, _hash(secret))
    if found is None or found.session.ended is not None or found.account.ended is not None or found.status == "left":
        return None
    row, account = found.session, found.account
    seen, expires = to_instant(row.seen), to_instant(row.expires)
    if now >= expires or now >= seen + lasting.idle:
        return None
    viewer = Viewer(account.id, account.login, account.name, account.person or 0, grants_of(found.roles))
    person = coding.unpack(found.person, Person) if found.person is not None else None
    return Session(viewer, person, row.hash, form_token_of(secret), to_instant(row.made), seen, expires)


def used(store: Store, session: Session, now: Instant) -> None:
    """Keep that the session was used now."""
    store.commit(Batch(at=to_millis(now), sessions_seen=[SessionSeen(session.hash, to_millis(now))]))


def end(store: Store, session: Session, now: Instant) -> None:
    """Sign out."""
    viewer, at = session.viewer, to_millis(now)
    act = Act(viewer.login, "signed out", person=viewer.person or None)
    store.commit(Batch(at=at, sessions_ended=[SessionEnded(session.hash, at)], audit=[audited(store, act, now)]))


def sessions_of(store: Store, account: int | None, now: Instant) -> list[SessionLine]:
    """The sessions of an account, or of all, that are not over."""
    return [
        SessionLine(_key(row.hash), row.account, to_instant(row.made), to_instant(row.seen), row.address, row.agent)
        for row in looking.sessions(store.database, account, to_millis(now))
    ]


def revoke(store: Store, account: AccountRow, now: Instant, by: str, key: str = "") -> int:
    """End one session of an account (`key`), or all; how many ended."""
    ending = [each for each in ended_sessions(store, account.id, now) if not key or _key(each.hash) == key]
    if ending:
        act = Act(by, "sessions ended", account.login, account.person, before=f"{len(ending)} open")
        store.commit(Batch(at=to_millis(now), sessions_ended=ending, audit=[audited(store, act, now)]))
    return len(ending)


def form_token_of(secret: str) -> str:
    """What every form of the session brings, so that another site cannot send one."""
    made = hmac.new(secret.encode("utf-8", "replace"), b"a form of this session", hashlib.sha256).digest()
    return urlsafe_b64encode(made).decode().rstrip("=")


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


def _key(session: bytes) -> str:
    """A hash of the hash: it can be shown and sent back."""
    return hashlib.sha256(session).hexdigest()[:16]


def _plain(text: str) -> str:
    """What a browser says of itself, fit to be kept and shown."""
    return "".join(letter for letter in text if letter.isprintable())[:_TEXT_MAX]
