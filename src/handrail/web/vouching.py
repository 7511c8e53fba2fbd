"""Signing in with the organization's identity provider: there, and back.

What is checked of its answer is `handrail.app.access.oidc`'s matter, who comes in `admitting`'s. Until somebody returns, their
browser keeps what must fit, sealed with a key that only this process has: whoever comes back after a restart begins again.
A browser keeps that for one name, and the provider sends people back to the name in `web.url`: so a sign-in begins under it.
"""

from __future__ import annotations

import hmac
import logging
import os
from typing import Annotated, Final
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, FastAPI, Query, Request
from fastapi.responses import RedirectResponse, Response
from itsdangerous import BadData, URLSafeTimedSerializer
from msgspec import structs

from handrail.app.access.admitting import NotAdmitted, admit, vouched
from handrail.app.access.oidc import Asked, Provider, ProviderFault
from handrail.app.runtime import Runtime
from handrail.app.settings import secret_of
from handrail.store.kept.acts import Act, note
from handrail.web.access import Organization, is_https
from handrail.web.refusals import Refused
from handrail.web.signing_in import address_of, let_in, safe_next, shown

router: Final = APIRouter(include_in_schema=False)
COOKIE: Final = "handrail-oidc"
AWAY_SECONDS: Final = 900
log: Final = logging.getLogger("handrail.web")
_NOT_NOW: Final = (
    "The identity provider did not answer as it should. Try again; whoever runs this finds the reason in the audit."
)
_NOT_OURS: Final = "This sign-in was not begun here, or too long ago. Begin again."


def install(application: FastAPI, runtime: Runtime) -> None:
    """Add both ways to an application, where the settings name a provider. Raises SettingsError when its secret is not there."""
    settings = runtime.workspace.settings.sign_in.oidc
    application.state.provider = None
    if settings is None:
        return
    folder, given = runtime.workspace.folder, settings.client_secret
    secret = secret_of(given, os.environ, folder) if given is not None else ""
    application.state.provider = Provider(settings, secret)
    application.include_router(router)


@router.get("/sign-in/oidc")
def there(
    request: Request,
    runtime: Organization,
    next: str = "/",  # noqa: A002
    moved: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    """Send somebody to the provider; who asks under another name than `web.url` has is first sent to the same place under that.

    `moved` says that they were: behind a proxy that passes its own name on they would be sent round for ever.
    """
    provider, going = _provider(request), safe_next(next)
    if not moved and _is_elsewhere(request, runtime):
        query = urlencode({"next": going, "moved": "yes"})
        here = f"{runtime.workspace.settings.web.url}/sign-in/oidc?{query}"
        return RedirectResponse(here, 303, headers={"Cache-Control": "no-store"})
    try:
        where, asked = provider.begin(_redirect(request, runtime), going, runtime.clock())
    except ProviderFault as fault:
        return _failed(request, runtime, fault, going)
    sent = RedirectResponse(where, 303, headers={"Cache-Control": "no-store"})
    sealed = _sealing(request).dumps(structs.asdict(asked))
    sent.set_cookie(
        COOKIE,
        sealed if isinstance(sealed, str) else sealed.decode(),
        AWAY_SECONDS,
        path="/sign-in",
        secure=is_https(runtime),
        httponly=True,
        samesite="lax",
    )
    return sent


@router.get("/sign-in/callback")
def back(request: Request, runtime: Organization) -> Response:
    """Somebody has returned from the provider."""
    provider = _provider(request)
    asked = _kept(request)
    given = request.query_params
    if "error" in given:
        return shown(request, asked.next if asked else "/", "The identity provider did not let you in.", status=403)
    if asked is None or not hmac.compare_digest(asked.state.encode(), given.get("state", "").encode()):
        return shown(request, asked.next if asked else "/", _NOT_OURS, status=400)
    if "code" not in given:
        return shown(request, asked.next, _NOT_OURS, status=400)
    try:
        claims = provider.finish(given, asked, _redirect(request, runtime), runtime.clock())
    except ProviderFault as fault:
        return _failed(request, runtime, fault, asked.next)
    try:
        who = vouched(claims, provider.settings)
        account = runtime.do(lambda engine, at: admit(engine.store, who, provider.settings, at))
    except NotAdmitted as refused:
        act = Act(who.email or who.subject, "sign-in refused", f"{refused} From {address_of(request)}")
        runtime.do(lambda engine, at: note(engine.store, act, at))
        text = f"{refused} Ask whoever runs Handrail here, or your HR department."
        return shown(request, asked.next, text, status=403)
    entered = let_in(request, runtime, account, asked.next, "by the identity provider")
    entered.delete_cookie(COOKIE, path="/sign-in", secure=is_https(runtime), httponly=True, samesite="lax")
    return entered


def _provider(request: Request) -> Provider:
    provider: Provider | None = request.app.state.provider
    if provider is None:
        raise Refused(404, "No identity provider is set up here.", "Sign in with a password.")
    return provider


def _is_elsewhere(request: Request, runtime: Runtime) -> bool:
    """Whether this was asked for under another name than people are sent back to; a browser keeps nothing from one for the other."""
    public = urlsplit(runtime.workspace.settings.web.url).hostname
    return public is not None and request.url.hostname != public


def _redirect(request: Request, runtime: Runtime) -> str:
    """Where the provider sends people back: under the public address, or as this was asked for (its host was checked)."""
    public = runtime.workspace.settings.web.url or str(request.base_url).rstrip("/")
    return f"{public}/sign-in/callback"


def _sealing(request: Request) -> URLSafeTimedSerializer:
    sealing: URLSafeTimedSerializer = request.app.state.sealing
    return sealing


def _kept(request: Request) -> Asked | None:
    """What this browser was sent away with."""
    try:
        found = _sealing(request).loads(request.cookies.get(COOKIE, ""), max_age=AWAY_SECONDS)
    except BadData:
        return None
    return Asked(**found)


def _failed(request: Request, runtime: Runtime, fault: ProviderFault, going: str) -> Response:
    """To whoever signs in a plain sentence; the reason to the log and the audit."""
    log.warning("Sign-in with the identity provider failed: %s", fault)
    act = Act("the identity provider", "sign-in failed", str(fault)[:300])
    runtime.do(lambda engine, at: note(engine.store, act, at))
    return shown(request, going, _NOT_NOW, status=502)
