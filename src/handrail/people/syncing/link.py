"""Managers and sponsors: from the keys that rows give to people, against the file and what is known.

A key that nobody has, or one's own, is not applied: the field is withheld with its reason. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from handrail.people.canonical import RowReader, Sighting, lacking
from handrail.people.ports import Directory
from handrail.people.rows import Row
from handrail.people.values import Wrong

REMEMBERED_MAX: Final = 100_000
NOBODY: Final = "nobody has this key"
ONESELF: Final = "this is the person's own key"


def newcomers(rows: Iterable[Row], reader: RowReader, new: set[str], conflicts: set[str]) -> dict[str, int]:
    """Of the new keys those that will be taken in, each with the number of its row: the rest will be held."""
    found: dict[str, int] = {}
    waiting = new - conflicts
    for number, _, cells, problem in rows:
        if problem or (key := reader.key(cells)) not in waiting:
            continue
        waiting.discard(key)
        if not lacking(reader.sighting(cells), reader.mapping.needed):
            found[key] = number
    return found


class Links:
    """Resolves keys of one source to person ids, asking the directory once for each."""

    def __init__(self, directory: Directory, source: str, coming: Mapping[str, int], first_id: int) -> None:
        self._directory, self._source = directory, source
        self._coming, self._first_id = coming, first_id
        self._known: dict[str, int] = {}

    def learn(self, sightings: Iterable[Sighting]) -> None:
        """Look up all keys that these sightings name, in one question."""
        if len(self._known) > REMEMBERED_MAX:
            self._known.clear()
        asked = {key for seen in sightings for key in seen.links.values() if key is not None and key not in self._known}
        if asked:
            found = self._directory.by_keys(self._source, sorted(asked))
            self._known.update({key: known.person for key, known in found.items()})

    def of(self, seen: Sighting) -> dict[str, int | None]:
        """The links that hold; each that does not is put among the sighting's withheld fields."""
        linked: dict[str, int | None] = {}
        for field, key in seen.links.items():
            if key is None:
                linked[field] = None
            elif key == seen.key:
                seen.withheld[field] = Wrong(ONESELF, key)
            elif key in self._known:
                linked[field] = self._known[key]
            elif key in self._coming:
                linked[field] = self._first_id + self._coming[key]
            else:
                seen.withheld[field] = Wrong(NOBODY, key)
        return linked
