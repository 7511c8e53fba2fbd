"""What only the calendar brings: schedules that look for people, and people whose status a date changes.

One row per (trigger, moment) says how far a sweep has come: a page of people is one commit, so a sweep that was
killed goes on where it stood. Moments missed asleep are swept once, each, or skipped, as the trigger says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from handrail.calendar.schedules import moments, next_moment, parse_schedule
from handrail.calendar.zones import start_of_day
from handrail.engine.engine import Engine
from handrail.engine.items import Receipt, Swept
from handrail.intake.again import understood_now
from handrail.intake.sightings import dates_due
from handrail.store.batch import Batch
from handrail.store.moments import to_instant, to_millis
from handrail.store.rows import SweepRow
from handrail.terms import coding
from handrail.terms.plan import Plan, Start
from handrail.terms.values import Instant

PAGE: Final = 2_000
DATES_AT_ONCE: Final = 300
MISSED_MAX: Final = 1_000
LOOK_EVERY: Final = timedelta(minutes=15)
"""Days begin at quarter hours at the finest, wherever people are."""

_EARLIEST_ZONE: Final = "Etc/GMT-14"
_LAST: Final = "SELECT max(moment) FROM sweep WHERE trigger = ?"
_OPEN: Final = "SELECT * FROM sweep WHERE trigger = ? AND ended IS NULL ORDER BY moment"
_SINCE: Final = 'SELECT min("from") FROM publication WHERE journey = ?'


class ClockDriver:
    """Schedules and dates of one organization. `due` does a page of what has come; `next_at` says when to ask again."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._store = engine.store
        self._next: dict[str, Instant] = {}
        self._looked_for_dates: Instant | None = None
        self._looked_at_held: Instant | None = None

    def due(self, now: Instant) -> int:
        """Do one page of what has come due: dates first, then held events, then the oldest sweep. How many it concerned."""
        return self._dates(now) or self._held(now) or self._sweep(now)

    def next_at(self, now: Instant) -> Instant | None:
        """The next moment at which a schedule or a date comes."""
        coming = [self._next_of(plan, trigger, now) for plan, trigger in self._schedules()]
        dates = self._next_dates(now)
        return min([*coming, *([dates] if dates is not None else [])], default=None)

    # Dates

    def _dates(self, now: Instant) -> int:
        if self._looked_for_dates is not None and now - self._looked_for_dates < LOOK_EVERY:
            return 0
        made = dates_due(self._store, now, self._engine.worlds.organization.zone, DATES_AT_ONCE)
        if not made:
            self._looked_for_dates = now
            return 0
        self._engine.take(made, now)
        return len(made)

    def _next_dates(self, now: Instant) -> Instant | None:
        found = self._store.database.look("SELECT min(next_day) FROM person WHERE next_day IS NOT NULL")[0][0]
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
        key = _key(plan, trigger)
        if key not in self._next:
            calendar = self._engine.worlds.organization.calendars[self._engine.worlds.organization.calendar]
            unfinished = self._store.database.look(_OPEN, (key,))
            after = self._last(plan, key, now)
            self._next[key] = now if unfinished else next_moment(parse_schedule(trigger.every), after, calendar)
        return self._next[key]

    def _last(self, plan: Plan, key: str, now: Instant) -> Instant:
        """Up to when the trigger was looked at: its last sweep, else when its journey was first published."""
        swept = self._store.database.look(_LAST, (key,))[0][0]
        if swept is not None:
            return to_instant(int(swept))
        since = self._store.database.look(_SINCE, (plan.journey,))[0][0]
        return now if since is None else to_instant(int(since))

    def _sweep(self, now: Instant) -> int:
        for plan, trigger in self._schedules():
            if self._next_of(plan, trigger, now) <= now:
                self._begin(plan, trigger, now)
                done = self._page(plan, trigger, now)
                if done:
                    return done
        return 0

    def _begin(self, plan: Plan, trigger: Start, now: Instant) -> None:
        """Write a row for each moment that has come, those not to be swept as skipped."""
        key = _key(plan, trigger)
        if self._store.database.look(_OPEN, (key,)):
            return
        calendar = self._engine.worlds.organization.calendars[self._engine.worlds.organization.calendar]
        came = moments(parse_schedule(trigger.every), self._last(plan, key, now), now, calendar, MISSED_MAX)
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
        row = open_rows[0]
        people = self._store.people_page(row.cursor, PAGE)
        counts = Counter(coding.unpack(row.counts, dict[str, int])) if row.cursor else Counter[str]()
        swept = [Swept(plan.journey, trigger.name, person.id) for person in people]
        for first in range(0, len(swept), _GROUP):
            part = swept[first : first + _GROUP]
            last = first + _GROUP >= len(swept)
            receipts = self._engine.take(
                part, now, self._cursor(row, part, counts, people_over=last and len(people) < PAGE, now=now)
            )
            counts.update(_became(receipts))
        if not swept:
            self._engine.take((), now, self._cursor(row, (), counts, people_over=True, now=now))
        if len(people) < PAGE:
            self._next.pop(key, None)
        return max(len(people), 1)

    def _cursor(self, row: SweepRow, part: Sequence[Swept], counts: Counter[str], *, people_over: bool, now: Instant):  # type: ignore[no-untyped-def]  # noqa: ANN202
        """Adds the sweep's row, as it stands after this group, to the group's commit."""

        def more(batch: Batch) -> None:
            cursor = part[-1].person if part else row.cursor
            ended = to_millis(now) if people_over else None
            batch.sweeps.append(row._replace(cursor=cursor, ended=ended, counts=coding.pack(dict(counts))))

        return more


_GROUP: Final = 300


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


def _became(receipts: Sequence[Receipt]) -> Counter[str]:
    """What became of the people of a page, by word."""
    return Counter("started" if each.runs else (each.why[-1] if each.why else "not in scope") for each in receipts)
