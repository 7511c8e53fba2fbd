"""What works beside the engine in a thread of its own: it stops when it is told to, and says why when it was not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from handrail.app.running.beside import Beside


class Waiting(Beside):
    """Waits to be told to stop."""

    def work(self) -> None:
        self._ended.wait()


class Failing(Beside):
    """Dies at once."""

    def work(self) -> None:
        raise MemoryError("tried out")


def organization(died: BaseException | None = None) -> Any:  # noqa: ANN401 - as much of one as is asked
    return SimpleNamespace(died=died)


def test_it_stops_when_it_is_told_to() -> None:
    waiting = Waiting(organization(), "waits")
    waiting.start()
    waiting.stop()
    assert waiting.died is None


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_whoever_dies_says_of_what() -> None:
    failing = Failing(organization(), "fails")
    failing.start()
    failing.stop()
    assert isinstance(failing.died, MemoryError)


def test_of_two_that_die_the_first_says_of_what() -> None:
    failing = Failing(organization(ValueError("first")), "fails")
    failing.start()
    failing.stop()
    assert failing.died is None
