"""A store with many people and runs, for measuring pages: a part of it worked out by the real engine, the rest copies of that.

People come from Acme's first HR file by a real sync; four journeys are taken to where runs of each kind stand: waiting in
time and late, answered, finished, stopped, paused, waiting for release, waiting for a call. A copy has other people with
the same names, runs of its own with their states, handoffs, calls, messages and ledger, all with their own numbers. At last
a changed journey lies in the folder, and is previewed over all who are in it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeVar

from msgspec import structs

from handrail.app.moving.changing import preview
from handrail.app.publishing import publish
from handrail.app.runtime import Runtime
from handrail.engine.engine import Engine
from handrail.engine.items import ForRun, Item, Swept
from handrail.intake.filing import Filing
from handrail.people.sync import Moment
from handrail.store import rows
from handrail.store.batch import Batch
from handrail.store.opening import Store
from handrail.terms import coding
from handrail.terms.event import Answer
from handrail.terms.person import Person
from handrail.terms.state import State
from handrail.terms.values import Instant

T = TypeVar("T")
ACME: Final = Path(__file__).resolve().parents[1] / "examples" / "acme"
MORNING: Final = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
SLICE: Final = 2_000
JOURNEYS: Final = {
    "policy": """
journey: policy
title: The policy, read
purpose: Everybody has read the policy.
accountable: team:compliance
starts: { yearly: { every: year on 2 March at 06:00, for: person.status is "active" } }
once: per person
defaults: { owner: team:compliance, within: 5 business days, if_late: { stop: nobody did it }, if_fails: { stop: could not be done } }
steps:
  read:
    ask: learner
    todo: Read the policy.
    within: 10 business days
    if_late: [ { hand_to: manager, within: 5 business days }, { stop: not read } ]
""",
    "talk": """
journey: talk
title: A talk with the manager
purpose: Everybody has talked with their manager.
accountable: team:people-experience
starts: { yearly: { every: year on 2 March at 06:00, for: person.status is "active" } }
once: per person
defaults: { owner: team:people-experience, within: 5 business days, if_late: { stop: nobody did it }, if_fails: { stop: could not be done } }
steps:
  talk:
    ask: manager or team:people-experience
    todo: Talk with {person.name}.
    within: 20 business days
    if_late: { skip: no talk }
  settle: { pause: 60 days }
""",
    "course": """
journey: course
title: The course of the year
purpose: Everybody has done the course.
accountable: team:learning-operations
starts: { yearly: { every: year on 2 March at 06:00, for: person.status is "active" } }
once: per person
pause_while: person.level > 5
defaults: { owner: team:lms-admins, within: 5 business days, if_late: { stop: nobody did it }, if_fails: { stop: could not be done } }
steps:
  enroll: { do: lms.enroll, with: { course: YEAR-1 } }
  done:
    wait: lms.completed
    where: event.course is "YEAR-1"
    owner: learner
    within: 30 days
    if_late: { stop: not done }
""",
    "ready": """
journey: ready
title: Ready for the season
purpose: A few begin each day.
accountable: team:site-training
starts: { yearly: { every: year on 2 March at 06:00, for: person.status is "active" } }
once: per person
limit: 4500 people a day
defaults: { owner: team:site-training, within: 5 business days, if_late: { stop: nobody did it }, if_fails: { stop: could not be done } }
steps:
  look:
    wait: assessment.scored
    where: event.assessment is not empty
    owner: learner
    within: 15 days
    if_late: { stop: not looked at }
""",
}


class Clock:
    """A clock that stands where it is set."""

    def __init__(self) -> None:
        self.now = MORNING

    def __call__(self) -> Instant:
        return self.now


def build(folder: Path, people: int, runs: int) -> Instant:
    """Make the company in `folder`; the moment at which it stands."""
    shutil.copytree(ACME, folder / "acme")
    for name, text in JOURNEYS.items():
        (folder / "acme" / "journeys" / f"{name}.yaml").write_text(text.lstrip(), "utf-8")
    clock = Clock()
    runtime = Runtime.at_rest(folder / "acme", f"sqlite:///{folder / 'handrail.db'}", clock)
    try:
        known = _hire(runtime, clock)[:people]
        _begin(runtime, clock, known[: max(1, runs * len(known) // (people * len(JOURNEYS)) or len(known))])
        _live(runtime, clock)
        grow(runtime.store, people, runs)
        _change(runtime)
        clock.now += timedelta(days=2)  # what was copied is of the day before yesterday
        return clock.now
    finally:
        runtime.close()


def _change(runtime: Runtime) -> None:
    """A new version of the course lies in the folder, and what it would do to everybody in it is looked at: M-1."""
    path = runtime.workspace.folder / "journeys" / "course.yaml"
    path.write_text(path.read_text("utf-8").replace("within: 30 days", "within: 45 days"), "utf-8")
    runtime.read_again()
    preview(runtime, "course", "the bench")


def _hire(runtime: Runtime, clock: Clock) -> list[int]:
    """Take in the first HR file, publish, and give the ids of everybody who works there."""
    mapping = runtime.mapping_of("hris")
    assert mapping is not None, "Acme has it"
    filing = Filing(runtime.directory(), mapping)
    filing.take_in(ACME / "hr" / "workers-2026-03-02.csv", Moment(clock(), "Europe/Berlin"))
    publish(runtime, "the bench", those_there=False)
    _all_due(runtime.engine, clock)
    found = runtime.store.database.look("SELECT id FROM person WHERE status = 'active' ORDER BY id")
    return [int(number) for (number,) in found]


def _begin(runtime: Runtime, clock: Clock, people: Sequence[int]) -> None:
    for journey in JOURNEYS:
        _take(runtime.engine, clock, (Swept(journey, "yearly", person) for person in people))


def _live(runtime: Runtime, clock: Clock) -> None:
    """Days go by: two in three answer what they are asked, the others are late; some are handed on, some stopped."""
    engine = runtime.engine
    for day in (2, 7, 16, 24):
        clock.now = MORNING + timedelta(days=day, hours=3)
        _all_due(engine, clock)
        found = engine.store.database.look(
            "SELECT h.run, h.pass, h.owner FROM handoff h JOIN run r ON r.id = h.run JOIN plan p ON p.id = r.plan "
            "WHERE h.closed IS NULL AND p.journey IN ('policy', 'talk') AND (h.run * 7 + ?) % 10 < 2 AND h.owner LIKE 'person:%'",
            (day,),
        )
        _take(
            engine,
            clock,
            (ForRun(int(run), Answer(int(pass_), clock(), str(owner), "done")) for run, pass_, owner in found),
        )
    clock.now += timedelta(hours=9)  # some limits pass while nobody looks


def _take(engine: Engine, clock: Clock, items: Iterable[Item]) -> None:
    for some in _slices(items, 300):
        engine.take(some, clock())


def _all_due(engine: Engine, clock: Clock) -> None:
    while engine.due(clock()):
        pass


# Copies


def grow(store: Store, people: int, runs: int) -> None:
    """Copy everybody and everything about them until there are so many people and runs."""
    base = {int(row[0]): rows.PersonRow(*row) for row in store.database.look("SELECT * FROM person ORDER BY id")}
    with_runs = {
        row.id: row for row in (rows.RunRow(*each) for each in store.database.look("SELECT * FROM run ORDER BY id"))
    }
    ahead, copy = (max(base), max(with_runs)), 0
    while len(base) * (copy + 1) < people or len(with_runs) * (copy + 1) < runs:
        copy += 1
        _copy(store, base, with_runs, (ahead[0] * copy, ahead[1] * copy), runs - len(with_runs) * copy)


def _copy(
    store: Store,
    base: dict[int, rows.PersonRow],
    with_runs: dict[int, rows.RunRow],
    off: tuple[int, int],
    left: int,
) -> None:
    for some in _slices(base.values(), SLICE):
        persons = [_person(row, off[0]) for row in some]
        keys = [rows.PersonKeyRow("copy", f"{off[0] + row.id}", off[0] + row.id, b"copy") for row in some]
        store.commit(Batch(at=0, new_persons=persons, person_keys=keys))
    for some_runs in _slices(list(islice(with_runs.values(), max(left, 0))), SLICE):
        store.commit(_runs(store, some_runs, off))


def _person(row: rows.PersonRow, off: int) -> rows.PersonRow:
    person = coding.unpack(row.body, Person)
    manager = person.manager + off if isinstance(person.manager, int) else person.manager
    body = coding.pack(structs.replace(person, id=person.id + off, manager=manager))
    return row._replace(id=row.id + off, manager=None if row.manager is None else row.manager + off, body=body)


def _runs(store: Store, some: Sequence[rows.RunRow], off: tuple[int, int]) -> Batch:
    """The copies of some runs, with all that hangs on them."""
    ids = [row.id for row in some]

    def of(kind: type[Any], table: str) -> list[Any]:
        return [kind(*row) for row in store.database.look_in(f"SELECT * FROM {table} WHERE run {{in}}", ids)]

    ledger = sorted(of(rows.KeptLedgerRow, "ledger"), key=lambda row: row.seq)
    numbers = dict(zip((row.seq for row in ledger), store.numbers("ledger", len(ledger)), strict=True))
    newest = store.database.look("SELECT at FROM ledger ORDER BY seq DESC LIMIT 1")[0][0]
    mine = _Shifted(off)
    return Batch(
        at=0,
        new_runs=[row._replace(id=row.id + off[1], person=row.person + off[0], last_seq=numbers[row.last_seq], state=mine.state(row.state)) for row in some],
        ledger=[
            rows.LedgerRow(numbers[row.seq], row.shard, newest, row.run + off[1], numbers.get(row.cause), row.person + off[0], *row[6:12])
            for row in ledger
        ],
        handoffs=[row._replace(run=row.run + off[1], person=row.person + off[0], owner=mine.owner(row.owner)) for row in of(rows.HandoffRow, "handoff")],
        effects=[row._replace(run=row.run + off[1], person=row.person + off[0], decided=numbers[row.decided]) for row in of(rows.EffectRow, "effect")],
        messages=[row._replace(run=row.run + off[1], receiver=mine.owner(row.receiver)) for row in of(rows.MessageRow, "message")],
        watches=[row._replace(person=row.person + off[0], run=row.run + off[1]) for row in of(rows.WatchRow, "watch")],
    )  # fmt: skip


class _Shifted:
    """Names of people and runs in what is copied."""

    def __init__(self, off: tuple[int, int]) -> None:
        self._off = off

    def owner(self, owner: str) -> str:
        kind, _, name = owner.partition(":")
        return f"person:{int(name) + self._off[0]}" if kind == "person" and name.isdigit() else owner

    def state(self, packed: bytes) -> bytes:
        state = coding.unpack(packed, State)
        passes = tuple(
            structs.replace(each, owner=self.owner(each.owner), asked=tuple(map(self.owner, each.asked)))
            for each in state.passes
        )
        return coding.pack(
            structs.replace(state, run=state.run + self._off[1], person=state.person + self._off[0], passes=passes)
        )


def _slices(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while some := list(islice(iterator, size)):
        yield some
