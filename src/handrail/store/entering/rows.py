"""The rows of accounts, roles, sessions and tries; as all rows are (`store.rows`).

No password and no session id stands here: of either only what it can be checked against.
"""

from __future__ import annotations

from typing import NamedTuple


class AccountRow(NamedTuple):
    """Somebody who may sign in, until `ended`. `person` is their id among the people.

    `password` is an argon2 text (empty: none), `subject` who they are at the organization's identity provider.
    """

    id: int
    login: str
    name: str
    person: int | None
    password: str
    subject: str | None
    made: int
    ended: int | None
    by: str


class AccountRoleRow(NamedTuple):
    """A role that an account has in a unit (empty: everywhere); `source`: `by hand`, or `sign-in` (told there each time)."""

    account: int
    role: str
    unit: str
    source: str
    at: int
    by: str


class RoleGone(NamedTuple):
    """An account does not have a role any more."""

    account: int
    role: str
    unit: str


class SessionRow(NamedTuple):
    """Somebody is signed in: `hash` is of the id that only their browser has, `address` and `agent` say from where."""

    hash: bytes
    account: int
    made: int
    seen: int
    expires: int
    ended: int | None
    address: str
    agent: str


class SessionSeen(NamedTuple):
    """A session was used at this moment."""

    hash: bytes
    seen: int


class SessionEnded(NamedTuple):
    """A session is over."""

    hash: bytes
    ended: int


class TriesRow(NamedTuple):
    """How often somebody tried of late: the theoretical arrival time (microseconds) of `connect.gate`, by a name."""

    name: str
    arrival_us: int
