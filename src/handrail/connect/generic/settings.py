"""What an operator writes about a system that has no connector of its own: each action as a request.

Placeholders in `path` and `body`: `{course}` an argument, `{user}` the person's key there, `{key}` our key of the
call, `{object}` what it is about, `{person.email}` what is known of the person, `{given.id}` what the call that is
taken back was answered. A text that is nothing but one placeholder keeps the value's type. docs/reference/connections.md
has examples.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct, field

from handrail.terms.catalog import KindName
from handrail.terms.problem import SettingsError


class LookSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How it is looked up whether an action was done: not, if there is 404 or nothing at `list`."""

    path: str
    list: str = ""


class ActionSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """One action: a request, and what its answer means.

    `answer` says where in the answer each value of `gives` is (`data.id`); `already` are the far side's words for *it
    was so before*. `keyed`: an idempotency key is honored, or a repeat does no harm.
    """

    path: str
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "POST"
    body: dict[str, Any] = field(default_factory=dict)
    takes: dict[str, KindName] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    gives: dict[str, KindName] = field(default_factory=dict)
    answer: dict[str, str] = field(default_factory=dict)
    object: str = ""
    undo: str = ""
    keyed: bool = False
    already: tuple[str, ...] = ()
    look: LookSettings | None = None


class EventSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of delivery: its `type` there, and where in `data` its values are. Without `user` it is about nobody."""

    type: str
    at: str
    user: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, KindName] = field(default_factory=dict)
    object: str = ""
    attempt: str = ""
    outcome: tuple[str, ...] = ()


class GenericSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """All that the system can do and tells, by the names that journeys use after the connection's."""

    actions: dict[str, ActionSettings] = field(default_factory=dict)
    events: dict[str, EventSettings] = field(default_factory=dict)
    webhook_secret: str = ""

    def __post_init__(self) -> None:
        for name, action in sorted(self.actions.items()):
            unknown = sorted({*action.required, *([action.object] if action.object else [])} - set(action.takes))
            if unknown:
                raise SettingsError(
                    f'The action "{name}" names {", ".join(unknown)}, which "takes" does not. Add it there.'
                )
            if action.undo and action.undo not in self.actions:
                there = ", ".join(sorted(self.actions))
                raise SettingsError(
                    f'The action "{name}" is undone by "{action.undo}", but there is no such action. There are: {there}.'
                )
