"""What becomes of what is told: one disposition each, by what happened and not by the way it came."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.unit.intake.desk import NOON, PEOPLE, Desk, completed, scored

from handrail.engine.sweeps import ClockDriver
from handrail.intake.told import Item
from handrail.terms import coding
from handrail.terms.event import Event
from handrail.terms.values import Fields


@pytest.fixture(name="desk")
def fixture_desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.store.close()


def events(desk: Desk, kind: str) -> list[Event]:
    """The events of a kind in the ledger, oldest first."""
    return [
        coding.unpack(row.event or b"", Event)
        for row in desk.store.ledger_since(0, 1000)
        if row.kind == kind and row.event
    ]


def test_the_same_completion_by_webhook_and_by_poll_is_one(desk: Desk) -> None:
    assert desk.words(completed(id_="msg-1", told=1)) == ["ignored"]
    assert desk.words(completed(by_day=True)) == ["duplicate"]
    assert desk.words(completed()) == ["duplicate"]


def test_two_copies_in_one_delivery_are_one(desk: Desk) -> None:
    assert desk.words(completed(id_="a"), completed(id_="b")) == ["ignored", "duplicate"]


def test_the_same_completion_with_another_score_is_a_correction(desk: Desk) -> None:
    (first,) = desk.tell(completed(score=82))
    desk.tell(completed(score=74))
    assert [event.corrects for event in events(desk, "lms.completed")] == [0, first.number]


def test_a_second_correction_names_the_one_before_it(desk: Desk) -> None:
    desk.tell(completed(score=82))
    (second,) = desk.tell(completed(score=74))
    desk.tell(completed(score=78))
    assert events(desk, "lms.completed")[-1].corrects == second.number
    assert desk.words(completed(score=78)) == ["duplicate"]


def test_a_completion_on_a_later_day_is_another_one(desk: Desk) -> None:
    assert desk.words(completed(), completed(days=1)) == ["ignored", "ignored"]
    assert [event.corrects for event in events(desk, "lms.completed")] == [0, 0]
    assert desk.words(completed(days=1)) == ["duplicate"]


def test_a_later_completion_on_the_same_day_is_another_one_if_both_say_the_hour(desk: Desk) -> None:
    desk.tell(completed(score=60))
    desk.tell(completed(days=0.1, score=85))
    assert [event.corrects for event in events(desk, "lms.completed")] == [0, 0]
    assert desk.words(completed(days=0.1, score=85)) == ["duplicate"]


def test_a_completion_older_than_the_newest_known_one_is_ignored_and_says_so(desk: Desk) -> None:
    desk.tell(completed(days=0))
    (receipt,) = desk.tell(completed(days=-3))
    assert (receipt.disposition, receipt.why) == ("ignored", ["a newer one is known, of 2026-03-09"])


def test_a_repeat_of_what_was_corrected_since_is_known_by_the_id_of_its_delivery(desk: Desk) -> None:
    desk.tell(completed(score=82, id_="msg-1"))
    desk.tell(completed(score=74, id_="msg-2"))
    assert desk.words(completed(score=82, id_="msg-1")) == ["duplicate"]


def test_an_id_that_is_used_again_for_something_else_catches_nothing(desk: Desk) -> None:
    desk.tell(completed("1", id_="1"))
    assert desk.words(completed("2", id_="1")) == ["ignored"]


def test_attempts_that_have_names_are_told_apart_by_them(desk: Desk) -> None:
    told = [scored("A1", 60), scored("A2", 60)]
    assert desk.words(*told, connection="assessment") == ["ignored", "ignored"]
    assert desk.words(*told, connection="assessment") == ["duplicate", "duplicate"]
    assert {event.corrects for event in events(desk, "assessment.scored")} == {0}


def test_a_correction_that_was_told_before_the_newest_one_is_ignored(desk: Desk) -> None:
    desk.tell(scored("A1", 74, told=5), connection="assessment")
    (receipt,) = desk.tell(scored("A1", 82, told=1), connection="assessment")
    assert (receipt.disposition, receipt.why) == ("ignored", ["something newer was told of it already"])


def test_a_result_that_is_taken_back_names_the_one_it_takes_back(desk: Desk) -> None:
    (first,) = desk.tell(scored("A1", 82), connection="assessment")
    desk.tell(scored("A1", 82, retracts=True, told=1), connection="assessment")
    assert events(desk, "assessment.scored")[-1].retracts == first.number


def test_taking_back_what_nobody_knows_is_ignored(desk: Desk) -> None:
    (receipt,) = desk.tell(scored("A9", 82, retracts=True), connection="assessment")
    assert (receipt.disposition, receipt.why) == ("ignored", ["nothing is known here that it takes back"])


def test_an_event_about_somebody_unknown_is_held_once_and_told_when_they_appear(desk: Desk) -> None:
    (held, again) = desk.tell(completed("4", id_="x"), completed("4", id_="y"))
    assert (held.disposition, again.disposition) == ("held", "duplicate")
    assert held.why == ["nobody here is known by that key"]
    assert desk.again() == []
    desk.now = NOON + timedelta(hours=1)
    desk.file("03-10", *PEOPLE, "4,Dan Eck,dan@x.example,ENG,1,active,2026-03-09")
    assert [receipt.disposition for receipt in desk.again()] == ["ignored"]
    assert desk.store.held() == []
    told = events(desk, "lms.completed")[-1]
    assert (told.person, dict(told.fields)) == (
        desk.directory.by_keys("hris", ["4"])["4"].person,
        {"course": "MGR-101", "score": 80, "passed": True},
    )
    assert desk.again() == []
    assert desk.words(completed("4")) == ["duplicate"]
    assert desk.store.dispositions(["lms.completed"]) == {("lms.completed", 1): 1, ("lms.completed", 2): 2}


def test_a_held_event_that_was_told_later_counts_as_one_event(desk: Desk) -> None:
    desk.tell(completed("4"))
    desk.now = NOON + timedelta(hours=1)
    desk.file("03-10", *PEOPLE, "4,Dan Eck,dan@x.example,ENG,1,active,2026-03-09")
    desk.again()
    assert desk.store.dispositions(["lms.completed"]) == {("lms.completed", 1): 1}


def test_an_event_more_than_ten_minutes_ahead_is_held_until_its_moment(desk: Desk) -> None:
    ahead = completed(days=1 + 11 / 1440)
    (receipt,) = desk.tell(ahead)
    assert receipt.disposition == "held"
    assert receipt.why == ["it is said to happen on 2026-03-10 at 12:11 UTC, which is still to come"]
    assert desk.again() == []
    desk.now = NOON + timedelta(minutes=2)
    assert [again.disposition for again in desk.again()] == ["ignored"]


def test_the_clock_driver_looks_again_at_what_is_held(desk: Desk) -> None:
    desk.tell(completed(days=1 + 11 / 1440))
    driver = ClockDriver(desk.engine)
    assert driver.due(desk.now) == 0
    desk.now = NOON + timedelta(minutes=16)
    assert driver.due(desk.now) == 1
    assert desk.store.held() == []


def test_an_address_that_two_people_have_means_the_one_who_is_here(desk: Desk) -> None:
    (arrived,) = desk.arrive(completed("ANN@x.example"), people_by="email")
    assert arrived.event.person == desk.directory.by_keys("hris", ["1"])["1"].person


@pytest.mark.parametrize("name", ["hris:2", "ben@x.example", "person:2"])
def test_the_api_names_people_by_key_by_address_or_by_our_own_id(desk: Desk, name: str) -> None:
    number = desk.directory.by_keys("hris", ["2"])["2"].person
    (arrived,) = desk.arrive(completed(name.replace("person:2", f"person:{number}")), connection="", people_by="")
    assert (arrived.event.person, arrived.event.source) == (number, "lms")


@pytest.mark.parametrize(
    ("item", "why"),
    [
        (Item("lms.complete", "1", NOON), 'nobody here knows events of the kind "lms.complete"; did you mean "lms.completed"?'),
        (Item("person.left", "1", NOON), '"person.left" is told by Handrail alone: people come by a sync or a webhook of their source'),
        (Item("assessment.scored", "1", NOON), '"assessment.scored" is told by assessment, not by lms'),
        (Item("lms.completed", "", NOON), "it does not say whom it is about"),
        (Item("lms.completed", "1", NOON, Fields({"course": "x" * 1_100_000})), "it has 1,100,018 bytes, at most 1,048,576 are taken"),
    ],
)  # fmt: skip
def test_what_can_never_be_understood_is_refused_with_the_reason(desk: Desk, item: Item, why: str) -> None:
    (receipt,) = desk.tell(item)
    assert (receipt.disposition, receipt.why) == ("refused", [why])


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"score": 80}, 'it does not say which course: the field "course" is missing'),
        ({"course": "MGR-101", "score": "80"}, '"score" must be a number, and it is "80"'),
        ({"course": "MGR-101", "passed": 1}, '"passed" must be true or false, and it is 1'),
    ],
)
def test_an_event_with_wrong_fields_is_held_with_its_connections_owner(
    desk: Desk, fields: dict[str, str | int], why: str
) -> None:
    (receipt,) = desk.tell(Item("lms.completed", "1", NOON, Fields(fields)))
    assert (receipt.disposition, receipt.why) == ("held", [why])
    assert [row.owner for row in desk.store.held()] == ["team:lms-admins"]


def test_everything_told_is_in_the_ledger_and_verifies(desk: Desk) -> None:
    told = [completed("1"), completed("1"), completed("9"), Item("lms.no", "1", NOON), completed("2")]
    assert desk.words(*told) == ["ignored", "duplicate", "held", "refused", "ignored"]
    assert desk.store.verify().ok
