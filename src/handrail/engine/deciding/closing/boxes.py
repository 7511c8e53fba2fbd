"""What a group puts into message boxes, and which messages it overtakes: those about a handoff that is closed or another's.

Each enters its box in its run's transaction. Of two about one handoff the newer stays, as `core.post` decides. When one leaves, and
what leaves together, is decided when its moment has come (`engine.mailing`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from handrail.calendar.working import next_working_time
from handrail.core.owners import calendar_of
from handrail.core.post import NEVER_HELD, entered, leaves_at
from handrail.engine.deciding.group import Group
from handrail.engine.deciding.running_copy import Working
from handrail.store import rows
from handrail.store.batch import MessageDone
from handrail.store.moments import NOT_NEEDED, WAITING, to_instant, to_millis
from handrail.terms import coding
from handrail.terms.effect import Message
from handrail.terms.message import Box, Boxed, Key
from handrail.terms.values import Instant
from handrail.terms.world import World

CLOSED: Final = "overtaken: the handoff is closed"
HANDED_ON: Final = "overtaken: the handoff is somebody else's"
NEWER: Final = "overtaken: a newer one took its place"
SPREAD_MINUTES: Final = 240
_WAITING: Final = "SELECT run, receiver, at, body FROM message WHERE state = 0 AND about > 0 AND run {in}"


def close_boxes(group: Group) -> None:
    """Write this group's messages with the moment at which each may leave, and end those that are overtaken."""
    closed = [key for key, row in group.handoffs.items() if row.closed is not None]
    if group.posted or closed:
        boxes = _Boxes(group, [*closed, *((run, message.about) for run, message, _ in group.posted)])
        for run, message, world in group.posted:
            boxes.put_in(Boxed(run, message, group.now), world)
        for about in closed:
            boxes.overtake(about, CLOSED)
        boxes.write()


class _Boxes:
    """What waits of the group's runs, by the handoff that it is about (run, pass) and by receiver."""

    def __init__(self, group: Group, about: Iterable[tuple[int, int]]) -> None:
        self._group = group
        self._waiting: dict[tuple[int, int], dict[str, tuple[Boxed, ...]]] = {}
        self._new: list[Boxed] = []
        self._leaves: dict[Key, Instant] = {}
        self._over: dict[Key, str] = {}
        known = {run for run, pass_ in about if run not in group.runs or _was_told_of(group.runs[run], pass_)}
        for run, receiver, at, body in group.store.database.look_in(_WAITING, sorted(known)) if known else ():
            each = Boxed(run, coding.unpack(body, Message), to_instant(at))
            here = self._waiting.setdefault((run, each.message.about), {})
            here[receiver] = (*here.get(receiver, ()), each)

    def put_in(self, new: Boxed, world: World) -> None:
        """A message enters its receiver's box. Whoever was told of the handoff before and has it no longer need not hear of it."""
        message, key = new.message, new.key
        about = (new.run, message.about)
        here = self._waiting.get(about) if message.about else None
        if here and message.urgency in NEVER_HELD:
            self.overtake(about, HANDED_ON, but=message.to)
        box, ended = entered(Box(message.to, here.get(message.to, ()) if here else ()), new)
        for overtaken, _ in ended:
            self._over[overtaken] = NEWER
        self._new.append(new)
        if key not in self._over:
            leaves = leaves_at(box, new, calendar_of(message.to, world), new.at)
            self._leaves[key] = self._spread(new, leaves, world) if new.run in self._group.late else leaves
        if message.about:
            self._waiting.setdefault(about, {})[message.to] = box.waiting

    def _spread(self, new: Boxed, leaves: Instant, world: World) -> Instant:
        """Reminders that are overdue because the engine slept do not all leave in one moment, but over the next hours."""
        if new.message.urgency != "reminder":
            return leaves
        apart = timedelta(minutes=new.run % SPREAD_MINUTES)
        return next_working_time(leaves + apart, calendar_of(new.message.to, world))

    def overtake(self, about: tuple[int, int], why: str, but: str = "") -> None:
        """What speaks of the handoff does not leave any more, except to the receiver `but`."""
        here = self._waiting.get(about)
        if here is None:
            return
        for receiver in [each for each in here if each != but]:
            self._over.update((each.key, why) for each in here.pop(receiver))

    def write(self) -> None:
        """Messages and ends, as rows of the group's batch."""
        batch = self._group.batch
        own: set[Key] = set()
        for each in self._new:
            key = each.key
            own.add(key)
            batch.messages.append(self._row(key, each, self._over.get(key, "")))
        batch.messages_done += [
            MessageDone(*key, NOT_NEEDED, why) for key, why in sorted(self._over.items()) if key not in own
        ]

    def _row(self, key: Key, each: Boxed, over: str) -> rows.MessageRow:
        message = each.message
        waits = self._group.runs[each.run].plan.journey in self._group.plans.mail_waits
        leave_at = None if over or waits else to_millis(self._leaves[key])
        return rows.MessageRow(
            *key, message.to, message.about, message.urgency, message.template, self._group.at, leave_at,
            NOT_NEEDED if over else WAITING, 0, 0, coding.pack(message), over,
        )  # fmt: skip


def _was_told_of(working: Working, number: int) -> bool:
    """Whether a message about the pass may wait since before this group: one that had no effect yet told nobody anything."""
    for each in () if working.read is None else working.read.passes:
        if each.number == number:
            return each.rungs > 0
    return False
