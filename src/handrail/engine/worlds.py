"""The worlds that decisions are made in: people, the organization, calendars and records, fetched by sets.

A world holds exactly what the plan's needs say, so that the same decision can be made again from what was kept.
People are cached; the cache is bounded, and correctness does not need it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from handrail.people.worlds import away_at, calendar_for, given_to, named_by, named_by_plan, named_in, persons_in
from handrail.store.kept.absences import AbsenceRow
from handrail.store.moments import to_instant, to_millis
from handrail.store.opening import Store
from handrail.store.rows import OverrideRow, PersonRow, RecordRow
from handrail.terms import coding
from handrail.terms.organization import Calendar, Organization
from handrail.terms.override import Override
from handrail.terms.person import EMPTY_RECORD, Certificate, Person, Record
from handrail.terms.plan import Ask, Plan
from handrail.terms.state import State
from handrail.terms.values import Instant
from handrail.terms.world import Absence, World

_PEOPLE_MAX: Final = 10_000
_WORLDS_MAX: Final = 6_000
_DAYS_BEGIN_EVERY: Final = 900
"""Seconds: days begin at quarter hours at the finest, wherever people are."""


class Around(Mapping[int, Person]):
    """The people of one world: those around the learner, and the organization's own (leads, members, roles)."""

    __slots__ = ("_own", "_staff")

    def __init__(self, own: Mapping[int, Person], staff: Mapping[int, Person]) -> None:
        self._own = own
        self._staff = staff

    def __getitem__(self, number: int) -> Person:
        found = self._own.get(number)
        return found if found is not None else self._staff[number]

    def get(self, number: int, default: Any = None) -> Any:  # noqa: ANN401 - as Mapping has it
        """The person of that number, or `default`."""
        found = self._own.get(number)
        return found if found is not None else self._staff.get(number, default)

    def __iter__(self) -> Iterator[int]:
        return iter({**self._staff, **self._own})

    def __len__(self) -> int:
        return len({**self._staff, **self._own})


class CalendarsOf(Mapping[int, Calendar]):
    """The calendar of each person of a world, by country and place."""

    __slots__ = ("_found", "_learner", "_organization", "_people")

    def __init__(self, organization: Organization, learner: Person, people: Mapping[int, Person]) -> None:
        self._organization = organization
        self._learner = learner
        self._people = people
        self._found: dict[int, Calendar] = {}

    def __getitem__(self, number: int) -> Calendar:
        found = self._found.get(number)
        if found is None:
            person = self._learner if number == self._learner.id else self._people[number]
            found = self._found[number] = calendar_for(person, self._organization)
        return found

    def get(self, number: int, default: Any = None) -> Any:  # noqa: ANN401 - as Mapping has it
        """The calendar of the person of that number, or `default`."""
        found = self._found.get(number)
        if found is not None:
            return found
        try:
            return self[number]
        except KeyError:
            return default

    def __iter__(self) -> Iterator[int]:
        return iter((self._learner.id, *self._people))

    def __len__(self) -> int:
        return 1 + len(self._people)


class _Asked(NamedTuple):
    """What a plan asks of its worlds. `around`: plans that ask for the same people have the same number.

    `names_people`: results may hold persons, as somebody fills one into a form, or a start gives one.
    """

    names_people: bool
    around: int


class Worlds:
    """Builds worlds from the store; `organization` and its hash are set by whoever publishes settings."""

    def __init__(self, store: Store, organization: Organization) -> None:
        self._store = store
        self._people: OrderedDict[int, Person] = OrderedDict()
        self._shards: dict[int, int] = {}
        self._asked: dict[str, _Asked] = {}
        self._arounds: dict[tuple[int, tuple[int, ...]], int] = {}
        self._plain: OrderedDict[tuple[int, int], World] = OrderedDict()
        """By person and `around`: where nobody else is named, plans that ask alike share a world."""
        self.organization = organization
        self.settings = coding.digest(coding.pack(organization)).hex()
        self._staff: dict[int, Person] = {}
        self._open_absences: list[AbsenceRow] | None = None
        self._looked_at = -1
        self.absences: Mapping[int, Absence] = {}
        """Who is away at the moment that was looked at last."""
        self._overrides: list[OverrideRow] | None = None
        self.set_organization(organization)

    def set_organization(self, organization: Organization) -> None:
        """From now on decisions are made in this organization."""
        self.organization = organization
        self.settings = coding.digest(coding.pack(organization)).hex()
        self._set_staff()

    def _set_staff(self) -> None:
        """Those whom the organization names, and whoever stands in for somebody now: they are in every world."""
        self._plain.clear()
        self._staff = {}
        delegates = [each.delegate for each in self.absences.values() if each.delegate is not None]
        staff = [*named_in(self.organization), *delegates]
        self.fetch(staff)
        self._staff = {number: self._people[number] for number in staff if number in self._people}

    def look_at(self, now: Instant) -> None:
        """From here on worlds are of this moment: who is away is reckoned anew when a day may have begun somewhere."""
        moment = int(now.timestamp()) // _DAYS_BEGIN_EVERY
        if self._open_absences is None:
            self._open_absences = self._store.absences()
        elif moment == self._looked_at:
            return
        self._looked_at = moment
        found = away_at(self._open_absences, now, self.zone_of) if self._open_absences else {}
        if found != self.absences:
            self.absences = found
            self._set_staff()

    def zone_of(self, number: int) -> str:
        """The time zone in which a person's days are counted."""
        person = self.newest(number)
        return self.organization.zone if person is None else calendar_for(person, self.organization).zone

    def absences_changed(self) -> None:
        """Read who is away from the store when it is next asked for."""
        self._open_absences = None

    def is_named(self, number: int) -> bool:
        """Whether the organization's settings name this person, or they stand in for somebody now."""
        return number in self._staff

    def stood_in_for(self, number: int) -> list[int]:
        """Those who are away and in whose name this person acts."""
        return [person for person, away in self.absences.items() if away.delegate == number]

    def overrides_open(self) -> list[OverrideRow]:
        """Every override that nobody has noted the end of; read once, until one is set or ended."""
        if self._overrides is None:
            self._overrides = self._store.overrides()
        return self._overrides

    def overrides(self, now: Instant) -> list[OverrideRow]:
        """Every override in force at this moment."""
        if not (found := self.overrides_open()):
            return found
        at = to_millis(now)
        return [row for row in found if row.until is None or row.until > at]

    def overrides_of(self, person: int, now: Instant) -> tuple[Override, ...]:
        """Those in force about this person, or about anybody."""
        found = self.overrides(now)
        return tuple(override_of(row) for row in found if row.person in (None, person)) if found else ()

    def overrides_changed(self) -> None:
        """Read them anew when next needed."""
        self._overrides = None

    def fetch(self, persons: Iterable[int]) -> None:
        """Have these people at hand."""
        people = self._people
        missing = [number for number in persons if number not in people]
        if missing:
            for number, row in self._store.persons(list(dict.fromkeys(missing))).items():
                self._people[number] = person_of(row)
                self._shards[number] = row.shard
        while len(self._people) > _PEOPLE_MAX:
            number, _ = self._people.popitem(last=False)
            self._shards.pop(number, None)

    def fetch_around(self, persons: Iterable[int], up: int = 2) -> None:
        """Have these people, their sponsors and managers `up` levels high at hand, a query a level."""
        level = list(dict.fromkeys(persons))
        self.fetch(level)
        for _ in range(up):
            above: dict[int, None] = {}
            for number in level:
                person = self._people.get(number)
                if person is None:
                    continue
                if isinstance(person.manager, int):
                    above[person.manager] = None
                if isinstance(person.sponsor, int):
                    above[person.sponsor] = None
            level = list(above)
            self.fetch(level)

    def newest(self, number: int) -> Person | None:
        """The newest version of a person at hand or in the store."""
        found = self._people.get(number)
        if found is None:
            self.fetch([number])
            found = self._people.get(number)
        return found

    def shard(self, number: int) -> int:
        """The shard of a person at hand."""
        return self._shards[number]

    def shards(self, persons: Iterable[int]) -> dict[int, int]:
        """The shard of each of these people, at hand or in the store."""
        return {
            number: self._shards[number]
            for number in persons
            if number in self._people or self.newest(number) is not None
        }

    def set_person(self, person: Person, shard: int) -> None:
        """The person is this version from now on."""
        self._plain.clear()
        self._people[person.id] = person
        self._shards[person.id] = shard
        if person.id in self._staff:
            self._staff[person.id] = person

    def forget(self, number: int) -> None:
        """Read the person from the store when next needed."""
        self._plain.clear()
        self._people.pop(number, None)
        if number in self._staff and (person := self.newest(number)) is not None:
            self._staff[number] = person

    def forget_all(self) -> None:
        """After a commit that failed: what memory holds may be ahead of the store."""
        self._people.clear()
        self._open_absences = None
        self._overrides = None
        self.set_organization(self.organization)

    def world(
        self,
        person: Person,
        plan: Plan,
        state: State | None = None,
        was: Person | None = None,
        record: Record = EMPTY_RECORD,
    ) -> World:
        """What a decision about the person in this plan may know."""
        asked = self._asked.get(plan.hash)
        if asked is None:
            asked = self._asked[plan.hash] = self._asked_by(plan)
        more: Collection[int] = ()
        if state is not None:
            more = persons_in(state) if asked.names_people else _named(state)
        if was is not None and isinstance(was.manager, int):
            more = (was.manager, *more)
        if more or was is not None or record is not EMPTY_RECORD:
            return self._made(person, plan, more, was, record)
        key = (person.id, asked.around)
        found = self._plain.get(key)
        if found is None or found.person is not person:
            if len(self._plain) >= _WORLDS_MAX:
                self._plain.popitem(last=False)
            found = self._plain[key] = self._made(person, plan, (), None, EMPTY_RECORD)
        return found

    def _made(self, person: Person, plan: Plan, more: Iterable[int], was: Person | None, record: Record) -> World:
        own = self._around(person, plan)
        for number in more:
            self._add(own, number)
        people = Around(own, self._staff)
        calendars = CalendarsOf(self.organization, person, people)
        return World(person, self.organization, was, people, self.absences, calendars, record, self.settings)

    def _asked_by(self, plan: Plan) -> _Asked:
        forms = [step.body.form for step in plan.steps if isinstance(step.body, Ask)]
        forms += [trigger.form for trigger in plan.starts]
        named = any(field.kind.name == "person" for form in forms for field in form.values())
        around = self._arounds.setdefault((_managers_of(plan), named_by_plan(plan)), len(self._arounds))
        return _Asked(named or any(trigger.values for trigger in plan.starts), around)

    def _around(self, person: Person, plan: Plan) -> dict[int, Person]:
        own: dict[int, Person] = {}
        above = person.manager
        for _ in range(_managers_of(plan)):
            if not isinstance(above, int):
                break
            found = self.newest(above)
            if found is None:
                break
            own[above] = found
            above = found.manager
        if isinstance(person.sponsor, int):
            self._add(own, person.sponsor)
        for number in named_by_plan(plan):
            self._add(own, number)
        return own

    def _add(self, own: dict[int, Person], number: int) -> None:
        found = self.newest(number)
        if found is not None:
            own[number] = found


def _managers_of(plan: Plan) -> int:
    """How many managers above the learner are in every world of the plan."""
    return max(plan.needs.managers_up, 1)


def _named(state: State) -> tuple[int, ...]:
    """Whom a start, an open handoff that was given to them, or what is being decided names."""
    named = named_by(state.start)
    for each in state.passes:
        if each.given:  # hardly ever
            named = (*named, *given_to(state))
            break
    return (*named, *named_by(state.results[""])) if "" in state.results else named


def override_of(row: OverrideRow) -> Override:
    """The override as a row of the store keeps it."""
    until = None if row.until is None else to_instant(row.until)
    return Override(row.id, row.journey, row.object, until, row.by, row.reason)


def person_of(row: PersonRow) -> Person:
    """The person as a row of the store keeps them."""
    return coding.unpack(row.body, Person)


def record_of(rows: Iterable[RecordRow]) -> Record:
    """A person's learning record from its rows."""
    completed, passed, certificates = {}, {}, {}
    for row in rows:
        at = to_instant(row.at)
        if row.kind == "completed":
            completed[row.object] = at
        elif row.kind == "passed":
            passed[row.object] = at
        elif row.kind == "certificate" and row.body is not None:
            certificates[row.object] = coding.unpack(row.body, Certificate)
    return Record(completed, passed, certificates)
