"""Letters that did not reach their receiver: one incident for each receiver and address, with whoever is accountable for the journey.

What a step told is the run's own matter (it hears that its message did not arrive); here is what speaks of a handoff, whose owner
would else know of nothing until time runs out. One that may have arrived is none of these.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Protocol

from handrail.engine.incidents.book import Book
from handrail.engine.plans import answers_for
from handrail.engine.posting.boxes import LOST, Readers
from handrail.store.rows import MessageRow
from handrail.terms import coding
from handrail.terms.effect import Message
from handrail.terms.incident import Incident
from handrail.terms.values import Instant

if TYPE_CHECKING:
    from handrail.engine.engine import Engine

_PLANS: Final = "SELECT id, plan FROM run WHERE id {in}"
_LOST: Final = ("bounced", "held")
_LEFT: Final = ("sent", "in digest")


class Fate(Protocol):
    """What became of a message (`engine.mailing.Became`)."""

    @property
    def row(self) -> MessageRow: ...
    @property
    def ended(self) -> str: ...
    @property
    def why(self) -> str: ...
    @property
    def address(self) -> str: ...


def noted(engine: Engine, became: Sequence[Fate], now: Instant) -> Book | None:
    """The incidents after these letters: opened where one did not arrive, ended where one did. None: nothing changed."""
    lost = [each for each in became if each.ended in _LOST and each.why != LOST and not _told_by_a_step(each)]
    reached = {each.row.receiver for each in became if each.ended in _LEFT}
    if not lost and not reached:
        return None
    book = Book(engine, now)
    for cause, case in book.open.items():
        if case.known.kind == "came back" and case.known.about in reached:
            book.end(cause)
    if lost:
        _note(engine, book, lost, now)
        book.tell()
    return book if book.changed else None


def _told_by_a_step(each: Fate) -> bool:
    return coding.unpack(each.row.body, Message).tell


def _note(engine: Engine, book: Book, lost: Sequence[Fate], now: Instant) -> None:
    readers = Readers(engine, now)
    plans = dict[int, int](engine.store.database.look_in(_PLANS, sorted({each.row.run for each in lost})))
    for each in lost:
        owner, told = _owner(engine, readers, each.row, plans)
        cause = f"letters/{each.row.receiver}/{each.address}/{owner}"
        case = book.open.get(cause)
        why = each.why.partition(": ")[2] or each.why
        known = Incident("came back", each.row.receiver, why, now, each.address, now if told else None)
        book.keep(cause, owner, known, 1 if case is None else case.row.many + 1)


def _owner(engine: Engine, readers: Readers, row: MessageRow, plans: dict[int, int]) -> tuple[str, bool]:
    """Who answers for it, as owners are written, and whether nobody is to be written to: the letter would come back, too."""
    organization, reader = engine.worlds.organization, readers.of(row.receiver)
    plan = plans.get(row.run)
    owner = organization.owner if plan is None else answers_for(engine.plans.by_number[plan], organization)
    if readers.of(owner) == reader:
        owner = organization.owner
    return owner, readers.of(owner) == reader
