"""What a decision may know, and what was agreed: settings, plans, learning records, absences, overrides, cohorts.

Read as the writer sees it, by sets, for a whole group of decisions.
"""

# ruff: noqa: S608 - every statement is put together from constants of this room, never from a value

from __future__ import annotations

from collections.abc import Sequence

from handrail.store.database.port import Database
from handrail.store.kept.absences import AbsenceRow
from handrail.store.rows import (
    CohortMemberRow,
    OverrideRow,
    PersonRow,
    PersonVersionRow,
    PlanRow,
    PublicationRow,
    RecordRow,
    SettingsRow,
    SweepRow,
    TokenRow,
    WatermarkRow,
)


class Knowing:
    """Look-ups by set that are no part of the run itself."""

    database: Database

    def settings(self, hash_: str) -> SettingsRow | None:
        """A settings snapshot by its hash, as it came first."""
        found = self.database.look("SELECT * FROM settings WHERE hash = ? ORDER BY at LIMIT 1", (hash_,))
        return SettingsRow(*found[0]) if found else None

    def newest_settings(self) -> SettingsRow | None:
        """The settings snapshot that counts now."""
        found = self.database.look("SELECT * FROM settings ORDER BY at DESC LIMIT 1")
        return SettingsRow(*found[0]) if found else None

    def plans(self, ids: Sequence[int]) -> dict[int, PlanRow]:
        """Plans by their numbers."""
        return {row[0]: PlanRow(*row) for row in self.database.look_in("SELECT * FROM plan WHERE id {in}", ids)}

    def publications(self, *, current_only: bool = True) -> list[PublicationRow]:
        """Which plan new runs of each journey take (or took, from when to when)."""
        only = "WHERE until IS NULL " if current_only else ""
        found = self.database.look(f'SELECT * FROM publication {only}ORDER BY journey, "from"')
        return [PublicationRow(*row) for row in found]

    def records(self, persons: Sequence[int]) -> dict[int, list[RecordRow]]:
        """The learning records of these people."""
        records: dict[int, list[RecordRow]] = {}
        for row in self.database.look_in("SELECT * FROM record WHERE person {in}", persons):
            records.setdefault(row[0], []).append(RecordRow(*row))
        return records

    def absences(self) -> list[AbsenceRow]:
        """Every absence that lasts or is to come: as many as people are away."""
        ask = "SELECT * FROM absence WHERE next_day IS NOT NULL ORDER BY from_day, id"
        return [AbsenceRow(*row) for row in self.database.look(ask)]

    def absences_due(self, day: int, limit: int) -> list[AbsenceRow]:
        """Absences that begin, or are over, by `day` (day number): owners are looked up again."""
        ask = "SELECT * FROM absence WHERE next_day IS NOT NULL AND next_day <= ? ORDER BY next_day, id LIMIT ?"
        return [AbsenceRow(*row) for row in self.database.look(ask, (day, limit))]

    def overrides(self) -> list[OverrideRow]:
        """Every override that has not ended, or whose end nobody has noted yet: few, so that each start looks through them."""
        found = self.database.look("SELECT * FROM override WHERE ended IS NULL ORDER BY id")
        return [OverrideRow(*row) for row in found]

    def members(self, cohort: int) -> list[CohortMemberRow]:
        """Who is in a cohort, in the order of coming."""
        found = self.database.look("SELECT * FROM cohort_member WHERE cohort = ? ORDER BY joined, run", (cohort,))
        return [CohortMemberRow(*row) for row in found]

    def sweep(self, trigger: str, moment: int) -> SweepRow | None:
        """How far the sweep of a trigger at a moment has come."""
        found = self.database.look("SELECT * FROM sweep WHERE trigger = ? AND moment = ?", (trigger, moment))
        return SweepRow(*found[0]) if found else None

    def watermark(self, connection: str, what: str) -> WatermarkRow | None:
        """How far a poll has read."""
        found = self.database.look("SELECT * FROM watermark WHERE connection = ? AND what = ?", (connection, what))
        return WatermarkRow(*found[0]) if found else None

    def token(self, hash_: bytes) -> TokenRow | None:
        """A token by its hash."""
        found = self.database.look("SELECT * FROM token WHERE hash = ?", (hash_,))
        return TokenRow(*found[0]) if found else None

    # -- people

    def person_versions(self, person: int) -> list[PersonVersionRow]:
        """Every version of a person, oldest first."""
        ask = (
            "SELECT person, version, at, seq, body FROM person_version WHERE person = ? "
            "UNION ALL SELECT id, version, at, seq, body FROM person WHERE id = ? ORDER BY version"
        )
        return [PersonVersionRow(*row) for row in self.database.read(ask, (person, person))]

    def people_page(self, after: int, limit: int) -> list[PersonRow]:
        """The next people by number: a page of a sweep."""
        found = self.database.read("SELECT * FROM person WHERE id > ? ORDER BY id LIMIT ?", (after, limit))
        return [PersonRow(*row) for row in found]

    def people_due(self, day: int, after: int, limit: int) -> list[PersonRow]:
        """People for whom a date comes up to `day` (day number): their status may change by itself."""
        ask = "SELECT * FROM person WHERE next_day IS NOT NULL AND next_day <= ? AND id > ? ORDER BY id LIMIT ?"
        return [PersonRow(*row) for row in self.database.read(ask, (day, after, limit))]
