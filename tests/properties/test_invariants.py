"""What always holds of a company at work, whatever goes wrong: DESIGN.md's invariants 1 to 6, and that a run can be recomputed.

Each property has a twin that hands in a mechanism broken on purpose; if the property did not notice, it would prove
nothing. Invariant 6's urgent call beside a bulk comes with a later feature; ranks and their index are there for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from msgspec import structs
from tests.properties.handful import BEGIN, LONGEST
from tests.properties.scripts_of_faults import EARLY, RUSH, must_fail, property_of
from tests.properties.world_of_faults import Mechanisms, World

from handrail.connect.dispatcher import ConnectionDriver
from handrail.connect.port import ConnectionState, Settled, Settlement
from handrail.engine.engine import Engine
from handrail.engine.items import Arrived, Item, Receipt
from handrail.engine.outbox import StoreOutbox
from handrail.engine.worlds import Worlds
from handrail.insight.past import Past
from handrail.insight.replay import replay
from handrail.store.batch import Batch
from handrail.store.deciding import Committed
from handrail.store.kept.calls import call_of
from handrail.store.moments import DISPOSITION, EFFECT_STATES, PHASE, to_instant, to_millis
from handrail.store.opening import Store
from handrail.store.rows import EffectRow, HeldRow, KeptLedgerRow, RunRow, SweepRow
from handrail.terms import coding
from handrail.terms.event import Event
from handrail.terms.person import Person
from handrail.terms.plan import Plan
from handrail.terms.state import State
from handrail.terms.values import Instant

TOLD_ONLY = ("lms.completed", "lms.exploded", "person.hired", "worker.hired", "worker.changed")
"""Kinds that come from outside alone, so that what came can be counted there."""

DUPLICATE, HELD, DEFERRED = (DISPOSITION[word] for word in ("duplicate", "held", "deferred"))
CONFIRMED, NOT_NEEDED, FAILED, WITHDRAWN = 2, 3, 4, 5


def runs_of(world: World) -> list[tuple[RunRow, State, Plan]]:
    """Every run, with its state and plan."""
    found = [RunRow(*row) for row in world.rows("SELECT * FROM run ORDER BY id")]
    return [(row, coding.unpack(row.state, State), world.engine.plans.by_number[row.plan]) for row in found]


def is_settled(world: World) -> bool:
    """Whether the world has come to its end."""
    return world.clock.now >= BEGIN + LONGEST


# 1. Nothing is lost


def every_event_is_in_one_column(world: World) -> None:
    """As many events as were committed from outside; each in one of the four columns, the held ones open and owned."""
    ask = "SELECT kind, count(*) FROM ledger WHERE (cause IS NULL OR disposition = ?) AND kind {in} GROUP BY 1"
    kept: Counter[str] = Counter(dict(world.store.database.look_in(ask, TOLD_ONLY, (DUPLICATE,))))
    # A held event that was looked at again and had come otherwise meanwhile has a row for that, but came once.
    kept -= Counter(dict(world.rows("SELECT kind, count(*) FROM held WHERE became = ? GROUP BY 1", DUPLICATE)))
    came = Counter({kind: many for kind, many in world.account.committed.items() if kind in TOLD_ONLY})
    assert kept == came, f"in the ledger {dict(kept)}, told {dict(came)}"
    ask = "SELECT l.seq FROM ledger l LEFT JOIN held h ON h.seq = l.seq WHERE l.disposition IN (?, ?) AND h.seq IS NULL"
    assert not world.rows(ask, HELD, DEFERRED), "an event is held, and nobody has it"
    for row in world.rows("SELECT * FROM held"):
        held = HeldRow(*row)
        if held.ended is None:
            assert held.owner, f"nobody answers for held event {held.seq}"
            assert held.next_at is not None, f"held event {held.seq} waits for ever"
            assert held.next_at > held.opened
        else:
            assert held.became not in (None, HELD, DEFERRED), f"held event {held.seq} ended as {held.became}"


def every_call_has_its_end(world: World) -> None:
    """Items of calls: what is confirmed or was not needed stands at the LMS, unless it was taken back; nothing hangs."""
    effects = [EffectRow(*row) for row in world.rows("SELECT * FROM effect")]
    assert not [each for each in effects if each.state < CONFIRMED and is_settled(world)], (
        "a call never came to its end"
    )
    there = {(made.user, made.course) for made in world.witness.enrollments()}
    names = dict(world.rows("SELECT person, key FROM person_key"))
    for each in effects:
        done = each.action == "lms.enroll" and each.state in (CONFIRMED, NOT_NEEDED)
        if done and not taken_back(effects, each):
            said = f"{EFFECT_STATES[each.state]}, and not so"
            assert (names[each.person], each.object) in there, (
                f"R-{each.run} {names[each.person]} {each.object}: {said}"
            )


def taken_back(effects: Sequence[EffectRow], made: EffectRow) -> bool:
    """Whether anybody had it taken back."""
    about = [each for each in effects if (each.person, each.object) == (made.person, made.object)]
    return any(call_of(each).undoes is not None and each.state != WITHDRAWN for each in about)


def every_sweep_adds_up(world: World) -> None:
    """Each person in a trigger's scope is counted once: those who were there when it ended."""
    for row in (SweepRow(*each) for each in world.rows("SELECT * FROM sweep WHERE ended IS NOT NULL")):
        counts: dict[str, Any] = coding.unpack(row.counts, dict[str, Any])
        if counts.get("skipped"):
            continue
        total = sum(int(many) for name, many in counts.items() if name != "skipped")
        assert row.ended is not None
        before, until = (len(there_by(world, at)) for at in (row.ended - 1, row.ended))
        assert before <= total <= until, f"{row.trigger}: {counts} of {until} people"


def there_by(world: World, at: int) -> set[int]:
    """Who was known by then."""
    ask = (
        "SELECT id, at FROM person WHERE version = 1 UNION ALL SELECT person, at FROM person_version WHERE version = 1"
    )
    return {number for number, known in world.rows(ask) if known <= at}


def every_message_has_its_end(world: World) -> None:
    """What entered a box has left it, or has a moment at which it will: nothing is forever being sent."""
    now = to_millis(world.clock.now)
    hanging = world.rows("SELECT run, template FROM message WHERE state = 1 OR (state = 0 AND leave_at < ?)", now)
    assert not hanging, f"messages without an end: {hanging}"


def nothing_is_lost(world: World) -> None:
    every_event_is_in_one_column(world)
    every_call_has_its_end(world)
    every_sweep_adds_up(world)
    every_message_has_its_end(world)


def test_nothing_that_came_in_is_lost_on_the_way() -> None:
    property_of(nothing_is_lost)


class Forgetful(Engine):
    """Confirms now and then what it did not look at."""

    def take(self, items: Sequence[Item], now: Instant, more: Any = None) -> list[Receipt]:  # noqa: ANN401
        if any(isinstance(item, Arrived) for item in items) and now.day % 2:
            return [Receipt(10**9, "matched") for _ in items]
        return super().take(items, now, more)


def test_twin_an_engine_that_drops_an_event_is_noticed() -> None:
    must_fail(every_event_is_in_one_column, Mechanisms(engine=Forgetful))


class Careless(ConnectionDriver):
    """Takes a lost answer for a good one."""

    def judge(self, landed: Any, now: Instant) -> Settlement:  # noqa: ANN401
        return super().judge([(flight, [_good(one) for one in outcomes]) for flight, outcomes in landed], now)


def _good(outcome: Any) -> Any:  # noqa: ANN401
    return structs.replace(outcome, ended="confirmed") if outcome.ended == "failed" else outcome


def test_twin_a_driver_that_takes_silence_for_success_is_noticed() -> None:
    must_fail(every_call_has_its_end, Mechanisms(driver=Careless))


class Uncounted(Store):
    """Keeps of a sweep only that it is over."""

    def commit(self, batch: Batch) -> Committed:
        batch.sweeps = [row._replace(counts=coding.pack({"started": 1})) for row in batch.sweeps]
        return super().commit(batch)


def test_twin_a_sweep_that_does_not_count_everybody_is_noticed() -> None:
    must_fail(every_sweep_adds_up, Mechanisms(store=Uncounted))


class Unsettled(Store):
    """Never writes down that a message left."""

    def commit(self, batch: Batch) -> Committed:
        batch.messages_done = [done for done in batch.messages_done if done.state != CONFIRMED]
        return super().commit(batch)


def test_twin_a_message_that_stays_on_its_way_is_noticed() -> None:
    must_fail(every_message_has_its_end, Mechanisms(store=Unsettled))


# 2. Nothing happens twice


def nothing_happens_twice(world: World) -> None:
    """By the LMS's own journal; by mails sent; by runs that `once` forbids; by events that moved a run."""
    assert world.witness.twice() == [], "enrolled while enrolled"
    assert not [key for key, many in world.account.mailed.items() if many > 1], "somebody got a message twice"
    once = Counter((row.person, plan.journey) for row, _, plan in runs_of(world))
    assert not [key for key, many in once.items() if many > 1 and key[1] in ("onboarding", "early-bird", "campaign")]
    ask = "SELECT run, coalesce(cause, seq), count(*) FROM ledger WHERE run IS NOT NULL AND digest IS NOT NULL GROUP BY 1, 2"
    assert all(many == 1 for _, _, many in world.rows(ask)), "an event moved a run twice"


def test_nothing_happens_twice_whoever_dies_or_repeats_themselves() -> None:
    property_of(nothing_happens_twice)


class Blind(ConnectionDriver):
    """Sends again what may have been done, without a look and under another key."""

    def judge(self, landed: Any, now: Instant) -> Settlement:  # noqa: ANN401
        made = super().judge(landed, now)
        return structs.replace(made, settled=tuple(_again(one) for one in made.settled))


def _again(one: Settled) -> Settled:
    return structs.replace(one, verdict="again") if one.verdict == "uncertain" else one


def test_twin_a_call_sent_again_without_a_look_is_noticed() -> None:
    must_fail(nothing_happens_twice, Mechanisms(driver=Blind))


class Amnesiac(Store):
    """Knows no event again."""

    def identities(self, keys: Sequence[bytes]) -> Any:  # noqa: ANN401
        del keys
        return {}

    def commit(self, batch: Batch) -> Committed:
        batch.identities, batch.identities_changed = [], []
        return super().commit(batch)


def every_telling_counts_once(world: World) -> None:
    """What the LMS told of one completion is one event, however often it came."""
    told = [
        KeptLedgerRow(*row) for row in world.rows("SELECT * FROM ledger WHERE kind = 'lms.completed' AND cause IS NULL")
    ]
    events = [coding.unpack(row.event, Event) for row in told if row.event is not None and row.person is not None]
    seen = Counter(event.attempt for event in events if event.attempt.startswith("C-"))
    assert all(many == 1 for many in seen.values()), seen


def test_one_completion_is_one_event_by_webhook_and_by_poll() -> None:
    property_of(every_telling_counts_once)


def test_twin_an_intake_that_knows_nothing_again_is_noticed() -> None:
    must_fail(every_telling_counts_once, Mechanisms(store=Amnesiac))


# 3. Nobody waits for ever


def somebody_has_it(world: World) -> None:
    """Every open pass has one owner and a next moment; nothing that is due is left; the watchdog is quiet."""
    now = to_millis(world.clock.now)
    assert world.store.oldest_overdue(now) is None, "a run should have been looked at by now"
    calls = {run for (run,) in world.rows("SELECT run FROM effect WHERE state < 2")}
    hands = Counter((row[0], row[1]) for row in world.rows("SELECT run, pass FROM handoff WHERE closed IS NULL"))
    for row, state, plan in runs_of(world):
        if not state.over:
            waits = state.wake_at is not None or row.id in calls
            assert waits, f"R-{row.id} of {plan.journey} waits for ever: {state}"
        for each in state.passes:
            assert each.owner, f"nobody has pass {each.number} of R-{row.id}"
        open_hands = {key[1] for key in hands if key[0] == row.id} - {0}
        assert open_hands <= {each.number for each in state.passes}, f"R-{row.id} has a handoff without a pass"
    nobodys = world.rows("SELECT run, pass FROM handoff WHERE closed IS NULL AND owner = ''")
    assert not nobodys, f"nobody has handoff {nobodys}"


def everything_comes_to_an_end(world: World) -> None:
    """When the longest limits have passed, what began early enough is over."""
    somebody_has_it(world)
    early = to_millis(BEGIN + LONGEST / 2)
    left = [
        (row.id, plan.journey, state.passes)
        for row, state, plan in runs_of(world)
        if not state.over and row.begun < early
    ]
    assert not left, f"still open: {left}"


def test_nobody_waits_for_ever_and_everything_has_an_owner() -> None:
    property_of(everything_comes_to_an_end, always=somebody_has_it)


class Sleepy(Store):
    """Forgets a wake-up."""

    def commit(self, batch: Batch) -> Committed:
        batch.run_steps = [row._replace(wake_at=None) for row in batch.run_steps]
        return super().commit(batch)


def test_twin_a_wake_up_that_is_forgotten_is_noticed() -> None:
    must_fail(everything_comes_to_an_end, Mechanisms(store=Sleepy))


class Dozing(Engine):
    """Reads its letters, and sleeps through the moments of runs."""

    def next_due(self) -> Instant | None:
        return super().next_due() if self.store.inbox(1) else None

    def due(self, now: Instant, limit: int = 300) -> int:
        return super().due(now, limit) if self.store.inbox(1) else 0


def test_twin_an_engine_that_sleeps_through_a_moment_is_noticed() -> None:
    must_fail(everything_comes_to_an_end, Mechanisms(engine=Dozing), always=somebody_has_it)


# 4. Confirmed is durable


def confirmed_is_durable(world: World) -> None:
    """Every receipt that anybody got is in the ledger under its number, as what it was of."""
    kept = dict(world.rows("SELECT seq, kind FROM ledger"))
    gone = [(kind, number) for kind, number in world.account.receipts if kept.get(number) != kind]
    assert not gone, f"confirmed and gone: {gone}"


def test_what_was_confirmed_survives_every_death() -> None:
    property_of(confirmed_is_durable, always=confirmed_is_durable)


class Hasty(Engine):
    """Confirms first, and writes with the next commit; what it has in hand dies with it."""

    def take(self, items: Sequence[Item], now: Instant, more: Any = None) -> list[Receipt]:  # noqa: ANN401
        kept: list[Item] = [*getattr(self, "in_hand", ()), *items]
        told = [item for item in kept if isinstance(item, Arrived)]
        if more is None and told == kept and len(kept) == 1:
            self.in_hand = kept
            (highest,) = self.store.database.look("SELECT coalesce(max(seq), 0) FROM ledger")[0]
            return [Receipt(highest + 1, "matched") for _ in items]
        self.in_hand = []
        return super().take(kept, now, more)[len(kept) - len(items) :]


def test_twin_an_engine_that_confirms_before_it_writes_is_noticed() -> None:
    must_fail(confirmed_is_durable, Mechanisms(engine=Hasty), always=confirmed_is_durable)


# 5. Early events count


def early_events_count(world: World) -> None:
    """Whoever had completed the course, known before the wait gave up, did not run out of time."""
    for row, state, plan in runs_of(world):
        if plan.journey == "early-bird" and state.reason == "never came":
            ask = "SELECT seq, event FROM ledger WHERE person = ? AND kind = 'lms.completed' AND cause IS NULL AND seq < ?"
            for seq, body in world.rows(ask, row.person, row.last_seq):
                event = coding.unpack(body, Event)
                in_time = event.fields.get("course") == "SAFE-2" and event.at >= state.begun
                assert not in_time, f"R-{row.id} gave up on what row {seq} had told"


def test_what_happens_before_anybody_waits_for_it_counts() -> None:
    property_of(early_events_count, about=EARLY)


class Deaf(Engine):
    """Listens to completions only while a wait for one is open."""

    def take(self, items: Sequence[Item], now: Instant, more: Any = None) -> list[Receipt]:  # noqa: ANN401
        return super().take([_unheard(item) if self._is_early(item) else item for item in items], now, more)

    def _is_early(self, item: Item) -> bool:
        if not isinstance(item, Arrived) or item.event.kind != "lms.completed":
            return False
        ask = "SELECT state FROM run WHERE phase < 3 AND person = ?"
        states = [coding.unpack(body, State) for (body,) in self.store.database.look(ask, (item.event.person,))]
        return not any(each.waiting == "event" for state in states for each in state.passes)


def _unheard(item: Any) -> Arrived:  # noqa: ANN401
    """It is known, and nobody is told."""
    return Arrived(item.event, item.key, item.outcome, ignored="nobody waits for it", delivery=item.delivery)


def test_twin_an_engine_that_keeps_no_early_events_is_noticed() -> None:
    must_fail(early_events_count, Mechanisms(engine=Deaf), about=EARLY)


# 6. Limits hold


def limits_hold(world: World) -> None:
    """No minute of the LMS's own clock saw more than the limit, and it refused nobody; no day began more runs than it may."""
    assert world.witness.busiest(60.0) <= world.setting.limit
    if not any(fault.kind == "throttled" for fault in world.setting.faults):
        assert world.witness.throttled() == 0
    begun = dict(world.rows("SELECT period, many FROM starts WHERE journey = 'campaign'"))
    assert all(many <= 3 for many in begun.values()), begun
    released = {run for (run,) in world.rows("SELECT run FROM ledger WHERE kind = 'released'")}
    days = Counter(
        to_instant(row.begun).date()
        for row, _, plan in runs_of(world)
        if plan.journey == "campaign" and row.phase not in (PHASE["waiting for release"], PHASE["not released"])
        and row.id not in released
    )  # fmt: skip
    assert all(many <= 3 for many in days.values()), days


def test_limits_hold_over_deaths_retries_and_bulks() -> None:
    property_of(limits_hold, about=RUSH)


class Restless(StoreOutbox):
    """Forgets with every restart, and every look, when the last call left."""

    def state(self, connection: str) -> ConnectionState:
        return structs.replace(super().state(connection), gate=ConnectionState().gate)


def test_twin_a_limit_that_a_restart_forgets_is_noticed() -> None:
    must_fail(limits_hold, Mechanisms(outbox=Restless), about=RUSH)


class Generous(Store):
    """Counts a thousand starts too few."""

    def starts(self, journey: str, period: str) -> int:
        return super().starts(journey, period) - 1000


def test_twin_a_journey_that_does_not_count_its_starts_is_noticed() -> None:
    must_fail(limits_hold, Mechanisms(store=Generous), about=RUSH)


def a_throttled_call_uses_up_no_try(world: World) -> None:
    """Where the LMS does nothing worse than ask for patience, no call is given up."""
    if all(fault.kind in ("throttled", "webhook_doubled", "webhook_late") for fault in world.setting.faults):
        failed = world.rows("SELECT run, action FROM effect WHERE state = ?", FAILED)
        assert not failed, f"given up: {failed}"


def test_a_call_that_was_told_to_wait_is_not_given_up() -> None:
    property_of(a_throttled_call_uses_up_no_try, about=RUSH)


# Recomputed equals recorded


def recomputed_is_recorded(world: World) -> None:
    """Every decision of every run, made again from what was kept, is the recorded one."""
    past = Past(world.store, world.engine.worlds.organization)
    for row, _, plan in runs_of(world):
        found = replay(past, row)
        differs = [(each.seq, each.kind) for each in found.rows if not each.recomputed][:1]
        assert found.recomputed, f"R-{row.id} of {plan.journey} differs from row {differs}"


def test_every_run_can_be_recomputed_from_what_was_kept() -> None:
    property_of(recomputed_is_recorded)


class Mistaken(Worlds):
    """Decides about people as nobody ever knew them."""

    def newest(self, number: int) -> Person | None:
        found = super().newest(number)
        return None if found is None else structs.replace(found, manager=None)


class Dreaming(Engine):
    """An engine in a world that is not kept."""

    def __init__(self, *parts: Any) -> None:  # noqa: ANN401
        super().__init__(*parts)
        self.worlds = Mistaken(self.store, parts[1])


def test_twin_a_decision_in_a_world_that_was_not_kept_is_noticed() -> None:
    must_fail(recomputed_is_recorded, Mechanisms(engine=Dreaming))
