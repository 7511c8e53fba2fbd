"""What every store must answer and how it stays trustworthy: the second half of the suite of `store`."""

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

from handrail.store.batch import Batch, HeldEnded, RunChange
from handrail.store.errors import LostUpdate, StaleDriver, StoreError
from handrail.store.kept.absences import AbsenceRow
from handrail.store.kept.links import LinkEnded, LinkRow, LinkUsed
from handrail.store.opening import Store
from handrail.store.reading import Handoffs, Runs
from handrail.store.rows import (
    CohortMemberRow,
    CohortRow,
    HeldRow,
    InboxRow,
    MessageRow,
    OverrideRow,
    PlanRow,
    PublicationRow,
    RecordRow,
    SettingsRow,
    SyncLineRow,
    SyncRow,
    SyncValueRow,
)
from handrail.store.work import Lineage


def plan_row(number: int = 1, journey: str = "onboarding") -> PlanRow:
    return PlanRow(number, f"hash-{number}", journey, b"plan", b"places")


def sync_row(state: str) -> SyncRow:
    return SyncRow(1, "hris", "workers.csv", b"h", "m", NOW, NOW, state, 0, b"first", b"now", None, "")


class KnowingContract:
    """What worlds are made of."""

    def test_a_plan_is_kept_and_is_current_until_the_next(self, store: Store) -> None:
        store.commit(Batch(NOW, plans=[plan_row()], publications=[PublicationRow("onboarding", NOW, 1, None, "p:1")]))
        assert store.plans([1, 2]) == {1: plan_row()}
        ended = PublicationRow("onboarding", NOW, 1, NOW + 5, "p:1")
        store.commit(Batch(NOW, publications=[ended]))
        assert store.publications() == []
        assert store.publications(current_only=False) == [ended]

    def test_settings_that_come_back_count_again_from_then_on(self, store: Store) -> None:
        assert store.newest_settings() is None
        first, other = SettingsRow("s1", NOW, b"settings"), SettingsRow("s2", NOW + 1, b"others")
        for row in (first, first, other, first._replace(at=NOW + 2)):
            store.commit(Batch(NOW, settings=[row]))
        assert store.settings("s1") == first
        assert store.newest_settings() == first._replace(at=NOW + 2)
        assert store.settings("s3") is None

    def test_only_runs_that_are_not_over_are_looked_for_unless_all_are_asked_for(self, store: Store) -> None:
        first = run_row(1)._replace(phase=3)
        store.commit(Batch(NOW, plans=[plan_row(1), plan_row(2, "other")], new_runs=[first, run_row(2, plan=2)]))
        assert [row.id for row in store.runs_by_person([7])[7]] == [2]
        assert [row.id for row in store.runs_by_person([7], open_only=False)[7]] == [1, 2]

    def test_the_latest_learning_record_counts(self, store: Store) -> None:
        older, newer = (
            RecordRow(7, "completed", "MGR-101", NOW, None),
            RecordRow(7, "completed", "MGR-101", NOW + 1, None),
        )
        store.commit(Batch(NOW, records=[older]))
        store.commit(Batch(NOW, records=[older, newer]))
        assert store.records([7]) == {7: [newer]}

    def test_who_is_away_and_what_is_overridden_is_known(self, store: Store) -> None:
        away, over = (
            AbsenceRow(1, 7, 100, 110, 8, NOW, "person:7", "holiday", 111, 9),
            OverrideRow(1, 7, "", "MGR-101", NOW, NOW + HOUR, "person:1", "on leave"),
        )
        store.commit(Batch(NOW, absences=[away], overrides=[over]))
        assert (store.absences(), store.absences_due(110, 9), store.absences_due(111, 9)) == ([away], [], [away])
        store.commit(Batch(NOW, absences=[away._replace(next_day=None, ended=NOW)]))
        assert store.absences() == []
        assert store.overrides() == [over]
        store.commit(Batch(NOW, overrides=[over._replace(ended=NOW + HOUR)]))
        assert store.overrides() == []

    def test_a_cohort_gathers_in_the_order_of_coming(self, store: Store) -> None:
        cohort = CohortRow(1, 1, 3, b"", NOW, None, 0)
        members = [CohortMemberRow(1, 9, 2, NOW), CohortMemberRow(1, 4, 2, NOW + 1)]
        store.commit(Batch(NOW, cohorts=[cohort], members=members))
        assert store.members(1) == members

    def test_every_version_of_a_person_can_be_read_back(self, store: Store) -> None:
        hire(store)
        for version in (2, 3):
            store.commit(Batch(NOW, persons=[person_row(7, version)]))
        assert [row.body for row in store.person_versions(7)] == [b"body 1", b"body 2", b"body 3"]
        assert [row.id for row in store.people_page(0, 10)] == [7]

    def test_the_events_of_a_sync_become_visible_together(self, store: Store) -> None:
        told = InboxRow(1, 3, NOW, None, 7, 1, b"changed")
        store.commit(Batch(NOW, syncs=[sync_row("staged")], inbox=[told]))
        assert store.inbox(10) == []
        store.commit(Batch(NOW, syncs=[sync_row("applied")]))
        assert store.inbox(10) == [told]


class LinksContract:
    """Links in mail."""

    def test_a_link_is_kept_with_the_claim_of_its_message_and_used_once(self, store: Store) -> None:
        run = begin(store)
        epoch = store.take_driver("mail", "us", NOW, NOW + HOUR)
        store.commit(Batch(NOW, messages=[message_row(run.id)]))
        link = LinkRow(run.id, 1, 0, 1, b"i" * 16, "person:7", "person:7", NOW, NOW + HOUR, None, None, "")
        assert store.claim_messages(("mail", epoch), [(run.id, 1, 0)], NOW + HOUR, [link]) == [(run.id, 1, 0)]
        assert store.claim_messages(("mail", epoch), [(run.id, 1, 0)], NOW + 2 * HOUR) == []
        assert (store.link(link.id), store.links_of_runs([run.id])) == (link, [link])
        store.commit(Batch(NOW, links_used=[LinkUsed(run.id, 1, 0, 99)]))
        assert store.link(link.id) == link._replace(used=99)
        with pytest.raises(LostUpdate):
            store.commit(Batch(NOW, links_used=[LinkUsed(run.id, 1, 0, 100)]))
        store.commit(Batch(NOW, links_ended=[LinkEnded(run.id, 1, NOW, "Ada")]))
        assert store.link(link.id) == link._replace(used=99)
        assert store.link(b"another") is None

    def test_nobody_claims_a_message_with_an_epoch_that_is_over(self, store: Store) -> None:
        run = begin(store)
        epoch = store.take_driver("mail", "us", NOW, NOW + HOUR)
        store.commit(Batch(NOW, messages=[message_row(run.id)]))
        store.take_driver("mail", "us", NOW, NOW + HOUR)
        link = LinkRow(run.id, 1, 0, 1, b"i" * 16, "person:7", "person:7", NOW, NOW + HOUR, None, None, "")
        with pytest.raises(StaleDriver):
            store.claim_messages(("mail", epoch), [(run.id, 1, 0)], NOW + HOUR, [link])
        assert store.link(link.id) is None


def message_row(run: int) -> MessageRow:
    return MessageRow(run, 1, 0, "person:7", 1, "first", "handoff", NOW, NOW, 0, 0, 0, b"message", "")


class ReadingContract:
    """What people ask."""

    def test_the_ledger_of_a_person_has_runs_and_what_met_none(self, store: Store) -> None:
        rows = [ledger_row(1), ledger_row(2, run=5), ledger_row(3, run=6, person=8), ledger_row(4, person=8)]
        store.commit(Batch(NOW, ledger=rows, new_runs=[run_row(5), run_row(6, person=8)]))
        assert [row.seq for row in store.ledger_of_person(7)] == [1, 2]
        assert [row.seq for row in store.ledger_of_run(6)] == [3]
        assert [row.seq for row in store.ledger_since(2, 1)] == [3]
        assert store.ledger_rows([4])[4][: len(rows[3])] == rows[3]

    def test_a_held_event_counts_as_what_became_of_it(self, store: Store) -> None:
        held = ledger_row(2, kind="k")._replace(disposition=3)
        waiting = HeldRow(2, 3, 7, "k", "lms", "team:ops", "why", NOW, NOW, None, None, "", None)
        store.commit(Batch(NOW, ledger=[ledger_row(1, kind="k"), held], held=[waiting]))
        assert store.dispositions(["k"]) == {("k", 0): 1, ("k", 3): 1}
        assert store.held("team:ops") == [waiting]
        store.commit(Batch(NOW, held_ended=[HeldEnded(2, NOW, 0, "person:1")]))
        assert store.dispositions(["k"]) == {("k", 0): 2}
        assert store.held() == []

    def test_what_was_told_twice_is_counted_twice_and_a_second_look_is_not(self, store: Store) -> None:
        held = ledger_row(2, kind="k")._replace(disposition=3)
        waiting = HeldRow(2, 3, 7, "k", "lms", "team:ops", "why", NOW, NOW, None, None, "", None)
        twice = ledger_row(3, kind="k")._replace(disposition=2, cause=1)
        store.commit(Batch(NOW, ledger=[ledger_row(1, kind="k"), held, twice], held=[waiting]))
        assert store.dispositions(["k"]) == {("k", 0): 1, ("k", 2): 1, ("k", 3): 1}
        looked = ledger_row(4, kind="k")._replace(disposition=2, cause=2, at=NOW + 9)
        store.commit(Batch(NOW + 9, ledger=[looked], held_ended=[HeldEnded(2, NOW + 9, 2, "looked at again")]))
        assert store.dispositions(["k"]) == {("k", 0): 1, ("k", 2): 2}

    def test_handoffs_come_soonest_due_first_and_page_by_page(self, store: Store) -> None:
        rows = [handoff_row(1, due=NOW + 3), handoff_row(2, due=NOW + 1), handoff_row(3, due=None)]
        store.commit(Batch(NOW, handoffs=[*rows, handoff_row(4, closed=NOW)]))
        first = store.handoffs(Handoffs(owner="team:ops"), limit=1)
        assert first == [rows[1]]
        after = (NOW + 1, first[0].run, first[0].pass_)
        assert store.handoffs(Handoffs(owner="team:ops"), after) == [rows[0], rows[2]]
        assert store.handoffs(Handoffs(due_before=NOW + 2)) == [rows[1]]
        asked = (Handoffs(), Handoffs(open_only=False), Handoffs(due_before=NOW + 2))
        assert [store.count_handoffs(each) for each in asked] == [3, 4, 1]
        assert store.handoffs_of_run(4)[0].closed == NOW

    def test_who_had_a_handoff_when_it_was_late_stays_with_it(self, store: Store) -> None:
        row = handoff_row(1)
        store.commit(Batch(NOW, handoffs=[row, handoff_row(2)]))
        store.commit(Batch(NOW, handoffs=[row._replace(lapse=b"first", late=1)]))
        store.commit(Batch(NOW, handoffs=[row._replace(owner="person:3", closed=NOW, late=1), handoff_row(2)]))
        (kept,), (other,) = store.handoffs_of_run(1), store.handoffs_of_run(2)
        assert (kept.owner, kept.lapse, other.lapse) == ("person:3", b"first", None)

    def test_runs_are_counted_and_listed_by_the_same_filter(self, store: Store) -> None:
        runs = [run_row(1), run_row(2, person=8)._replace(phase=3), run_row(3, plan=2)]
        store.commit(Batch(NOW, plans=[plan_row(1), plan_row(2, "other")], new_runs=runs, effects=[effect_row(3)]))
        assert store.run_counts() == {("onboarding", 1): 1, ("onboarding", 3): 1, ("other", 1): 1}
        assert store.runs(Runs("onboarding", phases=(0, 1))) == [runs[0]]
        assert store.runs(Runs(person=8)) == [runs[1]]
        assert [store.count_runs(each) for each in (Runs(), Runs(person=8), Runs("other", phases=(1,)))] == [3, 1, 1]
        assert store.runs(Runs(), after=1, limit=1) == [runs[1]]

    def test_the_rows_of_a_sync_that_were_held_are_listed_in_the_order_of_the_file(self, store: Store) -> None:
        lines = [
            SyncLineRow(1, line, f"E-{line}", "held", "unknown code", "team:hr", "department", None, b"", None, "", "")
            for line in (9, 3)
        ]
        value = SyncValueRow(1, 12, "manager", 13, 7, "E-7", "team:hr", b"seen E-9")
        store.commit(Batch(NOW, syncs=[sync_row("applied")], sync_lines=lines, sync_values=[value]))
        assert store.sync_values(1) == [value]
        assert [row.line for row in store.sync_lines(1)] == [3, 9]
        store.commit(Batch(NOW, sync_lines=[lines[0]._replace(ended=NOW, became="applied")]))
        assert [row.line for row in store.sync_lines(1, open_only=True)] == [3]
        assert [row.state for row in store.syncs("hris")] == ["applied"]


class TrustContract:
    """The ledger is tamper-evident, and a person can be forgotten."""

    def fill(self, store: Store) -> None:
        for number in range(1, 13):
            rows = [ledger_row(number * 10 + n, shard=number % 3, person=7 + n % 2) for n in range(4)]
            store.commit(Batch(NOW + number, ledger=rows))

    def test_an_untouched_ledger_verifies(self, store: Store) -> None:
        assert store.verify() == (0, 0, {}, "")
        self.fill(store)
        found = store.verify()
        assert (found.ok, found.rows, found.erased, sorted(found.heads)) == (True, 48, 0, [0, 1, 2])

    def test_commits_may_lie_across_one_another(self, store: Store) -> None:
        store.commit(Batch(NOW, ledger=[ledger_row(2), ledger_row(5)]))
        store.commit(Batch(NOW, ledger=[ledger_row(4), ledger_row(1)]))
        store.commit(Batch(NOW, ledger=[ledger_row(3)]))
        assert store.verify()[:2] == (5, 0)

    @pytest.mark.parametrize(
        ("sql", "said"),
        [
            ("UPDATE ledger SET disposition = 1 WHERE seq = 42", "shard 1, commit 4, rows 40 to 43"),
            ("UPDATE ledger SET reasons = NULL WHERE seq = 42", "shard 1, row 42"),
            ("DELETE FROM ledger WHERE seq = 42", "shard 1, commit 4, rows 40 to 43"),
            ("DELETE FROM ledger WHERE seq = 123", "shard 0, commit 12, rows 120 to 123: rows are missing"),
            ("UPDATE ledger SET seq = 999 WHERE seq = 42", "shard 1, commit 4, rows 40 to 43"),
            ("DELETE FROM batch WHERE number = 12", "shard 0, row 120: it belongs to no commit"),
            ("UPDATE batch SET many = many + 1 WHERE number = 4", "shard 1, commit 4, rows 40 to 43"),
            ("UPDATE batch SET first = first - 1 WHERE number = 4", "shard 1, commit 4, rows 39 to 43"),
            ("UPDATE chain SET many = many + 1 WHERE shard = 2", "shard 2: its chain does not end"),
            ("UPDATE chain SET number = number + 9 WHERE shard = 2", "shard 2: its chain does not end"),
        ],
    )
    def test_a_row_changed_behind_our_back_is_found(self, store: Store, sql: str, said: str) -> None:
        self.fill(store)
        with store.database.transaction() as transaction:
            assert transaction.count(sql) == 1
        found = store.verify()
        assert not found.ok
        assert found.first_bad.startswith(said)

    def test_an_erased_person_leaves_the_chain_whole(self, store: Store) -> None:
        self.fill(store)
        hire(store)
        run = begin(store)
        with pytest.raises(StoreError, match="open runs"):
            store.erase(7, b"")
        over = RunChange(run.id, 1, 2, 1, 4, NOW, None, run.last_seq, 1, b"")
        store.commit(Batch(NOW, runs=[over]))
        store.erase(7, b"a former worker")
        assert all(row.event is None for row in store.ledger_of_person(7))
        assert store.persons([7])[7].body == b"a former worker"
        assert store.persons_by_key("hris", ["E-7"]) == {}
        found = store.verify()
        assert (found.ok, found.erased) == (True, 25)

    def test_a_person_erased_may_be_heard_of_again(self, store: Store) -> None:
        self.fill(store)
        store.erase(7, b"")
        store.commit(Batch(NOW, ledger=[ledger_row(900)]))
        assert store.verify().ok

    def test_what_doctor_shows_is_there(self, store: Store) -> None:
        assert {"database", "version", "bytes"} <= store.facts().keys()
        assert store.commit(Batch(NOW, runs=[run_change(begin(store))])).number == 0

    def test_a_copy_that_was_said_to_be_one_lets_nothing_leave_until_it_is_resumed(self, store: Store) -> None:
        row = begin(store)
        store.take_driver("lms", "one", NOW, NOW)
        store.commit(Batch(NOW, effects=[effect_row(row.id)]))
        last = store.database.look("SELECT max(seq) FROM ledger")[0][0]
        store.mark_restored(NOW)
        assert (store.restored(), store.due_effects("lms", NOW, 10)) == (True, [])
        store.resume("Ann", NOW + 5)
        assert (store.restored(), store.lineages()) == (False, [Lineage(last, NOW + 5)])
        assert [each.run for each in store.uncertain("lms", 1, NOW)] == [row.id]
        store.mark_restored(NOW + 9)
        store.resume("Ann", NOW + 10)
        assert store.lineages() == [Lineage(last, NOW + 10)]
