"""The web of one organization, put together: its paths, how it refuses, and its limits.

What a path does stands beside it; `handrail.app.serving` loads this by name and serves it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fastapi import FastAPI

from handrail import __version__
from handrail.app.access.demo import DemoAccount
from handrail.app.runtime import Runtime
from handrail.insight.desk.runs.which import USUAL
from handrail.web import answering, console, signing_in, vouching
from handrail.web.api import (
    accounts,
    commands,
    connections,
    describing,
    events,
    handoffs,
    health,
    held,
    movings,
    overrides,
)
from handrail.web.api.asking import looking, reports
from handrail.web.api.by_hand import beginning, handing
from handrail.web.api.receiving import Receiving
from handrail.web.headers import Guarded
from handrail.web.limits import Limits
from handrail.web.refusals import install

_ABOUT: Final = """
Every path but `/health` and `/hooks` takes a bearer token with a scope (`handrail token add NAME --scopes events,read`).
Whatever is refused says `error` and `what_to_do`. An answer of 2xx to something that was told, or answered, is given after its commit.
"""


def application(runtime: Runtime, demo_accounts: Sequence[DemoAccount] = ()) -> FastAPI:
    """The application for an organization; the caller starts and closes the runtime. Only the demo hands in accounts that need no password."""
    made = FastAPI(
        title="Handrail",
        version=__version__,
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        swagger_ui_oauth2_redirect_url=None,
    )
    made.state.runtime = runtime
    made.state.ending = lambda: False
    made.state.bounds = USUAL
    made.state.receiving = Receiving(runtime)
    for room in (
        events,
        looking,
        handoffs,
        handing,
        beginning,
        held,
        commands,
        connections,
        movings,
        overrides,
        reports,
        health,
        describing,
        accounts,
    ):
        made.include_router(room.router)
    console.install(made)
    answering.install(made)
    signing_in.install(made, demo_accounts)
    vouching.install(made, runtime)
    install(made)
    made.add_middleware(Limits)
    made.add_middleware(Guarded, settings=runtime.workspace.settings)
    return made
