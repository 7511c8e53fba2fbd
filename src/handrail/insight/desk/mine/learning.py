"""*My learning*: what is next for a learner, why them, by when, and whom to ask; then what is behind them.

Only of the person who asks. What others have to do for them is said with the name of whoever has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from handrail.core.draft import Draft
from handrail.core.moves.finding import owner_of
from handrail.core.program import program_of
from handrail.insight.desk.lines import Line, lines, soonest_first
from handrail.insight.desk.mine.because import why_me
from handrail.insight.lists import Names
from handrail.insight.past import Past, PlanKept, then_of
from handrail.insight.telling.sentences import step_label, what_is_awaited
from handrail.insight.telling.wording import sentence_case
from handrail.people.worlds import calendar_for, named_in
from handrail.store.moments import PHASES, to_instant
from handrail.store.rows import HandoffRow, KeptLedgerRow, RunRow
from handrail.terms import coding
from handrail.terms.event import Event
from handrail.terms.organization import Organization
from handrail.terms.person import Person, Record, own_ids_of
from handrail.terms.plan import NONE, Ask, Do, Gather, Pause, Plan, Run, Together, Wait
from handrail.terms.state import State
from handrail.terms.values import Instant
from handrail.terms.world import World

OVER_MAX: Final = 20
OPEN_MAX: Final = 50
COMING_MAX: Final = 4
_SHOWN: Final = (Ask, Do, Gather, Pause, Run, Together, Wait)
"""The steps that a learner is told of: the others happen at once."""

_PLACES: Final = {"lms": "in the learning system", "assessment": "in the exam system"}
"""Where something is done that a system tells of, by the connection's name."""

_OPEN: Final = "SELECT * FROM run WHERE person = ? AND phase < 3 ORDER BY id LIMIT ?"
_OVER: Final = "SELECT * FROM run WHERE person = ? AND phase >= 3 ORDER BY id DESC LIMIT ?"
_HANDOFFS: Final = "SELECT * FROM handoff WHERE closed IS NULL AND run {in}"
_FIRST: Final = (
    "SELECT l.* FROM ledger l WHERE l.run {in} AND l.seq = (SELECT min(m.seq) FROM ledger m WHERE m.run = l.run)"
)


class Contact(Struct, frozen=True):
    """Whom to ask, and at which address (empty: none is known)."""

    name: str
    address: str


class MyJourney(Struct, frozen=True):
    """One open journey of mine. `why` is why I am in it, `purpose` what it is for.

    `mine` are handoffs that I have, `others` those that somebody else has for me; `waits_for` what it waits for where
    nobody has anything (a system, a date), until `next_moment`. `coming` are the next steps after what is open. `paused`
    says until when it stands still, in words.
    """

    run: str
    journey: str
    title: str
    purpose: str
    why: str
    since: Instant
    mine: tuple[Line, ...]
    others: tuple[Line, ...]
    waits_for: tuple[str, ...]
    next_moment: Instant | None
    coming: tuple[str, ...]
    phase: str
    ask: Contact


class Task(Struct, frozen=True):
    """One thing that is up to me: `line` says what and by when. `where` it is done (empty: on its own page), `why` me, and whom to `ask`.

    `otherwise` is what happens if I do nothing, said to me.
    """

    line: Line
    where: str
    why: str
    otherwise: str
    ask: Contact


class JourneyOver(Struct, frozen=True):
    """One that is over: how it ended (`finished`, `stopped`, `not released`), when and why."""

    run: str
    title: str
    ended: Instant
    how: str
    reason: str


class MyLearning(Struct, frozen=True):
    """A learner's own page, as of `at`. `next` is what they have to do, of all journeys, the soonest due first."""

    at: Instant
    person: int
    name: str
    next: tuple[Task, ...]
    journeys: tuple[MyJourney, ...]
    over: tuple[JourneyOver, ...]


class _Known(Struct, frozen=True):
    """What is looked up once for all journeys."""

    past: Past
    person: Person
    organization: Organization
    names: Names
    world: World
    now: Instant
    first: dict[int, KeptLedgerRow]


def my_learning(past: Past, person: int, now: Instant) -> MyLearning | None:
    """What is next for somebody, and what is behind them; None: nobody has this id."""
    then = then_of(now)
    found = past.person(person, then)
    if found is None:
        return None
    read, read_in = past.store.database.read, past.store.database.read_in
    runs = [RunRow(*row) for row in read(_OPEN, (person, OPEN_MAX))]
    over = [RunRow(*row) for row in read(_OVER, (person, OVER_MAX))]
    ids = [row.id for row in runs]
    handoffs = [HandoffRow(*row) for row in read_in(_HANDOFFS, ids)]
    known = _known(past, found, ids, now)
    shown = lines(past, soonest_first(handoffs), now)
    journeys = tuple(_journey(known, row, [line for line in shown if line.run == row.id]) for row in runs)
    of_run = {each.run: each for each in journeys}
    own = f"person:{person}"
    return MyLearning(
        now,
        person,
        known.names.of(person),
        tuple(_task(known, line, of_run[f"R-{line.run}"]) for line in shown if line.owner == own),
        journeys,
        tuple(_over(past, row) for row in over),
    )


def _known(past: Past, person: Person, runs: Sequence[int], now: Instant) -> _Known:
    then = then_of(now)
    organization = past.organization(then)
    above = [person.manager] if isinstance(person.manager, int) else []
    numbers = [*named_in(organization), *above]
    past.fetch(numbers)
    people = {number: each for number in numbers if (each := past.person(number, then)) is not None}
    calendars = {each.id: calendar_for(each, organization) for each in (*people.values(), person)}
    absences = past.absences.known(then, {number: calendar.zone for number, calendar in calendars.items()})
    rows = [KeptLedgerRow(*row) for row in past.store.database.read_in(_FIRST, list(runs))]
    names = Names(past)
    names.fetch([person.id, *numbers])
    world = World(person, organization, None, people, absences, calendars, Record(), "")
    return _Known(past, person, organization, names, world, now, {row.run: row for row in rows if row.run is not None})


def _journey(known: _Known, row: RunRow, open_lines: Sequence[Line]) -> MyJourney:
    kept, state = known.past.plans[row.plan], coding.unpack(row.state, State)
    own = f"person:{known.person.id}"
    first = known.first.get(row.id)
    event = known.past.event_of(first) if first is not None else None
    zone = calendar_for(known.person, known.organization).zone
    return MyJourney(
        f"R-{row.id}",
        kept.plan.journey,
        kept.plan.title,
        kept.plan.purpose,
        why_me(kept, first, event if isinstance(event, Event) else None, known.names.of, known.person, zone),
        to_instant(row.begun),
        tuple(line for line in open_lines if line.owner == own),
        tuple(line for line in open_lines if line.owner != own),
        tuple(_awaited(kept.plan, state, {line.pass_ for line in open_lines})),
        to_instant(row.wake_at) if row.wake_at is not None else None,
        tuple(_coming(kept.plan, state)),
        PHASES[row.phase],
        _contact(known, kept, state),
    )


def _task(known: _Known, line: Line, journey: MyJourney) -> Task:
    name = known.names.of(known.person.id)
    said = line.otherwise.replace(f"{name} is told", "you are told")
    return Task(line, "" if line.asks else _PLACES.get(line.system, ""), journey.why, sentence_case(said), journey.ask)


def _awaited(plan: Plan, state: State, told: set[int]) -> Iterator[str]:
    """What is open and nobody's handoff: a system that works, a date, a cohort."""
    for each in state.passes:
        if each.number not in told and each.waiting not in ("branches", "nothing"):
            yield sentence_case(what_is_awaited(plan, each))


def _coming(plan: Plan, state: State) -> Iterator[str]:
    """The steps after the last that is open, as far as the file's order says; branches may leave some of them out."""
    step = max((each.step for each in state.passes if each.step != NONE and each.beside is None), default=NONE)
    told = 0
    while step != NONE and told < COMING_MAX:
        step = _after(plan, step)
        if step != NONE and isinstance(plan.steps[step].body, _SHOWN):
            told += 1
            yield step_label(plan.steps[step])


def _after(plan: Plan, step: int) -> int:
    """The next step of its list, or of the list around that."""
    while step != NONE and plan.steps[step].next == NONE:
        step = plan.steps[step].parent
    return plan.steps[step].next if step != NONE else NONE


def _contact(known: _Known, kept: PlanKept, state: State) -> Contact:
    """Whoever is accountable for the journey, with an address."""
    owner = owner_of(Draft(program_of(kept.plan), state, known.world, known.now), ())
    return Contact(known.names.owner(owner), _address(known, owner))


def _address(known: _Known, owner: str) -> str:
    kind, _, name = owner.partition(":")
    team = known.organization.teams.get(name) if kind == "team" else None
    if team is not None and team.email:
        return team.email
    numbers = own_ids_of([owner])
    if team is not None:
        numbers = [number for number in (team.lead, *team.members) if number is not None]
    people = (known.world.people.get(number) for number in numbers)
    return next((each.email for each in people if each is not None and isinstance(each.email, str)), "")


def _over(past: Past, row: RunRow) -> JourneyOver:
    state = coding.unpack(row.state, State) if row.state else None
    ended = to_instant(row.ended if row.ended is not None else row.begun)
    reason = state.reason if state is not None else ""
    return JourneyOver(f"R-{row.id}", past.plans[row.plan].plan.title, ended, PHASES[row.phase], reason)
