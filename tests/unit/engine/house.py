"""A house for the tests of the engine: the real engine on a store in memory, journeys as text, people made by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from msgspec import structs
from tests.journeys.catalog import catalog
from tests.properties.office import BEGIN, organization

from handrail.engine.engine import Engine
from handrail.engine.items import Arrived, ForRun, PersonMade, Receipt
from handrail.engine.rehearsal import VirtualClock
from handrail.language.compile import compile_text
from handrail.store.opening import MEMORY, Store, open_store
from handrail.store.rows import HandoffRow, HeldRow, RunRow
from handrail.terms.catalog import Catalog, JourneyHead
from handrail.terms.event import Answer, Event, Outcome
from handrail.terms.person import Origin, Person
from handrail.terms.values import Fields, Value

BOSS, LEAD, NEXT, ANN, BEN = 1, 2, 3, 4, 5
HEAD = """
journey: {name}
title: A small journey
purpose: To show one rule.
accountable: team:learning-operations
starts:
  hired: {{ {starts} }}
{more}
defaults:
  owner: team:learning-operations
  within: 2 business days
  if_late: {{ stop: nobody answered }}
  if_fails: {{ stop: could not be done }}
steps:
"""


def journey(name: str, steps: str, starts: str = "event: person.hired", more: str = "once: per person") -> str:
    """A journey's text with these steps."""
    body = "\n".join(f"  {line}" for line in steps.strip("\n").splitlines())
    return HEAD.format(name=name, starts=starts, more=more) + body + "\n"


def known() -> Catalog:
    """What the journeys may name, and a journey that others run."""
    usual = catalog()
    return structs.replace(usual, journeys={**usual.journeys, "child": JourneyHead("child")})


class House:
    """An engine, its people, and what can happen to them."""

    def __init__(self, *journeys: str, store: Store | None = None) -> None:
        self.store = store or open_store(MEMORY)
        self.clock = VirtualClock(BEGIN)
        self.engine = Engine(self.store, organization(), known(), self.clock)
        self.people: dict[int, Person] = {}
        for text in journeys:
            compiled = compile_text(text, "small.yaml", known())
            self.engine.publish(compiled.plan, compiled.places, self.clock())
        for number in (BOSS, LEAD, NEXT):
            self.appear(number, manager=None)

    def appear(self, number: int, kind: str = "person.appeared", **fields: Any) -> Receipt:  # noqa: ANN401 - the fields of Person
        """Somebody is known from now on."""
        told: dict[str, Any] = {
            "name": f"Person {number}",
            "country": "DE",
            "status": "active",
            "manager": BOSS,
            **fields,
        }
        person = Person(number, 1, Origin("hris", self.clock()), **told)
        return self._made(person, kind, {"again": False} if kind == "person.hired" else {}, known=False)

    def hire(self, number: int, **fields: Any) -> Receipt:  # noqa: ANN401 - the fields of Person
        """Somebody new begins."""
        return self.appear(number, "person.hired", **fields)

    def change(self, number: int, kind: str = "person.changed", **fields: Any) -> Receipt:  # noqa: ANN401 - the fields of Person
        """The HR system says something else of somebody."""
        before = self.people[number]
        return self._made(structs.replace(before, version=before.version + 1, **fields), kind, {}, known=True)

    def _made(self, person: Person, kind: str, fields: dict[str, Value], *, known: bool) -> Receipt:
        event = Event(
            kind, self.clock(), person.id, "hris", fields=Fields(fields), before_version=person.version - 1,
            after_version=person.version,
        )  # fmt: skip
        self.people[person.id] = person
        return self.engine.take([PersonMade(person, (event,), None, person.id % 64, known)], self.clock())[0]

    def tell(self, kind: str, person: int, **fields: Value) -> Receipt:
        """A system tells of somebody."""
        event = Event(kind, self.clock(), person, kind.partition(".")[0], fields=Fields(fields))
        return self.engine.take([Arrived(event)], self.clock())[0]

    def answer(self, run: int, word: str, by: str = "") -> Receipt:
        """The owner of the one open handoff of a run answers."""
        (handoff,) = self.handoffs(run)
        return self.engine.take(
            [ForRun(run, Answer(handoff.pass_, self.clock(), by or handoff.owner, word))], self.clock()
        )[0]

    def fill(self, run: int, **form: Value) -> Receipt:
        """The owner of the one open handoff of a run does what is asked, and fills in the form."""
        (handoff,) = self.handoffs(run)
        answer = Answer(handoff.pass_, self.clock(), handoff.owner, "", Fields(form))
        return self.engine.take([ForRun(run, answer)], self.clock())[0]

    def confirm(self, run: int) -> None:
        """The far side has done all that the run wants."""
        for effect in self.store.effects_of(run):
            if effect.state == 0:
                self.engine.take(
                    [ForRun(run, Outcome(effect.pass_, effect.rung, self.clock(), "confirmed"))], self.clock()
                )

    def settle(self) -> None:
        """Decide what is due now, until nothing is."""
        while self.engine.due(self.clock()):
            pass

    def wait(self, **time: float) -> None:
        """Time passes, and what comes due is decided."""
        until = self.clock() + timedelta(**time)
        while (due := self.engine.next_due()) is not None and due <= until:
            self.clock.to(due)
            self.settle()
        self.clock.to(until)

    def run(self, number: int) -> RunRow:
        return self.store.runs_by_id([number])[number]

    def runs(self, person: int) -> list[RunRow]:
        return self.store.runs_by_person([person], open_only=False).get(person, [])

    def handoffs(self, run: int) -> list[HandoffRow]:
        """The open handoffs of a run."""
        return [row for row in self.store.handoffs_of_run(run) if row.closed is None]

    def held(self) -> list[HeldRow]:
        return self.store.held()
