"""Held events are looked at again: the person they are about has appeared, or their moment has come.

What is still not understood stays held and is not written again. Nothing here reads a clock.
"""

from __future__ import annotations

from typing import Final

from msgspec import structs

from handrail.intake.arrivals import ABOUT, BY_DAY, RETRACTS, Arrived, arrivals
from handrail.intake.told import Channel, Item
from handrail.store.moments import DISPOSITION
from handrail.store.opening import Store
from handrail.store.rows import HeldRow
from handrail.terms import coding
from handrail.terms.catalog import Catalog
from handrail.terms.event import Event
from handrail.terms.values import Fields, Instant

_PAGE: Final = 1_000


def understood_now(store: Store, catalog: Catalog, now: Instant, zone: str, limit: int = _PAGE) -> list[Arrived]:
    """At most `limit` held events that can be decided now, in the order they came."""
    found: list[Arrived] = []
    after = 0
    while len(found) < limit and (page := store.held(None, after, _PAGE)):
        after = page[-1].seq
        for (source, owner), rows in _by_channel(page).items():
            channel = Channel(source, owner, now, zone)
            looked = arrivals(store, catalog, [_told(row) for row in rows], channel)
            found += [
                second_look(arrival, row) for arrival, row in zip(looked, rows, strict=True) if _is_understood(arrival)
            ]
    return sorted(found, key=lambda arrival: arrival.was_held)[:limit]


def second_look(arrival: Arrived, row: HeldRow) -> Arrived:
    """The arrival as the second look at a held row; its delivery was taken the first time."""
    return Arrived(
        structs.replace(arrival.event, source=row.source),
        arrival.key,
        arrival.outcome,
        owner=row.owner,
        ignored=arrival.ignored,
        newest=arrival.newest,
        retracts=arrival.retracts,
        was_held=row.seq,
    )


def _is_understood(arrival: Arrived) -> bool:
    return not arrival.held and not arrival.refused


def _by_channel(page: list[HeldRow]) -> dict[tuple[str, str], list[HeldRow]]:
    """Rows that intake held, by connection and owner; what a run could not decide is somebody else's to try again."""
    found: dict[tuple[str, str], list[HeldRow]] = {}
    for row in page:
        if row.disposition == DISPOSITION["held"] and row.body is not None and ABOUT in _event(row).fields:
            found.setdefault((row.source, row.owner), []).append(row)
    return found


def _event(row: HeldRow) -> Event:
    return coding.unpack(row.body or b"", Event)


def _told(row: HeldRow) -> Item:
    event = _event(row)
    fields = {name: value for name, value in event.fields.items() if name not in (ABOUT, BY_DAY, RETRACTS)}
    return Item(
        event.kind,
        str(event.fields[ABOUT]),
        event.at,
        Fields(fields),
        event.attempt,
        event.id,
        event.told,
        bool(event.fields.get(BY_DAY)),
        bool(event.fields.get(RETRACTS)),
    )
