"""Every command and option that there is has its place in docs/reference/commands.md, and the help answers at once."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from handrail.cli import app

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^#|\Z)", PAGE, re.DOTALL | re.MULTILINE))
HEAVY = (
    "sqlalchemy", "alembic", "fastapi", "uvicorn", "msgspec", "yaml", "httpx2", "holidays", "sqlite3", "apsw", "asyncio",
)  # fmt: skip
GROUPS = ("Begin", "Run", "Look, and ask why", "Keep it trustworthy")


def commands(command: Any, name: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - of the library typer stands on
    """Every command below, by the words one types for it."""
    for word, below in getattr(command, "commands", {}).items():
        full = f"{name} {word}".strip()
        yield full, below
        yield from commands(below, full)


COMMANDS = dict(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_heading_with_each_of_its_options(name: str) -> None:
    assert name in SECTIONS, f"docs/reference/commands.md has no heading for `{name}`"
    options = [word for option in COMMANDS[name].params for word in (*option.opts, *option.secondary_opts)]
    missing = [word for word in options if word.startswith("--") and f"`{word}`" not in SECTIONS[name]]
    required = [word for word in missing if f"{word} " not in SECTIONS[name] and word != "--help"]
    assert not required, f"docs/reference/commands.md says nothing under `{name}` of {required}"


def test_the_page_has_no_command_that_is_not_there() -> None:
    assert set(SECTIONS) - set(COMMANDS) == {"Options of many commands", "Exit codes"}


@pytest.mark.parametrize("name", COMMANDS)
def test_an_exit_code_that_a_command_tells_of_itself_stands_on_the_page(name: str) -> None:
    told = " ".join((COMMANDS[name].help or "").split())
    assert ("xit code" not in told) or re.search(r"[Ee]xit\s+code", SECTIONS[name])


def test_the_help_shows_the_commands_in_groups_from_beginning_to_keeping() -> None:
    said = typed_help()
    places = [said.index(f"─ {group} ─") for group in GROUPS]
    assert places == sorted(places)
    assert "─ Commands ─" not in said


def test_the_help_answers_at_once_for_it_loads_nothing_heavy() -> None:
    run = f"import sys\nfrom handrail.cli import app\nprint([name for name in {HEAVY} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", run], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def typed_help() -> str:
    """What `handrail --help` prints."""
    return subprocess.run(
        [sys.executable, "-m", "handrail.cli", "--help"], capture_output=True, text=True, check=True
    ).stdout
