"""The LMS connector, single and in bulk, against the practice LMS."""

from __future__ import annotations

import pytest
from tests.contracts.connector import ConnectorContract, Subject, alike, item
from tests.unit.connect.world import START, mounted

from handrail.connect.answers import Client
from handrail.connect.lms import LmsConnector, LmsSettings
from handrail.connect.port import Item
from handrail.practice.faults import Fault, Faults
from handrail.practice.journal import Journal
from handrail.practice.lms import Lms
from handrail.practice.lms import LmsSettings as PracticeSettings
from handrail.practice.webhooks import PRACTICE_SECRET
from handrail.terms.values import Fields


class Rig:
    """A practice LMS and the connector to it."""

    def __init__(self, bulk: int = 1, **settings: object) -> None:
        self.faults = Faults.none()
        practice = PracticeSettings(**{"auto_accounts": True, **settings})  # type: ignore[arg-type]
        self.lms = Lms(lambda: START, Journal(), practice, self.faults)
        self.settings = LmsSettings(bulk=bulk, webhook_secret=PRACTICE_SECRET)
        self.connector = self.connect(practice.token)

    def connect(self, token: str) -> LmsConnector:
        return LmsConnector(Client("The LMS", mounted(self.lms), token), self.settings)

    def spoil(self, faults: tuple[Fault, ...]) -> None:
        self.faults.switch(faults)


def subject_of(rig: Rig, lacks: dict[str, str]) -> Subject:
    rig.lms.complete("P1", "MGR-101", START, score=82.0)
    (delivery,) = rig.lms.deliveries()
    fresh = Rig(rig.settings.bulk)
    return Subject(
        fresh.connector,
        lambda user: item("lms.enroll", user, "MGR-101", {"course": "MGR-101"}),
        fresh.spoil,
        "lms.unenroll",
        fresh.connect("wrong"),
        (delivery.headers, delivery.body),
        lambda: void(fresh.lms.complete("P1", "MGR-101", START)),
        lacks,
    )


def void(_: object) -> None:
    """For a happening whose result nobody wants."""


class TestOneByOne(ConnectorContract):
    @pytest.fixture
    def subject(self) -> Subject:
        single = "One enrollment a call: this LMS was said to take no bulk."
        return subject_of(Rig(), {"test_every_item_of_a_call_has_an_outcome_under_our_key": single})


class TestInBulk(ConnectorContract):
    @pytest.fixture
    def subject(self) -> Subject:
        return subject_of(Rig(bulk=50), {})


def test_of_a_partly_failed_bulk_each_item_has_its_own_end() -> None:
    rig = Rig(bulk=50, suspended=frozenset({"P2"}))
    rig.lms.enroll_by_hand("P3", "MGR-101")
    rig.spoil((Fault("item_failed", numbers=(4,)), Fault("item_timeout", numbers=(5,))))
    items = [item("lms.enroll", f"P{number}", "MGR-101", {"course": "MGR-101"}) for number in range(1, 6)]
    by_key = {one.key: one for one in rig.connector.send(items)}
    ended = [(by_key[one.key].ended, by_key[one.key].failure) for one in items]
    assert ended == [
        ("confirmed", None),
        ("failed", "permanent"),
        ("not needed", None),
        ("failed", "transient"),
        ("failed", "uncertain"),
    ]
    assert by_key[items[1].key].code == "account_suspended"


def test_a_bulk_without_an_answer_is_read_back_in_one_request() -> None:
    rig = Rig(bulk=50)
    rig.spoil((Fault("answer_lost", numbers=(1,)),))
    items = [item("lms.enroll", f"P{number}", "MGR-101", {"course": "MGR-101"}) for number in range(1, 4)]
    assert {one.failure for one in rig.connector.send(items)} == {"uncertain"}
    assert {one.ended for one in rig.connector.read_back(items)} == {"confirmed"}


def test_an_account_is_opened_suspended_and_both_can_be_looked_up() -> None:
    rig = Rig(auto_accounts=False)
    person = Fields({"email": "p1@acme.example", "name": "Ada Park"})
    account = Item("k1", "lms.create_account", "P1", "", Fields(), person=person)
    suspend = Item("k2", "lms.suspend_account", "P1", "", Fields())
    assert [one.ended for one in rig.connector.read_back([account])] == ["absent"]
    assert [one.ended for one in rig.connector.send([account])] == ["confirmed"]
    assert [one.ended for one in rig.connector.read_back([account])] == ["confirmed"]
    again = Item("k3", "lms.create_account", "P1", "", Fields(), person=person)
    assert [one.ended for one in rig.connector.send([again])] == ["not needed"]
    assert [one.ended for one in rig.connector.read_back([suspend])] == ["absent"]
    assert [one.ended for one in rig.connector.send([suspend])] == ["confirmed"]
    assert [one.ended for one in rig.connector.read_back([suspend])] == ["confirmed"]


def test_a_completion_reads_alike_from_webhook_and_poll() -> None:
    rig = Rig()
    rig.lms.complete("P1", "MGR-101", START, score=82.0)
    (delivery,) = rig.lms.deliveries()
    (told,) = rig.connector.receive(delivery.headers, delivery.body, START)
    (polled,) = rig.connector.poll("").told
    assert alike(told) == alike(polled)


def test_an_lms_that_knows_only_days_says_so() -> None:
    rig = Rig(poll_precision="day")
    rig.lms.complete("P1", "MGR-101", START)
    (polled,) = rig.connector.poll("").told
    assert (polled.by_day, polled.at.date()) == (True, START.date())


def test_an_enrollment_nobody_has_the_number_of_cannot_be_taken_back() -> None:
    (failed,) = Rig().connector.send([item("lms.unenroll", "P1", "MGR-101", {"course": "MGR-101"})])
    assert (failed.failure, failed.code) == ("permanent", "no_enrollment")


def test_a_bulk_that_is_refused_as_a_whole_condemns_nobody() -> None:
    rig = Rig(bulk=50, bulk_max=2)
    items = [item("lms.enroll", f"P{number}", "MGR-101", {"course": "MGR-101"}) for number in range(1, 4)]
    outcomes = rig.connector.send(items)
    assert {(one.failure, one.code) for one in outcomes} == {("transient", "too_many_items")}
    assert {one.key for one in outcomes} == {one.key for one in items}
