"""The account of one event: its rows in the ledger, and what is held or put off with its reason.

The first row holds the event, further ones point at it: one for each run that it moved.
"""

from __future__ import annotations

from typing import Final, get_args

from handrail.engine.deciding.group import HELD_FOR_MS, Group
from handrail.engine.deciding.running_copy import Working
from handrail.engine.items import Receipt
from handrail.store import rows
from handrail.store.moments import DISPOSITION, to_millis
from handrail.store.schema.made import made
from handrail.terms.decision import Reason
from handrail.terms.event import Disposition, Event, Input
from handrail.terms.plan import Plan, Start
from handrail.terms.reasons import pack_reasons
from handrail.terms.values import Fields, Instant

_MATCHED = DISPOSITION["matched"]
_KINDS: Final = {kind: kind.__name__.lower() for kind in get_args(Input)}


HELD_BACK: Final = "held back"
"""Why a start was put off until an override ends."""


class Account:
    """What is written of one event. `body` is the event, packed; `number` the ledger row that holds it.

    `cause` is an earlier row of the same event, which was held then.
    """

    __slots__ = ("body", "cause", "group", "number", "reasons", "receipt", "written")

    def __init__(self, group: Group, body: bytes | None, number: int = 0, *, written: bool = False) -> None:
        self.group = group
        self.body = body
        self.cause: int | None = None
        self.number = number or group.numbers.next("ledger")
        self.receipt = Receipt(self.number)
        self.reasons: tuple[Reason, ...] = ()
        self.written = written

    def next_number(self) -> int:
        """The number of the next row."""
        return self.group.numbers.next("ledger") if self.written else self.number

    def moved(self, working: Working, kind: str, reasons: tuple[Reason, ...], digest: bytes) -> None:
        """The row of a run that the event moved; the run knows its number."""
        first = not self.written
        group = self.group
        group.batch.ledger.append(
            made(rows.LedgerRow, (
                working.last_seq, working.shard, group.at, working.number, self.cause if first else self.number,
                working.person, kind, _MATCHED, self.body if first else None, pack_reasons(reasons), None, digest,
            ))
        )  # fmt: skip
        self.written = True
        receipt = self.receipt
        receipt.used = True
        receipt.disposition = "matched"
        receipt.runs.append(working.number)

    def row(self, event: Event, disposition: Disposition, *, cause: int | None = None) -> None:
        """The row of an event that moved no run, with all reasons so far; of a duplicate `cause` is its twin."""
        known = event.person in self.group.people
        self.receipt.disposition = disposition
        self._append(self.number, event, disposition, event.person if known else None, cause or self.cause)

    def not_awaited(self, working: Working, event: Input) -> None:
        """The row of an input that its run had no use for: not dropped, though nothing came of it."""
        group = self.group
        group.batch.ledger.append(
            rows.LedgerRow(
                self.number, working.shard, group.at, working.number, None, working.person, kind_of(event),
                DISPOSITION["ignored"], self.body, pack_reasons(self.reasons), None, None,
            )
        )  # fmt: skip

    def hold(self, event: Event, why: str, owner: str = "", run: int | None = None) -> None:
        """The event waits for a person: it could not be decided, or not in this run."""
        self.receipt.why.append(why)
        number, known = self.next_number(), event.person in self.group.people
        self.reasons = (Reason("held", seen=Fields({"why": why})),)
        cause = self.number if self.written else self.cause
        self._append(number, event, "held", event.person if known else None, cause, run)
        self._wait(number, event, "held", why, owner)

    def put_off(self, plan: Plan, trigger: Start, event: Event, until: Instant | None = None) -> None:
        """A value that the trigger needs has not arrived: tried again when the person changes, for 30 days.

        With `until` the start is held back by somebody's word, and tried again then.
        """
        number = self.next_number()
        cause = self.number if self.written else self.cause
        if until is None:
            self.reasons = (Reason("value not known", trigger.place),)
        self._append(number, event, "deferred", event.person, cause)
        why = "a value is not known" if until is None else HELD_BACK
        self._wait(number, event, "deferred", f"{waits_as(plan, trigger)}: {why}", "", until)

    def _append(
        self, number: int, event: Event, disposition: Disposition, person: int | None, cause: int | None,
        run: int | None = None,
    ) -> None:  # fmt: skip
        group = self.group
        group.batch.ledger.append(
            rows.LedgerRow(
                number, group.shard(event.person), group.at, run, cause, person, event.kind, DISPOSITION[disposition],
                self.body if cause == self.cause else None, pack_reasons(self.reasons) if self.reasons else None,
                None, None,
            )
        )  # fmt: skip

    def _wait(
        self, number: int, event: Event, disposition: Disposition, why: str, owner: str, until: Instant | None = None
    ) -> None:
        group = self.group
        look_again = group.at + HELD_FOR_MS if until is None else to_millis(until)
        group.batch.held.append(
            rows.HeldRow(
                number, DISPOSITION[disposition], event.person, event.kind, event.source,
                owner or group.worlds.organization.owner, why, group.at, look_again, None, None, "",
                self.body,
            )
        )  # fmt: skip
        self.written = True
        self.receipt.disposition = disposition


def kind_of(event: Input) -> str:
    """The kind under which an input stands in the ledger."""
    return _KINDS[type(event)] if type(event) is not Event else event.kind


def waits_as(plan: Plan, trigger: Start) -> str:
    """How a start that was put off names its trigger; its reason begins with it."""
    return f"{plan.journey}/{trigger.name}"


def waits_for(held: rows.HeldRow) -> tuple[str, str]:
    """Journey and trigger of a start that was put off."""
    journey, _, trigger = held.reason.partition(":")[0].partition("/")
    return journey, trigger
