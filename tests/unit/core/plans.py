"""Short journeys and a company of seven for the tests of the core, and a run that can be led through one.

Everything happens in Berlin, beginning on Monday, 2 March 2026, at 10:00 there. Nothing is mocked: texts are compiled,
and every decision is made by the core; each state is packed and unpacked on the way, as a store would.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from msgspec import structs
from tests.journeys.catalog import catalog

from handrail.core.decide import decide
from handrail.core.start import Beginning, start
from handrail.language import compile_text
from handrail.terms import coding
from handrail.terms.decision import Decision, Earlier, NotStarted, Started
from handrail.terms.effect import Call, Effect, Message
from handrail.terms.event import Answer, Event, FailureClass, Input, Outcome, OwnersChanged, Tick
from handrail.terms.organization import Calendar, Organization, Role, Team
from handrail.terms.person import Origin, Person
from handrail.terms.plan import Plan
from handrail.terms.problem import JourneyProblems
from handrail.terms.state import Pass, State
from handrail.terms.values import Duration, Fields, Instant, Value
from handrail.terms.world import Absence, World

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
LEARNER, MANAGER, DIRECTOR, BUDDY, LEAD, MEMBER, ACCOUNTABLE = range(1, 8)
HEAD = """
journey: small
title: A small journey
purpose: To show one rule.
accountable: team:people-experience
starts:
  hired: { event: person.hired }
once: per person
defaults:
  owner: team:learning-operations
  within: 2 business days
  if_late: [ { hand_to: accountable, within: 2 business days }, { stop: nobody answered } ]
  if_fails: [ { retry: 3 times over 1 hour }, { hand_to: owner, within: 2 business days }, { stop: could not be done } ]
"""
BERLIN = Calendar("berlin", "Europe/Berlin", days_off=frozenset({date(2026, 4, 3)}))
ORIGIN = Origin("hris", MONDAY)


@cache
def plan_of(steps: str, head: str = "", *, instead: str = "") -> Plan:
    """The plan of a journey with these steps; `head` adds keys to the journey, `instead` replaces the head."""
    body = "\n".join(f"  {line}" for line in steps.strip("\n").splitlines())
    try:
        return compile_text(f"{instead or HEAD}{head}\nsteps:\n{body}\n", "small.yaml", catalog()).plan
    except JourneyProblems as wrong:
        raise AssertionError("; ".join(problem.message for problem in wrong.problems)) from wrong


def person(number: int, **fields: Any) -> Person:  # noqa: ANN401 - the fields of Person
    """Somebody of the company, active and in Berlin unless said otherwise."""
    told: dict[str, Any] = {
        "name": f"Person {number}", "email": f"p{number}@acme.example", "status": "active", "country": "DE",
        "level": 3.0, "contract": "permanent", "department": "Sales", "location": "Berlin", "manager": None,
        "sponsor": None, "hired_on": date(2026, 3, 2), "leave_from": None, "leave_to": None, "ends_on": None,
        "left_on": None, "language": "en", "title": "Clerk", "cost_center": "100",
    }  # fmt: skip
    return Person(number, 1, ORIGIN, **{**told, **fields})


def world_of(**learner: Any) -> World:  # noqa: ANN401 - the fields of Person
    """Ann, her manager Bob, his manager Cy, a buddy, a team's lead and member, and who is accountable."""
    people = {
        MANAGER: person(MANAGER, manager=DIRECTOR),
        **{each: person(each) for each in (DIRECTOR, BUDDY, LEAD, MEMBER, ACCOUNTABLE)},
    }
    organization = Organization(
        name="Acme",
        zone="Europe/Berlin",
        language="en",
        owner=f"person:{ACCOUNTABLE}",
        calendar="berlin",
        calendars={"berlin": BERLIN},
        teams={
            "learning-operations": Team("learning-operations", LEAD, (LEAD, MEMBER)),
            "people-experience": Team("people-experience", ACCOUNTABLE),
            "assessment": Team("assessment", LEAD),
        },
        roles={
            "site-lead": Role("site-lead", "location", {"Berlin": f"person:{BUDDY}"}),
            "hr-partner": Role("hr-partner", "country", {"FR": f"person:{BUDDY}"}, "team:assessment"),
        },
        contacts={"training-vendor": "training@vendor.example"},
        lists={"sites-with-forklifts": ("Lyon", "Leipzig")},
    )
    return World(person(LEARNER, **{"manager": MANAGER, **learner}), organization, people=people)


OBJECTS = {"lms.enrolled": "course", "lms.completed": "course", "assessment.scored": "assessment"}
"""What a system always tells such an event about; "A-1" where a test does not care."""


class Journey:
    """One run of a plan, led by hand. `said` are the rules of the last decision, `sent` its effects."""

    def __init__(self, plan: Plan, world: World | None = None, given: Mapping[str, Value] | None = None) -> None:
        self.plan = plan
        self.world = world or world_of()
        self.now = MONDAY
        self.number = 100
        self.effects: list[Effect] = []
        beginning = Beginning(plan.starts[0], 7, given=Fields(given or {}))
        event = Event("person.hired", self.now, LEARNER, fields=Fields({"again": False}))
        made = start(plan, beginning, event, self.world, (), self.now)
        assert isinstance(made, Started), made
        self.last = made.decision
        self._take(made.decision)

    def _take(self, decision: Decision) -> Decision:
        self.last = decision
        self.state = coding.unpack(coding.pack(decision.state), State)
        assert self.state == decision.state, "a state reads back as it was written"
        self.effects += decision.effects
        return decision

    def decide(self, event: Input) -> Decision:
        return self._take(decide(self.plan, self.state, event, self.world, self.now))

    # What can happen

    def told(self, kind: str, *, at: Instant | None = None, **fields: Value) -> int:
        """An event; its number in the ledger."""
        self.number += 1
        number = self.number
        about = {OBJECTS[kind]: "A-1"} if kind in OBJECTS else {}
        self.decide(Event(kind, at or self.now, LEARNER, fields=Fields({**about, **fields}), number=number))
        return number

    def corrected(self, kind: str, number: int, **fields: Value) -> None:
        self.number += 1
        self.decide(Event(kind, self.now, LEARNER, fields=Fields(fields), number=self.number, corrects=number))

    def answer(self, word: str = "", step: str = "", by: int = MANAGER, **form: Value) -> Decision:
        each = self.open(step) if step else next(e for e in self.state.passes if e.waiting in ("answer", "event"))
        return self.decide(Answer(each.number, self.now, f"person:{by}", word, Fields(form)))

    def confirm(self, step: str = "", **fields: Value) -> Decision:
        each = self.open(step) if step else next(e for e in self.state.passes if e.waiting == "outcome")
        return self.decide(Outcome(each.number, each.call, self.now, "confirmed", Fields(fields)))

    def fail(self, step: str = "", failure: FailureClass = "permanent", code: str = "") -> Decision:
        each = self.open(step) if step else next(e for e in self.state.passes if e.waiting == "outcome")
        return self.decide(Outcome(each.number, each.call, self.now, "failed", failure=failure, code=code))

    def wait(self, days: float) -> None:
        """Let time pass without a tick."""
        self.now += timedelta(days=days)

    def tick(self) -> Decision:
        """The next moment comes."""
        assert self.state.wake_at is not None, "the run waits for nothing"
        self.now = max(self.now, self.state.wake_at)
        return self.decide(Tick(self.now))

    def tick_past_reminders(self) -> Decision:
        decision = self.tick()
        while "reminded" in self.said:
            decision = self.tick()
        return decision

    def becomes(self, kind: str = "person.changed", **fields: Any) -> Decision:  # noqa: ANN401 - the fields of Person
        """The learner is another version now."""
        self.world = structs.replace(
            self.world, was=self.world.person, person=structs.replace(self.world.person, **fields)
        )
        return self.decide(Event(kind, self.now, LEARNER))

    def staff(self, number: int, *, absence: Absence | None = None, **fields: Any) -> Decision:  # noqa: ANN401 - the fields of Person
        """Somebody else of the company changes, and the run is told that owners may have."""
        people = {**self.world.people, number: structs.replace(self.world.people[number], **fields)}
        absences = {**self.world.absences, **({number: absence} if absence else {})}
        self.world = structs.replace(self.world, people=people, absences=absences)
        return self.decide(OwnersChanged(self.now, number))

    # What can be seen

    def open(self, step: str) -> Pass:
        return next(each for each in self.state.passes if each.step >= 0 and self.plan.steps[each.step].name == step)

    @property
    def at(self) -> list[str]:
        """The names of the steps that are open."""
        return [self.plan.steps[each.step].name for each in self.state.passes if each.step >= 0]

    @property
    def said(self) -> list[str]:
        return [reason.rule for reason in self.last.reasons]

    @property
    def calls(self) -> list[str]:
        """Every action asked for so far."""
        return [effect.action for effect in self.effects if isinstance(effect, Call)]

    @property
    def letters(self) -> list[tuple[str, str]]:
        """Every message so far: its template and to whom."""
        return [(effect.template, effect.to) for effect in self.effects if isinstance(effect, Message)]

    def result(self, step: str) -> Mapping[str, Value]:
        return self.state.results.get(step, Fields())


def not_started(
    plan: Plan, world: World, earlier: Sequence[Earlier] = (), event: Event | None = None, now: Instant = MONDAY
) -> NotStarted:
    """Why no run begins."""
    made = start(plan, Beginning(plan.starts[0], 7), event, world, earlier, now)
    assert isinstance(made, NotStarted), made
    return made


def berlin(day: int, hour: int, minute: int = 0, month: int = 3) -> Instant:
    """A moment on a clock in Berlin in 2026, in winter time up to 28 March."""
    summer = month > 3 or (month == 3 and day >= 29)
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=2 if summer else 1)


ONE_DAY = Duration(1, "days")
