"""Files over the store: one that was interrupted goes on, and a webhook in the middle of one harms nobody."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs
from tests.unit.intake.desk import HEADER, NOON, PEOPLE, Desk

from handrail.intake.filing import Filing
from handrail.intake.told import Item
from handrail.people.directory import StoreDirectory
from handrail.people.ports import SyncRecord
from handrail.people.sync import Moment
from handrail.terms.values import Fields

AT = Moment(NOON + timedelta(hours=2), "Europe/Berlin")
DAN = "4,Dan Eck,dan@x.example,ENG,1,active,2026-03-09"
TOLD = {"name": "Dan Eck", "email": "dan@x.example", "dept": "FIN", "state": "active", "start": "2026-03-09"}


@pytest.fixture(name="desk")
def fixture_desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    desk.now = AT.now
    yield desk
    desk.store.close()


def weekly(desk: Desk, *rows: str) -> Path:
    path = desk.folder / "people-2026-03-10.csv"
    path.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
    return path


def between(desk: Desk, told: Item) -> StoreDirectory:
    """A directory in which a webhook comes between what a slice was made from and its commit, once."""
    waiting = [told]

    def do(work: Callable[[], None]) -> None:
        if desk.directory.syncs("hris")[-1].state == "applying" and waiting:
            desk.engine.take([desk.sight(waiting.pop())], desk.now)
        work()

    return StoreDirectory(desk.store, lambda _: None, desk.folder / "kept", lambda: desk.now, do)


def test_a_webhook_that_comes_between_is_older_or_newer_and_never_lost(desk: Desk) -> None:
    told = Item("worker.changed", "2", AT.now, Fields({"name": "Ben Told"}))
    path = weekly(desk, PEOPLE[0], PEOPLE[1].replace("Ben Cole", "Ben File"), PEOPLE[2])
    record = Filing(between(desk, told), desk.mapping).take_in(path, AT)
    assert (record.state, record.stands.rows) == ("applied", 3)
    person = desk.directory.by_keys("hris", ["2"])["2"].person
    versions = [row.version for row in desk.store.person_versions(person)]
    assert (desk.directory.people([person])[person].name, versions) == ("Ben Told", [1, 2])


def test_whom_a_webhook_takes_in_meanwhile_is_one_person(desk: Desk) -> None:
    told = Item("worker.hired", "4", AT.now, Fields(TOLD))
    record = Filing(between(desk, told), desk.mapping).take_in(weekly(desk, *PEOPLE, DAN), AT)
    assert (record.state, record.stands.rows) == ("applied", 4)
    people = desk.store.database.look("SELECT count(*) FROM person WHERE name = 'Dan Eck'")
    assert people == [(1,)]


def test_the_same_command_goes_on_with_what_was_interrupted(desk: Desk) -> None:
    path = weekly(desk, *PEOPLE, DAN)

    def killed(_: SyncRecord) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Filing(desk.directory, desk.mapping, killed).take_in(path, AT)
    filing = Filing(desk.directory, desk.mapping)
    assert [record.state for record in filing.interrupted()] == ["applying"]
    record = filing.take_in(path, AT)
    assert (record.state, record.stands.new, len(desk.directory.syncs("hris"))) == ("applied", 1, 2)
    assert filing.interrupted() == []


def test_another_file_waits_until_what_was_interrupted_is_done(desk: Desk) -> None:
    path = weekly(desk, *PEOPLE, DAN)

    def killed(_: SyncRecord) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Filing(desk.directory, desk.mapping, killed).take_in(path, AT)
    newer = desk.folder / "people-2026-03-11.csv"
    newer.write_text("\n".join([HEADER, *PEOPLE, DAN.replace("ENG", "FIN"), ""]), encoding="utf-8")
    later = Moment(AT.now + timedelta(days=1), AT.zone)
    assert Filing(desk.directory, desk.mapping).take_in(newer, later).stands.applied == 1
    assert [record.state for record in desk.directory.syncs("hris")] == ["applied"] * 3


def test_who_ends_a_hold_is_kept(desk: Desk) -> None:
    filing = Filing(desk.directory, desk.mapping)
    record = filing.take_in(weekly(desk), AT)
    assert record.state == "held"
    filing.reject(record.id, "Ada Pohl", AT)
    assert [(row.by, row.what) for row in desk.store.audit()] == [("Ada Pohl", "file rejected")]


def test_a_mapping_that_was_mended_since_is_told_when_the_file_is_gone_through_again(desk: Desk) -> None:
    record = Filing(desk.directory, desk.mapping).take_in(weekly(desk, *PEOPLE), AT)
    filing = Filing(desk.directory, structs.replace(desk.mapping, hash="0123456789abcdef"))
    filing.replay(record.id, AT, "Yara Lindqvist")
    filing.replay(record.id, AT, "Yara Lindqvist")
    done = [(row.by, row.what) for row in desk.store.audit()]
    mended, replayed = ("Yara Lindqvist", "mapping mended"), ("Yara Lindqvist", "file replayed")
    assert done == [mended, replayed, replayed]
