"""The list behind a number of a report: each of its runs or handoffs as a line, fetched a page at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Final, NamedTuple

from msgspec import Struct, structs

from handrail.insight.desk.closed import answers_of
from handrail.insight.desk.waiting import by_key
from handrail.insight.lists import Names
from handrail.insight.past import Past
from handrail.store.kept.lapses import lapse_of
from handrail.store.moments import OVER, PHASES, to_instant
from handrail.store.rows import HandoffRow, RunRow
from handrail.terms import coding
from handrail.terms.event import Answer
from handrail.terms.person import Person, own_ids_of
from handrail.terms.plan import NONE
from handrail.terms.values import Instant

_OPEN: Final = "SELECT * FROM handoff WHERE closed IS NULL AND pass > 0 AND run {in}"


class Behind(Struct, frozen=True):
    """One run, or one handoff (`pass_` not 0) of one: about whom, since when, until when, and how it stands now.

    Of a handoff that was late, `limit` is the one that passed first, and `had_name` who had it then; `answered_name` is
    who answered one that is closed. Of a run, `step`, `owner_name` and `due` are those of the handoff in it that is
    most behind: pass `at`, opened at `at_since`; there are `others` open beside it.
    """

    run: int
    pass_: int
    person: int
    person_name: str
    department: str
    site: str
    journey: str
    title: str
    step: str
    owner_name: str
    since: Instant
    due: Instant | None
    ended: Instant | None
    state: str
    limit: Instant | None = None
    had_name: str = ""
    answered_name: str = ""
    at: int = 0
    at_since: Instant | None = None
    others: int = 0


class _Known(NamedTuple):
    """What the lines are made of; `open_` are the open handoffs of runs, the one that is most behind first."""

    past: Past
    names: Names
    people: Mapping[int, Person]
    open_: Mapping[int, Sequence[HandoffRow]]
    answers: Mapping[tuple[int, int], Answer]


def behind(past: Past, keys: Sequence[tuple[int, int]]) -> tuple[Behind, ...]:
    """The lines of these (run, pass), in the same order; what was erased meanwhile is left out."""
    runs = past.store.runs_by_id(sorted({run for run, _ in keys})) if keys else {}
    handoffs = {(row.run, row.pass_): row for row in by_key(past, [key for key in keys if key[1]])} if keys else {}
    known = _known(past, runs, handoffs, {run for run, pass_ in keys if not pass_})
    return tuple(
        _of_handoff(known, runs[run], handoffs[run, pass_]) if pass_ else _of_run(known, runs[run])
        for run, pass_ in keys
        if run in runs and (not pass_ or (run, pass_) in handoffs)
    )


def _known(
    past: Past, runs: Mapping[int, RunRow], handoffs: Mapping[tuple[int, int], HandoffRow], alone: Set[int]
) -> _Known:
    """`alone` are the runs that stand for themselves."""
    persons = past.store.persons(sorted({run.person for run in runs.values()})) if runs else {}
    people = {number: coding.unpack(row.body, Person) for number, row in persons.items()}
    closed = sorted({row.run for row in handoffs.values() if row.closed is not None})
    answers = answers_of(past, closed) if closed else {}
    open_ = _open(past, sorted(number for number in alone if number in runs and runs[number].phase not in OVER))
    seen = [*handoffs.values(), *(row for rows in open_.values() for row in rows)]
    had = [lapse.owner for row in seen if (lapse := lapse_of(row.lapse)) is not None]
    names = Names(past)
    said = [name for each in answers.values() for name in (each.by, each.for_)]
    names.fetch([*people, *own_ids_of([*(row.owner for row in seen), *had, *said])])
    return _Known(past, names, people, open_, answers)


def _open(past: Past, runs: Sequence[int]) -> dict[int, list[HandoffRow]]:
    found = dict[int, list[HandoffRow]]()
    for row in [HandoffRow(*each) for each in past.store.database.read_in(_OPEN, runs)] if runs else ():
        found.setdefault(row.run, []).append(row)
    for rows in found.values():
        rows.sort(key=lambda row: (not row.late, row.due is None, row.due or 0, row.pass_))
    return found


def _of_run(known: _Known, run: RunRow) -> Behind:
    open_ = known.open_.get(run.id, ())
    row = open_[0] if open_ else None
    line = _line(known, run, row)
    return structs.replace(
        line,
        pass_=0,
        since=to_instant(run.begun),
        ended=_moment(run.ended),
        state=PHASES[run.phase],
        at=row.pass_ if row is not None else 0,
        at_since=to_instant(row.opened) if row is not None else None,
        others=max(0, len(open_) - 1),
    )


def _of_handoff(known: _Known, run: RunRow, row: HandoffRow) -> Behind:
    answer = known.answers.get((row.run, row.pass_)) if row.closed is not None else None
    return structs.replace(_line(known, run, row), answered_name=_answered(answer, known.names))


def _answered(answer: Answer | None, names: Names) -> str:
    if answer is None:
        return ""
    return names.owner(answer.by) + (f", in the name of {names.owner(answer.for_)}" if answer.for_ else "")


def _line(known: _Known, run: RunRow, row: HandoffRow | None) -> Behind:
    plan, names, person = known.past.plans[run.plan].plan, known.names, known.people.get(run.person)
    line = Behind(
        run=run.id,
        pass_=0,
        person=run.person,
        person_name=names.of(run.person),
        department=_text(person.department) if person is not None else "",
        site=_text(person.location) if person is not None else "",
        journey=plan.journey,
        title=plan.title,
        step="",
        owner_name="",
        since=to_instant(run.begun),
        due=None,
        ended=None,
        state="",
    )
    if row is None:
        return line
    lapse = lapse_of(row.lapse)
    return structs.replace(
        line,
        pass_=row.pass_,
        step=plan.steps[row.step].name if row.step != NONE else "",
        owner_name=names.owner(row.owner) if row.owner else "",
        since=to_instant(row.opened),
        due=_moment(row.due),
        ended=_moment(row.closed),
        state="closed" if row.closed is not None else "open",
        limit=to_instant(lapse.due) if lapse is not None else None,
        had_name=names.owner(lapse.owner) if lapse is not None else "",
    )


def _moment(millis: int | None) -> Instant | None:
    return None if millis is None else to_instant(millis)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
