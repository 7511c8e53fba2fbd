"""What `doctor` looks at: the database and its known faults, disk, clock, overdue work, connections out of reach.

Each finding says what is so, whether it is right, and what to do when it is not. Nothing is changed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from handrail.insight.sending import Unreached, unreached
from handrail.insight.telling.wording import age_text, count_text, sentence
from handrail.store.moments import to_instant, to_millis
from handrail.store.opening import Store
from handrail.terms.values import Instant

State: TypeAlias = Literal["right", "look", "wrong"]
DISK_LEAST_BYTES: Final = 1_000_000_000
DISK_WRONG_BYTES: Final = 100_000_000
OVERDUE_MOST: Final = timedelta(minutes=2)
CLOCK_MOST: Final = timedelta(minutes=10)
LOST_DAYS_SHOWN: Final = timedelta(days=30)
HELD_MOST: Final = 10_000


class Finding(Struct, frozen=True):
    """One thing that was looked at. `advice` is empty where it is right."""

    what: str
    state: State
    said: str
    advice: str = ""


def look(store: Store, now: Instant) -> tuple[Finding, ...]:
    """Everything that can be said of the store without changing it, in a fixed order."""
    facts = store.facts()
    return (
        _database(facts),
        _wal(facts),
        _disk(facts),
        _restored(facts),
        *lost_days(store, now),
        _clock(store, now),
        _overdue(store, now),
        _inbox(store),
        _held(store),
        *connections(store, now),
    )


def connections(store: Store, now: Instant) -> tuple[Finding, ...]:
    """The connections that calls do not get through to: until when each is left alone, and how many of its calls wait."""
    return tuple(_connection(each, now) for each in unreached(store, now))


def _connection(each: Unreached, now: Instant) -> Finding:
    parts = []
    since = f"since {each.since:%Y-%m-%d %H:%M} UTC" if each.since is not None else "lately"
    why = f" ({each.why})" if each.why else ""
    if each.since is not None and each.until is None:
        parts.append(f"nothing was answered {since}{why}")
    if each.until is not None:
        until = f"{each.until:%Y-%m-%d %H:%M} UTC"
        left = f"is left alone until {until}" if now < each.until else "is tried again with the next call"
        parts.append(f"could not be reached {since}{why}, and {left}")
    if each.waiting:
        waits = "1 call waits" if each.waiting == 1 else f"{each.waiting:,} calls wait"
        of_them = f", {each.tried:,} of them" if each.tried < each.waiting else ""
        failed = f"{of_them} after failed tries" if each.tried else ""
        at = f"; the next leaves at {each.next_at:%Y-%m-%d %H:%M} UTC at the earliest" if each.next_at else ""
        parts.append(f"{waits}{failed}{at}")
    elif each.since is not None:
        parts.append("no call waits for it")
    advice = "See that it can be reached from here and takes our key; the calls go on by themselves when it answers."
    return Finding(each.connection, "look", sentence("; ".join(parts)), advice)


def _database(facts: dict[str, object]) -> Finding:
    size = facts.get("bytes")
    megabytes = f", {size / 1_000_000:,.1f} MB" if isinstance(size, int) else ""
    return Finding("database", "right", f"{facts.get('database', 'a database')} {facts.get('version', '')}{megabytes}.")


def _wal(facts: dict[str, object]) -> Finding:
    if facts.get("wal_reset_bug") is not True:
        return Finding("known faults", "right", "This version has none that touches what is kept here.")
    return Finding(
        "known faults",
        "look",
        f"SQLite {facts.get('version')} can lose commits when two connections write the same file at once (before 3.51.3).",
        "Handrail writes by one connection only, so nothing is at risk; do not write to the file by other programs, "
        "and take an apsw with a newer SQLite when you can.",
    )


def _disk(facts: dict[str, object]) -> Finding:
    free = facts.get("disk_free_bytes")
    if not isinstance(free, int):
        return Finding("disk", "right", "The database is not in a file of this machine.")
    said = f"{free / 1_000_000_000:,.1f} GB are free beside the database."
    if free >= DISK_LEAST_BYTES:
        return Finding("disk", "right", said)
    return Finding(
        "disk", "wrong" if free < DISK_WRONG_BYTES else "look", said, "Make room: a full disk stops all work."
    )


def _restored(facts: dict[str, object]) -> Finding:
    if "restored" in facts:
        return Finding(
            "restored copy",
            "wrong",
            "This is a restored copy, and nobody has said that it is the one that goes on: nothing leaves it.",
            "When the old database will not come back: handrail restore --resume --yes-by NAME",
        )
    resumed = f" It was restored and resumed ({facts['resumed']})." if "resumed" in facts else ""
    return Finding("restored copy", "right", f"This is no restored copy that waits.{resumed}")


def lost_days(store: Store, now: Instant) -> tuple[Finding, ...]:
    """Of a copy restored within the last 30 days: what it cannot know, by who told it, and the messages that it holds."""
    lineage = next(iter(store.lineages()), None)
    if lineage is None or now - to_instant(lineage.resumed) > LOST_DAYS_SHOWN:
        return ()
    last = store.database.read("SELECT max(at) FROM ledger WHERE seq <= ?", (lineage.after,))[0][0]
    since = f"{to_instant(int(last)):%Y-%m-%d %H:%M} UTC" if last is not None else "the beginning"
    many = store.database.read("SELECT count(*) FROM message WHERE outcome = 'held: restored'")[0][0]
    said = [
        f"What was told by webhook between {since} and {to_instant(lineage.resumed):%Y-%m-%d %H:%M} UTC may be missing"
    ]
    said += [f"{source} was last heard at {at:%Y-%m-%d %H:%M} UTC" for source, at in _last_heard(store, lineage.after)]
    held = f" {count_text(int(many), 'message')} of those days are held, since they may have been sent." if many else ""
    advice = (
        "Have these systems tell those days again (what is known already is not taken twice), and sync the latest file."
    )
    return (Finding("lost days", "look", f"{'; '.join(said)}.{held}", advice),)


def _last_heard(store: Store, until: int) -> list[tuple[str, Instant]]:
    """Each source and when it last told anything, up to a row of the ledger."""
    found: dict[str, int] = {}
    for kind, at in store.database.read("SELECT kind, max(at) FROM ledger WHERE seq <= ? GROUP BY kind", (until,)):
        source, dot, _ = str(kind).partition(".")
        if dot and source != "journey":
            found[source] = max(int(at), found.get(source, 0))
    return [(source, to_instant(at)) for source, at in sorted(found.items())]


def _clock(store: Store, now: Instant) -> Finding:
    """The last row of the ledger is not from the future."""
    found = store.database.read("SELECT max(at) FROM batch")[0][0]
    if found is None:
        return Finding("clock", "right", "Nothing is in the ledger yet to compare the clock with.")
    last = to_instant(int(found))
    if last - now > CLOCK_MOST:
        return Finding(
            "clock",
            "wrong",
            f"The ledger's last row is {age_text(now, last)} ahead of this machine's clock.",
            "Set the clock (NTP) before any work goes on: limits and reminders would wait for it to catch up.",
        )
    return Finding("clock", "right", f"The ledger's last row is {age_text(last, now)} old.")


def _overdue(store: Store, now: Instant) -> Finding:
    found = store.oldest_overdue(to_millis(now - OVERDUE_MOST))
    if found is None:
        return Finding("overdue work", "right", "No run waits longer than it should.")
    many = store.database.read("SELECT count(*) FROM run WHERE wake_at < ?", (to_millis(now - OVERDUE_MOST),))[0][0]
    late = age_text(to_instant(found), now)
    said = f"{count_text(int(many), 'run')} should have been looked at; the oldest {late} ago."
    return Finding("overdue work", "wrong", said, "Nobody works on this database: begin it with handrail serve.")


def _inbox(store: Store) -> Finding:
    many = int(store.database.read("SELECT count(*) FROM inbox")[0][0])
    if many <= HELD_MOST:
        return Finding(
            "letters between runs", "right", f"{count_text(many, 'letter')} waits." if many == 1 else f"{many:,} wait."
        )
    said = f"{many:,} wait to be taken in."
    return Finding(
        "letters between runs", "look", said, "Work is behind: see that handrail serve runs and what it says."
    )


def _held(store: Store) -> Finding:
    ask = (
        "SELECT (SELECT count(*) FROM held WHERE ended IS NULL), "
        "(SELECT count(*) FROM sync_line WHERE ended IS NULL AND disposition = 'held'), "
        "(SELECT count(*) FROM sync WHERE state = 'held')"
    )
    events, rows, files = (int(many) for many in store.database.read(ask)[0])
    if not events + rows + files:
        return Finding("held", "right", "Nothing is held.")
    parts = [count_text(many, what) for many, what in ((events, "event"), (rows, "row"), (files, "file")) if many]
    verb = "is" if events + rows + files == 1 else "are"
    said = f"{' and '.join(filter(None, (', '.join(parts[:-1]), parts[-1])))} {verb} held."
    return Finding("held", "look", said, "See what, and for which cause: handrail held")


def addresses(store: Store) -> Finding:
    """Whom no letter reaches at work: nothing fails for want of an address, so nobody would notice. Looks through all people."""
    many = int(store.database.read("SELECT count(*) FROM person WHERE email IS NULL AND status <> 'left'")[0][0])
    if not many:
        return Finding("addresses", "right", "Everybody who is here has a work e-mail address.")
    have = "has" if many == 1 else "have"
    people = "1 person" if many == 1 else f"{many:,} people"
    said = f"{people} {have} no work e-mail address: letters reach them at a private one, or not at all."
    return Finding(
        "addresses",
        "look",
        said,
        "Have the addresses added in the HR system; each sync names those it brings without one.",
    )
