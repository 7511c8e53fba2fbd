"""The console: which pages there are, in one list. What is registered here is in the menu, and is tested.

How a page is made is in CONTRIBUTING.md; what stands around all of them in `kit`.
"""

from __future__ import annotations

from typing import Final, Protocol

from fastapi import APIRouter, FastAPI

from handrail.web.kit import assets, live
from handrail.web.kit.errors import error_page
from handrail.web.kit.page import Page
from handrail.web.pages import audit, people, person, run, why
from handrail.web.pages.desk import changes, handoff, handoffs, incidents, picked, today
from handrail.web.pages.held import file as held_file
from handrail.web.pages.held import listed as held_listed
from handrail.web.pages.held import starts as held_starts
from handrail.web.pages.journeys import drawn, listed, moved, runs, told, versions
from handrail.web.pages.mine import learning
from handrail.web.pages.mine import people as my_people
from handrail.web.pages.reports import attainment, compliance, funnel, lines, overview, stalls
from handrail.web.pages.settings import account, accounts, away, tokens
from handrail.web.pages.systems import acting as pausing
from handrail.web.pages.systems import bulk, bulks
from handrail.web.pages.systems import calls as connection_calls
from handrail.web.pages.systems import listed as connections
from handrail.web.pages.systems import one as connection


class PageModule(Protocol):
    """What a module of a page has."""

    PAGE: Page
    router: APIRouter


MODULES: Final[tuple[PageModule, ...]] = (
    today,
    changes,
    incidents,
    handoffs,
    picked,  # before `handoff`, whose address would take it for a run
    handoff,
    people,
    person,
    run,
    listed,
    told,
    drawn,
    versions,
    runs,
    moved,
    held_listed,
    held_starts,
    held_file,
    overview,
    compliance,
    stalls,
    attainment,
    funnel,
    lines,
    connections,
    connection,
    connection_calls,
    bulks,
    bulk,
    learning,
    my_people,
    why,
    audit,
    accounts,
    account,
    tokens,
    away,
)
PAGES: Final = tuple(module.PAGE for module in MODULES)


def install(application: FastAPI) -> None:
    """Add the pages, and all that they load, to an application."""
    application.state.pages = PAGES
    application.state.error_page = error_page
    application.state.live = live.Live(application.state.runtime.store, application.state)
    application.include_router(assets.router)
    application.include_router(live.router)
    for module in MODULES:
        application.include_router(module.router)
    application.include_router(pausing.router)
