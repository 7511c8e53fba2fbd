"""The requests of the badge issuer's API, and nothing of what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from handrail.connect.answers import Client, Reply


def issue(client: Client, body: Mapping[str, str], key: str, *, keyed: bool) -> Reply:
    """Issue one badge."""
    return client.ask("POST", "/badges", body, key=key if keyed else "", repeatable=keyed)


def revoke(client: Client, badge_id: str) -> Reply:
    """Revoke one; done twice it is done once."""
    return client.ask("POST", f"/badges/{quote(badge_id, safe='')}/revoke", {}, repeatable=True)


def badges_of(client: Client, user: str, badge: str) -> Reply:
    """Somebody's badges of one kind, but for revoked ones."""
    return client.get("/badges?" + urlencode({"user": user, "badge": badge}))
