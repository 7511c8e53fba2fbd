"""`handrail account`: who may sign in to the console, with which roles. Also the way in when the identity provider is down."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import quote

import typer

from handrail.cli.place import JsonOption, StoreOption, asked_of_owner, in_plain_words, now, open_to_look, store_url

if TYPE_CHECKING:
    from handrail.store.opening import Store

account = typer.Typer(
    name="account", no_args_is_help=True, help="Accounts of the console: add, list, roles, password, revoke."
)
Login = Annotated[str, typer.Argument(help="The login: an address, mostly.", show_default=False)]
By = Annotated[str, typer.Option("--yes-by", help="Who says so: a name, kept with it.")]
From = Annotated[
    str,
    typer.Option(
        "--password-from",
        help="Where the password is: env:NAME or file:PATH; none: only the identity provider lets them in. Else it is asked for.",
    ),
]
MISUSED: Final = 2
NONE: Final = "none"


@account.command()
def add(
    login: Login,
    *,
    role: Annotated[
        list[str] | None,
        typer.Option("--role", help="A role, as in: operations in Sales. More than once.", show_default=False),
    ] = None,
    password_from: From = "",
    yes_by: By = "",
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make an account. An address that the HR system knows is that person's."""
    typed = "" if password_from == NONE else _password(password_from)
    asked = {"login": login, "roles": role or [], "password": typed, "by": yes_by}

    def here(opened: Store) -> Any:  # noqa: ANN401 - what becomes JSON
        from handrail.app.access import orders

        order = orders.NewOrder(login, roles=tuple(role or ()), kept=orders.kept_password(typed), by=yes_by)
        return orders.add(opened, order, now())

    done = _done(store, here, "/api/accounts", asked)
    _show(done, f"{done['login']} may sign in: {', '.join(done['roles']) or 'no role yet'}.", as_json=as_json)


@account.command("list")
def list_(*, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """The accounts there are, with their roles."""
    from handrail.app.access.orders import lines
    from handrail.cli.tables import show_table
    from handrail.insight.answer import plain

    with in_plain_words(), open_to_look(store) as opened:
        found = lines(opened, now())
    if as_json:
        typer.echo(json.dumps({"accounts": plain(found)}, indent=2, ensure_ascii=False))
        return
    rows = [(each.login, each.name, ", ".join(each.roles), each.way, str(each.sessions)) for each in found]
    show_table(("login", "name", "roles", "signs in with", "signed in"), rows)


@account.command()
def roles(
    login: Login,
    *,
    give: Annotated[
        list[str] | None, typer.Option("--give", help="A role to give. More than once.", show_default=False)
    ] = None,
    take: Annotated[
        list[str] | None, typer.Option("--take", help="A role to take back. More than once.", show_default=False)
    ] = None,
    yes_by: By = "",
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give and take roles."""

    def here(opened: Store) -> Any:  # noqa: ANN401 - what becomes JSON
        from handrail.app.access import orders

        return orders.change_roles(opened, login, give or [], take or [], now(), yes_by)

    done = _done(store, here, f"{_path(login)}/roles", {"give": give or [], "take": take or [], "by": yes_by})
    _show(done, f"{done['login']} has now: {', '.join(done['roles']) or 'no role'}.", as_json=as_json)


@account.command()
def password(
    login: Login, *, password_from: From = "", yes_by: By = "", store: StoreOption = None, as_json: JsonOption = False
) -> None:
    """Give an account a new password; its sessions end."""
    new = _password(password_from)

    def here(opened: Store) -> Any:  # noqa: ANN401 - what becomes JSON
        from handrail.app.access import accounts, orders

        accounts.set_password(opened, login, orders.kept_password(new), now(), yes_by)
        return {"login": login, "password": "set"}

    done = _done(store, here, f"{_path(login)}/password", {"password": new, "by": yes_by})
    _show(done, f"The password of {login} is set, and nobody is signed in with the old one.", as_json=as_json)


@account.command()
def revoke(
    login: Login,
    *,
    close: Annotated[bool, typer.Option("--close", help="Close the account as well: nobody signs in with it.")] = False,
    yes_by: By = "",
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """End every session of an account."""

    def here(opened: Store) -> Any:  # noqa: ANN401 - what becomes JSON
        from handrail.app.access import orders

        many = orders.end_sessions(opened, login, now(), yes_by, close=close)
        return {"login": login, "sessions_ended": many, "closed": close}

    done = _done(store, here, f"{_path(login)}/end", {"close": close, "by": yes_by})
    closed = " The account is closed." if close else ""
    _show(done, f"{done['sessions_ended']} sessions of {login} have ended.{closed}", as_json=as_json)


def _done(store: str | None, here: Callable[[Store], Any], path: str, asked: Mapping[str, object]) -> dict[str, Any]:
    """Done here, where nobody owns the database; else by whoever owns it."""
    from handrail.insight.answer import plain
    from handrail.store.errors import StoreTaken
    from handrail.store.opening import open_store

    with in_plain_words():
        url = store_url(store)
        try:
            opened = open_store(url)
        except StoreTaken as taken:
            return asked_of_owner(url, taken, "POST", path, asked)
        try:
            return dict(plain(here(opened)))
        finally:
            opened.close()


def _password(where: str) -> str:
    """The password, from where it is kept or from whoever types. Ends the command where neither is there."""
    import os
    import sys
    from pathlib import Path

    from handrail.app.settings import Secret, secret_of

    kind, _, name = where.partition(":")
    if where and kind in ("env", "file") and name:
        with in_plain_words():
            return secret_of(Secret("env" if kind == "env" else "file", name), os.environ, Path.cwd())
    if where:
        typer.echo(f'--password-from "{where}": write env:NAME or file:PATH, never the password itself.', err=True)
        raise typer.Exit(MISUSED)
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    typer.echo("There is nobody to type a password: say where it is, with --password-from.", err=True)
    raise typer.Exit(MISUSED)


def _path(login: str) -> str:
    return f"/api/accounts/{quote(login, safe='')}"


def _show(done: Mapping[str, Any], text: str, *, as_json: bool) -> None:
    typer.echo(json.dumps(done, indent=2, ensure_ascii=False) if as_json else text)
