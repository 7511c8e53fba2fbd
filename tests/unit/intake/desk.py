"""A small company at whose intake things arrive: three people, an LMS, an assessment tool, and the engine behind it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.unit.people.small import TEXT

from handrail.calendar.holidays import Place, build
from handrail.engine.engine import Engine
from handrail.engine.items import Receipt
from handrail.intake.again import understood_now
from handrail.intake.arrivals import Arrived, arrivals
from handrail.intake.sightings import PersonMade, sighted
from handrail.intake.told import Channel, Item, Told
from handrail.people.directory import StoreDirectory
from handrail.people.mappings.read import read_mapping
from handrail.people.sync import Moment, Syncs
from handrail.store.opening import open_store
from handrail.terms.catalog import Catalog, EventType, Kind
from handrail.terms.organization import Organization
from handrail.terms.values import Fields, Instant

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
TEXT_KIND, NUMBER, TRUTH = Kind("text"), Kind("number"), Kind("truth")
CATALOG = Catalog(
    {
        "lms.completed": EventType(
            "lms.completed",
            "lms",
            {"course": TEXT_KIND, "score": NUMBER, "passed": TRUTH},
            "course",
            "",
            ("score", "passed"),
        ),
        "assessment.scored": EventType(
            "assessment.scored",
            "assessment",
            {"assessment": TEXT_KIND, "score": NUMBER, "attempt": TEXT_KIND},
            "assessment",
            "attempt",
            ("score",),
        ),
        "person.left": EventType("person.left", "handrail", {}),
    },
    connections=("lms", "assessment"),
)
HEADER = "id,name,email,dept,boss,state,start"
PEOPLE = (
    "1,Ann Bell,ann@x.example,ENG,,active,2020-01-01",
    "2,Ben Cole,ben@x.example,FIN,1,active,2020-01-01",
    "3,Cat Dorn,ann@x.example,ENG,1,gone,2020-01-01",
)


class Desk:
    """Everything behind one intake, in memory. `now` is its clock."""

    def __init__(self, folder: Path) -> None:
        self.now: Instant = NOON
        self.folder = folder
        self.store = open_store("sqlite:///:memory:")
        calendar = build("office", Place("Europe/Berlin", "DE"), range(2025, 2028))
        organization = Organization("Acme", "Europe/Berlin", "en", "team:ops", "office", {"office": calendar})
        self.engine = Engine(self.store, organization, CATALOG, lambda: self.now)
        self.directory = StoreDirectory(self.store, self._forget, folder / "kept", lambda: self.now)
        self.mapping = read_mapping(TEXT, "small.yaml")
        self.file("03-02", *PEOPLE)

    def _forget(self, changed: Sequence[int]) -> None:
        for number in changed:
            self.engine.worlds.forget(number)

    def file(self, day: str, *rows: str) -> None:
        """Take in the file of a day, and decide what it tells."""
        path = self.folder / f"people-2026-{day}.csv"
        path.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
        Syncs(self.directory, self.mapping).take_in(path, Moment(self.now, "Europe/Berlin"))
        while self.engine.due(self.now):
            pass

    def channel(self, connection: str = "lms", people_by: str = "hris") -> Channel:
        return Channel(connection, "team:lms-admins", self.now, "Europe/Berlin", people_by)

    def arrive(self, *told: Told, connection: str = "lms", people_by: str = "hris") -> list[Arrived]:
        """What intake makes of it."""
        return arrivals(self.store, CATALOG, told, self.channel(connection, people_by))

    def tell(self, *told: Told, connection: str = "lms", people_by: str = "hris") -> list[Receipt]:
        """What becomes of it."""
        return self.engine.take(self.arrive(*told, connection=connection, people_by=people_by), self.now)

    def again(self) -> list[Receipt]:
        """What becomes of what was held and can be understood now."""
        return self.engine.take(understood_now(self.store, CATALOG, self.now, "Europe/Berlin"), self.now)

    def sight(self, told: Told) -> PersonMade | Arrived:
        """What intake makes of a webhook about a worker."""
        return sighted(self.directory, self.mapping, told, self.channel("hris"))

    def words(self, *told: Told, connection: str = "lms", people_by: str = "hris") -> list[str]:
        """The disposition of each."""
        return [receipt.disposition for receipt in self.tell(*told, connection=connection, people_by=people_by)]


def completed(
    user: str = "1",
    *,
    days: float = 0,
    score: float = 80,
    id_: str = "",
    by_day: bool = False,
    told: float | None = None,
) -> Item:
    """A course was completed so many days after noon of 9 March; told so many hours after it."""
    at = NOON - timedelta(days=1) + timedelta(days=days)
    at = at.replace(hour=0) if by_day else at
    fields = Fields({"course": "MGR-101", "score": score, "passed": True})
    sent = None if told is None else at + timedelta(hours=told)
    return Item("lms.completed", user, at, fields, "", id_, sent, by_day)


def scored(attempt: str, score: float, *, retracts: bool = False, told: float = 0, id_: str = "") -> Item:
    """An attempt at an assessment was scored at noon of 9 March; told so many hours after it."""
    at = NOON - timedelta(days=1)
    fields = Fields({"assessment": "EXAM", "score": score, "attempt": attempt})
    return Item("assessment.scored", "1", at, fields, attempt, id_, at + timedelta(hours=told), retracts=retracts)
