"""The live line: open pages hear that something changed, all of them by one look a second, and the process can stop at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Final

import httpx2
from playwright.sync_api import Browser, Route, expect
from starlette.datastructures import State
from tests.web.browsing import window
from tests.web.house import House, told

from handrail.web.kit.live import APART_SECONDS, TOPICS, Live, PageNews

IN_TIME: Final = (APART_SECONDS + 5) * 1000
"""Milliseconds after which a page must have renewed itself, also when it was told of something a moment before."""


def events(stream: httpx2.Response) -> Iterator[dict[str, str]]:
    """Each event as its fields; comments are left out."""
    found: dict[str, str] = {}
    for line in stream.iter_lines():
        if line.startswith(":"):
            continue
        if line:
            name, _, value = line.partition(": ")
            found[name] = value
        elif found:
            yield found
            found = {}


def test_an_open_page_hears_that_something_changed_and_nothing_of_what(house: House) -> None:
    visitor, sender = house.visitor("learner"), house.client("events")
    with visitor.stream("GET", "/live") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = stream.iter_lines()
        assert next(lines) == ": welcome"
        sender.post("/api/events", json=told("changed"))
        heard = list[str]()
        while "event: work" not in heard:
            heard.append(next(lines))
        assert not any("1011" in line or "WELCOME" in line for line in heard)


def test_a_page_that_was_away_hears_what_it_missed(house: House) -> None:
    visitor, sender = house.visitor("learner"), house.client("events")
    with visitor.stream("GET", "/live") as stream:
        sender.post("/api/events", json=told("first"))
        known = next(each["id"] for each in events(stream) if each["event"] == "work")
    sender.post("/api/events", json=told("second"))
    house.settle()
    with visitor.stream("GET", "/live", headers={"Last-Event-ID": known}) as stream:
        assert next(each for each in events(stream) if each["event"] == "work")["id"] != known


def test_whoever_is_not_signed_in_hears_nothing(house: House) -> None:
    answer = house.client().get("/live")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Flive")


def test_all_open_pages_are_told_by_one_look(house: House) -> None:
    visitor, sender = house.visitor("learner"), house.client("events")
    with ExitStack() as opened:
        live, began = house.application.state.live, time.monotonic()
        with ThreadPoolExecutor(10) as at_once:
            streams = list(
                at_once.map(lambda _: visitor.send(visitor.build_request("GET", "/live"), stream=True), range(10))
            )
        pages = [events(opened.enter_context(closing(stream))) for stream in streams]
        sender.post("/api/events", json=told("for-all"))
        for page in pages:
            assert next(each for each in page if each["event"] == "work")
        assert live.listeners == 10
        assert live.looks <= time.monotonic() - began + 2, "one look a second, however many pages are open"


def test_a_process_with_open_pages_stops_at_once(company: Path) -> None:
    made = House(company)
    made.begin()
    visitor = made.visitor("learner")
    with visitor.stream("GET", "/live") as stream:
        assert next(stream.iter_lines()) == ": welcome"
        began = time.monotonic()
        made.end()
    assert time.monotonic() - began < 5, "nobody waits for streams that would never end"


def test_a_page_that_opens_while_the_process_stops_is_let_go_of_without_a_fault(house: House) -> None:
    live = Live(house.runtime.store, State({"ending": lambda: True}))

    async def heard() -> list[str]:
        return [each async for each in live.stream((), 0)]

    with ThreadPoolExecutor(1) as beside:  # the browser's event loop may be running in this thread
        assert beside.submit(lambda: asyncio.run(heard())).result() == [": welcome\n\n"]
    assert live.listeners == 0


def test_a_page_is_told_of_a_topic_seldom_while_much_happens() -> None:
    first = tuple(range(len(TOPICS)))
    page = PageNews(first)
    risen = (first[0] + 1, *first[1:])
    said, _ = page.news(risen, 0.0)
    assert said.startswith("event: work\n")
    again = (first[0] + 2, *first[1:])
    assert page.news(again, 1.0)[0] == "", "it was told a second ago"
    assert page.news(again, 1.0)[1] > 0, "and is told again later"
    assert page.news(again, APART_SECONDS)[0].startswith("event: work\n")
    assert page.news(again, APART_SECONDS + 1) == ("", 0.0), "nothing is said twice"


def test_a_list_says_that_it_is_no_longer_as_it_stands_and_does_not_move(house: House, browser: Browser) -> None:
    with window(browser, house, house.visitor("operations")) as seen:
        seen.open("/handoffs")
        box = seen.page.get_by_role("checkbox", name="Pick Who will look after").first
        box.check()
        house.client("events").post("/api/events", json=told("for-the-list"))
        expect(seen.page.locator(".news")).to_contain_text("Something changed since you opened this.", timeout=IN_TIME)
        expect(box).to_be_checked()
        assert seen.complaints == []


def test_a_page_whose_scripts_come_slowly_hears_that_something_changed(house: House, browser: Browser) -> None:
    with window(browser, house, house.visitor("operations")) as seen:

        def after_the_first(route: Route) -> None:
            seen.page.wait_for_function("() => window.htmx && new Promise(done => setTimeout(() => done(true), 50))")
            route.continue_()

        seen.page.route("**/hx-sse*", after_the_first)
        seen.open("/handoffs")
        house.client("events").post("/api/events", json=told("for-the-slow"))
        expect(seen.page.locator(".news")).to_contain_text("Something changed since you opened this.", timeout=IN_TIME)


def test_today_renews_itself(house: House, browser: Browser) -> None:
    with window(browser, house, house.visitor("operations")) as seen:
        seen.open("/today")
        before = seen.page.locator(".numbers .count").nth(3)
        expect(before).to_have_text("12")
        house.client("events").post("/api/events", json=told("for-today"))
        expect(before).to_have_text("13", timeout=IN_TIME)
