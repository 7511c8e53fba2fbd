"""The practice HRIS: files dropped in a folder, workers looked up one by one, and webhooks of what changed.

A file is the whole company of its day, as a snapshot; nobody says what changed. `respond` is the API,
the other methods are what the imagined world does. No sockets, no sleeping. `docs/reference/practice.md`
documents every path.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from handrail.practice.desk import Desk, DeskSettings, Parts, Turn
from handrail.practice.exchange import Refusal, Request, Response, answer, matched, stamp
from handrail.practice.faults import Faults
from handrail.practice.journal import Journal, Line
from handrail.practice.webhooks import PRACTICE_SECRET, Delivery, Handed, Outbox, Outgoing, Told, tell
from handrail.terms.values import Instant

Change = Literal["hired", "changed", "left"]


class HrisSettings(DeskSettings, frozen=True):
    """How this HRIS behaves. `folder` is where files are dropped, `worker` the column that says who a row is about."""

    folder: str = "."
    worker: str = "employee_id"
    secret: str = PRACTICE_SECRET


class Dropped(Struct, frozen=True, tag="dropped"):
    """A file lies in the folder."""

    name: str
    bytes: int
    sha256: str


class Worked(Struct, frozen=True, tag="worker"):
    """What is known of a worker now; only the fields that changed."""

    worker: str
    at: Instant
    fields: dict[str, str]


HrisDid: TypeAlias = Dropped | Worked | Told | Handed


class Hris:
    """A system of record for people."""

    def __init__(self, clock: Callable[[], Instant], journal: Journal, settings: HrisSettings, faults: Faults) -> None:
        self.settings = settings
        self._folder = Path(settings.folder)
        self._workers: dict[str, dict[str, str]] = {}
        self._modified: dict[str, Instant] = {}
        self._told = 0
        self._outbox = Outbox(settings.secret)
        self._desk = Desk[HrisDid](Parts(clock, journal, faults), settings, Line[HrisDid], self._apply)
        self.outgoing = Outgoing(self._desk, self._outbox)
        self._paths: dict[str, Callable[..., Response]] = {"GET /workers/{worker}": self._show}

    def respond(self, request: Request) -> Response:
        """Answer one request. Raises `Unreachable` (nothing done) or `AnswerLost` (done and written, not answered)."""
        return self._desk.turn(request, self._work)

    def deliveries(self) -> list[Delivery]:
        """The webhooks that may leave now, each copy once."""
        return self.outgoing.take()

    def drop(self, name: str, content: bytes) -> Path:
        """A file appears in the folder, whole at once; where it lies. A file of the same name is replaced."""
        with self._desk.lock:
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / name
            unfinished = self._folder / f".{name}.part"
            unfinished.write_bytes(content)
            os.replace(unfinished, path)
            self._desk.world(Dropped(name, len(content), hashlib.sha256(content).hexdigest()))
            return path

    def change(self, worker: str, fields: Mapping[str, str], kind: Change = "changed") -> None:
        """Something about a worker changes; it is told by webhook, and no file comes."""
        with self._desk.lock:
            now = self._desk.parts.clock()
            known = Worked(worker, now, dict(fields))
            message = f"msg-H-{self._told + 1:07}"
            payload: dict[str, Any] = {"worker": worker, "changed_at": stamp(now), "fields": known.fields}
            self._desk.world(known, *tell(message, f"worker.{kind}", payload, now, self._desk.parts.faults))

    def leave(self, worker: str, on: date) -> None:
        """A worker leaves, with `on` as the last day."""
        self.change(worker, {"status": "terminated", "termination_date": on.isoformat()}, "left")

    def _apply(self, did: HrisDid) -> None:
        match did:
            case Dropped():
                self._read(self._folder / did.name)
            case Worked():
                self._workers.setdefault(did.worker, {self.settings.worker: did.worker}).update(did.fields)
                self._modified[did.worker] = did.at
            case Told():
                self._told += 1
                self._outbox.apply(did)
            case Handed():
                self._outbox.apply(did)

    def _read(self, path: Path) -> None:
        """Know the workers of a file, as far as it can be read: files are spoiled on purpose, and still dropped."""
        if not path.exists():
            return
        text = path.read_bytes().decode("utf-8-sig", errors="replace").replace("\0", "")
        for row in csv.DictReader(io.StringIO(text, newline="")):
            worker = (row.get(self.settings.worker) or "").strip()
            if worker:
                fields = {
                    name: value for name, value in row.items() if isinstance(name, str) and isinstance(value, str)
                }
                self._workers.setdefault(worker, {}).update(fields)

    def _work(self, turn: Turn[HrisDid]) -> Response:
        work, names = matched(self._paths, turn.request)
        return work(turn, *names)

    def _show(self, _turn: Turn[HrisDid], worker: str) -> Response:
        fields = self._workers.get(worker)
        if fields is None:
            raise Refusal(404, "unknown_worker", worker=worker)
        modified = self._modified.get(worker)
        return answer(200, {"worker": worker, "modified_at": stamp(modified) if modified else None, "fields": fields})
