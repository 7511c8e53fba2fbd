"""A person's word that something is not to be done: set, ended, and over when its time is.

A start that is held back is not made; where its event came and the override has an end, the start is tried again then. A call
about an object that is held back is *not needed*, and its run goes on. `core.start` and the outbox respect it.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from handrail.engine.deciding.written.account import HELD_BACK
from handrail.engine.engine import Engine
from handrail.engine.items import TryAgain
from handrail.store.batch import Batch
from handrail.store.kept.acts import Act, audited
from handrail.store.moments import DISPOSITION, to_instant, to_millis
from handrail.store.rows import OverrideRow
from handrail.terms.values import Instant

GROUP: Final = 300
_ONE: Final = "SELECT * FROM override WHERE id = ?"
_OVER: Final = "SELECT * FROM override WHERE ended IS NULL AND until <= ? ORDER BY until, id LIMIT 1"
_WAITING: Final = (
    "SELECT DISTINCT person FROM held WHERE ended IS NULL AND disposition = ? AND person > ? AND reason LIKE ? "
    "ORDER BY person LIMIT ?"
)


class NotSet(Exception):
    """Why an override is not set or ended; the text says what to do."""


class Wanted(Struct, frozen=True):
    """What is held back, for whom (None: for anybody), until when (None: until somebody ends it), and who says so, why."""

    person: int | None
    journey: str
    object: str
    until: Instant | None
    by: str
    reason: str


def set_override(engine: Engine, wanted: Wanted, now: Instant) -> int:
    """The number of the new override; it counts from now on. Raises NotSet."""
    _look_at(engine, wanted, now)
    at, number = to_millis(now), engine.store.numbers("override", 1)[0]
    until = None if wanted.until is None else to_millis(wanted.until)
    row = OverrideRow(number, wanted.person, wanted.journey, wanted.object, at, until, wanted.by, wanted.reason)
    _write(engine, row, wanted.by, "override set", now)
    return number


def _look_at(engine: Engine, wanted: Wanted, now: Instant) -> None:
    if not wanted.reason.strip() or not wanted.by.strip():
        raise NotSet("An override has a reason, and somebody who answers for it: say both.")
    if bool(wanted.journey) == bool(wanted.object):
        raise NotSet(
            "Say either which journey is not to begin, or which object (a course, say) nothing is to be done about."
        )
    if wanted.journey and wanted.journey not in engine.plans.current:
        there = ", ".join(sorted(engine.plans.current)) or "none"
        raise NotSet(f'There is no journey "{wanted.journey}"; there are: {there}.')
    if wanted.person is not None and engine.worlds.newest(wanted.person) is None:
        raise NotSet(f"There is nobody with the number P-{wanted.person}.")
    if wanted.until is not None and wanted.until <= now:
        raise NotSet("That moment has passed already: say one that is still to come.")


def end_override(engine: Engine, number: int, by: str, now: Instant) -> OverrideRow:
    """It no longer counts; what it put off is tried again. Raises NotSet."""
    found = engine.store.database.look(_ONE, (number,))
    if not found:
        raise NotSet(f"There is no override {number}. See which there are: handrail override list")
    row = OverrideRow(*found[0])
    if row.ended is not None:
        raise NotSet(f"Override {number} has ended already.")
    row = row._replace(ended=to_millis(now), ended_by=by)
    _write(engine, row, by, "override ended", now)
    _try_again(engine, row, now)
    return row


def _write(engine: Engine, row: OverrideRow, by: str, what: str, now: Instant) -> None:
    """The row with who said so, in one commit."""
    act = Act(by, what, f"override {row.id}: {row.journey or row.object}", row.person, reason=row.reason)
    audit = [audited(engine.store, act, now)]
    engine.store.commit(Batch(at=to_millis(now), drivers=engine.drivers, overrides=[row], audit=audit))
    engine.worlds.overrides_changed()


def _try_again(engine: Engine, row: OverrideRow, now: Instant) -> None:
    """Starts that the override put off are looked at again, whoever they are of."""
    if not row.journey:
        return
    after = 0
    about = f"{row.journey}/%: {HELD_BACK}"
    while True:
        found = engine.store.database.look(_WAITING, (DISPOSITION["deferred"], after, about, GROUP))
        persons = [int(person) for (person,) in found if row.person in (None, person)]
        if persons:
            engine.take([TryAgain(person) for person in persons], now)
        if len(found) < GROUP:
            return
        after = int(found[-1][0])


class Endings:
    """The clock driver's part: overrides whose time is over are ended, and what they put off is tried again."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def due(self, now: Instant) -> int:
        """End the one whose time was over first; how many there were."""
        if not any(
            row.until is not None and row.until <= to_millis(now) for row in self._engine.worlds.overrides_open()
        ):
            return 0
        found = self._engine.store.database.look(_OVER, (to_millis(now),))
        for each in found:
            row = OverrideRow(*each)
            row = row._replace(ended=row.until)
            self._engine.store.commit(Batch(at=to_millis(now), drivers=self._engine.drivers, overrides=[row]))
            self._engine.worlds.overrides_changed()
            _try_again(self._engine, row, now)
        return len(found)

    def next_at(self) -> Instant | None:
        """When the next one ends."""
        ends = [row.until for row in self._engine.worlds.overrides_open() if row.until is not None]
        return to_instant(min(ends)) if ends else None
