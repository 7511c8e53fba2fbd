"""What the desk asks is asked of both databases in words that they understand, for every role's reach."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from handrail.calendar.holidays import Place, build
from handrail.insight.desk.changes import newest, yesterday
from handrail.insight.desk.closed import closed
from handrail.insight.desk.incidents import newest_rows, returned_letters, seen
from handrail.insight.desk.reach import desk_of
from handrail.insight.desk.today import today
from handrail.insight.desk.waiting import After, Waiting, how_many, waiting
from handrail.insight.lists import Names
from handrail.insight.past import Past
from handrail.insight.rights import Grant, Viewer
from handrail.store.batch import Batch
from handrail.store.moments import to_millis
from handrail.store.opening import open_store
from handrail.store.rows import IncidentRow
from handrail.store.schema.moving_rows import MovingRow, MovingRunRow
from handrail.terms import coding
from handrail.terms.incident import Incident
from handrail.terms.organization import Organization

NOW = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
CALENDAR = build("office", Place("Europe/Berlin", "DE"), range(2026, 2028))
ACME = Organization("Acme", "Europe/Berlin", "en", "team:learning", "office", {"office": CALENDAR})
INCIDENTS = [
    IncidentRow(number, cause, 0, 3, "team:learning", None, coding.pack(known))
    for number, cause, known in (
        (1, "lms/transient/503", Incident("out of reach", "lms", "HTTP 503", NOW)),
        (2, "letters/person:7/x", Incident("came back", "person:7", "550", NOW, "ada@example.com")),
    )
]
MOVING = MovingRow(1, "welcome", 2, 1, "applied", 1, 0, "Ana", "Ana", "", to_millis(NOW), b"")
MOVED = MovingRunRow(1, 1, 8, 1, 1, "moves", "", "", "moved", "", "", b"-")
"""A run whose rows are not in the ledger any more."""

REACHES = (Grant("operations"), Grant("operations", "Sales"), Grant("manager"), Grant("learner"))
ASKED = (
    Waiting(),
    Waiting("mine"),
    Waiting(stuck=True),
    Waiting(journey="welcome", person=7, due_before=NOW),
    Waiting(owner="person:7"),
)


def ask_everything(url: str, grant: Grant) -> None:
    store = open_store(url)
    try:
        store.commit(Batch(0, incidents=INCIDENTS, movings=[MOVING], moving_runs=[MOVED]))
        past, viewer = Past(store, ACME), Viewer(1, "ada", "Ada", 7, (grant,))
        desk = desk_of(past, viewer, ACME, NOW)
        found = today(past, desk)
        assert (found.stuck, found.owners, found.held, found.changes.total) == (0, 0, 0, 0)
        assert [each.kind for each in found.incidents] == ["out of reach", "came back"]
        assert list(returned_letters(past, viewer, NOW, ["person:7", "person:8"])) == ["person:7"]
        assert len(seen(past, viewer, NOW, newest_rows(past, 10), Names(past))) == 2
        assert newest(past, viewer, yesterday(NOW, ACME.zone), 10).lines == ()
        for which in ASKED:
            for after in (None, After(5, 1, 1), After(None, 1, 1)):
                assert waiting(past, desk, which, 10, after).rows == ()
            assert how_many(past, desk, which) == 0
            assert closed(past, desk, which, 10).lines == ()
    finally:
        store.close()


@pytest.mark.parametrize("grant", REACHES, ids=lambda grant: f"{grant.role} {grant.unit}".strip())
def test_the_desk_can_ask_sqlite(grant: Grant, tmp_path: Path) -> None:
    ask_everything(f"sqlite:///{tmp_path / 'desk.db'}", grant)


@pytest.mark.parametrize("grant", REACHES, ids=lambda grant: f"{grant.role} {grant.unit}".strip())
def test_the_desk_can_ask_postgresql(grant: Grant, postgres_url: str) -> None:
    name = f"desk_{REACHES.index(grant)}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    ask_everything(postgres_url.replace("/postgres?", f"/{name}?"), grant)
