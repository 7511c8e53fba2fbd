"""A stage: real journeys with imagined people and systems, on a virtual clock, in memory.

    stage = Stage(Path("."), date(2026, 3, 2), journeys=["onboarding"])
    lena = stage.hire("Lena Learner", manager=stage.person("Mia Manager"))
    stage.when("course", Tells("lms.completed", {"course": "SAFE-001", "passed": True}, after=timedelta(days=3)))
    stage.pass_time(days=90)
    assert stage.timeline(lena) == …

Everything goes through the real engine, store, core and dispatcher; only the people, the far sides and the mail are imagined.
docs/how-to/test-a-journey.md shows it in use.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from pathlib import Path
from typing import Final

from handrail.app.organization import resolve, years_around
from handrail.calendar.zones import at_local, local_day
from handrail.connect.dispatcher import ConnectionDriver
from handrail.connect.port import Item
from handrail.connect.settling import Pace
from handrail.core.answers import offered
from handrail.engine.engine import MAIL_DRIVER, Engine
from handrail.engine.items import Arrived, ForRun, PersonMade, Receipt, Swept
from handrail.engine.items import Item as Work
from handrail.engine.mailing import Became, Mail, left
from handrail.engine.outbox import StoreOutbox, driver_name
from handrail.engine.rehearsal import Rehearsal, VirtualClock
from handrail.insight.past import Past
from handrail.insight.replay import replay
from handrail.store.moments import to_millis
from handrail.store.opening import MEMORY, open_store
from handrail.store.rows import HandoffRow
from handrail.terms import coding
from handrail.terms.event import Answer, Event
from handrail.terms.plan import NONE, Do, DoMove, Plan, Start
from handrail.terms.state import State
from handrail.terms.values import Fields, Instant
from handrail.testing.cast import SOURCE, Cast, Field, Somebody, value_of
from handrail.testing.far_side import FarSide, Refusal
from handrail.testing.ground import Ground, ground_of
from handrail.testing.script import Answers, Does, Nothing, Replies, Reply, Tells, replies_for
from handrail.testing.timeline import Recorder, call_text

BEGINS_AT: Final = time(9)


class Stage:
    """Journeys of a workspace (`source`: its folder), or one by its text, from 9:00 of `begin` on.

    `journeys`: only these of the workspace. `systems` are the far sides, by connection. Who makes many stages of one
    workspace reads it once with `ground_of`. Raises `JourneyProblems`.
    """

    def __init__(self, source: Path | str | Ground, begin: date, *, journeys: Sequence[str] = ()) -> None:
        ground = source if isinstance(source, Ground) else ground_of(source, journeys)
        self.catalog = ground.catalog
        zone = ground.settings.zone
        self.clock = VirtualClock(at_local(begin, BEGINS_AT, zone))
        store = open_store(MEMORY)
        self._cast = Cast(store, zone, begin)

        def look_up(addresses: Sequence[str]) -> Mapping[str, int]:
            return self._cast.settings_name(addresses, self.clock.now)

        organization = resolve(ground.settings, look_up, years_around(begin)).organization
        self.engine = Engine(store, organization, ground.catalog, self.clock)
        self.systems = far_sides(ground)
        self.rehearsal = Rehearsal(self.engine, [self._driver(each) for each in self.systems.values()], self.clock)
        self._recorder = Recorder(self.engine, self._cast.name_of, zone)
        self._script: dict[str, Replies] = {}
        self._opened: dict[tuple[int, str], int] = {}
        self._listen()
        self._publish(ground)

    # People

    def person(self, name: str, **fields: Field) -> Somebody:
        """Somebody who was there before; nothing starts by it. Fields are those of a person, empty where not given."""
        found = self._cast.known(name, fields, self.clock.now)
        self._cast.learners.append(found)
        return found

    def hire(self, name: str, **fields: Field) -> Somebody:
        """Somebody new, first day today unless `hired_on` says otherwise: `person.hired`."""
        made = self._cast.hired(name, fields, self.clock.now)
        found = self._cast.everybody[made.person.id]
        self._cast.learners.append(found)
        self._take([made])
        return found

    def change(self, who: Somebody, **fields: Field) -> None:
        """The HR system says something new of somebody: what `person.…` events it makes is decided as in a sync."""
        made = self._cast.changed(who, fields, self.clock.now)
        self._take([made] if made is not None else [])

    def leave(self, who: Somebody) -> None:
        """Today is their last day, and it is over: `person.left`."""
        self.change(who, status="left", left_on=self.today)

    def away(self, who: Somebody, until: date) -> None:
        """On leave from today until that day, included: `person.leave_began`, and on the day after `person.leave_ended`."""
        self.change(who, leave_from=self.today, leave_to=until)

    # What happens

    def told(self, kind: str, who: Somebody | None = None, **fields: Field) -> list[Receipt]:
        """A connected system tells of something that happened now; about nobody, it is told to everybody on the stage."""
        known = self.catalog.events.get(kind)
        if known is None:
            raise LookupError(f'No connection tells "{kind}". There are: {", ".join(sorted(self.catalog.events))}.')
        unknown = sorted(set(fields) - set(known.fields))
        if unknown:
            raise LookupError(f'"{kind}" has no "{unknown[0]}". It has: {", ".join(sorted(known.fields))}.')
        values = Fields({name: value_of(given) for name, given in fields.items()})
        about = who.id if who is not None else None
        return self._take([Arrived(Event(kind, self.clock.now, about, known.connection, "", values))])

    def begin(self, start: str, who: Somebody, **form: Field) -> Receipt:
        """Somebody asks for a journey by its `request`, with the form filled in; `start` is the name of that start."""
        plan, trigger = self._start(start)
        given = Fields({name: value_of(value) for name, value in form.items()})
        return self._take([Swept(plan.journey, trigger.name, who.id, given)])[0]

    def answer(self, step: str, word: str = "", *, about: Somebody | None = None, **form: Field) -> Receipt:
        """Whoever has the open handoff of the step answers it; `about`: of this person's run. LookupError: there is none."""
        rows = [row for row in self._open_handoffs() if about is None or row.person == about.id]
        found = [row for row in rows if self._step_of(row) == step]
        if not found:
            there = sorted({self._step_of(row) for row in rows})
            raise LookupError(f'Nobody has an open handoff of "{step}". Open are: {", ".join(there) or "none"}.')
        return self._answer(found[0], word, form)

    def when(self, step: str, *replies: Reply | tuple[Reply, ...]) -> None:
        """Each time the step opens, this happens by itself: the first time the first reply, … in the end the last again."""
        self._script[step] = replies

    def pass_time(self, *, days: int = 0, hours: int = 0) -> None:
        """Let so much time pass; everything that comes due on the way is done."""
        self.rehearsal.run_until(self.clock.now + timedelta(days=days, hours=hours))

    # What became of it

    @property
    def today(self) -> date:
        """The organization's date now."""
        return local_day(self.clock.now, self.engine.worlds.organization.zone)

    def timeline(self, who: Somebody) -> str:
        """What happened to somebody until now, as dated sentences."""
        self._recorder.look(self.clock.now)
        return self._recorder.lines_of(who.id)

    def over(self, who: Somebody) -> bool:
        """Whether no run of theirs is open."""
        return not self.engine.store.runs_by_person([who.id]).get(who.id)

    def decided_alike(self, who: Somebody) -> bool:
        """Whether every decision about them, made again from what is kept, comes out as it was recorded."""
        past = Past(self.engine.store, self.engine.worlds.organization)
        return all(replay(past, run).recomputed for run in past.runs(who.id))

    # Setting it up

    def _driver(self, system: FarSide) -> ConnectionDriver:
        at = to_millis(self.clock.now)
        epoch = self.engine.store.take_driver(driver_name(system.name), "stage", at, at, force=True)
        return ConnectionDriver(system.name, system, StoreOutbox(self.engine, SOURCE), Pace(), epoch)

    def _listen(self) -> None:
        """Note calls, messages and decisions as they are made."""
        store, at = self.engine.store, to_millis(self.clock.now)
        self.engine.mail_epoch = store.take_driver(MAIL_DRIVER, "stage", at, at, force=True)
        self.engine.mail = self._mailed
        for system in self.systems.values():
            system.on_asked = self._asked
        self._recorder.on_open = self._opens
        self.rehearsal.after_step = self._recorder.look

    def _publish(self, ground: Ground) -> None:
        for compiled in ground.journeys:
            self.engine.publish(compiled.plan, compiled.places, self.clock.now, "stage")

    # As it goes on

    def _take(self, items: Sequence[Work | PersonMade]) -> list[Receipt]:
        receipts = self.engine.take(items, self.clock.now) if items else []
        self._recorder.look(self.clock.now)
        return receipts

    def _asked(self, item: Item) -> None:
        """A call has left."""
        run = int(item.key.split("-")[1])
        self._recorder.look(self.clock.now)
        person = self.engine.store.runs_by_id([run])[run].person
        self._recorder.note(self.clock.now, person, call_text(item.action, dict(item.arguments), self._cast.name_of))

    def _mailed(self, mail: Mail) -> list[Became]:
        self._recorder.look(self.clock.now)
        for row in mail.rows:
            self._recorder.message(row, mail, self.clock.now)
        return left(mail)

    def _opens(self, row: HandoffRow, step: str, now: Instant) -> None:
        """A handoff has opened: put on the agenda what the script says."""
        times = self._opened[row.run, step] = self._opened.get((row.run, step), 0) + 1
        for reply in replies_for(self._script.get(step, Nothing()), times):
            if not isinstance(reply, Nothing):
                self._put(reply, row, now)

    def _put(self, reply: Answers | Tells | Does, row: HandoffRow, now: Instant) -> None:
        def act(_: Instant) -> None:
            match reply:
                case Tells():
                    self.told(reply.kind, self._cast.everybody[row.person], **reply.fields)
                case Does():
                    reply.act()
                case Answers():
                    still = [each for each in self._open_handoffs() if each[:2] == row[:2]]
                    if still:
                        self._answer(still[0], reply.word, reply.form)

        self.rehearsal.at(now + reply.after, act)

    def _answer(self, row: HandoffRow, word: str, form: Mapping[str, Field]) -> Receipt:
        """Raises LookupError when that is not offered."""
        run = self.engine.store.runs_by_id([row.run])[row.run]
        each = next(one for one in coding.unpack(run.state, State).passes if one.number == row.pass_)
        words = offered(self.engine.plans.by_number[run.plan], each)
        if word and word not in words:
            there = ", ".join(words) or "none"
            raise LookupError(f'"{word}" is no answer to "{self._step_of(row)}" now. There are: {there}.')
        filled = Fields({name: value_of(given) for name, given in form.items()})
        answer = Answer(row.pass_, self.clock.now, self._somebody(row.owner), word, filled)
        return self._take([ForRun(row.run, answer)])[0]

    def _somebody(self, owner: str) -> str:
        """The person who answers for an owner: of a team, its lead."""
        team = (
            self.engine.worlds.organization.teams.get(owner.removeprefix("team:"))
            if owner.startswith("team:")
            else None
        )
        return owner if team is None or team.lead is None else f"person:{team.lead}"

    def _open_handoffs(self) -> list[HandoffRow]:
        rows = self.engine.store.database.look("SELECT * FROM handoff WHERE closed IS NULL ORDER BY run, pass")
        return [HandoffRow(*row) for row in rows]

    def _step_of(self, row: HandoffRow) -> str:
        plan = self.engine.plans.by_number[self.engine.store.runs_by_id([row.run])[row.run].plan]
        return plan.steps[row.step].name if row.step != NONE else "the run"

    def _start(self, name: str) -> tuple[Plan, Start]:
        found = [
            (plan, each) for plan in self.engine.plans.current.values() for each in plan.starts if each.name == name
        ]
        if not found:
            raise LookupError(f'No journey on the stage has a start named "{name}".')
        return found[0]


def far_sides(ground: Ground) -> dict[str, FarSide]:
    """A far side for each connection that the journeys ask to do something."""
    asked = {action.partition(".")[0] for compiled in ground.journeys for action in _actions(compiled.plan)}
    return {
        name: FarSide(name, [each for each in ground.catalog.actions.values() if each.connection == name])
        for name in sorted(asked)
    }


def _actions(plan: Plan) -> Iterator[str]:
    yield from (step.body.action for step in plan.steps if isinstance(step.body, Do))
    yield from (move.action for ladder in plan.ladders for move in ladder.moves if isinstance(move, DoMove))


__all__ = ["Refusal", "Stage"]
