"""What an operator writes about an HR system in handrail.yaml. Its files have a mapping of their own."""

from __future__ import annotations

from msgspec import Struct


class HrisSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Only webhooks need a setting; flags are set and taken away by address, so a repeat does no harm."""

    webhook_secret: str = ""
