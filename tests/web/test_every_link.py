"""Every link of every page, as each role follows it from the first page on: none ends at a page that is refused or not there.

The house is ten days further than the others, so that something was handed on; one handoff there is late.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter, deque
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx2
import pytest
from tests.web.house import House
from tests.web.rights_table import VIEWERS, Viewing

from handrail.app.moving.changing import preview
from handrail.engine.clock import RealClock
from handrail.terms.values import Instant

LATER = timedelta(days=10)
OF_A_KIND = 2
"""So many addresses that differ by their values alone are opened; the others have the same page and the same template."""


class Later(RealClock):
    """The real clock, ten days on."""

    def __call__(self) -> Instant:
        return super().__call__() + LATER


class Links(HTMLParser):
    """The links of a page, and the places in it that a link can name."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.to: list[str] = []
        self.places: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href") is not None:
            self.to.append(given["href"] or "")
        if given.get("id"):
            self.places.add(given["id"] or "")


@pytest.fixture(scope="module")
def late_house(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("late") / "company"
    shutil.copytree(prepared, folder)
    made = House(folder, Later())
    preview(made.runtime, "welcome", "Ada")
    made.begin()
    made.settle()
    with made.runtime.store.database.transaction() as transaction:
        transaction.count("UPDATE handoff SET due = 1 WHERE run = 1 AND closed IS NULL")
    yield made
    made.end()


def kind_of(address: str) -> str:
    """An address without what differs from line to line: its numbers, and the values after `?`."""
    parts = urlsplit(address)
    names = sorted(name for name, _ in parse_qsl(parts.query))
    return f"{re.sub('[0-9]+', '0', parts.path)}?{'&'.join(names)}"


def followed(visitor: httpx2.Client) -> Iterator[tuple[str, str, int]]:
    """Every address that links lead to from the first page on: where the link stands, the address, its status."""
    waiting, known, many = deque([("", "/")]), {"/"}, Counter[str]()
    while waiting:
        page, address = waiting.popleft()
        answer = visitor.get(address, follow_redirects=True)
        yield page, address, answer.status_code
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        links = Links(answer.text)
        for to in links.to:
            parts = urlsplit(urljoin(str(answer.url), to))
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            assert not to.startswith("#") or to[1:] in links.places, f"{address}: nothing is at {to}"
            if parts.netloc == urlsplit(str(answer.url)).netloc and path not in known:
                known.add(path)
                many[kind_of(path)] += 1
                if many[kind_of(path)] <= OF_A_KIND:
                    waiting.append((address, path))


def name_of(viewing: Viewing) -> str:
    return viewing.name


@pytest.mark.parametrize("viewing", VIEWERS, ids=name_of)
def test_no_link_leads_where_nothing_is_or_where_its_reader_may_not_go(viewing: Viewing, late_house: House) -> None:
    visitor = late_house.visitor(*viewing.roles, person=viewing.person) if viewing.roles else late_house.client()
    seen = list(followed(visitor))
    assert len(seen) > (5 if viewing.roles else 0)
    assert [f"{status} {address} (on {page})" for page, address, status in seen if status >= 400] == []


def test_what_is_late_in_a_journey_opens_its_lists(late_house: House) -> None:
    visitor = late_house.visitor("operations")
    late = [to for to in Links(visitor.get("/journeys/welcome").text).to if "only=late" in to]
    assert [to.partition("?")[0] for to in late] == ["/handoffs", "/journeys/welcome/runs", "/journeys/welcome/runs"]
    for to in late:
        found = visitor.get(to)
        assert (found.status_code, found.text.count('data-label="State"')) == (200, 1)
        assert f"<strong>1 {'handoff' if to.startswith('/handoffs') else 'run'}</strong>" in found.text
