"""One *account*: its roles, where it is signed in, its password, and closing it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response
from msgspec import Struct

from handrail.app.access import accounts, orders, sessions
from handrail.app.access.accounts import Account
from handrail.app.access.listing import one_account
from handrail.app.access.passwords import LENGTH_MAX, LENGTH_MIN
from handrail.app.access.sessions import SessionLine
from handrail.insight.rights import ROLES, Grant
from handrail.store.opening import Store
from handrail.terms.problem import SettingsError
from handrail.terms.values import Instant
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting
from handrail.web.numbers import Number
from handrail.web.refusals import Refused

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page(
    "account",
    "Account",
    "/settings/accounts/{number}",
    right="settings",
    within="settings",
    example="/settings/accounts/1",
)
DONE: Final = {
    "made": "The account is there.",
    "given": "The role is given, and counts with their next click.",
    "taken": "The role is taken back, and counts with their next click.",
    "ended": "They are signed out there.",
    "password": "The password is set, and nobody is signed in with the old one.",
    "closed": "The account is closed, and nobody is signed in with it.",
    "opened": "The account is open again.",
}


class AccountShown(Struct, frozen=True):
    """What the page shows. A role that an identity provider told is taken back there; `own`: it is the viewer's."""

    account: Account
    grants: tuple[tuple[str, str, bool], ...]
    sessions: tuple[SessionLine, ...]
    roles: tuple[str, ...]
    shortest: int
    own: bool
    done: str = ""
    wrong: str = ""


Seen = Annotated[Visit, visiting(PAGE)]
Work = Callable[[Store, Instant], object]


@router.get(PAGE.path)
def show(number: Number, visit: Seen) -> Response:
    """The page."""
    return _page(visit, number, done=DONE.get(visit.request.query_params.get("done", ""), ""))


@router.post(PAGE.path + "/give")
def give(
    number: Number,
    visit: Seen,
    role: Annotated[str, Form(max_length=40)] = "",
    unit: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Give it a role, everywhere or in a unit."""

    def work(store: Store, now: Instant) -> object:
        grant = orders.grant_there(store, Grant(accounts.role_of(role), unit.strip()))
        return accounts.give(store, _login(visit, number), grant, now, visit.viewer.login)

    return _do(visit, number, work, "given")


@router.post(PAGE.path + "/take")
def take(number: Number, visit: Seen, grant: Annotated[str, Form(max_length=300)] = "") -> Response:
    """Take a role back."""

    def work(store: Store, now: Instant) -> object:
        return accounts.take_from(store, _login(visit, number), accounts.grant_of(grant), now, visit.viewer.login)

    return _do(visit, number, work, "taken")


@router.post(PAGE.path + "/end")
def end(number: Number, visit: Seen, key: Annotated[str, Form(max_length=64)] = "") -> Response:
    """End one of its sessions (`key`), or all."""

    def work(store: Store, now: Instant) -> object:
        account = accounts.the_account(store, _login(visit, number))
        return sessions.revoke(store, account, now, visit.viewer.login, key)

    return _do(visit, number, work, "ended")


@router.post(PAGE.path + "/password")
def password(number: Number, visit: Seen, password: Annotated[str, Form(max_length=LENGTH_MAX)] = "") -> Response:
    """Set its password."""
    try:
        kept = orders.kept_password(password or " ")
    except SettingsError as error:
        return _page(visit, number, wrong=str(error))

    def work(store: Store, now: Instant) -> None:
        accounts.set_password(store, _login(visit, number), kept, now, visit.viewer.login)

    return _do(visit, number, work, "password")


@router.post(PAGE.path + "/close")
def close(number: Number, visit: Seen) -> Response:
    """Close it."""

    def work(store: Store, now: Instant) -> None:
        accounts.close_account(store, _login(visit, number), now, visit.viewer.login)

    return _do(visit, number, work, "closed")


@router.post(PAGE.path + "/open")
def open_again(number: Number, visit: Seen) -> Response:
    """Open a closed one again."""

    def work(store: Store, now: Instant) -> None:
        accounts.open_again(store, _login(visit, number), now, visit.viewer.login)

    return _do(visit, number, work, "opened")


def _do(visit: Visit, number: int, work: Work, done: str) -> Response:
    """Have it done where writing is done; what is wrong is said on the page."""
    try:
        visit.runtime.do(lambda engine, now: work(engine.store, now))
    except SettingsError as error:
        return _page(visit, number, wrong=str(error))
    return RedirectResponse(f"/settings/accounts/{number}?done={done}", 303)


def _login(visit: Visit, number: int) -> str:
    return _account(visit, number).login


def _account(visit: Visit, number: int) -> Account:
    found = one_account(visit.runtime.store, number, visit.now)
    if found is None:
        raise Refused(404, f"There is no account {number}.", "See which there are under Settings.")
    return found


def _page(visit: Visit, number: int, done: str = "", wrong: str = "") -> Response:
    account = _account(visit, number)
    grants = tuple(
        (
            orders.said(grant),
            "given by hand" if source == accounts.BY_HAND else "told at sign-in",
            source == accounts.BY_HAND,
        )
        for grant, source in account.grants
    )
    there = tuple(sessions.sessions_of(visit.runtime.store, number, visit.now))
    own = visit.viewer.account == number
    shown = AccountShown(account, grants, there, ROLES, LENGTH_MIN, own, done, wrong)
    return visit.show(PAGE, shown, 422 if wrong else 200, title=account.name)
