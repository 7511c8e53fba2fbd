"""What an operator writes about an LMS in handrail.yaml. Secrets are resolved before they come here."""

from __future__ import annotations

from msgspec import Struct

from handrail.terms.problem import SettingsError

BULK_MAX = 50


class LmsSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How this LMS is spoken to.

    `bulk`: the most enrollments that one call takes, 1 for single calls only. `keyed`: it honors `Idempotency-Key`.
    """

    bulk: int = 1
    keyed: bool = True
    webhook_secret: str = ""
    poll_size: int = 100

    def __post_init__(self) -> None:
        if not 1 <= self.bulk <= BULK_MAX:
            raise SettingsError(f"bulk: {self.bulk} enrollments in a call cannot be asked for. Write 1 to {BULK_MAX}.")
