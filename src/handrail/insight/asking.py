"""One question on its way to its answer: about whom, as of when, and how people, teams and moments are called in it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Final

from msgspec import structs

from handrail.conditions.scope import Scope
from handrail.core.draft import Draft
from handrail.core.program import program_of
from handrail.insight.answer import Because
from handrail.insight.past import Past, PlanKept, Then, then_of
from handrail.insight.telling.clauses import Teller
from handrail.insight.telling.sentences import sentence_of, step_at, step_label
from handrail.insight.telling.wording import owner_text, value_text
from handrail.store.moments import DISPOSITION
from handrail.store.rows import HeldRow, RunRow
from handrail.terms.decision import Reason
from handrail.terms.event import Event
from handrail.terms.person import called, own_id_of
from handrail.terms.plan import Plan
from handrail.terms.state import State
from handrail.terms.values import Fields, Instant, Value
from handrail.terms.world import World

_WAITS: Final = (DISPOSITION["held"], DISPOSITION["deferred"])


class Asking:
    """What every part of an answer needs. `at` is the moment asked about, `person` an own id."""

    def __init__(self, past: Past, person: int, at: Instant) -> None:
        self.past = past
        self.person = person
        self.at = at
        self.then: Then = then_of(at)
        self.organization = past.organization(self.then)
        self.zone = past.zone(self.then)
        self.calendar = self.organization.calendars[self.organization.calendar]
        self.teller = Teller(self.name_of, self.zone)

    @property
    def name(self) -> str:
        return self.name_of(self.person)

    def name_of(self, number: int) -> str:
        """What the person is called: as known then, else as known at all."""
        known = self.past.person(number, self.then)
        versions = self.past.versions(number)
        person = known or (versions[0].person if versions else None)
        return called(person, number)

    def owner(self, owner: str) -> str:
        """Who an owner is, in words."""
        return owner_text(owner, self.name_of)

    def draft(self, plan: Plan, state: State) -> Draft:
        """The run as the core would look at it at the moment asked about."""
        person = self.past.person(self.person, self.then)
        assert person is not None, "a run is of somebody who is known"
        world = self.past.world(person, plan, self.then, state)
        return Draft(program_of(plan), state, world, self.at)

    def say(self, reason: Reason, kept: PlanKept, when: Instant, event: Event | None = None) -> Because:
        """A recorded reason as a part of the answer; `event` is the one that was decided about."""
        if reason.rule == "owner changed":
            reason = structs.replace(reason, seen=reason.seen.plus(self._why_gone(str(reason.seen["before"]), when)))
        seen = {name: value_text(value, self.name_of, self.zone) for name, value in reason.seen.items()}
        text = sentence_of(reason, kept, self.name_of, self.zone, event)
        place = kept.place(reason.place) if reason.place else ""
        step = step_at(kept.plan, reason.place)
        label = step_label(step) if step is not None else ""
        return Because(
            reason.rule, text, place, seen=seen, when=when, step=label if text.startswith(f"{label}: ") else ""
        )

    def _why_gone(self, owner: str, when: Instant) -> dict[str, Value]:
        """Why somebody does not have a handoff any more, where it is that they were not there."""
        number = own_id_of(owner)
        person = self.past.person(number, then_of(when)) if number is not None else None
        gone = {"left": "has left", "on leave": "is on leave"}.get(str(person.status), "") if person is not None else ""
        return {"because": f"{self.owner(owner)} {gone}"} if gone else {}

    def runs_of(self, journey: str) -> list[RunRow]:
        """The person's runs of the journey that had begun by then, oldest first."""
        return [
            run
            for run in self.past.runs(self.person)
            if self.past.plans.journey_of(run.plan) == journey and run.begun <= self.then.at
        ]

    @cached_property
    def _held(self) -> list[HeldRow]:
        if not any(row.disposition in _WAITS for row in self.past.rows_about(self.person)):
            return []
        found = self.past.store.database.read("SELECT * FROM held WHERE person = ? ORDER BY seq", (self.person,))
        return [HeldRow(*row) for row in found]

    def held_events(self, kinds: Sequence[str] = ()) -> list[HeldRow]:
        """The person's events that were held or deferred then, of these kinds (all, without any)."""
        return [
            row
            for row in self._held
            if row.opened <= self.then.at
            and (row.ended is None or row.ended > self.then.at)
            and (not kinds or row.kind in kinds)
        ]


def scope_in(plan: Plan, state: State, world: World, now: Instant, event: Fields | None = None) -> Scope:
    """The scope in which the core would look at a condition of the plan, as far as no step is inside an `each`."""
    return Draft(program_of(plan), state, world, now).scope(event=event, opening=now)
