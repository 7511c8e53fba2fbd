"""The first tables. Frozen: a later change is a later migration."""

from __future__ import annotations

import re
from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# name [by key]: column kind, …   * is the key, ? may be empty
TABLES: Final = """
meta:
    name* str, value str
driver:
    name* str, epoch int, lease_until int, holder str
settings:
    hash* str, at* int, body bytes
plan:
    id* int, hash str, journey str, body bytes, places bytes
publication:
    journey* str, from* int, plan int, until int?, by str
person:
    id* int, shard int, version int, at int, seq int, status str, next_day int?, name str?, email str?,
    body bytes, manager int?, department str?
person_version by key:
    person* int, version* int, at int, seq int, body bytes
person_key by key:
    source* str, key* str, person int, row_hash bytes, applied_in int, withheld bytes?
secret_key:
    person* int, key bytes
absence:
    id* int, person int, from_day int, to_day int, delegate int?, at int, by str, reason str, next_day int?,
    seq int, ended int?, ended_by str, ended_seq int?
record by key:
    person* int, kind* str, object* str, at int, body bytes?
run:
    id* int, shard int, person int, plan int, rev int, phase int, begun int, ended int?, wake_at int?,
    last_seq int, counts int, once bytes?, replaces bytes?, state bytes
begun by key:
    run* int, pass* int, rung* int, child int, tied int
ledger:
    seq* int, shard int, at int, run int?, cause int?, person int?, kind str, disposition int, event
    bytes?, reasons bytes?, versions bytes?, digest bytes?, salted bytes, batch int
identity by key:
    key* bytes, seq int, outcome bytes
batch by key:
    number* int, shard* int, at int, first int, last int, many int, hash bytes
chain:
    shard* int, number int, many int, head bytes
held:
    seq* int, disposition int, person int?, kind str, source str, owner str, reason str, opened int,
    next_at int?, ended int?, became int?, by str, body bytes?
inbox:
    id* int, shard int, at int, run int?, person int?, sync int?, body bytes
effect by key:
    run* int, pass* int, rung* int, connection str, action str, person int, object str, state int, rank
    int, tries int, next_at int, epoch int, claimed_until int, decided int, body bytes, outcome bytes?
handoff by key:
    run* int, pass* int, step int, person int, owner str, opened int, due int?, escalated int, closed
    int?, ended str, lapse bytes?, aside int?, stuck int, late
    int
watch by key:
    person* int, run* int
message by key:
    run* int, pass* int, rung* int, receiver str, about int, urgency str, template str, at int, leave_at
    int?, state int, epoch int, claimed_until int, body bytes, outcome str
link by key:
    run* int, pass* int, rung* int, about int, id bytes, owner str, reader str, made int, expires int, used int?,
    ended int?, by str
mail_hold:
    journey* str, since int, owner str, ended int?, by str
gate:
    connection* str, tat_us int, body bytes
starts by key:
    journey* str, period* str, many int
sweep by key:
    trigger* str, moment* int, cursor int, ended int?, counts bytes
cohort:
    id* int, plan int, step int, alike bytes, opened int, left_at int?, size int
cohort_member by key:
    cohort* int, run* int, pass* int, joined int
sync:
    id* int, source str, file str, file_hash bytes, mapping_hash str, as_of int, at int, state str,
    cursor int, first bytes?, current bytes?, alerts bytes?, by str, body bytes?
sync_line by key:
    sync* int, line* int, key str, disposition str, reason str, owner str, field str, person int?,
    content bytes?, ended int?, became str, by str, number int
sync_value by key:
    sync* int, number* int, field* str, line int, person int?, key str, owner str, body bytes
incident:
    id* int, cause str, opened int, many int, owner str, ended int?, body bytes
override:
    id* int, person int?, journey str, object str, at int, until int?, by str, reason str, ended int?,
    ended_by str
measure by key:
    run* int, pass* int, rung* int, person int, step int, phase str, at int, body bytes
watermark:
    connection* str, what* str, at int, body bytes
token:
    hash* bytes, name str, scopes str, made int, expires int?, by str
audit:
    id* int, at int, by str, what str, body bytes?, person int?
account:
    id* int, login str, name str, person int?, password str, subject str?, made int, ended int?, by str
account_role by key:
    account* int, role* str, unit* str, source str, at int, by str
session:
    hash* bytes, account int, made int, seen int, expires int, ended int?, address str, agent str
tries:
    name* str, arrival_us int
moving:
    id* int, journey str, plan int, before int, state str, cursor int, at int, by str, applied_by str,
    reverted_by str, ended int?, body bytes
moving_run by key:
    moving* int, run* int, person int, before int, rev int, verdict str, why str, step str, became str,
    back str, note str, body bytes, shifts int, late int
"""
INDEXES: Final = """
plan_hash unique on plan: hash
person_next_day on person: next_day where next_day IS NOT NULL
person_name on person: name where name IS NOT NULL
person_email on person: email where email IS NOT NULL
person_manager on person: manager where manager IS NOT NULL
person_department on person: department where department IS NOT NULL
person_key_person on person_key: person
run_person on run: person, plan
run_wake on run: wake_at where wake_at IS NOT NULL
run_plan on run: plan, phase
begun_child on begun: child
ledger_run on ledger: run, seq where run IS NOT NULL
ledger_person on ledger: person, seq where run IS NULL
held_open on held: owner, next_at where ended IS NULL
held_person on held: person, kind where person IS NOT NULL
effect_due on effect: connection, rank, next_at, decided where state = 0
effect_person on effect: person where state < 2
effect_open on effect: connection, action, object, run, pass, rung, state where state < 2
effect_over on effect: action, object, state, decided where state > 1
effect_failed on effect: connection, action, object, run, pass, rung where state = 4
handoff_owner on handoff: owner, due where closed IS NULL
handoff_due on handoff: due, run, pass where closed IS NULL
handoff_stuck on handoff: due, run, pass where closed IS NULL AND stuck = 1
watch_run on watch: run
message_due on message: leave_at where state = 0
message_claimed on message: claimed_until where state = 1
message_receiver on message: receiver, at
link_id unique on link: id
cohort_open on cohort: plan, step where left_at IS NULL
sync_source on sync: source, as_of
sync_held on sync: id where state = 'held'
sync_line_open on sync_line: owner, sync where ended IS NULL
sync_line_key on sync_line: key
sync_value_person on sync_value: person where person IS NOT NULL
incident_open unique on incident: cause where ended IS NULL
absence_next on absence: next_day where next_day IS NOT NULL
absence_person on absence: person
absence_delegate on absence: delegate where delegate IS NOT NULL
override_person on override: person
override_open on override: until where ended IS NULL
audit_at on audit: at
audit_by on audit: by, id
audit_what on audit: what, id
audit_person on audit: person, id where person IS NOT NULL
account_login unique on account: login
account_open on account: login, name where ended IS NULL
account_role_role on account_role: role, account
account_subject unique on account: subject where subject IS NOT NULL
account_person on account: person where person IS NOT NULL
session_account on session: account where ended IS NULL
tries_arrival on tries: arrival_us
moving_journey on moving: journey, id
"""
NUMBERS: Final = (
    "ledger",
    "run",
    "person",
    "plan",
    "batch",
    "inbox",
    "message",
    "cohort",
    "sync",
    "incident",
    "override",
    "audit",
    "account",
    "moving",
    "absence",
)
SHARDS: Final = 64
KINDS: Final[dict[str, Any]] = {
    "int": sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
    "str": sa.Text(),
    "bytes": sa.LargeBinary(),
    "float": sa.Float(53),
}
TABLE: Final = re.compile(r"^(\w+)( by key)?:\n((?: +.*\n)+)", re.MULTILINE)
INDEX: Final = re.compile(r"^(\w+)( unique)? on (\w+): ([\w, ]+?)(?: where (.*))?$", re.MULTILINE)


def column(text: str) -> sa.Column[object]:
    """A column as it is written above."""
    name, kind = text.split()
    return sa.Column(
        name.rstrip("*"),
        KINDS[kind.rstrip("?")],
        primary_key=name.endswith("*"),
        nullable=kind.endswith("?"),
        autoincrement=False,
    )


def upgrade() -> None:
    """Make the tables, their indexes, what gives out numbers, and an empty chain for each shard."""
    for name, by_key, body in TABLE.findall(TABLES):
        op.create_table(name, *map(column, " ".join(body.split()).split(", ")), sqlite_with_rowid=not by_key)
    for name, unique, table, columns, where in INDEX.findall(INDEXES):
        only = sa.text(where) if where else None
        op.create_index(name, table, columns.split(", "), unique=bool(unique), sqlite_where=only, postgresql_where=only)
    if op.get_context().dialect.name == "postgresql":
        for name in NUMBERS:
            op.execute(f"CREATE SEQUENCE handrail_{name}")
        op.execute("ALTER TABLE run SET (fillfactor = 70)")
    op.bulk_insert(
        sa.table(
            "chain",
            *(
                sa.column(name, kind)
                for name, kind in (
                    ("shard", sa.Integer()),
                    ("number", sa.Integer()),
                    ("many", sa.Integer()),
                    ("head", sa.LargeBinary()),
                )
            ),
        ),
        [{"shard": shard, "number": 0, "many": 0, "head": b""} for shard in range(SHARDS)],
    )
