"""`handrail token`: who may ask over HTTP, and what. A token is shown once, when it is made."""

from __future__ import annotations

import json
from typing import Annotated
from urllib.parse import quote, urlencode

import typer

from handrail.cli.place import JsonOption, StoreOption, asked_of_owner, in_plain_words, now, open_to_look, store_url

token = typer.Typer(name="token", no_args_is_help=True, help="Tokens of the HTTP API: add, list, revoke.")
Name = Annotated[str, typer.Argument(help="What the token is called.", show_default=False)]
By = Annotated[str, typer.Option("--yes-by", help="Who says so: a name, kept with it.")]


@token.command()
def add(
    name: Name,
    *,
    scopes: Annotated[str, typer.Option("--scopes", help="events, people, read, answer, operate, publish, admin.")],
    days: Annotated[int, typer.Option("--days", min=0, max=3650, help="How long it is valid; 0: for ever.")] = 365,
    yes_by: By = "",
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a token, and show it this once."""
    from handrail.store.errors import StoreTaken

    wanted = [scope.strip() for scope in scopes.split(",") if scope.strip()]
    with in_plain_words():
        try:
            secret = _added(store_url(store), name, wanted, days, yes_by)
        except StoreTaken as taken:
            asked = {"name": name, "scopes": wanted, "days": days, "by": yes_by}
            secret = asked_of_owner(store_url(store), taken, "POST", "/api/tokens", asked)["token"]
    if as_json:
        typer.echo(json.dumps({"name": name, "scopes": wanted, "token": secret}))
    else:
        typer.echo(secret)
        typer.echo("Keep it now: it is not shown again. Send it as `Authorization: Bearer …`.", err=True)


def _added(url: str, name: str, scopes: list[str], days: int, by: str) -> str:
    from handrail.app.tokens import add_token
    from handrail.store.opening import open_store

    opened = open_store(url)
    try:
        return add_token(opened, name, scopes, now(), days=days, by=by)
    finally:
        opened.close()


@token.command("list")
def list_(*, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """The tokens there are, without the tokens themselves."""
    from handrail.app.tokens import tokens
    from handrail.cli.tables import show_table
    from handrail.insight.answer import plain

    with in_plain_words(), open_to_look(store) as opened:
        found = tokens(opened)
    if as_json:
        typer.echo(json.dumps({"tokens": plain(found)}, indent=2))
    else:
        rows = [
            (each.name, ", ".join(each.scopes), f"{each.expires:%Y-%m-%d}" if each.expires else "never")
            for each in found
        ]
        show_table(("token", "may", "until"), rows)


@token.command()
def revoke(name: Name, *, yes_by: By = "", store: StoreOption = None) -> None:
    """Take a token back. Exit code 1: there is none of that name."""
    from handrail.store.errors import StoreTaken

    with in_plain_words():
        try:
            gone = _revoked(store_url(store), name, yes_by)
        except StoreTaken as taken:
            path = f"/api/tokens/{quote(name, safe='')}?{urlencode({'by': yes_by})}"
            asked_of_owner(store_url(store), taken, "DELETE", path)
            gone = True
    typer.echo(f"The token {name} is taken back." if gone else f"There is no token {name}.")
    raise typer.Exit(0 if gone else 1)


def _revoked(url: str, name: str, by: str) -> bool:
    from handrail.app.tokens import revoke_token
    from handrail.store.opening import open_store

    opened = open_store(url, create=False)
    try:
        return revoke_token(opened, name, now(), by)
    finally:
        opened.close()
