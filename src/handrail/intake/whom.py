"""Whom an event is about: from what the far side calls somebody to our own id, by sets.

An address is only an attribute: where several people have it, the one who has not left is meant, else nobody can say.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from handrail.store.opening import Store

EMAIL: Final = "email"
NOBODY: Final = "nobody here is known by that key"
_OWN: Final = "person:"


def full_name_of(user: str, people_by: str) -> str:
    """What the far side calls somebody, so that it can be looked up without knowing who told it."""
    if not people_by or people_by == EMAIL or not user:
        return user
    return f"{people_by}:{user}"


def find(store: Store, names: Iterable[str]) -> dict[str, int | str]:
    """The own id of each (`person:12`, `hris:010134`, an address), or why there is none."""
    asked = [name for name in dict.fromkeys(names) if name]
    own = {name: int(number) for name in asked if (number := name.removeprefix(_OWN)) != name and number.isdecimal()}
    there = store.persons(sorted({number for number in own.values() if number < 2**63}))
    found: dict[str, int | str] = {name: number for name, number in own.items() if number in there}
    rest = [name for name in asked if name not in own]
    found.update(_by_address(store, [name for name in rest if "@" in name and ":" not in name]))
    found.update(_by_key(store, [name for name in rest if ":" in name]))
    return {name: found.get(name, NOBODY) for name in asked}


def _by_key(store: Store, names: list[str]) -> dict[str, int]:
    by_source: dict[str, list[str]] = {}
    for name in names:
        source, _, key = name.partition(":")
        by_source.setdefault(source, []).append(key)
    return {
        f"{source}:{key}": at.person.id
        for source, keys in by_source.items()
        for key, at in store.persons_by_key(source, keys).items()
    }


def _by_address(store: Store, names: list[str]) -> dict[str, int | str]:
    spellings = sorted({*names, *(name.lower() for name in names)})
    have: dict[str, dict[int, str]] = {}
    for number, status, address in store.database.look_in(
        "SELECT id, status, email FROM person WHERE email {in}", spellings
    ):
        have.setdefault(address.lower(), {})[number] = status
    return {name: _the_one(have[name.lower()]) for name in names if name.lower() in have}


def _the_one(people: dict[int, str]) -> int | str:
    here = [number for number, status in people.items() if status != "left"] or list(people)
    return here[0] if len(here) == 1 else f"{len(here)} people have that address: nobody can say who is meant"
