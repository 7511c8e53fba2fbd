"""*Connection*: one system outside: whether it answers, its limit and how far that is used, what fails and what to do about it."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter
from fastapi.responses import Response
from msgspec import Struct

from handrail.insight.desk.systems.calls import Handed, handed
from handrail.insight.desk.systems.connections import ConnectionSeen, advice_text, pause_text
from handrail.insight.desk.systems.mail import Waits, messages_waiting
from handrail.terms.values import Instant
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting
from handrail.web.pages.systems.told import done_text, one_of

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page(
    "connection",
    "Connection",
    "/connections/{name}",
    right="connections",
    within="connections",
    example="/connections/lms",
)
FAILURES: Final = {
    "auth": "our key is refused",
    "throttled": "too often",
    "permanent": "refused",
    "uncertain": "not known whether it was done",
    "transient": "not reached, or broken down",
}
"""What a class of failures is called on a page."""


class FailureShown(Struct, frozen=True):
    """How calls failed in one way, the latest of what was said, and what to do. `handed`: some of them are with somebody."""

    what: str
    many: int
    first: Instant
    last: Instant
    said: str
    advice: str
    handed: bool = False


class ConnectionShown(Struct, frozen=True):
    """What the page shows. `bulk_pauses` are the sentences of the bulks that are paused; `done` is what the viewer has just done.

    `handed` are calls that could not be done and are with somebody; `waiting` says of messages how many wait for what.
    """

    seen: ConnectionSeen
    failures: tuple[FailureShown, ...]
    bulk_pauses: tuple[str, ...]
    done: str
    handed: tuple[Handed, ...] = ()
    waiting: tuple[Waits, ...] = ()


@router.get(PAGE.path)
def show(visit: Annotated[Visit, visiting(PAGE)], name: str, done: str = "") -> Response:
    """The page."""
    seen = one_of(visit, name)
    given = tuple(each for each in handed(visit.past) if each.connection == name)
    failures = tuple(
        FailureShown(
            FAILURES.get(each.cause.failure, "failed"), each.many, each.first, each.last,
            each.cause.reason or each.cause.code.replace("_", " "), advice_text(each),
            bool(given) and each.cause.failure == "permanent",
        )
        for each in seen.failing
    )  # fmt: skip
    pauses = tuple(
        f"“{pause.action.partition('.')[2]}” about {pause.object or 'anything'}: {pause_text(pause, visit.zone)}"
        for pause in seen.paused
        if pause.action
    )
    waiting = messages_waiting(visit.past, visit.now) if seen.declared.kind == "mail" else ()
    return visit.show(PAGE, ConnectionShown(seen, failures, pauses, done_text(done), given, waiting), title=name)
