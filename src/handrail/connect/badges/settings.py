"""What an operator writes about a badge issuer in handrail.yaml."""

from __future__ import annotations

from msgspec import Struct


class BadgesSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """`keyed`: the issuer honors `Idempotency-Key`."""

    keyed: bool = True
    webhook_secret: str = ""
