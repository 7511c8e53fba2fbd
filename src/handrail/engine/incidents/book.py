"""The open incidents while they are changed, and the letters to their owners. What changed joins a batch; nothing is committed here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from msgspec import Struct, structs

from handrail.calendar.zones import local_day, start_of_day
from handrail.store.batch import Batch
from handrail.store.moments import WAITING, to_millis
from handrail.store.rows import IncidentRow, MessageRow
from handrail.terms import coding
from handrail.terms.effect import Message
from handrail.terms.incident import Incident
from handrail.terms.values import Instant

if TYPE_CHECKING:
    from handrail.engine.engine import Engine

TEMPLATE: Final = "incidents"
"""The letter to the owner of incidents: written when it leaves, of those that are open then."""

_OPEN: Final = "SELECT * FROM incident WHERE ended IS NULL ORDER BY id"
_TOLD: Final = (
    "SELECT 1 FROM message WHERE receiver = ? AND at >= ? AND template = ? AND (state = ? OR at >= ?) LIMIT 1"
)
_WEEK_MILLIS: Final = 7 * 24 * 3600 * 1000


class Case(Struct, frozen=True):
    """An incident as it stands: its row, and what that holds."""

    row: IncidentRow
    known: Incident


class Book:
    """The open incidents, by their cause."""

    def __init__(self, engine: Engine, now: Instant) -> None:
        self._engine, self._now = engine, now
        found = (IncidentRow(*row) for row in engine.store.database.look(_OPEN))
        self._open = {row.cause: Case(row, coding.unpack(row.body, Incident)) for row in found}
        self._changed: dict[str, IncidentRow] = {}
        self._letters: list[MessageRow] = []

    @property
    def open(self) -> Mapping[str, Case]:
        """Those that are open now."""
        return dict(self._open)

    def keep(self, cause: str, owner: str, known: Incident, many: int) -> None:
        """There is such a cause, `many` times in all; it is opened where it is not open yet."""
        case = self._open.get(cause)
        if case is None:
            number = self._engine.store.numbers("incident", 1)[0]
            row = IncidentRow(number, cause, to_millis(self._now), many, owner, None, coding.pack(known))
        else:
            row = case.row._replace(many=many, owner=owner, body=coding.pack(known))
        if case is None or row != case.row:
            self._open[cause], self._changed[cause] = Case(row, known), row

    def end(self, cause: str) -> None:
        """The cause is gone."""
        case = self._open.pop(cause)
        self._changed[cause] = case.row._replace(ended=to_millis(self._now))

    def tell(self) -> None:
        """A letter to each owner who does not know all of theirs yet: one a day at most, and none while one waits to leave."""
        unknown = sorted({case.row.owner for case in self._open.values() if case.known.told is None})
        for owner in unknown:
            if not self._told_today(owner):
                self._write_to(owner)

    def into(self, batch: Batch) -> None:
        """What changed, and the letters, join a batch."""
        batch.incidents += self._changed.values()
        batch.messages += self._letters

    @property
    def changed(self) -> bool:
        """Whether there is anything to write."""
        return bool(self._changed or self._letters)

    def _told_today(self, owner: str) -> bool:
        zone, at = self._engine.worlds.organization.zone, to_millis(self._now)
        today = to_millis(start_of_day(local_day(self._now, zone), zone))
        asked = (owner, at - _WEEK_MILLIS, TEMPLATE, WAITING, today)
        return bool(self._engine.store.database.look(_TOLD, asked))

    def _write_to(self, owner: str) -> None:
        number, at = self._engine.store.numbers("message", 1)[0], to_millis(self._now)
        message = Message(number, 0, "", owner, TEMPLATE, urgency="first")
        self._letters.append(
            MessageRow(0, number, 0, owner, 0, "first", TEMPLATE, at, at, WAITING, 0, 0, coding.pack(message), "")
        )
        for cause, case in self._open.items():
            if case.row.owner == owner:
                self.keep(cause, owner, structs.replace(case.known, told=self._now), case.row.many)
