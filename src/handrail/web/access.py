"""Who asks, and whether they may: a program by a bearer token with scopes, a person by their session and roles. And the organization that is asked.

Tokens are made in `handrail.app.tokens`, sessions in `handrail.app.access.sessions`; how somebody signs in is `signing_in`.
A page depends on `viewer_of` or `needs_right`: then no form of another site, and none of another session, reaches it.
"""

from __future__ import annotations

import contextlib
import hmac
from datetime import timedelta
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from handrail.app.access import sessions
from handrail.app.access.auditing import Looks
from handrail.app.access.sessions import Lasting, Session
from handrail.app.runtime import Runtime
from handrail.app.tokens import Token, token_of
from handrail.insight.past import Past
from handrail.insight.rights import Right, Viewer
from handrail.web.refusals import Refused, busy

_bearer: Final = HTTPBearer(
    auto_error=False, description="A token that `handrail token add NAME --scopes …` has made.", scheme_name="token"
)
Credentials = Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]


async def runtime_of(request: Request) -> Runtime:
    """The organization that this application serves."""
    runtime: Runtime = request.app.state.runtime
    return runtime


Organization = Annotated[Runtime, Depends(runtime_of)]


def must_work(runtime: Runtime) -> None:
    """Raises Refused while nothing that is handed in is worked on: the engine was not begun, or has died."""
    if not runtime.works:
        raise busy("Nothing is done: the engine does not run.", "Send it again when it was started anew.")


def past_of(runtime: Organization) -> Past:
    """Everything that is known, to be looked at for one request."""
    return runtime.past()


Known = Annotated[Past, Depends(past_of)]


def is_local(request: Request) -> bool:
    """Whether it comes over the local socket, which only the owner's own user can open: an address without a port."""
    server = request.scope.get("server")
    return server is not None and server[1] is None


def needs(scope: str) -> Any:  # noqa: ANN401 - what FastAPI calls a dependency
    """A dependency that gives the token of whoever asks, if it may do what asks for `scope`."""

    def check(request: Request, runtime: Organization, credentials: Credentials) -> Token:
        if is_local(request):
            return Token("a command on this machine", ("admin",), runtime.clock(), None, "")
        token = token_of(runtime.store, credentials.credentials) if credentials is not None else None
        if token is None:
            what = "There is no token" if credentials is None else "The token is not valid"
            advice = "Send `Authorization: Bearer TOKEN`; a token is made by: handrail token add NAME --scopes " + scope
            raise Refused(401, f"{what}.", advice)
        if token.expires is not None and token.expires <= runtime.clock():
            advice = f"Make a new one: handrail token add NAME --scopes {scope}"
            raise Refused(401, f"The token expired on {token.expires:%Y-%m-%d}.", advice)
        if not token.may(scope):
            advice = f"Use a token that may: handrail token add NAME --scopes {scope}"
            raise Refused(403, f'The token "{token.name}" may not do this: it lacks the scope "{scope}".', advice)
        return token

    return Depends(check)


# People

COOKIE: Final = "handrail"
HOST_COOKIE: Final = "__Host-handrail"
"""On https: only this very host can set a cookie of that name, and the browser sends it encrypted only."""

FORM_FIELD: Final = "form_token"
FORM_HEADER: Final = "X-Form-Token"
_READING: Final = ("GET", "HEAD", "OPTIONS")


class SignInFirst(Refused):
    """Nobody is signed in, or no longer; `signing_in` sends whoever asked with a browser to sign in."""

    def __init__(self) -> None:
        super().__init__(
            401, "Nobody is signed in here, or no longer.", "Sign in, then do it again. Nothing was changed."
        )


def is_https(runtime: Runtime) -> bool:
    """Whether people reach this over https: the settings say so, since a proxy stands between."""
    return runtime.workspace.settings.web.url.startswith("https:")


def cookie_name(runtime: Runtime) -> str:
    """The name of the session's cookie. Without https a browser refuses the one with the prefix."""
    return HOST_COOKIE if is_https(runtime) else COOKIE


def lasting_of(runtime: Runtime) -> Lasting:
    """How long sessions last here."""
    settings = runtime.workspace.settings.sign_in
    return Lasting(timedelta(minutes=settings.idle_minutes), timedelta(hours=settings.longest_hours))


def session_of(request: Request, runtime: Organization) -> Session | None:
    """The session of whoever asks, if there is one that holds now."""
    secret, now = request.cookies.get(cookie_name(runtime), ""), runtime.clock()
    session = sessions.session_of(runtime.store, secret, now, lasting_of(runtime)) if secret else None
    if session is not None:
        request.state.viewer, request.state.form_token = session.viewer, session.form_token
        request.state.person = session.person
        host = runtime.host
        if now - session.seen > sessions.SEEN_EVERY and host is not None:
            found = session
            host.run_job(lambda engine, at: sessions.used(engine.store, found, at))
    return session


CurrentSession = Annotated[Session | None, Depends(session_of)]


async def signed_in(request: Request, session: CurrentSession) -> Session:
    """The session of whoever is signed in. Raises SignInFirst; Refused when a form is not one of this session."""
    if session is None:
        raise SignInFirst
    if request.method not in _READING:
        refuse_other_sites(request)
        given = request.headers.get(FORM_HEADER) or str((await request.form()).get(FORM_FIELD, ""))
        if not hmac.compare_digest(given.encode("utf-8", "replace"), session.form_token.encode()):
            text = "This form was made before you signed in, or by somebody else."
            raise Refused(403, text, "Open the page again, and send it from there. Nothing was changed.")
    return session


SignedIn = Annotated[Session, Depends(signed_in)]


async def viewer_of(session: SignedIn) -> Viewer:
    """Whoever is signed in. Raises SignInFirst, Refused."""
    return session.viewer


def needs_right(right: Right) -> Any:  # noqa: ANN401 - what FastAPI calls a dependency
    """A dependency that gives the viewer, if a role of theirs gives this right. Raises SignInFirst, Refused."""

    def check(viewer: Annotated[Viewer, Depends(viewer_of)]) -> Viewer:
        if not viewer.may(right):
            text = f'{viewer.name}, none of your roles gives the right "{right}".'
            raise Refused(403, text, "Ask whoever runs Handrail here for a role that does.")
        return viewer

    return Depends(check)


def looks_of(request: Request) -> Looks:
    """Where a page writes down that somebody looks at what only few may see, before it is shown."""
    looks: Looks = request.app.state.looks
    return looks


def refuse_other_sites(request: Request) -> None:
    """A browser says where a form comes from (Fetch Metadata, Origin): another site may not send one. Raises Refused."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    ours = site in ("same-origin", "none") if site is not None else origin is None or _is_own(request, origin)
    if not ours:
        raise Refused(403, "This form was sent from another site.", "Open the page here, and send it from there.")


def _is_own(request: Request, origin: str) -> bool:
    with contextlib.suppress(ValueError):
        return urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower() != ""
    return False
