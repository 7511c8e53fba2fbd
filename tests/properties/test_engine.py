"""What always holds of the engine, whatever goes wrong, each with a twin over a mechanism that is broken on purpose.

The invariants are those of DESIGN.md. The engine dies before, during and after commits; what is told comes early, late
and twice; the LMS refuses, throttles, loses its answers; the clock jumps, and a night has an hour less.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec import structs
from tests.properties.office import COURSE, MINUTE, Made, MortalStore, Office, Trouble

from handrail.connect.dispatcher import ConnectionDriver
from handrail.connect.port import Settled, Settlement
from handrail.engine.engine import Engine
from handrail.engine.items import Arrived, Item, Receipt
from handrail.people.canonical import Sighting
from handrail.people.compare import Told, difference, stale_fields, told_value
from handrail.people.values import Wrong
from handrail.practice.faults import Fault
from handrail.store.batch import Batch
from handrail.store.deciding import Committed
from handrail.store.moments import PHASE
from handrail.terms.person import Origin, Person
from handrail.terms.values import Instant

Check: TypeAlias = Callable[[Office], None]

LOOK = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
TWIN = settings(
    LOOK, max_examples=40, database=None, derandomize=True, phases=[Phase.generate], report_multiple_bugs=False,
    print_blob=False,
)  # fmt: skip

FAULTS = st.sampled_from(
    [
        Fault("answer_lost", share=0.3),
        Fault("error", share=0.3),
        Fault("refused", share=0.3),
        Fault("unavailable", every=3, seconds=90.0),
        Fault("throttled", every=4, hint="seconds", seconds=30.0),
        Fault("throttled", every=5, hint="none"),
        Fault("wrong_json", share=0.3),
        Fault("item_timeout", share=0.3),
        Fault("item_failed", share=0.2),
    ]
)
CRASHES = st.lists(
    st.tuples(st.integers(1, 40), st.sampled_from(["before", "during", "after"])),
    max_size=3,
    unique_by=lambda one: one[0],
)
TROUBLES = st.builds(
    Trouble,
    people=st.integers(1, 5),
    finished_on=st.lists(st.sampled_from([0.0, 0.1, 1.0, 2.5, 9.0, 20.0, 60.0]), min_size=1, max_size=3).map(tuple),
    answered=st.lists(st.booleans(), min_size=1, max_size=3).map(tuple),
    doubled=st.lists(st.booleans(), min_size=1, max_size=3).map(tuple),
    crashes=CRASHES.map(tuple),
    faults=st.lists(FAULTS, max_size=2).map(tuple),
    bulk=st.sampled_from([1, 3]),
    jump=st.sampled_from([(0, 0), (0, 0), (1, 3), (3, 40)]),
    together=st.booleans(),
    seed=st.integers(0, 5),
)


def property_of(check: Check, made: Made | None = None, how: settings = LOOK, *, always: bool = False) -> None:
    """Look for trouble under which the check fails at the end, or (`always`) at any moment, with these mechanisms."""

    @how
    @given(TROUBLES)
    def look(trouble: Trouble) -> None:
        with tempfile.TemporaryDirectory() as folder:
            office = Office(Path(folder), trouble, made or Made())
            try:
                if always:
                    office.look = check
                office.work()
                check(office)
            finally:
                office.close()

    look()


def must_fail(check: Check, broken: Made, *, always: bool = False) -> None:
    """The twin: with a broken mechanism the property fails."""
    with pytest.raises(AssertionError):
        property_of(check, broken, TWIN, always=always)


# 1. Nothing is lost


def nothing_is_lost(office: Office) -> None:
    """Each telling is one row with one disposition, each person has their one run, each call its end."""
    told = Counter(kind for _, kind in office.confirmed)
    for kind, disposition, many in office.rows(
        "SELECT kind, disposition, count(*) FROM ledger WHERE kind IN ('person.hired', 'lms.completed') AND cause IS NULL "
        "GROUP BY 1, 2"
    ):
        assert disposition in (0, 1), f"{kind} came to disposition {disposition}"
        told[kind] -= many
    duplicates = office.rows("SELECT kind, count(*) FROM ledger WHERE disposition = 2 GROUP BY 1")
    told.subtract(dict(duplicates))
    # What was committed when the process died was told again, and is a duplicate.
    assert all(-office.restarts <= left <= 0 for left in told.values()), f"rows and tellings differ: {told}"
    assert sorted(office.rows("SELECT person FROM run")) == [(person,) for person in office.people]
    assert not office.rows("SELECT * FROM effect WHERE state < 2"), "a call has no end"


def test_nothing_that_was_told_is_lost() -> None:
    property_of(nothing_is_lost)


class Forgetful(Engine):
    """Confirms every third thing that is told without looking at it."""

    times = 0

    def take(self, items: Sequence[Item], now: Instant, more: Any = None) -> list[Receipt]:  # noqa: ANN401
        type(self).times += 1
        if self.times % 3 == 0 and any(isinstance(item, Arrived) for item in items):
            return [Receipt(disposition="matched") for _ in items]
        return super().take(items, now, more)


def test_twin_an_engine_that_forgets_what_it_confirmed_is_noticed() -> None:
    must_fail(nothing_is_lost, Made(engine=Forgetful))


# 2. Nothing happens twice


def nothing_happens_twice(office: Office) -> None:
    """By the LMS's own journal nobody was enrolled twice; no event began or moved a run twice."""
    assert office.witness.twice() == []
    moved = office.rows("SELECT run, count(*) FROM ledger WHERE kind = 'person.hired' AND disposition = 0 GROUP BY run")
    assert all(many == 1 for _, many in moved)
    enrolled = {made.user for made in office.witness.enrollments(COURSE)}
    confirmed = office.rows("SELECT person FROM effect WHERE action = 'lms.enroll' AND state IN (2, 3)")
    assert {f"u{person}" for (person,) in confirmed} <= enrolled, "a call is confirmed that was not done"


def test_nobody_is_enrolled_twice() -> None:
    property_of(nothing_happens_twice)


class Blind(ConnectionDriver):
    """Sends again what may have been done, without looking."""

    def judge(self, landed: Any, now: Instant) -> Settlement:  # noqa: ANN401
        settlement = super().judge(landed, now)
        return structs.replace(settlement, settled=tuple(_surely_not(one) for one in settlement.settled))


def _surely_not(one: Settled) -> Settled:
    return structs.replace(one, verdict="again") if one.verdict == "uncertain" else one


def test_twin_a_call_that_is_sent_again_without_a_look_is_noticed() -> None:
    must_fail(nothing_happens_twice, Made(driver=Blind))


# 3. Nobody waits for ever


def nobody_waits_for_ever(office: Office) -> None:
    """Every open run has a next moment, a call or a letter on its way; every open handoff one owner and a limit."""
    stuck = office.rows(
        "SELECT id FROM run r WHERE phase < 3 AND wake_at IS NULL AND NOT EXISTS (SELECT 1 FROM effect e "
        "WHERE e.run = r.id AND e.state < 2) AND NOT EXISTS (SELECT 1 FROM inbox i WHERE i.run = r.id)"
    )
    assert not stuck, f"nothing will ever happen to runs {stuck}"
    assert not office.rows("SELECT run FROM handoff WHERE closed IS NULL AND (owner = '' OR due IS NULL)")


def everybody_came_to_an_end(office: Office) -> None:
    nobody_waits_for_ever(office)
    if office.clock() >= office.end:
        assert not office.rows("SELECT id FROM run WHERE phase < 3"), "a run is still open when all limits have passed"
        assert not office.rows("SELECT run FROM handoff WHERE closed IS NULL")


def test_nobody_waits_for_ever() -> None:
    property_of(everybody_came_to_an_end, always=True)


class Sleepy(MortalStore):
    """Forgets the next moment of a run now and then."""

    def commit(self, batch: Batch) -> Committed:
        batch.run_steps = [row._replace(wake_at=None) for row in batch.run_steps]
        return super().commit(batch)


def test_twin_a_wake_up_that_is_not_kept_is_noticed() -> None:
    must_fail(everybody_came_to_an_end, Made(store=Sleepy), always=True)


# 4. Confirmed is durable


def confirmed_is_durable(office: Office) -> None:
    """Whatever was confirmed is in the ledger, under its number, and the ledger's chain is whole."""
    kept = dict(office.rows("SELECT seq, kind FROM ledger WHERE kind IN ('person.hired', 'lms.completed')"))
    lost = [(number, kind) for number, kind in office.confirmed if kept.get(number) != kind]
    assert not lost, f"confirmed and gone: {lost}"
    assert office.store.verify().ok


def test_what_was_confirmed_is_kept() -> None:
    property_of(confirmed_is_durable)


class Hasty(MortalStore):
    """Confirms before it is written: what it holds back dies with the process."""

    def commit(self, batch: Batch) -> Committed:
        if self.fate.plan and not batch.gates and len(batch.ledger) == 1 and batch.new_runs:
            return Committed(0, 0)
        return super().commit(batch)


def test_twin_a_store_that_confirms_before_it_writes_is_noticed() -> None:
    must_fail(confirmed_is_durable, Made(store=Hasty))


# 5. Early events count


def early_events_count(office: Office) -> None:
    """Who has told in time that they are finished, has finished: also when the wait was not open yet."""
    for person, reason in office.rows("SELECT person, phase FROM run"):
        enrolled = office.rows(
            "SELECT 1 FROM effect WHERE person = ? AND action = 'lms.enroll' AND state IN (2, 3)", person
        )
        if enrolled and _told_in_time(office, person):
            assert reason == PHASE["finished"], f"person {person} told in time, and the run did not finish"


def _told_in_time(office: Office, person: int) -> bool:
    told = [one for one in office.told if one.item.event.person == person and one.item.event.kind == "lms.completed"]
    return office.trouble.jump == (0, 0) and (told[0].at - office.begin).days < 9


def test_what_is_told_early_counts() -> None:
    property_of(early_events_count)


class Deaf(Engine):
    """Listens to completions only while somebody waits for one."""

    def take(self, items: Sequence[Item], now: Instant, more: Any = None) -> list[Receipt]:  # noqa: ANN401
        waits = self.store.database.look("SELECT count(*) FROM handoff WHERE step = 2 AND closed IS NULL")[0][0]
        early = [isinstance(item, Arrived) and item.event.kind == "lms.completed" and not waits for item in items]
        heard = super().take([item for item, deaf in zip(items, early, strict=True) if not deaf], now, more)
        rest = iter(heard)
        return [Receipt() if deaf else next(rest) for deaf in early]


def test_twin_an_engine_that_does_not_keep_early_events_is_noticed() -> None:
    must_fail(early_events_count, Made(engine=Deaf))


# 6. Limits hold


def limits_hold(office: Office) -> None:
    """By the LMS's own clock no minute saw more requests than the limit allows, restarts included."""
    assert office.witness.busiest(60.0) <= MINUTE.count


def test_limits_hold_over_restarts_and_retries() -> None:
    property_of(limits_hold)


def test_twin_a_connection_without_its_limit_is_noticed() -> None:
    crowd = Trouble(people=30, finished_on=(9.0,), answered=(True,), doubled=(False,), crashes=())
    with tempfile.TemporaryDirectory() as folder:
        office = Office(Path(folder), crowd, Made(rate=None), apart_minutes=0)
        office.work()
        with pytest.raises(AssertionError):
            limits_hold(office)
        office.close()


# 7. Withheld is not empty

WORDS = {"department": "Sales", "title": "Clerk", "location": "Berlin", "country": "DE", "cost_center": "100"}
Difference: TypeAlias = Callable[[Person, Sighting, Told], Person]


def by_the_rules(old: Person, seen: Sighting, told: Told) -> Person:
    made = difference(old, seen, {}, told, old.id)
    return old if made is None else made.person


def withheld_is_not_empty(compare: Difference, how: settings = LOOK) -> None:
    @how
    @given(
        st.sets(st.sampled_from(sorted(WORDS))), st.sets(st.sampled_from(sorted(WORDS))), st.sampled_from(["A", "B"])
    )
    def look(withheld: set[str], told: set[str], word: str) -> None:
        at = datetime(2026, 3, 2, 9, tzinfo=UTC)
        old = Person(3, 1, Origin("hris", at), status="active", source_status="active", **WORDS)  # type: ignore[arg-type]
        values = dict.fromkeys(told - withheld, word)
        seen = Sighting("k", dict(values), {name: Wrong("the column is gone") for name in withheld}, {})
        new = compare(old, seen, Told("hris", at.replace(day=3), at.replace(day=3), "Europe/Berlin"))
        for name in withheld:
            assert told_value(new, name) == WORDS[name], f"{name} lost its value"
        assert set(stale_fields(new)) == withheld

    look()


def test_a_field_that_stops_arriving_keeps_its_value_and_is_stale() -> None:
    withheld_is_not_empty(by_the_rules)


def test_twin_a_field_that_is_emptied_when_it_stops_arriving_is_noticed() -> None:
    def emptied(old: Person, seen: Sighting, told: Told) -> Person:
        bare = Sighting(seen.key, {**seen.values, **dict.fromkeys(seen.withheld)}, {}, {})
        return by_the_rules(old, bare, told)

    with pytest.raises(AssertionError):
        withheld_is_not_empty(emptied, TWIN)
