"""*Tokens* of programs: which there are, making one (it is shown once), and taking one back."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response
from msgspec import Struct

from handrail.app import tokens as kept
from handrail.app.tokens import DAYS, SCOPES, Token
from handrail.terms.problem import SettingsError
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page("tokens", "Tokens of programs", "/settings/tokens", right="settings", within="settings")
MAY: Final = {
    "events": "tell what happened",
    "people": "take in files of people",
    "read": "look at everything, of everybody",
    "answer": "answer handoffs in the name of whoever may",
    "operate": "release, reject and refuse what is held",
    "publish": "publish what lies in the folder",
    "admin": "everything",
}


class TokensShown(Struct, frozen=True):
    """What the page shows. `secret` is the one that was just made: it is never shown again."""

    tokens: tuple[Token, ...]
    scopes: tuple[tuple[str, str], ...]
    days: int
    name: str = ""
    secret: str = ""
    wrong: str = ""
    done: str = ""


Seen = Annotated[Visit, visiting(PAGE)]


@router.get(PAGE.path)
def show(visit: Seen) -> Response:
    """The page."""
    done = "The token is taken back." if visit.request.query_params.get("done") == "taken" else ""
    return _page(visit, done=done)


@router.post(PAGE.path)
def make(
    visit: Seen,
    name: Annotated[str, Form(max_length=200)] = "",
    scope: Annotated[list[str], Form(max_length=20)] = [],  # noqa: B006 - FastAPI copies it
    days: Annotated[int, Form(ge=1, le=3650)] = DAYS,
) -> Response:
    """Make one, and show it this once."""
    if not name.strip():
        return _page(visit, wrong="The token has no name. Call it by what uses it.")
    by = visit.viewer.login
    try:
        secret = visit.runtime.do(
            lambda engine, now: kept.add_token(engine.store, name.strip(), scope, now, days=days, by=by)
        )
    except SettingsError as error:
        return _page(visit, wrong=str(error), name=name)
    return _page(visit, secret=secret, name=name.strip())


@router.post(PAGE.path + "/take-back")
def take_back(visit: Seen, name: Annotated[str, Form(max_length=200)] = "") -> Response:
    """Take one back."""
    by = visit.viewer.login
    if not visit.runtime.do(lambda engine, now: kept.revoke_token(engine.store, name, now, by)):
        return _page(visit, wrong=f"There is no token “{name}”.")
    return RedirectResponse(f"{PAGE.path}?done=taken", 303)


def _page(visit: Visit, *, name: str = "", secret: str = "", wrong: str = "", done: str = "") -> Response:
    scopes = tuple((scope, MAY[scope]) for scope in SCOPES)
    shown = TokensShown(tuple(kept.tokens(visit.runtime.store)), scopes, DAYS, name, secret, wrong, done)
    return visit.show(PAGE, shown, 422 if wrong else 200)
