"""What went wrong, as a page in the same look: what happened, and what to do. For whoever came with a browser.

The sentences are said where the fault is known (`web.refusals`); the API answers the same in JSON.
"""

from __future__ import annotations

import re
from typing import Final

from fastapi import Request
from fastapi.responses import HTMLResponse
from msgspec import Struct

from handrail.web.access import session_of
from handrail.web.kit.environment import Frame, render
from handrail.web.kit.page import MenuEntry, closed_to, menu
from handrail.web.refusals import Refused

TITLES: Final = {
    400: "That could not be read",
    401: "Sign in first",
    403: "This is not open to you",
    404: "There is nothing here",
    405: "That does not work here",
    408: "That took too long",
    409: "Something stands against it",
    413: "That is too large",
    422: "Something in it is not right",
    503: "Not now",
}
_ADDRESS: Final = re.compile(r"(?<=: )/[a-z][\w/.-]*(?:\?[\w=&.-]+)?(?<![.?])")
_OURS: Final = "Something broke on our side"
_NOT_PAGES: Final = ("/api/", "/hooks/", "/health/", "/scim/", "/xapi/", "/metrics")


_FOR_PROGRAMS: Final = "/api/docs"


class Wrong(Struct, frozen=True):
    """What an error page shows: the sentence, the advice (its parts: text, and an address that it names), and what else is known (`more`: label and value).

    `entries` are the pages to which whoever is signed in may go from here.
    """

    status: int
    title: str
    error: str
    what_to_do: tuple[tuple[str, str], ...]
    more: tuple[tuple[str, str], ...] = ()
    entries: tuple[MenuEntry, ...] = ()


def is_for_page(request: Request) -> bool:
    """Whether a person asks with a browser, not a program."""
    return not request.url.path.startswith(_NOT_PAGES)


def error_page(request: Request, refused: Refused) -> HTMLResponse | None:
    """The page that says it; None where a program asks. A part of a page that htmx asked for gives way to it as a whole."""
    if not is_for_page(request):
        return None
    title = TITLES.get(refused.status, _OURS)
    more = tuple((name.replace("_", " "), _said(value)) for name, value in refused.more.items() if value)
    frame = frame_of(request, title)
    error, advice = _for_people(refused)
    entries = frame.menu if refused.status in (403, 404) else ()
    wrong = Wrong(refused.status, title, error, _with_links(advice), more, entries)
    headers = {"Cache-Control": "no-store"}
    if "HX-Request" in request.headers:
        headers |= {"HX-Retarget": "#main", "HX-Reselect": "#main", "HX-Reswap": "outerHTML"}
    return HTMLResponse(render("wrong.html", frame, wrong), refused.status, headers)


def _for_people(refused: Refused) -> tuple[str, str]:
    """The sentence and the advice; what is said to programs alone is said otherwise to people."""
    if _FOR_PROGRAMS not in refused.what_to_do:
        return refused.error, refused.what_to_do
    if refused.status == 404:
        return f"{refused.error.rstrip('.')}: it was moved, or never was.", "Look for it by name in the search above."
    return refused.error, "Go back, and try it again from the page itself."


def _with_links(advice: str) -> tuple[tuple[str, str], ...]:
    """The advice in parts; an address of ours that stands in it is one that can be followed."""
    parts: list[tuple[str, str]] = []
    end = 0
    for found in _ADDRESS.finditer(advice):
        parts += [(advice[end : found.start()], ""), (found[0], found[0])]
        end = found.end()
    return tuple(part for part in (*parts, (advice[end:], "")) if part[0])


def frame_of(request: Request, title: str) -> Frame:
    """What stands around a page of no visit: whoever is signed in, if anybody is."""
    runtime = request.app.state.runtime
    if not hasattr(request.state, "viewer"):
        session_of(request, runtime)  # an address that is not there asked for nobody's session
    viewer = getattr(request.state, "viewer", None)
    organization = runtime.engine.worlds.organization
    return Frame(
        title=title,
        current="",
        here=False,
        menu=menu(request.app.state.pages, viewer) if viewer is not None else (),
        viewer=viewer,
        organization=organization.name,
        now=runtime.clock(),
        zone=organization.zone,
        form_token=str(getattr(request.state, "form_token", "")),
        closed=closed_to(request.app.state.pages, viewer) if viewer is not None else frozenset(),
    )


def _said(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
