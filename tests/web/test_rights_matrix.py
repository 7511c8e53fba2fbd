"""Every route × every role × own or others' data, as the application has them, against the one table. What is not in the table is red."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import httpx2
import pytest
from tests.web.house import House
from tests.web.rights_table import (
    OPEN,
    OTHER_NAME,
    OWN_NAME,
    PAGES,
    SAMPLES,
    SEES_ALL,
    TOKENS,
    VIEWERS,
    Viewing,
)

from handrail.app.moving.changing import preview
from handrail.app.tokens import SCOPES


def routes(of: Iterable[Any]) -> Iterator[str]:
    """Every route of the application, as `GET /today`; those of routers within routers, too."""
    for route in of:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from routes(inner.routes)
        else:
            yield from (f"{method} {route.path}" for method in sorted(route.methods - {"HEAD"}))


def example(path: str) -> str:
    """A path with something in the place of its parts."""
    return re.sub(r"{(\w+)(:\w+)?}", lambda part: SAMPLES[part[1]], path)


def answer_to(client: httpx2.Client, method: str, path: str) -> tuple[int, str, str]:
    """Status, where it sends to, and the text, as far as it comes at once."""
    with client.stream(method, path) as answer:
        live = answer.headers.get("content-type", "").startswith("text/event-stream")
        text = "" if live else answer.read().decode("utf-8", "replace")
        return answer.status_code, answer.headers.get("location", ""), text


def letter(status: int, to: str) -> str:
    """What became of it, as the table writes it."""
    if status == 401 or (status == 303 and to.startswith("/sign-in?next=")):
        return "S"
    return "N" if status in (403, 404) else "Y"


class Clients:
    """Everybody who looks, signed in once; whoever signs out is signed in anew."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._in: dict[str, httpx2.Client] = {}
        house.visitor("learner", login="account-one")  # what is done to an account is done to this one

    def of(self, viewing: Viewing, route: str) -> httpx2.Client:
        """The client of one of them."""
        if not viewing.roles:
            return self._house.client()
        if viewing.name not in self._in or route == "POST /sign-out":
            self._in[viewing.name] = self._house.visitor(*viewing.roles, person=viewing.person)
        return self._in[viewing.name]


@pytest.fixture(name="clients")
def fixture_clients(house: House) -> Clients:
    preview(house.runtime, "welcome", "Ada")
    return Clients(house)


def test_every_route_has_its_place_in_the_table_and_none_has_two(house: House) -> None:
    there = sorted(routes(house.application.routes))
    listed = sorted([*PAGES, *TOKENS, *OPEN])
    assert [route for route in there if route not in listed] == [], "say in rights_table.py who gets what from it"
    assert [route for route in listed if route not in there] == [], "it is gone: take it out of rights_table.py"
    assert len(listed) == len(set(listed))


def test_every_page_is_for_those_whom_the_table_names_and_nobody_else(clients: Clients) -> None:
    wrong = []
    for route, cases in PAGES.items():
        method = route.partition(" ")[0]
        for path, letters in cases:
            assert len(letters) == len(VIEWERS), path
            for viewing, wanted in zip(VIEWERS, letters, strict=True):
                status, to, _ = answer_to(clients.of(viewing, route), method, path)
                if letter(status, to) != wanted:
                    wrong.append(f"{method} {path} as {viewing.name}: {status} {to}, and the table says {wanted}")
    assert wrong == []


def test_nobody_is_shown_somebody_whom_they_may_not_see(clients: Clients) -> None:
    told = []
    for route, cases in PAGES.items():
        for path, letters in cases:
            for viewing, wanted in zip(VIEWERS, letters, strict=True):
                if route.startswith("GET") and wanted == "Y" and viewing.name not in SEES_ALL:
                    text = answer_to(clients.of(viewing, route), "GET", path)[2]
                    told += [f"{path} tells {viewing.name} of {name}" for name in (OTHER_NAME,) if name in text]
    assert told == []


def test_whom_somebody_may_see_they_are_shown(clients: Clients) -> None:
    for viewing in VIEWERS[2:]:
        text = answer_to(clients.of(viewing, "GET /handoffs"), "GET", "/handoffs?whose=all")[2]
        whose = OWN_NAME if viewing.name in ("manager", "operations in Sales") else OTHER_NAME
        assert whose in text, viewing.name


def test_a_program_needs_the_scope_that_the_table_names(house: House) -> None:
    clients = {scope: house.client(scope) for scope in SCOPES}
    wrong = []
    for route, needed in TOKENS.items():
        method, _, path = route.partition(" ")
        for scope, client in clients.items():
            status = answer_to(client, method, example(path))[0]
            elsewhere = status == 403 and path == "/api/syncs"  # files are taken in from this machine alone
            allowed = status not in (401, 403) or elsewhere
            if allowed is not (scope in (needed, "admin") or elsewhere):
                wrong.append(f"{route} with {scope}: {status}, and the table says {needed}")
    assert wrong == []


def test_a_session_opens_nothing_that_is_for_programs(house: House) -> None:
    admin = house.visitor("admin")
    opened = []
    for route in TOKENS:
        method, _, path = route.partition(" ")
        if answer_to(admin, method, example(path))[0] != 401:
            opened.append(route)
    assert opened == []


def test_what_is_open_to_anybody_names_nobody(house: House) -> None:
    nobody = house.client()
    for route in OPEN:
        method, _, path = route.partition(" ")
        text = answer_to(nobody, method, example(path))[2]
        assert not any(name in text for name in (OWN_NAME, OTHER_NAME)), route
