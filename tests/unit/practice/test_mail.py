"""What the practice mail server takes, bounces and keeps."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from tests.contracts.practice_systems import Clock

from handrail.practice.exchange import AnswerLost, Unreachable
from handrail.practice.faults import Faults
from handrail.practice.journal import Journal
from handrail.practice.mail import LATER, TAKEN, UNAVAILABLE, Mail


def message(*receivers: str) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "handrail@acme.example", ", ".join(receivers), "Your course"
    made.set_content("It opens on Monday.")
    return made


def test_each_receiver_has_an_answer_and_those_taken_have_the_message() -> None:
    mail = Mail(Clock(), Journal(), Faults.none())
    mail.bounce("Gone@acme.example")
    answers = mail.deliver(message("pedro@acme.example", "GONE@acme.example"))
    assert answers == {"pedro@acme.example": TAKEN, "GONE@acme.example": UNAVAILABLE}
    assert {address: len(box) for address, box in mail.by_receiver().items()} == {"pedro@acme.example": 1}
    mail.accept("gone@acme.example")
    assert mail.deliver(bytes(message("gone@acme.example"))) == {"gone@acme.example": TAKEN}


def test_a_server_in_trouble_asks_to_come_again() -> None:
    mail = Mail(Clock(), Journal(), Faults.parse("unavailable:numbers=1"))
    assert [mail.deliver(message("pedro@acme.example")) for _ in range(2)] == [
        {"pedro@acme.example": LATER},
        {"pedro@acme.example": TAKEN},
    ]


def test_a_lost_answer_was_taken_and_a_refused_connection_was_not() -> None:
    mail = Mail(Clock(), Journal(), Faults.parse("answer_lost:numbers=1,refused:numbers=2"))
    with pytest.raises(AnswerLost):
        mail.deliver(message("pedro@acme.example"))
    with pytest.raises(Unreachable):
        mail.deliver(message("pedro@acme.example"))
    assert len(mail.by_receiver()["pedro@acme.example"]) == 1


def test_a_mail_server_started_again_still_has_the_mail() -> None:
    journal = Journal()
    Mail(Clock(), journal, Faults.none()).deliver(message(), ["pedro@acme.example"])
    (kept,) = Mail(Clock(), journal, Faults.none()).by_receiver()["pedro@acme.example"]
    assert (kept.sender, kept.text.strip()) == ("handrail@acme.example", "It opens on Monday.")
