"""What only the calendar brings: schedules that look for people, cohorts that leave, people whose status a date changes.

One row per (trigger, moment) says how far a sweep has come: a page of people is one commit, so a sweep that was
killed goes on where it stood. Moments missed asleep are swept once, each, or skipped, as the trigger says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from msgspec import structs

from handrail.calendar.schedules import moments, next_moment, parse_schedule
from handrail.calendar.zones import start_of_day
from handrail.engine.by_hand.absences import absences_due
from handrail.engine.by_hand.moving import Movings
from handrail.engine.by_hand.overrides import Endings
from handrail.engine.cohorts import Cohorts
from handrail.engine.deciding.telling import ABOUT_NOBODY
from handrail.engine.engine import Engine, More
from handrail.engine.items import Receipt, Swept
from handrail.intake.again import understood_now
from handrail.intake.sightings import dates_due
from handrail.store.batch import Batch
from handrail.store.moments import to_instant, to_millis
from handrail.store.rows import SweepRow
from handrail.terms import coding
from handrail.terms.event import Event
from handrail.terms.plan import Plan, Start, schedule_since
from handrail.terms.values import Instant

PAGE: Final = 2_000
DATES_AT_ONCE: Final = 300
MISSED_MAX: Final = 1_000
LOOK_EVERY: Final = timedelta(minutes=15)
"""Days begin at quarter hours at the finest, wherever people are."""

_EARLIEST_ZONE: Final = "Etc/GMT-14"
_LAST: Final = "SELECT max(moment) FROM sweep WHERE trigger = ?"
_OPEN: Final = "SELECT * FROM sweep WHERE trigger = ? AND ended IS NULL ORDER BY moment"
_TOLD: Final = "SELECT * FROM sweep WHERE ended IS NULL AND trigger LIKE '%#%' ORDER BY moment, trigger LIMIT 1"
_NEXT_DAY: Final = (
    "SELECT min(day) FROM (SELECT min(next_day) AS day FROM person WHERE next_day IS NOT NULL "
    "UNION ALL SELECT min(next_day) FROM absence WHERE next_day IS NOT NULL) AS days"
)
_PUBLISHED: Final = 'SELECT "from", plan FROM publication WHERE journey = ? ORDER BY "from" DESC'


class ClockDriver:
    """Schedules and dates of one organization. `due` does a page of what has come; `next_at` says when to ask again."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._store = engine.store
        self._next: dict[str, tuple[tuple[str, str], Instant]] = {}
        """The next moment of each trigger, with the schedule and the settings that it was reckoned from."""
        self._looked_for_dates: Instant | None = None
        self._looked_at_held: Instant | None = None
        self._cohorts = Cohorts(engine)
        self._endings = Endings(engine)
        self._movings = Movings(engine)
        self._telling: bool | None = None
        """Whether an event about nobody is being told to everybody; None: not looked yet."""
        engine.after_commit.append(self._heard)

    def due(self, now: Instant) -> int:
        """Do one page of what has come due: dates, held events, cohorts, then the oldest sweep. How many it concerned."""
        return (
            self._dates(now)
            or self._held(now)
            or self._cohorts.due(now)
            or self._endings.due(now)
            or self._movings.due(now)
            or self._sweep(now)
        )

    def next_at(self, now: Instant) -> Instant | None:
        """The next moment at which a schedule or a date comes."""
        coming = [self._next_of(plan, trigger, now) for plan, trigger in self._schedules()]
        others = (
            self._next_dates(now),
            self._cohorts.next_at(),
            self._endings.next_at(),
            self._movings.next_at(now),
            now if self._telling is not False else None,
        )
        return min([*coming, *(each for each in others if each is not None)], default=None)

    # Dates

    def _dates(self, now: Instant) -> int:
        if self._looked_for_dates is not None and now - self._looked_for_dates < LOOK_EVERY:
            return 0
        away = absences_due(self._engine, now, DATES_AT_ONCE)
        made = dates_due(self._store, now, self._engine.worlds.organization.zone, DATES_AT_ONCE)
        if not made:
            self._looked_for_dates = None if away else now
            return away
        self._engine.take(made, now)
        return len(made) + away

    def _next_dates(self, now: Instant) -> Instant | None:
        found = self._store.database.look(_NEXT_DAY)[0][0]
        if found is None:
            return None
        first = start_of_day(date.fromordinal(int(found)), _EARLIEST_ZONE)
        if first > now:
            return first
        looked = self._looked_for_dates
        return now if looked is None else max(looked + LOOK_EVERY, first)

    # Held events

    def _held(self, now: Instant) -> int:
        """Events that waited for somebody who is known by now, or for their own moment, are told."""
        if self._looked_at_held is not None and now - self._looked_at_held < LOOK_EVERY:
            return 0
        engine = self._engine
        found = understood_now(self._store, engine.catalog, now, engine.worlds.organization.zone, DATES_AT_ONCE)
        if len(found) < DATES_AT_ONCE:
            self._looked_at_held = now
        engine.take(found, now)
        return len(found)

    # Schedules

    def _schedules(self) -> list[tuple[Plan, Start]]:
        plans = self._engine.plans.current.values()
        return [(plan, trigger) for plan in plans for trigger in plan.starts if trigger.every]

    def _next_of(self, plan: Plan, trigger: Start, now: Instant) -> Instant:
        """The trigger's next moment; the past until what it brought is done."""
        key, stands = _key(plan, trigger), (trigger.every, self._engine.worlds.settings)
        known = self._next.get(key)
        if known is not None and known[0] == stands:
            return known[1]
        calendar = self._engine.worlds.organization.calendars[self._engine.worlds.organization.calendar]
        unfinished = self._store.database.look(_OPEN, (key,))
        after = self._last(plan, trigger, now)
        found = now if unfinished else next_moment(parse_schedule(trigger.every), after, calendar)
        self._next[key] = stands, found
        return found

    def _last(self, plan: Plan, trigger: Start, now: Instant) -> Instant:
        """Up to when the trigger was looked at: its last sweep, or since when its schedule is what it is, if that is later."""
        swept = self._store.database.look(_LAST, (_key(plan, trigger),))[0][0]
        versions = self._store.database.look(_PUBLISHED, (plan.journey,))
        stands = schedule_since(((int(at), self._engine.plans.by_number[number]) for at, number in versions), trigger)
        known = [int(each) for each in (swept, stands) if each is not None]
        return to_instant(max(known)) if known else now

    def _sweep(self, now: Instant) -> int:
        for plan, trigger in self._schedules():
            if self._next_of(plan, trigger, now) <= now:
                self._begin(plan, trigger, now)
                done = self._page(plan, trigger, now)
                if done:
                    return done
        return self._told(now)

    def _told(self, now: Instant) -> int:
        """A page for the oldest event about nobody that is being told to everybody."""
        if self._telling is False:
            return 0
        found = self._store.database.look(_TOLD)
        self._telling = bool(found)
        return sweep_told(self._engine, SweepRow(*found[0]), now) if found else 0

    def _heard(self, batch: Batch) -> None:
        if any(ABOUT_NOBODY in row.trigger for row in batch.sweeps):
            self._telling = True

    def _begin(self, plan: Plan, trigger: Start, now: Instant) -> None:
        """Write a row for each moment that has come, those not to be swept as skipped."""
        key = _key(plan, trigger)
        if self._store.database.look(_OPEN, (key,)):
            return
        calendar = self._engine.worlds.organization.calendars[self._engine.worlds.organization.calendar]
        came = moments(parse_schedule(trigger.every), self._last(plan, trigger, now), now, calendar, MISSED_MAX)
        if not came:
            self._next.pop(key, None)
            return
        wanted = _wanted(came, trigger)
        rows = [
            SweepRow(
                key,
                to_millis(each),
                0,
                None if each in wanted else to_millis(now),
                coding.pack({"skipped": each not in wanted}),
            )
            for each in came
        ]
        self._store.commit(Batch(at=to_millis(now), drivers=self._engine.drivers, sweeps=rows))

    def _page(self, plan: Plan, trigger: Start, now: Instant) -> int:
        """Look at the next page of people; the sweep is over when there are no more."""
        key = _key(plan, trigger)
        open_rows = [SweepRow(*row) for row in self._store.database.look(_OPEN, (key,))]
        if not open_rows:
            self._next.pop(key, None)
            return 0
        people = [person.id for person in self._store.people_page(open_rows[0].cursor, PAGE)]
        swept = [Swept(plan.journey, trigger.name, person) for person in people]
        sweep(self._engine, open_rows[0], swept, now, over=len(people) < PAGE)
        if len(people) < PAGE:
            self._next.pop(key, None)
        return max(len(people), 1)


_GROUP: Final = 300


def sweep_told(engine: Engine, row: SweepRow, now: Instant) -> int:
    """Tell an event about nobody to the next page of people, for one start: each begins a run or does not."""
    key, _, seq = row.trigger.partition(ABOUT_NOBODY)
    journey, _, name = key.partition("/")
    found = engine.store.database.look("SELECT event FROM ledger WHERE seq = ?", (int(seq),))
    plan = engine.plans.current.get(journey)
    there = plan is not None and any(each.name == name for each in plan.starts)
    if not there or not found or found[0][0] is None:
        sweep(engine, row, (), now, over=True)
        return 1
    event = structs.replace(coding.unpack(bytes(found[0][0]), Event), number=int(seq))
    people = [person.id for person in engine.store.people_page(row.cursor, PAGE)]
    swept = [Swept(journey, name, person, event=event) for person in people]
    sweep(engine, row, swept, now, over=len(people) < PAGE)
    return max(len(people), 1)


def sweep(engine: Engine, row: SweepRow, swept: Sequence[Swept], now: Instant, *, over: bool) -> None:
    """Decide for a page of people, a group a commit; the sweep's row stands in each as it is after that group.

    Its counts, by what became of each person, sum up to the people that were looked at.
    """
    counts = Counter(coding.unpack(row.counts, dict[str, int])) if row.cursor else Counter[str]()
    cursor = row.cursor
    parts = [swept[first : first + _GROUP] for first in range(0, len(swept), _GROUP)] or [()]
    for part in parts:
        cursor = part[-1].person if part else cursor
        ended = to_millis(now) if over and part is parts[-1] else None

        after = row._replace(cursor=cursor, ended=ended)
        counts += became(engine.take(part, now, _kept(after, Counter(counts))))


def _kept(row: SweepRow, counts: Counter[str]) -> More:
    """Adds the sweep's row to a group's commit; `counts` are of the groups before."""

    def more(batch: Batch, receipts: Sequence[Receipt]) -> None:
        batch.sweeps.append(row._replace(counts=coding.pack(dict(counts + became(receipts)))))

    return more


def _key(plan: Plan, trigger: Start) -> str:
    return f"{plan.journey}/{trigger.name}"


def _wanted(came: Sequence[Instant], trigger: Start) -> set[Instant]:
    """Which of the moments that have come are swept: all, the last, or, if more were missed than one, none."""
    match trigger.if_missed:
        case "each":
            return set(came)
        case "once":
            return {came[-1]}
        case "skip":
            return {came[-1]} if len(came) == 1 else set()


def became(receipts: Sequence[Receipt]) -> Counter[str]:
    """What became of the people of a page, by word; of each it is one."""
    return Counter(each.why[-1] if each.why else "started" if each.runs else "not in scope" for each in receipts)
