"""Who asks, and whether they may: a bearer token with scopes. And the organization that is asked.

Tokens are made in `handrail.app.tokens`; that a person may answer a handoff is looked at in `handoffs`.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from handrail.app.runtime import Runtime
from handrail.app.tokens import Token, token_of
from handrail.insight.past import Past
from handrail.web.refusals import Refused

_bearer: Final = HTTPBearer(
    auto_error=False, description="A token that `handrail token add NAME --scopes …` has made.", scheme_name="token"
)
Credentials = Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]


async def runtime_of(request: Request) -> Runtime:
    """The organization that this application serves."""
    runtime: Runtime = request.app.state.runtime
    return runtime


Organization = Annotated[Runtime, Depends(runtime_of)]


def past_of(runtime: Organization) -> Past:
    """Everything that is known, to be looked at for one request."""
    return Past(runtime.store, runtime.engine.worlds.organization)


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
