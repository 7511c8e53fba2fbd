"""Which calls leave together: formed when a slot is free, so that whatever waits by then can ride along.

A call takes items of one action that share what the connector says they must, up to the action's size. Of one
person and object only one item is in flight at a time, the earliest first. Pure: rows in, batches out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from handrail.connect.port import About, Connector, Row
from handrail.terms.catalog import ActionType
from handrail.terms.values import Value


def free(rows: Sequence[Row], busy: Collection[About]) -> list[Row]:
    """Those that may leave now, in the order given: none about a person and object that is busy, and one of each."""
    earliest: dict[About, Row] = {}
    for row in rows:
        about = row.about
        first = earliest.get(about)
        if about not in busy and (first is None or row.decided < first.decided):
            earliest[about] = row
    if len(earliest) == len(rows):
        return list(rows)
    return [row for row in rows if earliest.get(row.about) is row]


def form(rows: Sequence[Row], actions: Mapping[str, ActionType], connector: Connector, room: int) -> list[list[Row]]:
    """At most `room` batches of rows that `free` let through, each led by the first row not yet in one.

    A batch is of one action and leaves in one request; where its first row is uncertain all are, and are read back. As many
    leave together as the action takes, half as many after each failed try: if one item spoils the whole call, it is alone
    in the end. All that are looked up leave together where one list shows them. The order of `rows` is that of urgency,
    so an urgent call leads the next batch and others fill it up.
    """
    together: list[list[Row]] = []
    newest: dict[object, list[Row]] = {}
    for row in rows:
        action, size = actions.get(row.call.action), 1
        if row.uncertain:
            size = len(rows) if connector.lists(row.call.action) else 1
        elif action is not None:
            size = action.bulk >> row.tries
        if size > 1:
            likeness = _likeness(row, connector)
            alike = newest.get(likeness)
            if alike is not None and len(alike) < size:
                alike.append(row)
            elif len(together) < room:
                newest[likeness] = [row]
                together.append(newest[likeness])
        elif len(together) < room:
            together.append([row])
    return together


def _likeness(row: Row, connector: Connector) -> tuple[object, ...]:
    """What rows that could leave together have in common."""
    call = row.call
    if row.uncertain:
        return (call.action, "look", call.object)
    values: tuple[Value, ...] = tuple(call.arguments.get(name) for name in connector.shared(call.action))
    return (call.action, "send", row.tries, *values)
