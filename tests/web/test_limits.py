"""What is too much, too slow, or cannot be kept is refused with when to come again; nothing is taken that is not committed."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from starlette.types import Message
from tests.web.house import House, told

from handrail.intake.cloudevents import read
from handrail.intake.told import Item
from handrail.web.api.receiving import Receiving, Way
from handrail.web.limits import Limits
from handrail.web.refusals import Refused, install


def events(number: int) -> list[Item]:
    """So many events, read."""
    found = read(json.dumps([told(f"l{n}", "hris:1005") for n in range(number)]).encode())
    return [one for one in found if isinstance(one, Item)]


def test_more_than_may_wait_is_sent_away_with_when_to_come_again(house: House) -> None:
    receiving, go_on = Receiving(house.runtime, waiting_max=3), threading.Event()
    host = house.runtime.host
    assert host is not None, "it was begun"
    host.run_job(lambda _engine, _now: go_on.wait(20))

    async def everybody() -> tuple[int, int]:
        first = asyncio.create_task(receiving.take(Way(), events(2)))
        await asyncio.sleep(0)
        with pytest.raises(Refused, match="2 wait to be taken in") as refused:
            await receiving.take(Way(), events(2))
        go_on.set()
        return len(await first), refused.value.status

    assert asyncio.run(everybody()) == (2, 503)
    host.run_job(lambda _engine, _now: None).result(20)  # the one that took them in is over
    assert receiving.waiting == 0


def test_who_comes_while_handrail_is_stopped_hears_that_nothing_was_taken(house: House) -> None:
    sender, host = house.client("events"), house.runtime.host
    assert host is not None, "it was begun"
    host.stop()
    refused = sender.post("/api/events", json=told("too late", "hris:1005"))
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert "nothing of it was written" in refused.json()["error"]


def test_a_body_that_does_not_come_is_given_up() -> None:
    sent: list[Message] = []

    async def never() -> Message:
        await asyncio.Event().wait()
        raise AssertionError("nothing comes")

    async def send(message: Message) -> None:
        sent.append(message)

    async def nobody(*_: Any) -> None:  # noqa: ANN401 - an application is never reached
        raise AssertionError("half a request reached the application")

    scope = {"type": "http", "method": "POST", "path": "/api/events", "headers": []}
    asyncio.run(Limits(nobody, seconds=0.01)(scope, never, send))
    assert sent[0]["status"] == 408


def test_a_full_disk_is_told_and_what_was_confirmed_stays(house: House) -> None:
    sender, store, confirmed = house.client("events"), house.runtime.store, list[int]()
    store.database.look("PRAGMA max_page_count = 1")  # no page more than there is
    for number in range(500):
        refused = sender.post("/api/events", json=told(f"full {number}", data={"course": f"{number} {'x' * 2000}"}))
        if refused.status_code != 200:
            break
        confirmed.append(refused.json()["events"][0]["number"])
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert "disk is full" in refused.json()["error"]
    store.database.look("PRAGMA max_page_count = 1000000")
    assert sender.post("/api/events", json=told("after")).status_code == 200
    assert set(confirmed) == set(store.ledger_rows(confirmed))


def test_a_fault_of_ours_shows_nothing_of_its_inside() -> None:
    application = FastAPI()
    install(application)

    @application.get("/broken")
    async def broken() -> None:
        raise RuntimeError("secret inside")

    async def asked() -> httpx2.Response:
        transport = httpx2.ASGITransport(application, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://house") as client:
            return await client.get("/broken")

    answer = asyncio.run(asked())
    assert (answer.status_code, answer.json()["error"]) == (500, "This is a fault of Handrail itself.")
    assert "secret" not in answer.text
