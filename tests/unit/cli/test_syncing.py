"""`handrail sync` and what ends a hold, as somebody types them in Acme's workspace."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from handrail.cli import app
from handrail.store.opening import open_store

ACME = Path(__file__).resolve().parents[3] / "examples" / "acme"


class Shell:
    """Types commands in a copy of Acme's workspace."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "acme"
        shutil.copytree(ACME, self.folder)
        self.code = 0

    def types(self, *words: str) -> str:
        done = CliRunner().invoke(app, words)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        self.code = done.exit_code
        return done.output

    def sync(self, day: str, *words: str) -> str:
        return self.types("sync", f"hr/workers-2026-{day}.csv", *words)

    def sums(self, text: str) -> tuple[int, ...]:
        told: dict[str, Any] = json.loads(text)
        return tuple(told[name] for name in ("rows", "applied", "no_change", "held", "refused"))


@pytest.fixture(name="shell")
def fixture_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    shell = Shell(tmp_path)
    monkeypatch.chdir(shell.folder)
    return shell


def test_a_renamed_column_is_mended_by_the_commands_that_the_sync_names(shell: Shell) -> None:
    assert shell.sums(shell.sync("03-02", "--json")) == (5003, 5000, 3, 0, 0)
    assert shell.sums(shell.sync("03-09", "--json")) == (5063, 268, 4795, 0, 0)
    told = json.loads(shell.sync("03-16", "--json"))
    assert (shell.code, told["held"]) == (3, 200)
    assert told["next"] == [
        "handrail held mend workers --column dept_code=department_code",
        "handrail held replay 3",
    ]
    for step in told["next"]:
        shell.types(*step.split()[1:])
    codes = ("--code", "department:SLS-EMEA=Sales", "--code", "department:CX=Customer Support")
    shown = shell.types("held", "mend", "hris", *codes)
    assert "+      CX: Customer Support" in shown
    assert shell.sums(shell.types("held", "replay", "3", "--yes-by", "Ada Pohl", "--json")) == (5263, 410, 4853, 0, 0)
    assert shell.code == 0


def test_a_file_that_is_held_as_a_whole_waits_for_a_named_person(shell: Shell) -> None:
    shell.sync("03-02")
    shown = shell.sync("03-23")
    assert shell.code == 4
    assert "handrail held release 2 --yes-by NAME" in shown
    shell.types("held", "reject", "2", "--yes-by", "Ada Pohl")
    store = open_store(f"sqlite:///{shell.folder / 'handrail.db'}")
    (audit,) = store.audit()
    store.close()
    assert (audit.by, audit.what) == ("Ada Pohl", "file rejected")


def test_an_older_file_than_the_last_one_is_refused(shell: Shell) -> None:
    shell.sync("03-09")
    shown = shell.sync("03-02")
    assert shell.code == 5
    assert "workers-2026-03-09.csv, which is newer, was applied before it" in shown
    assert "Next:" not in shown


def test_an_older_file_with_the_old_column_does_not_ask_to_undo_what_was_mended(shell: Shell) -> None:
    shell.sync("03-16")
    shell.types("held", "mend", "workers", "--column", "dept_code=department_code")
    shown = shell.sync("03-09")
    assert (shell.code, "held mend" in shown) == (5, False)


def test_a_date_that_is_none_is_not_offered_as_a_word_for_the_mapping(shell: Shell) -> None:
    file = shell.folder / "hr" / "workers-2026-03-02.csv"
    text = file.read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    hired = lines[0].rstrip().split(",").index("hire_date")
    cells = lines[1].split(",")
    cells[hired] = "2020-02-31"
    file.write_text("".join([lines[0], ",".join(cells), *lines[2:]]), encoding="utf-8")
    told = json.loads(shell.sync("03-02", "--json"))
    assert (told["held"], told["next"]) == (1, ["handrail held"])


def test_the_first_file_says_that_nobody_in_it_counts_as_newly_hired(shell: Shell) -> None:
    assert "none of them counts as newly hired" in shell.sync("03-02")
    assert "none of them counts as newly hired" not in shell.sync("03-09")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("sync", "nothing.csv"), "nothing.csv is no file"),
        (
            ("sync", "handrail.yaml"),
            "No mapping reads a file named handrail.yaml. There are: workers (workers-{date}.csv)",
        ),
        (("sync", "handrail.yaml", "--mapping", "x"), 'There is no mapping "x". There are: workers (of hris).'),
        (("sync", "handrail.yaml", "--workspace", "hr"), "There is no handrail.yaml here or above"),
        (("held", "mend", "workers"), "Nothing to mend"),
        (("held", "mend", "workers", "--column", "dept_code"), '"dept_code" must be OLD=NEW'),
        (("held", "mend", "workers", "--code", "CX=Sales"), '"CX" must name its field'),
    ],
)
def test_what_cannot_be_done_is_said_with_what_can(shell: Shell, words: tuple[str, ...], said: str) -> None:
    assert said in shell.types(*words)
    assert shell.code == 2


def test_a_mapping_without_that_column_stays_as_it_is(shell: Shell) -> None:
    before = (shell.folder / "mappings" / "workers.yaml").read_text(encoding="utf-8")
    assert 'no field is filled from a column "depot"' in shell.types("held", "mend", "workers", "--column", "depot=x")
    assert shell.code == 1
    assert (shell.folder / "mappings" / "workers.yaml").read_text(encoding="utf-8") == before
