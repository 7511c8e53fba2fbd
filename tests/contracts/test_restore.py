"""Restored is not resumed: a database is lost, its backup is restored, and nobody outside is asked or told anything twice.

The witness is the practice LMS's own journal. PostgreSQL has its own backup and restore and is left out here.
"""

import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from tests.contracts.restoring import (
    BEGIN,
    FIRST,
    LATER_PEOPLE,
    NEWCOMERS,
    PEOPLE,
    Company,
    FarSide,
    enrollments_wanted,
    everybody,
    typed,
    witness,
)

from handrail.engine.items import Arrived
from handrail.engine.outbox import StoreOutbox
from handrail.engine.rehearsal import VirtualClock
from handrail.engine.turns import take_turn
from handrail.store.moments import WAITING
from handrail.terms.event import Event

COMPLETED = tuple(range(1, 21))
IN_THE_MIDDLE = 25


@dataclass
class Disaster:
    """The backup, the far side, the clock: what is left once the old database is gone."""

    folder: Path
    far: FarSide
    clock: VirtualClock

    @property
    def restored(self) -> Path:
        return self.folder / "restored.db"


@pytest.fixture(scope="module", params=[True, False], ids=["keys honored", "keys ignored"])
def lost(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> FarSide:
    """A backup in the middle of a bulk of 60 while a call is out; then three more days of which it knows nothing."""
    folder = tmp_path_factory.mktemp("lost")
    clock = VirtualClock(BEGIN)
    far = FarSide(folder, clock, keys=request.param)
    old = Company(folder / "handrail.db", clock, far)
    old.begin()
    far.on_request[IN_THE_MIDDLE] = lambda: typed("backup", str(folder / "copy.db"), "--store", str(old.path))
    old.hire(everybody()[:PEOPLE])
    old.work(3)
    for number in COMPLETED:
        far.lms.complete(f"u{number}", FIRST)
    old.hire(everybody()[PEOPLE : PEOPLE + LATER_PEOPLE])
    old.work(72)
    assert old.counts("effect", "state") == {2: PEOPLE + LATER_PEOPLE + len(COMPLETED)}
    assert len(far.mailed) > PEOPLE
    old.store.close()
    return far


@pytest.fixture
def disaster(lost: FarSide, tmp_path: Path) -> Disaster:
    """The old database is gone, its backup restored; the LMS and everybody's mail are as they were left."""
    shutil.copy(lost.journal, tmp_path)
    clock = VirtualClock(BEGIN + timedelta(hours=76))
    far = FarSide(tmp_path, clock, keys=lost.keys)
    far.mailed = list(lost.mailed)
    disaster = Disaster(tmp_path, far, clock)
    said = typed("restore", str(lost.folder / "copy.db"), "--store", str(disaster.restored))
    assert "Nothing leaves it yet" in said.output
    return disaster


def requests(disaster: Disaster) -> int:
    return witness(disaster.far).requests()


def test_nothing_leaves_a_restored_copy_until_somebody_says_so(disaster: Disaster) -> None:
    asked, mailed = requests(disaster), len(disaster.far.mailed)
    copy = Company(disaster.restored, disaster.clock, disaster.far)
    copy.work(72)
    copy.store.close()
    assert (requests(disaster), len(disaster.far.mailed)) == (asked, mailed)
    doctor = typed("doctor", "--store", str(disaster.restored))
    assert doctor.exit_code == 1
    assert "WRONG  restored copy: This is a restored copy, and nobody has said" in doctor.output


@pytest.mark.parametrize("waits", [0, 24], ids=["resumed at once", "looked at for a day"])
def test_a_resumed_copy_goes_on_to_the_end_with_nobody_lost_and_nobody_twice(disaster: Disaster, waits: int) -> None:
    far = disaster.far
    if waits:
        copy = Company(disaster.restored, disaster.clock, far)
        copy.work(waits)
        copy.store.close()
    said = typed("restore", "--resume", "--yes-by", "Ann Archer", "--store", str(disaster.restored))
    assert "Resumed by Ann Archer." in said.output
    copy = Company(disaster.restored, disaster.clock, far)
    copy.hire(list(reversed(everybody()[PEOPLE:])))
    copy.work(80)
    assert witness(far).lost(enrollments_wanted(COMPLETED)) == []
    assert witness(far).twice() == []
    assert witness(far).throttled() == 0
    assert far.mailed_twice() == []
    assert copy.untold("welcome") == []
    assert copy.counts("effect", "state") == {2: PEOPLE + LATER_PEOPLE + NEWCOMERS + len(COMPLETED)}
    assert copy.store.verify().ok
    copy.store.close()


def test_whoever_resumes_is_told_which_systems_may_have_told_something_in_vain(disaster: Disaster) -> None:
    said = typed("restore", "--resume", "--yes-by", "Ann Archer", "--store", str(disaster.restored)).output
    assert "What was told by webhook between 2026-03-02 20:00 UTC and" in said
    assert "person was last heard at 2026-03-02 20:00 UTC" in said
    assert "messages of those days are held, since they may have been sent" in said


def test_half_a_restore_is_never_taken_for_the_store(lost: FarSide, tmp_path: Path) -> None:
    target = tmp_path / "restored.db"
    target.with_name("restored.db-wal").write_bytes(b"of the database that was here before")
    said = typed("restore", str(lost.folder / "copy.db"), "--store", str(target))
    assert (said.exit_code, "Move it away first" in said.output) == (1, True)
    no_copy = tmp_path / "letter.txt"
    no_copy.write_text("Dear Ann,")
    said = typed("restore", str(no_copy), "--store", str(tmp_path / "other.db"))
    assert said.exit_code == 1
    assert sorted(each.name for each in tmp_path.iterdir()) == ["letter.txt", "restored.db-wal"]


def test_a_call_that_a_waiting_copy_decides_is_not_claimed_by_its_decision(disaster: Disaster) -> None:
    copy = Company(disaster.restored, disaster.clock, disaster.far)
    newcomer = everybody()[-1]
    hired = Arrived(Event("person.hired", disaster.clock(), newcomer, "hris"))
    receipts, leaving = take_turn(copy.engine, [copy.driver], [hired], {}, disaster.clock())
    (run,) = receipts[0].runs
    (call,) = copy.store.effects_of(run)
    assert isinstance(copy.driver.outbox, StoreOutbox)
    assert (leaving, call.state, copy.driver.outbox.offered([call])) == ([], WAITING, [])
    copy.store.close()
    typed("restore", "--resume", "--yes-by", "Ann Archer", "--store", str(disaster.restored))
    copy = Company(disaster.restored, disaster.clock, disaster.far)
    assert isinstance(copy.driver.outbox, StoreOutbox)
    (row,) = copy.driver.outbox.offered([call])
    assert (row.uncertain, row.lineage != "") == (True, True)
    copy.store.close()
