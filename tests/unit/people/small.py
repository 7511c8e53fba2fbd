"""A company of a handful, written row by row, for tests of one rule each."""

from datetime import UTC, datetime
from pathlib import Path

from tests.unit.people.directory import MemoryDirectory

from handrail.people.mappings.mapping import SourceMapping
from handrail.people.mappings.read import read_mapping
from handrail.people.ports import SyncRecord
from handrail.people.sync import Moment, Syncs

FILES = Path(__file__).resolve().parents[2] / "people_files"
TEXT = (FILES / "small.yaml").read_text(encoding="utf-8")
HEADER = "id,name,email,dept,boss,state,start"
ANN = "1,Ann Bell,ann@x.example,ENG,,active,2020-01-01"
BEN = "2,Ben Cole,ben@x.example,FIN,1,active,2020-01-01"
CAT = "3,Cat Dorn,cat@x.example,ENG,1,active,2020-01-01"
DAN = "4,Dan Eck,dan@x.example,ENG,1,active,2026-03-09"


def on(day: str) -> Moment:
    """Noon UTC of a day of 2026, as in `03-16`."""
    return Moment(datetime.fromisoformat(f"2026-{day}T12:00:00").replace(tzinfo=UTC), "Europe/Berlin")


class Company:
    """Takes in one small file after the other."""

    def __init__(self, folder: Path, text: str = TEXT) -> None:
        self.directory = MemoryDirectory()
        self.folder = folder
        self.mapping: SourceMapping = read_mapping(text, "small.yaml")

    @property
    def syncs(self) -> Syncs:
        return Syncs(self.directory, self.mapping)

    def mend(self, text: str) -> None:
        """From now on the mapping reads so."""
        self.mapping = read_mapping(text, "small.yaml")

    def sync(self, day: str, *rows: str, header: str = HEADER) -> SyncRecord:
        """The file of `day` with these rows."""
        return self.file(day, "".join(f"{line}\n" for line in (header, *rows)).encode())

    def file(self, day: str, content: bytes) -> SyncRecord:
        """The file of `day` with this content."""
        path = self.folder / f"people-2026-{day}.csv"
        path.write_bytes(content)
        return self.syncs.take_in(path, on(day))

    def kinds(self, record: SyncRecord) -> list[str]:
        """The kinds of event a sync made, in order."""
        return [event.kind.removeprefix("person.") for event in self.directory.events_of(record.id)]

    def kept(self, record: SyncRecord) -> list[tuple[int, str, str]]:
        """Held and refused rows: line, which of the two, and why."""
        return [(row.line, row.disposition, row.reason) for row in self.directory.kept_rows(record.id)]
