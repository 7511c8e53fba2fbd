"""Systems that nothing can be asked of: one incident each, from when that is seen until it answers again.

It is looked at how things stand, and not at what happened: whatever ends the process, the next look finds the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from handrail.connect.standing.contact import Cause
from handrail.engine.incidents.book import Book, Case
from handrail.store.batch import Batch
from handrail.store.moments import to_millis
from handrail.terms.incident import Incident
from handrail.terms.values import Instant

if TYPE_CHECKING:
    from handrail.engine.engine import Engine

LETTERS_LOOKED_AT: Final = 50
_WAITS_FOR: Final = "SELECT 1 FROM handoff WHERE closed IS NULL AND owner = ? LIMIT 1"


class OutOfReach(Struct, frozen=True):
    """A connection that nothing can be asked of now, why, how many calls failed so, and who answers for it."""

    connection: str
    owner: str
    cause: Cause
    many: int


def look(engine: Engine, out: Sequence[OutOfReach], now: Instant) -> None:
    """Open, go on with and end incidents so that they say what is so; write to owners who do not know yet."""
    book = Book(engine, now)
    before = {case.known.about: cause for cause, case in book.open.items() if case.known.kind == "out of reach"}
    for each in out:
        _keep(book, each, before.pop(each.connection, ""), now)
    for cause in before.values():
        book.end(cause)
    _end_letters(engine, book)
    book.tell()
    if book.changed:
        batch = Batch(to_millis(now), engine.drivers)
        book.into(batch)
        engine.store.commit(batch)


def _keep(book: Book, each: OutOfReach, open_as: str, now: Instant) -> None:
    """One incident for as long as it lasts, by the cause that it began with."""
    case = book.open.get(open_as)
    if case is None:
        cause = f"{each.connection}/{each.cause.failure}/{each.cause.code}"
        known = Incident("out of reach", each.connection, each.cause.reason, now)
        book.keep(cause, each.owner, known, each.many)
    elif case.row.owner != each.owner or _says_more(case, each):
        known = Incident("out of reach", each.connection, each.cause.reason, now, told=case.known.told)
        book.keep(open_as, each.owner, known, max(case.row.many, each.many))


def _says_more(case: Case, each: OutOfReach) -> bool:
    return each.many > case.row.many or each.cause.reason != case.known.why


def _end_letters(engine: Engine, book: Book) -> None:
    """That letters to somebody come back matters as long as a handoff waits for them."""
    returned = [(cause, case) for cause, case in book.open.items() if case.known.kind == "came back"]
    for cause, case in returned[:LETTERS_LOOKED_AT]:
        if not engine.store.database.look(_WAITS_FOR, (case.known.about,)):
            book.end(cause)
