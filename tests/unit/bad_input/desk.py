"""A desk at which somebody types commands about a small workspace, and what stands in its database before and after."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from datetime import date
from pathlib import Path

from typer.testing import CliRunner, Result

from handrail.app.starting import write_starter
from handrail.cli import app

TABLES = ("person", "person_version", "ledger", "run", "identity", "effect", "sync")


class Desk:
    """The starter workspace with its first file taken in: ten people."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workspace = folder / "acme"
        self.first, self.second = sorted((self.workspace / "hr").iterdir())
        self.store = self.workspace / "handrail.db"

    @classmethod
    def make(cls, folder: Path) -> None:
        """Write the workspace, and take in its first file."""
        write_starter(folder / "acme", date(2026, 3, 16))
        desk = cls(folder)
        assert desk.sync(desk.first).exit_code == 0

    @property
    def text(self) -> bytes:
        """The second file: ten people as before, two more."""
        return self.second.read_bytes()

    def types(self, *words: str | Path) -> Result:
        """Type a command."""
        return CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "200"})

    def sync(self, file: Path, *more: str) -> Result:
        """Take in a file."""
        return self.types("sync", file, "--workspace", self.workspace, *more)

    def file(self, content: bytes) -> Result:
        """Take in a file of 23 March with this content."""
        path = self.folder / "workers-2026-03-23.csv"
        path.write_bytes(content)
        return self.sync(path)

    def rows(self, tables: tuple[str, ...] = TABLES) -> dict[str, list[tuple[object, ...]]]:
        """Everything that stands in these tables."""
        connection = sqlite3.connect(f"file:{self.store}?mode=ro", uri=True)
        try:
            return {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables}
        finally:
            connection.close()

    def elsewhere(self, *words: str | Path, before: str = "") -> subprocess.CompletedProcess[str]:
        """Type a command in a process of its own, after some Python `before` it."""
        run = f"import sys\n{before}\nfrom handrail.cli import main\nsys.argv[0] = 'handrail'\nmain()"
        return subprocess.run(
            [sys.executable, "-c", run, *map(str, words)],
            capture_output=True, text=True, check=False, cwd=self.folder, env={**os.environ, "COLUMNS": "200"},
        )  # fmt: skip
