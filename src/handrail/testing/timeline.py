"""A rehearsal as dated sentences: what was decided and why, whose it is until when, what left, how it ended.

Decisions are read from the ledger and said in the words of `handrail why`; calls and messages are noted as they leave. Times
are the organization's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from handrail.engine.engine import Engine
from handrail.engine.mailing import Mail
from handrail.insight.past import PlanKept
from handrail.insight.telling.sentences import sentence_of
from handrail.insight.telling.wording import NameOf, owner_text, value_text
from handrail.store.moments import to_instant
from handrail.store.rows import HandoffRow, KeptLedgerRow, MessageRow
from handrail.terms import coding
from handrail.terms.decision import Reason
from handrail.terms.effect import Message
from handrail.terms.plan import NONE, Plan
from handrail.terms.reasons import unpack_reasons
from handrail.terms.values import Instant

_INDENT: Final = " " * 18
_OURS: Final = {
    "handoff": "this is yours now",
    "reminder": "a reminder",
    "late": "this is late",
    "moved": "this is yours now",
}


@dataclass
class Recorder:
    """Notes what happens, round by round; `lines_of` is the timeline of one person."""

    engine: Engine
    name_of: NameOf
    zone: str
    _lines: list[tuple[Instant, int, str]] = field(default_factory=list)
    _seq: int = 0
    _handoffs: dict[tuple[int, int], HandoffRow] = field(default_factory=dict)
    on_open: Callable[[HandoffRow, str, Instant], None] | None = None

    def note(self, moment: Instant, person: int, text: str) -> None:
        """Add a line of one's own."""
        self._lines.append((moment, person, text))

    def look(self, now: Instant) -> None:
        """Note everything that is new since the last look."""
        moved: list[int] = []
        while page := self.engine.store.ledger_since(self._seq):
            for row in page:
                self._seq = row.seq
                self._row(row)
                if row.run is not None and row.run not in moved:
                    moved.append(row.run)
        for run in moved:
            self._look_at_handoffs(run, now)

    def message(self, row: MessageRow, mail: Mail, now: Instant) -> None:
        """A message has left, by itself or in a digest."""
        body: Message = coding.unpack(row.body, Message)
        what = _OURS.get(body.template, f"message {body.template}")
        about = f" ({body.step})" if body.template in _OURS else ""
        by = f", by {body.by}" if body.by else ", by private e-mail" if mail.by == "private e-mail" else ""
        by += ", in a digest" if mail.ends == "in digest" else ""
        self.note(now, self._person_of(row.run), f"✉ to {owner_text(row.receiver, self.name_of)}: {what}{about}{by}")

    def lines_of(self, person: int) -> str:
        """The timeline, a line a thing; the day and hour stand where they change."""
        said: list[str] = []
        before = ""
        for moment, about, text in self._lines:
            if about != person:
                continue
            when = f"{moment.astimezone(ZoneInfo(self.zone)):%a %Y-%m-%d %H:%M}"
            said.append(f"{_INDENT if when == before else f'{when:<{len(_INDENT)}}'}  {text}")
            before = when
        return "\n".join((*said, ""))

    def _row(self, row: KeptLedgerRow) -> None:
        if row.person is None:
            return
        moment = to_instant(row.at)
        reasons: tuple[Reason, ...] = unpack_reasons(row.reasons) if row.reasons else ()
        if row.run is None:
            if row.kind.startswith("person.") and row.kind != "person.appeared":
                self.note(moment, row.person, f"· {row.kind}")
            for reason in reasons:
                if reason.rule == "held":
                    self.note(moment, row.person, f"! held: {reason.seen.get('why')}")
            return
        plan = self._plan_of(row.run)
        for reason in reasons:
            said = sentence_of(reason, PlanKept(0, plan, self.engine.plans.places[plan.hash]), self.name_of, self.zone)
            self.note(moment, row.person, said)

    def _look_at_handoffs(self, run: int, now: Instant) -> None:
        plan = self._plan_of(run)
        for row in self.engine.store.handoffs_of_run(run):
            key = (row.run, row.pass_)
            before = self._handoffs.get(key)
            self._handoffs[key] = row
            step = plan.steps[row.step].name if row.step != NONE else "the run"
            if before is None and row.closed is None and self.on_open is not None:
                self.on_open(row, step, now)
            if row.closed is not None or (before is not None and before[4:7] == row[4:7]):
                continue
            until = f"until {self._due(row.due)}" if row.due is not None else "without a limit"
            self.note(now, row.person, f"→ {step} is with {owner_text(row.owner, self.name_of)} {until}")

    def _due(self, due: int) -> str:
        local = to_instant(due).astimezone(ZoneInfo(self.zone))
        if local.hour == local.minute == 0:
            return f"the end of {local - timedelta(days=1):%a %Y-%m-%d}"
        return f"{local:%a %Y-%m-%d %H:%M}"

    def _plan_of(self, run: int) -> Plan:
        return self.engine.plans.by_number[self.engine.store.runs_by_id([run])[run].plan]

    def _person_of(self, run: int) -> int:
        return self.engine.store.runs_by_id([run])[run].person


def call_text(action: str, arguments: dict[str, object], name_of: NameOf) -> str:
    """A call as it leaves: `lms.enroll (course: COC-101)`."""
    said = ", ".join(f"{name}: {_short(value, name_of)}" for name, value in arguments.items() if value is not None)
    return f"⚙ {action}{f' ({said})' if said else ''}"


def _short(value: object, name_of: NameOf) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return value.isoformat() if hasattr(value, "isoformat") else value_text(value, name_of)
