"""Each host of the engine passes the one suite of all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from tests.contracts.engine import EngineContract, play
from tests.properties.office import Made, Office, Trouble

from handrail.engine.embedded import Embedded
from handrail.engine.items import Item, Receipt

CALM = Trouble(people=3, finished_on=(1.0,), answered=(True,), doubled=(False,), crashes=())


class Rehearsed:
    """The rehearsal host."""

    def __init__(self, folder: Path) -> None:
        self.office = Office(folder, CALM, Made(rate=None))

    def take(self, items: Sequence[Item]) -> list[Receipt]:
        return self.office.engine.take(items, self.office.clock())

    def settle(self) -> None:
        self.office.host.settle_down()

    def close(self) -> None:
        self.office.close()


class Hosted:
    """The embedded host, with its thread and its pool of calls; its clock stands still."""

    def __init__(self, folder: Path) -> None:
        self.office = Office(folder, CALM, Made(rate=None))
        self._host = Embedded(self.office.engine, self.office.drivers, self.office.clock)
        self._host.start()

    def take(self, items: Sequence[Item]) -> list[Receipt]:
        return self._host.submit(items).result(timeout=20)

    def settle(self) -> None:
        """A job comes after what came before it; calls on their way come back as new work."""
        while self._host.run_job(lambda engine, _: _open_calls(engine.store.database.look(_OPEN))).result(timeout=20):
            pass

    def close(self) -> None:
        self._host.stop()
        self.office.close()


_OPEN = "SELECT count(*) FROM effect WHERE state < 2"


def _open_calls(found: list[tuple[int]]) -> int:
    return found[0][0]


class TestRehearsal(EngineContract):
    """The suite."""

    @pytest.fixture(name="house")
    def fixture_house(self, tmp_path: Path) -> Iterator[Rehearsed]:
        made = Rehearsed(tmp_path)
        yield made
        made.close()


class TestEmbedded(EngineContract):
    """The suite."""

    @pytest.fixture(name="house")
    def fixture_house(self, tmp_path: Path) -> Iterator[Hosted]:
        made = Hosted(tmp_path)
        yield made
        made.close()


def test_every_host_decides_the_same(tmp_path: Path) -> None:
    rehearsed, hosted = Rehearsed(tmp_path / "rehearsed"), Hosted(tmp_path / "hosted")
    assert play(rehearsed) == play(hosted)
    rehearsed.close()
    hosted.close()
