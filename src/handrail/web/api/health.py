"""Whether this process is alive, and whether it does its work: for whatever watches over it. No token, and no names.

Ready means: the engine works, nothing is overdue by more than two ticks, the clock is not behind the ledger, the disk has room.
"""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from handrail.insight.health import connections, look
from handrail.web.access import Organization
from handrail.web.api.receiving import WAITING_MAX, Receiving

router: Final = APIRouter(tags=["health"])


@router.get("/health/live", summary="Whether the process answers")
async def live() -> dict[str, str]:
    """It answers."""
    return {"status": "live"}


@router.get(
    "/health/ready", summary="Whether it does its work", responses={503: {"description": "It does not, and why."}}
)
def ready(request: Request, runtime: Organization) -> JSONResponse:
    """200: it works; 503: it does not, and `wrong` says why. `look` names connections that cannot be reached."""
    receiving: Receiving = request.app.state.receiving
    if runtime.died is not None:
        wrong = [f"The engine died ({type(runtime.died).__name__})."]
    else:
        wrong = [
            f"{each.said} {each.advice}".strip()
            for each in look(runtime.store, runtime.clock())
            if each.state == "wrong"
        ]
    if receiving.waiting >= WAITING_MAX:
        wrong.append("Too much waits to be taken in.")
    content: dict[str, Any] = {
        "status": "not ready" if wrong else "ready",
        "wrong": wrong,
        "look": [f"{each.what}: {each.said}" for each in connections(runtime.store, runtime.clock())],
        "waiting": receiving.waiting,
    }
    return JSONResponse(content, 503 if wrong else 200, headers={"Retry-After": "5"} if wrong else {})
