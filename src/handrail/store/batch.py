"""What one commit takes: lists of rows, one list for each thing that can be written.

The engine, people and intake fill them; `deciding.commit` writes them in the order of WRITES, all or nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from handrail.store import rows
from handrail.store.database.statements import Write
from handrail.store.entering import rows as entering
from handrail.store.kept import links
from handrail.store.kept.absences import AbsenceRow
from handrail.store.kept.mail import MailHoldRow
from handrail.store.moments import CLAIMED, WAITING, WITHDRAWN
from handrail.store.schema import moving_rows
from handrail.terms.effect import Call


class RunChange(NamedTuple):
    """A run as it stands after the batch; `before` is the revision it was read at. One row a run and batch."""

    id: int
    before: int
    rev: int
    plan: int
    phase: int
    ended: int | None
    wake_at: int | None
    last_seq: int
    counts: int
    state: bytes


class RunStep(NamedTuple):
    """As RunChange, for a run whose plan and phase stay as they are: their indexes are left alone."""

    id: int
    before: int
    rev: int
    wake_at: int | None
    last_seq: int
    counts: int
    state: bytes


class EffectDone(NamedTuple):
    """How an effect ended (confirmed, not needed, failed); whoever comes second changes nothing."""

    run: int
    pass_: int
    rung: int
    state: int
    tries: int
    outcome: bytes | None
    claimed_until: int = 0


class EffectLater(NamedTuple):
    """An effect that was claimed waits again, until `next_at`; `outcome` is what is known of it so far."""

    run: int
    pass_: int
    rung: int
    tries: int
    next_at: int
    state: int = WAITING
    outcome: bytes | None = None


class EffectClaim(NamedTuple):
    """An effect is being sent, in `epoch` of its connection's driver, until `claimed_until` at the latest."""

    run: int
    pass_: int
    rung: int
    epoch: int
    claimed_until: int
    state: int = CLAIMED


class EffectWithdrawn(NamedTuple):
    """An effect that is no longer wanted; one that is being sent is followed to its end."""

    run: int
    pass_: int
    rung: int
    state: int = WITHDRAWN


class MessageDone(NamedTuple):
    """What became of a message (sent, in digest, overtaken, held, bounced: `outcome`)."""

    run: int
    pass_: int
    rung: int
    state: int
    outcome: str


class MessageLater(NamedTuple):
    """When a message in its box leaves (empty: when the messages of its journey are let go)."""

    run: int
    pass_: int
    rung: int
    leave_at: int | None
    state: int = WAITING


class HeldEnded(NamedTuple):
    """A held or deferred event is something else now; `became` is a disposition."""

    seq: int
    ended: int
    became: int
    by: str


class LinesPassedOn(NamedTuple):
    """Held rows of files that `before` had are another owner's now."""

    before: str
    owner: str


class InboxTaken(NamedTuple):
    """An item of the inbox was decided."""

    id: int


class RunGone(NamedTuple):
    """No handoff of a run is open any more: nobody is watched for it."""

    run: int


class MemberGone(NamedTuple):
    """A run gave up its place in a cohort."""

    cohort: int
    run: int
    pass_: int


class StartsMore(NamedTuple):
    """So many more runs of a journey begin in a period; above `ceiling` (empty: none) nothing is written."""

    journey: str
    period: str
    more: int
    ceiling: int | None


@dataclass(slots=True)
class Batch:
    """One transaction. `at` is the `now` of its decisions; `drivers` are (name, epoch) that must still be ours.

    `ledger` rows have numbers from `numbers("ledger", n)`. A person of version 1 goes into
    `new_persons`, any later version into `persons`; its earlier version is kept by itself. `calls` are those that
    `effects` were made of, by their keys, for whoever claims them in the same commit; they are not written.
    """

    at: int
    drivers: tuple[tuple[str, int], ...] = ()
    ledger: list[rows.LedgerRow] = field(default_factory=list)
    identities: list[rows.IdentityRow] = field(default_factory=list)
    identities_changed: list[rows.IdentityRow] = field(default_factory=list)
    new_runs: list[rows.RunRow] = field(default_factory=list)
    runs: list[RunChange] = field(default_factory=list)
    run_steps: list[RunStep] = field(default_factory=list)
    effects: list[rows.EffectRow] = field(default_factory=list)
    calls: dict[tuple[int, int, int], Call] = field(default_factory=dict)
    effects_done: list[EffectDone] = field(default_factory=list)
    effects_later: list[EffectLater] = field(default_factory=list)
    effects_withdrawn: list[EffectWithdrawn] = field(default_factory=list)
    handoffs: list[rows.HandoffRow] = field(default_factory=list)
    watches: list[rows.WatchRow] = field(default_factory=list)
    watches_ended: list[rows.WatchRow] = field(default_factory=list)
    watches_over: list[RunGone] = field(default_factory=list)
    messages: list[rows.MessageRow] = field(default_factory=list)
    messages_done: list[MessageDone] = field(default_factory=list)
    messages_later: list[MessageLater] = field(default_factory=list)
    links_used: list[links.LinkUsed] = field(default_factory=list)
    links_ended: list[links.LinkEnded] = field(default_factory=list)
    mail_holds: list[MailHoldRow] = field(default_factory=list)
    gates: list[rows.GateRow] = field(default_factory=list)
    starts: list[StartsMore] = field(default_factory=list)
    new_persons: list[rows.PersonRow] = field(default_factory=list)
    persons: list[rows.PersonRow] = field(default_factory=list)
    person_keys: list[rows.PersonKeyRow] = field(default_factory=list)
    absences: list[AbsenceRow] = field(default_factory=list)
    records: list[rows.RecordRow] = field(default_factory=list)
    begun: list[rows.BegunRow] = field(default_factory=list)
    inbox: list[rows.InboxRow] = field(default_factory=list)
    inbox_taken: list[InboxTaken] = field(default_factory=list)
    held: list[rows.HeldRow] = field(default_factory=list)
    held_ended: list[HeldEnded] = field(default_factory=list)
    measures: list[rows.MeasureRow] = field(default_factory=list)
    cohorts: list[rows.CohortRow] = field(default_factory=list)
    members: list[rows.CohortMemberRow] = field(default_factory=list)
    members_gone: list[MemberGone] = field(default_factory=list)
    sweeps: list[rows.SweepRow] = field(default_factory=list)
    syncs: list[rows.SyncRow] = field(default_factory=list)
    sync_lines: list[rows.SyncLineRow] = field(default_factory=list)
    sync_lines_passed_on: list[LinesPassedOn] = field(default_factory=list)
    sync_values: list[rows.SyncValueRow] = field(default_factory=list)
    incidents: list[rows.IncidentRow] = field(default_factory=list)
    overrides: list[rows.OverrideRow] = field(default_factory=list)
    watermarks: list[rows.WatermarkRow] = field(default_factory=list)
    settings: list[rows.SettingsRow] = field(default_factory=list)
    plans: list[rows.PlanRow] = field(default_factory=list)
    publications: list[rows.PublicationRow] = field(default_factory=list)
    tokens: list[rows.TokenRow] = field(default_factory=list)
    accounts: list[entering.AccountRow] = field(default_factory=list)
    roles_gone: list[entering.RoleGone] = field(default_factory=list)
    roles: list[entering.AccountRoleRow] = field(default_factory=list)
    sessions: list[entering.SessionRow] = field(default_factory=list)
    sessions_seen: list[entering.SessionSeen] = field(default_factory=list)
    sessions_ended: list[entering.SessionEnded] = field(default_factory=list)
    audit: list[rows.AuditRow] = field(default_factory=list)
    movings: list[moving_rows.MovingRow] = field(default_factory=list)
    moving_runs: list[moving_rows.MovingRunRow] = field(default_factory=list)
    moving_runs_gone: list[moving_rows.MovingGone] = field(default_factory=list)


_EFFECT: Final = (("run", "effect.run"), ("pass", "effect.pass"), ("rung", "effect.rung"))
_MESSAGE: Final = (("run", "message.run"), ("pass", "message.pass"), ("rung", "message.rung"))
_ROLE: Final = (("account", "account_role.account"), ("role", "account_role.role"), ("unit", "account_role.unit"))
_SESSION: Final = (("hash", "session.hash"),)
_LINK: Final = (("run", "link.run"), ("pass", "link.pass"), ("rung", "link.rung"))
_LINKS_ABOUT: Final = (("run", "link.run"), ("about", "link.about"))
_PERSON: Final = (("id", "person.id"), ("version", "person.version + 1"))

LEDGER: Final = Write("ledger", rows.KeptLedgerRow, "insert")
LINKS: Final = Write("batch", rows.BatchRow, "insert")
HEADS: Final = Write("chain", rows.ChainRow, "upsert")
SECRETS: Final = Write("secret_key", rows.SecretKeyRow, "ignore")
STARTS: Final = Write("starts", rows.StartsRow, "add")
CLAIMS: Final = Write("effect", EffectClaim, "change", _EFFECT, "effect.state = 0")
LINKS_MADE: Final = Write("link", links.LinkRow, "upsert")
MESSAGE_CLAIMS: Final = Write("message", EffectClaim, "change", _MESSAGE, "message.state = 0")

WRITES: Final[tuple[tuple[str, Write], ...]] = (
    ("identities", Write("identity", rows.IdentityRow, "insert")),
    ("identities_changed", Write("identity", rows.IdentityRow, "upsert")),
    ("new_runs", Write("run", rows.RunRow, "insert")),
    ("runs", Write("run", RunChange, "change", (("id", "run.id"), ("before", "run.rev")), every=True)),
    ("run_steps", Write("run", RunStep, "change", (("id", "run.id"), ("before", "run.rev")), every=True)),
    ("effects", Write("effect", rows.EffectRow, "insert")),
    ("effects_done", Write("effect", EffectDone, "change", _EFFECT, "effect.state < 2")),
    ("effects_later", Write("effect", EffectLater, "change", _EFFECT, "effect.state = 1")),
    ("effects_withdrawn", Write("effect", EffectWithdrawn, "change", _EFFECT, "effect.state = 0")),
    ("handoffs", Write("handoff", rows.HandoffRow, "upsert", stays=("lapse",))),
    ("watches", Write("watch", rows.WatchRow, "ignore")),
    ("watches_ended", Write("watch", rows.WatchRow, "delete", (("person", "watch.person"), ("run", "watch.run")))),
    ("watches_over", Write("watch", RunGone, "delete", (("run", "watch.run"),))),
    ("messages", Write("message", rows.MessageRow, "insert")),
    ("messages_done", Write("message", MessageDone, "change", _MESSAGE, "message.state < 2")),
    ("messages_later", Write("message", MessageLater, "change", _MESSAGE, "message.state < 2")),
    ("links_used", Write("link", links.LinkUsed, "change", _LINK, "link.used IS NULL", every=True)),
    ("links_ended", Write("link", links.LinkEnded, "change", _LINKS_ABOUT, "link.used IS NULL AND link.ended IS NULL")),
    ("mail_holds", Write("mail_hold", MailHoldRow, "upsert")),
    ("gates", Write("gate", rows.GateRow, "upsert")),
    ("new_persons", Write("person", rows.PersonRow, "insert")),
    ("persons", Write("person", rows.PersonRow, "change", _PERSON, every=True)),
    ("person_keys", Write("person_key", rows.PersonKeyRow, "upsert")),
    ("absences", Write("absence", AbsenceRow, "upsert")),
    ("records", Write("record", rows.RecordRow, "upsert")),
    ("begun", Write("begun", rows.BegunRow, "insert")),
    ("inbox", Write("inbox", rows.InboxRow, "insert")),
    ("inbox_taken", Write("inbox", InboxTaken, "delete", (("id", "inbox.id"),), every=True)),
    ("held", Write("held", rows.HeldRow, "upsert")),
    ("held_ended", Write("held", HeldEnded, "change", (("seq", "held.seq"),), "held.ended IS NULL", every=True)),
    ("measures", Write("measure", rows.MeasureRow, "upsert")),
    ("cohorts", Write("cohort", rows.CohortRow, "upsert")),
    ("members", Write("cohort_member", rows.CohortMemberRow, "insert")),
    (
        "members_gone",
        Write(
            "cohort_member",
            MemberGone,
            "delete",
            (("cohort", "cohort_member.cohort"), ("run", "cohort_member.run"), ("pass", "cohort_member.pass")),
        ),
    ),
    ("sweeps", Write("sweep", rows.SweepRow, "upsert")),
    ("syncs", Write("sync", rows.SyncRow, "upsert")),
    ("sync_lines", Write("sync_line", rows.SyncLineRow, "upsert")),
    (
        "sync_lines_passed_on",
        Write("sync_line", LinesPassedOn, "change", (("before", "sync_line.owner"),), "sync_line.ended IS NULL"),
    ),
    ("sync_values", Write("sync_value", rows.SyncValueRow, "upsert")),
    ("incidents", Write("incident", rows.IncidentRow, "upsert")),
    ("overrides", Write("override", rows.OverrideRow, "upsert")),
    ("watermarks", Write("watermark", rows.WatermarkRow, "upsert")),
    ("settings", Write("settings", rows.SettingsRow, "ignore")),
    ("plans", Write("plan", rows.PlanRow, "insert")),
    ("publications", Write("publication", rows.PublicationRow, "upsert")),
    ("tokens", Write("token", rows.TokenRow, "upsert")),
    ("accounts", Write("account", entering.AccountRow, "upsert")),
    ("roles_gone", Write("account_role", entering.RoleGone, "delete", _ROLE)),
    ("roles", Write("account_role", entering.AccountRoleRow, "upsert")),
    ("sessions", Write("session", entering.SessionRow, "insert")),
    ("sessions_seen", Write("session", entering.SessionSeen, "change", _SESSION, "session.ended IS NULL")),
    ("sessions_ended", Write("session", entering.SessionEnded, "change", _SESSION, "session.ended IS NULL")),
    ("audit", Write("audit", rows.AuditRow, "insert")),
    ("moving_runs_gone", Write("moving_run", moving_rows.MovingGone, "delete", (("moving", "moving_run.moving"),))),
    ("movings", Write("moving", moving_rows.MovingRow, "upsert")),
    ("moving_runs", Write("moving_run", moving_rows.MovingRunRow, "upsert")),
)


def lists(batch: Batch) -> list[tuple[Write, list[tuple[Any, ...]]]]:
    """The lists of a batch that hold anything, each with its statement, in the order in which they are written."""
    return [(write, found) for name, write in WRITES if (found := getattr(batch, name))]
