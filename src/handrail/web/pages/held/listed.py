"""*Held*: what could not be understood, or is more than was allowed, by its cause; each with an owner and a way on."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response
from msgspec import Struct

from handrail.engine.by_hand.mail import drop_mail, release_mail
from handrail.insight.desk.held import AllHeld, all_held
from handrail.insight.telling.wording import count_text
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting
from handrail.web.pages.held.acting import must_mend
from handrail.web.refusals import Refused, busy

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page("held", "Held", "/held", right="mend", entry="main")


_WORDS: Final = {"release": "let go", "drop": "dropped"}


class HeldShown(Struct, frozen=True):
    """What the page shows. `names`: examples may be named to this viewer; `done` is what they have just done."""

    held: AllHeld
    names: bool
    done: str


@router.get(PAGE.path)
def show(visit: Annotated[Visit, visiting(PAGE)], done: str = "") -> Response:
    """The page."""
    return visit.show(PAGE, HeldShown(all_held(visit.past, visit.now), visit.viewer.everywhere, done[:300]))


@router.post(PAGE.path + "/messages/{name}/{what}")
def let_messages_go(name: str, what: str, visit: Annotated[Visit, visiting(PAGE)]) -> Response:
    """Let the messages of a new journey go, or drop those that wait."""
    must_mend(visit)
    if visit.runtime.died is not None or visit.runtime.host is None:
        raise busy("Nothing is done: the engine does not run.", "Send it again when it was started anew.")
    if what not in _WORDS:
        raise Refused(404, "They can be let go, or dropped.", "Open the page again: /held")
    job = release_mail if what == "release" else drop_mail
    many = visit.runtime.do(lambda engine, now: job(engine, name, visit.viewer.login, now))
    if many is None:
        raise Refused(409, f'No messages of "{name[:100]}" wait: they leave by themselves.', "See what is held: /held")
    return RedirectResponse(f"/held?done={count_text(many, 'message')} {_WORDS[what]}", 303)
