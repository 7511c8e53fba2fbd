"""How a row of the audit is read: people, teams, journeys and versions by their names, and where what it is about is found.

The rows are kept as they were written; nothing here looks for any.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from handrail.insight.desk.journeys import version_names
from handrail.insight.lists import Names
from handrail.insight.past import Past
from handrail.insight.telling.wording import owner_text
from handrail.terms.values import whole_number

_OWNER: Final = re.compile(r"\b(person:\d{1,18}|team:[\w-]+|contact:[\w-]+)")
_PLACE: Final = re.compile(r"^(?P<kind>[RMFE])-(?P<number>\d{1,18})\b")
_PLACES: Final = {"R": "/runs/R-{}", "M": "/movings/M-{}", "F": "/held/F-{}", "E": "/why?of=E-{}"}


class Telling:
    """Says texts of the audit as they are read."""

    def __init__(self, past: Past, names: Names) -> None:
        self._names = names
        self._titles = {name: past.plans[_newest(past, name)].plan.title for name in past.journeys()}
        self._versions = {name: version_names(past, name) for name in self._titles}

    def text(self, text: str) -> str:
        """The text with the names of people and teams in it."""
        return _OWNER.sub(lambda found: owner_text(found[0], self._names.of), text)

    def about(self, text: str) -> str:
        """What an act is about: a journey by its title, beside its name."""
        before, of, name = text.rpartition(" of ")
        if of and name in self._titles:
            return f"{before} of {self._journey(name)}"
        return self._journey(text) if text in self._titles else self.text(text)

    def version(self, about: str, text: str) -> str:
        """A version of the journey that the act is about, by its number beside its hash; any other text as it is read."""
        journey = about.rpartition(" of ")[2]
        return self._versions.get(journey, {}).get(text) or self.text(text)

    def _journey(self, name: str) -> str:
        return f"{self._titles[name]} ({name})"


def place_of(about: str) -> str:
    """Where the run, moving, file or event is found that an act is about; empty: it is none of these."""
    found = _PLACE.match(about)
    return _PLACES[found["kind"]].format(found["number"]) if found else ""


def people_in(texts: Iterable[str]) -> list[int]:
    """The own ids of the people whom the texts name as `person:3`."""
    found = (each for text in texts for each in _OWNER.findall(text) if each.startswith("person:"))
    return [number for each in found if (number := whole_number(each.removeprefix("person:"))) is not None]


def _newest(past: Past, journey: str) -> int:
    return next(row.plan for row in reversed(past.publications) if row.journey == journey)
