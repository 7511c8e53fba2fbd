"""What the practice HRIS drops, knows and tells."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from msgspec import json
from tests.contracts.practice_systems import Clock, in_process

from handrail.practice.faults import Faults
from handrail.practice.hris import Hris, HrisSettings
from handrail.practice.journal import Journal

EXPORT = b"employee_id,first_name,status\n010617,Pedro,active\n010561,Noah,active\n"


def make(folder: Path, journal: Journal) -> Hris:
    return Hris(Clock(), journal, HrisSettings(folder=str(folder)), Faults.none())


def test_a_dropped_file_lies_whole_in_the_folder_and_its_workers_can_be_looked_up(tmp_path: Path) -> None:
    hris = make(tmp_path / "drops", Journal())
    dropped = hris.drop("workers-2026-03-02.csv", EXPORT)
    assert dropped.read_bytes() == EXPORT
    assert [path.name for path in dropped.parent.iterdir()] == ["workers-2026-03-02.csv"]
    found = in_process(hris)("GET /workers/010617").payload()
    assert found["fields"] == {"employee_id": "010617", "first_name": "Pedro", "status": "active"}


def test_a_spoiled_file_is_dropped_all_the_same(tmp_path: Path) -> None:
    hris = make(tmp_path, Journal())
    for name, content in {
        "empty.csv": b"",
        "nul.csv": b"employee_id,x\n1,\0\n",
        "latin.csv": b"employee_id,x\n2,\xe9\n",
    }.items():
        assert hris.drop(name, content).read_bytes() == content
    assert in_process(hris)("GET /workers/2").status == 200


def test_a_leaver_is_told_by_webhook_and_no_file_comes(tmp_path: Path) -> None:
    hris = make(tmp_path, Journal())
    hris.leave("010617", date(2026, 3, 31))
    (told,) = hris.deliveries()
    assert json.decode(told.body) == {
        "type": "worker.left",
        "timestamp": "2026-03-02T09:00:00.000Z",
        "data": {
            "worker": "010617",
            "changed_at": "2026-03-02T09:00:00.000Z",
            "fields": {"status": "terminated", "termination_date": "2026-03-31"},
        },
    }
    assert list(tmp_path.iterdir()) == []


def test_an_hris_started_again_knows_its_files_and_what_changed_since(tmp_path: Path) -> None:
    journal = Journal()
    before = make(tmp_path, journal)
    before.drop("workers-2026-03-02.csv", EXPORT)
    before.change("010617", {"first_name": "Pedro Luis"})
    found = in_process(make(tmp_path, journal))("GET /workers/010617").payload()
    assert found["fields"]["first_name"] == "Pedro Luis"
    assert found["fields"]["status"] == "active"
    assert found["modified_at"] == "2026-03-02T09:00:00.000Z"
