"""What a page is: its address, its title, who may open it, and where in the menu it stands.

A page is registered in `handrail.web.console`; from then on it is in the menu, and is tested like every other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from handrail.insight.rights import Right, Viewer

Entry: TypeAlias = Literal["", "main", "beside"]
Whose: TypeAlias = Literal["anybody", "somebody with reports", "one of the people"]

ORDER: Final = (
    *("today", "handoffs", "people", "journeys", "held", "connections", "reports"),
    *("why", "my-learning", "my-people", "away", "audit", "settings"),
)
"""The menu, by the names of pages; what is not there yet is left out."""


class Page(Struct, frozen=True):
    """One page. `name` is also its template's; `path` may hold parts (`/people/{who}`), `example` is it filled in.

    `right` is needed to open it (None: whoever is signed in), and `whose` it is. `entry` says where in the menu it
    stands; a page within another one names it in `within`, which is then marked as the current one.
    """

    name: str
    title: str
    path: str
    right: Right | None = None
    whose: Whose = "anybody"
    entry: Entry = ""
    within: str = ""
    example: str = ""

    @property
    def address(self) -> str:
        """An address at which the page can be looked at."""
        return self.example or self.path

    def open_to(self, viewer: Viewer) -> bool:
        """Whether the viewer may open it."""
        if self.right is not None and not viewer.may(self.right):
            return False
        if self.whose == "somebody with reports":
            return viewer.leads
        return self.whose == "anybody" or viewer.person != 0


class MenuEntry(Struct, frozen=True):
    """One line of the menu."""

    name: str
    title: str
    path: str
    beside: bool


def menu(pages: Sequence[Page], viewer: Viewer) -> tuple[MenuEntry, ...]:
    """The lines of the menu that the viewer may open, in their order."""
    entries = [page for page in pages if page.entry and page.open_to(viewer)]
    assert all(page.name in ORDER for page in entries), "a page of the menu has its place in ORDER"
    entries.sort(key=lambda page: ORDER.index(page.name))
    return tuple(MenuEntry(page.name, page.title, page.path, page.entry == "beside") for page in entries)


def closed_to(pages: Sequence[Page], viewer: Viewer) -> frozenset[str]:
    """The beginnings of addresses (`people`) under which no page is open to the viewer: nothing links there for them."""
    beginnings = {page.path.split("/")[1] for page in pages}
    return frozenset(beginnings - {page.path.split("/")[1] for page in pages if page.open_to(viewer)})
