"""The rows of every table, in the order of their columns: what is written is what is read.

Instants are whole milliseconds since 1970, days are day numbers (`date.toordinal`), bodies are packed terms.
A field that ends in `_` is a column without it. What a column's small numbers mean stands in `moments`.
"""

from __future__ import annotations

from typing import NamedTuple


class MetaRow(NamedTuple):
    """One fact about the database itself."""

    name: str
    value: str


class DriverRow(NamedTuple):
    """Who works as `name` now; every commit compares the epoch."""

    name: str
    epoch: int
    lease_until: int
    holder: str


class SettingsRow(NamedTuple):
    """One settings snapshot, named by the hash of its body; once more when an earlier one counts again from `at`."""

    hash: str
    at: int
    body: bytes


class PlanRow(NamedTuple):
    """A journey compiled; `places` is the table from place numbers to lines."""

    id: int
    hash: str
    journey: str
    body: bytes
    places: bytes


class PublicationRow(NamedTuple):
    """Which plan new runs of a journey took from when to when (`until` empty: now)."""

    journey: str
    from_: int
    plan: int
    until: int | None
    by: str


class PersonRow(NamedTuple):
    """The newest version of a person; `seq` is the ledger row of the event that made it.

    `manager` and `department` are those of `body`, to find direct reports and everybody in a unit by index.
    """

    id: int
    shard: int
    version: int
    at: int
    seq: int
    status: str
    next_day: int | None
    name: str | None
    email: str | None
    body: bytes
    manager: int | None = None
    department: str | None = None


class PersonVersionRow(NamedTuple):
    """An earlier version of a person; moved here by the change that ended it."""

    person: int
    version: int
    at: int
    seq: int
    body: bytes


class PersonKeyRow(NamedTuple):
    """What a source calls a person, and the hash of the row it last sent.

    `applied_in` is the sync that last made a version through this key, `withheld` the fields not applied, packed.
    """

    source: str
    key: str
    person: int
    row_hash: bytes
    applied_in: int = 0
    withheld: bytes | None = None


class SecretKeyRow(NamedTuple):
    """The key that salts a person's digests; erasing begins here."""

    person: int
    key: bytes


class RecordRow(NamedTuple):
    """The latest known of a person's learning: `kind` is completed, passed or certificate.

    Under `newest KIND` intake keeps the newest event of each kind about an object, by which it knows attempts apart.
    """

    person: int
    kind: str
    object: str
    at: int
    body: bytes | None


class RunRow(NamedTuple):
    """A run; `once` and `replaces` are the packed values of those keys at its start, `counts` 0 if it never counted."""

    id: int
    shard: int
    person: int
    plan: int
    rev: int
    phase: int
    begun: int
    ended: int | None
    wake_at: int | None
    last_seq: int
    counts: int
    once: bytes | None
    replaces: bytes | None
    state: bytes


class BegunRow(NamedTuple):
    """Run `child` was begun by this pass and rung of `run`; `tied`: it is stopped with it."""

    run: int
    pass_: int
    rung: int
    child: int
    tied: int


class LedgerRow(NamedTuple):
    """One event, decision or outcome, as the engine hands it in.

    `cause` is the row that holds the event, where one event moved several runs. `versions` are the numbers of the
    parts of the world it saw; `digest` is of the state after (16 bytes).
    """

    seq: int
    shard: int
    at: int
    run: int | None
    cause: int | None
    person: int | None
    kind: str
    disposition: int
    event: bytes | None
    reasons: bytes | None
    versions: bytes | None
    digest: bytes | None


class KeptLedgerRow(NamedTuple):
    """A ledger row as it stands: with the salted digest of its personal part (event and reasons), and its commit."""

    seq: int
    shard: int
    at: int
    run: int | None
    cause: int | None
    person: int | None
    kind: str
    disposition: int
    event: bytes | None
    reasons: bytes | None
    versions: bytes | None
    digest: bytes | None
    salted: bytes
    batch: int


class IdentityRow(NamedTuple):
    """What was received before: key of what happened, the ledger row, a hash of how it came out."""

    key: bytes
    seq: int
    outcome: bytes


class BatchRow(NamedTuple):
    """One link of a shard's chain: the rows from `first` to `last` of that shard."""

    number: int
    shard: int
    at: int
    first: int
    last: int
    many: int
    hash: bytes


class ChainRow(NamedTuple):
    """The head of a shard's chain."""

    shard: int
    number: int
    many: int
    head: bytes


class HeldRow(NamedTuple):
    """An event that waits (held or deferred), who answers for it, and what became of it."""

    seq: int
    disposition: int
    person: int | None
    kind: str
    source: str
    owner: str
    reason: str
    opened: int
    next_at: int | None
    ended: int | None
    became: int | None
    by: str
    body: bytes | None


class InboxRow(NamedTuple):
    """What one run or person has to tell another, written in its cause's transaction.

    Those of a sync (`sync` not empty) are seen when the sync is applied as a whole.
    """

    id: int
    shard: int
    at: int
    run: int | None
    person: int | None
    sync: int | None
    body: bytes


class EffectRow(NamedTuple):
    """A call that must leave; `rank` 0 goes first. `epoch` and `claimed_until` say who may be sending it."""

    run: int
    pass_: int
    rung: int
    connection: str
    action: str
    person: int
    object: str
    state: int
    rank: int
    tries: int
    next_at: int
    epoch: int
    claimed_until: int
    decided: int
    body: bytes
    outcome: bytes | None


class HandoffRow(NamedTuple):
    """A handoff as it stands. `ended` is how, once `closed`; `aside`: snoozed until.

    `lapse`: who had it when its limit passed first, and that limit (`kept.lapses`); it stays from then on.

    `stuck`: while it is open, it did not go as it was meant to (late once, could not be done, handed on). `late`: past
    its limit once, also when it is closed.
    """

    run: int
    pass_: int
    step: int
    person: int
    owner: str
    opened: int
    due: int | None
    escalated: int
    closed: int | None
    ended: str
    lapse: bytes | None
    aside: int | None = None
    stuck: int = 0
    late: int = 0


class WatchRow(NamedTuple):
    """The owner path of an open handoff of `run` read `person`."""

    person: int
    run: int


class MessageRow(NamedTuple):
    """A message in a receiver's box. Those that no run wrote have run 0 and a number of their own as pass."""

    run: int
    pass_: int
    rung: int
    receiver: str
    about: int
    urgency: str
    template: str
    at: int
    leave_at: int | None
    state: int
    epoch: int
    claimed_until: int
    body: bytes
    outcome: str


class GateRow(NamedTuple):
    """A connection's limit (theoretical arrival time, microseconds) and its breaker, packed."""

    connection: str
    tat_us: int
    body: bytes


class StartsRow(NamedTuple):
    """How many runs of a journey began in a period."""

    journey: str
    period: str
    many: int


class SweepRow(NamedTuple):
    """How far the sweep of a trigger at a moment has come."""

    trigger: str
    moment: int
    cursor: int
    ended: int | None
    counts: bytes


class CohortRow(NamedTuple):
    """A cohort that gathers, or has left."""

    id: int
    plan: int
    step: int
    alike: bytes
    opened: int
    left_at: int | None
    size: int


class CohortMemberRow(NamedTuple):
    """A run that holds a place in a cohort."""

    cohort: int
    run: int
    pass_: int
    joined: int


class SyncRow(NamedTuple):
    """A sync: its sums as first reported and as they stand, packed; `state` is its own word.

    `body` is all else that people keeps of it, packed.
    """

    id: int
    source: str
    file: str
    file_hash: bytes
    mapping_hash: str
    as_of: int
    at: int
    state: str
    cursor: int
    first: bytes | None
    current: bytes | None
    alerts: bytes | None
    by: str
    body: bytes | None = None


class SyncLineRow(NamedTuple):
    """A row of a sync that was held or refused; `ended` and `became` once it is something else.

    `line` is where it begins in the file, `number` counts the rows.
    """

    sync: int
    line: int
    key: str
    disposition: str
    reason: str
    owner: str
    field: str
    person: int | None
    content: bytes | None
    ended: int | None
    became: str
    by: str
    number: int = 0


class SyncValueRow(NamedTuple):
    """A told value that was not applied to somebody who was; they keep what they had. `body` says all, packed."""

    sync: int
    number: int
    field: str
    line: int
    person: int | None
    key: str
    owner: str
    body: bytes


class IncidentRow(NamedTuple):
    """One cause of failures, however many runs it touches."""

    id: int
    cause: str
    opened: int
    many: int
    owner: str
    ended: int | None
    body: bytes


class OverrideRow(NamedTuple):
    """A person's word that a journey is not to begin, or nothing to be done about an object, for somebody (empty: anybody).

    In force from `at` to `until` (empty: no end), unless `ended` before; `ended_by` is empty where its time ran out.
    """

    id: int
    person: int | None
    journey: str
    object: str
    at: int
    until: int | None
    by: str
    reason: str
    ended: int | None = None
    ended_by: str = ""


class MeasureRow(NamedTuple):
    """Values that a run recorded for the reports."""

    run: int
    pass_: int
    rung: int
    person: int
    step: int
    phase: str
    at: int
    body: bytes


class WatermarkRow(NamedTuple):
    """How far a poll has read."""

    connection: str
    what: str
    at: int
    body: bytes


class TokenRow(NamedTuple):
    """What an API token may do; only its hash is kept."""

    hash: bytes
    name: str
    scopes: str
    made: int
    expires: int | None
    by: str


class AuditRow(NamedTuple):
    """Who changed what by hand, or looked at what only few may see; `person`: whom it was about."""

    id: int
    at: int
    by: str
    what: str
    body: bytes | None
    person: int | None = None
