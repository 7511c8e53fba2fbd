"""Pausing a connection or a bulk from its page, with a reason, and having it go on."""

from __future__ import annotations

from typing import Annotated, Final, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from handrail.app.systems.pausing import pause, resume
from handrail.engine.by_hand.pausing import NotPaused, Wanted
from handrail.web.access import must_work
from handrail.web.kit.visit import Visit, visiting
from handrail.web.pages.systems.one import PAGE
from handrail.web.refusals import Refused

router: Final = APIRouter(include_in_schema=False)


class PauseForm(BaseModel):
    """The form. Without an action it is the whole connection."""

    action: str = Field(default="", max_length=200)
    object: str = Field(default="", max_length=400)
    reason: str = Field(default="", max_length=500)


@router.post(PAGE.path + "/{what}")
def act(
    name: str,
    what: Literal["pause", "resume"],
    visit: Annotated[Visit, visiting(PAGE)],
    form: Annotated[PauseForm, Form()],
) -> Response:
    """Pause it, or have it go on; then its page says so."""
    must_work(visit.runtime)
    wanted = Wanted(name, visit.viewer.login, form.reason, form.action, form.object)
    try:
        if what == "pause":
            pause(visit.runtime, wanted)
        else:
            resume(visit.runtime, wanted)
    except NotPaused as refused:
        raise Refused(409, str(refused), "Open its page again, and see how it stands.") from refused
    return RedirectResponse(_back(name, form, what), 303)


def _back(name: str, form: PauseForm, done: str) -> str:
    if not form.action:
        return f"/connections/{name}?{urlencode({'done': done})}"
    asked = {"connection": name, "action": form.action, "object": form.object, "done": done}
    return f"/bulks/one?{urlencode(asked)}"
