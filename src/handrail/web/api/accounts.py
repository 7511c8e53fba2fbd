"""Accounts over HTTP: what `handrail account` asks of the process that owns the database. Scope `admin`."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from handrail.app.access import accounts, orders
from handrail.app.access.passwords import LENGTH_MAX
from handrail.app.tokens import Token
from handrail.insight.answer import plain
from handrail.web.access import Organization, needs
from handrail.web.refusals import said

router: Final = APIRouter(tags=["accounts"])
Login = Annotated[str, Path(min_length=1, max_length=200, examples=["ada@acme.example"])]


class _By(BaseModel):
    model_config = ConfigDict(extra="forbid")
    by: str = Field("", max_length=200, description="Who says so: kept in the audit. Without it the token's name.")


class AccountBody(_By):
    """An account to be made. Without a password only the identity provider lets them in."""

    login: str = Field(min_length=1, max_length=200)
    name: str = Field("", max_length=200)
    person: str = Field("", max_length=400, examples=["hris:010134"])
    roles: list[str] = Field(default_factory=list, max_length=50, examples=[["operations in Sales"]])
    password: str = Field("", max_length=LENGTH_MAX, repr=False)


class RolesBody(_By):
    """Roles to give and to take."""

    give: list[str] = Field(default_factory=list, max_length=50)
    take: list[str] = Field(default_factory=list, max_length=50)


class PasswordBody(_By):
    """A new password."""

    password: str = Field(min_length=1, max_length=LENGTH_MAX, repr=False)


class EndBody(_By):
    """Every session ends; `close`: the account as well."""

    close: bool = False


@router.get("/api/accounts", responses=said(), summary="The accounts that there are")
def listed(runtime: Organization, _token: Annotated[Token, needs("admin")]) -> dict[str, Any]:
    """The open accounts, with their roles and how often each is signed in."""
    return {"accounts": plain(orders.lines(runtime.store, runtime.clock()))}


@router.post("/api/accounts", responses=said(409, 422), summary="Make an account")
def added(given: AccountBody, runtime: Organization, token: Annotated[Token, needs("admin")]) -> dict[str, Any]:
    """Make an account."""
    order = orders.NewOrder(
        given.login,
        given.name,
        given.person,
        tuple(given.roles),
        orders.kept_password(given.password),
        given.by or token.name,
    )
    return dict(plain(runtime.do(lambda engine, now: orders.add(engine.store, order, now))))


@router.post("/api/accounts/{login}/roles", responses=said(409, 422), summary="Give and take roles")
def roles(
    login: Login, given: RolesBody, runtime: Organization, token: Annotated[Token, needs("admin")]
) -> dict[str, Any]:
    """Give and take roles of an account."""
    by = given.by or token.name
    return dict(
        plain(runtime.do(lambda engine, now: orders.change_roles(engine.store, login, given.give, given.take, now, by)))
    )


@router.post("/api/accounts/{login}/password", responses=said(409, 422), summary="Set a password")
def password(
    login: Login, given: PasswordBody, runtime: Organization, token: Annotated[Token, needs("admin")]
) -> dict[str, Any]:
    """Give an account a new password; its sessions end."""
    kept, by = orders.kept_password(given.password), given.by or token.name
    runtime.do(lambda engine, now: accounts.set_password(engine.store, login, kept, now, by))
    return {"login": login, "password": "set"}


@router.post("/api/accounts/{login}/end", responses=said(409, 422), summary="End the sessions of an account")
def ended(
    login: Login, given: EndBody, runtime: Organization, token: Annotated[Token, needs("admin")]
) -> dict[str, Any]:
    """End every session of an account, and close it if asked."""
    by = given.by or token.name
    many = runtime.do(lambda engine, now: orders.end_sessions(engine.store, login, now, by, close=given.close))
    return {"login": login, "sessions_ended": many, "closed": given.close}
