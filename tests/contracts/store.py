"""What every store must do, whichever database it stands on: the one suite, run by test_store_*.py.

A subclass brings the fixtures `url` (an empty database) and `store` (it, opened).
"""

from __future__ import annotations

import pytest
from tests.contracts.store_rows import (
    HOUR,
    NOW,
    begin,
    effect_row,
    handoff_row,
    hire,
    ledger_row,
    person_row,
    run_change,
    run_row,
)

from handrail.store.batch import (
    Batch,
    EffectDone,
    EffectLater,
    EffectWithdrawn,
    HeldEnded,
    InboxTaken,
    StartsMore,
)
from handrail.store.errors import (
    AlreadyThere,
    LimitReached,
    LostUpdate,
    NewerDatabase,
    PoisonRow,
    StaleDriver,
    StoreTaken,
)
from handrail.store.opening import Store, open_store
from handrail.store.rows import GateRow, HeldRow, IdentityRow, InboxRow, WatchRow


class CommitContract:
    """One transaction: all of it, or nothing."""

    def test_what_was_committed_is_found_again(self, store: Store) -> None:
        row = begin(store)
        assert store.runs_by_id([row.id, 999]) == {row.id: row}
        assert store.runs_by_person([7, 8]) == {7: [row]}

    def test_many_runs_are_found_by_one_question(self, store: Store) -> None:
        numbers = list(store.numbers("run", 1200))
        store.commit(Batch(NOW, new_runs=[run_row(number, person=number) for number in numbers]))
        assert len(store.runs_by_id(numbers)) == 1200
        assert store.runs_by_id([]) == {}

    def test_an_event_received_before_is_known_again(self, store: Store) -> None:
        store.commit(Batch(NOW, ledger=[ledger_row(1)], identities=[IdentityRow(b"k" * 16, 1, b"out")]))
        assert store.identities([b"k" * 16, b"n" * 16]) == {b"k" * 16: (1, b"out")}

    def test_an_event_is_not_kept_twice(self, store: Store) -> None:
        (seq,) = store.numbers("ledger", 1)
        store.commit(Batch(NOW, ledger=[ledger_row(seq)], identities=[IdentityRow(b"k" * 16, seq, b"")]))
        (again,) = store.numbers("ledger", 1)
        with pytest.raises(AlreadyThere) as raised:
            store.commit(Batch(NOW, ledger=[ledger_row(again)], identities=[IdentityRow(b"k" * 16, again, b"")]))
        assert raised.value.table == "identity"

    def test_one_event_of_many_that_was_kept_before_refuses_all(self, store: Store) -> None:
        told = [IdentityRow(b"%16d" % number, 1, b"") for number in range(100)]
        store.commit(Batch(NOW, identities=[told[70]]))
        with pytest.raises(AlreadyThere) as raised:
            store.commit(Batch(NOW, identities=told))
        assert raised.value.table == "identity"
        assert list(store.identities([row.key for row in told])) == [told[70].key]

    @pytest.mark.parametrize("many", [1, 31, 32, 33, 100])
    def test_of_many_rows_of_the_same_key_the_last_counts(self, store: Store, many: int) -> None:
        rows = [GateRow(f"lms-{number}", number, b"first") for number in range(many)]
        store.commit(Batch(NOW, gates=[*rows, GateRow("lms-0", 5, b"last")]))
        found = store.gates()
        assert (len(found), found["lms-0"].body, found[f"lms-{many - 1}"].tat_us) == (many, b"last", many - 1 or 5)

    def test_a_decision_on_an_outdated_run_is_refused_and_named(self, store: Store) -> None:
        first, second = begin(store), begin(store, person=8)
        store.commit(Batch(NOW, runs=[run_change(first)]))
        with pytest.raises(LostUpdate) as raised:
            store.commit(Batch(NOW, runs=[run_change(second), run_change(first)]))
        assert (raised.value.table, raised.value.keys) == ("run", (first.id,))
        assert store.runs_by_id([second.id])[second.id].rev == 1

    def test_nothing_of_a_refused_batch_stays(self, store: Store) -> None:
        row = begin(store)
        store.commit(Batch(NOW, runs=[run_change(row)]))
        (seq,) = store.numbers("ledger", 1)
        refused = Batch(
            NOW, ledger=[ledger_row(seq, shard=9, person=55)], runs=[run_change(row)], effects=[effect_row(row.id)]
        )
        with pytest.raises(LostUpdate):
            store.commit(refused)
        assert store.effects_of(row.id) == []
        store.commit(Batch(NOW, ledger=[ledger_row(seq, shard=9, person=55)], effects=[effect_row(row.id)]))
        assert len(store.effects_of(row.id)) == 1

    @pytest.mark.parametrize("kind", ["fine", "half \ud800"])
    def test_that_a_run_was_outdated_comes_before_what_it_would_have_written(self, store: Store, kind: str) -> None:
        row = begin(store)
        store.commit(Batch(NOW, runs=[run_change(row)], effects=[effect_row(row.id)]))
        again = effect_row(row.id)._replace(action=kind)
        with pytest.raises(LostUpdate) as raised:
            store.commit(Batch(NOW, runs=[run_change(row)], effects=[again]))
        assert raised.value.keys == (row.id,)
        assert [effect.action for effect in store.effects_of(row.id)] == ["enroll"]

    def test_of_what_is_written_at_once_the_table_of_a_key_that_is_there_is_named(self, store: Store) -> None:
        row = begin(store)
        store.commit(Batch(NOW, effects=[effect_row(row.id)]))
        refused = Batch(NOW, runs=[run_change(row)], effects=[effect_row(row.id)], handoffs=[handoff_row(row.id)])
        with pytest.raises(AlreadyThere) as raised:
            store.commit(refused)
        assert raised.value.table == "effect"
        assert store.runs_by_id([row.id])[row.id].rev == 1
        store.commit(Batch(NOW, runs=[run_change(row)], handoffs=[handoff_row(row.id)]))

    def test_a_driver_that_was_taken_over_can_write_nothing(self, store: Store) -> None:
        old = store.take_driver("shards", "one", NOW, NOW + HOUR)
        new = store.take_driver("shards", "two", NOW + 2 * HOUR, NOW + 3 * HOUR)
        assert new == old + 1
        with pytest.raises(StaleDriver):
            store.commit(Batch(NOW, drivers=(("shards", old),), new_runs=[run_row(1)]))
        with pytest.raises(StaleDriver):
            store.renew_driver("shards", old, NOW + HOUR)
        store.commit(Batch(NOW, drivers=(("shards", new),), new_runs=[run_row(1)]))

    def test_a_driver_is_not_taken_while_its_lease_runs(self, store: Store) -> None:
        store.take_driver("shards", "one", NOW, NOW + HOUR)
        with pytest.raises(StoreTaken, match="one"):
            store.take_driver("shards", "two", NOW, NOW + HOUR)
        assert store.take_driver("shards", "one", NOW, NOW + HOUR) == 2

    @pytest.mark.parametrize("poison", ["a\0b", "half \ud800"])
    def test_a_row_that_no_database_takes_is_named(self, store: Store, poison: str) -> None:
        rows = [ledger_row(seq, kind=poison if seq == 12 else "fine") for seq in (11, 12, 13)]
        with pytest.raises(PoisonRow) as raised:
            store.commit(Batch(NOW, ledger=rows))
        assert (raised.value.table, raised.value.index, raised.value.column) == ("ledger", 1, "kind")
        store.commit(Batch(NOW, ledger=[rows[0], rows[2]]))

    def test_a_number_too_large_is_named(self, store: Store) -> None:
        with pytest.raises(PoisonRow, match="64 bits"):
            store.commit(Batch(NOW, new_runs=[run_row(1), run_row(2, wake_at=2**70)]))

    def test_starts_are_counted_up_to_the_limit(self, store: Store) -> None:
        store.commit(Batch(NOW, starts=[StartsMore("onboarding", "2026-03-02", 2, 3)]))
        with pytest.raises(LimitReached):
            store.commit(Batch(NOW, starts=[StartsMore("onboarding", "2026-03-02", 2, 3)], new_runs=[run_row(5)]))
        assert store.starts("onboarding", "2026-03-02") == 2
        assert store.runs_by_id([5]) == {}

    def test_every_version_of_a_person_is_kept(self, store: Store) -> None:
        hire(store)
        store.commit(Batch(NOW, persons=[person_row(7, 2, name="Grace")]))
        assert store.persons([7])[7].name == "Grace"
        with pytest.raises(LostUpdate) as raised:
            store.commit(Batch(NOW, persons=[person_row(7, 2)]))
        assert raised.value.keys == (7,)

    def test_a_person_is_found_by_what_a_source_calls_them(self, store: Store) -> None:
        row = hire(store)
        assert store.persons_by_key("hris", ["E-7", "E-8"]) == {"E-7": (row, b"hash", 0, None)}

    def test_a_held_event_ends_once(self, store: Store) -> None:
        held = HeldRow(4, 3, 7, "lms.completed", "lms", "team:ops", "unknown course", NOW, NOW, None, None, "", b"")
        store.commit(Batch(NOW, held=[held]))
        assert store.deferred(7, "lms.completed") == [held]
        store.commit(Batch(NOW, held_ended=[HeldEnded(4, NOW, 0, "person:1")]))
        with pytest.raises(LostUpdate):
            store.commit(Batch(NOW, held_ended=[HeldEnded(4, NOW, 5, "person:2")]))
        assert store.deferred(7, "lms.completed") == []

    def test_what_one_run_tells_another_is_taken_once(self, store: Store) -> None:
        told = [InboxRow(number, 3, NOW, 1, 7, None, b"ended") for number in (1, 2)]
        store.commit(Batch(NOW, inbox=told))
        assert store.inbox(10) == told
        store.commit(Batch(NOW, inbox_taken=[InboxTaken(1)]))
        with pytest.raises(LostUpdate):
            store.commit(Batch(NOW, inbox_taken=[InboxTaken(1), InboxTaken(2)]))
        assert store.inbox(10) == told[1:]


class WorkContract:
    """What is due is found by index, and claimed before it is done."""

    def test_due_runs_come_longest_overdue_first(self, store: Store) -> None:
        late, later = begin(store, wake_at=NOW - HOUR), begin(store, wake_at=NOW - 2 * HOUR)
        begin(store, wake_at=NOW + HOUR)
        assert [row.id for row in store.due_runs(NOW, 10)] == [later.id, late.id]
        assert store.due_runs(NOW, 1) == [later]
        assert store.oldest_overdue(NOW) == store.next_due() == NOW - 2 * HOUR

    def test_nothing_is_due_in_an_empty_store(self, store: Store) -> None:
        assert (store.next_due(), store.oldest_overdue(NOW)) == (None, None)

    def test_what_is_urgent_leaves_before_the_bulk(self, store: Store) -> None:
        bulk = [effect_row(1, rung, rank=2, next_at=NOW - HOUR) for rung in (1, 2, 3)]
        urgent = effect_row(2, rank=0, person=8)
        store.commit(Batch(NOW, effects=[*bulk, urgent]))
        assert store.due_effects("lms", NOW, 2) == [urgent, bulk[0]]
        assert store.due_effects("badges", NOW, 2) == []

    def test_two_calls_about_the_same_leave_in_the_order_of_decision(self, store: Store) -> None:
        first, second = effect_row(1, decided=5, next_at=NOW + HOUR), effect_row(2, decided=6)
        store.commit(Batch(NOW, effects=[second, first]))
        assert store.due_effects("lms", NOW, 10) == []
        store.commit(Batch(NOW, effects_done=[EffectDone(1, 1, 1, 2, 1, b"ok")]))
        assert store.due_effects("lms", NOW, 10) == [second]
        assert [row.state for row in (*store.effects_of(1), *store.effects_of(2))] == [2, 0]

    def test_an_effect_is_claimed_by_one(self, store: Store) -> None:
        epoch = store.take_driver("lms", "one", NOW, NOW + HOUR)
        store.commit(Batch(NOW, effects=[effect_row(1, 1), effect_row(1, 2)]))
        gate = GateRow("lms", 12, b"closed")
        assert store.claim(("lms", epoch), [(1, 1, 1)], NOW + HOUR, gate) == [(1, 1, 1)]
        assert store.claim(("lms", epoch), [(1, 1, 1), (1, 1, 2)], NOW + 2 * HOUR) == [(1, 1, 2)]
        assert store.due_effects("lms", NOW, 10) == []
        assert store.gates() == {"lms": gate}

    def test_a_claim_of_an_earlier_driver_is_uncertain(self, store: Store) -> None:
        epoch = store.take_driver("lms", "one", NOW, NOW + HOUR)
        store.commit(Batch(NOW, effects=[effect_row(1)]))
        store.claim(("lms", epoch), [(1, 1, 1)], NOW + HOUR)
        assert store.uncertain("lms", epoch, NOW) == []
        newer = store.take_driver("lms", "one", NOW, NOW + HOUR)
        assert [row.rung for row in store.uncertain("lms", newer, NOW)] == [1]
        with pytest.raises(StaleDriver):
            store.claim(("lms", epoch), [(1, 1, 1)], NOW + HOUR)

    def test_the_first_outcome_of_a_call_counts(self, store: Store) -> None:
        store.commit(Batch(NOW, effects=[effect_row(1)]))
        assert store.commit(Batch(NOW, effects_done=[EffectDone(1, 1, 1, 2, 1, b"live")])).effects_done == 1
        assert store.commit(Batch(NOW, effects_done=[EffectDone(1, 1, 1, 4, 1, b"late")])).effects_done == 0
        assert store.effects_of(1)[0].outcome == b"live"

    def test_a_call_to_be_tried_again_waits_and_one_withdrawn_is_not_sent(self, store: Store) -> None:
        epoch = store.take_driver("lms", "one", NOW, NOW + HOUR)
        store.commit(Batch(NOW, effects=[effect_row(1, 1), effect_row(1, 2)]))
        store.claim(("lms", epoch), [(1, 1, 1)], NOW + HOUR)
        store.commit(
            Batch(
                NOW,
                effects_later=[EffectLater(1, 1, 1, 1, NOW + HOUR)],
                effects_withdrawn=[EffectWithdrawn(1, 1, 2)],
            )
        )
        assert store.due_effects("lms", NOW, 10) == []
        assert [row.tries for row in store.due_effects("lms", NOW + HOUR, 10)] == [1]

    def test_who_watches_a_manager_is_found(self, store: Store) -> None:
        store.commit(Batch(NOW, watches=[WatchRow(7, 1), WatchRow(7, 2), WatchRow(7, 1), WatchRow(8, 2)]))
        assert store.watchers([7, 9]) == {7: [1, 2]}
        store.commit(Batch(NOW, watches_ended=[WatchRow(7, 1)], handoffs=[handoff_row(1)]))
        assert store.watchers([7]) == {7: [2]}

    def test_numbers_rise_and_are_given_out_once(self, store: Store) -> None:
        first, second = list(store.numbers("ledger", 3)), list(store.numbers("ledger", 2))
        assert first + second == sorted({*first, *second})


class SchemaContract:
    """The tables are the sum of the migrations."""

    def test_a_database_of_a_newer_version_is_refused_and_left_alone(self, url: str) -> None:
        store = open_store(url)
        with store.database.transaction() as transaction:
            transaction.count("UPDATE alembic_version SET version_num = ?", ("9999",))
        store.close()
        with pytest.raises(NewerDatabase, match="newer Handrail"):
            open_store(url)

    def test_a_store_opened_again_has_everything(self, url: str) -> None:
        store = open_store(url)
        row = begin(store)
        store.close()
        again = open_store(url, create=False)
        assert again.runs_by_id([row.id]) == {row.id: row}
        assert again.numbers("run", 1)[0] > row.id
        again.close()
