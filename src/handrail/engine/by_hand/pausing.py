"""A person's word that nothing leaves for a while, and that it leaves again: to a whole connection, or of one bulk.

It stands in the connection's row, with who said so and why, until somebody ends it; whoever calls is written into the audit.
What is on its way already comes to its end. Calls of a bulk that is paused are set aside (`store.kept.aside`), those that
are decided meanwhile, too.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, structs

from handrail.connect.dispatcher import ConnectionDriver
from handrail.connect.port import ConnectionState
from handrail.connect.standing.pauses import Pause
from handrail.engine.engine import Engine
from handrail.engine.outbox import gate_row
from handrail.store.batch import Batch
from handrail.store.kept.acts import Act, audited
from handrail.store.kept.aside import aside, bring_back, set_aside
from handrail.store.moments import to_millis
from handrail.terms import coding
from handrail.terms.values import Instant


class NotPaused(Exception):
    """Why nothing is paused or goes on; the text says what to do."""


class Wanted(Struct, frozen=True):
    """What is to be paused or to go on: a connection, or of it one action about one object; and who says so, why."""

    connection: str
    by: str
    reason: str = ""
    action: str = ""
    object: str = ""

    @property
    def what(self) -> str:
        """What it is, in words: `lms`, `lms.enroll of SAFE-1`."""
        if not self.action:
            return self.connection
        return f"{self.action} of {self.object}" if self.object else self.action


def pause(engine: Engine, drivers: Sequence[ConnectionDriver], wanted: Wanted, now: Instant) -> Pause:
    """Nothing of it leaves from now on. Raises NotPaused."""
    if not wanted.reason.strip() or not wanted.by.strip():
        raise NotPaused("A pause has a reason, and somebody who answers for it: say both.")
    state = _state(engine, drivers, wanted.connection)
    before = _same(state, wanted)
    if before is not None:
        raise NotPaused(f"{wanted.what} is paused already, by {before.by}: {before.reason.rstrip('.')}.")
    made = Pause(wanted.by, wanted.reason.strip(), now, wanted.action, wanted.object)
    _write(engine, drivers, wanted, (*state.paused, made), now)
    return made


def resume(engine: Engine, drivers: Sequence[ConnectionDriver], wanted: Wanted, now: Instant) -> Pause:
    """It goes on; the pause that is over. Raises NotPaused."""
    if not wanted.by.strip():
        raise NotPaused("Somebody says that it goes on: say who.")
    state = _state(engine, drivers, wanted.connection)
    before = _same(state, wanted)
    if before is None:
        raise NotPaused(f"{wanted.what} is not paused. See what is: handrail connections")
    _write(engine, drivers, wanted, tuple(one for one in state.paused if one is not before), now)
    return before


def agree(engine: Engine) -> None:
    """After a start: calls are set aside exactly where a bulk is paused, wherever a dead process stopped."""
    engine.paused.read()
    database, paused = engine.store.database, engine.paused.bulks
    for bulk in sorted(paused):
        set_aside(database, bulk)
    for connection in sorted(engine.store.gates()):
        for bulk in sorted(aside(database, connection) - paused):
            bring_back(database, bulk)


def _state(engine: Engine, drivers: Sequence[ConnectionDriver], connection: str) -> ConnectionState:
    """The connection's row: its driver's, who alone writes it, or the one that is kept while nobody drives it."""
    for driver in drivers:
        if driver.name == connection:
            return driver.state
    row = engine.store.gates().get(connection)
    return ConnectionState() if row is None else coding.unpack(row.body, ConnectionState)


def _same(state: ConnectionState, wanted: Wanted) -> Pause | None:
    return next((one for one in state.paused if one.about == (wanted.action, wanted.object)), None)


def _write(
    engine: Engine, drivers: Sequence[ConnectionDriver], wanted: Wanted, paused: tuple[Pause, ...], now: Instant
) -> None:
    """The row and the audit in one commit; then drivers and calls follow."""
    state = structs.replace(_state(engine, drivers, wanted.connection), paused=paused)
    stands = any(one.about == (wanted.action, wanted.object) for one in paused)
    what = f"{'bulk' if wanted.action else 'connection'} {'paused' if stands else 'resumed'}"
    audit = audited(engine.store, Act(wanted.by, what, wanted.what, reason=wanted.reason), now)
    gates = [gate_row(wanted.connection, state)]
    engine.store.commit(Batch(at=to_millis(now), drivers=engine.drivers, gates=gates, audit=[audit]))
    for driver in drivers:
        if driver.name == wanted.connection:
            driver.pause(paused)
    engine.paused.read()
    if wanted.action:
        follow = set_aside if stands else bring_back
        follow(engine.store.database, (wanted.connection, wanted.action, wanted.object))
