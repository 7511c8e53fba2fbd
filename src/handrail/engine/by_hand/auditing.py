"""Rows of the audit for what people have the engine do: written in the commit of the act itself.

Their shape is that of `handrail.app.access.auditing`, which tells what is in them.
"""

from __future__ import annotations

from handrail.engine.engine import Engine
from handrail.store.moments import to_millis
from handrail.store.rows import AuditRow
from handrail.terms import coding
from handrail.terms.values import Fields, Instant


def audited(engine: Engine, by: str, what: str, now: Instant, person: int | None = None, **said: str) -> AuditRow:
    """Who did what, about whom; `said` is some of about, on_behalf_of, before, after, reason."""
    body = coding.pack(Fields({name: text for name, text in said.items() if text}))
    return AuditRow(engine.store.numbers("audit", 1)[0], to_millis(now), by, what, body, person)
