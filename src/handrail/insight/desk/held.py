"""What is held, by its cause: files, rows of files, events, starts above a limit; and values that were kept as they were.

Each has an owner and a way on. What would mend a file's mapping is proposed in `app.holding.mending`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from handrail.insight.desk.systems.calls import Handed, handed
from handrail.insight.lists import HeldCause, Names, held
from handrail.insight.past import Past, then_of
from handrail.insight.sending import MailHeld, mail_held
from handrail.insight.telling.remedies import of_value
from handrail.insight.telling.wording import words_of
from handrail.people.ports import Alert, NotApplied, SyncRecord
from handrail.store.moments import to_instant
from handrail.terms import coding
from handrail.terms.values import Instant

_RELEASE: Final = "SELECT plan, count(*), min(id) FROM run WHERE phase = 0 AND plan {in} GROUP BY plan"
_BECAME: Final = "SELECT became, count(*) FROM sync_line WHERE sync = ? AND disposition = 'held' AND ended IS NOT NULL GROUP BY 1 ORDER BY 2 DESC"
_BEGUN: Final = (
    "SELECT p.journey, count(DISTINCT r.person) FROM sync_line l JOIN sync s ON s.id = l.sync "
    "JOIN person_key k ON k.source = s.source AND k.key = l.key JOIN run r ON r.person = k.person AND r.begun >= l.ended "
    "JOIN plan p ON p.id = r.plan WHERE l.sync = ? AND l.disposition = 'held' AND l.became = 'applied' GROUP BY 1 ORDER BY 2 DESC, 1"
)


class FileHeld(Struct, frozen=True):
    """A file of which something is held: the whole of it, or rows. `causes` are the reasons, the commonest first."""

    number: int
    file: str
    source: str
    owner: str
    since: Instant
    many: int
    whole: bool
    causes: tuple[HeldCause, ...]


class ValueLine(Struct, frozen=True):
    """A value that was not applied to somebody: what came (`seen`), why it cannot be, and what to do about it."""

    line: int
    key: str
    person: int
    name: str
    field: str
    seen: str
    reason: str
    owner: str
    advice: str


class Came(Struct, frozen=True):
    """What became of rows of a file that were held once: how many are now `became`; how many people have begun which journeys since."""

    became: tuple[tuple[str, int], ...] = ()
    begun: tuple[tuple[str, str, int], ...] = ()


class StartsHeld(Struct, frozen=True):
    """Starts above a journey's limit, which wait until somebody lets them in."""

    journey: str
    title: str
    many: int
    since: Instant


class ValuesKept(Struct, frozen=True):
    """A field of the newest file of a source of which values were not applied: those people keep what was known."""

    number: int
    file: str
    source: str
    alert: Alert
    owner: str
    since: Instant

    @property
    def many(self) -> int:
        """How many people's values are held back one by one; a column that is gone as a whole is told of its file."""
        return self.alert.people if self.alert.kind == "values" else 0


class AllHeld(Struct, frozen=True):
    """All of it. `total` counts rows, events, starts, messages, and people of whom a value was kept: what *today* counts, too.

    `calls` could not be done, and are with somebody: these are stuck handoffs, and counted there.
    """

    total: int
    files: tuple[FileHeld, ...]
    events: tuple[HeldCause, ...]
    starts: tuple[StartsHeld, ...]
    values: tuple[ValuesKept, ...]
    mail: tuple[MailHeld, ...] = ()
    calls: tuple[Handed, ...] = ()

    @property
    def kept(self) -> int:
        """Of how many people a value was not applied; the rest of the total waits for somebody."""
        return sum(each.many for each in self.values)


def all_held(past: Past, now: Instant) -> AllHeld:
    """Everything that waits for somebody because it could not be understood, or is more than was allowed."""
    page = held(past, now)
    causes = [each for each in page.lines if isinstance(each, HeldCause) and each.what != "messages"]
    starts, values = tuple(_starts(past, now)), tuple(values_kept(past))
    return AllHeld(
        page.total + sum(each.many for each in starts) + sum(each.many for each in values),
        tuple(_files(causes)),
        tuple(each for each in causes if each.what == "event"),
        starts,
        values,
        tuple(mail_held(past, now)),
        handed(past),
    )


def what_came(past: Past, sync: int, now: Instant) -> Came:
    """What became of the rows of a file that were held and are no longer: name, title and people of each journey begun since."""
    became = past.store.database.read(_BECAME, (sync,))
    begun = past.store.database.read(_BEGUN, (sync,)) if any(word == "applied" for word, _ in became) else ()
    return Came(
        tuple((str(word), int(many)) for word, many in became),
        tuple((str(name), _title(past, str(name), now), int(many)) for name, many in begun),
    )


def _title(past: Past, journey: str, now: Instant) -> str:
    kept = past.current(journey, then_of(now))
    return kept.plan.title if kept is not None else journey


def _files(causes: list[HeldCause]) -> Iterator[FileHeld]:
    by_file: dict[int, list[HeldCause]] = {}
    for each in causes:
        if each.what in ("file", "row"):
            by_file.setdefault(each.number, []).append(each)
    for number, found in by_file.items():
        first = found[0]
        file = first.examples[0] if first.what == "file" else first.reason.partition(":")[0]
        many, whole = sum(each.many for each in found), first.what == "file"
        yield FileHeld(
            number, file, first.source, first.owner, min(each.since for each in found), many, whole, tuple(found)
        )


def _starts(past: Past, now: Instant) -> Iterator[StartsHeld]:
    waiting: dict[str, tuple[int, int]] = {}
    found = past.store.database.read_in(_RELEASE, list(past.plans)) if past.plans else ()
    first = past.store.runs_by_id([int(run) for _, _, run in found])
    for plan, many, run in found:
        journey, since = past.plans.journey_of(int(plan)), first[int(run)].begun
        before = waiting.get(journey, (0, since))
        waiting[journey] = (before[0] + int(many), min(before[1], since))
    for journey, (many, since) in sorted(waiting.items()):
        yield StartsHeld(journey, _title(past, journey, now), many, to_instant(since))


def values_kept(past: Past) -> Iterator[ValuesKept]:
    """Values that the newest file of a source told and that were not applied: one for each field."""
    names = Names(past)
    for row in past.syncs():
        record = coding.unpack(row.body, SyncRecord) if row.body is not None and row.state == "applied" else None
        for alert in record.alerts if record is not None else ():
            if alert.people and alert.field:
                yield ValuesKept(row.id, row.file, row.source, alert, names.owner(alert.owner), to_instant(row.at))


def values_of_file(past: Past, sync: int, source: str, limit: int) -> tuple[ValueLine, ...]:
    """The values of one file that were not applied, as they stand in it; so many at most."""
    found = past.store.database.read(
        "SELECT body FROM sync_value WHERE sync = ? ORDER BY number, field LIMIT ?", (sync, limit)
    )
    values, names = [coding.unpack(body, NotApplied) for (body,) in found], Names(past)
    names.fetch(value.person for value in values)
    return tuple(
        ValueLine(
            value.line, value.key, value.person, names.of(value.person), words_of(value.field), value.seen, value.reason,
            names.owner(value.owner), of_value(value.field, value.reason, source, (value.seen,), sync),
        )
        for value in values
    )  # fmt: skip
