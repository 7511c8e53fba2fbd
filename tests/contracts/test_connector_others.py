"""The connectors to the assessment tool, the badge issuer, the HR system, anything declared, and nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec import json
from tests.contracts.connector import ConnectorContract, Subject, alike, item, signed
from tests.unit.connect.world import START, mounted

from handrail.connect.answers import Client
from handrail.connect.assessment import AssessmentConnector, AssessmentSettings
from handrail.connect.badges import BadgesConnector, BadgesSettings
from handrail.connect.generic import ActionSettings, EventSettings, GenericConnector, GenericSettings, LookSettings
from handrail.connect.hris import HrisConnector, HrisSettings
from handrail.connect.http import Answer
from handrail.connect.noop import NoopConnector
from handrail.practice import assessment, badges, hris
from handrail.practice.faults import Faults
from handrail.practice.journal import Journal
from handrail.practice.webhooks import PRACTICE_SECRET

SINGLE = "This system takes one item a call."
NO_LIST = "This system shows nobody's list in one request."
NO_DELIVERY = "This system sends no deliveries."
NO_POLL = "This system cannot be asked what happened."
NO_UNDO = "What it does cannot be taken back."
LACKS_BULK = {
    "test_every_item_of_a_call_has_an_outcome_under_our_key": SINGLE,
    "test_whoever_has_it_already_is_on_the_list": NO_LIST,
}
LACKS_POLL = {"test_what_was_not_told_is_found_by_asking_and_only_once": NO_POLL}
LACKS_DELIVERY = {
    "test_a_signed_delivery_says_what_happened_to_whom": NO_DELIVERY,
    "test_a_delivery_that_was_changed_on_the_way_is_refused": NO_DELIVERY,
    "test_a_signed_delivery_that_makes_no_sense_is_not_dropped": NO_DELIVERY,
}
FAULTLESS = dict.fromkeys(
    (
        "test_a_system_that_is_not_there_did_nothing",
        "test_without_an_answer_nothing_is_known_until_it_is_looked_up",
        "test_coming_too_often_is_answered_with_when_to_come_again",
        "test_a_system_in_trouble_that_says_when_it_is_back_is_left_alone",
        "test_a_key_of_ours_that_is_refused_is_nobody_elses_fault",
    ),
    "Its stand-in here has no faults to switch on.",
)


class TestAssessment(ConnectorContract):
    @pytest.fixture
    def subject(self) -> Subject:
        faults, settings = Faults.none(), assessment.AssessmentSettings()
        tool = assessment.Assessment(lambda: START, Journal(), settings, faults)
        other = assessment.Assessment(lambda: START, Journal(), settings, Faults.none())
        other.sit("P1", "MGR-101-final", 82)
        (delivery,) = other.deliveries()

        def connect(token: str) -> AssessmentConnector:
            ours = AssessmentSettings(webhook_secret=PRACTICE_SECRET)
            return AssessmentConnector(Client("The assessment tool", mounted(tool), token), ours)

        return Subject(
            connect(settings.token),
            lambda user: item("assessment.register", user, "MGR-101-final", {"assessment": "MGR-101-final"}),
            faults.switch,
            wrong_token=connect("wrong"),
            delivery=(delivery.headers, delivery.body),
            happen=lambda: void(tool.sit("P1", "MGR-101-final", 82)),
            lacks={**LACKS_BULK, "test_what_is_taken_back_is_no_longer_there": NO_UNDO},
        )


def void(_: object) -> None:
    """For a happening whose result nobody wants."""


def test_a_corrected_and_a_withdrawn_score_are_of_the_same_attempt() -> None:
    settings = assessment.AssessmentSettings()
    tool = assessment.Assessment(lambda: START, Journal(), settings, Faults.none())
    ours = AssessmentSettings(webhook_secret=PRACTICE_SECRET)
    connector = AssessmentConnector(Client("The assessment tool", mounted(tool), settings.token), ours)
    attempt = tool.sit("P1", "MGR-101-final", 82)
    tool.correct(attempt, 74)
    tool.withdraw(attempt)
    told = [connector.receive(one.headers, one.body, START)[0] for one in tool.deliveries()]
    assert [(one.fields["score"], one.attempt, one.retracts) for one in told] == [
        (82, attempt, False),
        (74, attempt, False),
        (None, attempt, True),
    ]
    assert [alike(one) for one in connector.poll("").told] == [alike(one) for one in told]


def badge_rig() -> tuple[Faults, Callable[[str], Client]]:
    faults, settings = Faults.none(), badges.BadgesSettings()
    issuer = badges.Badges(lambda: START, Journal(), settings, faults)
    return faults, lambda token: Client("The badge issuer", mounted(issuer), token or settings.token)


class TestBadges(ConnectorContract):
    @pytest.fixture
    def subject(self) -> Subject:
        faults, client = badge_rig()
        body = {"type": "badge.expired", "data": {"id": "B-1", "user": "P1", "badge": "WELDER", "at": "2026-03-30"}}
        ours = BadgesSettings(webhook_secret=PRACTICE_SECRET)
        return Subject(
            BadgesConnector(client(""), ours),
            lambda user: item("badges.issue", user, "WELDER", {"badge": "WELDER", "valid_until": "2029-03-30"}),
            faults.switch,
            "badges.revoke",
            BadgesConnector(client("wrong"), ours),
            signed(json.encode(body)),
            lacks={**LACKS_BULK, **LACKS_POLL},
        )


DECLARED = GenericSettings(
    actions={
        "award": ActionSettings(
            path="/badges",
            body={"user": "{user}", "badge": "{badge}", "evidence": "by {key}"},
            takes={"badge": "text"},
            gives={"number": "text"},
            answer={"number": "id"},
            object="badge",
            undo="take",
            keyed=True,
            look=LookSettings("/badges?user={user}&badge={object}", "badges"),
        ),
        "take": ActionSettings(
            path="/badges/{given.number}/revoke",
            body={"reason": "taken back"},
            takes={"badge": "text"},
            object="badge",
            keyed=True,
        ),
    },
    events={
        "session.attended": EventSettings(
            type="attendee.attended",
            user="attendee.number",
            at="ended",
            fields={"session": "session.id", "starts_on": "session.day"},
            kinds={"starts_on": "date"},
            object="session",
        )
    },
    webhook_secret=PRACTICE_SECRET,
)


class TestDeclared(ConnectorContract):
    @pytest.fixture
    def subject(self) -> Subject:
        faults, client = badge_rig()
        session = {"id": "S-7", "day": "2026-03-30"}
        happened = {"attendee": {"number": "P1"}, "ended": "2026-03-30T10:00:00Z", "session": session}
        return Subject(
            GenericConnector(client(""), DECLARED, "awards"),
            lambda user: item("awards.award", user, "WELDER", {"badge": "WELDER"}),
            faults.switch,
            "awards.take",
            GenericConnector(client("wrong"), DECLARED, "awards"),
            signed(json.encode({"type": "attendee.attended", "data": happened})),
            lacks={
                **LACKS_BULK,
                **LACKS_POLL,
                "test_what_is_taken_back_is_no_longer_there": "No look is declared for taking it back.",
            },
        )


class FlagDesk:
    """The part of an HR system that the practice one lacks: flags on workers."""

    def __init__(self) -> None:
        self.flags: dict[str, list[str]] = {}

    def __call__(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:  # noqa: ARG002
        _, _, worker, *rest = path.split("/")
        flags = self.flags.setdefault(worker, [])
        if method == "PUT":
            flags += [flag for flag in rest[1:] if flag not in flags]
        elif method == "DELETE" and rest[1] not in flags:
            return self._answer(404, {"error": "no_such_flag"})
        elif method == "DELETE":
            flags.remove(rest[1])
        return self._answer(200, {"worker": worker, "flags": flags})

    def _answer(self, status: int, payload: dict[str, Any]) -> Answer:
        return Answer(status, {}, json.encode(payload))


class TestHris(ConnectorContract):
    @pytest.fixture
    def subject(self, tmp_path: Path) -> Subject:
        settings = hris.HrisSettings(folder=str(tmp_path))
        system = hris.Hris(lambda: START, Journal(), settings, Faults.none())
        system.leave("P1", date(2026, 3, 31))
        (delivery,) = system.deliveries()
        return Subject(
            HrisConnector(Client("The HR system", FlagDesk()), HrisSettings(PRACTICE_SECRET)),
            lambda user: item("hris.flag", user, "NO-FORKLIFT", {"flag": "NO-FORKLIFT"}),
            undo="hris.unflag",
            delivery=(delivery.headers, delivery.body),
            lacks={**LACKS_BULK, **LACKS_POLL, **FAULTLESS},
        )


def test_a_worker_who_left_is_a_sighting_in_the_words_of_the_source(tmp_path: Path) -> None:
    system = hris.Hris(lambda: START, Journal(), hris.HrisSettings(folder=str(tmp_path)), Faults.none())
    system.leave("P1", date(2026, 3, 31))
    (delivery,) = system.deliveries()
    connector = HrisConnector(Client("The HR system", FlagDesk()), HrisSettings(PRACTICE_SECRET))
    (told,) = connector.receive(delivery.headers, delivery.body, START)
    assert (told.kind, told.user, told.at) == ("worker.left", "P1", START)
    assert dict(told.fields) == {"status": "terminated", "termination_date": "2026-03-31"}


class TestNoop(ConnectorContract):
    @pytest.fixture
    def subject(self) -> Subject:
        nothing = "It asks nobody, so there is nothing to be found, taken back or refused."
        absent = {
            "test_what_was_done_is_confirmed_and_found_again": nothing,
            "test_what_was_never_done_is_absent": nothing,
            "test_what_is_taken_back_is_no_longer_there": nothing,
            "test_whoever_has_it_already_is_on_the_list": NO_LIST,
        }
        return Subject(
            NoopConnector(bulk=50),
            lambda user: item("noop.do", user, "", {}),
            lacks={**absent, **LACKS_DELIVERY, **LACKS_POLL, **FAULTLESS},
        )
