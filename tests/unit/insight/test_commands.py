"""The commands that look and keep, on a database in a file, as somebody types them."""

import json
import re
import sqlite3
from pathlib import Path

import pytest
from tests.unit.insight.company import CAT, DAN, Company, march
from typer.testing import CliRunner, Result

from handrail.cli import app

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a run that waits, a held row, and no owner at work."""
    path = tmp_path_factory.mktemp("store") / "handrail.db"
    company = Company("onboarding", url=f"sqlite:///{path}")
    company.keep_settings()
    company.hire(CAT, "Cat Conrad", march(3))
    company.confirm(company.run(CAT, "onboarding"), march(3, 10))
    company.appear(DAN, "Dan Doe", march(16))
    company.hold("010612", march(16), "workers-2026-03-16.csv", 4312)
    company.store.close()
    return path


def typed(database: Path, *words: str) -> Result:
    return RUNNER.invoke(app, [*words, "--store", str(database)])


def test_why_says_a_sentence_and_then_what_it_rests_on(database: Path) -> None:
    result = typed(database, "why", "010003", "onboarding", "--at", "2026-03-04")
    first, *rest = result.output.splitlines()
    assert first.startswith("Cat Conrad's “Your first month” (R-1) waits at “Buddy” for Ben Busch")
    assert (
        "  Buddy: waits for an answer to “Who looks after Cat Conrad?”; Ben Busch answers for it; due 2026-03-06 17:00."
        in rest
    )
    assert re.fullmatch(r"  \(run R-1, ledger \d+, \d+; decided again, with the same outcome\)", rest[-1])
    assert result.exit_code == 0


def test_why_as_json_has_the_same(database: Path) -> None:
    answer = json.loads(typed(database, "why", "P-3", "--at", "2026-03-04T10:00", "--json").output)
    assert (answer["verdict"], answer["waiting_for"][0]["owner"]) == ("waiting", "Ben Busch")


def test_why_about_nobody_ends_with_another_exit_code(database: Path) -> None:
    assert typed(database, "why", "Zoe").exit_code == 1


def test_a_moment_that_is_none_is_said(database: Path) -> None:
    result = typed(database, "why", "P-3", "--at", "tomorrow")
    assert (result.exit_code, "write a day (2026-03-16)" in result.output) == (2, True)


def test_runs_and_handoffs_are_listed_with_names(database: Path) -> None:
    runs = typed(database, "runs").output
    assert "Cat Conrad" in runs
    assert "1 run." in runs
    handoffs = typed(database, "handoffs", "--only", "late").output
    assert "R-1/buddy" in handoffs
    assert "late" in handoffs
    assert "0 handoffs." in typed(database, "handoffs", "--owner", "team:assessment").output


def test_a_database_that_nobody_works_on_is_asked_as_of_its_own_last_day(database: Path) -> None:
    result = typed(database, "why", "P-3", "onboarding")
    assert result.stderr.startswith("(As of 2026-03-16 09:00 UTC, the last that this database knows")


def test_runs_of_one_person_or_phase_can_be_asked_for(database: Path) -> None:
    assert json.loads(typed(database, "runs", "--person", "Cat Conrad", "--json").output)["total"] == 1
    assert json.loads(typed(database, "runs", "--phase", "finished", "--json").output)["total"] == 0
    assert typed(database, "runs", "--phase", "sleeping").exit_code == 2
    assert typed(database, "runs", "--person", "Zoe").exit_code == 1


@pytest.mark.parametrize("command", ["runs", "handoffs"])
def test_a_journey_that_there_is_not_is_said_with_those_that_there_are(database: Path, command: str) -> None:
    result = typed(database, command, "--journey", "nope")
    assert (result.exit_code, result.stderr) == (1, 'There is no journey "nope"; there are: onboarding.\n')


def test_what_is_held_is_shown_by_cause(database: Path) -> None:
    output = typed(database, "held").output
    assert '1 × workers-2026-03-16.csv: department: the column "dept_code" is not in the file' in output
    assert (
        "name the column that department comes from now: handrail held mend hris --column OLD=NEW, then: handrail held replay 1"
        in output
    )


def test_verify_says_that_the_ledger_is_whole(database: Path) -> None:
    result = typed(database, "verify")
    assert (result.exit_code, result.output) == (0, "The ledger is whole: 6 rows, as they were written.\n")


def test_verify_says_what_was_changed(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert typed(database, "backup", str(copy)).exit_code == 0
    with sqlite3.connect(copy) as connection:
        connection.execute("UPDATE ledger SET kind = 'person.left' WHERE run IS NOT NULL")
    connection.close()
    result = typed(copy, "verify")
    assert result.exit_code == 1
    assert result.output.startswith("The ledger was changed: shard 1")


def test_a_restored_copy_waits_until_somebody_says_that_it_goes_on(database: Path, tmp_path: Path) -> None:
    copy, restored = tmp_path / "copy.db", tmp_path / "restored.db"
    assert "To use it one day: handrail restore" in typed(database, "backup", str(copy)).output
    assert "Nothing leaves it yet" in typed(restored, "restore", str(copy)).output
    assert "nobody has said" in typed(restored, "doctor").output
    assert typed(restored, "restore", "--resume").exit_code == 2
    assert "Resumed by Ann." in typed(restored, "restore", "--resume", "--yes-by", "Ann").output
    assert "nothing to resume" in typed(restored, "restore", "--resume", "--yes-by", "Ann").output


def test_a_restore_never_writes_over_a_database(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    typed(database, "backup", str(copy))
    result = typed(database, "restore", str(copy))
    assert (result.exit_code, "is there already" in result.output) == (1, True)


def test_the_doctor_says_that_nobody_works(database: Path) -> None:
    result = typed(database, "doctor", "--json")
    findings = {each["what"]: each for each in json.loads(result.output)["findings"]}
    assert findings["overdue work"]["state"] == "wrong"
    assert findings["database"]["said"].startswith("SQLite")
    assert result.exit_code == 1


def test_a_database_of_a_newer_version_is_left_alone(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "newer.db"
    typed(database, "backup", str(copy))
    with sqlite3.connect(copy) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    assert "was made by a newer Handrail" in typed(copy, "doctor").output
    assert typed(copy, "runs").exit_code == 1


def test_a_database_that_is_not_there_is_said(tmp_path: Path) -> None:
    result = typed(tmp_path / "nothing.db", "runs")
    assert (result.exit_code, "is not there" in result.output) == (1, True)
