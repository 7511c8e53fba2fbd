"""Bad input over HTTP: each has a clear answer, and nothing that was confirmed is lost."""

from __future__ import annotations

import json
import socket
from datetime import timedelta
from typing import Any

import pytest
from tests.web.house import House, moment, practice_body, told

from handrail.web.limits import BODY_BYTES_MAX


def became(house: House, event: object) -> dict[str, Any]:
    """What became of one event, whatever the status."""
    answer = house.client("events").post("/api/events", json=event)
    found: dict[str, Any] = answer.json()["events"][0]
    return found


def test_an_event_without_an_id_is_refused_and_says_so(house: House) -> None:
    answer = house.client("events").post("/api/events", json=told("x", id=None))
    assert answer.status_code == 422
    assert '"id" is missing' in answer.json()["error"]


def test_an_event_from_the_future_is_held(house: House) -> None:
    found = became(house, told("f1", time=moment(timedelta(hours=2))))
    assert found["became"] == "held"
    assert "still to come" in found["why"][0]


def test_an_event_told_twice_counts_once(house: House) -> None:
    event = told("twice")
    first, second = became(house, event), became(house, event)
    assert (first["became"], second["became"]) == ("matched", "duplicate")


def test_an_event_about_somebody_unknown_is_held_with_an_owner(house: House) -> None:
    assert became(house, told("u1", "hris:9999"))["became"] == "held"
    (cause,) = house.client("read").get("/api/held").json()["lines"]
    assert cause["owner"] == "team learning"


@pytest.mark.parametrize("size", [5_000_000, BODY_BYTES_MAX + 1])
def test_an_event_of_five_megabytes_is_refused_before_it_is_read(house: House, size: int) -> None:
    body = json.dumps(told("big", data={"course": "x" * size})).encode()
    answer = house.client("events").post("/api/events", content=body)
    assert answer.status_code == 413
    assert "at most 4,194,304 are taken" in answer.json()["error"]


def test_a_large_body_that_does_not_say_its_length_is_refused_too(house: House) -> None:
    def parts() -> Any:  # noqa: ANN401 - what httpx2 takes
        yield from (b"x" * 65_536 for _ in range(100))

    answer = house.client("events").post("/api/events", content=parts())
    assert answer.status_code == 413


def test_one_event_of_two_megabytes_is_refused(house: House) -> None:
    answer = house.client("events").post("/api/events", json=told("2mb", data={"course": "x" * 2_000_000}))
    assert answer.status_code == 422
    assert "at most 1,048,576" in answer.json()["error"]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"not json"])
def test_a_body_that_is_no_json_is_refused(house: House, body: bytes) -> None:
    answer = house.client("events").post("/api/events", content=body)
    assert answer.status_code == 400
    assert answer.json()["what_to_do"]


def test_a_batch_says_of_each_what_became_of_it(house: House) -> None:
    batch = [told("b1"), told("b2", type="lms.unheard_of"), told("b3", id=None), told("b4", "hris:9999")]
    answer = house.client("events").post("/api/events", json=batch)
    assert answer.status_code == 207
    assert [one["became"] for one in answer.json()["events"]] == ["matched", "refused", "refused", "held"]
    assert (answer.json()["taken"], answer.json()["refused"]) == (2, 2)


def test_a_delivery_with_a_wrong_signature_is_refused_and_not_kept(house: House) -> None:
    before = house.runtime.store.ledger_since(0, 1000)
    answer = house.deliver("lms", "course.completed", {"user": "1011"}, secret="whsec_d3Jvbmc=")
    assert answer.status_code == 401
    assert house.runtime.store.ledger_since(0, 1000) == before


def test_a_signed_delivery_that_cannot_be_read_is_held_with_the_connections_owner(house: House) -> None:
    answer = house.post_signed("lms", b'{"type": 1}')
    assert (answer.status_code, answer.json()["events"][0]["became"]) == (200, "held")
    (cause,) = house.client("read").get("/api/held").json()["lines"]
    assert cause["owner"] == "team learning"


def test_a_delivery_to_a_connection_that_is_not_there_is_told(house: House) -> None:
    assert house.post_signed("nobody", practice_body("x", {})).status_code == 404


def test_a_held_event_is_refused_by_a_named_person_once(house: House) -> None:
    number = became(house, told("h1", "hris:9999"))["number"]
    operator = house.client("operate")
    done = operator.post(f"/api/held/events/{number}/refuse", json={"by": "Ada", "why": "not one of ours"})
    assert done.json() == {"event": number, "became": "refused", "by": "Ada"}
    again = operator.post(f"/api/held/events/{number}/refuse", json={"by": "Ben", "why": "again"})
    assert (again.status_code, again.json()["by"]) == (409, "Ada")


def test_a_held_event_is_decided_once_its_person_is_known(house: House) -> None:
    became(house, told("h2", "hris:2001"))
    joined = {"employee_id": "2001", "first_name": "Noa", "last_name": "Weiss", "work_email": "noa@example.com"}
    more = {"status": "active", "hire_date": "2020-01-01", "manager_id": "1002"}
    house.deliver("hris", "worker.hired", {"worker": "2001", "changed_at": moment(), "fields": {**joined, **more}})
    house.settle()
    answer = house.client("operate").post("/api/held/events/try-again", json={"by": "Ada"}).json()
    assert (answer["decided"], answer["held"]) == (0, 0)


def test_a_body_that_dribbles_does_not_stop_anybody_else(house: House) -> None:
    with socket.create_connection(("127.0.0.1", int(house.url.rpartition(":")[2])), timeout=10) as slow:
        slow.sendall(b"POST /api/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")
        assert house.client("events").post("/api/events", json=told("d1")).status_code == 200


def test_a_filter_that_is_not_there_is_refused_with_what_is_wrong(house: House) -> None:
    reader = house.client("read")
    for path in ("/api/runs?phase=sleeping", "/api/runs?colour=red", "/api/handoffs?limit=0", "/api/runs?after=zzz"):
        answer = reader.get(path)
        assert answer.status_code == 422, path
        assert answer.json()["what_to_do"], path


@pytest.mark.parametrize("path", ["/api/runs/R-999", "/api/people/P-999", "/api/journeys/none", "/api/handoffs/9/9"])
def test_what_is_not_there_is_told_with_where_to_look(house: House, path: str) -> None:
    answer = house.client("read").get(path)
    assert answer.status_code == 404
    assert answer.json()["what_to_do"]
