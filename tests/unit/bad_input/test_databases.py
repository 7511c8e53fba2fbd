"""Databases that are full, somebody else's, newer, or none: each is said in a sentence, and nothing in them is changed."""

import sqlite3
from pathlib import Path

import pytest
from tests.unit.bad_input.desk import Desk

from handrail.store.opening import open_store

FULL = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0}))"
"""No file may grow above so many bytes, as on a disk that is full."""


def test_a_full_disk_is_said_loses_nothing_and_the_same_file_is_taken_in_when_there_is_room(desk: Desk) -> None:
    before = desk.rows()
    said = desk.elsewhere("sync", desk.second, "--workspace", desk.workspace, before=FULL.format(4_000))
    assert (said.returncode, said.stdout) == (1, "")
    assert f"{desk.store}: its disk cannot be written or read" in said.stderr
    assert said.stderr.endswith(
        "Nothing of this was written, and nothing confirmed is lost. Make room, then do it again.\n"
    )
    assert desk.rows() == before
    assert "2 applied (2 of them new) + 10 no change" in desk.sync(desk.second).output
    assert desk.types("verify", "--store", desk.store).exit_code == 0


def test_a_file_that_there_is_no_room_to_keep_is_not_taken_in(desk: Desk) -> None:
    long = desk.folder / "workers-2026-03-23.csv"
    row = b"90%05d,Ann,Bell,a%05d@x.example,Rep,Sales,FR,1002,active,2026-03-01\n"
    long.write_bytes(desk.text + b"".join(row % (n, n) for n in range(2_000)))
    before = desk.rows()
    said = desk.elsewhere("sync", long, "--workspace", desk.workspace, before=FULL.format(60_000))
    assert said.returncode == 1
    assert "workers-2026-03-23.csv cannot be kept" in said.stderr
    assert "Traceback" not in said.stderr
    assert desk.rows() == before


def test_half_a_backup_never_has_the_name_of_a_backup(desk: Desk) -> None:
    copy = desk.folder / "copy.db"
    said = desk.elsewhere("backup", copy, "--store", desk.store, before=FULL.format(50_000))
    assert said.returncode == 1
    assert [path.name for path in desk.folder.iterdir()] == ["acme"]
    assert desk.types("backup", copy, "--store", desk.store).exit_code == 0
    said = desk.elsewhere("restore", copy, "--store", desk.folder / "new.db", before=FULL.format(50_000))
    assert (said.returncode, "Nothing was restored" in said.stderr) == (1, True)
    assert sorted(path.name for path in desk.folder.iterdir()) == ["acme", "copy.db"]


def test_a_database_of_a_newer_version_is_not_touched(desk: Desk) -> None:
    connection = sqlite3.connect(desk.store)
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = desk.rows()
    said = desk.sync(desk.second)
    assert said.exit_code == 1
    assert said.output == (
        f"{desk.store} was made by a newer Handrail (its tables are at 9999, which this one does not know). "
        "Nothing was touched. Install that version or a later one.\n"
    )
    assert desk.rows() == before


def test_a_database_that_another_process_works_on_is_left_to_it_and_may_be_looked_at(desk: Desk) -> None:
    owner = open_store(f"sqlite:///{desk.store}")
    try:
        for words in (["sync", desk.second, "--workspace", desk.workspace], ["restore", "--resume", "--yes-by", "Ann"]):
            said = desk.types(*words, "--store", desk.store)
            assert said.exit_code == 1
            assert "acme/handrail.db belongs to process " in said.stderr
            assert "stop that process, or let it do what you want done" in said.stderr
        assert desk.types("verify", "--store", desk.store).exit_code == 0
    finally:
        owner.close()
    assert desk.sync(desk.second).exit_code == 0


@pytest.mark.parametrize("command", ["runs", "verify", "doctor", "backup copy.db", "restore --resume --yes-by Ann"])
def test_a_file_that_is_no_database_is_said_and_left_as_it_is(tmp_path: Path, desk: Desk, command: str) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Ann, " * 500)
    said = desk.types(*command.split(), "--store", letter)
    assert said.exit_code == 1
    assert f"{letter} is no database: its first bytes are of something else. Name the right file." in said.stderr
    assert letter.read_text() == "Dear Ann, " * 500
    assert not (tmp_path / "copy.db").exists()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://host/x", "mysql is no database that Handrail keeps: write sqlite:///PATH or postgresql://…"),
        ("nowhere/x.db", "nowhere/x.db is not there. Make a workspace with: handrail init, or name the right file."),
        ("sqlite:///.", ". cannot be opened (SQLite says: unable to open database file)."),
    ],
)
def test_a_database_that_cannot_be_is_said(desk: Desk, url: str, says: str) -> None:
    said = desk.types("runs", "--store", url)
    assert (said.exit_code, said.stderr.startswith(says)) == (1, True)
