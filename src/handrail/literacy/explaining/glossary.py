"""What a plan only names and other files tell: titles, subjects of messages, what is on a list, what a system gives back.

Everything may be missing; then the plan's own name is said.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from handrail.terms.catalog import Catalog


class Glossary(Struct, frozen=True):
    """`roles`: role → the field of the person by which it is looked up (empty: by none); `messages`: template → subject as written.

    `gives`: what an action gives back; `tells`: the fields of an event, and `sources` the connection that tells it;
    `journeys`: titles by name; `lists` as they stand today.
    """

    lists: Mapping[str, tuple[str, ...]] = {}
    roles: Mapping[str, str] = {}
    messages: Mapping[str, str] = {}
    journeys: Mapping[str, str] = {}
    gives: Mapping[str, tuple[str, ...]] = {}
    tells: Mapping[str, tuple[str, ...]] = {}
    sources: Mapping[str, str] = {}


NO_GLOSSARY = Glossary()


def told_by(catalog: Catalog) -> Glossary:
    """What connectors and settings declare."""
    return Glossary(
        lists=catalog.lists,
        gives={name: tuple(action.gives) for name, action in catalog.actions.items()},
        tells={kind: tuple(event.fields) for kind, event in catalog.events.items()},
        sources={kind: event.connection for kind, event in catalog.events.items()},
    )
