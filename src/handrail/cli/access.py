"""`handrail token`: who may ask over HTTP, and what. A token is shown once, when it is made."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from handrail.cli.place import JsonOption, StoreOption, in_plain_words, now, open_to_look, store_url

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
    from handrail.app.tokens import add_token
    from handrail.store.opening import open_store

    with in_plain_words():
        opened = open_store(store_url(store))
        try:
            wanted = [scope.strip() for scope in scopes.split(",") if scope.strip()]
            secret = add_token(opened, name, wanted, now(), days=days, by=yes_by)
        finally:
            opened.close()
    if as_json:
        typer.echo(json.dumps({"name": name, "scopes": wanted, "token": secret}))
    else:
        typer.echo(secret)
        typer.echo("Keep it now: it is not shown again. Send it as `Authorization: Bearer …`.", err=True)


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
    from handrail.app.tokens import revoke_token
    from handrail.store.opening import open_store

    with in_plain_words():
        opened = open_store(store_url(store), create=False)
        try:
            gone = revoke_token(opened, name, now(), yes_by)
        finally:
            opened.close()
    typer.echo(f"The token {name} is taken back." if gone else f"There is no token {name}.")
    raise typer.Exit(0 if gone else 1)
