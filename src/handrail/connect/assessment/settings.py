"""What an operator writes about an assessment tool in handrail.yaml."""

from __future__ import annotations

from msgspec import Struct


class AssessmentSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """`keyed`: the tool honors `Idempotency-Key`."""

    keyed: bool = True
    webhook_secret: str = ""
    poll_size: int = 100
