"""The audit, as it is written: one act of somebody is one row, of one shape, whoever writes it.

Who, on whose behalf, what, about whom or what, before and after, why. Whoever changes something puts `audited(…)` into the
batch of the change itself, so that neither is there without the other. What the engine decides stands in the ledger, not here.
"""

from __future__ import annotations

from msgspec import Struct

from handrail.store.batch import Batch
from handrail.store.moments import to_millis
from handrail.store.opening import Store
from handrail.store.rows import AuditRow
from handrail.terms import coding
from handrail.terms.values import Fields, Instant


class Act(Struct, frozen=True):
    """What somebody did. `by` is a login, an own id (`person:3`) or the name that a command was given; `person` whom it was about.

    `what` is in the past tense and one of few, for the audit is filtered by it: `role granted`, `file rejected`. What differs
    from one act to the next stands in `about`.
    """

    by: str
    what: str
    about: str = ""
    person: int | None = None
    on_behalf_of: str = ""
    before: str = ""
    after: str = ""
    reason: str = ""


def audited(store: Store, act: Act, now: Instant) -> AuditRow:
    """The row that keeps it, for the batch in which the change itself is."""
    said = {
        "about": act.about,
        "on_behalf_of": act.on_behalf_of,
        "before": act.before,
        "after": act.after,
        "reason": act.reason,
    }
    body = coding.pack(Fields({name: text for name, text in said.items() if text}))
    return AuditRow(store.numbers("audit", 1)[0], to_millis(now), act.by, act.what, body, act.person)


def note(store: Store, act: Act, now: Instant) -> None:
    """Write down an act that has no batch of its own."""
    store.commit(Batch(at=to_millis(now), audit=[audited(store, act, now)]))
