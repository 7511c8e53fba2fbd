"""The imagined people of a stage: those whom the settings name, and the learners, managers and buddies of a test.

Each change of a person is made by the same rules as a row of a file (`people.compare`), so the events are the real ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from handrail.calendar.zones import local_day
from handrail.engine.items import PersonMade
from handrail.people.canonical import Sighting
from handrail.people.compare import Difference, Told, difference
from handrail.people.directory import Made, person_row
from handrail.store.batch import Batch
from handrail.store.chain import SHARDS
from handrail.store.moments import to_millis
from handrail.store.opening import Store
from handrail.terms import coding
from handrail.terms.person import FIELDS, PERSON_FIELDS, Person
from handrail.terms.values import Instant, PersonRef, Value

SOURCE: Final = "hris"


@dataclass(frozen=True)
class Somebody:
    """A person on a stage: their own id, and the name that timelines show."""

    id: int
    name: str


Field = Value | Somebody
"""What a field of a person may be given as."""


class Cast:
    """Who is there. `zone` is the organization's; `begin` the day on which the stage begins."""

    def __init__(self, store: Store, zone: str, begin: date) -> None:
        self._store = store
        self._zone = zone
        self._begin = begin
        self.everybody: dict[int, Somebody] = {}
        self.learners: list[Somebody] = []

    def name_of(self, number: int) -> str:
        """The name of a person by own id."""
        return self.everybody[number].name if number in self.everybody else f"P-{number}"

    def named(self, name: str) -> Somebody | None:
        """Whoever has that name, if anybody."""
        return next((each for each in self.everybody.values() if each.name == name), None)

    def settings_name(self, addresses: Sequence[str], now: Instant) -> dict[str, int]:
        """Make everybody whom the settings name, by their addresses; their own ids."""
        found: dict[str, int] = {}
        for address in dict.fromkeys(addresses):
            name = " ".join(part.capitalize() for part in address.partition("@")[0].split(":")[-1].split("."))
            found[address] = self.known(name, {"email": address}, now).id
        return found

    def known(self, name: str, fields: Mapping[str, Field], now: Instant) -> Somebody:
        """Somebody who was there before the stage began: nobody is told of them."""
        made = self._new(name, {"hired_on": self._begin - timedelta(days=700), **fields}, now, first=True)
        seq = self._store.numbers("ledger", 1)[0]
        row = person_row(Made(made, made.person.id % SHARDS), to_millis(now), seq)
        self._store.commit(Batch(at=to_millis(now), new_persons=[row]))
        return self.everybody[made.person.id]

    def hired(self, name: str, fields: Mapping[str, Field], now: Instant) -> PersonMade:
        """Somebody new: the first version, with `person.hired`."""
        made = self._new(name, fields, now, first=False)
        return _item(made, known=False)

    def changed(self, who: Somebody, fields: Mapping[str, Field], now: Instant) -> PersonMade | None:
        """The next version of somebody; None when nothing is new."""
        old = coding.unpack(self._store.persons([who.id])[who.id].body, Person)
        values, links = _split(fields)
        made = difference(old, Sighting(who.name, values, {}, {}), links, self._told(now), who.id)
        return None if made is None else _item(made, known=True)

    def _new(self, name: str, fields: Mapping[str, Field], now: Instant, *, first: bool) -> Difference:
        number = self._store.numbers("person", 1)[0]
        given, _, family = name.partition(" ")
        usual: dict[str, Field] = {
            "name": name,
            "given_name": given,
            "family_name": family,
            "email": f"{name.lower().replace(' ', '.')}@stage.example",
            "time_zone": self._zone,
            "contract": "permanent",
            "status": "active",
            "hired_on": local_day(now, self._zone),
        }
        empty = dict.fromkeys(set(FIELDS) - {"status"})
        values, links = _split({**empty, **usual, **fields})
        made = difference(None, Sighting(name, values, {}, {}), links, self._told(now, first=first), number)
        assert made is not None, "somebody new is always a difference"
        self.everybody[number] = Somebody(number, name)
        return made

    def _told(self, now: Instant, *, first: bool = False) -> Told:
        return Told(SOURCE, now, now, self._zone, first=first)


def value_of(given: Field) -> Value:
    """The value as results and forms hold it."""
    return PersonRef(given.id) if isinstance(given, Somebody) else given


def _split(fields: Mapping[str, Field]) -> tuple[dict[str, Value], dict[str, int | None]]:
    """Plain values, and own ids of managers and sponsors."""
    values: dict[str, Value] = {}
    links: dict[str, int | None] = {}
    for name, given in fields.items():
        if name in PERSON_FIELDS:
            links[name] = given.id if isinstance(given, Somebody) else None
        else:
            values[name if name in FIELDS else f"extra.{name}"] = value_of(given)
    return values, links


def _item(made: Difference, *, known: bool) -> PersonMade:
    next_day = None if made.next_day is None else made.next_day.toordinal()
    return PersonMade(made.person, made.events, next_day, made.person.id % SHARDS, known)
