"""The way to the mail server: hidden where the server can be, and a password is told to nobody unknown, in the open to nobody."""

from __future__ import annotations

import asyncio
import gc
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.web.post_office import HANG_UP, SILENCE, Answers, opened

from handrail.app.mailing.letters import Letter, Said
from handrail.app.mailing.looks import as_html, as_text
from handrail.app.mailing.server import NotReached, Refused, Server, hand_over, leave, mail_of, one_address, server_of
from handrail.app.settings import ConnectionDraft, MailSettings
from handrail.store.rows import MessageRow
from handrail.terms.problem import SettingsError

SENDER = "learning@example.com"


class Sink:
    """A real server: how each mail came (hidden or not), and which passwords it was told."""

    def __init__(self, tls: ssl.SSLContext | None, host: str = "127.0.0.1", *, smtps: bool = False) -> None:
        self.hidden: list[bool] = []
        self.told: list[bytes] = []
        self.greets_hidden = ""
        self._smtps = smtps
        with socket.socket() as found:
            found.bind((host, 0))
            self.port = int(found.getsockname()[1])
        self._controller = Controller(
            self,
            hostname=host,
            port=self.port,
            tls_context=None if smtps else tls,
            ssl_context=tls if smtps else None,
            authenticator=self._asked,
            auth_require_tls=False,
        )
        self._controller.start()

    async def handle_DATA(self, _server: SMTP, session: Session, _envelope: Envelope) -> str:
        self.hidden.append(self._smtps or session.ssl is not None)
        return "250 taken"

    async def handle_EHLO(
        self, _server: SMTP, session: Session, _envelope: Envelope, name: str, can: list[str]
    ) -> list[str]:
        session.host_name = name
        return [self.greets_hidden] if self.greets_hidden and session.ssl is not None else can

    def _asked(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, said: LoginPassword
    ) -> AuthResult:
        self.told.append(said.password)
        return AuthResult(success=True)

    def stop(self) -> None:
        self._controller.stop()


@pytest.fixture
def hidden(tmp_path: Path) -> Iterator[Sink]:
    """A server that can be talked to unheard, and for which nobody vouches."""
    sink = Sink(certified(tmp_path))
    yield sink
    sink.stop()


@pytest.fixture
def open_one() -> Iterator[Sink]:
    """A server that everybody on the way can listen to."""
    sink = Sink(None)
    yield sink
    sink.stop()


def certified(folder: Path) -> ssl.SSLContext:
    """What a server shows: a certificate that it made itself."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = folder / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@pytest.fixture
def vouched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """What a server shows for which somebody vouches: this very machine does."""
    shown = certified(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
    return shown


def send(server: Server, mail: EmailMessage | None = None) -> None:
    if mail is None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = SENDER, "ben@example.com", "Please"

    async def sent() -> None:
        session = await server.session()
        await hand_over(session, mail)
        await leave(session)

    asyncio.run(sent())


def test_mail_leaves_hidden_where_the_server_can_be_talked_to_so(hidden: Sink, open_one: Sink) -> None:
    for sink in (hidden, open_one):
        send(Server(f"smtp://127.0.0.1:{sink.port}", SENDER))
    assert (hidden.hidden, open_one.hidden) == ([True], [False])


def test_a_server_for_which_nobody_vouches_is_not_told_the_password(hidden: Sink) -> None:
    with pytest.raises(NotReached, match="SSLCertVerificationError"):
        send(Server(f"smtp://127.0.0.1:{hidden.port}", SENDER, "a secret"))
    assert hidden.told == []


def test_a_password_is_not_told_in_the_open_but_on_this_very_machine(open_one: Sink) -> None:
    send(Server(f"smtp://127.0.0.1:{open_one.port}", SENDER, "a secret"))
    elsewhere = Sink(None, "127.0.0.2")
    with pytest.raises(NotReached, match="STARTTLS"):
        send(Server(f"smtp://127.0.0.2:{elsewhere.port}", SENDER, "a secret"))
    elsewhere.stop()
    assert (open_one.told, elsewhere.told) == ([b"a secret"], [])


def test_a_server_for_which_somebody_vouches_is_told_the_password_unheard(vouched: ssl.SSLContext) -> None:
    sink = Sink(vouched)
    send(Server(f"smtp://127.0.0.1:{sink.port}", SENDER, "a secret"))
    sink.stop()
    assert (sink.hidden, sink.told) == ([True], [b"a secret"])


def test_smtps_is_hidden_from_the_start_and_somebody_must_vouch_for_it(
    vouched: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = Sink(vouched, smtps=True)
    send(Server(f"smtps://127.0.0.1:{sink.port}", SENDER))
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(NotReached, match="SSLCertVerificationError"):
        send(Server(f"smtps://127.0.0.1:{sink.port}", SENDER))
    sink.stop()
    assert sink.hidden == [True]


@pytest.mark.parametrize(
    "answers",
    [
        {"HELLO": [HANG_UP]},
        {"HELLO": [SILENCE]},
        {"HELLO": [b"554 not for you"]},
        {"HELLO": [b"what?"]},
        {"EHLO": [HANG_UP]},
        {"EHLO": [SILENCE]},
        {"EHLO": [b"421 closing"]},
        {"EHLO": [b"250-office\r\n250 STARTTLS"], "STAR": [b"454 not now"]},
        {"EHLO": [b"250-office\r\n250 STARTTLS"], "STAR": [HANG_UP]},
        {"EHLO": [b"250-office\r\n250 AUTH PLAIN"], "AUTH": [b"535 wrong"]},
        {"EHLO": [b"250-office\r\n250 AUTH PLAIN"], "AUTH": [SILENCE]},
        {"EHLO": [b"250 office"]},
    ],
    ids=str,
)
def test_a_server_that_does_not_let_us_in_is_not_reached_and_hears_of_no_mail(answers: Answers) -> None:
    with opened(answers) as office:
        with pytest.raises(NotReached, match="the mail server was not reached"):
            send(Server(office.url, SENDER, "a secret", timeout_seconds=0.5))
        assert "MAIL" not in office.heard


def test_a_server_that_closes_once_it_is_talked_to_unheard_is_not_reached(hidden: Sink) -> None:
    hidden.greets_hidden = "421 closing"
    with pytest.raises(NotReached, match="the mail server was not reached"):
        send(Server(f"smtp://127.0.0.1:{hidden.port}", SENDER))
    hidden.greets_hidden = "502 what?"
    send(Server(f"smtp://127.0.0.1:{hidden.port}", SENDER))
    assert hidden.hidden == [True], "it knows HELO"


def test_we_call_ourselves_by_a_full_name_or_an_address_as_servers_ask() -> None:
    with opened() as office:
        send(Server(office.url, SENDER))
    assert re.fullmatch(r"EHLO ([^.\s]+(\.[^.\s]+)+|\[[\d.]+\])", office.lines[0], re.IGNORECASE)


def test_a_session_with_a_server_that_fell_silent_is_ended_at_once(vouched: ssl.SSLContext) -> None:
    with opened({"QUIT": [SILENCE]}, vouched) as office:
        send(Server(office.url, SENDER, timeout_seconds=0.5))
        gc.collect()  # what was left open warns now, and a warning is an error
        assert len(office.taken) == 1


def test_an_address_that_cannot_be_said_leaves_no_mail_half_begun() -> None:
    mail = EmailMessage()
    mail["From"], mail["To"] = SENDER, "ben\x01@example.com"

    async def left(server: Server) -> bool:
        session = await server.session()
        with pytest.raises(ValueError, match="control character"):
            await hand_over(session, mail)
        return not session.is_connected

    with opened() as office:
        assert asyncio.run(left(Server(office.url, SENDER)))


def test_an_address_in_a_script_that_the_server_does_not_take_is_refused_and_the_next_mail_leaves() -> None:
    async def handed(server: Server) -> None:
        session = await server.session()
        for to in ("åsa@example.com", "ben@example.com"):
            mail = EmailMessage()
            mail["From"], mail["To"] = SENDER, to
            with nullcontext() if to.isascii() else pytest.raises(Refused, match="SMTPUTF8"):
                await hand_over(session, mail)
        await leave(session)

    with opened() as office:
        asyncio.run(handed(Server(office.url, SENDER)))
        assert (len(office.taken), office.heard.count("HELLO")) == (1, 1)


def test_with_a_sender_in_a_script_that_the_server_does_not_take_no_receiver_is_blamed() -> None:
    mail = EmailMessage()
    mail["From"], mail["To"] = "lärm@example.com", "ben@example.com"
    with opened() as office, pytest.raises(NotReached, match="the sender's is none"):
        send(Server(office.url, "lärm@example.com"), mail)
    with opened({"EHLO": [b"250-office\r\n250 SMTPUTF8"]}) as office:
        send(Server(office.url, "lärm@example.com"), mail)
        assert len(office.taken) == 1


@pytest.mark.parametrize(
    "text", ["ben@", "ben@[", "ben", "", "@", "<>", "ben@a.com, eve@b.com", "ben ben@a.com", "ben@a.com\n"]
)
def test_what_is_not_one_address_makes_no_mail_and_says_so(text: str) -> None:
    with pytest.raises(ValueError, match="is not a mail address"):
        one_address(text)


@pytest.mark.parametrize(
    "text", ["ben@a.com", "b.o'neil+x@a-b.com", "åsa@example.com", "ben@exämple.com", '"b b"@a.com']
)
def test_an_address_in_any_script_is_one(text: str) -> None:
    assert one_address(text) == text


def test_a_sender_that_is_no_address_is_said_before_any_mail_is_lost(tmp_path: Path) -> None:
    draft = ConnectionDraft("mail", "smtp://127.0.0.1:25", "team:it", MailSettings("Learning <learning@example.com"))
    with pytest.raises(SettingsError, match=r'The sender of "mail" in handrail.yaml: .* Write one, such as'):
        server_of(draft, {}, tmp_path)


def test_a_server_that_knows_only_the_oldest_greeting_gets_mail() -> None:
    with opened({"EHLO": [b"502 what?"]}) as office:
        send(Server(office.url, SENDER))
        assert office.heard[:3] == ["HELLO", "EHLO", "HELO"]
        assert len(office.taken) == 1


@pytest.mark.parametrize("can", [b"250 office", b"250-office\r\n250-SIZE\r\n250 8BITMIME"], ids=["seven bits", "eight"])
def test_a_letter_arrives_as_it_was_written_in_any_script(can: bytes) -> None:
    said = Said(
        "Wer begleitet Åsa Müller?", "Привет, 新人。\n.a line that begins with a dot\n" + "ä" * 300, ("Bis: 17:00",)
    )
    letter = Letter("ben@example.com", "de", "Bitte: Wer begleitet Åsa Müller – ab dem 1. März?", "Guten Tag", (said,))
    row = MessageRow(1, 1, 1, "P-1", 0, "", "handoff", 0, None, 0, 0, 0, b"", "")
    mail = mail_of(SENDER, [row], letter, datetime(2026, 3, 2, 9, tzinfo=UTC))
    with opened({"EHLO": [can]}) as office:
        send(Server(office.url, SENDER), mail)
    (came,) = office.taken
    assert came["Subject"] == letter.subject
    for kind, written in (("plain", as_text(letter)), ("html", as_html(letter))):
        part = came.get_body(preferencelist=(kind,))
        assert part is not None
        assert part.get_content().replace("\r\n", "\n").rstrip("\n") == written.rstrip("\n")
    assert office.raw[0].isascii() or b"8BITMIME" in can
