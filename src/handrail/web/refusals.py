"""How the web says no: always what is wrong and what to do, in a sentence each: as JSON, or as a page for a person.

What is refused, and why, is said where it is known. A fault of our own is told without its inside, which goes to the log.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from handrail.app.answering.refusing import NotTaken
from handrail.app.runtime import ANSWER_SECONDS
from handrail.engine.embedded import HostStopped
from handrail.insight.answer import plain
from handrail.store.errors import StoreError, StoreFull
from handrail.terms.problem import JourneyProblems, SettingsError

RETRY_SECONDS: Final = 5
SAFE_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""What every answer tells a browser, unless it says otherwise itself (`headers.Guarded`; a fault of our own goes around that layer)."""

HANDOFF_STATUS: Final[Mapping[str, int]] = {
    "unknown": 404,
    "not theirs": 403,
    "the learner's own": 403,
    "not right": 422,
    "not offered": 422,
    "form": 422,
    "not possible": 409,
    "over": 409,
    "not now": 503,
}
"""The status of each word for why nothing was done with a handoff (`NotTaken.why`, `Outcome.kind`)."""

log: Final = logging.getLogger("handrail.web")

_UNKNOWN_PATH: Final = "See what there is at /api/docs."


class Refusal(BaseModel):
    """What is wrong, and what to do about it. Some refusals say more: `allowed`, `by`, `at`, `events`."""

    error: str = Field(description="What is wrong, in a sentence.")
    what_to_do: str = Field(description="What to do about it.")


class Refused(Exception):
    """A request that is answered with a refusal of this status. `more` is said beside it."""

    def __init__(self, status: int, error: str, what_to_do: str, **more: object) -> None:
        super().__init__(error)
        self.status, self.error, self.what_to_do, self.more = status, error, what_to_do, more


AsPage: TypeAlias = Callable[[Request, Refused], Response | None]
"""Says it as a page; None where a program asks."""


def busy(error: str, what_to_do: str = "Send it again then: what was taken already is known by its id.") -> Refused:
    """503 with Retry-After: not now."""
    return Refused(503, error, what_to_do)


def refusal(refused: Refused) -> JSONResponse:
    """The answer that says it to a program."""
    content = {"error": refused.error, "what_to_do": refused.what_to_do, **refused.more}
    return JSONResponse(content, refused.status, headers=_headers(refused.status))


def said(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For the description of a path: these refusals, beside those that every path may give."""
    words = {
        400: "It cannot be read.",
        401: "There is no token, or it is not valid.",
        403: "The token may not do this, or the person may not.",
        404: "There is no such thing.",
        409: "It is over already, or something else stands against it.",
        413: "It is too large.",
        422: "It can be read, and something in it is wrong.",
        503: "Not now: come again after Retry-After seconds.",
    }
    return {
        status: {"model": Refusal, "description": words[status]}
        for status in sorted({*statuses, 400, 401, 403, 413, 503})
    }


def install(application: FastAPI) -> None:
    """Let every way in which a request can go wrong be said the same way."""
    application.add_exception_handler(Refused, _refused)
    application.add_exception_handler(RequestValidationError, _invalid)
    application.add_exception_handler(HTTPException, _http)
    application.add_exception_handler(NotTaken, _not_taken)
    application.add_exception_handler(StoreError, _store)
    application.add_exception_handler(SettingsError, _settings)
    application.add_exception_handler(JourneyProblems, _journeys)
    application.add_exception_handler(TimeoutError, _late)
    application.add_exception_handler(HostStopped, _stopped)
    application.add_exception_handler(Exception, _ours)


def answer(request: Request, refused: Refused) -> Response:
    """The answer that says it: a page, where the application has one for whoever asks."""
    as_page: AsPage | None = getattr(request.app.state, "error_page", None)
    found = as_page(request, refused) if as_page is not None else None
    if found is None:
        return refusal(refused)
    found.headers.update(_headers(refused.status))
    return found


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused), "it is registered for nothing else"
    return answer(request, error)


async def _not_taken(request: Request, error: Exception) -> Response:
    assert isinstance(error, NotTaken), "it is registered for nothing else"
    more = {name: plain(value) for name, value in error.more.items() if value not in ("", None)}
    if not request.url.path.startswith("/api/"):
        more = {name: value for name, value in more.items() if name == "allowed"}
    return answer(request, Refused(HANDOFF_STATUS[error.why], error.error, error.what_to_do, **more))


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError), "it is registered for nothing else"
    places = {each["loc"][0] for each in error.errors()}
    if "path" in places and not request.url.path.startswith("/api/"):
        return answer(request, _nothing_at(request))
    wrong = [f"{'.'.join(map(str, each['loc'][1:])) or 'the body'}: {each['msg']}" for each in error.errors()]
    return answer(request, Refused(422, f"The request is not right: {'; '.join(wrong)}.", "Mend it. " + _UNKNOWN_PATH))


def _nothing_at(request: Request) -> Refused:
    return Refused(404, f"There is nothing at {request.url.path[:200]}.", _UNKNOWN_PATH)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException), "it is registered for nothing else"
    if error.status_code == 404:
        return answer(request, _nothing_at(request))
    if error.status_code == 405:
        allowed = (error.headers or {}).get("allow", "")
        text = f"{request.method} is not taken here; {allowed or 'another method'} is."
        found = answer(request, Refused(405, text, _UNKNOWN_PATH))
        found.headers.update(error.headers or {})
        return found
    return answer(request, Refused(error.status_code, str(error.detail), _UNKNOWN_PATH))


async def _store(request: Request, error: Exception) -> Response:
    log.error("The store says: %s", error)
    what = "The disk is full" if isinstance(error, StoreFull) else "It could not be kept, and nothing of it was"
    return answer(
        request,
        busy(f"{what}: {type(error).__name__}.", "Send it again later; whoever runs this finds why in its log."),
    )


async def _settings(request: Request, error: Exception) -> Response:
    return answer(request, Refused(409, str(error), "Whoever runs this mends the settings."))


async def _journeys(request: Request, error: Exception) -> Response:
    text = f"The workspace has problems ({error}), and nothing was changed."
    return answer(request, Refused(409, text, "See them with: handrail check"))


async def _late(request: Request, _error: Exception) -> Response:
    text = f"It was not confirmed within {ANSWER_SECONDS:g} seconds, and may be done or not."
    return answer(request, busy(text, "Send the same again: what was done already is noticed."))


async def _stopped(request: Request, error: Exception) -> Response:
    return answer(request, busy(str(error), "Send it again when Handrail was started anew."))


async def _ours(request: Request, error: Exception) -> Response:
    log.error("A fault of Handrail itself: %s", error, exc_info=error)
    advice = "Whoever runs this finds it in the log; nothing was changed."
    found = answer(request, Refused(500, "This is a fault of Handrail itself.", advice))
    found.headers.update(SAFE_HEADERS)
    return found


def _headers(status: int) -> Mapping[str, str]:
    if status == 503:
        return {"Retry-After": str(RETRY_SECONDS)}
    return {"WWW-Authenticate": "Bearer"} if status == 401 else {}
