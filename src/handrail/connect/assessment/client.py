"""The requests of the assessment tool's API, and nothing of what they mean."""

from __future__ import annotations

from urllib.parse import urlencode

from handrail.connect.answers import Client, Reply


def register(client: Client, user: str, assessment: str, key: str, *, keyed: bool) -> Reply:
    """Open an attempt for somebody."""
    body = {"user": user, "assessment": assessment}
    return client.ask("POST", "/attempts", body, key=key if keyed else "", repeatable=keyed)


def attempts_of(client: Client, user: str, assessment: str) -> Reply:
    """Somebody's attempts at one assessment."""
    return client.get("/attempts?" + urlencode({"user": user, "assessment": assessment}))


def results(client: Client, since: str, after: str, size: int) -> Reply:
    """Results recorded at or after `since` and after the result `after`, oldest first; corrections are results too."""
    query = {"since": since, "after": after, "limit": str(size)}
    return client.get("/results?" + urlencode({name: value for name, value in query.items() if value}))
