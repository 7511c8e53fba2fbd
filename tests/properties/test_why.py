"""What why says is what the engine did: over random worlds, for each person and journey, at many moments of the past.

A witness stands beside the engine: whenever all that was due is done it notes how everything stands. At the end why is asked
about each of these moments, as known then, and must say what was noted. Twins with an answerer that is wrong on purpose fail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct, structs
from tests.properties.handful import ZONE, ground
from tests.properties.scripts_of_faults import HOURS, TWIN, USUAL, About, Hr, Script, lived, scripts
from tests.properties.world_of_faults import Mechanisms, World

from handrail.insight.answer import Answer
from handrail.insight.asking import Asking
from handrail.insight.past import Past, then_of
from handrail.insight.replay import reasons_of
from handrail.insight.telling.sentences import step_label
from handrail.insight.telling.wording import due_text, owner_text, value_text
from handrail.insight.why import Question, why
from handrail.insight.whys.otherwise import moves_said
from handrail.insight.whys.panel import panel
from handrail.insight.whys.references import call_ref, handoff_ref
from handrail.store.moments import CONFIRMED, DISPOSITION, PHASES, WAITING, to_instant, to_millis
from handrail.store.rows import EffectRow, HeldRow, KeptLedgerRow, RunRow
from handrail.terms import coding
from handrail.terms.person import Person, field_value
from handrail.terms.plan import NONE, Plan
from handrail.terms.state import Pass, State
from handrail.terms.values import Instant

Answerer: TypeAlias = Callable[[Past, Question], Answer]
MOMENTS_MAX = 12
"""So many of the noted moments are asked about: the first, the last, and others evenly between."""

VERDICTS = {"open": "waiting", **{word: word for word in PHASES if word != "open"}}


class Noted(Struct, frozen=True):
    """One run as the store had it at a moment."""

    run: int
    person: int
    plan: Plan
    state: State


class Moment(Struct, frozen=True):
    """How everything stood: who was known, and every run."""

    at: Instant
    known: tuple[int, ...]
    runs: tuple[Noted, ...]


class Witness:
    """Notes how everything stands, from the tables alone."""

    def __init__(self) -> None:
        self.moments: dict[Instant, Moment] = {}

    def __call__(self, world: World) -> None:
        at = world.clock.now
        plans = world.engine.plans.by_number
        runs = tuple(
            Noted(row.id, row.person, plans[row.plan], coding.unpack(row.state, State))
            for row in (RunRow(*each) for each in world.rows("SELECT * FROM run ORDER BY id"))
        )
        known = tuple(int(number) for (number,) in world.rows("SELECT id FROM person ORDER BY id"))
        self.moments[at] = Moment(at, known, runs)

    def some(self) -> list[Moment]:
        every = [self.moments[at] for at in sorted(self.moments)]
        step = max(len(every) // MOMENTS_MAX, 1)
        return [*every[::step][: MOMENTS_MAX - 1], every[-1]] if every else []


# What is compared


def says_what_was_done(world: World, witness: Witness, answerer: Answerer) -> None:
    """At each moment that was noted, about everybody and every journey."""
    past = Past(world.store, ground().organization)
    _of_calls(world, past)
    for moment in witness.some():
        _of_handoffs(past, moment)
        for person in moment.known:
            for journey in world.setting.journeys:
                answer = answerer(past, Question(f"P-{person}", moment.at, journey))
                of_journey = [each for each in moment.runs if each.person == person and each.plan.journey == journey]
                where = f"P-{person} in {journey} at {moment.at:%m-%d %H:%M:%S}: {answer.sentence}"
                if of_journey:
                    _of_a_run(past, answer, of_journey, moment, where)
                    _of_what_comes(world, past, answer, moment.at, where)
                else:
                    _of_none(world, past, answer, (person, journey, moment.at), where)


def _of_handoffs(past: Past, moment: Moment) -> None:
    """Of each open pass: whose it is, and until when."""
    for noted in moment.runs:
        for each in noted.state.passes if noted.state.phase in ("open", "paused") else ():
            answer = panel(past, handoff_ref(noted.run, each.number), moment.at)
            where = f"R-{noted.run}/{each.number} at {moment.at:%m-%d %H:%M:%S}: {answer.sentence}"
            assert answer.verdict == noted.state.phase, where
            (waits,) = answer.waiting_for
            due = None if noted.state.phase == "paused" else each.due
            assert (waits.owner, waits.due) == (_owner(past, each, moment.at), due), where


def _of_calls(world: World, past: Past) -> None:
    """Of each call, when all is over: whether it was done."""
    for row in (EffectRow(*each) for each in world.rows("SELECT * FROM effect")):
        answer = panel(past, call_ref(row.run, row.pass_, row.rung), world.clock.now)
        done = {CONFIRMED: "done", WAITING: "leaves later"}.get(row.state, "not done")
        assert answer.verdict == done, f"C-{row.run}/{row.pass_}/{row.rung} is {row.state}: {answer.sentence}"


def _of_a_run(past: Past, answer: Answer, runs: list[Noted], moment: Moment, where: str) -> None:
    """It speaks of the run that is open, else of the newest; of its phase, its reason, whom it waits for and until when."""
    noted = ([each for each in runs if not each.state.over] or runs)[-1]
    assert answer.evidence.run == noted.run, f"{where} speaks of R-{answer.evidence.run}, not R-{noted.run}"
    assert answer.evidence.recomputed, f"{where} could not be decided again"
    if answer.verdict == "not started":
        assert answer.because[0].rule == "already", f"{where}: no second start was refused"
        assert f"R-{noted.run}" in answer.because[0].text or len(runs) > 1, where
        return
    state = noted.state
    assert answer.verdict == VERDICTS[state.phase], f"{where} is {state.phase}"
    if state.over:
        assert state.reason in answer.sentence, f"{where} ended because: {state.reason}"
    if state.phase in ("open", "paused"):
        told = {(each.step, each.owner, each.due) for each in answer.waiting_for}
        assert told == set(_waits(past, noted, moment.at)), f"{where} waits for {told}"
    if state.phase == "open" and (first := _first(state)) is not None:
        assert due_text(first, ZONE) in answer.sentence, f"{where}: no {first}"


def _of_what_comes(world: World, past: Past, answer: Answer, at: Instant, where: str) -> None:
    """What is to happen if nobody does anything is what happened, where nobody did anything and nobody was changed."""
    for each in answer.waiting_for:
        run, _, number = each.handoff.removeprefix("R-").partition("/")
        row = _next_row(world, int(run), at) if each.otherwise else None
        if row is None or row.kind != "tick" or each.due is None or row.at != to_millis(each.due):
            continue
        if not world.rows("SELECT 1 FROM ledger WHERE seq < ? AND at > ? AND kind LIKE 'p%'", row.seq, to_millis(at)):
            asking = Asking(past, _run(past, int(run)).person, to_instant(row.at))
            came = moves_said(asking, reasons_of(row), int(number))
            assert came == each.otherwise, f"{where} foretells “{each.otherwise}”, and it was “{came}”"


def _run(past: Past, number: int) -> RunRow:
    found = past.run(number)
    assert found is not None, f"there is no R-{number}"
    return found


def _next_row(world: World, run: int, at: Instant) -> KeptLedgerRow | None:
    ask = "SELECT * FROM ledger WHERE run = ? AND at > ? AND digest IS NOT NULL ORDER BY seq LIMIT 1"
    found = world.rows(ask, run, to_millis(at))
    return KeptLedgerRow(*found[0]) if found else None


def _waits(past: Past, noted: Noted, at: Instant) -> Iterator[tuple[str, str, Instant | None]]:
    """What the run waits for, by the state that was noted: step, owner by name, limit."""
    passes = [each for each in noted.state.passes if each.waiting != "branches"] or list(noted.state.passes)
    for each in noted.state.passes if noted.state.phase == "paused" else passes:
        due = None if noted.state.phase == "paused" else each.due
        step = step_label(noted.plan.steps[each.step]) if each.step != NONE else ""
        yield step, _owner(past, each, at), due


def _owner(past: Past, each: Pass, at: Instant) -> str:
    def name_of(number: int) -> str:
        person = past.person(number, then_of(at))
        return str(person.name) if person is not None else f"P-{number}"

    return owner_text(each.owner, name_of) if each.owner else ""


def _first(state: State) -> Instant | None:
    dues = [each.due for each in state.passes if each.due is not None and each.waiting != "branches"]
    return min(dues, default=None)


def _of_none(world: World, past: Past, answer: Answer, about: tuple[int, str, Instant], where: str) -> None:
    """No run: it is said to have not begun, and because of what the engine itself recorded of the newest event."""
    person, journey, at = about
    assert answer.verdict in ("not started", "held"), f"{where}: nothing has begun"
    assert not answer.evidence.run, where
    kept = past.current(journey, then_of(at))
    assert kept is not None, "every journey is published before anything happens"
    for trigger in kept.plan.starts:
        row = _newest(world, person, trigger.event, at) if trigger.event else None
        if trigger.event and row is None:
            assert any(each.rule == "no event seen" for each in answer.because), f"{where}: no {trigger.event} had come"
        elif row is not None:
            _of_an_event(world, answer, row, (person, journey, trigger.name), where)


def _newest(world: World, person: int, kind: str, at: Instant) -> KeptLedgerRow | None:
    ask = (
        "SELECT * FROM ledger WHERE person = ? AND kind = ? AND at <= ? AND disposition <> ? "
        "AND event IS NOT NULL ORDER BY seq DESC LIMIT 1"
    )
    found = world.rows(ask, person, kind, to_millis(at), DISPOSITION["duplicate"])
    return KeptLedgerRow(*found[0]) if found else None


def _of_an_event(world: World, answer: Answer, row: KeptLedgerRow, about: tuple[int, str, str], where: str) -> None:
    """The rule that the engine recorded is the one told, and each value that is shown is the one that was known.

    Where the event moved a run of another journey, its row has that run's reasons, and nothing is recorded of this start.
    """
    person, journey, start = about
    held = [HeldRow(*each) for each in world.rows("SELECT * FROM held WHERE seq = ?", row.seq)]
    if row.disposition == DISPOSITION["held"]:
        assert answer.verdict == "held" or (held and held[0].ended is not None), f"{where}: the event is held"
        return
    rules = {
        each.rule for each in reasons_of(row) if each.seen.get("journey") == journey and each.seen.get("start") == start
    }
    told = {each.rule for each in answer.because if each.when == to_instant(row.at)}
    assert rules <= told | {"already"}, f"{where}: the engine said {rules}, why said {told}"
    known = _known(world, person, row)
    for each in answer.because:
        path = each.subject.removeprefix("person.")
        if each.when == to_instant(row.at) and each.subject.startswith("person.") and "." not in path:
            value = value_text(field_value(known, path), str, ZONE)
            assert each.seen[each.subject] == value, f"{where}: {each.subject} was {value}"


def _known(world: World, person: int, row: KeptLedgerRow) -> Person:
    """The version that was known when that row was decided."""
    ask = (
        "SELECT seq, version, body FROM person_version WHERE person = ? UNION ALL "
        "SELECT seq, version, body FROM person WHERE id = ? ORDER BY 2"
    )
    bodies = [body for seq, _, body in world.rows(ask, person, person) if seq <= row.seq]
    return coding.unpack(bodies[-1], Person)


# The property and its twins

CHANGES = st.builds(
    Hr,
    st.sampled_from(HOURS),
    st.integers(0, 4),
    st.sampled_from(
        ((("level", "5"),), (("level", "1"),), (("level", "3"),), (("country", "NL"),), (("boss", "cem"),))
    ),
)
"""What begins a promotion, and mostly what does not."""


def changing(script: Script, more: list[Hr]) -> Script:
    """The script, with more that the HR system tells."""
    return structs.replace(script, happens=(*script.happens, *more))


WORLDS = st.builds(changing, scripts(About(("promotion", "campaign"))), st.lists(CHANGES, min_size=3, max_size=9))


def property_of(answerer: Answerer, how: settings = USUAL) -> None:
    """Look for a world in which what is answered is not what was done."""

    @how
    @given(WORLDS)
    def look(script: Script) -> None:
        witness = Witness()
        lived(script, Mechanisms(), witness, lambda world: says_what_was_done(world, witness, answerer))

    look()


def must_fail(answerer: Answerer) -> None:
    """The twin: somebody who answers wrong is found out."""
    with pytest.raises(AssertionError):
        property_of(answerer, TWIN)


def test_what_why_says_is_what_the_engine_did_in_any_world() -> None:
    property_of(why)


def as_of_today(past: Past, question: Question) -> Answer:
    """Tells what is known now of what was known then."""
    newest = past.store.database.read("SELECT max(at) FROM batch")[0][0]
    return why(past, structs.replace(question, at=to_instant(int(newest))))


def the_wrong_owner(past: Past, question: Question) -> Answer:
    """Names Ann, whoever it is up to."""
    answer = why(past, question)
    waiting = tuple(structs.replace(each, owner="Ann Person") for each in answer.waiting_for)
    return structs.replace(answer, waiting_for=waiting)


def another_value(past: Past, question: Question) -> Answer:
    """Tells the person's value of today as the one that decided."""
    answer = why(past, question)
    person = past.versions(int(question.who.removeprefix("P-")))[-1].person
    told = []
    for each in answer.because:
        path = each.subject.removeprefix("person.")
        seen: dict[str, Any] = dict(each.seen)
        if each.subject.startswith("person.") and "." not in path:
            seen[each.subject] = value_text(field_value(person, path), str, ZONE)
        told.append(structs.replace(each, seen=seen))
    return structs.replace(answer, because=tuple(told))


def nobody_acts(past: Past, question: Question) -> Answer:
    """Foretells that nothing comes of it when a time is up."""
    answer = why(past, question)
    waiting = tuple(structs.replace(each, otherwise="the journey waits on") for each in answer.waiting_for)
    return structs.replace(answer, waiting_for=waiting)


def not_said(past: Past, question: Question) -> Answer:
    """Says that a run waits, also once it is over."""
    answer = why(past, question)
    return structs.replace(answer, verdict="waiting") if answer.verdict == "stopped" else answer


@pytest.mark.parametrize("answerer", [as_of_today, the_wrong_owner, another_value, nobody_acts, not_said])
def test_somebody_who_answers_wrong_is_found_out(answerer: Answerer) -> None:
    must_fail(answerer)
