"""What may be named in a condition, and of which kind it is: the interface `types` asks, and a schema made of tables.

Who fills the tables (the catalog, the starts and steps of a journey) is the language's matter.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from handrail.terms.catalog import DATE, NUMBER, PERSON, TEXT, Kind
from handrail.terms.person import CONTRACTS, DATE_FIELDS, NUMBER_FIELDS, PERSON_FIELDS, STATUSES, TEXT_FIELDS


class Schema(Protocol):
    """What may be named where the condition stands."""

    @property
    def has_was(self) -> bool:
        """Whether there is an earlier version of the person to read."""

    def look_up(self, names: tuple[str, ...]) -> Kind | None:
        """The kind of a path (`person.manager` is a person; what lies behind is found from there), or None."""

    def names_near(self, names: tuple[str, ...]) -> Sequence[str]:
        """The paths, with their dots, that may have been meant."""

    def known(self, what: str) -> Collection[str] | None:
        """The names of each "list", "team", "journey", "course", "assessment", "certificate"; None: any will do."""


class Paths(Struct, frozen=True):
    """A schema made of tables: kinds by path with dots, known names by what they name."""

    kinds: Mapping[str, Kind]
    names: Mapping[str, Collection[str]] = {}
    has_was: bool = False

    def look_up(self, names: tuple[str, ...]) -> Kind | None:
        """The kind of that path."""
        return self.kinds.get(".".join(names))

    def names_near(self, names: tuple[str, ...]) -> Sequence[str]:
        """The paths under the same first name; all where there are none."""
        near = [path for path in self.kinds if path.partition(".")[0] == names[0]]
        return sorted(near or self.kinds)

    def known(self, what: str) -> Collection[str] | None:
        """The names there are, if they are known."""
        return self.names.get(what)


def person_kinds(
    filled: Collection[str] | None = None,
    extra: Mapping[str, Kind] | None = None,
    choices: Mapping[str, tuple[str, ...]] | None = None,
) -> dict[str, Kind]:
    """The kinds of `person.…`, by path: the fields that a mapping fills (None: all), `extra`, and closed lists."""
    lists = {"contract": CONTRACTS, "status": STATUSES, **(choices or {})}
    kinds = dict.fromkeys((*TEXT_FIELDS, "contract", "status"), TEXT)
    kinds |= dict.fromkeys(NUMBER_FIELDS, NUMBER) | dict.fromkeys(DATE_FIELDS, DATE)
    kinds |= dict.fromkeys(PERSON_FIELDS, PERSON)
    found = {
        f"person.{field}": replace(kind, choices=lists.get(field, ()), may_be_empty=field != "status")
        for field, kind in kinds.items()
        if filled is None or field in filled or field == "status"
    }
    found["person.id"] = replace(NUMBER, may_be_empty=False)
    return found | {f"person.extra.{name}": kind for name, kind in (extra or {}).items()}
