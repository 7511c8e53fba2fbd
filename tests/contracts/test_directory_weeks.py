"""Acme's five weeks over the real store: the table of what a correct sync counts, also when the process is killed."""

import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tests.unit.people.acme import mapping, noon, week

from handrail.people.directory import StoreDirectory
from handrail.people.ports import Sum, SyncRecord
from handrail.people.sync import Syncs
from handrail.store.opening import Store, open_store
from handrail.terms import coding
from handrail.terms.event import Event

DAYS = ("03-02", "03-09", "03-16", "03-23", "03-30")
KILLED = """
import sys
from contextlib import closing
from pathlib import Path
from handrail.people.sync import Syncs
from handrail.store.opening import open_store
from tests.contracts.test_directory_weeks import directory_on
from tests.unit.people.acme import mapping, noon, week
folder, day, slices = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
directory = directory_on(open_store(f"sqlite:///{folder / 'handrail.db'}"), folder, day)
done = []
def after_slice(record):
    done.append(record)
    if len(done) == slices:
        print(record.id, flush=True)
        sys.stdin.read()
Syncs(directory, mapping(), after_slice).take_in(week(day), noon(day))
"""


def directory_on(store: Store, folder: Path, day: str) -> StoreDirectory:
    return StoreDirectory(store, lambda _: None, folder / "kept", lambda: noon(day).now)


def counted(total: Sum | None) -> tuple[int, int, int, int, int]:
    assert total is not None
    return total.applied, total.new, total.no_change, total.held, total.refused


def killed_in(folder: Path, day: str, slices: int) -> int:
    """Take in a day's file in a process that is killed after so many slices; the number of the sync."""
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-c", KILLED, str(folder), day, str(slices)]
    with subprocess.Popen(
        command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": "."}
    ) as child:
        assert child.stdout is not None
        number = int(child.stdout.readline())
        os.kill(child.pid, signal.SIGKILL)
    return number


class Weeks:
    """Every week taken in on a store; from the first week on, each may be killed after so many slices."""

    def __init__(self, folder: Path, kill_after: int = 0) -> None:
        self.folder, self.kill_after = folder, kill_after
        self.records = {day: self.week(day) for day in DAYS[:3]}
        self.column_mended = self.replayed(codes=False)
        self.mended = self.replayed(codes=True)
        self.kill_after = 0
        for day in DAYS[3:]:
            self.records[day] = self.week(day, codes=True)
        with closing(open_store(self.url)) as store:
            self.stands = {record.file[8:-4]: record for record in directory_on(store, folder, "03-30").syncs("hris")}
            self.kinds: dict[str, int] = {}
            for row in store.inbox(100_000):
                kind = coding.unpack(row.body, Event).kind
                self.kinds[kind] = self.kinds.get(kind, 0) + 1
            self.verified = store.verify()

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder / 'handrail.db'}"

    def week(self, day: str, *, codes: bool = False) -> SyncRecord:
        number = killed_in(self.folder, day, self.kill_after) if self.kill_after else 0
        with closing(open_store(self.url)) as store:
            syncs = Syncs(directory_on(store, self.folder, day), mapping(column_mended=codes, codes_mended=codes))
            return syncs.resume(number, noon(day)) if number else syncs.take_in(week(day), noon(day))

    def replayed(self, *, codes: bool) -> SyncRecord:
        with closing(open_store(self.url)) as store:
            syncs = Syncs(directory_on(store, self.folder, "03-16"), mapping(column_mended=True, codes_mended=codes))
            return syncs.replay(self.records["03-16"].id, noon("03-16"))


@pytest.fixture(scope="module", params=[0, 1], ids=["undisturbed", "killed in the middle of three weeks"])
def weeks(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Weeks:
    return Weeks(tmp_path_factory.mktemp("weeks"), request.param)


@pytest.mark.parametrize(
    ("day", "rows", "first", "stands"),
    [
        ("03-02", 5003, (5000, 5000, 3, 0, 0), (5000, 5000, 3, 0, 0)),
        ("03-09", 5063, (268, 60, 4795, 0, 0), (268, 60, 4795, 0, 0)),
        ("03-16", 5263, (210, 0, 4853, 200, 0), (410, 200, 4853, 0, 0)),
        ("03-23", 3282, (0, 0, 0, 3282, 0), (0, 0, 0, 0, 3282)),
        ("03-30", 5333, (474, 70, 4859, 0, 0), (474, 70, 4859, 0, 0)),
    ],
)
def test_each_week_counts_what_became_of_every_row(
    weeks: Weeks, day: str, rows: int, first: tuple[int, ...], stands: tuple[int, ...]
) -> None:
    record = weeks.stands[f"2026-{day}"]
    assert (record.rows, counted(record.reported), counted(record.stands)) == (rows, first, stands)


def test_with_only_the_column_mended_43_hires_are_still_held(weeks: Weeks) -> None:
    assert counted(weeks.column_mended.stands) == (367, 157, 4853, 43, 0)


def test_nobody_is_hired_twice_and_nobody_is_lost(weeks: Weeks) -> None:
    # 128 have left at the end; nine of those who left came back, and one was first seen when already gone.
    assert (weeks.kinds["person.hired"], weeks.kinds["person.left"]) == (329 + 9, 128 + 9 - 1)
    assert "person.appeared" not in weeks.kinds


def test_the_ledger_of_five_weeks_can_be_verified(weeks: Weeks) -> None:
    assert weeks.verified.ok
    assert weeks.stands["2026-03-23"].state == "superseded"


def test_a_row_that_was_held_shows_when_it_ended_and_who_it_was(weeks: Weeks) -> None:
    with closing(open_store(weeks.url)) as store:
        lines = store.sync_lines(weeks.mended.id, 0, 1000)
    assert len(lines) == 200
    assert {(line.disposition, line.became) for line in lines} == {("held", "applied")}
    assert all(line.person is not None and line.ended is not None for line in lines)
