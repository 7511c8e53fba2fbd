"""What every story has: somebody's hands, so that a test that asks for them is told twice; and Acme, where it takes place.

Acme's weeks are rehearsed once for all tests: whichever worker comes first does it, the others wait for its lock.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.web.stories.acme import Acme, copied, rehearse
from tests.web.stories.acme_by_mail import AcmeByMail
from tests.web.stories.hands import Hands, Keyboard, Mouse


@pytest.fixture(params=[Mouse, Keyboard], ids=["by mouse", "by keyboard alone"])
def hands(request: pytest.FixtureRequest) -> type[Hands]:
    """How somebody uses a page: `hands(seen)` are theirs at a window."""
    found: type[Hands] = request.param
    return found


@pytest.fixture(scope="session")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Acme's two weeks, at rest."""
    shared = tmp_path_factory.getbasetemp()
    folder = (shared.parent if shared.name.startswith("popen-") else shared) / "acme-of-the-stories"
    folder.mkdir(exist_ok=True)
    with (folder / "rehearsed.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "rehearsed").exists():
            (folder / "weeks").mkdir()
            rehearse(folder / "weeks")
            (folder / "rehearsed").touch()
    return folder / "weeks"


@pytest.fixture
def acme(rehearsed: Path, tmp_path: Path) -> Iterator[Acme]:
    """A copy of Acme, served, at nine on 16 March."""
    made = Acme(copied(rehearsed, tmp_path / "acme"))
    made.begin()
    yield made
    made.end()


@pytest.fixture(scope="module")
def open_acme(rehearsed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Acme]:
    """A copy for a module of tests that only look."""
    made = Acme(copied(rehearsed, tmp_path_factory.mktemp("open") / "acme"))
    made.begin()
    yield made
    made.end()


@pytest.fixture
def by_mail(rehearsed: Path, tmp_path: Path) -> Iterator[AcmeByMail]:
    """A copy of Acme, served, whose letters are kept, at nine on 16 March."""
    made = AcmeByMail(copied(rehearsed, tmp_path / "acme"))
    yield made
    made.close()
