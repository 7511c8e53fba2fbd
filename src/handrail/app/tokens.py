"""Tokens of the HTTP API: made here, shown once, kept only as a hash, with what they may do and until when.

A token is 32 random bytes, so a plain SHA-256 of it is enough: there is nothing to guess.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from msgspec import Struct

from handrail.store.batch import Batch
from handrail.store.kept.acts import Act, audited
from handrail.store.moments import to_instant, to_millis
from handrail.store.opening import Store
from handrail.store.rows import TokenRow
from handrail.terms.problem import SettingsError
from handrail.terms.values import Instant

SCOPES: Final = ("events", "people", "read", "answer", "operate", "publish", "admin")
"""What a token may do. `admin` may do everything."""

PREFIX: Final = "handrail_"
DAYS: Final = 365


class Token(Struct, frozen=True):
    """A token as it is kept; `expires` empty: never."""

    name: str
    scopes: tuple[str, ...]
    made: Instant
    expires: Instant | None
    by: str

    def may(self, scope: str) -> bool:
        """Whether it may do what asks for that scope."""
        return scope in self.scopes or "admin" in self.scopes


def add_token(store: Store, name: str, scopes: Iterable[str], now: Instant, *, days: int = DAYS, by: str = "") -> str:
    """Make a token, and give the only copy of it. Raises SettingsError."""
    wanted = tuple(dict.fromkeys(scopes))
    unknown = sorted(set(wanted) - set(SCOPES))
    if unknown or not wanted:
        raise SettingsError(
            f"A token may do some of: {', '.join(SCOPES)}. "
            + (f"There is no {', '.join(unknown)}." if unknown else "Say which, as in --scopes events,read")
        )
    if any(token.name == name for token in tokens(store)):
        raise SettingsError(
            f'There is a token "{name}" already. Take it back first (handrail token revoke {name}), or name another.'
        )
    secret = PREFIX + secrets.token_urlsafe(32)
    expires = to_millis(now + timedelta(days=days)) if days else None
    row = TokenRow(hash_of(secret), name, " ".join(wanted), to_millis(now), expires, by)
    store.commit(Batch(at=to_millis(now), tokens=[row], audit=[audited(store, Act(by, "token added", name), now)]))
    return secret


def revoke_token(store: Store, name: str, now: Instant, by: str = "") -> bool:
    """Take a token back; false when there is none of that name."""
    found = store.database.read("SELECT * FROM token WHERE name = ? AND scopes <> ''", (name,))
    gone = [TokenRow(*row)._replace(scopes="", expires=to_millis(now)) for row in found]
    if gone:
        store.commit(Batch(at=to_millis(now), tokens=gone, audit=[audited(store, Act(by, "token revoked", name), now)]))
    return bool(gone)


def tokens(store: Store) -> list[Token]:
    """Every token that was not taken back, by name."""
    return [
        _token(TokenRow(*row)) for row in store.database.read("SELECT * FROM token WHERE scopes <> '' ORDER BY name")
    ]


def token_of(store: Store, secret: str) -> Token | None:
    """The token that this is, whether or not it has expired."""
    found = store.database.read("SELECT * FROM token WHERE hash = ? AND scopes <> ''", (hash_of(secret),))
    return _token(TokenRow(*found[0])) if found else None


def hash_of(secret: str) -> bytes:
    """How a token is kept."""
    return hashlib.sha256(secret.encode()).digest()


def _token(row: TokenRow) -> Token:
    expires = None if row.expires is None else to_instant(row.expires)
    return Token(row.name, tuple(row.scopes.split()), to_instant(row.made), expires, row.by)
