"""Random legal journeys and random things that happen to a run, for the properties of the core.

Journeys are made as text and compiled, so that the language's own checker says which are legal. What happens is a list
of small wishes ("the third open handoff is answered"), resolved against the run as it stands.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, TypeAlias

from hypothesis import assume
from hypothesis import strategies as st
from msgspec import Struct, structs
from tests.journeys.catalog import catalog
from tests.unit.core.plans import BUDDY, LEARNER, MANAGER, MONDAY, world_of

from handrail.core.answers import form_of, offered
from handrail.core.decide import decide
from handrail.core.start import Beginning, start
from handrail.language import compile_text
from handrail.terms.decision import Decision, Started
from handrail.terms.effect import Call
from handrail.terms.event import (
    Answer,
    CohortEvent,
    Event,
    FailureClass,
    Input,
    JourneyEnded,
    Outcome,
    OwnersChanged,
    PutAside,
    Reassigned,
    Stopped,
    Tick,
)
from handrail.terms.plan import Plan
from handrail.terms.problem import JourneyProblems
from handrail.terms.state import Pass, State
from handrail.terms.values import UNKNOWN, Fields, Instant, Value
from handrail.terms.world import Absence, World

Decide: TypeAlias = Callable[[Plan, State, Input, World, Instant], Decision]
Wish: TypeAlias = tuple[str, int, int]
Block: TypeAlias = dict[str, Any]

CATALOG = catalog()
OWNERS = (
    "learner",
    "manager",
    "manager.manager",
    "sponsor or team:assessment",
    "team:assessment",
    "accountable",
    "owner",
)
LIMITS = ("4 hours", "2 days", "3 business days", "2 weeks")
CONDITIONS = (
    "person.level >= 4", "person.level < 3", "person.ends_on is empty", 'person.country is "DE"', "start.name is known",
)  # fmt: skip
CALLS = (
    {"do": "lms.enroll", "with": {"course": "C"}, "undo": "lms.unenroll"},
    {"do": "hris.flag", "with": {"flag": "F"}, "undo": "hris.unflag"},
    {"do": "badges.issue", "with": {"badge": "B"}},
)
ASIDE: tuple[Block, ...] = (
    {"tell": "learner", "message": "day-one"},
    {"do": "hris.flag", "with": {"flag": "M"}},
    {"undo": "all"},
    {"record": {"level": "{person.level}"}},
    {"run": "sales-onboarding"},
)


class Names:
    """Names of steps that are not taken yet, and those that may be gone back to."""

    def __init__(self) -> None:
        self.count = 0
        self.before: list[str] = []

    def new(self) -> str:
        self.count += 1
        return f"s{self.count}"


@st.composite
def moves(draw: st.DrawFn, names: Names, role: str, *, asks: bool, here: str, depth: int = 0) -> list[Block | str]:
    """A list of moves that ends."""
    found: list[Block | str] = []
    for _ in range(draw(st.integers(0, 2))):
        kind = draw(st.sampled_from(("aside", "hand_to", "go_back_to", "extend", "only_if")))
        if kind == "aside":
            found.append(draw(st.sampled_from(ASIDE)))
        elif kind == "hand_to":
            found.append(draw(hand_to(names, asks=asks, here=here, depth=depth)))
        elif kind == "go_back_to":
            target = draw(st.sampled_from([*names.before, here]))
            found.append(
                {
                    "go_back_to": target,
                    "at_most": draw(st.integers(1, 2)),
                    **draw(st.sampled_from(({}, {"after": "2 days"}))),
                }
            )
        elif kind == "extend" and role in ("if_late", "rung"):
            found.append({"extend": draw(st.sampled_from(LIMITS))})
        elif kind == "only_if":
            found.append({"tell": "learner", "message": "day-one", "only_if": draw(st.sampled_from(CONDITIONS))})
    ends: list[Block | str] = ["continue", {"stop": "ended"}, {"finish": "ended"}]
    if role != "if_not":
        ends.append({"skip": "skipped"})
    if role == "rung":
        ends.append({"extend": "3 days"})
    if role in ("rung", "answers"):
        ends.append({"hand_to": draw(st.sampled_from(OWNERS)), "within": "2 days"})
    return [*found, draw(st.sampled_from(ends))]


@st.composite
def hand_to(draw: st.DrawFn, names: Names, *, asks: bool, here: str, depth: int) -> Block:
    found: Block = {"hand_to": draw(st.sampled_from(OWNERS)), "within": draw(st.sampled_from(LIMITS))}
    if depth < 2 and draw(st.booleans()):
        found["question"] = "What now?"
        found["answers"] = {
            word: draw(moves(names, "rung", asks=asks, here=here, depth=depth + 1)) for word in ("left", "right")
        }
    return found


@st.composite
def waits(draw: st.DrawFn, fails: Block) -> Block:
    """A wait, graded or not, with a limit that is a duration or a date."""
    graded = {"passes_if": "event.score >= 80", **fails} if draw(st.booleans()) else {}
    when = {"within": draw(st.sampled_from(LIMITS)), "remind": ["after 1 hour"]}
    kind, about = ("assessment.scored", "assessment") if graded else ("lms.completed", "course")
    return {
        "wait": kind,
        "where": f"event.{about} is not empty",
        "owner": draw(st.sampled_from(OWNERS[:6])),
        **(when if draw(st.integers(0, 3)) else {"until": "person.ends_on"}),
        **graded,
    }


@st.composite
def step(draw: st.DrawFn, names: Names, here: str, depth: int) -> Block:  # noqa: C901, PLR0911 - a kind of step a line
    """One step with its contract."""
    kinds = [
        "do",
        "do",
        "ask",
        "ask",
        "wait",
        "wait",
        "tell",
        "check",
        "pause",
        "record",
        "go_back_to",
        "run",
        "gather",
    ]
    kind = draw(st.sampled_from(kinds if depth > 1 else [*kinds, "together", "together", "each", "choose"]))
    late = {"if_late": draw(moves(names, "if_late", asks=kind == "ask", here=here))} if draw(st.booleans()) else {}
    fails = {"if_fails": draw(moves(names, "if_fails", asks=False, here=here))}
    limit = {"within": draw(st.sampled_from(LIMITS))}
    match kind:
        case "do":
            return {**draw(st.sampled_from(CALLS)), **(fails if draw(st.booleans()) else {}), **late}
        case "ask":
            answers = {word: draw(moves(names, "answers", asks=True, here=here)) for word in ("approve", "other")}
            form = {"form": {"n": "1 to 5 optional"}} if draw(st.booleans()) else {}
            return {
                "ask": draw(st.sampled_from(OWNERS[:6])),
                "question": "Well?",
                "answers": answers,
                **form,
                **limit,
                **late,
            }
        case "wait":
            return {**draw(waits(fails)), **late}
        case "tell":
            return {"tell": draw(st.sampled_from(OWNERS[:6])), "message": "day-one"}
        case "check":
            return {
                "check": draw(st.sampled_from(CONDITIONS)),
                "if_not": draw(moves(names, "if_not", asks=False, here=here)),
            }
        case "pause":
            return {"pause": draw(st.sampled_from(("3 days", "5 hours", "until person.ends_on", "until 2026-03-10")))}
        case "record":
            return {"record": {"level": "{person.level}"}}
        case "run":
            return {"run": "sales-onboarding", **limit, **late}
        case "gather":
            return {"gather": "3 people", **limit, **late}
        case "go_back_to":
            return {"go_back_to": draw(st.sampled_from([*names.before, here])), "at_most": 1}
        case _:
            inner = draw(nested(names, kind, depth))
    return {**inner, **({**limit, **fails, **late} if kind != "choose" else {})}


@st.composite
def nested(draw: st.DrawFn, names: Names, kind: str, depth: int) -> Block:
    """What holds steps of its own."""
    if kind == "each":
        return {
            "together": "each site in list:sites-with-forklifts",
            "steps": draw(steps(names, depth + 1)),
            **draw(st.sampled_from(({}, {"needs": "any"}, {"needs": "any", "the_rest": "undo"}))),
        }
    if kind == "together":
        branches = {f"b{number}": draw(steps(names, depth + 1)) for number in range(draw(st.integers(2, 3)))}
        return {
            "together": branches,
            **draw(st.sampled_from(({}, {"needs": "any"}, {"needs": "any", "the_rest": "undo"}))),
        }
    return {
        "choose": {
            "high": {"if": draw(st.sampled_from(CONDITIONS[:2])), "steps": draw(steps(names, depth + 1))},
            "rest": {"if": "otherwise", **({"steps": draw(steps(names, depth + 1))} if draw(st.booleans()) else {})},
        }
    }


@st.composite
def steps(draw: st.DrawFn, names: Names, depth: int = 0) -> Block:
    found: Block = {}
    before = list(names.before)
    for _ in range(draw(st.integers(1, 4 if depth == 0 else 2))):
        name = names.new()
        found[name] = draw(step(names, name, depth))
        if draw(st.integers(0, 5)) == 0:
            found[name]["only_if"] = draw(st.sampled_from(CONDITIONS))
        names.before.append(name)
    names.before = before
    return found


@st.composite
def journeys(draw: st.DrawFn) -> Block:
    """A journey as its author would write it; most are legal."""
    journey: Block = {
        "journey": "random", "title": "Random", "purpose": "To find what breaks.",
        "accountable": "team:people-experience", "starts": {"hired": {"event": "person.hired"}}, "once": "per person",
        "defaults": {
            "owner": "team:learning-operations", "within": "2 business days",
            "if_late": [{"hand_to": "accountable", "within": "2 business days"}, {"stop": "nobody answered"}],
            "if_fails": [{"retry": "3 times over 1 hour"}, {"hand_to": "owner", "within": "2 days"}, {"stop": "failed"}],
        },
    }  # fmt: skip
    if draw(st.integers(0, 3)):
        journey["while"] = "person.level >= 1"
        journey["when_no_longer"] = draw(st.sampled_from((["continue"], [{"undo": "all"}, {"stop": "out"}])))
    if draw(st.booleans()):
        journey["when_resumed"] = [{"extend": "20 days"}]
    first = {"s0": CALLS[0]} if draw(st.booleans()) else {}
    journey["steps"] = {**first, **draw(steps(Names()))}
    return journey


def compiled(text: str) -> Plan:
    try:
        return compile_text(text, "random.yaml", CATALOG).plan
    except JourneyProblems:
        assume(condition=False)
        raise


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A legal journey."""
    return compiled(json.dumps(draw(journeys()), indent=1))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Plan, Plan]:
    """A legal journey and what its author made of it: steps renamed, gone or new, other limits, other moves."""
    journey = draw(journeys())
    old = compiled(json.dumps(journey, indent=1))
    changed: Block = json.loads(json.dumps(journey))
    for name in list(changed["steps"]):
        match draw(st.sampled_from(("rename", "limit", "gone", "ladder", "same", "same"))):
            case "rename":
                text = json.dumps(changed).replace(f'"{name}"', f'"t{name}"')
                changed = json.loads(text)
                changed["steps"][f"t{name}"]["was"] = name
            case "limit" if "within" in changed["steps"][name]:
                changed["steps"][name]["within"] = draw(st.sampled_from(LIMITS))
            case "gone" if len(changed["steps"]) > 1:
                del changed["steps"][name]
            case "ladder" if "if_late" in changed["steps"][name]:
                changed["steps"][name]["if_late"] = [{"hand_to": "accountable", "within": "2 days"}, {"stop": "late"}]
    changed["steps"] = {"new": {"tell": "learner", "message": "day-one"}, **changed["steps"]}
    return old, compiled(json.dumps(changed, indent=1))


KINDS = (
    "tick", "tick", "tick", "confirm", "confirm", "fail", "late", "not needed", "answer", "answer", "answer", "scored",
    "scored", "completed", "completed", "early", "corrected", "retracted", "on leave", "active", "level", "ends_on",
    "out", "confirm", "confirm", "left", "manager", "away", "ended", "cohort", "undo failed", "stray outcome", "stray answer", "hours", "days", "stopped",
    "given", "snoozed",
)  # fmt: skip
wishes = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 5), st.integers(0, 5)), min_size=8, max_size=30)


class Made(Struct, frozen=True):
    """One decision and what it was made from."""

    event: Input | None
    world: World
    now: Instant
    decision: Decision


class Run:
    """A run as it goes on; `happens` gives every decision there was."""

    def __init__(self, plan: Plan, by: Decide = decide) -> None:
        self.plan = plan
        self.by = by
        self.world = world_of(ends_on=None)
        self.now = MONDAY
        self.number = 0
        self.last_event = 0
        event = Event("person.hired", MONDAY, LEARNER, fields=Fields({"again": False}))
        begun = start(plan, Beginning(plan.starts[0], 7), event, self.world, (), MONDAY)
        assert isinstance(begun, Started)
        self.decision = begun.decision
        self.trace = [Made(None, self.world, self.now, self.decision)]

    @property
    def state(self) -> State:
        return self.decision.state

    def take(self, event: Input) -> Decision:
        self.decision = self.by(self.plan, self.state, event, self.world, self.now)
        self.trace.append(Made(event, self.world, self.now, self.decision))
        return self.decision

    def follow(self, script: Sequence[Wish]) -> list[Made]:
        for wish in script:
            for event in self._events(*wish):
                self.take(event)
        return self.trace

    def end_by_ticks(self, ticks_max: int) -> None:
        """Nobody answers and nothing is told; calls fail, and only time passes."""
        for _ in range(ticks_max):
            waiting = next((each for each in self.state.passes if each.waiting == "outcome"), None)
            if waiting is not None and self.state.wake_at is None:
                self.take(Outcome(waiting.number, waiting.call, self.now, "failed", failure="permanent"))
            elif self.state.wake_at is not None:
                self.now = max(self.now, self.state.wake_at)
                self.take(Tick(self.now))
            else:
                return

    def _events(self, kind: str, which: int, what: int) -> Iterator[Input]:
        """What a wish comes to, if there is anything it can come to."""
        if kind in ("hours", "days"):
            self.now += timedelta(**{kind: which + 1})
        elif kind == "tick":
            self.now = max(self.now, self.state.wake_at or self.now)
            yield Tick(self.now)
        elif kind in ("scored", "completed", "early", "corrected", "retracted"):
            yield self._told(kind, which, what)
        elif kind in ("on leave", "active", "left", "out", "level", "ends_on"):
            yield self._changed(kind, which)
        elif kind in ("manager", "away"):
            yield self._organization(kind, which)
        elif kind == "stopped":
            yield from [Stopped(self.now, "replaced")] if which == 0 else []
        else:
            yield from self._of_pass(kind, which, what)

    def _told(self, kind: str, which: int, what: int) -> Event:
        self.number += 1
        number = self.number
        name = "lms.completed" if kind == "completed" else "assessment.scored"
        at = self.now - timedelta(days=which * 2) if kind == "early" else self.now
        corrects = max(number - 1 - which, 0) if kind == "corrected" else 0
        retracts = max(number - 1 - which, 0) if kind == "retracted" else 0
        about = {"course": "C"} if kind == "completed" else {"assessment": "C-EXAM"}
        fields = Fields({"score": 60 + what * 8, **about})
        return Event(name, at, LEARNER, fields=fields, number=number, corrects=corrects, retracts=retracts)

    def _changed(self, kind: str, which: int) -> Event:
        changes: dict[str, Any] = {"status": kind}
        if kind == "out":
            changes = {"level": 0.0}
        elif kind == "level":
            changes = {"level": (0.0, 2.0, 3.0, 4.0, 6.0, UNKNOWN)[which]}
        elif kind == "ends_on":
            day = self.now.date() + timedelta(days=which * 7 - 7)
            changes = {"ends_on": (None, UNKNOWN, day, day, day, day)[which]}
        elif kind == "on leave":
            changes["leave_to"] = None if which else self.now.date() + timedelta(days=10)
        before = self.world.person
        self.world = structs.replace(self.world, was=before, person=structs.replace(before, **changes))
        return Event("person.changed", self.now, LEARNER)

    def _organization(self, kind: str, which: int) -> Input:
        if kind == "manager":
            person = structs.replace(self.world.person, manager=(MANAGER, BUDDY, None, LEARNER, UNKNOWN, 77)[which])
            self.world = structs.replace(self.world, person=person)
        else:
            absence = Absence(date(2026, 3, 1), date(2026, 12, 31), None if which % 2 else BUDDY)
            self.world = structs.replace(self.world, absences={MANAGER: absence} if which < 4 else {})
        return OwnersChanged(self.now)

    def _of_pass(self, kind: str, which: int, what: int) -> Iterator[Input]:
        if kind == "undo failed":
            undone = [e for made in self.trace for e in made.decision.effects if isinstance(e, Call) and e.undoes]
            if undone:
                call = undone[which % len(undone)]
                yield Outcome(call.pass_, call.rung, self.now, "failed", failure="permanent")
        elif kind == "stray outcome":
            yield Outcome(which, what - 1, self.now, "confirmed" if what % 2 else "failed", failure="transient")
        elif kind == "given":
            to = f"person:{(MANAGER, BUDDY, LEARNER, 99, 3, 5)[what]}"
            yield Reassigned(max(self.state.opened - which, 0), self.now, "person:2", to, "better known there")
        elif kind == "snoozed":
            yield PutAside(max(self.state.opened - which, 0), self.now, "person:2", self.now + timedelta(days=what * 2))
        elif kind == "stray answer":
            yield Answer(which, self.now, "person:2", ("approve", "left", "keep", "done", "", "x")[what])
        else:
            wanted = {
                "confirm": "outcome",
                "fail": "outcome",
                "late": "outcome",
                "not needed": "outcome",
                "ended": "journey",
                "cohort": "cohort",
            }
            found = [each for each in self.state.passes if each.waiting == wanted.get(kind, each.waiting)]
            if found:
                yield from self._for(kind, found[which % len(found)], what)

    def _for(self, kind: str, each: Pass, what: int) -> Iterator[Input]:
        match kind:
            case "confirm" | "not needed":
                yield Outcome(each.number, each.call, self.now, "confirmed" if kind == "confirm" else "not needed")
            case "fail" | "late":
                failure: FailureClass = "permanent" if what % 2 else "transient"
                code = "late" if kind == "late" else ""
                yield Outcome(each.number, each.call, self.now, "failed", failure=failure, code=code)
            case "ended":
                yield JourneyEnded(each.number, self.now, 9, "sales-onboarding", "stopped")
            case "cohort":
                yield CohortEvent(each.number, self.now, 1, 3)
            case "answer":
                words = sorted(offered(self.plan, each))
                form: dict[str, Value] = {"n": 3} if "n" in form_of(self.plan, each) and what % 2 else {}
                if words:
                    yield Answer(each.number, self.now, "person:2", words[what % len(words)], Fields(form))
            case _:
                raise AssertionError(f"there is no wish {kind}")
