"""A small organization that is served for real. It is made once, and every test gets a copy of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.web.browsing import chromium
from tests.web.house import House, prepare

from handrail.app.moving.changing import preview


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that is published, with its twelve people, two of whom have just begun their welcome."""
    folder = tmp_path_factory.mktemp("prepared") / "company"
    prepare(folder)
    return folder


@pytest.fixture
def company(prepared: Path, tmp_path: Path) -> Path:
    """A copy of it, at rest."""
    folder = tmp_path / "company"
    shutil.copytree(prepared, folder)
    return folder


@pytest.fixture
def house(company: Path) -> Iterator[House]:
    """A copy of it, served."""
    made = House(company)
    made.begin()
    yield made
    made.end()


@pytest.fixture(scope="module")
def open_house(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A copy for a whole module of tests that only look; somebody previews a moving there, M-1."""
    folder = tmp_path_factory.mktemp("open") / "company"
    shutil.copytree(prepared, folder)
    made = House(folder)
    preview(made.runtime, "welcome", "Ada")
    made.begin()
    yield made
    made.end()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for the tests of a module. No longer: while it is open its loop runs in this thread, and no other may."""
    with chromium() as found:
        yield found
