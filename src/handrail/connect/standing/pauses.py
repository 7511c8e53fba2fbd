"""A person's word that nothing leaves for a while: to a whole connection, or of one bulk (an action about one object).

Kept in the connection's row until somebody ends it. Who may say so, and what is written down of it, is
`engine.by_hand.pausing`; nothing here reads a clock.
"""

from __future__ import annotations

from msgspec import Struct

from handrail.terms.values import Instant


class Pause(Struct, frozen=True):
    """Who paused what, when and why. Without an action it is the whole connection, its polls too."""

    by: str
    reason: str
    at: Instant
    action: str = ""
    object: str = ""

    @property
    def about(self) -> tuple[str, str]:
        """The action and the object; both empty for the whole connection."""
        return (self.action, self.object)


def of_whole(paused: tuple[Pause, ...]) -> Pause | None:
    """The pause of the whole connection, if there is one."""
    return next((pause for pause in paused if not pause.action), None)


def of_bulk(paused: tuple[Pause, ...], action: str, object_: str) -> Pause | None:
    """The pause of one bulk, if there is one."""
    return next((pause for pause in paused if pause.action and pause.about == (action, object_)), None)
