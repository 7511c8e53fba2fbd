"""The demo, played once for all tests of this folder: its figures, its screen, and its company to ask questions of.

Whichever worker comes first plays it; the others wait for its lock.
"""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.demo.played import Demo

from handrail.app.demo import figures, questions, running, screen
from handrail.insight.past import Past
from handrail.store.opening import Store, open_store

PLAYED = "figures.json"


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    shared = tmp_path_factory.getbasetemp()
    folder = (shared.parent if shared.name.startswith("popen-") else shared) / "acme"
    folder.mkdir(exist_ok=True)
    with (folder / "played.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / PLAYED).exists():
            _play(folder)
    found = json.loads((folder / PLAYED).read_text(encoding="utf-8"))
    store = _company(folder)
    called = folder / "handrail"
    called.touch()
    asked = questions.questions(store, str(called), folder)
    lines = screen.screen(
        figures.told(store, found, running.killed_after(folder)), figures.escalated_by_owner(store), asked, str(folder)
    )
    store.close()
    return Demo(found, lines, folder)


@pytest.fixture(scope="session")
def past(demo: Demo) -> Iterator[Past]:
    """The company's past, as a reader of its store sees it."""
    store = _company(demo.folder)
    yield Past(store)
    store.close()


def _play(folder: Path) -> None:
    command = [sys.executable, "-m", "handrail.cli", "demo", "--json", "--folder", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr
    (folder / PLAYED).write_text(done.stdout, encoding="utf-8")


def _company(folder: Path) -> Store:
    return open_store(f"sqlite:///{folder / 'handrail.db'}", read_only=True)
