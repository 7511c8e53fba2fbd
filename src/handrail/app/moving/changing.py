"""A changed journey and the people who are in it: preview, apply, take back; for the command, the API and the page alike.

What is decided about a run is the engine's matter (`engine.by_hand.moving`), what is shown of it insight's
(`insight.changes.moving`). Here the folder's journeys are compiled and the slices are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, TypeAlias

from handrail.app.checking import compiled
from handrail.app.organization import resolve, years_around
from handrail.app.publishing import places_within
from handrail.app.runtime import Runtime
from handrail.app.systems.owners import look_up_in
from handrail.engine.by_hand import moving
from handrail.engine.by_hand.moving import Intent, Refused
from handrail.engine.engine import Engine
from handrail.engine.worlds import Worlds
from handrail.store.rows import RunRow
from handrail.terms.values import Instant, whole_number

Progress: TypeAlias = Callable[[int], None]
"""Is told how many runs were done in each slice."""

_OPEN: Final = "SELECT p.journey, p.hash, count(*) FROM run r JOIN plan p ON p.id = r.plan WHERE r.phase < 3 GROUP BY p.journey, p.hash"
_OF_PERSON: Final = (
    "SELECT r.* FROM run r JOIN plan p ON p.id = r.plan WHERE r.person = ? AND p.journey = ? AND r.phase < 3"
)


def movable(runtime: Runtime) -> dict[str, int]:
    """By journey, how many open runs have another version than the one in the folder. Raises JourneyProblems."""
    plans = compiled(runtime.workspace)
    found: dict[str, int] = {}
    for journey, hash_, many in runtime.store.database.read(_OPEN):
        made = plans.get(str(journey))
        if made is not None and made.plan.hash != hash_ and journey in runtime.engine.plans.current:
            found[str(journey)] = found.get(str(journey), 0) + int(many)
    return dict(sorted(found.items()))


def preview(runtime: Runtime, journey: str, by: str, but: Sequence[str] = (), progress: Progress | None = None) -> int:
    """Look at every open run of the journey, as of this moment, in the version that lies in the folder; the moving's number.

    `but` are left where they are: runs (`R-12`) or people (`P-7`). Nothing is changed. Raises JourneyProblems, Refused.
    """
    plans = compiled(runtime.workspace)
    if journey not in plans:
        there = ", ".join(sorted(plans)) or "none"
        raise Refused(f'There is no journey "{journey}" in the folder; there are: {there}.')
    made = plans[journey]
    intent = Intent(made.plan, places_within(made, runtime.workspace.folder), by, _chosen(runtime, journey, but))
    number = runtime.do(lambda engine, now: moving.begin(engine, intent, now))
    worlds = _coming_worlds(runtime) if runtime.settings_differ else None
    while done := runtime.do(partial(_look, number, worlds)):
        if progress is not None:
            progress(done)
    return number


def _look(number: int, worlds: Worlds | None, engine: Engine, _: Instant) -> int:
    return moving.look(engine, number, worlds)


def _coming_worlds(runtime: Runtime) -> Worlds:
    """The organization as handrail.yaml says it will be: it is published with the journey."""
    settings = resolve(runtime.workspace.settings, look_up_in(runtime.store), years_around(runtime.clock().date()))
    return Worlds(runtime.store, settings.organization)


def _chosen(runtime: Runtime, journey: str, but: Sequence[str]) -> tuple[int, ...]:
    """The runs that are meant. Raises Refused."""
    found: list[int] = []
    for text in but:
        kind, _, digits = text.upper().partition("-")
        number = whole_number(digits)
        if kind not in ("R", "P") or number is None:
            raise Refused(f'"{text}" names nobody: write a run (R-12) or a person (P-7).')
        if kind == "R":
            found.append(number)
            continue
        rows = [RunRow(*row) for row in runtime.store.database.read(_OF_PERSON, (number, journey))]
        found += [row.id for row in rows]
    return tuple(found)


def begin_move(runtime: Runtime, number: int, by: str) -> None:
    """Make the previewed version and the settings current, and let its runs move. They move by themselves where somebody serves.

    Raises Refused, and then nothing was changed.
    """

    def begin(engine: Engine, now: Instant) -> None:
        moving.begin_applying(engine, number, by, now)
        if runtime.settings_differ:
            runtime.keep_settings(now)

    runtime.do(begin)


def begin_revert(runtime: Runtime, number: int, by: str) -> None:
    """Make the version from before current again, and let those that moved move back. Raises Refused."""
    runtime.do(lambda engine, now: moving.begin_reverting(engine, number, by, now))


def finish(runtime: Runtime, number: int, progress: Progress | None = None) -> None:
    """Go on until the moving has ended."""
    while done := runtime.do(partial(_go_on, number)):
        if progress is not None:
            progress(done)


def _go_on(number: int, engine: Engine, now: Instant) -> int:
    return moving.go_on(engine, number, now)


def unfinished(runtime: Runtime) -> tuple[int, ...]:
    """Movings that were begun and not ended: whoever was at it was ended before."""
    ask = "SELECT id FROM moving WHERE state IN ('applying', 'reverting') ORDER BY id"
    return tuple(int(number) for (number,) in runtime.store.database.read(ask))
