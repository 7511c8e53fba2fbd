"""What commands ask of the process that owns the database: publish, tokens, files of people. Over HTTP with their scopes, too.

A file of people is named by its path, so only commands on this machine may send one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from handrail.app.publishing import preview, publish
from handrail.app.tokens import DAYS, Token, add_token, revoke_token
from handrail.insight.answer import plain
from handrail.intake.filing import Filing
from handrail.people.mappings.mapping import SourceMapping, fits_name
from handrail.people.sync import Moment
from handrail.web.access import Organization, is_local, needs
from handrail.web.refusals import Refused, said

router: Final = APIRouter(tags=["what commands ask"])


class PublishBody(BaseModel):
    """Who publishes; `those_there`: begin at once for whom a new journey's schedules would take now."""

    model_config = ConfigDict(extra="forbid")
    by: str = Field(min_length=1, max_length=200)
    those_there: bool | None = None


class TokenBody(BaseModel):
    """A token to be made; `days` 0: valid for ever."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=200)
    scopes: list[str]
    days: int = Field(DAYS, ge=0, le=3650)
    by: str = Field("", max_length=200)


class FileBody(BaseModel):
    """A file of people on this machine, and the mapping that reads it where its name does not say."""

    model_config = ConfigDict(extra="forbid")
    path: str = Field(min_length=1, max_length=4000)
    mapping: str = Field("", max_length=200)


@router.post("/api/publish", responses=said(409, 422), summary="Publish what lies in the folder")
def make_current(
    given: PublishBody, runtime: Organization, _token: Annotated[Token, needs("publish")]
) -> dict[str, Any]:
    """Check, compile and make current; if anything is wrong nothing is changed."""
    runtime.read_again()
    first = [each for each in preview(runtime) if each.people]
    if first and given.those_there is None:
        names = ", ".join(f"{each.journey} ({each.people:,} people)" for each in first)
        advice = "Say which: those_there true (--those-there) or false (--from-now-on)."
        raise Refused(409, f"New, with people whom their schedules would take now: {names}.", advice)
    done = publish(runtime, given.by, those_there=bool(given.those_there))
    return {**plain(done), "by": given.by}


@router.post("/api/tokens", responses=said(409, 422), summary="Make a token")
def make_token(given: TokenBody, runtime: Organization, token: Annotated[Token, needs("admin")]) -> dict[str, Any]:
    """Make a token, and show it this once."""
    by = given.by or token.name
    secret = runtime.do(
        lambda engine, now: add_token(engine.store, given.name, given.scopes, now, days=given.days, by=by)
    )
    return {"name": given.name, "scopes": given.scopes, "token": secret}


@router.delete("/api/tokens/{name}", responses=said(404), summary="Take a token back")
def take_back(
    name: str,
    runtime: Organization,
    token: Annotated[Token, needs("admin")],
    by: Annotated[str, Query(max_length=200)] = "",
) -> dict[str, str]:
    """Nobody can use it any more. `by` says who has it so: kept in the audit; without it the token's name."""
    if not runtime.do(lambda engine, now: revoke_token(engine.store, name, now, by or token.name)):
        raise Refused(404, f"There is no token {name[:200]}.", "See which there are: handrail token list")
    return {"revoked": name}


@router.post("/api/syncs", responses=said(404, 409, 422), summary="Take in a file of people (only on this machine)")
def take_in(
    request: Request, given: FileBody, runtime: Organization, _token: Annotated[Token, needs("people")]
) -> dict[str, Any]:
    """Take in a file, as `handrail sync` does; the record says what became of its rows."""
    if not is_local(request):
        raise Refused(
            403, "A file is named by its path, and this comes from elsewhere.", "Run `handrail sync FILE` there."
        )
    runtime.read_again()
    path = Path(given.path)
    mapping = _mapping(runtime.workspace.mappings, path, given.mapping)
    at = Moment(runtime.clock(), runtime.engine.worlds.organization.zone)
    record = Filing(runtime.directory(), mapping).take_in(path, at)
    return {"record": plain(record), "mapping": mapping.name, "zone": at.zone}


def _mapping(mappings: tuple[SourceMapping, ...], path: Path, named: str) -> SourceMapping:
    fitting = [
        each for each in mappings if (named in (each.name, each.source) if named else fits_name(each, path.name))
    ]
    if len(fitting) != 1:
        several = "several mappings read" if fitting else "no mapping reads"
        there = ", ".join(f"{each.name} ({each.file})" for each in mappings)
        raise Refused(409, f"Of {there or 'none'}, {several} a file named {path.name}.", "Say which: --mapping NAME")
    return fitting[0]
