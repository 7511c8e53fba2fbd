"""What is sent to an identity provider, and what is done when it misbehaves: a small one on loopback, that does as it is told."""

from __future__ import annotations

import hashlib
import json
import threading
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from handrail.app.access.oidc import Asked, Provider, ProviderFault
from handrail.app.settings import OidcSettings

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BACK = "https://learning.acme.example/sign-in/callback"


class Small:
    """The provider: what it says, and what it was asked."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one"})
        self.asked: list[tuple[str, dict[str, str], dict[str, list[str]]]] = []
        self.claims: dict[str, Any] = {}
        self.user: dict[str, Any] = {"sub": "u-1", "email": "ada@acme.example", "email_verified": True}
        self.discovered: dict[str, Any] = {}
        small = self

        class Door(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer({})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self._answer(parse_qs(body.decode()))

            def _answer(self, form: dict[str, list[str]]) -> None:
                small.asked.append((self.path, dict(self.headers), form))
                said = json.dumps(small.said(self.path)).encode()
                self.send_response(200)
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def said(self, path: str) -> dict[str, Any]:
        if path.endswith("openid-configuration"):
            ends = {"authorization_endpoint": "/go", "token_endpoint": "/token", "jwks_uri": "/keys"}
            there = {name: self.issuer + end for name, end in {**ends, "userinfo_endpoint": "/me"}.items()}
            return {"issuer": self.issuer, **there, **self.discovered}
        if path == "/keys":
            return dict(KeySet([self.key]).as_dict(private=False))
        if path == "/me":
            return self.user
        at = int(NOW.timestamp())
        right = {"iss": self.issuer, "aud": "handrail", "sub": "u-1", "iat": at, "exp": at + 60}
        token = jwt.encode({"alg": "RS256", "kid": self.key.kid}, {**right, **self.claims}, self.key)
        return {"id_token": token, "access_token": "for the user's own page"}

    def many(self, path: str) -> int:
        return sum(each[0] == path for each in self.asked)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture(name="small")
def fixture_small() -> Iterator[Small]:
    made = Small()
    yield made
    made.close()


@pytest.fixture(name="provider")
def fixture_provider(small: Small) -> Iterator[Provider]:
    made = Provider(OidcSettings(small.issuer, "handrail"), "a:secret with signs&")
    yield made
    made.close()


def back(small: Small, provider: Provider, now: datetime = NOW, **given: str) -> dict[str, Any]:
    """Go there and come back; what is said of whoever returns."""
    _, asked = provider.begin(BACK, "/", now)
    small.claims["nonce"] = asked.nonce
    return dict(provider.finish({"code": "c-1", **given}, asked, BACK, now))


def test_the_code_is_redeemed_with_the_verifier_of_its_challenge_and_the_secret_apart(
    small: Small, provider: Provider
) -> None:
    where, asked = provider.begin(BACK, "/", NOW)
    small.claims["nonce"] = asked.nonce
    assert provider.finish({"code": "c-1"}, asked, BACK, NOW)["email"] == "ada@acme.example"
    sent = parse_qs(urlsplit(where).query)
    _, headers, form = next(each for each in small.asked if each[0] == "/token")
    challenge = urlsafe_b64encode(hashlib.sha256(form["code_verifier"][0].encode()).digest()).decode().rstrip("=")
    assert sent["code_challenge"] == [challenge]
    assert form["redirect_uri"] == sent["redirect_uri"] == [BACK]
    assert b64decode(headers["Authorization"].removeprefix("Basic ")) == b"handrail:a%3Asecret%20with%20signs%26"
    assert "client_secret" not in form
    assert asked.verifier not in where


def test_a_provider_that_takes_the_secret_in_the_form_alone_gets_it_there(small: Small, provider: Provider) -> None:
    small.discovered["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
    back(small, provider)
    _, headers, form = next(each for each in small.asked if each[0] == "/token")
    assert form["client_secret"] == ["a:secret with signs&"]
    assert "Authorization" not in headers


def test_what_is_said_of_somebody_else_is_not_believed(small: Small, provider: Provider) -> None:
    small.user["sub"] = "u-2"
    with pytest.raises(ProviderFault, match="about somebody else"):
        back(small, provider)


def test_a_provider_that_calls_itself_otherwise_is_not_asked(small: Small, provider: Provider) -> None:
    small.discovered["issuer"] = "https://login.acme.example"
    with pytest.raises(ProviderFault, match="calls itself"):
        provider.begin(BACK, "/", NOW)


def test_an_answer_must_name_the_provider_where_it_always_does(small: Small, provider: Provider) -> None:
    small.discovered["authorization_response_iss_parameter_supported"] = True
    with pytest.raises(ProviderFault, match="another provider"):
        back(small, provider)
    assert back(small, provider, iss=small.issuer)["sub"] == "u-1"


def test_a_new_key_is_fetched_when_it_is_first_used_and_not_for_every_forgery(small: Small, provider: Provider) -> None:
    back(small, provider)
    small.key = RSAKey.generate_key(2048, {"kid": "two"})
    assert back(small, provider, NOW + timedelta(seconds=61))["sub"] == "u-1"
    assert small.many("/keys") == 2
    small.key = RSAKey.generate_key(2048, {"kid": "three"})
    for _ in range(3):
        with pytest.raises(ProviderFault):
            back(small, provider, NOW + timedelta(seconds=70))
    assert small.many("/keys") == 2


def test_where_it_is_asked_is_looked_up_once_an_hour(small: Small, provider: Provider) -> None:
    for minutes in (0, 30, 59, 61):
        provider.begin(BACK, "/", NOW + timedelta(minutes=minutes))
    assert small.many("/.well-known/openid-configuration") == 2


def test_a_provider_that_is_down_is_left_alone_for_a_moment() -> None:
    down = Provider(OidcSettings("http://127.0.0.1:9", "handrail"), "")
    first: list[ProviderFault] = []
    for seconds in (0, 1, 14, 16):
        with pytest.raises(ProviderFault, match="cannot be reached") as raised:
            down.begin(BACK, "/", NOW + timedelta(seconds=seconds))
        first.append(raised.value)
    assert [fault is first[0] for fault in first] == [True, True, True, False]
    down.close()


def test_a_code_is_nothing_without_the_sign_in_that_it_was_given_for(small: Small, provider: Provider) -> None:
    _, asked = provider.begin(BACK, "/", NOW)
    small.claims["nonce"] = asked.nonce
    other = Asked("s", "n", "v", "/")
    with pytest.raises(ProviderFault, match="nonce"):
        provider.finish({"code": "c-1"}, other, BACK, NOW)
