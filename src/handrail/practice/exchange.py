"""What goes over the counter of a practice system: requests, answers, and answers that never come.

Nothing here opens a socket or knows what any system does; `web` carries these over HTTP.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from urllib.parse import unquote

import msgspec
from msgspec import Struct, field, json

from handrail.terms.values import Instant

T = TypeVar("T")


class Unreachable(Exception):
    """The system did not take the request: nothing was done."""


class AnswerLost(Exception):
    """The system did what was asked and wrote it down, and its answer was lost on the way."""


class Refusal(Exception):
    """A request that the system understood and does not do: status, error word, and what helps."""

    def __init__(self, status: int, error: str, **more: object) -> None:
        super().__init__(f"{status} {error}")
        self.status = status
        self.payload = {"error": error, **more}


class Request(Struct, frozen=True):
    """One request as the system sees it; names of headers in any case."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def header(self, name: str) -> str:
        """The header's value, or nothing."""
        wanted = name.lower()
        return next((value for key, value in self.headers.items() if key.lower() == wanted), "")

    def payload(self) -> dict[str, Any]:
        """The JSON object in the body; refused with 400 when there is none."""
        try:
            return json.decode(self.body or b"{}", type=dict[str, Any])
        except msgspec.DecodeError as error:
            raise Refusal(400, "not_a_json_object", detail=str(error)) from error


class Response(Struct, frozen=True):
    """One answer. `after_seconds` is how long the system takes over it: a caller on a virtual clock adds it."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    after_seconds: float = 0.0

    def payload(self) -> dict[str, Any]:
        """The JSON object in the body; raises `msgspec.DecodeError` where there is none."""
        return json.decode(self.body, type=dict[str, Any])


def answer(status: int, payload: object, headers: Mapping[str, str] | None = None) -> Response:
    """An answer in JSON."""
    return Response(status, {"content-type": "application/json", **(headers or {})}, json.encode(payload))


def stamp(instant: Instant) -> str:
    """An instant as every practice system writes it: UTC, milliseconds, `Z`."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def wanted(payload: Mapping[str, Any], *names: str) -> list[str]:
    """The texts of that name in the payload; refused with 400 when one is missing."""
    missing = [name for name in names if not isinstance(payload.get(name), str) or not payload[name]]
    if missing:
        raise Refusal(400, "missing", fields=missing)
    return [payload[name] for name in names]


def number(query: Mapping[str, str], name: str, otherwise: int) -> int:
    """A whole number in the query; refused with 400 when it is none."""
    text = query.get(name, "")
    if not text:
        return otherwise
    if not text.isdecimal():
        raise Refusal(400, "not_a_number", field=name)
    return int(text)


def moment(text: str, name: str) -> Instant | None:
    """An instant, or a date (its first moment in UTC), or nothing; refused with 400 when it is neither."""
    if not text:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refusal(400, "not_an_instant", field=name) from error
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)


def day(text: str, name: str) -> date | None:
    """A date, or nothing; refused with 400 when it is none."""
    found = moment(text, name)
    return found.date() if found else None


def matched(table: Mapping[str, T], request: Request) -> tuple[T, list[str]]:
    """What the table has for the request's method and path, and what stood in the places in braces.

    Keys are like `POST /accounts/{user}/suspend`. Refused with 404 or 405 when there is nothing.
    """
    parts = request.path.strip("/").split("/")
    there = False
    for pattern, found in table.items():
        method, _, path = pattern.partition(" /")
        slots = path.split("/")
        if len(slots) == len(parts) and all(s.startswith("{") or s == p for s, p in zip(slots, parts, strict=True)):
            if method == request.method:
                return found, [unquote(p) for s, p in zip(slots, parts, strict=True) if s.startswith("{")]
            there = True
    raise Refusal(405 if there else 404, "no_such_method" if there else "no_such_path", path=request.path)


def recorded(
    query: Mapping[str, str], items: Sequence[T], at: Callable[[T], Instant], seen_at: Instant
) -> tuple[Sequence[T], bool]:
    """What a poll asks for of items kept in the order in which they became known, and whether there is more.

    `since` is inclusive; `after` is the id of the last one seen, whose digits are its place; `limit` is 100 unless given.
    """
    since, size = moment(query.get("since", ""), "since"), number(query, "limit", 100)
    begin = number({"after": query.get("after", "")[2:]}, "after", 0)
    if since is not None:
        begin = max(begin, bisect_left(items, since, key=at))
    end = bisect_right(items, seen_at, key=at)
    return items[begin : min(end, begin + size)], end > begin + size
