"""Pausing a connection or a bulk, and having it go on: what may be paused here, and the engine asked to do it."""

from __future__ import annotations

from handrail.app.runtime import Runtime
from handrail.app.settings import MailSettings
from handrail.connect.standing.pauses import Pause
from handrail.engine.by_hand import pausing
from handrail.engine.by_hand.pausing import NotPaused, Wanted


def pause(runtime: Runtime, wanted: Wanted) -> Pause:
    """Nothing of it leaves from now on. Raises NotPaused."""
    _look_at(runtime, wanted)
    return runtime.do(lambda engine, now: pausing.pause(engine, runtime.drivers, wanted, now))


def resume(runtime: Runtime, wanted: Wanted) -> Pause:
    """It goes on; the pause that is over. Raises NotPaused."""
    return runtime.do(lambda engine, now: pausing.resume(engine, runtime.drivers, wanted, now))


def _look_at(runtime: Runtime, wanted: Wanted) -> None:
    """Raises NotPaused for a connection or an action that there is not."""
    drafts = runtime.workspace.settings.connections
    draft = drafts.get(wanted.connection)
    if draft is None:
        there = ", ".join(sorted(drafts)) or "none"
        raise NotPaused(f'There is no connection "{wanted.connection[:100]}"; there are: {there}.')
    if isinstance(draft.system, MailSettings):
        raise NotPaused(
            f"{wanted.connection} carries messages to people, and is not paused: hold back the journey instead."
        )
    action = runtime.engine.catalog.actions.get(wanted.action)
    if wanted.action and (action is None or action.connection != wanted.connection):
        actions = runtime.engine.catalog.actions.values()
        there = ", ".join(sorted(one.name for one in actions if one.connection == wanted.connection)) or "none"
        raise NotPaused(f'{wanted.connection} has no action "{wanted.action[:100]}"; it has: {there}.')
