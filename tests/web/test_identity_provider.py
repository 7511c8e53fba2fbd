"""Signing in with an identity provider: a real one on loopback, in a process of its own."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from tests.web.house import House

from handrail.app.access.accounts import NewAccount, accounts, add_account, close_account, grant_of

PEOPLE = {
    "ada": {"email": "ADA.MOREAU@example.com", "email_verified": True, "name": "Ada Moreau"},
    "unverified": {"email": "ada.moreau@example.com", "email_verified": False},
    "lead": {"email": "lead@elsewhere.example", "email_verified": True, "groups": ["ops", "sales-ops", "unknown"]},
    "waiting": {"email": "waiting@example.com", "email_verified": True, "name": "Wai Ting"},
    "stranger": {"email": "stranger@elsewhere.example", "email_verified": True},
}
SETTINGS = """
sign_in:
  oidc:
    issuer: {issuer}
    client_id: handrail
    client_secret: file:secrets/lms-webhooks
    label: Acme
    groups:
      ops: operations
      sales-ops: [ "auditor in Sales", designer ]
"""


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    """An identity provider that knows these people."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    users = [part for sub, more in PEOPLE.items() for part in ("--user-claims", json.dumps({"sub": sub, **more}))]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "-p", str(port), "-n", "true", *users]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as provider:
        assert provider.stdout is not None
        assert any("running" in line.lower() for line in provider.stdout), "it says when it is there"
        yield f"http://127.0.0.1:{port}"
        provider.terminate()


@pytest.fixture(name="vouched")
def fixture_vouched(company: Path, issuer: str) -> Iterator[House]:
    """A company whose people sign in with it."""
    settings = company / "handrail.yaml"
    settings.write_text(settings.read_text("utf-8") + SETTINGS.format(issuer=issuer), "utf-8")
    made = House(company)
    made.begin()
    yield made
    made.end()


@pytest.fixture(name="named")
def fixture_named(vouched: House) -> House:
    """The same company, that says where its console is: at 127.0.0.1, as it was just served there."""
    settings = vouched.folder / "handrail.yaml"
    settings.write_text(f"{settings.read_text('utf-8')}web: {{ url: '{vouched.url}' }}\n", "utf-8")
    vouched.runtime.read_again()
    return vouched


def sent(browser: httpx2.Client, to: str = "/handoffs") -> str:
    """Where the provider is asked."""
    answer = browser.get("/sign-in/oidc", params={"next": to})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def vouch(where: str, sub: str) -> str:
    """The provider lets them in; where it sends them back."""
    answer = httpx2.post(where, data={"sub": sub}, trust_env=False)
    assert answer.status_code in (302, 303), answer.text
    return answer.headers["location"]


def comes_in(house: House, sub: str) -> tuple[httpx2.Client, httpx2.Response]:
    browser = house.client()
    return browser, browser.get(vouch(sent(browser), sub))


def roles(house: House, login: str) -> dict[str, str]:
    """The roles of an account, each with where it comes from."""
    found = next(each for each in accounts(house.runtime.store, house.runtime.clock()) if each.login == login)
    return {f"{grant.role} in {grant.unit}" if grant.unit else grant.role: source for grant, source in found.grants}


def test_somebody_known_to_hr_comes_in_as_themselves(vouched: House) -> None:
    browser, answer = comes_in(vouched, "ada")
    assert (answer.status_code, answer.headers["location"]) == (303, "/handoffs")
    page = browser.get("/handoffs")
    assert page.status_code == 200
    assert "Ada Moreau" in page.text
    assert "learner" in roles(vouched, "ada.moreau@example.com")


def test_what_is_asked_of_the_provider_cannot_be_replayed(vouched: House) -> None:
    first, second = (parse_qs(urlsplit(sent(vouched.client())).query) for _ in range(2))
    assert first["code_challenge_method"] == ["S256"]
    assert first["response_type"] == ["code"]
    for once in ("state", "nonce", "code_challenge"):
        assert len(first[once][0]) >= 32
        assert first[once] != second[once]
    assert first["redirect_uri"] == [f"{vouched.url}/sign-in/callback"]


def test_who_begins_under_another_name_of_the_console_is_sent_to_its_own_name_and_comes_in_there(named: House) -> None:
    browser = named.client()
    other = named.url.replace("127.0.0.1", "localhost")
    first = browser.get(f"{other}/sign-in/oidc", params={"next": "/handoffs?only=late"})
    assert (first.status_code, first.cookies.get("handrail-oidc")) == (303, None)
    begin = first.headers["location"]
    assert begin.startswith(f"{named.url}/sign-in/oidc?")
    answer = browser.get(vouch(browser.get(begin).headers["location"], "ada"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/handoffs?only=late")
    assert browser.get("/handoffs").status_code == 200


def test_nobody_is_sent_round_for_ever_behind_a_proxy_that_passes_another_name_on(named: House) -> None:
    browser, inside = named.client(), {"Host": "127.0.0.2:8080"}
    first = browser.get("/sign-in/oidc", headers=inside)
    second = browser.get(first.headers["location"], headers=inside)
    assert parse_qs(urlsplit(second.headers["location"]).query)["redirect_uri"] == [f"{named.url}/sign-in/callback"]
    answer = browser.get(vouch(second.headers["location"], "ada"), headers=inside)
    assert answer.status_code == 303


@pytest.mark.parametrize("host", ["evil.example", "localhost:1@evil.example", "[::1]", "127.0.0.2:9"])
def test_a_foreign_host_or_a_foreign_next_never_says_where_a_sign_in_goes(named: House, host: str) -> None:
    answer = named.client().get("/sign-in/oidc", params={"next": "//evil.example/x"}, headers={"Host": host})
    if answer.status_code != 400:
        assert answer.headers["location"] == f"{named.url}/sign-in/oidc?next=%2F&moved=yes"


def test_groups_give_roles_and_taking_them_away_takes_the_roles(vouched: House) -> None:
    answer = comes_in(vouched, "lead")[1]
    assert answer.status_code == 303
    login = "lead@elsewhere.example"
    assert roles(vouched, login) == {"operations": "sign-in", "auditor in Sales": "sign-in", "designer": "sign-in"}
    settings = vouched.runtime.workspace.settings.sign_in.oidc
    assert settings is not None
    settings.groups.pop("sales-ops")  # type: ignore[attr-defined]
    comes_in(vouched, "lead")
    assert roles(vouched, login) == {"operations": "sign-in"}


def test_an_account_that_waits_for_an_address_is_theirs_with_its_roles(vouched: House) -> None:
    new, grants = NewAccount("waiting@example.com", "Somebody"), [grant_of("integration-admin")]
    vouched.runtime.do(lambda engine, now: add_account(engine.store, new, grants, now, "the test"))
    assert comes_in(vouched, "waiting")[1].status_code == 303
    assert roles(vouched, "waiting@example.com") == {"integration-admin": "by hand"}


@pytest.mark.parametrize("sub", ["stranger", "unverified"])
def test_whoever_is_vouched_for_but_not_known_here_is_told_so(vouched: House, sub: str) -> None:
    browser, answer = comes_in(vouched, sub)
    assert answer.status_code == 403
    assert "Nobody is known here by your address" in answer.text
    assert browser.get("/handoffs").status_code == 303


def test_somebody_who_has_left_or_whose_account_was_closed_does_not_come_in(vouched: House) -> None:
    assert comes_in(vouched, "ada")[1].status_code == 303
    login = "ada.moreau@example.com"
    vouched.runtime.do(lambda engine, now: close_account(engine.store, login, now, "the test"))
    assert "was closed" in comes_in(vouched, "ada")[1].text
    with vouched.runtime.store.database.transaction() as transaction:
        transaction.count("UPDATE person SET status = 'left' WHERE email = ?", (login,))
    assert "you have left" in comes_in(vouched, "ada")[1].text


def test_an_answer_that_was_asked_for_by_another_browser_is_not_taken(vouched: House) -> None:
    back = vouch(sent(vouched.client()), "ada")
    other = vouched.client()
    assert other.get(back).status_code == 400
    sent(other)
    assert other.get(back).status_code == 400
    assert other.get("/handoffs").status_code == 303


def test_a_code_counts_once(vouched: House) -> None:
    browser = vouched.client()
    back = vouch(sent(browser), "ada")
    assert browser.get(back).status_code == 303
    assert browser.get(back).status_code == 400


def test_an_answer_in_the_name_of_another_provider_is_not_taken(vouched: House) -> None:
    browser = vouched.client()
    back = vouch(sent(browser), "ada")
    assert browser.get(f"{back}&iss=https://evil.example").status_code == 502


def test_whoever_says_no_at_the_provider_does_not_come_in(vouched: House) -> None:
    browser = vouched.client()
    where = sent(browser)
    back = httpx2.post(where, data={"action": "deny"}, trust_env=False).headers["location"]
    assert browser.get(back).status_code == 403


def test_a_provider_that_is_not_there_is_told_plainly_and_the_reason_is_in_the_audit(vouched: House) -> None:
    provider = vouched.runtime.workspace.settings.sign_in.oidc
    assert provider is not None
    vouched.application.state.provider.settings = type(provider)("http://127.0.0.1:9", "handrail")
    answer = vouched.client().get("/sign-in/oidc")
    assert answer.status_code == 502
    assert "did not answer as it should" in answer.text
    assert vouched.runtime.store.audit(limit=1000)[-1].what == "sign-in failed"


def test_neither_codes_nor_tokens_are_kept(vouched: House) -> None:
    browser = vouched.client()
    back = vouch(sent(browser), "ada")
    browser.get(back)
    code = parse_qs(urlsplit(back).query)["code"][0]
    database = vouched.runtime.store.database
    kept = repr([database.read(f"SELECT * FROM {table}") for table in ("audit", "account", "session", "tries")])
    assert code not in kept
    assert "eyJ" not in kept
