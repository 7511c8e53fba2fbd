"""What Handrail can have a badge issuer do, and what the issuer tells of certificates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from handrail.connect import webhooks
from handrail.connect.answers import Client, Reply, listed
from handrail.connect.badges import client as api
from handrail.connect.badges.settings import BadgesSettings
from handrail.connect.port import Item, ItemOutcome, Told, UnreadableDelivery
from handrail.connect.silent import Silent
from handrail.connect.webhooks import instant, text
from handrail.terms.catalog import DATE, TEXT, ActionType, EventType
from handrail.terms.values import NOTHING, Fields, Instant

KINDS: Final = {
    "badge.issued": "certificate.issued",
    "badge.expired": "certificate.expired",
    "badge.revoked": "certificate.revoked",
}


class BadgesConnector(Silent):
    """Speaks to one badge issuer."""

    def __init__(self, client: Client, settings: BadgesSettings, name: str = "badges") -> None:
        self._client = client
        self._settings = settings
        self._name = name

    def actions(self) -> tuple[ActionType, ...]:
        """`issue` and `revoke`."""
        name, takes = self._name, {"badge": TEXT, "evidence": TEXT, "valid_until": DATE}
        return (
            ActionType(
                f"{name}.issue",
                name,
                takes=takes,
                gives={"badge_id": TEXT},
                required=("badge",),
                undo=f"{name}.revoke",
                object="badge",
                keyed=self._settings.keyed,
                read_back=True,
            ),
            ActionType(
                f"{name}.revoke",
                name,
                takes={**takes, "badge_id": TEXT},
                gives={},
                required=("badge",),
                object="badge",
                keyed=True,
                read_back=True,
            ),
        )

    def events(self) -> tuple[EventType, ...]:
        """`certificate.issued`, `certificate.expired`, `certificate.revoked`."""
        fields = {"certificate": TEXT, "expires_on": DATE}
        return tuple(EventType(kind, self._name, fields, object="certificate") for kind in KINDS.values())

    def send(self, items: Sequence[Item]) -> Sequence[ItemOutcome]:
        """One badge."""
        item = items[0]
        if item.action.endswith(".revoke"):
            return (self._revoke(item),)
        asked = {name: item.arguments.get(name) for name in ("evidence", "valid_until")}
        body = {"user": item.user, "badge": item.object}
        body |= {name: str(value) for name, value in asked.items() if value not in (None, "")}
        reply = api.issue(self._client, body, item.key, keyed=self._settings.keyed)
        return (reply.failure(item.key) or ItemOutcome(item.key, "confirmed", _given(reply.payload)),)

    def read_back(self, items: Sequence[Item]) -> Sequence[ItemOutcome]:
        """Whether somebody holds the badge, with the validity that was asked for."""
        item = items[0]
        reply = api.badges_of(self._client, item.user, item.object)
        return (reply.failure(item.key) or self._stands(item, reply),)

    def receive(self, headers: Mapping[str, str], body: bytes, now: Instant) -> tuple[Told, ...]:
        """`badge.issued`, `badge.expired`, `badge.revoked`, signed."""
        delivery = webhooks.verified(headers, body, self._settings.webhook_secret, now)
        kind = KINDS.get(delivery.kind)
        if kind is None:
            known = ", ".join(sorted(KINDS))
            raise UnreadableDelivery(
                f'The delivery {delivery.id} is of the unknown type "{delivery.kind}". Known: {known}.'
            )
        payload = delivery.payload
        at, by_day = instant(payload.get("at"), "at")
        until = payload.get("valid_until")
        expires_on = instant(until, "valid_until")[0].date() if until else None
        fields = Fields({"certificate": text(payload, "badge"), "expires_on": expires_on})
        attempt = str(payload.get("id") or "")
        told = Told(kind, text(payload, "user"), at, fields, attempt, delivery.id, delivery.sent, by_day)
        return (told,)

    def _revoke(self, item: Item) -> ItemOutcome:
        badge_id = item.given.get("badge_id") or item.arguments.get("badge_id")
        if not isinstance(badge_id, str):
            reason = "Which badge is to be revoked is not known: the call that issued it gave no number."
            return ItemOutcome(item.key, "failed", failure="permanent", code="no_badge", reason=reason)
        reply = api.revoke(self._client, badge_id)
        if reply.failed is not None and reply.status == 404:
            return ItemOutcome(item.key, "not needed", reason="There was nothing left to revoke.")
        return reply.failure(item.key) or ItemOutcome(item.key, "confirmed")

    def _stands(self, item: Item, reply: Reply) -> ItemOutcome:
        badges = listed(reply.payload, "badges")
        if item.action.endswith(".revoke"):
            wanted = item.given.get("badge_id") or item.arguments.get("badge_id")
            standing = any(one.get("id") == wanted for one in badges)
            return ItemOutcome(item.key, "absent" if standing else "confirmed")
        until = item.arguments.get("valid_until")
        text_until = str(until) if until else None
        fit = [one for one in badges if one.get("valid_until") == text_until]
        return ItemOutcome(item.key, "confirmed", _given(fit[-1])) if fit else ItemOutcome(item.key, "absent")


def _given(payload: Mapping[str, Any]) -> Fields:
    found = payload.get("id")
    return Fields({"badge_id": found}) if isinstance(found, str) else NOTHING
