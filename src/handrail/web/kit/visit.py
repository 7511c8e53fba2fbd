"""One visit of a page: who looks, at what moment, in which zone, and how the page is shown to them.

Who somebody is, is `web.access`'s matter; what they may is `insight.rights`'.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, Response
from msgspec import Struct

from handrail.app.runtime import Runtime
from handrail.insight.desk.reach import Desk, desk_of
from handrail.insight.past import Past
from handrail.insight.rights import Viewer
from handrail.people.worlds import zone_for
from handrail.terms.organization import Organization
from handrail.terms.values import Instant
from handrail.web.access import Known, looks_of, viewer_of
from handrail.web.access import Organization as Served
from handrail.web.kit.environment import Frame, render
from handrail.web.kit.exports import About, export
from handrail.web.kit.lists import Asked, Fetch, Filter, Table, told_text, values_of
from handrail.web.kit.page import Page, closed_to, menu
from handrail.web.refusals import Refused

PAGE_HEADERS: Final = {"Cache-Control": "no-store"}
"""A page holds what is of people: nobody keeps a copy of it."""


class Visit(Struct, frozen=True, dict=True):
    """A request for a page, with what it needs to be answered."""

    request: Request
    runtime: Runtime
    past: Past
    viewer: Viewer
    now: Instant

    @property
    def organization(self) -> Organization:
        """The organization as it is set now."""
        return self.runtime.engine.worlds.organization

    @cached_property
    def desk(self) -> Desk:
        """The viewer's desk: which handoffs are theirs."""
        return desk_of(self.past, self.viewer, self.organization, self.now)

    @cached_property
    def zone(self) -> str:
        """The zone in which moments are written: the viewer's, where they are one of the people, else the organization's."""
        return zone_for(getattr(self.request.state, "person", None), self.organization)

    @property
    def _reads_another_clock(self) -> bool:
        """Whether the viewer's clock shows another time than the organization's does, now."""
        ours, theirs = (self.now.astimezone(ZoneInfo(zone)) for zone in (self.organization.zone, self.zone))
        return ours.utcoffset() != theirs.utcoffset()

    @property
    def form_token(self) -> str:
        """What a form of this session must bring back."""
        return str(getattr(self.request.state, "form_token", ""))

    def show(self, page: Page, shown: Struct, status: int = 200, title: str = "") -> HTMLResponse:
        """The page with what it shows; `title` where it differs from the page's own (a person's name)."""
        return HTMLResponse(render(f"{page.name}.html", self.frame(page, title), shown), status, PAGE_HEADERS)

    def export(
        self,
        page: Page,
        table: Table,
        asked: Asked,
        filters: Sequence[Filter],
        fetch: Fetch,
        as_of: Instant | None = None,
    ) -> Response:
        """The list as the file that was asked for; `as_of` where it is of another moment than this one."""
        chosen = told_text(filters, values_of(asked))
        self.looked_at("list exported", "; ".join(part for part in (page.title, chosen) if part))
        return export(
            table, fetch, About(page.title, chosen, as_of or self.now, self.zone, self.viewer.name), asked.format
        )

    def looked_at(self, what: str, about: str = "", person: int | None = None) -> None:
        """Write into the audit, before it is shown, that the viewer looks at what only few may see."""
        looks_of(self.request).looked_at(self.viewer, what, about, person)

    def frame(self, page: Page, title: str = "") -> Frame:
        """What stands around the page."""
        pages: tuple[Page, ...] = self.request.app.state.pages
        return Frame(
            title=title or page.title,
            current=page.within or page.name,
            here=page.entry != "" and not title,
            menu=menu(pages, self.viewer),
            viewer=self.viewer,
            organization=self.organization.name,
            now=self.now,
            zone=self.zone,
            zone_here=self.organization.zone if self._reads_another_clock else "",
            form_token=self.form_token,
            closed=closed_to(pages, self.viewer),
        )


def visit_of(request: Request, runtime: Served, past: Known, viewer: Annotated[Viewer, Depends(viewer_of)]) -> Visit:
    """The visit of whoever is signed in; what is told to them is told in their zone."""
    visit = Visit(request, runtime, past, viewer, runtime.clock())
    past.reader_zone = visit.zone
    return visit


Visiting = Annotated[Visit, Depends(visit_of)]
"""A visit of anybody who is signed in."""


def visiting(page: Page) -> Any:  # noqa: ANN401 - what FastAPI calls a dependency
    """A dependency that gives the visit, if the viewer may open the page. Raises Refused."""

    def check(visit: Visiting) -> Visit:
        if not page.open_to(visit.viewer):
            text = f'{visit.viewer.name}, your roles do not open the page "{page.title}".'
            raise Refused(403, text, "Ask whoever runs Handrail here for a role that does.")
        return visit

    return Depends(check)
