"""Signing in and out: by password, by the organization's identity provider, and in the demo by one click.

Who may is `handrail.app.access`'s matter. Here are the pages, the cookie, and that nobody is sent elsewhere afterwards.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Final
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, FastAPI, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from itsdangerous import URLSafeTimedSerializer
from msgspec import Struct

from handrail.app.access import sessions
from handrail.app.access.auditing import Looks
from handrail.app.access.demo import DemoAccount
from handrail.app.access.passwords import LENGTH_MAX, TooMany, fits
from handrail.app.access.sessions import From
from handrail.app.access.trying import BY_ADDRESS, BY_LOGIN, came_in, forget_old_tries, tried
from handrail.app.runtime import Runtime
from handrail.app.settings import SignInSettings
from handrail.engine.engine import Engine
from handrail.store.entering.looking import account_by_login
from handrail.store.entering.rows import AccountRow
from handrail.store.kept.acts import Act, note
from handrail.terms.values import Instant
from handrail.web.access import (
    CurrentSession,
    Organization,
    SignedIn,
    SignInFirst,
    cookie_name,
    is_https,
    lasting_of,
    refuse_other_sites,
)
from handrail.web.kit.environment import render
from handrail.web.kit.errors import frame_of, is_for_page
from handrail.web.refusals import Refused, answer

router: Final = APIRouter(include_in_schema=False)
demo_router: Final = APIRouter(include_in_schema=False)
NEXT_MAX: Final = 2000
LOGIN_MAX: Final = 200
_WRONG: Final = "That login and that password do not fit together. After five tries you wait a little."
_ENDED: Final = "Your session has ended, so nothing was changed. Sign in, then do it again."


class SignInShown(Struct, frozen=True):
    """What the page shows: the ways in that there are, what went wrong, and where one goes afterwards."""

    next: str
    said: str = ""
    good: bool = False
    passwords: bool = True
    provider: str = ""
    login: str = ""
    demo_accounts: Sequence[DemoAccount] = ()


def install(application: FastAPI, demo_accounts: Sequence[DemoAccount]) -> None:
    """Add signing in to an application; the clicks of the demo only where it hands in its accounts."""
    application.state.demo_accounts = tuple(demo_accounts)
    application.state.looks = Looks(application.state.runtime)
    application.state.sealing = URLSafeTimedSerializer(secrets.token_bytes(32), salt="sign-in")
    application.include_router(router)
    if demo_accounts:
        application.include_router(demo_router)
    application.add_exception_handler(SignInFirst, _sign_in_first)


@router.get("/sign-in")
def sign_in_page(request: Request, session: CurrentSession, next: str = "/", out: str = "") -> Response:  # noqa: A002
    """The ways in; who is in already goes on."""
    if session is not None:
        return RedirectResponse(safe_next(next), 303)
    return shown(request, safe_next(next), "You are signed out." if out else "", good=True)


@router.post("/sign-in")
def sign_in(
    request: Request,
    runtime: Organization,
    login: Annotated[str, Form(max_length=4000)] = "",
    password: Annotated[str, Form(max_length=4000)] = "",
    next: Annotated[str, Form(max_length=NEXT_MAX)] = "/",  # noqa: A002
) -> Response:
    """With a password. What was wrong, login or password, is not said."""
    refuse_other_sites(request)
    going = safe_next(next)
    if not runtime.workspace.settings.sign_in.passwords:
        return shown(request, going, "Nobody signs in with a password here.", status=403)
    name = login.strip().lower()[:LOGIN_MAX]
    wait = too_often(runtime, request, name)
    if wait is not None:
        return shown(request, going, _wait_text(wait), status=429, login=name)
    account = account_by_login(runtime.store.database, name)
    known = account if account is not None and account.ended is None else None
    try:
        right = fits(known.password if known is not None else "", password if len(password) <= LENGTH_MAX else "")
    except TooMany:
        return shown(request, going, "Many sign in at this moment. Try again in a few seconds.", status=503, login=name)
    if known is None or not right:
        if known is not None:
            act = Act(known.login, "sign-in refused", f"wrong password, from {address_of(request)}", known.person)
            runtime.do(lambda engine, now: note(engine.store, act, now))
        return shown(request, going, _WRONG, status=401, login=name)
    runtime.do(lambda engine, _now: came_in(engine.store, _by_login(name), _by_address(request)))
    return let_in(request, runtime, known, going, "by password")


@router.post("/sign-out")
def sign_out(runtime: Organization, session: SignedIn) -> Response:
    """The session ends here; that at the identity provider is its own."""
    runtime.do(lambda engine, now: sessions.end(engine.store, session, now))
    gone = RedirectResponse("/sign-in?out=1", 303)
    gone.delete_cookie(cookie_name(runtime), path="/", secure=is_https(runtime), httponly=True, samesite="lax")
    return gone


@demo_router.post("/sign-in/demo")
def sign_in_as(
    request: Request,
    runtime: Organization,
    login: Annotated[str, Form(max_length=LOGIN_MAX)],
    next: Annotated[str, Form(max_length=NEXT_MAX)] = "/",  # noqa: A002
) -> Response:
    """With one of the demo's accounts, and with no other."""
    refuse_other_sites(request)
    there: tuple[DemoAccount, ...] = request.app.state.demo_accounts
    account = account_by_login(runtime.store.database, login) if login in {each.login for each in there} else None
    if account is None or account.ended is not None:
        raise Refused(404, "The demo has no such person.", "Go back and take one of those that are there.")
    return let_in(request, runtime, account, safe_next(next), "in the demo")


def let_in(request: Request, runtime: Runtime, account: AccountRow, going: str, way: str) -> Response:
    """A new session with a new id, whatever the browser brought; the one it had ends."""
    before = sessions.session_of(
        runtime.store, request.cookies.get(cookie_name(runtime), ""), runtime.clock(), lasting_of(runtime)
    )
    where = From(address_of(request), request.headers.get("user-agent", ""))

    def begun(engine: Engine, now: Instant) -> str:
        forget_old_tries(engine.store, now)
        if before is not None:
            sessions.end(engine.store, before, now)
        return sessions.begin(engine.store, account, where, now, lasting_of(runtime), way)

    secret = runtime.do(begun)
    entered = RedirectResponse(going, 303, headers={"Cache-Control": "no-store"})
    longest = int(lasting_of(runtime).longest.total_seconds())
    entered.set_cookie(
        cookie_name(runtime), secret, longest, path="/", secure=is_https(runtime), httponly=True, samesite="lax"
    )
    return entered


def shown(
    request: Request, going: str, said: str = "", *, status: int = 200, good: bool = False, login: str = ""
) -> HTMLResponse:
    """The page with the ways in."""
    settings: SignInSettings = request.app.state.runtime.workspace.settings.sign_in
    provider = (settings.oidc.label or "your organization's account") if settings.oidc is not None else ""
    page = SignInShown(going, said, good, settings.passwords, provider, login, request.app.state.demo_accounts)
    headers = {"Cache-Control": "no-store"}
    return HTMLResponse(render("sign-in.html", frame_of(request, "Sign in"), page), status, headers)


def too_often(runtime: Runtime, request: Request, login: str) -> timedelta | None:
    """How long whoever tries to sign in has to wait; None: they need not."""
    names = {_by_login(login): BY_LOGIN, _by_address(request): BY_ADDRESS}
    return runtime.do(lambda engine, now: tried(engine.store, names, now))


def address_of(request: Request) -> str:
    """From where it comes, as far as it can be known: behind a proxy that is not named in the settings, the proxy."""
    return request.client.host if request.client is not None else "this machine"


def safe_next(text: str) -> str:
    """Where one goes afterwards: a path of ours, or the beginning. Never another site, however it is written."""
    plain = len(text) <= NEXT_MAX and text.isprintable() and "\\" not in text
    if not plain or not text.startswith("/") or text.startswith(("//", "/sign-in", "/sign-out")):
        return "/"
    parts = urlsplit(text)
    return "/" if parts.scheme or parts.netloc else text


def _by_login(login: str) -> str:
    return f"login {login}"


def _by_address(request: Request) -> str:
    return f"address {address_of(request)}"


def _wait_text(wait: timedelta) -> str:
    minutes = max(1, -(-int(wait.total_seconds()) // 60))
    return f"Too many tries. Wait {minutes} minute{'s' if minutes > 1 else ''}, then try again."


async def _sign_in_first(request: Request, error: Exception) -> Response:
    """A browser is sent to sign in and comes back; a form that came too late is told so; a program gets its 401."""
    assert isinstance(error, SignInFirst), "it is registered for nothing else"
    if not is_for_page(request):
        return answer(request, error)
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if "hx-request" in request.headers:
        at = urlsplit(request.headers.get("hx-current-url", ""))
        here = at.path + (f"?{at.query}" if at.query else "")
        sending = {"HX-Redirect": f"/sign-in?next={quote(safe_next(here), safe='')}"}
        return Response(status_code=401, headers=sending)
    if request.method == "GET":
        return RedirectResponse(f"/sign-in?next={quote(safe_next(here), safe='')}", 303)
    came = urlsplit(request.headers.get("referer", ""))
    ours = came.netloc.lower() == request.headers.get("host", "").lower()
    return shown(request, safe_next(came.path if ours else "/"), _ENDED, status=401)
