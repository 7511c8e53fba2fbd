"""Declared actions as requests and declared deliveries as events, for any JSON API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from handrail.connect import webhooks
from handrail.connect.answers import Client
from handrail.connect.generic.settings import ActionSettings, EventSettings, GenericSettings
from handrail.connect.generic.templates import body_of, found_at, path_of
from handrail.connect.port import Item, ItemOutcome, Told, UnreadableDelivery
from handrail.connect.silent import Silent
from handrail.connect.webhooks import Delivery, instant
from handrail.terms.catalog import ActionType, EventType, Kind, KindName
from handrail.terms.values import Fields, Instant, Money, Scalar, Value


class GenericConnector(Silent):
    """Speaks to a system by what handrail.yaml declares of it."""

    def __init__(self, client: Client, settings: GenericSettings, name: str) -> None:
        self._client = client
        self._settings = settings
        self._name = name

    def actions(self) -> tuple[ActionType, ...]:
        """Those declared."""
        return tuple(
            ActionType(
                f"{self._name}.{verb}",
                self._name,
                takes={name: Kind(kind) for name, kind in action.takes.items()},
                gives={name: Kind(kind) for name, kind in action.gives.items()},
                required=action.required,
                undo=f"{self._name}.{action.undo}" if action.undo else "",
                object=action.object,
                keyed=action.keyed,
                read_back=action.look is not None,
            )
            for verb, action in sorted(self._settings.actions.items())
        )

    def events(self) -> tuple[EventType, ...]:
        """Those declared; a name with a dot is the kind itself, another one is the connection's."""
        return tuple(
            EventType(
                self._kind(name),
                self._name,
                {field: Kind(event.kinds.get(field, "text")) for field in event.fields},
                object=event.object,
                outcome=event.outcome,
                about_person=bool(event.user),
            )
            for name, event in sorted(self._settings.events.items())
        )

    def send(self, items: Sequence[Item]) -> Sequence[ItemOutcome]:
        """The declared request."""
        item = items[0]
        action = self._settings.actions[self._verb(item)]
        reply = self._client.ask(
            action.method,
            path_of(action.path, item),
            body_of(action.body, item),
            key=item.key if action.keyed else "",
            repeatable=action.keyed,
        )
        fields = _read(action, reply.payload)
        if reply.failed is None:
            return (ItemOutcome(item.key, "confirmed", fields),)
        if reply.failed.code in action.already:
            return (ItemOutcome(item.key, "not needed", fields, reason="It was so already."),)
        return (reply.failure(item.key) or reply.failed,)

    def read_back(self, items: Sequence[Item]) -> Sequence[ItemOutcome]:
        """The declared look."""
        item = items[0]
        action = self._settings.actions[self._verb(item)]
        assert action.look is not None, "an action without a look does not say read_back"
        reply = self._client.get(path_of(action.look.path, item))
        if reply.status == 404:
            return (ItemOutcome(item.key, "absent"),)
        if reply.failed is not None:
            return (reply.failure(item.key) or reply.failed,)
        found: object = reply.payload
        if action.look.list:
            several = found_at(reply.payload, action.look.list)
            if not isinstance(several, list) or not several:
                return (ItemOutcome(item.key, "absent"),)
            found = several[-1]
        return (ItemOutcome(item.key, "confirmed", _read(action, found)),)

    def receive(self, headers: Mapping[str, str], body: bytes, now: Instant) -> tuple[Told, ...]:
        """A declared delivery, signed."""
        delivery = webhooks.verified(headers, body, self._settings.webhook_secret, now)
        for name, event in sorted(self._settings.events.items()):
            if event.type == delivery.kind:
                return (self._told(self._kind(name), event, delivery),)
        known = ", ".join(sorted(event.type for event in self._settings.events.values())) or "none"
        raise UnreadableDelivery(
            f'The delivery {delivery.id} is of the unknown type "{delivery.kind}". Known: {known}.'
        )

    def _told(self, kind: str, event: EventSettings, delivery: Delivery) -> Told:
        user = found_at(delivery.payload, event.user) if event.user else ""
        if event.user and (not isinstance(user, str | int) or user == ""):
            raise UnreadableDelivery(f'"{event.user}" is missing in the delivery {delivery.id}, so it is about nobody.')
        at, by_day = instant(found_at(delivery.payload, event.at), event.at)
        fields = {
            name: _typed(found_at(delivery.payload, path), event.kinds.get(name, "text"))
            for name, path in event.fields.items()
        }
        attempt = found_at(delivery.payload, event.attempt) if event.attempt else ""
        return Told(kind, str(user), at, Fields(fields), str(attempt or ""), delivery.id, delivery.sent, by_day=by_day)

    def _kind(self, name: str) -> str:
        return name if "." in name else f"{self._name}.{name}"

    def _verb(self, item: Item) -> str:
        return item.action.removeprefix(f"{self._name}.")


def _read(action: ActionSettings, payload: object) -> Fields:
    """The values that the action gives, where the answer has them."""
    found = {name: found_at(payload, action.answer.get(name, name)) for name in action.gives}
    return Fields({name: _typed(value, action.gives[name]) for name, value in found.items() if value is not None})


def _typed(value: object, kind: KindName) -> Value:
    """The value as its declared kind has it; what does not fit is empty."""
    match kind:
        case "number":
            return value if isinstance(value, int | float) and not isinstance(value, bool) else None
        case "truth":
            return value if isinstance(value, bool) else None
        case "date" | "moment":
            return _dated(value, kind)
        case "money":
            return _money(value)
        case "list":
            return tuple(_scalar(one) for one in value) if isinstance(value, list) else None
        case _:
            return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None


def _money(value: object) -> Value:
    """An amount as `templates` writes it: `{"amount": "1890.00", "currency": "EUR"}`."""
    if not isinstance(value, Mapping):
        return None
    amount, currency = value.get("amount"), value.get("currency")
    if not isinstance(amount, str | int) or isinstance(amount, bool) or not isinstance(currency, str):
        return None
    try:
        return Money(Decimal(amount), currency)
    except InvalidOperation:
        return None


def _dated(value: object, kind: KindName) -> Value:
    try:
        at, _ = instant(value, "value")
    except UnreadableDelivery:
        return None
    return date.fromisoformat(str(value)[:10]) if kind == "date" else at


def _scalar(value: object) -> Scalar:
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
