"""The way to the mail server: hidden where the server can be, and a password is told to nobody unknown, in the open to nobody."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
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

from handrail.app.mailing.server import NotReached, Server, hand_over, leave

SENDER = "learning@example.com"


class Sink:
    """A real server: how each mail came (hidden or not), and which passwords it was told."""

    def __init__(self, tls: ssl.SSLContext | None, host: str = "127.0.0.1") -> None:
        self.hidden: list[bool] = []
        self.told: list[bytes] = []
        with socket.socket() as found:
            found.bind((host, 0))
            self.port = int(found.getsockname()[1])
        self._controller = Controller(
            self,
            hostname=host,
            port=self.port,
            tls_context=tls,
            authenticator=self._asked,
            auth_require_tls=False,
        )
        self._controller.start()

    async def handle_DATA(self, _server: SMTP, session: Session, _envelope: Envelope) -> str:
        self.hidden.append(session.ssl is not None)
        return "250 taken"

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


def send(server: Server) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = SENDER, "ben@example.com", "Please"
    session = server.session()
    hand_over(session, mail)
    leave(session)


def test_mail_leaves_hidden_where_the_server_can_be_talked_to_so(hidden: Sink, open_one: Sink) -> None:
    for sink in (hidden, open_one):
        send(Server(f"smtp://127.0.0.1:{sink.port}", SENDER))
    assert (hidden.hidden, open_one.hidden) == ([True], [False])


def test_a_server_for_which_nobody_vouches_is_not_told_the_password(hidden: Sink) -> None:
    with pytest.raises(NotReached, match="SSLCertVerificationError"):
        Server(f"smtp://127.0.0.1:{hidden.port}", SENDER, "a secret").session()
    assert hidden.told == []


def test_a_password_is_not_told_in_the_open_but_on_this_very_machine(open_one: Sink) -> None:
    send(Server(f"smtp://127.0.0.1:{open_one.port}", SENDER, "a secret"))
    elsewhere = Sink(None, "127.0.0.2")
    with pytest.raises(NotReached, match="STARTTLS"):
        Server(f"smtp://127.0.0.2:{elsewhere.port}", SENDER, "a secret").session()
    elsewhere.stop()
    assert (open_one.told, elsewhere.told) == ([b"a secret"], [])
