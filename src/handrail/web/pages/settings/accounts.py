"""*Settings*: the accounts there are, and making one."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response
from msgspec import Struct
from pydantic import BaseModel, Field

from handrail.app.access import orders
from handrail.app.access.accounts import Account
from handrail.app.access.listing import AccountsWanted, accounts_found
from handrail.app.access.passwords import LENGTH_MAX, LENGTH_MIN
from handrail.insight.rights import ROLES
from handrail.store.entering.looking import account_by_login
from handrail.terms.problem import SettingsError
from handrail.web.kit.cells import Cell, Link, Several, State
from handrail.web.kit.lists import Asked, Column, Empty, Filter, Listing, Slice, Table, asked_of, listing
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page("settings", "Settings", "/settings", right="settings", entry="beside")


class AccountsAsked(Asked, frozen=True, kw_only=True):
    """The filters of the list."""

    who: str = ""
    role: str = ""
    only: Literal["open", "closed"] = "open"


class NewAccountForm(BaseModel):
    """The form that makes an account."""

    login: str = Field("", max_length=400)
    name: str = Field("", max_length=200)
    person: str = Field("", max_length=400)
    role: str = Field("", max_length=40)
    unit: str = Field("", max_length=200)
    password: str = Field("", max_length=LENGTH_MAX, repr=False)


class Typed(Struct, frozen=True):
    """What was typed into the form, to be shown again when it was not right; never the password."""

    login: str = ""
    name: str = ""
    person: str = ""
    role: str = ""
    unit: str = ""


class AccountsShown(Struct, frozen=True):
    """What the page shows: the list, the form, and what was wrong with it."""

    list: Listing
    roles: tuple[str, ...]
    shortest: int
    typed: Typed
    wrong: str = ""


def _roles(line: Account) -> Cell:
    said = tuple(orders.said(grant) for grant, _ in line.grants)
    return Several(said) if said else None


TABLE: Final = Table(
    "accounts",
    "account",
    (
        Column("Login", lambda line: Link(line.login, f"/settings/accounts/{line.number}")),
        Column("Name", lambda line: Link(line.name, f"/people/P-{line.person}") if line.person else line.name),
        Column("Roles", _roles),
        Column("Signs in with", lambda line: State("closed") if line.ended else line.way),
        Column("Signed in now", lambda line: line.sessions or None, number=True),
    ),
)


@router.get(PAGE.path)
def accounts(visit: Annotated[Visit, visiting(PAGE)]) -> Response:
    """The list, or its file."""
    return _page(visit, Typed())


@router.post(PAGE.path + "/accounts")
def make(visit: Annotated[Visit, visiting(PAGE)], form: Annotated[NewAccountForm, Form()]) -> Response:
    """Make an account, and go to it."""
    given = (f"{form.role} in {form.unit.strip()}" if form.unit.strip() else form.role,) if form.role else ()
    try:
        kept = orders.kept_password(form.password)
        order = orders.NewOrder(form.login, form.name.strip(), form.person.strip(), given, kept, visit.viewer.login)
        made = visit.runtime.do(lambda engine, now: orders.add(engine.store, order, now))
    except SettingsError as error:
        return _page(visit, Typed(form.login, form.name, form.person, form.role, form.unit), str(error))
    row = account_by_login(visit.runtime.store.database, made.login)
    assert row is not None, "it was just made"
    return RedirectResponse(f"/settings/accounts/{row.id}?done=made", 303)


def _page(visit: Visit, typed: Typed, wrong: str = "") -> Response:
    asked = asked_of(visit.request, AccountsAsked)
    wanted = AccountsWanted(asked.who, asked.role, closed=asked.only == "closed")

    def fetch(after: str, limit: int) -> Slice:
        found = accounts_found(visit.runtime.store, wanted, visit.now, limit, after)
        return Slice(found.lines, found.lines[-1].login if len(found.lines) == limit else "", found.total)

    filters = (
        Filter("who", "Who", placeholder="Login or name"),
        Filter("role", "Role", (("", "every role"), *((role, role) for role in ROLES))),
        Filter("only", "Which", (("", "open"), ("closed", "closed"))),
    )
    if asked.format:
        return visit.export(PAGE, TABLE, asked, filters, fetch)
    shown = listing(TABLE, asked, PAGE.path, fetch, filters, Empty("There is no such account."))
    return visit.show(PAGE, AccountsShown(shown, ROLES, LENGTH_MIN, typed, wrong), 422 if wrong else 200)
