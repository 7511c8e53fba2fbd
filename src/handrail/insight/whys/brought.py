"""What came of a hold that was ended: who was brought in, and what began for them. Asked right after it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from handrail.insight.past import Past, then_of
from handrail.store.moments import to_millis
from handrail.terms.values import Instant

SHOWN_MAX: Final = 20


class Brought(Struct, frozen=True):
    """`people` whose rows were applied (the first twenty by name, of `many`), and by title how many runs `begun` for them."""

    many: int
    people: tuple[str, ...]
    begun: Mapping[str, int]


def brought(past: Past, sync: int, since: Instant) -> Brought:
    """Whom the ending of a hold brought in, of those whose rows of that file were held one by one."""
    ask = "SELECT DISTINCT person FROM sync_line WHERE sync = ? AND became = 'applied' AND ended >= ? AND person > 0"
    found = [int(person) for (person,) in past.store.database.read(ask, (sync, to_millis(since)))]
    runs = past.store.database.read_in(
        "SELECT plan, count(*) FROM run WHERE begun >= ? AND person {in} GROUP BY plan", found, (to_millis(since),)
    )
    begun: dict[str, int] = {}
    for plan, many in runs:
        title = past.plans[int(plan)].plan.title
        begun[title] = begun.get(title, 0) + int(many)
    then = then_of(since)
    shown = found[:SHOWN_MAX]
    past.fetch(shown)
    names = (past.person(number, then) or past.versions(number)[-1].person for number in shown)
    return Brought(len(found), tuple(sorted(str(person.name or f"P-{person.id}") for person in names)), begun)
