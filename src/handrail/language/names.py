"""Which paths there are at one place of a journey, and of what kind each value is.

`person`, `was`, `event`, `start`, the results of steps, the item of an `each`, and the words `today` and
`opening`. What may stand beside what is `handrail.conditions`' matter.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from handrail.conditions.schema import person_kinds
from handrail.terms.catalog import MOMENT, NUMBER, PERSON, TRUTH, Catalog, Kind

RESERVED: Final = ("person", "was", "event", "start", "run", "each", "today", "accountable", "owner")
EVENT_FIELDS: Final[Mapping[str, Kind]] = {
    "kind": Kind("text", may_be_empty=False),
    "id": Kind("text", may_be_empty=False),
    "source": Kind("text", may_be_empty=False),
    "at": Kind("moment", may_be_empty=False),
    "received_at": Kind("moment", may_be_empty=False),
}
RESULT_FIELDS: Final[Mapping[str, Kind]] = {"at": MOMENT, "by": PERSON, "times": NUMBER, "late": TRUTH}
ENDED_WELL: Final[Mapping[str, Kind]] = {"ended_well": NUMBER}


class Names:
    """What may be read at one place. `roots` hold fields by their first name, `words` stand alone."""

    def __init__(self, catalog: Catalog, roots: Mapping[str, Mapping[str, Kind]], words: Mapping[str, Kind]) -> None:
        self.catalog = catalog
        self.roots = roots
        self.words = words
        found = person_kinds(catalog.filled, catalog.extra, catalog.choices)
        self.person = {path.removeprefix("person."): kind for path, kind in found.items()}

    @property
    def has_was(self) -> bool:
        """Whether there is an earlier version of the person here."""
        return "was" in self.roots

    def known(self, what: str) -> Collection[str] | None:
        """The names of each list, team or journey; None for what is not known here (courses)."""
        match what:
            case "list":
                return self.catalog.lists
            case "team":
                return self.catalog.teams
            case "journey":
                return self.catalog.journeys or None
            case _:
                return None

    def with_roots(self, roots: Mapping[str, Mapping[str, Kind]], words: Mapping[str, Kind] | None = None) -> Names:
        """These names and more."""
        return Names(self.catalog, {**self.roots, **roots}, {**self.words, **(words or {})})

    def look_up(self, names: tuple[str, ...]) -> Kind | None:
        """The kind of the value at a path, or None where there is no such path."""
        first, rest = names[0], names[1:]
        if first in self.words and not rest:
            return self.words[first]
        if first == "person":
            return self.person.get(".".join(rest))
        return self.roots.get(first, {}).get(rest[0]) if len(rest) == 1 else None

    def names_near(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The paths that may have been meant: those under the same first name, else all."""
        first = names[0]
        if first == "person":
            return tuple(sorted(f"{first}.{field}" for field in self.person))
        if first in self.roots and len(names) > 1:
            return tuple(sorted(f"{first}.{field}" for field in self.roots[first]))
        return tuple(
            sorted({*self.words, *(f"{root}.{name}" for root, fields in self.roots.items() for name in fields)})
        )
