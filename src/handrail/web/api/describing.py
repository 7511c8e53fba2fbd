"""`/api/docs`: what the API takes, as a page for people. Made of the same description that programs read; loads nothing from elsewhere."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from msgspec import Struct

from handrail.web.kit.environment import render
from handrail.web.kit.errors import frame_of

router: Final = APIRouter(include_in_schema=False)
_METHODS: Final = ("get", "post", "put", "patch", "delete")


class PathShown(Struct, frozen=True):
    """One thing that can be asked: the method and path, what it is for, what it takes and what it answers."""

    method: str
    path: str
    summary: str
    about: str
    takes: tuple[tuple[str, str, str], ...]
    answers: tuple[tuple[str, str], ...]


class ApiShown(Struct, frozen=True):
    """What the page shows: all of them by group."""

    about: str
    groups: tuple[tuple[str, tuple[PathShown, ...]], ...]


@router.get("/api/docs")
def described(request: Request) -> HTMLResponse:
    """The page."""
    return HTMLResponse(render("api.html", frame_of(request, "The API"), of(request.app.openapi())))


def of(description: dict[str, Any]) -> ApiShown:
    """What the page shows, from the description in OpenAPI."""
    groups: dict[str, list[PathShown]] = {}
    for path, methods in description["paths"].items():
        for method in _METHODS:
            if method in methods:
                one = methods[method]
                groups.setdefault(one.get("tags", ["other"])[0], []).append(_shown(method, path, one))
    return ApiShown(
        description["info"]["description"].strip(), tuple((name, tuple(each)) for name, each in groups.items())
    )


def _shown(method: str, path: str, one: dict[str, Any]) -> PathShown:
    takes = [(each["name"], f"in the {each['in']}", each.get("description", "")) for each in one.get("parameters", [])]
    for kind, body in one.get("requestBody", {}).get("content", {}).items():
        takes.append((_name(body.get("schema", {})), f"the body, {kind}", ""))
    answers = tuple((status, said["description"]) for status, said in sorted(one["responses"].items()))
    return PathShown(method.upper(), path, one.get("summary", ""), one.get("description", ""), tuple(takes), answers)


def _name(schema: dict[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2] or str(schema.get("title", "")) or "JSON"
