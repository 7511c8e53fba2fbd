"""Which tables there are: the row of each, its key, its indexes. The one list; all else is made from it.

Importing it costs nothing: SQLAlchemy's tables are made from it in `metadata`, the statements in `database.statements`.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final, NamedTuple

from handrail.store import rows
from handrail.store.entering import rows as entering
from handrail.store.kept.absences import AbsenceRow
from handrail.store.kept.links import LinkRow
from handrail.store.kept.mail import MailHoldRow
from handrail.store.schema import moving_rows


class Index(NamedTuple):
    """An index, over the rows for which `where` holds."""

    name: str
    columns: tuple[str, ...]
    where: str = ""
    unique: bool = False


class Table(NamedTuple):
    """A table: `row` gives columns and types. `by_key`: on SQLite the rows lie in the order of their key."""

    name: str
    row: type[tuple[Any, ...]]
    key: tuple[str, ...]
    indexes: tuple[Index, ...] = ()
    by_key: bool = False


class Column(NamedTuple):
    """A column: its kind is int, str, bytes or float."""

    name: str
    kind: str
    nullable: bool


@cache
def columns(row: type[tuple[Any, ...]]) -> tuple[Column, ...]:
    """The columns of a row, in order, from its annotations."""
    found = []
    for field, annotation in row.__annotations__.items():
        text = annotation if isinstance(annotation, str) else annotation.__forward_arg__
        kind = text.removesuffix(" | None")
        assert kind in ("int", "str", "bytes", "float"), f"{row.__name__}.{field} is {text}"
        found.append(Column(field.rstrip("_"), kind, text != kind))
    return tuple(found)


TABLES: Final = (
    Table("meta", rows.MetaRow, ("name",)),
    Table("driver", rows.DriverRow, ("name",)),
    Table("settings", rows.SettingsRow, ("hash", "at")),
    Table("plan", rows.PlanRow, ("id",), (Index("plan_hash", ("hash",), unique=True),)),
    Table("publication", rows.PublicationRow, ("journey", "from")),
    Table(
        "person",
        rows.PersonRow,
        ("id",),
        (
            Index("person_next_day", ("next_day",), "next_day IS NOT NULL"),
            Index("person_name", ("name",), "name IS NOT NULL"),
            Index("person_email", ("email",), "email IS NOT NULL"),
            Index("person_manager", ("manager",), "manager IS NOT NULL"),
            Index("person_department", ("department",), "department IS NOT NULL"),
        ),
    ),
    Table("person_version", rows.PersonVersionRow, ("person", "version"), by_key=True),
    Table("person_key", rows.PersonKeyRow, ("source", "key"), (Index("person_key_person", ("person",)),), by_key=True),
    Table("secret_key", rows.SecretKeyRow, ("person",)),
    Table(
        "absence",
        AbsenceRow,
        ("id",),
        (
            Index("absence_next", ("next_day",), "next_day IS NOT NULL"),
            Index("absence_person", ("person",)),
            Index("absence_delegate", ("delegate",), "delegate IS NOT NULL"),
        ),
    ),
    Table("record", rows.RecordRow, ("person", "kind", "object"), by_key=True),
    Table(
        "run",
        rows.RunRow,
        ("id",),
        (
            Index("run_person", ("person", "plan")),
            Index("run_wake", ("wake_at",), "wake_at IS NOT NULL"),
            Index("run_plan", ("plan", "phase")),
        ),
    ),
    Table("begun", rows.BegunRow, ("run", "pass", "rung"), (Index("begun_child", ("child",)),), by_key=True),
    Table(
        "ledger",
        rows.KeptLedgerRow,
        ("seq",),
        (
            Index("ledger_run", ("run", "seq"), "run IS NOT NULL"),
            Index("ledger_person", ("person", "seq"), "run IS NULL"),
        ),
    ),
    Table("identity", rows.IdentityRow, ("key",), by_key=True),
    Table("batch", rows.BatchRow, ("number", "shard"), by_key=True),
    Table("chain", rows.ChainRow, ("shard",)),
    Table(
        "held",
        rows.HeldRow,
        ("seq",),
        (
            Index("held_open", ("owner", "next_at"), "ended IS NULL"),
            Index("held_person", ("person", "kind"), "person IS NOT NULL"),
        ),
    ),
    Table("inbox", rows.InboxRow, ("id",)),
    Table(
        "effect",
        rows.EffectRow,
        ("run", "pass", "rung"),
        (
            Index("effect_due", ("connection", "rank", "next_at", "decided"), "state = 0"),
            Index("effect_person", ("person",), "state < 2"),
            Index("effect_open", ("connection", "action", "object", "run", "pass", "rung", "state"), "state < 2"),
            Index("effect_over", ("action", "object", "state", "decided"), "state > 1"),
            Index("effect_failed", ("connection", "action", "object", "run", "pass", "rung"), "state = 4"),
        ),
        by_key=True,
    ),
    Table(
        "handoff",
        rows.HandoffRow,
        ("run", "pass"),
        (
            Index("handoff_owner", ("owner", "due"), "closed IS NULL"),
            Index("handoff_due", ("due", "run", "pass"), "closed IS NULL"),
            Index("handoff_stuck", ("due", "run", "pass"), "closed IS NULL AND stuck = 1"),
        ),
        by_key=True,
    ),
    Table("watch", rows.WatchRow, ("person", "run"), (Index("watch_run", ("run",)),), by_key=True),
    Table(
        "message",
        rows.MessageRow,
        ("run", "pass", "rung"),
        (
            Index("message_due", ("leave_at",), "state = 0"),
            Index("message_claimed", ("claimed_until",), "state = 1"),
            Index("message_receiver", ("receiver", "at")),
        ),
        by_key=True,
    ),
    Table("link", LinkRow, ("run", "pass", "rung"), (Index("link_id", ("id",), unique=True),), by_key=True),
    Table("mail_hold", MailHoldRow, ("journey",)),
    Table("gate", rows.GateRow, ("connection",)),
    Table("starts", rows.StartsRow, ("journey", "period"), by_key=True),
    Table("sweep", rows.SweepRow, ("trigger", "moment"), by_key=True),
    Table("cohort", rows.CohortRow, ("id",), (Index("cohort_open", ("plan", "step"), "left_at IS NULL"),)),
    Table("cohort_member", rows.CohortMemberRow, ("cohort", "run", "pass"), by_key=True),
    Table(
        "sync",
        rows.SyncRow,
        ("id",),
        (Index("sync_source", ("source", "as_of")), Index("sync_held", ("id",), "state = 'held'")),
    ),
    Table(
        "sync_line",
        rows.SyncLineRow,
        ("sync", "line"),
        (Index("sync_line_open", ("owner", "sync"), "ended IS NULL"), Index("sync_line_key", ("key",))),
        by_key=True,
    ),
    Table(
        "sync_value",
        rows.SyncValueRow,
        ("sync", "number", "field"),
        (Index("sync_value_person", ("person",), "person IS NOT NULL"),),
        by_key=True,
    ),
    Table("incident", rows.IncidentRow, ("id",), (Index("incident_open", ("cause",), "ended IS NULL", unique=True),)),
    Table(
        "override",
        rows.OverrideRow,
        ("id",),
        (Index("override_person", ("person",)), Index("override_open", ("until",), "ended IS NULL")),
    ),
    Table("measure", rows.MeasureRow, ("run", "pass", "rung"), by_key=True),
    Table("watermark", rows.WatermarkRow, ("connection", "what")),
    Table("token", rows.TokenRow, ("hash",)),
    Table(
        "audit",
        rows.AuditRow,
        ("id",),
        (
            Index("audit_at", ("at",)),
            Index("audit_by", ("by", "id")),
            Index("audit_what", ("what", "id")),
            Index("audit_person", ("person", "id"), "person IS NOT NULL"),
        ),
    ),
    Table(
        "account",
        entering.AccountRow,
        ("id",),
        (
            Index("account_login", ("login",), unique=True),
            Index("account_open", ("login", "name"), "ended IS NULL"),
            Index("account_subject", ("subject",), "subject IS NOT NULL", unique=True),
            Index("account_person", ("person",), "person IS NOT NULL"),
        ),
    ),
    Table(
        "account_role",
        entering.AccountRoleRow,
        ("account", "role", "unit"),
        (Index("account_role_role", ("role", "account")),),
        by_key=True,
    ),
    Table("session", entering.SessionRow, ("hash",), (Index("session_account", ("account",), "ended IS NULL"),)),
    Table("tries", entering.TriesRow, ("name",), (Index("tries_arrival", ("arrival_us",)),)),
    Table("moving", moving_rows.MovingRow, ("id",), (Index("moving_journey", ("journey", "id")),)),
    Table("moving_run", moving_rows.MovingRunRow, ("moving", "run"), by_key=True),
)
BY_NAME: Final = {table.name: table for table in TABLES}

NUMBERED: Final = {
    "ledger": ("ledger", "seq"),
    "run": ("run", "id"),
    "person": ("person", "id"),
    "plan": ("plan", "id"),
    "batch": ("batch", "number"),
    "inbox": ("inbox", "id"),
    "message": ("message", "pass"),
    "cohort": ("cohort", "id"),
    "sync": ("sync", "id"),
    "incident": ("incident", "id"),
    "override": ("override", "id"),
    "audit": ("audit", "id"),
    "account": ("account", "id"),
    "moving": ("moving", "id"),
    "absence": ("absence", "id"),
}
"""What the store gives out numbers for, and the column in which they end up."""
