"""What Handrail can have an LMS do, and what came of it.

Enrollments go one by one or in bulk; who is in a course is one list, which serves both to look beforehand and to
read back a whole bulk call. The transport is `client`; limits, tries and order are the dispatcher's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import structs

from handrail.connect import webhooks
from handrail.connect.answers import Client, Reply, listed, refusal, texts
from handrail.connect.lms import client as api
from handrail.connect.lms.settings import LmsSettings
from handrail.connect.lms.told import completion, event_types, told
from handrail.connect.port import Item, ItemOutcome, Listed, Polled, Told, UnreadableDelivery
from handrail.connect.silent import Silent
from handrail.terms.catalog import DATE, TEXT, ActionType, EventType
from handrail.terms.values import NOTHING, Fields, Instant

ALREADY: Final = frozenset({"already_enrolled", "account_exists"})
GONE: Final = frozenset({"unknown_enrollment"})


class LmsConnector(Silent):
    """Speaks to one LMS. `name` is the connection's, and the first part of its actions' names."""

    def __init__(self, client: Client, settings: LmsSettings, name: str = "lms") -> None:
        self._client = client
        self._settings = settings
        self._name = name

    def actions(self) -> tuple[ActionType, ...]:
        """`enroll`, `unenroll`, `create_account`, `suspend_account`."""
        name, keyed = self._name, self._settings.keyed
        return (
            ActionType(
                f"{name}.enroll",
                name,
                takes={"course": TEXT, "due": DATE, "edition": TEXT, "until": DATE},
                gives={"enrollment": TEXT},
                required=("course",),
                undo=f"{name}.unenroll",
                object="course",
                keyed=keyed,
                read_back=True,
                bulk=self._settings.bulk,
            ),
            ActionType(
                f"{name}.unenroll",
                name,
                takes={"course": TEXT, "due": DATE, "edition": TEXT, "until": DATE, "enrollment": TEXT},
                gives={},
                required=("course",),
                object="course",
                keyed=True,
                read_back=True,
            ),
            ActionType(
                f"{name}.create_account",
                name,
                takes={"active_from": DATE},
                gives={"account": TEXT},
                undo=f"{name}.suspend_account",
                keyed=keyed,
                read_back=True,
            ),
            ActionType(
                f"{name}.suspend_account",
                name,
                takes={"active_from": DATE},
                gives={},
                keyed=True,
                read_back=True,
            ),
        )

    def events(self) -> tuple[EventType, ...]:
        """`lms.enrolled`, `lms.completed`, `lms.withdrawn`."""
        return event_types(self._name)

    def send(self, items: Sequence[Item]) -> Sequence[ItemOutcome]:
        """One request for all of them."""
        if len(items) > 1:
            return self._enroll_many(items)
        return (self._send_one(items[0]),)

    def read_back(self, items: Sequence[Item]) -> Sequence[ItemOutcome]:
        """One request: an account, one person's enrollments, or everybody in the course."""
        first = items[0]
        if self._verb(first).endswith("_account"):
            reply = api.account(self._client, first.user)
            return tuple(self._account_stands(item, reply) for item in items)
        if len(items) == 1:
            reply = api.enrollments_of(self._client, first.user, first.object)
        else:
            reply = api.who_is_in(self._client, first.object)
        return tuple(self._enrollment_stands(item, reply) for item in items)

    def lists(self, action: str) -> bool:
        """Enrollments can be listed by course."""
        return action == f"{self._name}.enroll"

    def already(self, action: str, object_: str) -> Listed:  # noqa: ARG002 - only enrollments are listed
        """Everybody who is in the course."""
        reply = api.who_is_in(self._client, object_)
        if reply.failed is not None:
            return Listed(failed=reply.failed)
        return Listed(
            {str(one.get("user")): Fields(texts(one, "enrollment")) for one in listed(reply.payload, "enrollments")}
        )

    def poll(self, watermark: str) -> Polled:
        """Completions since the watermark: `recorded_at completion` of the last one seen."""
        since, _, after = watermark.partition(" ")
        reply = api.completions(self._client, since, after, self._settings.poll_size)
        if reply.failed is not None:
            return Polled((), watermark, failed=reply.failed)
        found = listed(reply.payload, "completions")
        try:
            news = tuple(completion(self._name, one) for one in found)
        except UnreadableDelivery as error:
            failed = ItemOutcome("", "failed", failure="permanent", code="unreadable_answer", reason=str(error))
            return Polled((), watermark, failed=failed)
        last = f"{found[-1].get('recorded_at')} {found[-1].get('completion')}" if found else watermark
        return Polled(news, last, more=bool(reply.payload.get("more")))

    def receive(self, headers: Mapping[str, str], body: bytes, now: Instant) -> tuple[Told, ...]:
        """`course.completed`, `course.enrolled`, `course.withdrawn`, signed."""
        return told(self._name, webhooks.verified(headers, body, self._settings.webhook_secret, now))

    def _verb(self, item: Item) -> str:
        return item.action.removeprefix(f"{self._name}.")

    def _send_one(self, item: Item) -> ItemOutcome:
        match self._verb(item):
            case "enroll":
                reply = api.enroll(self._client, _enrollment(item), item.key, keyed=self._settings.keyed)
                return _ended(item, reply, Fields(texts(reply.payload, "enrollment")))
            case "unenroll":
                return self._unenroll(item)
            case "create_account":
                person = {name: str(item.person.get(name) or "") for name in ("email", "name")}
                body = {"user": item.user, **person, **_given(item, "active_from")}
                reply = api.make_account(self._client, body, item.key, keyed=self._settings.keyed)
                return _ended(item, reply, Fields({"account": item.user}))
            case "suspend_account":
                return _ended(item, api.suspend_account(self._client, item.user), NOTHING)
            case verb:
                reason = f"The LMS cannot {verb}."
                return ItemOutcome(item.key, "failed", failure="permanent", code="no_such_action", reason=reason)

    def _unenroll(self, item: Item) -> ItemOutcome:
        enrollment = item.given.get("enrollment") or item.arguments.get("enrollment")
        if not isinstance(enrollment, str):
            reason = "Which enrollment is to be taken back is not known: the call that made it gave no number."
            return ItemOutcome(item.key, "failed", failure="permanent", code="no_enrollment", reason=reason)
        return _ended(item, api.unenroll(self._client, enrollment), NOTHING)

    def _enroll_many(self, items: Sequence[Item]) -> Sequence[ItemOutcome]:
        bodies = [{"key": item.key, **_enrollment(item)} for item in items]
        reply = api.enroll_many(self._client, bodies, keyed=self._settings.keyed)
        if reply.failed is not None:
            failed = reply.failed
            if failed.failure == "permanent":
                # Nothing is said of any one item: they are tried again in smaller calls, until the culprit is alone.
                failed = structs.replace(
                    failed, failure="transient", reason=f"{failed.reason} It refused the whole call."
                )
            return [structs.replace(failed, key=item.key) for item in items]
        return [self._result(one) for one in listed(reply.payload, "results")]

    def _result(self, result: Mapping[str, Any]) -> ItemOutcome:
        key, status = str(result.get("key")), result.get("status")
        fields = Fields(texts(result, "enrollment"))
        if isinstance(status, int) and 200 <= status < 300:
            return ItemOutcome(key, "confirmed", fields)
        if result.get("error") in ALREADY:
            return ItemOutcome(key, "not needed", fields, reason="Was enrolled already.")
        if not isinstance(status, int):
            reason = "The LMS gave no status for this item."
            return ItemOutcome(key, "failed", failure="uncertain", code="no_status", reason=reason)
        # In the answer to a bulk an item that timed out may have been done, whatever key it had.
        failed = refusal(self._client.system, status, result, repeatable=self._settings.keyed and status != 504)
        return ItemOutcome(key, "failed", failure=failed.failure, code=failed.code, reason=failed.reason)

    def _enrollment_stands(self, item: Item, reply: Reply) -> ItemOutcome:
        if reply.failed is not None:
            return reply.failure(item.key) or reply.failed
        there = next((one for one in listed(reply.payload, "enrollments") if _fits(one, item)), None)
        wanted = self._verb(item) == "enroll"
        if (there is not None) is not wanted:
            return ItemOutcome(item.key, "absent")
        return ItemOutcome(item.key, "confirmed", Fields(texts(there or {}, "enrollment")) if wanted else NOTHING)

    def _account_stands(self, item: Item, reply: Reply) -> ItemOutcome:
        wanted = self._verb(item) == "create_account"
        if reply.failed is not None:
            absent = reply.status == 404 and wanted
            return ItemOutcome(item.key, "absent") if absent else reply.failure(item.key) or reply.failed
        if not wanted:
            done = reply.payload.get("status") == "suspended"
            return ItemOutcome(item.key, "confirmed" if done else "absent")
        return ItemOutcome(item.key, "confirmed", Fields({"account": item.user}))


def _ended(item: Item, reply: Reply, fields: Fields) -> ItemOutcome:
    """The outcome of a single call; that it was so already is no failure."""
    if reply.failed is None:
        return ItemOutcome(item.key, "confirmed", fields)
    if reply.failed.code in ALREADY:
        return ItemOutcome(item.key, "not needed", fields, reason="It was so already.")
    if reply.failed.code in GONE:
        return ItemOutcome(item.key, "not needed", reason="There was nothing left to take back.")
    return reply.failure(item.key) or reply.failed


def _enrollment(item: Item) -> dict[str, str]:
    return {"user": item.user, "course": item.object, **_given(item, "due", "edition", "until")}


def _given(item: Item, *names: str) -> dict[str, str]:
    """Arguments as the API writes them: a date in ISO 8601, what is empty left out."""
    found = {name: item.arguments.get(name) for name in names}
    return {name: str(value) for name, value in found.items() if value not in (None, "")}


def _fits(one: Mapping[str, Any], item: Item) -> bool:
    edition = item.arguments.get("edition")
    return (
        one.get("user") == item.user
        and one.get("course") == item.object
        and (not edition or one.get("edition") == edition)
    )
