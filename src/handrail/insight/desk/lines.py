"""Open handoffs as lines: what is asked, about whom, whose it is, until when, and what happens if nobody does anything.

Made by sets: the runs, the people and those above them are each fetched once for all lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from handrail.core.answers import form_of, offered
from handrail.core.draft import Draft
from handrail.core.program import program_of
from handrail.insight.answering.before import had_before
from handrail.insight.answering.otherwise import otherwise
from handrail.insight.answering.question import OpenHandoff, asked_text
from handrail.insight.desk.away import StandIn, stand_ins
from handrail.insight.lists import Names
from handrail.insight.past import Past, then_of
from handrail.insight.telling.sentences import what_is_awaited, what_they_do, who_tells
from handrail.insight.telling.wording import sentence
from handrail.people.worlds import calendar_for, named_in, persons_in
from handrail.store.moments import to_instant
from handrail.store.rows import HandoffRow
from handrail.terms import coding
from handrail.terms.organization import Calendar, Organization
from handrail.terms.person import Person, Record, own_ids_of
from handrail.terms.plan import NONE
from handrail.terms.state import State
from handrail.terms.values import Instant
from handrail.terms.world import Absence, World


class Line(Struct, frozen=True):
    """One open handoff. `what` is the question or task, else what is awaited, or done for it by whom it is about; `asks`: somebody can answer it.

    `owner` is as owners are written, `owner_name` as they are called: of one who is away with who acts for them; `before` names who had it before, the latest
    last. `otherwise` says what happens at `due` if nobody does anything: empty, where it hangs on what only its own page looks up. `snoozed`: nobody is
    reminded before. `unreached` says that no letter reaches the owner. `system` tells of what is done elsewhere for it (`lms`).
    """

    run: int
    pass_: int
    step: str
    journey: str
    title: str
    what: str
    asks: bool
    answers: tuple[str, ...]
    has_form: bool
    person: int
    person_name: str
    owner: str
    owner_name: str
    opened: Instant
    due: Instant | None
    late: bool
    state: str
    snoozed: Instant | None
    otherwise: str
    before: tuple[str, ...] = ()
    unreached: str = ""
    system: str = ""

    @property
    def key(self) -> str:
        """By what it is named: `12.1`, run and pass."""
        return f"{self.run}.{self.pass_}"

    @property
    def path(self) -> str:
        """Where its own page is."""
        return f"/handoffs/R-{self.run}/{self.pass_}"


class _Room(Struct, frozen=True):
    """Everybody whom the runs of all lines may name, as they are known now; fetched once."""

    organization: Organization
    people: Mapping[int, Person]
    calendars: Mapping[int, Calendar]
    absences: Mapping[int, Absence]
    names: Names
    away: Mapping[str, StandIn]
    before: Mapping[tuple[int, int], tuple[str, ...]]
    now: Instant


def lines(past: Past, rows: Sequence[HandoffRow], now: Instant, also: Iterable[int] = ()) -> tuple[Line, ...]:
    """A line for each, in the same order; one that was closed since it was found is left out.

    `also` are people whom somebody else needs: they are fetched with those of the lines.
    """
    if not rows:
        return ()
    found = [each for each in opened(past, rows) if each is not None]
    room = _room(past, found, now, also)
    return tuple(_line(each, room) for each in found)


def soonest_first(rows: Iterable[HandoffRow]) -> list[HandoffRow]:
    """Handoffs by when they are due, those without a limit of their own last."""
    return sorted(rows, key=lambda row: (row.due is None, row.due or 0, row.run, row.pass_))


def opened(past: Past, rows: Sequence[HandoffRow]) -> Iterator[OpenHandoff | None]:
    """Each as it stands in its run, in the same order; None for one that is over."""
    runs = past.store.runs_by_id(sorted({row.run for row in rows}))
    states = {number: coding.unpack(run.state, State) for number, run in runs.items() if run.state}
    for row in rows:
        state = states.get(row.run)
        each = next((each for each in state.passes if each.number == row.pass_), None) if state is not None else None
        run = runs.get(row.run)
        if each is None or run is None or state is None:
            yield None
        else:
            yield OpenHandoff(row, run, past.plans[run.plan], state, each)


def _room(past: Past, opened: Sequence[OpenHandoff], now: Instant, also: Iterable[int]) -> _Room:
    """Everybody around these runs, fetched at once."""
    then = then_of(now)
    organization, names = past.organization(then), Names(past)
    around = {*named_in(organization), *(one for each in opened for one in persons_in(each.state))}
    up = max((each.plan.needs.managers_up for each in opened), default=1)
    learners = {each.run.person for each in opened}
    before = had_before(past, [each.row for each in opened])
    owners = own_ids_of((*(each.row.owner for each in opened), *(owner for had in before.values() for owner in had)))
    numbers = past.fetch_with_managers({*around, *learners, *owners, *also}, up)
    people = {number: person for number in sorted(numbers) if (person := past.person(number, then)) is not None}
    names.fetch(numbers)
    calendars = {number: calendar_for(person, organization) for number, person in people.items()}
    absences = past.absences.known(then, {number: calendar.zone for number, calendar in calendars.items()})
    away = stand_ins(past, {each.row.owner for each in opened}, now)
    return _Room(organization, people, calendars, absences, names, away, before, now)


def _line(found: OpenHandoff, room: _Room) -> Line:
    row, each, plan = found.row, found.each, found.plan
    learner = room.people.get(found.run.person)
    draft = _draft(found, learner, room) if learner is not None else None
    answers = tuple(offered(plan, each))
    due = to_instant(row.due) if row.due is not None else None
    return Line(
        run=row.run,
        pass_=row.pass_,
        step=plan.steps[each.step].name if each.step != NONE else "",
        journey=plan.journey,
        title=plan.title,
        what=(asked_text(found, draft) if draft is not None else "")
        or (what_they_do(plan, each) if row.owner == f"person:{row.person}" else "")
        or sentence(f"Waits for {what_is_awaited(plan, each)}"),
        asks=bool(answers),
        answers=answers,
        has_form=bool(form_of(plan, each)),
        person=row.person,
        person_name=room.names.of(row.person),
        owner=row.owner,
        owner_name=room.away[row.owner].text if row.owner in room.away else room.names.owner(row.owner),
        opened=to_instant(row.opened),
        due=due,
        late=due is not None and due <= room.now,
        state=state_of(found, room.now),
        snoozed=each.aside,
        otherwise=otherwise(draft, each, room.names).text if draft is not None and not _hangs(found) else "",
        before=tuple(room.names.owner(owner) for owner in room.before[row[:2]]),
        system=who_tells(plan, each),
    )


def state_of(found: OpenHandoff, now: Instant) -> str:
    """How an open handoff stands, in a word or two: paused, late, snoozed, could not be done, handed on, open."""
    row, each = found.row, found.each
    if found.state.phase == "paused":
        return "paused"
    if row.due is not None and to_instant(row.due) <= now:
        return "late"
    if each.aside is not None:
        return "snoozed"
    if each.failed or each.beside is not None:
        return "could not be done"
    return "handed on" if row.escalated else "open"


def _hangs(found: OpenHandoff) -> bool:
    """Whether what happens next may hang on the learning record, which lines do not look up."""
    plan, each = found.plan, found.each
    late = plan.steps[each.step].contract.if_late if each.step != NONE else NONE
    ladder = each.ladder if each.ladder >= 0 else late
    moves = plan.ladders[ladder].moves if ladder != NONE else ()
    return plan.needs.record and any(move.only_if is not None for move in moves)


def _draft(found: OpenHandoff, learner: Person, room: _Room) -> Draft:
    """The run in the world of this moment, without the learning record."""
    world = World(learner, room.organization, None, room.people, room.absences, room.calendars, Record(), "")
    return Draft(program_of(found.plan), found.state, world, room.now)
