"""Acme's mapping and its five weekly files, and the syncs that they go through, for tests."""

from datetime import UTC, datetime
from pathlib import Path

from tests.unit.people.directory import MemoryDirectory

from handrail.people.mappings.mapping import SourceMapping
from handrail.people.mappings.mend import mend
from handrail.people.mappings.read import read_mapping
from handrail.people.ports import SyncRecord
from handrail.people.sync import Moment, Syncs

ACME = Path(__file__).resolve().parents[3] / "examples" / "acme"
FILE = "mappings/workers.yaml"
TEXT = (ACME / FILE).read_text(encoding="utf-8")
NEW_COLUMN = {"dept_code": "department_code"}
NEW_CODES = {"department": {"SLS-EMEA": "Sales", "CX": "Customer Support"}}


def mapping(*, column_mended: bool = False, codes_mended: bool = False) -> SourceMapping:
    """The mapping as it was written, or mended as on 03-16."""
    text = mend(TEXT, FILE, columns=NEW_COLUMN) if column_mended else TEXT
    return read_mapping(mend(text, FILE, values=NEW_CODES) if codes_mended else text, FILE)


def noon(day: str) -> Moment:
    """Noon UTC of a day of 2026, as in `03-16`."""
    return Moment(datetime.fromisoformat(f"2026-{day}T12:00:00").replace(tzinfo=UTC), "Europe/Berlin")


def week(day: str) -> Path:
    """The file of one Monday."""
    return ACME / "hr" / f"workers-2026-{day}.csv"


def take_in(directory: MemoryDirectory, by: SourceMapping, day: str) -> SyncRecord:
    """Take in the file of one Monday, at noon of that day."""
    return Syncs(directory, by).take_in(week(day), noon(day))
