"""The requests of the LMS's API, and nothing of what they mean. docs/reference/practice.md describes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from handrail.connect.answers import Client, Reply


def enroll(client: Client, body: Mapping[str, Any], key: str, *, keyed: bool) -> Reply:
    """Enroll one person."""
    return client.ask("POST", "/enrollments", body, key=key if keyed else "", repeatable=keyed)


def enroll_many(client: Client, items: Sequence[Mapping[str, Any]], *, keyed: bool) -> Reply:
    """Enroll several; each item has our `key`, and so has each result."""
    return client.ask("POST", "/enrollments/bulk", {"items": list(items)}, repeatable=keyed)


def unenroll(client: Client, enrollment: str) -> Reply:
    """Take an enrollment back; done twice it is done once."""
    return client.ask("DELETE", f"/enrollments/{quote(enrollment, safe='')}", repeatable=True)


def enrollments_of(client: Client, user: str, course: str) -> Reply:
    """What stands for one person in one course."""
    return client.get("/enrollments?" + urlencode({"user": user, "course": course}))


def who_is_in(client: Client, course: str) -> Reply:
    """Everybody in a course."""
    return client.get(f"/courses/{quote(course, safe='')}/enrollments")


def make_account(client: Client, body: Mapping[str, Any], key: str, *, keyed: bool) -> Reply:
    """Open an account."""
    return client.ask("POST", "/accounts", body, key=key if keyed else "", repeatable=keyed)


def suspend_account(client: Client, user: str) -> Reply:
    """Suspend an account; done twice it is done once."""
    return client.ask("POST", f"/accounts/{quote(user, safe='')}/suspend", {}, repeatable=True)


def account(client: Client, user: str) -> Reply:
    """An account, with its status."""
    return client.get(f"/accounts/{quote(user, safe='')}")


def completions(client: Client, since: str, after: str, size: int) -> Reply:
    """Completions recorded at or after `since` and after the completion `after`, oldest first."""
    query = {"since": since, "after": after, "limit": str(size)}
    return client.get("/completions?" + urlencode({name: value for name, value in query.items() if value}))
