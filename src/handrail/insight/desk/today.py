"""*Today*: four numbers that are lists, and the beginning of each: what is stuck, who must act, what is held, what changed.

Each number is of one moment and of what the viewer sees; the whole list stands behind it.
"""

# ruff: noqa: S608 - the statements are put together from constants, never from a value

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from msgspec import Struct

from handrail.calendar.zones import end_of_day, local_day, shift_day
from handrail.insight.desk.changes import Changes, counted, yesterday
from handrail.insight.desk.held import values_kept
from handrail.insight.desk.incidents import IncidentSeen, persons_of, seen
from handrail.insight.desk.lines import Line, lines
from handrail.insight.desk.reach import COUNT_MAX, Desk, about_seen
from handrail.insight.desk.systems.connections import Paused, paused_connections
from handrail.insight.desk.waiting import Waiting, counting, waiting
from handrail.insight.finding import files_held
from handrail.insight.lists import Names
from handrail.insight.past import Past, then_of
from handrail.insight.rights import Viewer
from handrail.insight.sending import mail_held
from handrail.insight.telling.wording import event_text
from handrail.store.database.port import Rows
from handrail.store.moments import to_instant, to_millis
from handrail.store.reading import NEVER
from handrail.store.rows import HandoffRow, IncidentRow
from handrail.terms.person import own_ids_of
from handrail.terms.values import Instant

SHOWN: Final = 6
"""So many lines of each list stand on the page itself."""

_BESIDE: Final = (
    "SELECT 'incident' AS what, o.* FROM (SELECT id, cause, opened, many, owner, ended, body FROM incident "
    "WHERE ended IS NULL ORDER BY id LIMIT ?) AS o UNION ALL "
    "SELECT 'connection', 0, connection, 0, 0, '', NULL, body FROM gate UNION ALL "
    "SELECT 'stuck', 0, '', 0, ({stuck}), '', NULL, NULL ORDER BY 1, 2, 3"
)
_OWN: Final = (
    "SELECT h.*, count(*) OVER () FROM handoff h WHERE h.closed IS NULL AND h.owner {in} "
    f"ORDER BY coalesce(h.due, {NEVER}), h.run, h.pass LIMIT {SHOWN}"
)
_LOADS: Final = (
    "SELECT owner, count(*), sum(stuck), min(due), count(*) OVER () FROM handoff h WHERE closed IS NULL AND due < ?{} "
    "GROUP BY owner ORDER BY 3 DESC, 4, 1 LIMIT ?"
)
_HELD: Final = (
    "SELECT what, name, cause, owner, many, since, sum(many) OVER (), count(*) OVER () FROM ("
    "SELECT 'event' AS what, kind AS name, reason AS cause, owner, count(*) AS many, min(opened) AS since FROM held "
    "WHERE ended IS NULL{held} GROUP BY 1, 2, 3, 4 UNION ALL "
    "SELECT 'row', s.source, l.reason, l.owner, count(*), min(s.at) FROM sync_line l JOIN sync s ON s.id = l.sync "
    "WHERE l.ended IS NULL AND l.disposition = 'held'{row} GROUP BY 1, 2, 3, 4 UNION ALL "
    "SELECT 'start', p.journey, '', '', count(*), min(r.begun) FROM run r JOIN plan p ON p.id = r.plan "
    "WHERE r.phase = 0 AND r.plan IN (SELECT id FROM plan){run} GROUP BY 1, 2, 3, 4"
    ") AS every_cause ORDER BY 5 DESC, 6, 2, 3 LIMIT ?"
)


class Load(Struct, frozen=True):
    """What one owner has that is due by the end of tomorrow, how much of it is stuck, and the soonest moment."""

    owner: str
    owner_name: str
    many: int
    stuck: int
    next: Instant


class Cause(Struct, frozen=True):
    """What is held for one cause: `what` is event, row, file, messages, value or start (above a limit); `said` says it in a sentence."""

    what: str
    said: str
    owner_name: str
    many: int
    since: Instant | None


class Today(Struct, frozen=True):
    """The page. `own` waits for the viewer themselves, `own_lines` are the first of it. `stuck` are open handoffs that did not go as meant (`Waiting.stuck`), `owners` those who must act by the end of tomorrow.

    `incidents`: what is out of order for many at once, the oldest first, `SHOWN` at most.
    `paused` connections are told to whoever answers for connections.
    """

    own: int
    own_lines: tuple[Line, ...]
    stuck: int
    more_stuck: bool
    stuck_lines: tuple[Line, ...]
    owners: int
    loads: tuple[Load, ...]
    held: int
    held_causes: int
    causes: tuple[Cause, ...]
    changes: Changes
    incidents: tuple[IncidentSeen, ...] = ()
    paused: tuple[Paused, ...] = ()


def today(past: Past, desk: Desk) -> Today:
    """The four numbers as they stand now."""
    apart = _apart(past, desk.now) if desk.viewer.everywhere else []
    late = waiting(past, desk, Waiting(stuck=True), SHOWN)
    own = past.store.database.read_in(_OWN, desk.own) if desk.own else ()
    mine = [HandoffRow(*row[:-1]) for row in own]
    loads, causes, names = _loads(past, desk), _causes(past, desk.viewer), Names(past)
    owning = [str(row[0]) for row in loads] + [str(row[3]) for row in causes]
    beside = _beside(past, desk)
    rows, stuck = beside.incidents, beside.stuck
    named = {*own_ids_of(owning), *persons_of(rows)}
    shown = {(line.run, line.pass_): line for line in lines(past, (*mine, *late.rows), desk.now, named)}
    names.fetch(named)
    return Today(
        own=int(own[0][-1]) if own else 0,
        own_lines=tuple(shown[row[:2]] for row in mine if row[:2] in shown),
        stuck=min(stuck, COUNT_MAX),
        more_stuck=stuck > COUNT_MAX,
        stuck_lines=tuple(shown[row[:2]] for row in late.rows if row[:2] in shown),
        owners=int(loads[0][4]) if loads else 0,
        loads=tuple(_load(row, names) for row in loads),
        held=(int(causes[0][6]) if causes else 0) + sum(each.many for each in apart),
        held_causes=(int(causes[0][7]) if causes else 0) + len(apart),
        causes=_largest([*(_cause(row, names) for row in causes), *apart]),
        changes=counted(past, desk.viewer, yesterday(desk.now, desk.organization.zone)),
        incidents=seen(past, desk.viewer, desk.now, rows, names),
        paused=paused_connections(beside.connections, past.zone(then_of(desk.now)))
        if desk.viewer.may("connections")
        else (),
    )


class _Beside(Struct, frozen=True):
    """What is read in one question beside the lists: open incidents, every connection's row, how many handoffs are stuck."""

    incidents: tuple[IncidentRow, ...]
    connections: tuple[tuple[str, bytes], ...]
    stuck: int


def _beside(past: Past, desk: Desk) -> _Beside:
    count = counting(desk, Waiting(stuck=True))
    found = past.store.database.read(_BESIDE.format(stuck=count.sql), (SHOWN, *count.values))
    return _Beside(
        tuple(IncidentRow(*row[1:]) for row in found if row[0] == "incident"),
        tuple((str(row[2]), bytes(row[7])) for row in found if row[0] == "connection"),
        next(int(row[4]) for row in found if row[0] == "stuck"),
    )


def soon(now: Instant, zone: str) -> Instant:
    """The end of tomorrow in the zone."""
    return end_of_day(shift_day(local_day(now, zone), 1), zone)


def _loads(past: Past, desk: Desk) -> Rows:
    """Owners who have something due soon, those with most that is stuck first; each row with how many owners there are."""
    horizon = to_millis(soon(desk.now, desk.organization.zone))
    about = about_seen(desk.viewer, "h.person")
    return past.store.database.read(_LOADS.format(about.also), (horizon, *about.values, SHOWN))


def _load(row: tuple[Any, ...], names: Names) -> Load:
    owner, many, stuck, due, _ = row
    return Load(str(owner), names.owner(str(owner)), int(many), int(stuck), to_instant(int(due)))


def _causes(past: Past, viewer: Viewer) -> Rows:
    """What is held by cause, the largest first; each row with how much is held in all, and for how many causes."""
    held, row, run = (about_seen(viewer, column) for column in ("person", "l.person", "r.person"))
    ask = _HELD.format(held=held.also, row=row.also, run=run.also)
    return past.store.database.read(ask, (*held.values, *row.values, *run.values, SHOWN))


def _cause(row: tuple[Any, ...], names: Names) -> Cause:
    what, name, cause, owner, many, since, *_ = row
    owner_name = names.owner(str(owner)) if owner else ""
    return Cause(str(what), _said(str(what), str(name), str(cause)), owner_name, int(many), to_instant(int(since)))


def _apart(past: Past, now: Instant) -> list[Cause]:
    """What is held of nobody in particular, for whoever sees everybody: whole files, messages of new journeys, values that cannot be right."""
    names = Names(past)
    files = [
        Cause("file", f"{each.file} is held as a whole", names.owner(each.owner), each.rows, each.arrived)
        for each in files_held(past, now)
    ]
    messages = [
        Cause("messages", f"Messages of {each.title}: it is new, and they wait until somebody lets them go", names.owner(each.owner), each.many, each.since)
        for each in mail_held(past, now)
        if each.many
    ]  # fmt: skip
    values = [
        Cause("value", f"{each.source}: {each.alert.text.partition('. ')[0]}", each.owner, each.many, each.since)
        for each in values_kept(past)
        if each.many
    ]
    return [*files, *messages, *values]


def _largest(causes: Sequence[Cause]) -> tuple[Cause, ...]:
    return tuple(sorted(causes, key=lambda each: -each.many)[:SHOWN])


def _said(what: str, name: str, cause: str) -> str:
    match what:
        case "start":
            return f"Above the limit of starts of {name}: they wait for release"
        case "row":
            return f"{name}: {cause}"
        case _:
            return f"{event_text(name).partition(' (')[0].capitalize()}: {cause}"
