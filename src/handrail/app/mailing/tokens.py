"""What a link looks like in a mail: the public address, and a token that only this organization can have made.

A token is the link's random id and a signature over it, by a key that is kept in the store and never shown. Whatever was not
signed so is told apart without asking the store, and in the same time.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from typing import Final

from itsdangerous import BadSignature, Signer

from handrail.store.opening import Store

PATH: Final = "/a/"
KEY: Final = "secret:links"
"""Under this name the key is kept among the facts of the database, which `doctor` does not show."""

TOKEN_MAX: Final = 200
_KEEP: Final = "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING"
_READ: Final = "SELECT value FROM meta WHERE name = ?"


class Tokens:
    """Makes and reads tokens, by the key that they are signed with."""

    def __init__(self, key: str) -> None:
        self._signer = Signer(key, salt="handrail.link", key_derivation="hmac", digest_method=hashlib.sha256)

    def token(self, id_: bytes) -> str:
        """The token of a link."""
        return self._signer.sign(base64.urlsafe_b64encode(id_).rstrip(b"=")).decode()

    def id_of(self, token: str) -> bytes | None:
        """The link's id; None for anything that was not signed here."""
        if len(token) > TOKEN_MAX or not token.isascii():
            return None
        try:
            return base64.urlsafe_b64decode(self._signer.unsign(token) + b"==")
        except (BadSignature, binascii.Error):
            return None


def tokens_of(store: Store) -> Tokens:
    """The tokens of an organization; its key is made the first time."""
    found = store.database.read(_READ, (KEY,))
    if not found:
        with store.database.transaction() as transaction:
            transaction.count(_KEEP, (KEY, secrets.token_hex(32)))
            found = transaction.rows(_READ, (KEY,))
    return Tokens(str(found[0][0]))


def address_of(base: str, token: str) -> str:
    """The link as it stands in a mail."""
    return f"{base}{PATH}{token}"
