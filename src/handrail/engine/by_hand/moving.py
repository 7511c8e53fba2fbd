"""Moving the open runs of a journey to another plan: previewed, applied and taken back in slices, by a named person.

A moving is a row with a cursor, and a line for each run. The preview decides every run as it would be decided, and
commits nothing of it. Applying decides anew: what differs from the preview is said on the run's line. Whatever ends
the process, the next one goes on behind the last slice that was committed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct, structs

from handrail.engine.by_hand.sums import added, counted
from handrail.engine.deciding.fetching import fetch
from handrail.engine.deciding.group import Group
from handrail.engine.deciding.moving import foreseen
from handrail.engine.engine import Engine
from handrail.engine.items import Move, Receipt
from handrail.engine.worlds import Worlds
from handrail.store.batch import Batch
from handrail.store.kept.acts import Act, audited
from handrail.store.moments import OVER, to_instant, to_millis
from handrail.store.rows import PlanRow, PublicationRow
from handrail.store.schema.moving_rows import MovingGone, MovingRow, MovingRunRow
from handrail.terms import coding
from handrail.terms.change import Change, MovingKept
from handrail.terms.plan import Places, Plan
from handrail.terms.values import Instant

_SAID: Final = {"applying": "moving applied", "reverting": "moving taken back"}
"""What somebody has done, in the audit, who brought a moving into this state."""

GOING: Final = ("applying", "reverting")
CHOSEN: Final = "somebody chose to leave it"
_OPEN: Final = "SELECT id FROM run WHERE plan = ? AND phase = ? AND id > ? ORDER BY id LIMIT ?"
_NEW: Final = (
    "SELECT id FROM run WHERE plan = ? AND phase = ? AND id > ? AND NOT EXISTS "
    "(SELECT 1 FROM moving_run m WHERE m.moving = ? AND m.run = run.id) ORDER BY id LIMIT ?"
)
_LINES: Final = "SELECT * FROM moving_run WHERE moving = ? AND run > ? ORDER BY run LIMIT ?"
_MOVED: Final = "SELECT * FROM moving_run WHERE moving = ? AND run > ? AND became = 'moved' ORDER BY run LIMIT ?"
_PHASES: Final = (0, 1, 2)


class Refused(Exception):
    """Why a moving is not begun, applied or taken back; the text says what to do."""


class Intent(Struct, frozen=True):
    """Which plan the open runs are to have, which of them are left where they are, and who asks."""

    plan: Plan
    places: Places
    by: str
    chosen: tuple[int, ...] = ()


def find(engine: Engine, number: int) -> MovingRow:
    """The moving of that number. Raises Refused."""
    found = engine.store.database.look("SELECT * FROM moving WHERE id = ?", (number,))
    if not found:
        raise Refused(f"There is no moving M-{number}. See what there is: handrail publish --preview")
    return MovingRow(*found[0])


# Previewing


def begin(engine: Engine, intent: Intent, now: Instant) -> int:
    """A new moving, nothing looked at yet; an earlier preview of the journey is set aside. Raises Refused."""
    journey, at = intent.plan.journey, to_millis(now)
    current = engine.plans.current.get(journey)
    if current is None:
        raise Refused(f'"{journey}" was never published, so nobody is in it: publish it first.')
    _nothing_going(engine, journey)
    batch = Batch(at=at, drivers=engine.drivers)
    plan = engine.plans.numbers.get(intent.plan.hash)
    if plan is None:
        plan = engine.store.numbers("plan", 1)[0]
        body, places = coding.pack(intent.plan), coding.pack(intent.places)
        batch.plans.append(PlanRow(plan, intent.plan.hash, journey, body, places))
    for row in _previews(engine, journey):
        batch.movings.append(row._replace(state="set aside", ended=at))
        batch.moving_runs_gone.append(MovingGone(row.id))
    number = engine.store.numbers("moving", 1)[0]
    kept = coding.pack(MovingKept(tuple(sorted(intent.chosen))))
    before = engine.plans.number(current)
    batch.movings.append(MovingRow(number, journey, plan, before, "previewing", 0, at, intent.by, "", "", None, kept))
    engine.store.commit(batch)
    if batch.plans:
        engine.plans.read()
    return number


def look(engine: Engine, number: int, worlds: Worlds | None = None) -> int:
    """Look at the next slice of open runs; how many there were. None left: the preview is whole.

    `worlds`: another organization than the one that works, where its settings are to change with the journey.
    """
    row = find(engine, number)
    if row.state != "previewing":
        return 0
    runs = _open_runs(engine, row, _OPEN, row.cursor, engine.slices.looked_at)
    kept = coding.unpack(row.body, MovingKept)
    looked = _looked_at(engine, row, runs, worlds or engine.worlds)
    lines = [line for line, _ in looked]
    changes = [each for _, each in looked]
    sums, found = added(kept.sums, changes, to_instant(row.at)), counted(kept.found, [each.verdict for each in changes])
    body = coding.pack(structs.replace(kept, sums=sums, found=found))
    after = row._replace(
        state="previewing" if runs else "previewed", cursor=runs[-1] if runs else row.cursor, body=body
    )
    engine.store.commit(Batch(at=row.at, drivers=engine.drivers, movings=[after], moving_runs=lines))
    return len(runs)


def _looked_at(
    engine: Engine, row: MovingRow, runs: Sequence[int], worlds: Worlds
) -> list[tuple[MovingRunRow, Change]]:
    """The line of each run: decided in a group that is thrown away, as of the preview's one moment."""
    chosen = frozenset(coding.unpack(row.body, MovingKept).chosen)
    worlds.look_at(to_instant(row.at))
    group = Group(engine.store, worlds, engine.plans, engine.catalog, to_instant(row.at))
    fetch(group, [Move(number, row.plan, row.by) for number in runs])
    new = engine.plans.by_number[row.plan]
    lines = []
    for number in runs:
        working = group.runs[number]
        change = foreseen(group, working, new)
        if number in chosen:
            change = Change("stays", CHOSEN, "", change.before, change.before)
        before = engine.plans.number(working.plan)
        lines.append((_line(row, number, working.person, before, change)._replace(rev=working.before), change))
    return lines


def _line(row: MovingRow, run: int, person: int, before: int, change: Change) -> MovingRunRow:
    verdict, why, step = change.verdict, change.why, change.step
    shifts = change.shifts if verdict == "moves" else ()
    late = sum(each.after is not None and each.after <= to_instant(row.at) for each in shifts)
    body = coding.pack(change)
    return MovingRunRow(row.id, run, person, before, 0, verdict, why, step, "", "", "", body, len(shifts), late)


def _open_runs(engine: Engine, row: MovingRow, ask: str, *asked: int) -> list[int]:
    """The next open runs of the journey that have another plan, by number; `asked` ends in how many at most."""
    found: list[int] = []
    for number, plan in engine.plans.by_number.items():
        if plan.journey == row.journey and number != row.plan:
            for phase in _PHASES:
                found += [int(run) for (run,) in engine.store.database.look(ask, (number, phase, *asked))]
    return sorted(found)[: asked[-1]]


def _previews(engine: Engine, journey: str) -> list[MovingRow]:
    ask = "SELECT * FROM moving WHERE journey = ? AND state IN ('previewing', 'previewed')"
    return [MovingRow(*row) for row in engine.store.database.look(ask, (journey,))]


def _nothing_going(engine: Engine, journey: str) -> None:
    ask = "SELECT id, state FROM moving WHERE journey = ? AND state IN ('applying', 'reverting')"
    for number, state in engine.store.database.look(ask, (journey,)):
        raise Refused(f'M-{number} of "{journey}" is {state} and goes on by itself: wait until it has ended.')


# Applying, and taking back


def begin_applying(engine: Engine, number: int, by: str, now: Instant) -> None:
    """Make the plan current, and let its moving go on slice by slice. Raises Refused."""
    row = find(engine, number)
    if row.state != "previewed":
        raise Refused(f"M-{number} is {row.state}: only what was previewed is applied. Look again: --preview")
    _nothing_going(engine, row.journey)
    current = engine.plans.current.get(row.journey)
    if current is None or engine.plans.number(current) not in (row.plan, row.before):
        raise Refused(f'Another version of "{row.journey}" was published since the preview M-{number}: look again.')
    after = row._replace(state="applying", cursor=0, applied_by=by)
    _turn(engine, after, row.plan, by, now)


def begin_reverting(engine: Engine, number: int, by: str, now: Instant) -> None:
    """Make the plan from before current again, and let its moving take back slice by slice. Raises Refused."""
    row = find(engine, number)
    if row.state != "applied":
        raise Refused(f"M-{number} is {row.state}: only what was applied can be taken back.")
    _nothing_going(engine, row.journey)
    current = engine.plans.current.get(row.journey)
    if current is None or engine.plans.number(current) != row.plan:
        raise Refused(
            f'Another version of "{row.journey}" was published since M-{number}: take that one back first, or publish '
            "the version that you want and move to it."
        )
    after = row._replace(state="reverting", cursor=0, reverted_by=by, ended=None)
    _turn(engine, after, row.before, by, now)


def _turn(engine: Engine, row: MovingRow, plan: int, by: str, now: Instant) -> None:
    """The row with its new word, the plan that is current from now on, and who said so: one commit."""
    at = to_millis(now)
    batch = Batch(
        at=at, drivers=engine.drivers, movings=[row], publications=_published(engine, row.journey, plan, at, by)
    )
    act = Act(by, _SAID[row.state], f"M-{row.id} of {row.journey}", after=engine.plans.by_number[plan].hash[:8])
    batch.audit.append(audited(engine.store, act, now))
    engine.store.commit(batch)
    engine.plans.read()
    for told in engine.after_commit:
        told(batch)


def _published(engine: Engine, journey: str, plan: int, at: int, by: str) -> list[PublicationRow]:
    """The rows that make the plan current; none when it is so already."""
    ask = "SELECT * FROM publication WHERE until IS NULL AND journey = ?"
    current = [PublicationRow(*row) for row in engine.store.database.look(ask, (journey,))]
    if any(row.plan == plan for row in current):
        return []
    return [*(row._replace(until=at) for row in current), PublicationRow(journey, at, plan, None, by)]


def go_on(engine: Engine, number: int, now: Instant) -> int:
    """Apply or take back the next slice; how many runs there were. None left: it has ended."""
    row = find(engine, number)
    if row.state == "applying":
        return _apply(engine, row, now)
    return _revert(engine, row, now) if row.state == "reverting" else 0


def _apply(engine: Engine, row: MovingRow, now: Instant) -> int:
    found = engine.store.database.look(_LINES, (row.id, row.cursor, engine.slices.moved))
    lines = [MovingRunRow(*each) for each in found] or _newcomers(engine, row)
    if not lines:
        _end(engine, row._replace(state="applied"), now)
        return 0
    stands = _stands(engine, lines)
    going = [line for line in lines if line.verdict != "stays"]
    items = [Move(line.run, row.plan, row.applied_by) for line in going]
    after = row._replace(cursor=max(row.cursor, lines[-1].run) if found else row.cursor)

    def more(batch: Batch, receipts: Sequence[Receipt]) -> None:
        came = {line.run: receipt for line, receipt in zip(going, receipts, strict=True)}
        done = [_became(line, came.get(line.run), stands.get(line.run)) for line in lines]
        kept = coding.unpack(row.body, MovingKept)
        newcomers = () if found else [line.verdict for line in lines]
        kept = structs.replace(
            kept, found=counted(kept.found, newcomers), became=counted(kept.became, [line.became for line in done])
        )
        batch.movings.append(after._replace(body=coding.pack(kept)))
        batch.moving_runs += done

    engine.take(items, now, more)
    return len(lines)


def _newcomers(engine: Engine, row: MovingRow) -> list[MovingRunRow]:
    """Runs that began with another plan between the preview and now: they were not shown, and are moved all the same."""
    runs = _open_runs(engine, row, _NEW, 0, row.id, engine.slices.moved)
    found = engine.store.runs_by_id(runs)
    nothing = Change("moves")
    return [
        _line(row, run, found[run].person, found[run].plan, nothing)._replace(note="it began after the preview")
        for run in runs
    ]


def _stands(engine: Engine, lines: Sequence[MovingRunRow]) -> dict[int, tuple[int, int, int]]:
    """Revision, plan and phase of the runs as they are now."""
    ask = "SELECT id, rev, plan, phase FROM run WHERE id {in}"
    return {
        int(run): (rev, plan, phase)
        for run, rev, plan, phase in engine.store.database.look_in(ask, [x.run for x in lines])
    }


def _became(line: MovingRunRow, receipt: Receipt | None, stands: tuple[int, int, int] | None) -> MovingRunRow:
    """The line as it came out; where that is not what was previewed, it says so."""
    if receipt is None:
        over = stands is None or stands[2] in OVER
        return line._replace(became="ended" if over else "stayed")
    change = receipt.change or Change("cannot", receipt.why[0] if receipt.why else "it could not be kept")
    if change.verdict == "stays":
        return line._replace(became="moved")
    shown = coding.unpack(line.body, Change)
    note = line.note
    if not note and stands is not None and stands[0] != line.rev:
        note = "it went on after the preview, and was decided anew"
    elif not note and change != shown:
        note = "it was decided anew, and differs from the preview"
    word = {"moves": "moved", "cannot": "cannot", "ended": "ended"}[change.verdict]
    return line._replace(became=word, why=change.why, step=change.step, note=note, body=coding.pack(change))


def _revert(engine: Engine, row: MovingRow, now: Instant) -> int:
    lines = [
        MovingRunRow(*each) for each in engine.store.database.look(_MOVED, (row.id, row.cursor, engine.slices.moved))
    ]
    if not lines:
        _end(engine, row._replace(state="reverted"), now)
        return 0
    stands = _stands(engine, lines)
    going = [line for line in lines if _has(stands.get(line.run), row.plan)]
    items = [Move(line.run, line.before, row.reverted_by) for line in going]
    after = row._replace(cursor=lines[-1].run)

    def more(batch: Batch, receipts: Sequence[Receipt]) -> None:
        came = {line.run: receipt for line, receipt in zip(going, receipts, strict=True)}
        done = [_went_back(line, came.get(line.run), stands.get(line.run)) for line in lines]
        kept = coding.unpack(row.body, MovingKept)
        kept = structs.replace(kept, back=counted(kept.back, [line.back for line in done]))
        batch.movings.append(after._replace(body=coding.pack(kept)))
        batch.moving_runs += done

    engine.take(items, now, more)
    return len(lines)


def _has(stands: tuple[int, int, int] | None, plan: int) -> bool:
    """Whether the run still has the plan that it was moved to, and is open."""
    return stands is not None and stands[1] == plan and stands[2] not in OVER


def _went_back(line: MovingRunRow, receipt: Receipt | None, stands: tuple[int, int, int] | None) -> MovingRunRow:
    if receipt is None or receipt.change is None:
        if stands is None or stands[2] in OVER:
            return line._replace(back="ended")
        if stands[1] == line.before:
            return line._replace(back="moved back")  # a slice that was committed in halves
        return line._replace(back="cannot", note="it could not move back: it has yet another version since")
    change = receipt.change
    word = {"moves": "moved back", "cannot": "cannot", "ended": "ended", "stays": "moved back"}[change.verdict]
    return line._replace(back=word, note=f"it could not move back: {change.why}" if word == "cannot" else line.note)


def _end(engine: Engine, row: MovingRow, now: Instant) -> None:
    at = to_millis(now)
    engine.store.commit(Batch(at=at, drivers=engine.drivers, movings=[row._replace(ended=at)]))


class Movings:
    """The clock driver's part: movings that were begun go on, a slice at a time, whoever began them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._going: bool | None = None
        engine.after_commit.append(self._heard)

    def due(self, now: Instant) -> int:
        """Do a slice of the oldest that is on its way; how many runs it concerned."""
        if self._going is False:
            return 0
        ask = "SELECT id FROM moving WHERE state IN ('applying', 'reverting') ORDER BY id LIMIT 1"
        found = self._engine.store.database.look(ask)
        self._going = bool(found)
        return max(go_on(self._engine, int(found[0][0]), now), 1) if found else 0

    def next_at(self, now: Instant) -> Instant | None:
        """At once, while one is on its way."""
        return None if self._going is False else now

    def _heard(self, batch: Batch) -> None:
        if any(row.state in GOING for row in batch.movings):
            self._going = True
