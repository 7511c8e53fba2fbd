"""What an event says of somebody's learning: which line of their record, and what is kept of it. Pure."""

from __future__ import annotations

from datetime import date

from handrail.terms.event import Event
from handrail.terms.person import Certificate
from handrail.terms.values import Instant


def learned_by(event: Event) -> tuple[str, str] | None:
    """Which line of the learning record the event is about."""
    match event.kind:
        case "lms.completed":
            return "completed", str(event.fields.get("course", ""))
        case "assessment.scored" if event.fields.get("passed") is True:
            return "passed", str(event.fields.get("assessment", ""))
        case "certificate.issued" | "certificate.expired" | "certificate.revoked":
            return "certificate", str(event.fields.get("certificate", ""))
        case _:
            return None


def keep_learned(
    event: Event,
    kind: str,
    about: str,
    completed: dict[str, Instant],
    passed: dict[str, Instant],
    certificates: dict[str, Certificate],
) -> None:
    """Keep what the event says under its line, unless something newer is known; `kind` and `about` are `learned_by`'s."""
    if kind == "certificate":
        before = certificates.get(about)
        if before is None or before.issued_at <= event.at:
            expires = event.fields.get("expires_on")
            revoked = event.kind.endswith("revoked")
            certificates[about] = Certificate(event.at, expires if isinstance(expires, date) else None, revoked)
        return
    moments: dict[str, Instant] = completed if kind == "completed" else passed
    moments[about] = max(event.at, moments.get(about, event.at))
