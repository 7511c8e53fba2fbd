"""A small company at work: the real engine on a store in memory, four journeys, and people who are told of by hand.

Each scene of the tests is a few lines: who is told of when, what is answered, and then the question.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from msgspec import structs
from tests.journeys.catalog import catalog

from handrail.calendar.holidays import Place, build
from handrail.engine.engine import Engine
from handrail.engine.items import Arrived, ForRun, PersonMade, Receipt, Swept
from handrail.insight.answer import Answer
from handrail.insight.past import Past
from handrail.insight.why import Question, why
from handrail.language.compile import Compiled, compile_text
from handrail.people.ports import SyncRecord
from handrail.store import rows
from handrail.store.batch import Batch
from handrail.store.moments import to_instant, to_millis
from handrail.store.opening import MEMORY, open_store
from handrail.store.reading import Runs
from handrail.terms import coding
from handrail.terms.event import Answer as Answered
from handrail.terms.event import Event, Outcome, Stopped
from handrail.terms.organization import Organization, Team
from handrail.terms.person import Origin, Person
from handrail.terms.values import Fields, Instant, Value

JOURNEYS = Path(__file__).parent / "journeys"
TEAMS = ("leadership-development", "learning-operations", "people-experience", "assessment")
ANN, BEN, CAT, DAN, EVE = 1, 2, 3, 4, 5
"""Ann leads everybody, Ben is Cat's and Dan's manager; Eve leads the teams."""


def march(day: int, hour: int = 9, minute: int = 0) -> Instant:
    """A moment of March 2026, in UTC."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@cache
def organization() -> Organization:
    """Acme in Berlin, with four teams that Eve leads."""
    berlin = build("berlin", Place("Europe/Berlin", "DE"), range(2025, 2029))
    teams = {name: Team(name, EVE, (EVE,)) for name in TEAMS}
    return Organization(
        "Acme", "Europe/Berlin", "en", "team:learning-operations", "berlin", {"berlin": berlin}, {}, teams,
        lists={"countries-of-the-program": ("DE", "FR", "NL")},
    )  # fmt: skip


PUBLISHED = march(2)


@cache
def _compiled(name: str) -> Compiled:
    file = JOURNEYS / f"{name}.yaml"
    return compile_text(file.read_text(encoding="utf-8"), f"journeys/{name}.yaml", catalog())


class Company:
    """The engine, its people, and what can happen to them."""

    def __init__(self, *journeys: str, published: Instant = PUBLISHED, url: str = MEMORY) -> None:
        self.store = open_store(url)
        self.now = published
        self.engine = Engine(self.store, organization(), catalog(), lambda: self.now)
        self.people: dict[int, Person] = {}
        for number, name, manager in ((ANN, "Ann Archer", None), (BEN, "Ben Busch", ANN), (EVE, "Eve Engel", ANN)):
            self.appear(number, name, march(1), manager=manager, level=5.0)
        for name in journeys:
            self.publish(name, published)

    def publish(self, name: str, at: Instant) -> None:
        compiled = _compiled(name)
        self.engine.publish(compiled.plan, compiled.places, at)

    # People

    def appear(self, number: int, name: str, at: Instant, **fields: object) -> None:
        """A source's first file makes somebody known; it starts nothing."""
        self._made(self._new(number, name, at, fields), "person.appeared", at, {})

    def hire(self, number: int, name: str, at: Instant, **fields: object) -> Receipt:
        """Somebody new is told of."""
        return self._made(self._new(number, name, at, fields), "person.hired", at, {"again": False})

    def change(self, number: int, at: Instant, kind: str = "person.changed", **fields: object) -> Receipt:
        """The HR system says something else of somebody."""
        before = self.people[number]
        said: dict[str, object] = {"version": before.version + 1, "origin": Origin("hris", at), **fields}
        person = structs.replace(before, **said)
        return self._made(person, kind, at, {})

    def _new(self, number: int, name: str, at: Instant, fields: Mapping[str, object]) -> Person:
        usual = {"country": "DE", "status": "active", "contract": "permanent", "manager": BEN, "level": 3.0}
        email = name.split(" ")[0].lower() + "@acme.example"
        return Person(
            number,
            1,
            Origin("hris", at),
            name=name,
            given_name=name.split(" ")[0],
            email=email,
            **{**usual, **fields},  # type: ignore[arg-type]
        )

    def _made(self, person: Person, kind: str, at: Instant, fields: Mapping[str, Value]) -> Receipt:
        self.now = at
        known = person.version > 1
        event = Event(
            kind,
            at,
            person.id,
            "hris",
            fields=Fields(fields),
            before_version=person.version - 1,
            after_version=person.version,
        )
        self.people[person.id] = person
        key = rows.PersonKeyRow("hris", f"0100{person.id:02}", person.id, b"")
        made = PersonMade(person, (event,), None, 1, known)
        return self.engine.take([made], at, lambda batch, _: batch.person_keys.append(key))[0]

    # What happens

    def tell(self, kind: str, person: int, at: Instant, **fields: Value) -> Receipt:
        """A connected system tells of somebody."""
        self.now = at
        event = Event(kind, at, person, kind.partition(".")[0], fields=Fields(fields))
        return self.engine.take([Arrived(event)], at)[0]

    def sweep(self, journey: str, trigger: str, at: Instant, *persons: int) -> list[Receipt]:
        """A schedule's moment has come and looks at these people."""
        self.now = at
        receipts = self.engine.take([Swept(journey, trigger, person) for person in persons], at)
        self.looked(journey, trigger, at, at)
        return receipts

    def looked(self, journey: str, trigger: str, moment: Instant, ended: Instant | None, **counts: bool) -> None:
        """What the engine keeps of a schedule's look: when it was over (None: not yet), and whether it was skipped."""
        done = None if ended is None else to_millis(ended)
        row = rows.SweepRow(f"{journey}/{trigger}", to_millis(moment), 0, done, coding.pack(counts))
        self.store.commit(Batch(to_millis(self.now), sweeps=[row]))

    def run(self, person: int, journey: str) -> int:
        """The person's newest run of a journey."""
        found = [row.id for row in self.store.runs(Runs(journey, person=person))]
        return found[-1]

    def answer(self, run: int, by: int, word: str, at: Instant) -> Receipt:
        """Somebody answers the open handoff of a run."""
        self.now = at
        (handoff,) = [row for row in self.store.handoffs_of_run(run) if row.closed is None]
        return self.engine.take([ForRun(run, Answered(handoff.pass_, at, f"person:{by}", word))], at)[0]

    def confirm(self, run: int, at: Instant) -> None:
        """The far side confirms every call of a run that waits."""
        self.now = at
        for effect in self.store.effects_of(run):
            if effect.state == 0:
                self.engine.take([ForRun(run, Outcome(effect.pass_, effect.rung, at, "confirmed"))], at)

    def end(self, person: int, journey: str, at: Instant) -> None:
        """Somebody stops a run from outside."""
        self.now = at
        self.engine.take([ForRun(self.run(person, journey), Stopped(at, "ended by hand"))], at)

    def wait_until(self, at: Instant) -> None:
        """Time passes, and what comes due is decided."""
        while (due := self.store.oldest_overdue(to_millis(at) + 1)) is not None:
            self.now = max(self.now, to_instant(due))
            self.engine.due(self.now)
        self.now = at

    def hold(self, key: str, at: Instant, file: str, line: int) -> None:
        """A row of a file is held: its column is gone."""
        reason = 'the column "dept_code" is not in the file'
        arrived = SyncRecord("hris", "workers", "", file, "", at, at, "team:people-experience", 1, "applied")
        sync = rows.SyncRow(
            1,
            "hris",
            file,
            b"",
            "",
            to_millis(at),
            to_millis(at),
            "applied",
            0,
            None,
            None,
            None,
            "",
            coding.pack(arrived),
        )
        held = rows.SyncLineRow(
            1,
            line,
            key,
            "held",
            f"department: {reason}",
            "team:people-experience",
            "department",
            None,
            None,
            None,
            "",
            "",
            line,
        )
        self.store.commit(Batch(to_millis(at), syncs=[sync], sync_lines=[held]))

    def keep_settings(self) -> None:
        """Keep the organization in the store, as publishing does."""
        body = coding.pack(organization())
        row = rows.SettingsRow(coding.digest(body).hex(), 0, body)
        self.store.commit(Batch(to_millis(self.now), settings=[row]))

    # Questions

    def past(self) -> Past:
        return Past(self.store, organization())

    def why(self, who: str, journey: str = "", at: Instant | None = None) -> Answer:
        return why(self.past(), Question(who, at or self.now + timedelta(minutes=1), journey))


def told(answer: Answer) -> str:
    """An answer as a text to compare with: the sentence, then a line for each thing it rests on."""
    lines = [f"[{answer.verdict}] {answer.sentence}"]
    lines += [f"  {each.place or '-'} {each.rule}: {each.text}" for each in answer.because]
    lines += [f"  fine: {text}" for text in answer.ruled_out]
    lines += [
        f"  waits for {each.what}, {each.owner}, due {each.due:%m-%d %H:%M}" for each in answer.waiting_for if each.due
    ]
    if answer.next_chance is not None:
        at = f" on {answer.next_chance.at:%Y-%m-%d %H:%M}" if answer.next_chance.at else ""
        lines.append(f"  next: {answer.next_chance.cause}{at}")
    return "\n".join(lines)


__all__ = ["ANN", "BEN", "CAT", "DAN", "EVE", "Company", "march", "told"]
