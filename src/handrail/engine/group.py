"""One group of events on its way to one commit.

Everything is fetched by sets first; then each item is decided in the order of arrival, on the group's working copy
of the runs, so that the second event of a run sees what the first did. What raises is held, alone; the rest of
its group goes on. Nothing is kept in memory before the commit: a group that fails is thrown away whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import structs

from handrail.calendar.durations import period_of
from handrail.core.decide import decide
from handrail.core.start import Beginning, start
from handrail.engine.items import Arrived, ForRun, Item, PersonMade, Posted, Receipt, Swept
from handrail.engine.letters import Begin
from handrail.engine.plans import Plans
from handrail.engine.records import learned
from handrail.engine.worlds import Worlds, person_of, record_of
from handrail.engine.writing import Working, Writer
from handrail.store import rows
from handrail.store.batch import Batch, InboxTaken, StartsMore
from handrail.store.deciding import Known
from handrail.store.moments import DISPOSITION, PHASE, to_instant, to_millis
from handrail.store.opening import Store
from handrail.terms import coding
from handrail.terms.catalog import Catalog
from handrail.terms.decision import Earlier, NotStarted, Reason, Started
from handrail.terms.event import Event, Input, JourneyEnded, OwnersChanged, Stopped
from handrail.terms.person import EMPTY_RECORD, Person, Record
from handrail.terms.plan import Plan, Start
from handrail.terms.state import State
from handrail.terms.values import NOTHING, Duration, Fields, Instant

HELD_FOR = Duration(30, "days")
URGENT, ORDINARY, BULK = 0, 1, 2


class Group:
    """Decides items into one batch. `take` each, then `finish`; the batch is then the store's to commit."""

    def __init__(self, store: Store, worlds: Worlds, plans: Plans, catalog: Catalog, now: Instant) -> None:
        self._store = store
        self._worlds = worlds
        self._plans = plans
        self.now = now
        self._at = to_millis(now)
        self.batch = Batch(at=self._at)
        self._writer = Writer(self.batch, catalog, now, self.number)
        self._runs: dict[int, Working] = {}
        self._of_person: dict[int, list[int]] = {}
        self._over: dict[int, list[rows.RunRow]] = {}
        self._known: dict[bytes, Known] = {}
        self._records: dict[int, list[rows.RecordRow]] = {}
        self._persons: dict[int, tuple[int, int]] = {}
        self._versions: dict[tuple[int, int], Person] = {}
        self._starts: dict[tuple[str, str], int] = {}
        self._starts_more: dict[tuple[str, str], int] = {}
        self._children: dict[int, list[rows.BegunRow]] = {}
        self.changed_persons: list[Person] = []

    def number(self, kind: str) -> int:
        """The next number of a kind."""
        return self._store.numbers(kind, 1)[0]

    # What the items need, by sets

    def fetch(self, items: Sequence[Item]) -> None:
        """Fetch all that the items will need, a query a kind."""
        runs = {item.run for item in items if isinstance(item, ForRun)}
        runs |= {item.run for item in items if isinstance(item, Posted) and item.run is not None}
        self._load_runs(self._store.runs_by_id(sorted(runs)).values() if runs else ())
        persons = {number for item in items if (number := _person_of(item)) is not None}
        persons |= {working.person for working in self._runs.values()}
        self._fetch_persons(persons)
        starting = {
            number for item in items if _may_start(item, self._plans) and (number := _person_of(item)) is not None
        }
        told = {
            number for item in items if isinstance(item, Arrived | Posted | PersonMade) and (number := _person_of(item))
        }
        if starting:
            self._load_people_runs(self._store.runs_by_person(sorted(starting), open_only=False))
        if told - starting:
            self._load_people_runs(self._store.runs_by_person(sorted(told - starting)))
        if any(plan.needs.record for plan in self._plans.by_number.values()):
            self._fetch_records(persons)
        keys = [item.key for item in items if isinstance(item, Arrived) and item.key]
        self._known = self._store.identities(keys) if keys else {}
        self._fetch_versions(items)

    def _fetch_persons(self, persons: set[int]) -> None:
        ordered = sorted(persons)
        self._worlds.fetch_around(ordered)
        self._persons = {number: self._worlds.placed(number) for number in ordered if self._worlds.newest(number)}

    def _load_runs(self, found: Iterable[rows.RunRow]) -> None:
        for row in found:
            if row.id in self._runs:
                continue
            plan = self._plans.by_number[row.plan]
            working = Working(coding.unpack(row.state, State), plan, row.shard, row.rev)
            working.counts, working.once, working.replaces = row.counts, row.once, row.replaces
            self._runs[row.id] = working

    def _load_people_runs(self, found: dict[int, list[rows.RunRow]]) -> None:
        for person, of_person in found.items():
            self._load_runs(row for row in of_person if row.phase < PHASE["finished"])
            self._of_person.setdefault(person, []).extend(row.id for row in of_person if row.id in self._runs)
            self._over[person] = [row for row in of_person if row.id not in self._runs]

    def _fetch_records(self, persons: set[int]) -> None:
        ask = "SELECT * FROM record WHERE person {in}"
        for row in self._store.database.look_in(ask, sorted(persons)):
            self._records.setdefault(row[0], []).append(rows.RecordRow(*row))

    def _fetch_versions(self, items: Sequence[Item]) -> None:
        """The versions that letters about people join and that are no longer the newest."""
        wanted: dict[int, set[int]] = {}
        for item in items:
            event = item.letter if isinstance(item, Posted) else None
            if isinstance(event, Event) and event.person is not None and event.after_version:
                wanted.setdefault(event.person, set()).update((event.before_version, event.after_version))
        if not wanted:
            return
        ask = "SELECT * FROM person_version WHERE person {in}"
        for row in self._store.database.look_in(ask, sorted(wanted)):
            kept = rows.PersonVersionRow(*row)
            if kept.version in wanted[kept.person]:
                self._versions[kept.person, kept.version] = coding.unpack(kept.body, Person)

    # One item

    def take(self, item: Item) -> Receipt:
        """Decide one item."""
        match item:
            case Arrived():
                return self._arrived(item)
            case ForRun():
                return self._for_run(item)
            case Posted():
                return self._posted(item)
            case Swept():
                return self._swept(item)
            case PersonMade():
                return self._person_made(item)

    def _arrived(self, item: Arrived) -> Receipt:
        event = item.event
        receipt = Receipt(self.number("ledger"))
        body = coding.pack(event)
        if item.held or event.person is None or event.person not in self._persons:
            reason = item.held or "nobody here is known by that key"
            self._hold(receipt, event, body, reason, item.owner)
            return receipt
        if item.key:
            before = self._known.get(item.key)
            if before is not None and before.outcome == item.outcome:
                self._row(receipt, event, "duplicate", body, cause=before.seq)
                return receipt
            if before is None:
                self.batch.identities.append(rows.IdentityRow(item.key, receipt.number, item.outcome))
            else:
                event = structs.replace(event, kind=event.kind, corrects=before.seq)
            self._known[item.key] = Known(receipt.number, item.outcome)
        self._tell(receipt, structs.replace(event, number=receipt.number, known=self.now), body)
        return receipt

    def _hold(self, receipt: Receipt, event: Event, body: bytes, reason: str, owner: str) -> None:
        receipt.why.append(reason)
        self._row(receipt, event, "held", body, reasons=(Reason("held", 0, 0, Fields({"why": reason})),))
        look = self._at + 30 * 86_400_000
        self.batch.held.append(
            rows.HeldRow(
                receipt.number, DISPOSITION["held"], event.person, event.kind, event.source,
                owner or self._worlds.organization.owner, reason, self._at, look, None, None, "", body,
            )
        )  # fmt: skip

    def _row(
        self, receipt: Receipt, event: Event, disposition: str, body: bytes | None, *, cause: int | None = None,
        reasons: tuple[Reason, ...] = (), run: int | None = None, digest: bytes | None = None,
    ) -> None:  # fmt: skip
        """The ledger row of a told event."""
        receipt.disposition = disposition  # type: ignore[assignment]
        known = event.person is not None and event.person in self._persons
        self._writer.ledger(
            receipt.number, self._shard(event.person), event.kind, disposition,  # type: ignore[arg-type]
            person=event.person if known else None, run=run, cause=cause, event=body,
            reasons=coding.pack(reasons) if reasons else None, digest=digest,
        )  # fmt: skip

    def _shard(self, person: int | None) -> int:
        return self._persons[person][0] if person is not None and person in self._persons else 0

    def _tell(self, receipt: Receipt, event: Event, body: bytes, was: Person | None = None) -> None:
        """Tell the event to the person's runs and triggers; the first row holds the event, others point at it."""
        person = event.person
        assert person is not None, "a told event has its person by now"
        first = _First(receipt, body)
        learned(self.batch, event, self._records)
        about_life = event.kind.startswith("person.")
        newest = self._at_version(event)
        for number in tuple(self._of_person.get(person, ())):
            working = self._runs[number]
            if not working.state.over and (about_life or event.kind in working.plan.waits_for):
                self._decide(working, event, first, newest, was, ORDINARY)
        for plan, trigger in self._plans.by_event.get(event.kind, ()):
            self._begin(plan, trigger, newest, event, first, was=was)
        if not first.written:
            self._row(receipt, event, "ignored", body, reasons=tuple(first.reasons))
        elif receipt.disposition == "ignored":
            receipt.disposition = "matched"

    def _at_version(self, event: Event) -> Person:
        """The person as the event made them, or the newest version for any other event."""
        person = self._worlds.newest(event.person or 0)
        assert person is not None, f"person {event.person} was fetched"
        if event.after_version and person.version != event.after_version:
            return self._versions.get((person.id, event.after_version), person)
        return person

    def _for_run(self, item: ForRun) -> Receipt:
        receipt = Receipt()
        working = self._runs.get(item.run)
        if working is None:
            receipt.disposition = "refused"
            receipt.why.append(f"there is no run R-{item.run}")
            return receipt
        receipt.number = self.number("ledger")
        rank = URGENT if type(item.input).__name__ in ("Answer", "Released") else ORDINARY
        first = _First(receipt, coding.pack(item.input))
        self._decide(working, item.input, first, None, None, rank)
        if item.done is not None:
            self.batch.effects_done.append(item.done)
        if not first.written and type(item.input).__name__ != "Tick":
            # not awaited any more: the account of it is kept all the same
            self._writer.ledger(
                receipt.number, working.shard, _kind(item.input), "ignored", person=working.person, run=working.number,
                event=first.body, reasons=coding.pack(tuple(first.reasons)),
            )  # fmt: skip
        return receipt

    def _posted(self, item: Posted) -> Receipt:
        self.batch.inbox_taken.append(InboxTaken(item.inbox))
        letter = item.letter
        if isinstance(letter, Begin):
            return self._begun_by_run(letter)
        if isinstance(letter, Event):
            receipt = Receipt(self.number("ledger"))
            was = self._versions.get((letter.person or 0, letter.before_version)) if letter.before_version else None
            body = coding.pack(letter)
            self._tell(receipt, structs.replace(letter, number=receipt.number, known=self.now), body, was)
            return receipt
        if item.run is None:
            return Receipt()
        return self._for_run(ForRun(item.run, letter))

    def _swept(self, item: Swept) -> Receipt:
        plan = self._plans.current.get(item.journey)
        person = self._worlds.newest(item.person)
        receipt = Receipt(self.number("ledger"))
        if plan is None or person is None:
            receipt.disposition = "refused"
            return receipt
        trigger = next(each for each in plan.starts if each.name == item.trigger)
        first = _First(receipt, None)
        self._begin(plan, trigger, person, None, first, given=item.given, rank=BULK)
        receipt.why = [reason.rule for reason in first.reasons]
        return receipt

    def _person_made(self, item: PersonMade) -> Receipt:
        """A version made by a webhook: kept, then told to the person's runs, then to whoever they answer for."""
        person = item.person
        was = self._worlds.newest(person.id) if item.known else None
        self._worlds.set_person(person, item.shard)
        self._persons[person.id] = (item.shard, person.version)
        receipt = Receipt(self.number("ledger"))
        row = person_row(person, item.shard, self._at, receipt.number, item.next_day)
        (self.batch.persons if item.known else self.batch.new_persons).append(row)
        self.changed_persons.append(person)
        for index, event in enumerate(item.events):
            each = receipt if index == 0 else Receipt(self.number("ledger"))
            self._tell(each, structs.replace(event, number=each.number, known=self.now), coding.pack(event), was)
        self._tell_watchers(person)
        return receipt

    def _tell_watchers(self, person: Person) -> None:
        for run in self._store.watchers([person.id]).get(person.id, ()):
            self._writer.post(OwnersChanged(self.now, person.id), self._shard(person.id), run=run)

    # Runs

    def _world(self, working: Working, person: Person | None, was: Person | None) -> object:
        newest = person if person is not None else self._worlds.newest(working.person)
        assert newest is not None, f"person {working.person} was fetched"
        record = self._record(working.person, working.plan)
        return self._worlds.world(newest, working.plan, working.state, was, record)

    def _record(self, person: int, plan: Plan) -> Record:
        if not plan.needs.record:
            return EMPTY_RECORD
        record = record_of(self._records.get(person, ()))
        running = {self._runs[n].plan.journey for n in self._of_person.get(person, ()) if not self._runs[n].state.over}
        finished = {
            self._plans.by_number[row.plan].journey: to_instant(row.ended)
            for row in self._over.get(person, ())
            if row.ended is not None and row.phase == PHASE["finished"]
        }
        return structs.replace(record, running=frozenset(running), finished=finished)

    def _decide(
        self, working: Working, event: Input, first: _First, person: Person | None, was: Person | None, rank: int
    ) -> None:
        world = self._world(working, person, was)
        try:
            decision = decide(working.plan, working.state, event, world, self.now)  # type: ignore[arg-type]
        except Exception as error:  # noqa: BLE001 - the core is pure: whatever it raises, this event alone is held
            self._hold_for_run(working, event, first, error)
            return
        first.reasons += decision.reasons
        if not decision.used and decision.state == working.state:
            return
        number = first.next_number(self)
        digest = self._writer.decided(working, decision, number, world, rank)  # type: ignore[arg-type]
        first.write(self, working, decision.reasons, digest, _kind(event))
        if working.state.over:
            self._ended(working)

    def _hold_for_run(self, working: Working, event: Input, first: _First, error: Exception) -> None:
        reason = f"R-{working.number} could not decide it: {type(error).__name__}: {error}"
        first.receipt.why.append(reason)
        held = event if isinstance(event, Event) else Event(_kind(event), self.now, working.person)
        number = first.next_number(self)
        first.written = True
        first.receipt.disposition = "held"
        self._writer.ledger(
            number, working.shard, _kind(event), "held", person=working.person, run=working.number, event=first.body,
            reasons=coding.pack((Reason("held", 0, 0, Fields({"why": reason})),)),
        )  # fmt: skip
        owner = self._worlds.organization.owner
        look = self._at + 30 * 86_400_000
        self.batch.held.append(
            rows.HeldRow(
                number, DISPOSITION["held"], working.person, held.kind, held.source, owner, reason, self._at, look,
                None, None, "", first.body,
            )
        )  # fmt: skip

    def _ended(self, working: Working) -> None:
        """Tell whoever waits for the end of this run."""
        ask = "SELECT * FROM begun WHERE child = ? AND tied = 1"
        for row in self._store.database.look(ask, (working.number,)) if not working.begun_row else ():
            begun = rows.BegunRow(*row)
            outcome = "finished" if working.state.phase == "finished" else "stopped"
            letter = JourneyEnded(
                begun.pass_,
                self.now,
                working.number,
                working.plan.journey,
                outcome,
                working.state.reason,  # type: ignore[arg-type]
            )
            self._writer.post(letter, working.shard, run=begun.run)

    # Starts

    def _begin(
        self, plan: Plan, trigger: Start, person: Person, event: Event | None, first: _First, *, was: Person | None = None,
        given: Fields = NOTHING, rank: int = ORDINARY,
    ) -> int:  # fmt: skip
        """Begin a run if the trigger says so; its number, or that of the run that stands, or 0."""
        earlier = self._earlier(person.id, plan)
        world = self._worlds.world(person, plan, None, was, self._record(person.id, plan))
        beginning = Beginning(trigger, 0, self._above_limit(plan), given)
        number = self.number("run")
        beginning = structs.replace(beginning, run=number)
        made = start(plan, beginning, event, world, earlier, self.now)
        if isinstance(made, NotStarted):
            first.reasons += made.reasons
            first.receipt.why.append(f"{plan.journey}/{trigger.name}: {made.why}")
            if made.why == "unknown":
                self._defer(plan, trigger, event, first)
            return made.stands
        self._count_start(plan)
        working = Working(made.decision.state, plan, self._shard(person.id), -1)
        working.once = coding.pack(made.by) if made.by else None
        working.replaces = coding.pack(made.replaces) if made.replaces else None
        working.counts = 0 if _left_nothing(made) else 1
        self._runs[number] = working
        self._of_person.setdefault(person.id, []).append(number)
        seq = first.next_number(self)
        digest = self._writer.decided(working, made.decision, seq, world, rank)
        first.write(self, working, made.decision.reasons, digest, event.kind if event is not None else "start")
        for replaced in made.replaced:
            self._writer.post(Stopped(self.now, f"replaced by R-{number}"), working.shard, run=replaced)
        return number

    def _earlier(self, person: int, plan: Plan) -> list[Earlier]:
        """The person's runs of this journey, over all its versions, those begun in this group too."""
        found = [
            Earlier(row.id, to_instant(row.begun), False, _fields(row.once), _fields(row.replaces), bool(row.counts))
            for row in self._over.get(person, ())
            if self._plans.by_number[row.plan].journey == plan.journey
        ]
        for number in self._of_person.get(person, ()):
            working = self._runs[number]
            if working.plan.journey == plan.journey:
                state = working.state
                found.append(
                    Earlier(
                        number, state.begun, not state.over, _fields(working.once), _fields(working.replaces),
                        bool(working.counts),
                    )
                )  # fmt: skip
        return found

    def _above_limit(self, plan: Plan) -> bool:
        if plan.limit is None:
            return False
        key = self._start_key(plan)
        if key not in self._starts:
            self._starts[key] = self._store.starts(*key)
        return self._starts[key] >= plan.limit.count

    def _start_key(self, plan: Plan) -> tuple[str, str]:
        assert plan.limit is not None, "only a journey with a limit is counted"
        return plan.journey, period_of(self.now, plan.limit.period, self._worlds.organization.zone)

    def _count_start(self, plan: Plan) -> None:
        if plan.limit is not None:
            key = self._start_key(plan)
            self._starts[key] = self._starts.get(key, 0) + 1
            self._starts_more[key] = self._starts_more.get(key, 0) + 1

    def _defer(self, plan: Plan, trigger: Start, event: Event | None, first: _First) -> None:
        """A value that the trigger needs has not arrived: tried again when the person changes, for 30 days."""
        if event is None:
            return
        number = first.next_number(self)
        first.written = True
        first.receipt.disposition = "deferred"
        reasons = (Reason("value not known", trigger.place),)
        self._writer.ledger(
            number, self._shard(event.person), event.kind, "deferred", person=event.person, event=first.body,
            reasons=coding.pack(reasons),
        )  # fmt: skip
        self.batch.held.append(
            rows.HeldRow(
                number, DISPOSITION["deferred"], event.person, event.kind, event.source, self._worlds.organization.owner,
                f"{plan.journey}/{trigger.name}: a value is not known", self._at, self._at + 30 * 86_400_000, None, None,
                "", first.body,
            )
        )  # fmt: skip

    def _begun_by_run(self, letter: Begin) -> Receipt:
        """A run of another journey, begun by a step or a move."""
        receipt = Receipt(self.number("ledger"))
        plan = self._plans.current.get(letter.journey)
        person = self._worlds.newest(letter.person)
        if plan is None or person is None:
            ended = JourneyEnded(
                letter.pass_, self.now, 0, letter.journey, "not needed", "there is no such journey now"
            )
            self._writer.post(ended, self._shard(letter.person), run=letter.run)
            return receipt
        trigger = Start("run")
        first = _First(receipt, None)
        number = self._begin(plan, trigger, person, None, first, given=letter.arguments)
        if not number:
            why = ", ".join(first.receipt.why)
            ended = JourneyEnded(letter.pass_, self.now, 0, letter.journey, "not needed", why)
            if letter.tied:
                self._writer.post(ended, self._shard(letter.person), run=letter.run)
            return receipt
        if letter.tied:
            self.batch.begun.append(rows.BegunRow(letter.run, letter.pass_, letter.rung, number, 1))
            working = self._runs.get(number)
            if working is not None and working.state.over:
                self._ended_at_birth(letter, working)
        return receipt

    def _ended_at_birth(self, letter: Begin, working: Working) -> None:
        outcome = "finished" if working.state.phase == "finished" else "stopped"
        ended = JourneyEnded(
            letter.pass_,
            self.now,
            working.number,
            letter.journey,
            outcome,
            working.state.reason,  # type: ignore[arg-type]
        )
        self._writer.post(ended, working.shard, run=letter.run)

    # The end

    def finish(self) -> Batch:
        """The batch with one row for each run, as it stands now."""
        for working, effect in self._writer.stops:
            ask = "SELECT child FROM begun WHERE run = ? AND pass = ? AND rung = ?"
            for (child,) in self._store.database.look(ask, (working.number, effect.pass_, effect.begun_rung)):
                self._writer.post(Stopped(self.now, effect.reason), working.shard, run=int(child))
        for working in self._runs.values():
            if working.written:
                self._writer.runs(working, self._plans.number(working.plan))
        for (journey, period), more in self._starts_more.items():
            self.batch.starts.append(StartsMore(journey, period, more, None))
        return self.batch


class _First:
    """The rows of one event: the first holds it, further ones point at it."""

    __slots__ = ("body", "reasons", "receipt", "written")

    def __init__(self, receipt: Receipt, body: bytes | None) -> None:
        self.receipt = receipt
        self.body = body
        self.reasons: list[Reason] = []
        self.written = False

    def next_number(self, group: Group) -> int:
        return group.number("ledger") if self.written else self.receipt.number

    def write(self, group: Group, working: Working, reasons: tuple[Reason, ...], digest: bytes, kind: str) -> None:
        """The row of one run that the event moved."""
        group._writer.ledger(  # noqa: SLF001 - a part of Group
            working.last_seq, working.shard, kind, "matched", person=working.person, run=working.number,
            cause=self.receipt.number if self.written else None, event=None if self.written else self.body,
            reasons=coding.pack(reasons), digest=digest,
        )  # fmt: skip
        self.written = True
        self.receipt.used = True
        self.receipt.disposition = "matched"
        self.receipt.runs.append(working.number)


def person_row(person: Person, shard: int, at: int, seq: int, next_day: int | None) -> rows.PersonRow:
    """The person as the store keeps them."""
    name = person.name if isinstance(person.name, str) else None
    email = person.email if isinstance(person.email, str) else None
    status = person.status if isinstance(person.status, str) else ""
    return rows.PersonRow(person.id, shard, person.version, at, seq, status, next_day, name, email, coding.pack(person))


def _person_of(item: Item) -> int | None:
    match item:
        case Arrived():
            return item.event.person
        case Posted():
            if isinstance(item.letter, Event | Begin):
                return item.letter.person
            return None
        case Swept():
            return item.person
        case PersonMade():
            return item.person.id
        case ForRun():
            return None


def _may_start(item: Item, plans: Plans) -> bool:
    match item:
        case Arrived():
            return item.event.kind in plans.by_event
        case Posted():
            return isinstance(item.letter, Begin) or (
                isinstance(item.letter, Event) and item.letter.kind in plans.by_event
            )
        case Swept():
            return True
        case PersonMade():
            return True
        case ForRun():
            return False


def _kind(event: Input) -> str:
    return event.kind if isinstance(event, Event) else type(event).__name__.lower()


def _fields(packed: bytes | None) -> Fields:
    return NOTHING if packed is None else coding.unpack(packed, Fields)


def _left_nothing(made: Started) -> bool:
    """Whether a `check` stopped the run before anything left it."""
    return made.decision.state.phase == "stopped" and not made.decision.effects


__all__ = ["Group", "person_of", "person_row"]
