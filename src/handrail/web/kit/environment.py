"""The templates, and what every one of them may use. A template is handed two values: `page`, what it shows, and `frame`.

A name that is not there is a fault, never an empty place; every value is escaped.
"""

from __future__ import annotations

from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from msgspec import Struct

from handrail import __version__
from handrail.insight.rights import Viewer
from handrail.terms.values import Instant
from handrail.web.kit.assets import asset
from handrail.web.kit.cells import kind_of
from handrail.web.kit.page import MenuEntry
from handrail.web.kit.words import FILTERS


class Frame(Struct, frozen=True):
    """What stands around a page. `current` is the menu's line that it belongs to; `here`: it is that line's own page.

    Without a `viewer` (nobody is signed in) there is neither menu nor search. `closed` are beginnings of addresses that
    are not open to the viewer: what would lead there is written without a link. `zone` is the reader's, `zone_here` the
    organization's (empty: its clock shows the same).
    """

    title: str
    current: str
    here: bool
    menu: tuple[MenuEntry, ...]
    viewer: Viewer | None
    organization: str
    now: Instant
    zone: str
    form_token: str = ""
    closed: frozenset[str] = frozenset()
    zone_here: str = ""


def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("handrail.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(FILTERS, kind=kind_of)
    made.globals.update(asset=asset, version=__version__)
    return made


ENVIRONMENT: Final = _environment()


def render(template: str, frame: Frame, page: Struct) -> str:
    """The page as HTML."""
    return ENVIRONMENT.get_template(template).render(frame=frame, page=page)
