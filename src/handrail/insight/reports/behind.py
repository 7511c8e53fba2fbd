"""The list behind a number of a report: each of its runs or handoffs as a line, fetched a page at a time."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from handrail.insight.desk.waiting import by_key
from handrail.insight.lists import Names
from handrail.insight.past import Past
from handrail.store.moments import PHASES, to_instant
from handrail.store.rows import HandoffRow, RunRow
from handrail.terms import coding
from handrail.terms.person import Person, own_ids_of
from handrail.terms.plan import NONE
from handrail.terms.values import Instant


class Behind(Struct, frozen=True):
    """One run, or one handoff (`pass_` not 0) of one: about whom, since when, until when, and how it stands now."""

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


def behind(past: Past, keys: Sequence[tuple[int, int]]) -> tuple[Behind, ...]:
    """The lines of these (run, pass), in the same order; what was erased meanwhile is left out."""
    runs = past.store.runs_by_id(sorted({run for run, _ in keys})) if keys else {}
    handoffs = {(row.run, row.pass_): row for row in by_key(past, [key for key in keys if key[1]])} if keys else {}
    people = {
        number: coding.unpack(row.body, Person)
        for number, row in (past.store.persons(sorted({run.person for run in runs.values()})) if runs else {}).items()
    }
    names = Names(past)
    names.fetch([*people, *own_ids_of(row.owner for row in handoffs.values())])
    return tuple(
        _line(past, runs[run], handoffs.get((run, pass_)), people.get(runs[run].person), names)
        for run, pass_ in keys
        if run in runs and (not pass_ or (run, pass_) in handoffs)
    )


def _line(past: Past, run: RunRow, row: HandoffRow | None, person: Person | None, names: Names) -> Behind:
    plan = past.plans[run.plan].plan
    ended = run.ended if row is None else row.closed
    return Behind(
        run=run.id,
        pass_=row.pass_ if row is not None else 0,
        person=run.person,
        person_name=names.of(run.person),
        department=_text(person.department) if person is not None else "",
        site=_text(person.location) if person is not None else "",
        journey=plan.journey,
        title=plan.title,
        step=plan.steps[row.step].name if row is not None and row.step != NONE else "",
        owner_name=names.owner(row.owner) if row is not None and row.owner else "",
        since=to_instant(row.opened if row is not None else run.begun),
        due=to_instant(row.due) if row is not None and row.due is not None else None,
        ended=to_instant(ended) if ended is not None else None,
        state=PHASES[run.phase] if row is None else ("closed" if row.closed is not None else "open"),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
