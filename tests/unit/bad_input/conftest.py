"""The desk of every test in this folder."""

import shutil
from pathlib import Path

import pytest
from tests.unit.bad_input.desk import Desk


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a workspace whose first file was taken in."""
    folder = tmp_path_factory.mktemp("desk")
    Desk.make(folder)
    return folder


@pytest.fixture
def desk(made_once: Path, tmp_path: Path) -> Desk:
    """A copy of it for this test alone."""
    shutil.copytree(made_once, tmp_path, dirs_exist_ok=True)
    return Desk(tmp_path)
