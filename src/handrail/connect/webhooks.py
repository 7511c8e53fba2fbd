"""Whether a delivery comes from where it says: Standard Webhooks, version 1 (standardwebhooks.com).

`webhook-id`, `webhook-timestamp` and `webhook-signature: v1,…`, which is HMAC-SHA256 over id, timestamp and body.
Several signatures may stand there while a secret is being changed. What a delivery means is its connector's business.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from msgspec import Struct, json

from handrail.connect.port import BadSignature, UnreadableDelivery
from handrail.terms.problem import SettingsError
from handrail.terms.values import Instant

TOLERANCE: Final = timedelta(minutes=5)


class Delivery(Struct, frozen=True):
    """A delivery that proved where it comes from."""

    id: str
    kind: str
    sent: Instant
    payload: Mapping[str, Any]


class _Body(Struct):
    type: str
    data: dict[str, Any]


def verified(headers: Mapping[str, str], body: bytes, secret: str, now: Instant) -> Delivery:
    """The delivery, if it is signed with `secret` (`whsec_` and base64) and at most five minutes off.

    Raises `BadSignature`; `UnreadableDelivery` if it is signed and no `{"type", "data"}`.
    """
    given = {name.lower(): value for name, value in headers.items()}
    message, stamp = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not message or not stamp.isdecimal() or len(stamp) > 11:
        raise BadSignature("The delivery has no webhook-id or no webhook-timestamp.")
    expected = base64.b64encode(hmac.new(_key(secret), f"{message}.{stamp}.".encode() + body, hashlib.sha256).digest())
    signatures = [one.partition(",")[2] for one in given.get("webhook-signature", "").split() if one.startswith("v1,")]
    if not any(hmac.compare_digest(one.encode(), expected) for one in signatures):
        raise BadSignature(
            "The signature of the delivery does not fit its body. Is the shared secret the same on both sides?"
        )
    sent = datetime.fromtimestamp(int(stamp), UTC)
    if abs(now - sent) > TOLERANCE:
        raise BadSignature(f"The delivery was signed at {sent:%Y-%m-%d %H:%M:%S} UTC, more than five minutes from now.")
    try:
        read = json.decode(body, type=_Body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableDelivery(
            f'The delivery {message} is signed and cannot be read: {error}. It needs "type" and "data".'
        ) from error
    return Delivery(message, read.type, sent, read.data)


def instant(value: object, name: str) -> tuple[Instant, bool]:
    """The instant that the far side wrote, to the millisecond, and whether it is only a day. Raises `UnreadableDelivery`."""
    try:
        read = datetime.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as error:
        raise UnreadableDelivery(f'"{name}" is no date and no moment in ISO 8601.') from error
    at = read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    by_day = isinstance(value, str) and len(value) == len("2026-03-31")
    return at.replace(microsecond=at.microsecond // 1000 * 1000), by_day


def text(payload: Mapping[str, Any], name: str) -> str:
    """The text that must be there. Raises `UnreadableDelivery`."""
    value = payload.get(name)
    if not isinstance(value, str) or not value:
        raise UnreadableDelivery(f'"{name}" is missing or no text.')
    return value


def _key(secret: str) -> bytes:
    if not secret:
        raise BadSignature("This connection has no shared secret, so it takes no deliveries. Set webhook_secret.")
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise SettingsError('webhook_secret must be "whsec_" and base64, as the other side shows it.') from error
