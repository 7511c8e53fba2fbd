"""A hold that a named person ends from the command line: mended and looked at again, released, rejected."""

import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from handrail.app.runtime import Runtime
from handrail.cli import app
from handrail.people.ports import SyncRecord
from handrail.people.sync import Moment, Syncs

ACME = Path(__file__).resolve().parents[3] / "examples" / "acme"
MONDAY = datetime(2026, 3, 16, 12, tzinfo=UTC)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Acme with forty people, of whom the last five are new in a file whose column was renamed."""
    folder = tmp_path / "acme"
    shutil.copytree(ACME, folder, ignore=shutil.ignore_patterns("hr"))
    for name in re.findall(r"env:([A-Z_]+)", (folder / "handrail.yaml").read_text(encoding="utf-8")):
        monkeypatch.setenv(name, "practice")
    monkeypatch.chdir(folder)
    header, *rows = (ACME / "hr" / "workers-2026-03-02.csv").read_text(encoding="utf-8").splitlines()
    written(folder, "workers-2026-03-02.csv", header, rows[:35])
    written(folder, "workers-2026-03-16.csv", header.replace("dept_code", "department_code"), rows[:40])
    take_in(folder, "workers-2026-03-02.csv")
    return folder


def written(folder: Path, name: str, header: str, rows: list[str]) -> None:
    (folder / name).write_text("\n".join([header, *rows, ""]), encoding="utf-8")


def take_in(folder: Path, name: str) -> SyncRecord:
    runtime = Runtime.open(folder, f"sqlite:///{folder / 'handrail.db'}", lambda: MONDAY)
    try:
        mapping = runtime.mapping_of("hris")
        assert mapping is not None
        return Syncs(runtime.directory(), mapping).take_in(folder / name, Moment(MONDAY, "Europe/Berlin"))
    finally:
        runtime.close()


def typed(*words: str) -> Result:
    return CliRunner().invoke(app, ["held", *words])


def test_a_mended_mapping_brings_in_whoever_was_held(workspace: Path) -> None:
    number = take_in(workspace, "workers-2026-03-16.csv").id
    assert '5 × workers-2026-03-16.csv: department: the column "dept_code" is gone' in typed().output
    mapping = workspace / "mappings" / "workers.yaml"
    mapping.write_text(mapping.read_text(encoding="utf-8").replace("dept_code", "department_code"), encoding="utf-8")
    result = typed("replay", str(number), "--json")
    told = json.loads(result.output)
    assert (told["rows"], told["applied"], told["held"], told["refused"]) == (40, 5, 0, 0)
    assert (told["brought_in"], len(told["people"]), told["begun"]) == (5, 5, {})
    nothing_held, not_applied, *_ = typed().output.splitlines()
    assert nothing_held == "Nothing is held."
    assert not_applied == "39 values were not applied; what was known before, if anything, stands:"


def test_rows_that_are_rejected_are_refused_and_what_cannot_be_ended_says_so(workspace: Path) -> None:
    number = str(take_in(workspace, "workers-2026-03-16.csv").id)
    for words, code, said in (
        (("release", number), 1, "not held as a whole"),
        (("reject", number), 0, "5 refused"),
        (("reject", number), 1, "holds nothing"),
        (("reject", "99"), 1, "There is no sync 99"),
    ):
        result = typed(*words, "--yes-by", "Ann Archer")
        assert (result.exit_code, said in result.output) == (code, True), result.output


def test_whoever_releases_says_who_they_are() -> None:
    assert typed("release", "1").exit_code == 2
