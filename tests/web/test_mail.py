"""Messages reach the mail server once, say what is asked, and wait while nobody takes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from tests.web.house import settle
from tests.web.post_office import HANG_UP, SILENCE, Answers, opened

from handrail.app.mailing.posting import Posting
from handrail.app.mailing.server import Server
from handrail.app.runtime import Runtime
from handrail.engine.posting.boxes import LOST
from handrail.engine.rehearsal import VirtualClock
from handrail.practice.faults import Fault, Faults
from handrail.practice.journal import Journal
from handrail.practice.mail import Mail, Received, ServedMail
from handrail.store.moments import to_millis
from handrail.store.rows import MessageRow


class Post:
    """A company at rest in the middle of the next working day, and a mail server."""

    def __init__(self, company: Path, faults: Faults) -> None:
        self.clock = VirtualClock(next_noon())
        self.runtime = Runtime.at_rest(company, f"sqlite:///{company / 'handrail.db'}", self.clock)
        self.mail = Mail(self.clock, Journal(company / "mail.journal", durable=False), faults)
        self.served = ServedMail(self.mail)
        self.url = f"smtp://127.0.0.1:{self.served.port}"
        self.posting = self.another(self.url)

    def another(self, url: str, timeout_seconds: float = 20.0) -> Posting:
        """The post as a process would begin it anew."""
        now = to_millis(self.clock())
        epoch = self.runtime.store.take_driver("mail", "test", now, now, force=True)
        return Posting(self.runtime, Server(url, "learning@example.com", timeout_seconds=timeout_seconds), epoch)

    def received(self) -> list[Received]:
        """What lies in all mailboxes."""
        return [each for box in self.mail.by_receiver().values() for each in box]

    def messages(self) -> list[MessageRow]:
        """What the store says of each message."""
        return [MessageRow(*row) for row in self.runtime.store.database.read("SELECT * FROM message ORDER BY run")]

    def outcomes(self) -> list[str]:
        """What became of each message, sorted; empty: it waits."""
        return sorted(message.outcome for message in self.messages())

    def later(self, url: str, **passed: float) -> None:
        """Let time pass, then post all that is due by then."""
        self.clock.to(self.clock() + timedelta(**passed))
        posting = self.another(url)
        while posting.post(self.clock()):
            pass


def next_noon() -> datetime:
    """Noon of the next day from Monday to Friday that is not today."""
    noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return noon + timedelta(days=max(0, 8 - noon.isoweekday()) if noon.isoweekday() > 5 else 0)


@pytest.fixture
def faults() -> Faults:
    """What goes wrong at the mail server: nothing, unless a test says so."""
    return Faults.none()


@pytest.fixture
def post(company: Path, faults: Faults) -> Iterator[Post]:
    """A company whose messages of the day are due."""
    made = Post(company, faults)
    yield made
    made.served.stop()
    made.runtime.close()


def test_a_handoff_is_told_to_its_owner_once(post: Post) -> None:
    assert post.posting.post(post.clock()) == 2
    assert post.posting.post(post.clock()) == 0
    to_ben = post.mail.by_receiver()["ben.okoro@example.com"]
    (letter,) = to_ben
    assert letter.subject == "Please: Who will look after Kaya in the first month?"
    assert "Who will look after Kaya in the first month?" in letter.text
    assert "Until: " in letter.text
    assert {message.outcome for message in post.messages()} == {"sent"}


def test_a_handoff_of_a_team_without_an_address_is_told_to_its_lead(post: Post) -> None:
    post.posting.post(post.clock())
    assert "ada.moreau@example.com" in post.mail.by_receiver()


def test_messages_wait_while_the_mail_server_is_not_there(post: Post) -> None:
    nowhere = post.another("smtp://127.0.0.1:9")
    nowhere.post(post.clock())
    assert post.received() == []
    post.clock.to(post.clock() + timedelta(minutes=5))
    post.another(post.url).post(post.clock())
    assert len(post.received()) == 2


def test_a_mailbox_that_is_gone_bounces_and_says_so(post: Post) -> None:
    post.mail.bounce("ben.okoro@example.com")
    post.posting.post(post.clock())
    outcomes = {message.receiver: message.outcome for message in post.messages()}
    assert any(outcome.startswith("bounced: 550") for outcome in outcomes.values())
    assert "sent" in outcomes.values()


def test_a_message_whose_time_is_past_does_not_leave_any_more(post: Post) -> None:
    post.clock.to(post.clock() + timedelta(days=60))
    settle(post.runtime)
    while post.posting.post(post.clock()):
        pass
    outcomes = {message.outcome for message in post.messages()}
    assert any(outcome.startswith("overtaken: ") for outcome in outcomes)


@pytest.mark.parametrize("faults", [Faults([Fault("answer_lost", numbers=(1,))], Random(1))])
def test_a_mail_whose_answer_was_lost_is_held_and_never_sent_twice(post: Post) -> None:
    post.posting.post(post.clock())
    post.clock.to(post.clock() + timedelta(hours=2))
    while post.posting.post(post.clock()):
        pass
    receivers = [each.receiver for each in post.received()]
    assert len(receivers) == len(set(receivers)) == 2
    assert LOST in {message.outcome for message in post.messages()}


@pytest.mark.parametrize(
    "answers",
    [
        {"BODY": [HANG_UP]},
        {"END": [HANG_UP]},
        {"END": [SILENCE]},
        {"END": [b"well, who knows"]},
        {"DATA": [HANG_UP]},
        {"MAIL": [SILENCE]},
    ],
    ids=str,
)
def test_a_mail_to_which_no_answer_came_is_held_and_never_sent_twice(post: Post, answers: Answers) -> None:
    with opened(answers) as office:
        post.another(office.url, timeout_seconds=0.5).post(post.clock())
        assert post.outcomes() == [LOST, "sent"], "the next mail is not the worse for it"
        assert office.heard.count("HELLO") == 2
        assert len(office.taken) == 1
    post.later(post.url, hours=2)
    assert (post.outcomes(), post.received()) == ([LOST, "sent"], [])


@pytest.mark.parametrize("word", ["MAIL", "RCPT", "DATA", "END"])
@pytest.mark.parametrize("later", [b"451 4.3.0 try again later", b"421 4.3.2 closing"])
def test_a_mail_that_the_server_puts_off_waits_and_is_taken_once(post: Post, word: str, later: bytes) -> None:
    with opened({word: [later]}) as office:
        post.another(office.url).post(post.clock())
        assert post.outcomes() == ["", "sent"]
        post.later(office.url, minutes=5)
        assert post.outcomes() == ["sent", "sent"]
        assert len({mail["Message-ID"] for mail in office.taken}) == len(office.taken) == 2


@pytest.mark.parametrize("after", [b"250 forgotten", HANG_UP, SILENCE], ids=str)
def test_a_refusal_counts_whatever_the_server_does_after_it_and_the_next_mail_leaves(post: Post, after: bytes) -> None:
    with opened({"RCPT": [b"550 5.1.1 bo\xeete inconnue"], "RSET": [after]}) as office:
        post.another(office.url, timeout_seconds=0.5).post(post.clock())
        assert post.outcomes() == ["bounced: 550 5.1.1 bo\ufffdte inconnue", "sent"]
        assert office.heard.count("HELLO") == (1 if after.startswith(b"250") else 2)


@pytest.mark.parametrize("after", [HANG_UP, SILENCE], ids=str)
def test_a_mail_that_is_put_off_waits_whatever_the_server_does_after_it(post: Post, after: bytes) -> None:
    with opened({"END": [b"452 4.3.1 full"], "RSET": [after]}) as office:
        post.another(office.url, timeout_seconds=0.5).post(post.clock())
        assert post.outcomes() == ["", "sent"]


@pytest.mark.parametrize("farewell", [b"221 bye", b"500 what", HANG_UP, SILENCE], ids=str)
def test_all_mails_of_a_moment_leave_in_one_session_and_its_end_matters_to_nobody(post: Post, farewell: bytes) -> None:
    with opened({"QUIT": [farewell]}) as office:
        post.another(office.url, timeout_seconds=0.5).post(post.clock())
        assert post.outcomes() == ["sent", "sent"]
        assert office.heard == ["HELLO", "EHLO", *2 * ["MAIL", "RCPT", "DATA", "END"], "QUIT"]
