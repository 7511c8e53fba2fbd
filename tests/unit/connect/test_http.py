"""Over real sockets on loopback: what never left and what was left without an answer are told apart."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from tests.contracts.connector import item

from handrail.connect.answers import Client, failure_class
from handrail.connect.http import AnswerLost, HttpExchange, NotReached
from handrail.connect.lms import LmsConnector, LmsSettings
from handrail.practice.faults import Fault, Faults
from handrail.practice.journal import Journal
from handrail.practice.lms import Lms
from handrail.practice.lms import LmsSettings as PracticeSettings
from handrail.practice.web import Served, app, serve


@pytest.fixture
def faults() -> Faults:
    return Faults.none()


@pytest.fixture
def served(faults: Faults) -> Iterator[Served]:
    settings = PracticeSettings(auto_accounts=True)
    server = serve(app(Lms(lambda: datetime.now(UTC), Journal(), settings, faults)))
    yield server
    server.stop()


@pytest.fixture
def exchange(served: Served) -> Iterator[HttpExchange]:
    made = HttpExchange(f"http://127.0.0.1:{served.port}", timeout_seconds=5)
    yield made
    made.close()


def test_a_call_goes_over_http_and_comes_back(exchange: HttpExchange) -> None:
    connector = LmsConnector(Client("The LMS", exchange, PracticeSettings().token), LmsSettings())
    wish = item("lms.enroll", "P1", "MGR-101", {"course": "MGR-101"})
    (done,) = connector.send([wish])
    assert done.ended == "confirmed"
    assert list(connector.already("lms.enroll", "MGR-101").users) == ["P1"]


def test_an_answer_that_gets_lost_on_the_wire_is_known_as_lost(exchange: HttpExchange, faults: Faults) -> None:
    faults.switch([Fault("answer_lost", numbers=(1,))])
    connector = LmsConnector(Client("The LMS", exchange, PracticeSettings().token), LmsSettings())
    wish = item("lms.enroll", "P1", "MGR-101", {"course": "MGR-101"})
    (unknown,) = connector.send([wish])
    assert (unknown.failure, unknown.code) == ("uncertain", "no_answer")
    assert [one.ended for one in connector.read_back([wish])] == ["confirmed"]


def test_a_port_nobody_listens_on_was_never_reached() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    exchange = HttpExchange(f"http://127.0.0.1:{port}", timeout_seconds=2)
    with pytest.raises(NotReached):
        exchange("GET", "/", {}, b"")
    exchange.close()


def test_a_system_that_takes_too_long_may_have_done_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        exchange = HttpExchange(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout_seconds=0.2)
        with pytest.raises(AnswerLost):
            exchange("POST", "/enrollments", {}, b"{}")
        exchange.close()


@pytest.mark.parametrize(
    ("status", "repeatable", "expected"),
    [
        (401, True, "auth"),
        (403, True, "permanent"),
        (404, False, "permanent"),
        (302, False, "permanent"),
        (429, False, "throttled"),
        (500, True, "transient"),
        (500, False, "uncertain"),
        (504, True, "transient"),
        (504, False, "uncertain"),
        (408, False, "uncertain"),
    ],
)
def test_every_status_has_its_class(status: int, repeatable: bool, expected: str) -> None:  # noqa: FBT001 - a column of the table
    assert failure_class(status, repeatable=repeatable) == expected
