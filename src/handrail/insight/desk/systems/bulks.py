"""Bulks: what is being done for many at once, how far it is, and when it will be over.

A bulk is one action about one object at one connection, decided for at least twenty people within a week. Nobody
declares it: it is counted, by index, from the calls themselves. What is open stands in one index, what is over in another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import chain
from typing import Final, TypeAlias

from msgspec import Struct, structs

from handrail.connect.port import ConnectionState
from handrail.connect.progress import Progress, over_at
from handrail.connect.standing.pauses import Pause, of_bulk, of_whole
from handrail.insight.desk.systems.calls import Handed, handed
from handrail.insight.desk.systems.connections import state_of
from handrail.insight.desk.systems.declared import Declared
from handrail.insight.knowing.since import SINCE
from handrail.insight.past import Past
from handrail.insight.telling.wording import words_of
from handrail.store.kept.tries import UNCERTAIN
from handrail.store.moments import CONFIRMED, FAILED, NOT_NEEDED, to_millis
from handrail.terms.values import Instant

MANY: Final = 20
"""From so many people on it is a bulk."""

WINDOW: Final = timedelta(days=7)
BULKS_MAX: Final = 100
"""So many are listed, those with most that is left first."""

About: TypeAlias = tuple[str, str, str]

_OPEN: Final = (
    "SELECT connection, action, object, count(*) AS many FROM effect WHERE state < 2 "
    "GROUP BY connection, action, object ORDER BY 4 DESC, 1, 2, 3 LIMIT ?"
)
_OVER: Final = (
    "SELECT action, object, state, count(*) FROM effect WHERE state > 1 AND decided >= ? "
    "AND (action, object) IN (VALUES {}) GROUP BY action, object, state"
)
"""By action and object alone, as the index is: an action's name begins with its connection."""

_UNCERTAIN: Final = (
    "SELECT count(*) FROM effect WHERE state < 2 AND connection = ? AND action = ? AND object = ? "
    "AND substr(outcome, 1, 1) = ?"
)


class Bulk(Struct, frozen=True):
    """One bulk. `progress` says how far it is; `pause` who paused it, or its whole connection (`whole`); `handed` who is with somebody."""

    connection: str
    action: str
    object: str
    progress: Progress
    pause: Pause | None = None
    whole: bool = False
    handed: Handed | None = None

    @property
    def title(self) -> str:
        """What is done: `enroll: SAFE-1`."""
        verb = words_of(self.action.partition(".")[2] or self.action)
        return f"{verb}: {self.object}" if self.object else verb

    @property
    def state(self) -> str:
        """The word for how it stands."""
        if self.pause is not None and self.progress.left:
            return "paused"
        return "done" if not self.progress.left else "waiting"


def bulks(past: Past, declared: Sequence[Declared], now: Instant) -> tuple[Bulk, ...]:
    """What is being done for many now, those with most that is left first; then what is over but for some whom somebody has now."""
    found = past.store.database.read(_OPEN, (BULKS_MAX,))
    opened = {(str(name), str(action), str(object_)): int(many) for name, action, object_, many in found}
    given = {(each.connection, each.action, each.object): each for each in handed(past)}
    abouts = list(dict.fromkeys((*opened, *given)))[:BULKS_MAX]
    over = _over(past, abouts, now)
    states = _states(past)
    made = (
        _bulk(about, (opened.get(about, 0), over.get(about, {})), (declared, states), now, given.get(about))
        for about in abouts
    )
    return tuple(one for one in made if one.progress.wanted >= MANY)


def bulk(past: Past, about: About, declared: Sequence[Declared], now: Instant) -> Bulk:
    """One of them, with how many are uncertain; also when it is over, or was never decided for many."""
    ask = "SELECT count(*) FROM effect WHERE state < 2 AND connection = ? AND action = ? AND object = ?"
    many = int(past.store.database.read(ask, about)[0][0])
    over = _over(past, [about], now).get(about, {})
    given = next((each for each in handed(past) if (each.connection, each.action, each.object) == about), None)
    made = _bulk(about, (many, over), (declared, _states(past)), now, given)
    uncertain = int(past.store.database.read(_UNCERTAIN, (*about, UNCERTAIN))[0][0]) if many else 0
    counted = structs.replace(made.progress, waiting=many - uncertain, uncertain=uncertain)
    return structs.replace(made, progress=counted)


def _over(past: Past, abouts: Sequence[About], now: Instant) -> dict[About, dict[int, int]]:
    """How many calls of each bulk are over, by how they ended; of those that were decided within the window."""
    if not abouts:
        return {}
    since = to_millis(now - WINDOW)
    first = int(past.store.database.read(SINCE, (since, since))[0][0])
    ask = _OVER.format(", ".join("(?, ?)" for _ in abouts))
    connections = {about[1:]: about for about in abouts}
    found: dict[About, dict[int, int]] = {}
    asked = chain.from_iterable(connections)
    for action, object_, state, many in past.store.database.read(ask, (first, *asked)):
        found.setdefault(connections[str(action), str(object_)], {})[int(state)] = int(many)
    return found


def _states(past: Past) -> dict[str, ConnectionState]:
    return {str(name): state_of(body) for name, body in past.store.database.read("SELECT connection, body FROM gate")}


def _bulk(
    about: About,
    counts: tuple[int, Mapping[int, int]],
    known: tuple[Sequence[Declared], Mapping[str, ConnectionState]],
    now: Instant,
    given: Handed | None = None,
) -> Bulk:
    """One bulk of its counts: those open, and those over by how they ended."""
    connection, action, object_ = about
    opened, over = counts
    declared = next((one for one in known[0] if one.name == connection), None)
    state = known[1].get(connection, ConnectionState())
    whole = of_whole(state.paused)
    pause = of_bulk(state.paused, action, object_) or whole
    limit = declared.limit if declared is not None else None
    at_once = max(declared.bulks.get(action, 1), 1) if declared is not None else 1
    ended = [over.get(one, 0) for one in (CONFIRMED, NOT_NEEDED, FAILED)]
    progress = Progress(
        opened + sum(ended),
        confirmed=ended[0],
        not_needed=ended[1],
        waiting=opened,
        uncertain=0,
        held=0,
        failed=ended[2],
        over_at=None if pause is not None else over_at(opened, at_once, state.gate, limit, now),
    )
    return Bulk(connection, action, object_, progress, pause, whole is not None and pause is whole, given)
