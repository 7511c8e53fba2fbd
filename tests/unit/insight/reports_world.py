"""A random world for the reports: people, runs, handoffs and calls written as they stand, in two journeys that the engine published."""

from __future__ import annotations

import random
from datetime import timedelta

from tests.unit.insight.company import Company, march

from handrail.store import rows
from handrail.store.batch import Batch
from handrail.store.kept.lapses import packed
from handrail.store.moments import PHASES, to_millis
from handrail.store.opening import MEMORY
from handrail.terms import coding
from handrail.terms.person import Origin, Person
from handrail.terms.plan import Plan
from handrail.terms.state import Pass, State
from handrail.terms.values import Fields, Instant

NOW = march(30, 12)
DEPARTMENTS, SITES = ("Sales", "Workshop", ""), ("Berlin", "Lyon", "")
OVER = ("finished", "stopped", "not released")


class RandomWorld:
    """So many runs of some people; `runs`, `handoffs` and `calls` are the rows as they were written."""

    def __init__(self, seed: int, people: int = 12, runs: int = 60, url: str = MEMORY) -> None:
        self.dice, self.company = random.Random(seed), Company("welcome", "new-manager", url=url)
        self.people = {number: self._person(number) for number in range(100, 100 + people)}
        found = self.company.store.database.look("SELECT id, body FROM plan")
        self.plan_of = {int(number): coding.unpack(body, Plan) for number, body in found}
        self.runs: list[rows.RunRow] = []
        self.handoffs: list[rows.HandoffRow] = []
        self.calls: list[rows.EffectRow] = []
        self.states: dict[int, State] = {}
        for number in range(1, runs + 1):
            self._run(number)
        batch = Batch(to_millis(NOW), new_runs=self.runs, handoffs=self.handoffs, effects=self.calls)
        batch.new_persons += [self._row(person) for person in self.people.values()]
        self.company.store.commit(batch)

    def _person(self, number: int) -> Person:
        department, site = self.dice.choice(DEPARTMENTS), self.dice.choice(SITES)
        said = {"department": department} if department else {}
        said |= {"location": site} if site else {}
        manager = self.dice.choice((100, 101, None))
        status = self.dice.choice(("active", "active", "active", "left"))
        return Person(
            number, 1, Origin("hris", NOW), name=f"Person {number}", manager=manager, status=status, **said  # type: ignore[arg-type]
        )  # fmt: skip

    def _row(self, person: Person) -> rows.PersonRow:
        manager = person.manager if isinstance(person.manager, int) else None
        department = person.department if isinstance(person.department, str) else None
        body = coding.pack(person)
        return rows.PersonRow(
            person.id, 0, 1, 0, 0, str(person.status), None, str(person.name), None, body, manager, department
        )

    def _run(self, number: int) -> None:
        dice, plan = self.dice, self.dice.choice(sorted(self.plan_of))
        phase, begun = dice.choice(PHASES), NOW - timedelta(days=dice.randrange(120), minutes=dice.randrange(600))
        person = dice.choice(sorted(self.people))
        steps = [step.name for step in self.plan_of[plan].steps]
        passes, results = [], {}
        for place, name in enumerate(steps):
            fate = dice.choice(("done", "open", "not reached"))
            if fate == "done":
                results[name] = Fields({"at": begun})
            opened = fate == "open" and phase not in OVER
            if opened:
                passes.append(Pass(place + 1, place, 1, begun, "answer"))
            if fate != "not reached":
                self._handoff((number, place + 1, place), person, begun, opened, phase)
        state = State(number, person, "", begun, Fields(), phase, passes=tuple(passes), results=results)  # type: ignore[arg-type]
        self.states[number] = state
        ended = to_millis(begun + timedelta(days=3)) if phase in OVER else None
        counts = dice.choice((0, 1, 1))
        self.runs.append(
            rows.RunRow(number, 0, person, plan, 1, PHASES.index(phase), to_millis(begun), ended, None, 1, counts, None, None, coding.pack(state))
        )  # fmt: skip

    def _handoff(self, key: tuple[int, int, int], person: int, opened: Instant, still: bool, phase: str) -> None:  # noqa: FBT001
        dice, (run, pass_, step) = self.dice, key
        owner = dice.choice(
            (f"person:{person}", "person:100", "person:7", "team:learning-operations", "team:elsewhere")
        )
        due = dice.choice((None, opened + timedelta(days=2), NOW + timedelta(days=2)))
        closed = None if still else opened + timedelta(days=dice.randrange(1, 5))
        ended = "" if still else dice.choice(("done", phase if phase in OVER else "done", "skipped"))
        stuck, late = dice.randrange(2) if still else 0, dice.choice((0, 0, 1))
        had = dice.choice((owner, f"person:{person}", "person:101", "team:learning-operations"))
        lapse = packed(had, to_millis(opened + timedelta(days=1))) if late and dice.random() < 0.8 else None
        escalated = dice.randrange(2) if late else 0
        self.handoffs.append(
            rows.HandoffRow(
                run, pass_, step, person, owner, to_millis(opened), None if due is None else to_millis(due), escalated,
                None if closed is None else to_millis(closed), ended, lapse, None, stuck, late,
            )
        )  # fmt: skip
        if dice.random() < 0.3:
            state, tries = dice.choice(((2, 1), (2, 3), (4, 1), (0, 0)))
            self.calls.append(
                rows.EffectRow(run, pass_, 1, "lms", "lms.enroll", person, "", state, 0, tries, 0, 0, 0, 1, b"", None)
            )
