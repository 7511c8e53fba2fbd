"""What was known at a row of the ledger, or at a moment: people, plans, records, organization; and the world made of them.

Read from the store by its readers, kept for one question, never changed. A world here holds what the engine's held: the
digest of the decision made again says whether it does (`replay`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct, structs

from handrail.insight.knowing.published import PlanKept as PlanKept
from handrail.insight.knowing.published import published_of, unpacked
from handrail.people.learning import keep_learned, learned_by
from handrail.people.worlds import away_at, calendar_for, named_by_plan, named_in, persons_in
from handrail.store.kept.absences import AbsenceRow
from handrail.store.moments import DISPOSITION, OVER, PHASE, to_instant, to_millis
from handrail.store.opening import Store
from handrail.store.rows import (
    KeptLedgerRow,
    MessageRow,
    OverrideRow,
    PublicationRow,
    RecordRow,
    RunRow,
    SweepRow,
    SyncRow,
)
from handrail.terms import coding
from handrail.terms.event import Event, Input
from handrail.terms.organization import Organization
from handrail.terms.override import Override
from handrail.terms.person import Certificate, Person, Record
from handrail.terms.plan import Plan
from handrail.terms.problem import SettingsError
from handrail.terms.state import State
from handrail.terms.values import Instant
from handrail.terms.world import Absence, World

EVER: Final = 2**62
_VERSIONS: Final = (
    "SELECT v.* FROM (SELECT person, version, at, seq, body FROM person_version "
    "UNION ALL SELECT id, version, at, seq, body FROM person) v WHERE v.person {in} ORDER BY 1, 2"
)
_WITH_MANAGERS: Final = (
    "WITH RECURSIVE above (id, level) AS (SELECT id, 0 FROM person WHERE id {{in}} UNION SELECT p.manager, a.level + 1 "
    "FROM above a JOIN person p ON p.id = a.id WHERE p.manager IS NOT NULL AND a.level < {up}) "
    "SELECT v.* FROM (SELECT person, version, at, seq, body FROM person_version "
    "UNION ALL SELECT id, version, at, seq, body FROM person) v WHERE v.person IN (SELECT id FROM above) ORDER BY 1, 2"
)
_SYNCS: Final = (
    "SELECT * FROM sync WHERE state = 'held' OR id IN (SELECT max(id) FROM sync WHERE state = 'applied' GROUP BY source) "
    "ORDER BY id"
)
_TOLD: Final = "SELECT run, pass, receiver FROM message WHERE run {in} AND about > 0 ORDER BY run, pass, rung"
_NEVER_TOLD: Final = (DISPOSITION["duplicate"], DISPOSITION["held"], DISPOSITION["refused"])


_OF_PERSON: Final = (
    "SELECT * FROM ledger WHERE person = ? AND run IS NULL "
    "UNION ALL SELECT l.* FROM run r JOIN ledger l ON l.run = r.id WHERE r.person = ?"
)


class Then(Struct, frozen=True):
    """A point in what was known: all rows up to `seq` that are not later than `at` (milliseconds)."""

    seq: int
    at: int


class Version(Struct, frozen=True):
    """One version of a person, and when it became known."""

    person: Person
    seq: int
    at: int


class AbsencesKept:
    """Absences, fetched by sets of people: as they were known at a point."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._found: dict[int, list[AbsenceRow]] = {}

    def known(self, then: Then, zones: Mapping[int, str]) -> dict[int, Absence]:
        """Who of these people was away then, as it was known then, and who stood in for them; each with their time zone."""
        missing = sorted(zones.keys() - self._found.keys())
        if missing:
            self._found.update({number: [] for number in missing})
            for row in self._store.database.read_in("SELECT * FROM absence WHERE person {in} ORDER BY id", missing):
                self._found[row[1]].append(AbsenceRow(*row))
        said = [row for number in zones for row in self._found[number] if _said_by(row, then)]
        return (
            away_at(sorted(said, key=lambda row: (row.from_day, row.id)), to_instant(then.at), zones.__getitem__)
            if said
            else {}
        )


def _said_by(row: AbsenceRow, then: Then) -> bool:
    """Whether the absence had been said by then, and not been ended."""
    if row.at > then.at or row.seq > then.seq:
        return False
    return row.ended is None or row.ended > then.at or (row.ended_seq or 0) > then.seq


class OverridesKept:
    """What somebody had said is not to be done about a person, or about anybody; read once a person."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._of: dict[int, list[OverrideRow]] = {}

    def known(self, person: int, then: Then) -> tuple[Override, ...]:
        """Those in force then."""
        if person not in self._of:
            ask = "SELECT * FROM override WHERE person = ? OR person IS NULL ORDER BY id"
            self._of[person] = [OverrideRow(*row) for row in self._store.database.read(ask, (person,))]
        return tuple(override_of(row) for row in self._of[person] if in_force(row, then.at))


class Fetched:
    """What was read of the store for one question: each thing once, and by sets."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._read = store.database.read
        self._versions: dict[int, list[Version]] = {}
        self._runs: dict[int, list[RunRow]] = {}
        self._rows: dict[int, list[KeptLedgerRow]] = {}
        self._of_person: dict[int, list[KeptLedgerRow]] = {}
        self._causes: dict[int, KeptLedgerRow | None] = {}
        self._keys: dict[int, tuple[str, ...]] = {}
        self._withheld: dict[int, bool] = {}
        self._sweeps: dict[tuple[str, int], SweepRow | None] = {}
        self._messages: dict[int, list[MessageRow]] = {}
        self._run: dict[int, RunRow | None] = {}
        self._once: dict[str, Sequence[tuple[Any, ...]]] = {}

    def sweep(self, journey: str, trigger: str, moment: Instant) -> SweepRow | None:
        """How far the schedule's look at this moment of it has come; None: it has not begun."""
        key = (f"{journey}/{trigger}", to_millis(moment))
        self.fetch_sweeps([key])
        return self._sweeps[key]

    def fetch_sweeps(self, keys: Iterable[tuple[str, int]]) -> None:
        """Have the looks of these schedules at these moments at hand, in one question to the store."""
        missing = [key for key in dict.fromkeys(keys) if key not in self._sweeps]
        if not missing:
            return
        either = " OR ".join(["(trigger = ? AND moment = ?)"] * len(missing))
        ask = f"SELECT * FROM sweep WHERE {either}"  # noqa: S608 - only places for values
        found = (SweepRow(*row) for row in self._read(ask, [value for key in missing for value in key]))
        self._sweeps.update(dict.fromkeys(missing))
        self._sweeps.update({(row.trigger, row.moment): row for row in found})

    # People

    def fetch(self, persons: Iterable[int]) -> None:
        """Have every version of these people at hand, in one question to the store."""
        missing = sorted({number for number in persons if number not in self._versions})
        if not missing:
            return
        self._versions.update({number: [] for number in missing})
        for person, _, at, seq, body in self.store.database.read_in(_VERSIONS, missing):
            self._versions[person].append(Version(coding.unpack(body, Person), seq, at))

    def fetch_with_managers(self, persons: Iterable[int], up: int) -> set[int]:
        """Have these people at hand, and the managers so many levels above them as they are now; all their ids. One question."""
        found: dict[int, list[Version]] = {}
        for person, _, at, seq, body in self.store.database.read_in(_WITH_MANAGERS.format(up=up), sorted(set(persons))):
            found.setdefault(person, []).append(Version(coding.unpack(body, Person), seq, at))
        self._versions.update(found)
        return set(found)

    def syncs(self) -> Sequence[SyncRow]:
        """Files that are held as a whole, and the newest of each source that was applied."""
        return [SyncRow(*row) for row in self.once(_SYNCS)]

    def once(self, ask: str) -> Sequence[tuple[Any, ...]]:
        """The rows of a question without values that several parts of a page ask: read the first time, then kept."""
        found = self._once.get(ask)
        if found is None:
            found = self._once[ask] = self._read(ask)
        return found

    def at_hand(self) -> list[int]:
        """Everybody who was fetched."""
        return list(self._versions)

    def versions(self, person: int) -> list[Version]:
        """Every version of the person, oldest first."""
        self.fetch((person,))
        return self._versions[person]

    def version(self, person: int, then: Then) -> Version | None:
        """The newest version known then; None: nobody knew them yet."""
        known = [each for each in self.versions(person) if each.seq <= then.seq and each.at <= then.at]
        return known[-1] if known else None

    def person(self, number: int, then: Then) -> Person | None:
        """The person as they were known then."""
        found = self.version(number, then)
        return found.person if found is not None else None

    def exactly(self, number: int, version: int) -> Person | None:
        """That version of the person."""
        return next((each.person for each in self.versions(number) if each.person.version == version), None)

    def keys(self, person: int) -> tuple[str, ...]:
        """What sources call the person."""
        if person not in self._keys:
            found = self._read("SELECT key, withheld FROM person_key WHERE person = ? ORDER BY source, key", (person,))
            self._keys[person] = tuple(str(key) for key, _ in found)
            self._withheld[person] = any(withheld is not None for _, withheld in found)
        return self._keys[person]

    def has_withheld(self, person: int) -> bool:
        """Whether sources told something of the person that could not be applied, and still is not."""
        self.keys(person)
        return self._withheld[person]

    # Runs and the ledger

    def runs(self, person: int) -> list[RunRow]:
        """All runs of the person, oldest first, as they stand now."""
        if person not in self._runs:
            found = self._read("SELECT * FROM run WHERE person = ? ORDER BY id", (person,))
            self._runs[person] = [RunRow(*row) for row in found]
            self._run.update({run.id: run for run in self._runs[person]})
        return self._runs[person]

    def run(self, number: int) -> RunRow | None:
        """The run of that number."""
        if number not in self._run:
            found = self._read("SELECT * FROM run WHERE id = ?", (number,))
            self._run[number] = RunRow(*found[0]) if found else None
        return self._run[number]

    def messages(self, run: int) -> list[MessageRow]:
        """What the run put into message boxes; fetched for all the runs of its person that are at hand."""
        if run not in self._messages:
            known = self._run.get(run)
            beside = self._runs.get(known.person, ()) if known is not None else ()
            runs = sorted({run, *(each.id for each in beside)})
            self._messages.update({number: [] for number in runs})
            for row in self.store.database.read_in("SELECT * FROM message WHERE run {in}", runs):
                self._messages[row[0]].append(MessageRow(*row))
        return sorted(self._messages[run], key=lambda row: (row.at, row.pass_, row.rung))

    def receivers(self, runs: Sequence[int]) -> Iterable[tuple[int, int, str]]:
        """Run, pass and receiver of every message about a handoff of these runs, in their order."""
        if any(run not in self._messages for run in runs):
            return [(int(run), int(pass_), str(to)) for run, pass_, to in self.store.database.read_in(_TOLD, runs)]
        told = sorted(row for run in runs for row in self._messages[run] if row.about > 0)
        return [(row.run, row.pass_, row.receiver) for row in told]

    def rows_of_run(self, run: int) -> list[KeptLedgerRow]:
        """What the ledger says of a run, in order."""
        self._fetch_rows((run,))
        return self._rows[run]

    def _fetch_rows(self, runs: Sequence[int]) -> None:
        """Have the rows of these runs at hand, with those that brought what they decided."""
        missing = [run for run in runs if run not in self._rows]
        if not missing:
            return
        self._rows.update({run: [] for run in missing})
        found = self.store.database.read_in("SELECT * FROM ledger WHERE run {in} ORDER BY seq", missing)
        rows = sorted((KeptLedgerRow(*row) for row in found), key=lambda row: row.seq)
        for row in rows:
            assert row.run is not None, "it was asked for by its run"
            self._rows[row.run].append(row)
        self._with_causes(rows)

    def _with_causes(self, rows: Sequence[KeptLedgerRow]) -> None:
        self._causes.update({row.seq: row for row in rows})
        causes = {row.cause for row in rows if row.cause is not None and row.event is None} - self._causes.keys()
        self._causes.update(self.store.ledger_rows(sorted(causes)) if causes else {})

    def row(self, seq: int) -> KeptLedgerRow | None:
        """One row of the ledger."""
        if seq not in self._causes:
            self._causes[seq] = self.store.ledger_rows([seq]).get(seq)
        return self._causes[seq]

    def told(self, person: int) -> list[KeptLedgerRow]:
        """The rows that hold what was told about the person, in order; those of their runs too."""
        return [row for row in self.rows_about(person) if row.event is not None]

    def rows_about(self, person: int) -> list[KeptLedgerRow]:
        """Every row about the person, in order; those of their runs too."""
        if person not in self._of_person:
            found = [KeptLedgerRow(*row) for row in self._read(_OF_PERSON, (person, person))]
            found.sort(key=lambda row: row.seq)
            for run in self.runs(person):
                self._rows[run.id] = [row for row in found if row.run == run.id]
            self._with_causes([row for row in found if row.run is not None])
            self._of_person[person] = found
        return self._of_person[person]

    def event_of(self, row: KeptLedgerRow) -> Input | None:
        """What the row was decided about, as the core was handed it; None for a start by a schedule, request or run."""
        first = row if row.cause is None or row.event is not None else self.row(row.cause)
        if first is None or first.event is None:
            return None
        event: Input = coding.unpack(first.event, Input)  # type: ignore[arg-type]
        if isinstance(event, Event):
            return _numbered(event, first.seq, to_instant(row.at))
        return event

    def put_off_in(self, row: KeptLedgerRow) -> bool:
        """Whether the row decides anew what had been put off until a value came: about the person as they were by then."""
        first = self.row(row.cause) if row.cause is not None and row.event is None else None
        return first is not None and first.disposition == DISPOSITION["deferred"]


class Past(Fetched):
    """The store looked at for one question. `organization` is used where the store keeps no settings of that moment."""

    def __init__(self, store: Store, organization: Organization | None = None) -> None:
        super().__init__(store)
        self._organization = organization
        self._published = published_of(store)
        self.plans = self._published.plans
        self._records: dict[int, list[RecordRow]] = {}
        self.absences = AbsencesKept(store)
        self.overrides = OverridesKept(store)
        self.reader_zone = ""
        """The zone of whoever reads the answer; empty: the organization's."""

    def zone(self, then: Then) -> str:
        """The zone in which moments are told."""
        return self.reader_zone or self.organization(then).zone

    # Settings and plans

    def organization(self, then: Then) -> Organization:
        """The organization as it was set then, else as it is handed in, else as it was set first. Raises SettingsError."""
        settings = self._published.settings
        found = [body for at, body in settings if at <= then.at]
        if found:
            return unpacked(found[-1])
        if self._organization is not None:
            return self._organization
        if settings:
            return unpacked(settings[0][1])
        raise SettingsError(
            f"{self.store.database.where} keeps no settings of that time. "
            "Run the command in the workspace's folder (where handrail.yaml is), or publish it: handrail publish"
        )

    @property
    def publications(self) -> Sequence[PublicationRow]:
        """Which plan each journey's new runs took from when on, oldest first."""
        return self._published.publications

    def journeys(self) -> list[str]:
        """The names of all journeys that were ever published, sorted."""
        return sorted({row.journey for row in self.publications})

    def current(self, journey: str, then: Then) -> PlanKept | None:
        """The plan that new runs of the journey took then."""
        for row in reversed(self.publications):
            if row.journey == journey and row.from_ <= then.at and (row.until is None or row.until > then.at):
                return self.plans[row.plan]
        return None

    def plan_of(self, hash_: str) -> PlanKept | None:
        """The plan of that hash."""
        return self.plans.of_hash(hash_)

    def published_first(self, journey: str) -> Instant | None:
        """When the journey was published for the first time."""
        moments = [row.from_ for row in self.publications if row.journey == journey]
        return to_instant(min(moments)) if moments else None

    # Worlds

    def world(
        self, person: Person, plan: Plan, then: Then, state: State | None = None, was: Person | None = None
    ) -> World:
        """What a decision about this version of the person could know then."""
        organization = self.organization(then)
        named = [*named_in(organization), *named_by_plan(plan)]
        above = (person.manager,) if isinstance(person.manager, int) else ()
        self.fetch((*named, *above, *_beside(person, state, was)))
        people = self._known((*named, *self._around(person, plan, then, state, was)), then)
        absences = self.absences.known(then, _zones((*people.values(), person), organization))
        delegates = self._known([each.delegate for each in absences.values() if each.delegate is not None], then)
        people |= delegates
        absences |= self.absences.known(then, _zones(delegates.values(), organization))
        calendars = {each.id: calendar_for(each, organization) for each in (*people.values(), person)}
        settings = coding.digest(coding.pack(organization)).hex()
        record = self.record(person.id, plan, then)
        return World(person, organization, was, people, absences, calendars, record, settings)

    def _known(self, numbers: Sequence[int], then: Then) -> dict[int, Person]:
        """Those of them who were known then."""
        self.fetch(numbers)
        return {number: found for number in numbers if (found := self.person(number, then)) is not None}

    def _around(self, person: Person, plan: Plan, then: Then, state: State | None, was: Person | None) -> list[int]:
        found: list[int] = []
        above = person.manager
        for _ in range(max(plan.needs.managers_up, 1)):
            if not isinstance(above, int):
                break
            found.append(above)
            next_up = self.person(above, then)
            above = next_up.manager if next_up is not None else None
        return found + _beside(person, state, was)

    def record(self, person: int, plan: Plan, then: Then) -> Record:
        """What was known then of the person's learning; empty where the plan needs none, as in the engine."""
        if not plan.needs.record:
            return Record()
        record = self._learned(person, then)
        running, finished = set(), {}
        self._fetch_rows([run.id for run in self.runs(person)])
        for run in self.runs(person):
            rows = self.rows_of_run(run.id)
            if not rows or rows[0].seq > then.seq or rows[0].at > then.at:
                continue
            journey = self.plans.journey_of(run.plan)
            if run.phase not in OVER or run.ended is None or run.ended > then.at:
                running.add(journey)
            elif run.phase == PHASE["finished"]:
                finished[journey] = to_instant(run.ended)
        return Record(record.completed, record.passed, record.certificates, frozenset(running), finished)

    def _records_of(self, person: int) -> list[RecordRow]:
        if person not in self._records:
            found = self._read("SELECT * FROM record WHERE person = ?", (person,))
            self._records[person] = [RecordRow(*row) for row in found]
        return self._records[person]

    def _learned(self, person: int, then: Then) -> Record:
        """Folded from what was told; what was never told, but is kept (brought along), counts as known since it happened."""
        completed: dict[str, Instant] = {}
        passed: dict[str, Instant] = {}
        certificates: dict[str, Certificate] = {}
        seen: set[tuple[str, str]] = set()
        for row in self.told(person):
            event = self.event_of(row) if row.disposition not in _NEVER_TOLD else None
            if not isinstance(event, Event) or event.retracts or (learned := learned_by(event)) is None:
                continue
            seen.add(learned[:2])
            if row.seq <= then.seq and row.at <= then.at:
                keep_learned(event, learned[0], learned[1], completed, passed, certificates)
        for record in self._records_of(person):
            if (record.kind, record.object) in seen or record.at > then.at:
                continue
            if record.kind == "certificate" and record.body is not None:
                certificates[record.object] = coding.unpack(record.body, Certificate)
            elif record.kind in ("completed", "passed"):
                (completed if record.kind == "completed" else passed)[record.object] = to_instant(record.at)
        return Record(completed, passed, certificates)


def _beside(person: Person, state: State | None, was: Person | None) -> list[int]:
    """Whom a world holds besides the managers above: the sponsor, the manager before, whom the run's values name."""
    named = (person.sponsor, was.manager if was is not None else None)
    found = [number for number in named if isinstance(number, int)]
    return found + (sorted(persons_in(state)) if state is not None else [])


def in_force(row: OverrideRow, at: int) -> bool:
    """Whether the override counted at that moment (milliseconds)."""
    return row.at <= at and all(end is None or end > at for end in (row.until, row.ended))


def override_of(row: OverrideRow) -> Override:
    """The override as decisions know it."""
    until = None if row.until is None else to_instant(row.until)
    return Override(row.id, row.journey, row.object, until, row.by, row.reason)


def then_of(moment: Instant) -> Then:
    """All that was known at that moment."""
    return Then(EVER, to_millis(moment))


def _numbered(event: Event, number: int, known: Instant) -> Event:
    return structs.replace(event, number=number, known=known)


def _zones(people: Iterable[Person], organization: Organization) -> dict[int, str]:
    """The time zone in which each of them counts days."""
    return {each.id: calendar_for(each, organization).zone for each in people}
