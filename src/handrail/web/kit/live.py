"""`/live`: tells open pages that something changed, and of what kind; they then fetch the parts that are about it.

One task looks once a second, for all open pages, at a few numbers of the store that only rise. A page is told what rose,
at once after a quiet time and seldom while much happens. What changed is never sent: a page asks for it as its viewer.
"""

# ruff: noqa: S608 - the statements are put together from constants of this module

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import State

from handrail.insight.rights import Viewer
from handrail.store.opening import Store
from handrail.web.access import viewer_of
from handrail.web.kit.environment import ENVIRONMENT

router: Final = APIRouter(include_in_schema=False)
LOOK_SECONDS: Final = 1.0
APART_SECONDS: Final = 10.0
"""A page is told at most so often, however much happens."""

QUIET_SECONDS: Final = 25.0
"""After so long without news a line of nothing is sent, so that no proxy takes the connection for dead."""

HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
TOPICS: Final[Mapping[str, tuple[str, str, str]]] = {
    "work": ("ledger", "seq", "at"),
    "syncs": ("sync", "id", "at"),
    "incidents": ("incident", "id", "opened"),
    "audit": ("audit", "id", "at"),
}
"""What may rise: its table, the number that rises, and the moment of a row. A page names these words in `hx-trigger`."""

SLACK_MILLIS: Final = 1000
"""What was being committed while a page was made may be a moment older than the page."""

_MARKS: Final = "SELECT " + ", ".join(f"(SELECT max({number}) FROM {table})" for table, number, _ in TOPICS.values())
_MOMENTS: Final = "SELECT " + ", ".join(
    f"(SELECT {at} FROM {table} ORDER BY {number} DESC LIMIT 1)" for table, number, at in TOPICS.values()
)
Marks = tuple[int, ...]


class Live:
    """Who is told, and what they know; `listeners` are the pages that are open, `looks` how often the store was asked.

    When `state.ending()` says that the process is about to stop, every stream ends.
    """

    def __init__(self, store: Store, state: State) -> None:
        self._store = store
        self._state = state
        self._marks: Marks = ()
        self._changed = asyncio.Condition()
        self.listeners = self.looks = 0
        self._watch: asyncio.Task[None] | None = None

    async def stream(self, known: Marks, since: int) -> AsyncIterator[str]:
        """Events for one page, which knows of everything up to `known`; where that is empty, up to `since` (milliseconds)."""
        self.listeners += 1
        try:
            if self._watch is None or self._watch.done():  # nothing is awaited in between: there is never a second one
                self._watch = asyncio.create_task(self._go_on())
            async with self._changed:
                await self._changed.wait_for(lambda: self._marks or self._state.ending())
            yield _comment("welcome")
            if self._state.ending():  # perhaps before the first look, so that nothing is known yet
                return
            page = PageNews(known or await self._known(since, self._marks))
            while not self._state.ending():
                said, wait = page.news(self._marks, asyncio.get_running_loop().time())
                if said:
                    yield said
                elif wait:
                    await asyncio.sleep(wait)
                elif not await self._news(page.known):
                    yield _comment("still here")
        finally:
            self.listeners -= 1

    async def _known(self, since: int, marks: Marks) -> Marks:
        """What a page knew that was made then, if these are the marks: nothing of the topics that have risen since."""
        rows = await run_in_threadpool(self._store.database.read, _MOMENTS)
        return tuple(
            -1 if moment is not None and since and int(moment) >= since - SLACK_MILLIS else mark
            for moment, mark in zip(rows[0], marks, strict=True)
        )

    async def _news(self, known: Marks) -> bool:
        """Wait until something rose, or this ends, or it has been quiet for long."""
        try:
            async with asyncio.timeout(QUIET_SECONDS), self._changed:
                await self._changed.wait_for(lambda: self._marks != known or self._state.ending())
        except TimeoutError:
            return False
        return True

    async def _go_on(self) -> None:
        """Look at once, then once a second as long as anybody listens; what was seen last is forgotten with the last page."""
        while self.listeners:
            marks = await self._look()
            self.looks += 1
            if marks != self._marks or self._state.ending():
                self._marks = marks
                async with self._changed:
                    self._changed.notify_all()
            await asyncio.sleep(LOOK_SECONDS)
        self._marks = ()

    async def _look(self) -> Marks:
        rows = await run_in_threadpool(self._store.database.read, _MARKS)
        return tuple(int(value or 0) for value in rows[0])


@router.get("/live")
async def live(
    request: Request,
    _viewer: Annotated[Viewer, Depends(viewer_of)],
    since: Annotated[int, Query(ge=0, lt=2**53)] = 0,
) -> Response:
    """The stream of what changed, as server-sent events (HTML Living Standard, 9.2); `since` is when the page was made."""
    found: Live = request.app.state.live
    known = _read(request.headers.get("last-event-id", ""))
    return StreamingResponse(found.stream(known, since), media_type="text/event-stream", headers=HEADERS)


@router.get("/live/news")
async def news(_viewer: Annotated[Viewer, Depends(viewer_of)]) -> Response:
    """A line that a list shows when it is no longer as it stands: nothing is moved under the reader's hands."""
    return HTMLResponse(ENVIRONMENT.get_template("parts/news.html").render(), headers=HEADERS)


class PageNews:
    """What one page knows of each topic, and when it was told of it."""

    def __init__(self, known: Marks) -> None:
        self.known = known
        self._told: dict[str, float] = {}

    def news(self, marks: Marks, at: float) -> tuple[str, float]:
        """What is to be said now; else how long to wait until something may be said, 0 if there is nothing."""
        risen = [topic for topic, before, now in zip(TOPICS, self.known, marks, strict=True) if now != before]
        ready = [topic for topic in risen if at - self._told.get(topic, -APART_SECONDS) >= APART_SECONDS]
        if not ready:
            waits = [self._told[topic] + APART_SECONDS - at for topic in risen]
            return "", min([*waits, LOOK_SECONDS]) if waits else 0.0
        self._told.update(dict.fromkeys(ready, at))
        news = zip(TOPICS, self.known, marks, strict=True)
        self.known = tuple(now if topic in ready else before for topic, before, now in news)
        id_ = "-".join(map(str, self.known))
        return "".join(f"event: {topic}\nid: {id_}\ndata: {topic}\n\n" for topic in ready), 0.0


def _comment(text: str) -> str:
    return f": {text}\n\n"


def _read(text: str) -> Marks:
    """What a page knew when its connection broke; empty when it does not say, or nothing that we said."""
    parts = text[:200].split("-")
    right = len(parts) == len(TOPICS) and all(part.isascii() and part.isdigit() for part in parts)
    return tuple(int(part) for part in parts) if right else ()
