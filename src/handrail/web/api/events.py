"""What other systems tell: CloudEvents by anybody who has a token, signed deliveries by a connected system.

An answer of 2xx says that it is committed. What is held or ignored was taken all the same, and the answer says why.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from msgspec import Struct

from handrail.app.runtime import Runtime
from handrail.app.systems.owners import owners_of
from handrail.app.tokens import Token
from handrail.connect.port import BadSignature, UnreadableDelivery
from handrail.engine.items import Receipt
from handrail.insight.answer import plain
from handrail.intake.arrivals import Arrived
from handrail.intake.cloudevents import TooLarge, Unfit, Unreadable, read
from handrail.intake.told import Item, Told
from handrail.terms.event import Event
from handrail.terms.values import Fields
from handrail.web.access import Organization, needs
from handrail.web.api.receiving import Receiving, Way
from handrail.web.refusals import Refused, said

UNREADABLE: Final = "delivery.unreadable"
"""The kind of a held delivery that proved where it comes from and cannot be read."""

BODY_KEPT: Final = 64 * 1024
SIGHTING: Final = "worker."
"""How the kind begins of what an HR system tells of a worker."""

router: Final = APIRouter(tags=["what happened"])
_EXAMPLE: Final = {
    "specversion": "1.0",
    "id": "7c1f",
    "source": "lms",
    "type": "lms.completed",
    "subject": "hris:010134",
    "time": "2026-03-31T09:00:00Z",
    "data": {"course": "MGR-101", "score": 91, "passed": True},
}
_EVENT: Final = {
    "type": "object",
    "required": ["specversion", "id", "source", "type", "time"],
    "properties": {
        name: {"type": "string"} for name in ("specversion", "id", "source", "type", "subject", "time", "attempt")
    }
    | {"data": {"type": "object"}, "retracts": {"type": "boolean"}},
    "example": _EXAMPLE,
}
_TAKES: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/cloudevents+json": {"schema": _EVENT},
            "application/cloudevents-batch+json": {"schema": {"type": "array", "items": _EVENT, "minItems": 1}},
        },
    }
}


class _Delivery(Struct, frozen=True):
    kind: str
    why: str
    id: str
    body: bytes


class Became(Struct, frozen=True):
    """What became of one event: `number` is its row in the ledger; `why` is said of what did not do anything."""

    id: str
    became: str
    number: int = 0
    runs: tuple[str, ...] = ()
    why: tuple[str, ...] = ()


@router.post("/api/events", responses=said(400, 413, 422), summary="Tell what happened", openapi_extra=_TAKES)
async def events(request: Request, runtime: Organization, _token: Annotated[Token, needs("events")]) -> JSONResponse:
    """One CloudEvent 1.0 in JSON, or a list of them. 200: all are committed; 207: those that are not say why; 422: none is."""
    try:
        items = read(await request.body())
    except TooLarge as error:
        raise Refused(413, str(error), "Send it in smaller parts.") from error
    except Unreadable as error:
        raise Refused(400, str(error), "See docs/reference/http.md for one that is right.") from error
    if not items:
        raise Refused(422, "The list is empty.", "Send at least one event.")
    told = [item for item in items if not isinstance(item, Unfit)]
    receipts = iter(
        await _receiving(request).take(Way(owner=runtime.engine.worlds.organization.owner), told) if told else []
    )
    became = [_unfit(item) if isinstance(item, Unfit) else _became(_id(item), next(receipts)) for item in items]
    return _answer(became)


@router.post("/hooks/{connection}", responses=said(401, 404, 413), summary="Deliver a webhook")
async def hook(request: Request, runtime: Organization, connection: str) -> JSONResponse:
    """A signed delivery of a connected system (Standard Webhooks). 200: it is committed. One that cannot be read is held."""
    connector, body = runtime.connectors.get(connection), await request.body()
    if connector is None:
        raise Refused(
            404, "There is no such connection.", "Post to /hooks/ and a name under connections: in handrail.yaml."
        )
    try:
        told: tuple[Told | Arrived, ...] = connector.receive(dict(request.headers), body, runtime.clock())
    except BadSignature as error:
        raise Refused(401, str(error), "Sign it with the secret that both sides share, and send it at once.") from error
    except UnreadableDelivery as error:
        id_ = request.headers.get("webhook-id", "")[:500]
        told = (_held(runtime, connection, _Delivery(UNREADABLE, str(error), id_, body)),)
    return _answer(await _deliver(request, runtime, connection, told))


async def _deliver(
    request: Request, runtime: Runtime, connection: str, told: tuple[Told | Arrived, ...]
) -> list[Became]:
    """Take in what a delivery holds; sightings of workers go by the mapping of their source."""
    draft = runtime.workspace.settings.connections.get(connection)
    people_by = draft.people_by if draft is not None else ""
    found: list[Became] = []
    for one in told:
        mapping, taken = None, one
        if not isinstance(one, Arrived) and one.kind.startswith(SIGHTING):
            mapping = runtime.mapping_of(people_by) or runtime.mapping_of(connection)
            why = f'no mapping reads what "{connection}" tells of its workers'
            taken = one if mapping else _held(runtime, connection, _Delivery(one.kind, why, one.id, b""))
        way = Way(connection, _owner_of(runtime, connection), people_by, mapping)
        receipts = await _receiving(request).take(way, [taken])
        found.append(_became(one.event.id if isinstance(one, Arrived) else one.id, receipts[0]))
    return found


def _answer(became: list[Became]) -> JSONResponse:
    refused = [one for one in became if one.became == "refused"]
    content: dict[str, Any] = {"taken": len(became) - len(refused), "refused": len(refused), "events": plain(became)}
    if not refused:
        return JSONResponse(content)
    first = f"{refused[0].id or 'An event'}: {'; '.join(refused[0].why)}."
    error = first if len(became) == 1 else f"{len(refused)} of {len(became)} events were refused. {first}"
    content |= {
        "error": error,
        "what_to_do": "Mend those that say `refused`, and send them again. The others are taken.",
    }
    return JSONResponse(content, 207 if len(refused) < len(became) else 422)


def _id(event: Item) -> str:
    """The event's own id, without the source that makes it the only one (a source is a URI: no blanks)."""
    return event.id.partition(" ")[2]


def _became(id_: str, receipt: Receipt) -> Became:
    runs = tuple(f"R-{run}" for run in receipt.runs)
    return Became(id_, receipt.disposition, receipt.number, runs, tuple(receipt.why))


def _unfit(unfit: Unfit) -> Became:
    return Became(unfit.id or f"number {unfit.place + 1}", "refused", why=(unfit.why,))


def _held(runtime: Runtime, connection: str, delivery: _Delivery) -> Arrived:
    """Held, with the connection's owner and as much of what came as an event may hold."""
    fields = Fields({"body": delivery.body[:BODY_KEPT].decode("utf-8", "backslashreplace").replace("\0", "\\0")})
    event = Event(delivery.kind, runtime.clock(), None, connection, delivery.id, fields)
    return Arrived(event, held=delivery.why, owner=_owner_of(runtime, connection))


def _owner_of(runtime: Runtime, connection: str) -> str:
    otherwise = runtime.engine.worlds.organization.owner
    return owners_of(runtime.workspace, runtime.store, otherwise).get(connection, otherwise)


def _receiving(request: Request) -> Receiving:
    receiving: Receiving = request.app.state.receiving
    return receiving
