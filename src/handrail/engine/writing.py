"""Decisions as rows: the ledger, the run, its effects, handoffs and messages, collected for one commit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from handrail.calendar.working import next_working_time
from handrail.core.owners import calendar_of
from handrail.engine.letters import Begin, Letter, seal
from handrail.store import rows
from handrail.store.batch import Batch, EffectWithdrawn, RunChange
from handrail.store.moments import DISPOSITION, PHASE, WAITING, to_millis
from handrail.terms import coding
from handrail.terms.catalog import Catalog
from handrail.terms.decision import Decision, HandoffChange
from handrail.terms.effect import BeginRun, Call, Effect, JoinCohort, LeaveCohort, Measure, Message, StopRun, Withdraw
from handrail.terms.event import Disposition
from handrail.terms.plan import Plan
from handrail.terms.state import State
from handrail.terms.values import Instant
from handrail.terms.world import World

NextNumber: TypeAlias = Callable[[str], int]
"""The next number of `ledger`, `run`, `inbox` …."""


class Working:
    """One run while its group is decided: as read, and as it stands now."""

    __slots__ = ("before", "begun_row", "counts", "last_seq", "number", "once", "packed", "person", "plan", "replaces", "rev", "shard", "state", "written")  # fmt: skip

    def __init__(self, state: State, plan: Plan, shard: int, before: int) -> None:
        self.state = state
        self.plan = plan
        self.shard = shard
        self.before = before
        self.rev = before
        self.number = state.run
        self.person = state.person
        self.last_seq = 0
        self.counts = 1
        self.once: bytes | None = None
        self.replaces: bytes | None = None
        self.begun_row = before == -1
        self.written = False
        self.packed = b""


class Writer:
    """Collects the rows of one group in a batch."""

    def __init__(self, batch: Batch, catalog: Catalog, now: Instant, next_number: NextNumber) -> None:
        self.batch = batch
        self._catalog = catalog
        self._now = now
        self._at = batch.at
        self._next = next_number
        self.stops: list[tuple[Working, StopRun]] = []
        self.places: list[tuple[Working, JoinCohort | LeaveCohort]] = []

    def ledger(
        self,
        seq: int,
        shard: int,
        kind: str,
        disposition: Disposition,
        *,
        person: int | None = None,
        run: int | None = None,
        cause: int | None = None,
        event: bytes | None = None,
        reasons: bytes | None = None,
        digest: bytes | None = None,
    ) -> None:
        """Append one row to the ledger."""
        self.batch.ledger.append(
            rows.LedgerRow(
                seq, shard, self._at, run, cause, person, kind, DISPOSITION[disposition], event, reasons, None, digest
            )
        )

    def decided(self, working: Working, decision: Decision, seq: int, world: World, rank: int) -> bytes:
        """Take the decision into the run and the batch; the digest of the state after."""
        working.state = decision.state
        working.rev += 1
        working.last_seq = seq
        working.written = True
        for effect in decision.effects:
            self._effect(working, effect, seq, world, rank)
        for change in decision.handoffs:
            self._handoff(working, change)
        working.packed = coding.pack(decision.state)
        return coding.digest(working.packed)

    def runs(self, working: Working, plan_number: int) -> None:
        """The run as it stands at the end of the group: one row a run."""
        state = working.state
        ended = self._at if state.over else None
        wake_at = to_millis(state.wake_at) if state.wake_at is not None else None
        packed = working.packed
        phase = PHASE[state.phase]
        if working.begun_row:
            self.batch.new_runs.append(
                rows.RunRow(
                    working.number, working.shard, working.person, plan_number, working.rev, phase,
                    to_millis(state.begun), ended, wake_at, working.last_seq, working.counts, working.once,
                    working.replaces, packed,
                )
            )  # fmt: skip
        else:
            self.batch.runs.append(
                RunChange(
                    working.number, working.before, working.rev, plan_number, phase, ended, wake_at, working.last_seq,
                    working.counts, packed,
                )
            )  # fmt: skip

    def post(self, letter: Letter, shard: int, *, run: int | None = None, person: int | None = None) -> None:
        """Put a letter into the inbox."""
        number = self._next("inbox")
        self.batch.inbox.append(rows.InboxRow(number, shard, self._at, run, person, None, seal(letter)))

    def _effect(self, working: Working, effect: Effect, seq: int, world: World, rank: int) -> None:
        match effect:
            case Call():
                self._call(working, effect, seq, rank)
            case Message():
                self._message(working, effect, world)
            case Withdraw():
                self._withdraw(working, effect)
            case BeginRun():
                letter = Begin(
                    effect.journey,
                    effect.person,
                    working.number,
                    effect.pass_,
                    effect.rung,
                    effect.tied,
                    effect.arguments,
                )
                self.post(letter, working.shard, person=effect.person)
            case StopRun():
                self.stops.append((working, effect))
            case Measure():
                step = next((i for i, each in enumerate(working.plan.steps) if each.name == effect.step), 0)
                body = coding.pack(effect.values)
                self.batch.measures.append(
                    rows.MeasureRow(
                        working.number, effect.pass_, effect.rung, working.person, step, effect.phase, self._at, body
                    )
                )
            case JoinCohort() | LeaveCohort():
                self.places.append((working, effect))

    def _call(self, working: Working, call: Call, seq: int, rank: int) -> None:
        action = self._catalog.actions.get(call.action)
        about = call.object
        if not about and action is not None and action.object:
            about = str(call.arguments.get(action.object, ""))
        self.batch.effects.append(
            rows.EffectRow(
                working.number, call.pass_, call.rung, call.connection, call.action, call.person, about, WAITING, rank,
                0, self._at, 0, 0, seq, coding.pack(call), None,
            )
        )  # fmt: skip

    def _message(self, working: Working, message: Message, world: World) -> None:
        leave_at = next_working_time(self._now, calendar_of(message.to, world))
        self.batch.messages.append(
            rows.MessageRow(
                working.number, message.pass_, message.rung, message.to, message.about, message.urgency,
                message.template, self._at, to_millis(leave_at), WAITING, 0, 0, coding.pack(message), "",
            )
        )  # fmt: skip

    def _withdraw(self, working: Working, withdrawn: Withdraw) -> None:
        key = (working.number, withdrawn.pass_, withdrawn.rung)
        self.batch.effects = [row for row in self.batch.effects if row[:3] != key]
        self.batch.effects_withdrawn.append(EffectWithdrawn(*key))

    def _handoff(self, working: Working, change: HandoffChange) -> None:
        due = to_millis(change.due) if change.due is not None else None
        closed = to_millis(change.closed) if change.closed is not None else None
        self.batch.handoffs.append(
            rows.HandoffRow(
                working.number, change.pass_, change.step, working.person, change.owner, to_millis(change.opened), due,
                int(change.escalated), closed, change.ended, None,
            )
        )  # fmt: skip
        if change.closed is None:
            owner = change.owner.removeprefix("person:")
            if owner.isdigit() and int(owner) != working.person:
                self.batch.watches.append(rows.WatchRow(int(owner), working.number))
