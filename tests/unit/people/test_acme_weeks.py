"""Acme's five weeks: every figure of the table of what a correct sync counts, computed from the files."""

from collections import Counter

import pytest
from tests.unit.people.acme import mapping, noon, take_in
from tests.unit.people.directory import MemoryDirectory

from handrail.people.compare import arrived, stale_fields
from handrail.people.ports import Sum, SyncRecord
from handrail.people.sync import Syncs
from handrail.terms.event import Event
from handrail.terms.person import Person


class Weeks:
    """The five weeks gone through once, with what each step gave."""

    def __init__(self) -> None:
        self.directory = MemoryDirectory()
        old, mended = mapping(), mapping(column_mended=True, codes_mended=True)
        self.first = take_in(self.directory, old, "03-02")
        self.ordinary = take_in(self.directory, old, "03-09")
        self.renamed = take_in(self.directory, old, "03-16")
        column_only = Syncs(self.directory, mapping(column_mended=True))
        self.column_mended = column_only.replay(self.renamed.id, noon("03-16"))
        self.mended = Syncs(self.directory, mended).replay(self.renamed.id, noon("03-16"))
        self.cut = take_in(self.directory, mended, "03-23")
        self.whole_again = take_in(self.directory, mended, "03-30")

    def events(self, kind: str) -> list[Event]:
        return [event for _, event in self.directory.events if event.kind == kind]

    def versions(self, event: Event) -> tuple[Person, Person]:
        assert event.person is not None
        kept = self.directory.versions[event.person]
        return kept[event.before_version - 1], kept[event.after_version - 1]


@pytest.fixture(scope="module")
def weeks() -> Weeks:
    return Weeks()


def counted(total: Sum | None) -> tuple[int, int, int, int, int]:
    assert total is not None
    return total.applied, total.new, total.no_change, total.held, total.refused


@pytest.mark.parametrize(
    ("step", "rows", "expected"),
    [
        ("first", 5003, (5000, 5000, 3, 0, 0)),
        ("ordinary", 5063, (268, 60, 4795, 0, 0)),
        ("renamed", 5263, (210, 0, 4853, 200, 0)),
        ("column_mended", 5263, (367, 157, 4853, 43, 0)),
        ("mended", 5263, (410, 200, 4853, 0, 0)),
        ("cut", 3282, (0, 0, 0, 3282, 0)),
        ("whole_again", 5333, (474, 70, 4859, 0, 0)),
    ],
)
def test_each_week_counts_what_became_of_every_row(
    weeks: Weeks, step: str, rows: int, expected: tuple[int, ...]
) -> None:
    record: SyncRecord = getattr(weeks, step)
    assert (record.rows, counted(record.stands)) == (rows, expected)
    assert record.stands.rows == record.rows


def test_what_was_reported_first_stays_known_after_the_mending(weeks: Weeks) -> None:
    assert counted(weeks.mended.reported) == (210, 0, 4853, 200, 0)


def test_the_cut_file_ends_superseded_by_the_next_one(weeks: Weeks) -> None:
    cut = weeks.directory.sync(weeks.cut.id)
    assert (cut.state, counted(cut.stands)) == ("superseded", (0, 0, 0, 0, 3282))
    assert cut.reason == "superseded by workers-2026-03-30.csv"
    assert counted(cut.reported) == (0, 0, 0, 3282, 0)


def test_the_guard_says_how_many_would_leave(weeks: Weeks) -> None:
    assert (weeks.cut.state, weeks.cut.hold) == ("held", "leavers")
    assert "1,997 of 5,194 people (38%) would leave: 1,980 are in no row, 17 are marked" in weeks.cut.reason


def test_sixty_six_marked_leavers_do_not_set_off_the_guard(weeks: Weeks) -> None:
    left = weeks.directory.events_of(weeks.whole_again.id, "person.left")
    assert len(left) == 66


def test_the_alert_of_the_renamed_column_names_field_and_counts_and_the_new_column(weeks: Weeks) -> None:
    alert = next(alert for alert in weeks.renamed.alerts if alert.field == "department")
    assert (alert.people, alert.held, alert.owner) == (5060, 200, "team:people-data")
    assert '"department_code" is new in the file' in alert.text


def test_with_the_column_mended_the_alert_lists_the_codes_that_are_not_known(weeks: Weeks) -> None:
    alert = next(alert for alert in weeks.column_mended.alerts if alert.field == "department")
    assert (list(alert.seen), alert.held) == (["SLS-EMEA", "CX"], 43)


@pytest.mark.parametrize("step", ["first", "ordinary", "mended", "whole_again"])
def test_two_managers_are_not_applied_in_each_file(weeks: Weeks, step: str) -> None:
    values = [value for value in weeks.directory.not_applied(getattr(weeks, step).id) if value.field == "manager"]
    assert sorted(value.reason for value in values) == ["nobody has this key", "this is the person's own key"]


def test_the_200_hires_of_the_renamed_column_are_all_hired_in_the_end(weeks: Weeks) -> None:
    hired = [e for e in weeks.directory.events_of(weeks.mended.id, "person.hired") if not e.fields["again"]]
    people = [weeks.versions(event)[1] for event in hired]
    assert len(people) == 200
    assert sum(person.status == "preboarding" for person in people) == 149
    assert sum(person.manager is None for person in people) == 20
    assert sum(person.contract == "contractor" for person in people) == 16
    assert {person.department for person in people} <= {"Sales", "Engineering", "Operations", "Customer Support"} | {
        "Manufacturing",
        "Marketing",
        "Finance",
        "People",
        "Legal & Compliance",
    }


def test_the_first_sync_only_makes_people_appear(weeks: Weeks) -> None:
    kinds = Counter(event.kind for event in weeks.directory.events_of(weeks.first.id))
    assert kinds == {"person.appeared": 5000}


def test_329_people_are_hired_and_nine_come_back(weeks: Weeks) -> None:
    assert Counter(event.fields["again"] for event in weeks.events("person.hired")) == {False: 329, True: 9}


def test_whoever_was_hired_and_left_between_two_syncs_only_appears(weeks: Weeks) -> None:
    assert weeks.directory.person("hris", "015288").status == "left"
    appeared = weeks.directory.events_of(weeks.whole_again.id, "person.appeared")
    assert [event.person for event in appeared] == [weeks.directory.person("hris", "015288").id]


def test_100_people_become_managers_and_34_of_them_are_eligible(weeks: Weeks) -> None:
    joined = [weeks.versions(event) for event in weeks.events("person.changed")]
    risen = [new for old, new in joined if float(old.level or 0) < 4 <= float(new.level or 0)]
    eligible = [p for p in risen if p.country in ("DE", "FR", "NL") and p.contract == "permanent"]
    assert (len(risen), len(eligible)) == (100, 34)


def test_at_the_end_5116_of_5330_people_are_active(weeks: Weeks) -> None:
    statuses: Counter[object] = Counter()
    for versions in weeks.directory.versions.values():
        brought = arrived(versions[-1], noon("03-30").now, "Europe/Berlin")
        statuses[brought.person.status if brought else versions[-1].status] += 1
    assert statuses == {"active": 5116, "preboarding": 38, "on leave": 48, "left": 128}


def test_nobody_is_shown_a_department_that_was_only_withheld(weeks: Weeks) -> None:
    departments = {versions[-1].department for versions in weeks.directory.versions.values()}
    assert len(departments) == 9
    stale = Counter(field for kept in weeks.directory.versions.values() for field in stale_fields(kept[-1]))
    assert stale == {"manager": 2}


@pytest.mark.parametrize("day", ["03-02", "03-09"])
def test_the_same_file_again_changes_nothing(day: str) -> None:
    directory = MemoryDirectory()
    once = take_in(directory, mapping(), day)
    again = take_in(directory, mapping(), day)
    assert counted(again.stands) == (0, 0, once.rows, 0, 0)
    assert directory.events_of(again.id) == []
