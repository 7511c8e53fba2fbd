"""*Held*: what could not be understood, or is more than was allowed, by its cause; each with an owner and a way on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Query
from fastapi.responses import RedirectResponse, Response
from msgspec import Struct

from handrail.engine.by_hand.mail import drop_mail, release_mail
from handrail.insight.desk.held import AllHeld, all_held
from handrail.web.access import must_work
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting
from handrail.web.pages.held.acting import Done, done_path, done_text, must_mend
from handrail.web.refusals import Refused

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page("held", "Held", "/held", right="mend", entry="main")

_DONE: Final[Mapping[str, Done]] = {"release": "messages-released", "drop": "messages-dropped"}


class HeldShown(Struct, frozen=True):
    """What the page shows. `names`: examples may be named to this viewer; `done` is what they have just done."""

    held: AllHeld
    names: bool
    done: str


@router.get(PAGE.path)
def show(
    visit: Annotated[Visit, visiting(PAGE)], done: str = "", many: Annotated[int, Query(ge=0, lt=2**62)] = 0
) -> Response:
    """The page."""
    shown = HeldShown(all_held(visit.past, visit.now), visit.viewer.everywhere, done_text(done, many))
    return visit.show(PAGE, shown)


@router.post(PAGE.path + "/messages/{name}/{what}")
def let_messages_go(name: str, what: str, visit: Annotated[Visit, visiting(PAGE)]) -> Response:
    """Let the messages of a new journey go, or drop those that wait."""
    must_mend(visit)
    must_work(visit.runtime)
    if what not in _DONE:
        raise Refused(404, "They can be let go, or dropped.", "Open the page again: /held")
    job = release_mail if what == "release" else drop_mail
    many = visit.runtime.do(lambda engine, now: job(engine, name, visit.viewer.login, now))
    if many is None:
        raise Refused(409, f'No messages of "{name[:100]}" wait: they leave by themselves.', "See what is held: /held")
    return RedirectResponse(done_path(_DONE[what], many), 303)
