"""Every practice system keeps the contract, in process and over HTTP; and what only real sockets and processes can show."""

from __future__ import annotations

import asyncio
import queue
import signal
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx2
import pytest
from msgspec import json, structs
from tests.contracts.practice_systems import Clock, EverySystem, Kind, over_http

from handrail.practice import web
from handrail.practice.assessment import Assessment, AssessmentSettings
from handrail.practice.badges import Badges, BadgesSettings
from handrail.practice.exchange import Request, Response
from handrail.practice.faults import Fault, Faults
from handrail.practice.hris import Hris, HrisSettings
from handrail.practice.journal import Journal
from handrail.practice.lms import Lms, LmsSettings, Witness
from handrail.practice.mail import Mail, ServedMail
from handrail.practice.webhooks import PRACTICE_SECRET, sign


class TestTheLms(EverySystem):
    kind = Kind(
        lambda clock, journal, desk, faults: Lms(
            clock, journal, LmsSettings(auto_accounts=True, **structs.asdict(desk)), faults
        ),
        "POST /enrollments",
        {"user": "010617", "course": "MGR-101"},
        201,
        "enrolled",
    )


class TestTheHris(EverySystem):
    kind = Kind(
        lambda clock, journal, desk, faults: Hris(clock, journal, HrisSettings(**structs.asdict(desk)), faults),
        "GET /workers/nobody",
        None,
        404,
    )


class TestTheAssessmentTool(EverySystem):
    kind = Kind(
        lambda clock, journal, desk, faults: Assessment(
            clock, journal, AssessmentSettings(**structs.asdict(desk)), faults
        ),
        "POST /attempts",
        {"user": "010617", "assessment": "MGR-101-final"},
        201,
        "registered",
    )


class TestTheBadgeIssuer(EverySystem):
    kind = Kind(
        lambda clock, journal, desk, faults: Badges(clock, journal, BadgesSettings(**structs.asdict(desk)), faults),
        "POST /badges",
        {"user": "010617", "badge": "people-manager"},
        201,
        "issued",
    )


class Receiver:
    """Takes webhooks: refuses the first, takes the rest, and shows what it took."""

    def __init__(self) -> None:
        self.seen: queue.Queue[Request] = queue.Queue()
        self._first = True

    def respond(self, request: Request) -> Response:
        self.seen.put(request)
        first, self._first = self._first, False
        return Response(503 if first else 204)


def test_a_webhook_is_posted_signed_until_it_is_taken(tmp_path: Path) -> None:
    receiver, clock = Receiver(), Clock()
    served = web.serve(web.app(receiver))
    lms = Lms(clock, Journal(tmp_path / "lms.jsonl"), LmsSettings(), Faults.none())
    courier = web.Courier(lms.outgoing, f"{served.url}/hooks/lms", first_seconds=0.01, look_seconds=0.01)
    lms.complete("010617", "MGR-101", score=91)
    refused, taken = receiver.seen.get(timeout=10), receiver.seen.get(timeout=10)
    courier.stop()
    served.stop()
    assert refused.header("webhook-id") == taken.header("webhook-id") == "msg-C-0000001"
    sent_at = int(taken.header("webhook-timestamp"))
    assert taken.header("webhook-signature") == sign(PRACTICE_SECRET, "msg-C-0000001", sent_at, taken.body)
    assert taken.payload()["data"]["score"] == 91
    assert lms.deliveries() == []


def test_a_slow_answer_comes_late_over_http() -> None:
    faults = Faults([Fault("slow", share=1, seconds=0.05)], Faults.none().dice)
    served = web.serve(web.app(Badges(Clock(), Journal(), BadgesSettings(), faults)))
    with httpx2.Client(base_url=served.url, trust_env=False) as client:
        with pytest.raises(httpx2.ReadTimeout):
            client.get("/badges?user=1", headers={"Authorization": "Bearer practice-token"}, timeout=0.01)
        assert over_http(client)("GET /badges?user=1").status == 200
    served.stop()


async def _enrolled(lms: Lms) -> tuple[int, float]:
    async with httpx2.AsyncClient(base_url="http://lms", transport=web.Mounted(lms)) as client:
        bearer = {"Authorization": "Bearer practice-token"}
        got = await client.post("/enrollments", json={"user": "010617", "course": "MGR-101"}, headers=bearer)
        return got.status_code, got.extensions["after_seconds"]


def test_an_async_client_asks_a_mounted_system_and_is_told_how_long_it_took() -> None:
    slow = Faults([Fault("slow", share=1, seconds=3600)], Faults.none().dice)
    lms = Lms(Clock(), Journal(), LmsSettings(auto_accounts=True), slow)
    assert asyncio.run(_enrolled(lms)) == (201, 3600)


class CommandLine:
    """The LMS as `python -m handrail.practice lms`."""

    def __init__(self, journal: Path, *more: str) -> None:
        command = [
            sys.executable,
            "-m",
            "handrail.practice",
            "lms",
            "--journal",
            str(journal),
            "--auto-accounts",
            *more,
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.client = httpx2.Client(
            base_url=f"http://127.0.0.1:{self.process.stdout.readline().strip()}", trust_env=False
        )
        self.ask = over_http(self.client)

    def end(self, how: signal.Signals) -> None:
        self.client.close()
        self.process.send_signal(how)
        self.process.communicate(timeout=10)


def test_an_lms_that_is_killed_loses_nothing_that_it_answered(tmp_path: Path) -> None:
    journal = tmp_path / "lms.jsonl"
    lms = CommandLine(journal, "--limit", "0")
    people = [f"{number:06}" for number in range(20)]
    for person in people:
        assert lms.ask("POST /enrollments", {"user": person, "course": "SEC-1"}, key=person).status == 201
    lms.end(signal.SIGKILL)
    again = CommandLine(journal, "--limit", "0")
    repeated = again.ask("POST /enrollments", {"user": "000007", "course": "SEC-1"}, key="000007")
    there = again.ask("GET /courses/SEC-1/enrollments").payload()["enrollments"]
    again.end(signal.SIGTERM)
    witness = Witness(journal)
    assert (repeated.status, repeated.payload()["enrollment"]) == (201, "E-0000008")
    assert [one["user"] for one in there] == people
    assert (witness.lost((person, "SEC-1") for person in people), witness.twice(), witness.replayed()) == ([], [], 1)


def test_a_fault_that_is_not_there_is_answered_with_those_that_are(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "handrail.practice", "lms", "--journal", str(tmp_path / "j"), "--faults", "fire"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stderr.startswith('There is no fault "fire". Faults: answer_lost, error,')


@pytest.fixture
def mail(tmp_path: Path) -> Iterator[tuple[Mail, smtplib.SMTP]]:
    mail = Mail(Clock(), Journal(tmp_path / "mail.jsonl"), Faults.none(), unavailable=["gone@acme.example"])
    served = ServedMail(mail)
    with smtplib.SMTP("127.0.0.1", served.port, timeout=10) as client:
        yield mail, client
    served.stop()


def message(receiver: str) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "handrail@acme.example", receiver, "Zeit für MGR-101"
    made.set_content("Können Sie zwei Tage freigeben?")
    return made


def test_a_message_sent_by_smtp_lies_in_its_mailbox(mail: tuple[Mail, smtplib.SMTP]) -> None:
    server, client = mail
    client.send_message(message("pedro@acme.example"))
    (received,) = server.by_receiver()["pedro@acme.example"]
    assert (received.subject, received.text.strip()) == ("Zeit für MGR-101", "Können Sie zwei Tage freigeben?")


def test_a_mailbox_that_is_gone_bounces_by_smtp(mail: tuple[Mail, smtplib.SMTP]) -> None:
    server, client = mail
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        client.send_message(message("gone@acme.example"))
    told: dict[str, Any] = dict(refused.value.recipients)
    assert told == {"gone@acme.example": (550, b"5.1.1 mailbox unavailable")}
    assert server.by_receiver() == {}


def test_a_mail_whose_answer_is_lost_was_taken(tmp_path: Path) -> None:
    mail = Mail(Clock(), Journal(tmp_path / "mail.jsonl"), Faults.parse("answer_lost:share=1"))
    served = ServedMail(mail)
    with smtplib.SMTP("127.0.0.1", served.port, timeout=10) as client, pytest.raises(smtplib.SMTPServerDisconnected):
        client.send_message(message("pedro@acme.example"))
    served.stop()
    assert len(mail.by_receiver()["pedro@acme.example"]) == 1
    assert json.decode((tmp_path / "mail.jsonl").read_bytes())["did"][0]["receiver"] == "pedro@acme.example"
