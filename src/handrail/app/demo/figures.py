"""The demo's figures, all of them counted: from the store's rows, the ledger's chains and the LMS's own journal."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path
from typing import Any

from msgspec import structs

from handrail.app.demo.company import files_in
from handrail.app.demo.script import COURSE
from handrail.calendar.zones import local_day
from handrail.insight.past import Past, then_of
from handrail.people.directory import StoreDirectory
from handrail.people.ports import Sum
from handrail.practice.lms import Witness
from handrail.store.moments import CONFIRMED, FAILED, NOT_NEEDED, to_instant
from handrail.store.opening import Store
from handrail.terms import coding
from handrail.terms.person import Person, called, own_id_of
from handrail.terms.reasons import unpack_reasons
from handrail.terms.state import State

LIMIT_A_MINUTE = 100
WEEK_OF_THE_COLUMN = "workers-2026-03-16.csv"


def figures(store: Store, folder: Path) -> dict[str, Any]:
    """All that `handrail demo --json` prints."""
    directory = StoreDirectory(store, lambda _: None, files_in(folder), lambda: None)  # type: ignore[arg-type, return-value]
    records = directory.syncs("hris")
    return {
        "syncs": [
            {"file": record.file, "rows": record.rows, **_four(record.stands), "first": _four(record.reported or Sum())}
            for record in records
        ],
        "hired_2026_03_16": _hired(store, directory),
        "bulk": _bulk(store, Witness(folder / "lms.journal")),
        "runs": _runs(store),
        "handoffs": _handoffs(store),
        "ledger_verified": store.verify().ok,
    }


def _four(count: Sum) -> dict[str, int]:
    whole = structs.asdict(count)
    return {name: whole[name] for name in ("applied", "no_change", "held", "refused")}


def _hired(store: Store, directory: StoreDirectory) -> dict[str, int]:
    """What became of those who were new in the file whose column had another name."""
    record = next(each for each in directory.syncs("hris") if each.file == WEEK_OF_THE_COLUMN)
    reported = record.reported or Sum()
    started = _started(store, record.id)
    hired = record.stands.new + record.stands.held
    return {
        "hired": hired,
        "held_at_first": reported.held,
        "started": started,
        "held": record.stands.held,
        "dropped": hired - started - record.stands.held,
    }


def _started(store: Store, sync: int) -> int:
    """Runs of onboarding of people whom that sync brought: the sync's rows that were held at first and became applied."""
    found = store.database.look(
        "SELECT count(DISTINCT r.person) FROM run r JOIN plan p ON p.id = r.plan JOIN sync_line l ON l.person = r.person "
        "WHERE p.journey = 'onboarding' AND l.sync = ? AND l.became = 'applied'",
        (sync,),
    )
    return int(found[0][0])


def _bulk(store: Store, witness: Witness) -> dict[str, Any]:
    """The enrollments in one course: what was wanted, and what the LMS's journal says became of it."""
    ask = "SELECT state, count(*) FROM effect WHERE action = 'lms.enroll' AND object = ? GROUP BY state"
    states = {int(state): int(count) for state, count in store.database.look(ask, (COURSE,))}
    wanted = sum(states.values())
    confirmed, not_needed = states.get(CONFIRMED, 0), states.get(NOT_NEEDED, 0)
    held = _held(store)
    keys = _keys(store)
    lines = [line for line in witness.lines() if line.method == "POST" and line.key in keys]
    moments = [line.at for line in lines]
    seconds = (max(moments) - min(moments)).total_seconds() if moments else 0.0
    users = _users(store, (CONFIRMED, NOT_NEEDED))
    return {
        "wanted": wanted,
        "confirmed": confirmed,
        "not_needed": not_needed,
        "held": held,
        "lost": len(witness.lost([(user, COURSE) for user in users])) + wanted - confirmed - not_needed - held,
        "twice": sum(1 for pair in witness.twice() if pair[1] == COURSE),
        "throttled": witness.throttled(),
        "calls": len(lines),
        "seconds": round(seconds, 3),
        "floor_seconds": round((wanted - not_needed - 1) * 60 / LIMIT_A_MINUTE, 3),
    }


def seconds_in_calls_of(items: int, batch: int) -> float:
    """What the bulk would have taken in calls of so many."""
    return (math.ceil(items / batch) - 1) * 60 / LIMIT_A_MINUTE


def _held(store: Store) -> int:
    """Enrollments that were given up and are in somebody's hands now."""
    ask = (
        "SELECT count(*) FROM effect e JOIN handoff h ON h.run = e.run AND h.pass = e.pass "
        "WHERE e.action = 'lms.enroll' AND e.object = ? AND e.state = ? AND h.closed IS NULL"
    )
    return int(store.database.look(ask, (COURSE, FAILED))[0][0])


def _why_held(store: Store) -> dict[str, Any]:
    """Why most of the held ones were given up, who has them, and until when the first of them."""
    ask = (
        "SELECT l.reasons, h.owner, h.due, e.pass FROM effect e JOIN handoff h ON h.run = e.run AND h.pass = e.pass "
        "JOIN ledger l ON l.run = e.run AND l.kind = 'outcome' "
        "WHERE e.action = 'lms.enroll' AND e.object = ? AND e.state = ? AND h.closed IS NULL"
    )
    causes, owners, dues = Counter[str](), Counter[str](), list[int]()
    for reasons, owner, due, pass_ in store.database.look(ask, (COURSE, FAILED)):
        for reason in unpack_reasons(bytes(reasons)) if reasons is not None else ():
            if reason.rule == "failed" and reason.pass_ == pass_:
                causes[str(reason.seen.get("code"))] += 1
                owners[_name(store, str(owner))] += 1
                dues += [int(due)] if due is not None else []
    until = ""
    if dues:
        first = to_instant(min(dues))
        until = local_day(first, Past(store).organization(then_of(first)).zone).isoformat()
    return {"held_because": _commonest(causes)[0], "held_owner": _commonest(owners)[0], "held_until": until}


def _commonest(counted: Counter[str]) -> tuple[str, int]:
    """The commonest, and how many there are; of two as common the first by name."""
    return min(counted.items(), key=lambda each: (-each[1], each[0]), default=("", 0))


def _keys(store: Store) -> set[str]:
    ask = "SELECT run, pass, rung FROM effect WHERE action = 'lms.enroll' AND object = ?"
    return {f"handrail-{run}-{pass_}-{rung}" for run, pass_, rung in store.database.look(ask, (COURSE,))}


def _users(store: Store, states: tuple[int, ...]) -> list[str]:
    """Users who must be in the course at the end: enrolled, and not taken out again because they left."""
    ask = (
        "SELECT k.key FROM effect e JOIN person_key k ON k.person = e.person AND k.source = 'hris' "
        "WHERE e.action = 'lms.enroll' AND e.object = ? AND e.state IN (?, ?) AND NOT EXISTS ("
        "SELECT 1 FROM effect u WHERE u.run = e.run AND u.action = 'lms.unenroll' AND u.object = e.object)"
    )
    return [str(key) for (key,) in store.database.look(ask, (COURSE, *states))]


def _runs(store: Store) -> dict[str, int]:
    phases = {
        int(phase): int(count) for phase, count in store.database.look("SELECT phase, count(*) FROM run GROUP BY phase")
    }
    return {
        "started": sum(phases.values()),
        "running": sum(phases.get(phase, 0) for phase in (0, 1, 2)),
        "finished": phases.get(3, 0),
        "stopped": phases.get(4, 0) + phases.get(5, 0),
    }


def told(store: Store, found: dict[str, Any], killed_after: int) -> dict[str, Any]:
    """The figures with what the screen tells besides.

    The kill; why some are held, by whom, until when; why runs were stopped; how many that were passed on are open.
    """
    ended = store.database.look("SELECT state FROM run WHERE phase IN (4, 5) AND state IS NOT NULL")
    reason, many = _commonest(Counter(coding.unpack(bytes(state), State).reason for (state,) in ended))
    ((still,),) = store.database.look("SELECT count(*) FROM handoff WHERE escalated = 1 AND closed IS NULL")
    stopped = {"stopped_because": reason, "stopped_because_many": many}
    return {
        **found,
        "bulk": {**found["bulk"], **_why_held(store), "killed_after": killed_after},
        "runs": {**found["runs"], **stopped},
        "handoffs": {**found["handoffs"], "escalated_open": int(still)},
    }


def _handoffs(store: Store) -> dict[str, int]:
    ask = "SELECT count(*), sum(closed IS NOT NULL), sum(closed IS NULL), sum(escalated) FROM handoff"
    opened, closed, still_open, escalated = (int(value or 0) for value in store.database.look(ask)[0])
    return {"opened": opened, "closed": closed, "open": still_open, "escalated": escalated}


def escalated_by_owner(store: Store) -> list[tuple[str, int]]:
    """Who holds the escalated handoffs: owners by name, the most first."""
    ask = "SELECT owner, count(*) FROM handoff WHERE escalated = 1 GROUP BY owner ORDER BY count(*) DESC, owner"
    return [(_name(store, str(owner)), int(count)) for owner, count in store.database.look(ask)]


def _name(store: Store, owner: str) -> str:
    number = own_id_of(owner)
    if number is None:
        return owner.removeprefix("team:")
    row = store.persons([number]).get(number)
    return called(coding.unpack(row.body, Person) if row is not None else None, number)
