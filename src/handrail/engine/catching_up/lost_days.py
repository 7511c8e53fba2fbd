"""What a restored copy cannot know: the days between its backup and the moment somebody said that it goes on.

The lost days are decided again, so that journeys go on; but what they tell people was perhaps told already, and a
message can neither be keyed nor read back. So messages whose cause lies in those days are held for a person's word. What
is asked of other systems is read back first, under a key of the copy's own. Nothing here sends or decides anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from msgspec import structs

from handrail.connect.port import FOUND_DONE, Row
from handrail.engine.items import Arrived, ForRun, Item, PersonMade, Posted, Receipt
from handrail.store.batch import Batch
from handrail.store.kept.tries import was_looked_at
from handrail.store.moments import FAILED, to_instant, to_millis
from handrail.store.opening import Store
from handrail.store.rows import EffectRow
from handrail.store.work import Lineage
from handrail.terms.event import Event, Outcome, Tick
from handrail.terms.values import Instant

if TYPE_CHECKING:
    from handrail.engine.engine import Engine

HELD: Final = "held: restored"
REACH: Final = timedelta(days=30)
"""So long after a restore was resumed, its lost days are reckoned with."""


def resumed_lately(store: Store, now: Instant) -> Lineage | None:
    """The newest restore, if it was resumed within the last 30 days."""
    newest = next(iter(store.lineages()), None)
    return newest if newest is not None and now - to_instant(newest.resumed) < REACH else None


def reckoned(engine: Engine, effects: Sequence[EffectRow], rows: list[Row]) -> list[Row]:
    """Calls as the dispatcher is to see them: with the lineage that decided each, and to be looked up before a first try.

    What cannot be read back is sent: its key is all that there is.
    """
    lineages = engine.store.lineages()
    if not lineages:
        return rows
    lately = resumed_lately(engine.store, engine.clock())
    actions = engine.catalog.actions
    made: list[Row] = []
    for effect, row in zip(effects, rows, strict=True):
        own = next((each for each in lineages if effect.decided > each.after), None)
        action = actions.get(effect.action)
        fresh = effect.tries == 0 and not was_looked_at(effect.outcome) and action is not None and action.read_back
        look = lately is not None and own == lately and fresh
        label = "" if own is None else f".{own.resumed:x}"
        made.append(structs.replace(row, lineage=label, uncertain=row.uncertain or look))
    return made


def hold_messages(store: Store, batch: Batch, items: Sequence[Item], receipts: Sequence[Receipt], now: Instant) -> None:
    """Hold what this batch, not yet committed, would tell people because of something in the lost days."""
    lineage = resumed_lately(store, now) if batch.messages else None
    if lineage is None:
        return
    end = to_instant(lineage.resumed)
    ticked = store.runs_by_id([item.run for item in items if isinstance(item, ForRun)])
    woken = {number: row.wake_at for number, row in ticked.items()}
    runs = {run for item, receipt in zip(items, receipts, strict=True) for run in _moved(item, receipt, woken, end)}
    batch.messages = [
        row._replace(state=FAILED, leave_at=None, outcome=HELD) if row.run in runs else row for row in batch.messages
    ]


def _moved(item: Item, receipt: Receipt, woken: dict[int, int | None], end: Instant) -> Iterator[int]:
    """The runs that an item moved, if its cause lies in the lost days."""
    if not _is_of_lost_days(item, woken, end):
        return
    yield from receipt.runs
    if isinstance(item, ForRun):
        yield item.run


def _is_of_lost_days(item: Item, woken: dict[int, int | None], end: Instant) -> bool:
    match item:
        case ForRun(run=run, input=Tick()):
            due = woken.get(run)
            return due is not None and due <= to_millis(end)
        case ForRun(input=Outcome(reason=reason)):
            return reason == FOUND_DONE
        case Arrived(event=event) | Posted(letter=Event() as event):
            return event.at <= end
        case PersonMade(events=events):
            return any(event.at <= end for event in events)
        case _:
            return False
