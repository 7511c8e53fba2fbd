"""Signing in with a password, what a session is worth, and what another site cannot do."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from tests.web.house import House

from handrail.app.access.accounts import NewAccount, add_account, close_account, grant_of, take_from, the_account
from handrail.app.access.passwords import hashed
from handrail.app.access.sessions import revoke, sessions_of
from handrail.web.signing_in import safe_next

PASSWORD = "orange bicycle under rain"
_KEPT: list[str] = []


def kept_password() -> str:
    """The password as it is kept, made once: it costs a quarter of a second."""
    if not _KEPT:
        _KEPT.append(hashed(PASSWORD))
    return _KEPT[0]


def account(house: House, login: str = "ada@acme.example", role: str = "operations") -> str:
    new = NewAccount(login, "Ada Lovelace", None, kept_password())
    house.runtime.do(lambda engine, now: add_account(engine.store, new, [grant_of(role)], now, "the test"))
    return login


def signs_in(client: httpx2.Client, login: str, password: str = PASSWORD, **more: str) -> httpx2.Response:
    return client.post("/sign-in", data={"login": login, "password": password, **more})


def form_token(page: httpx2.Response) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', page.text)
    assert found is not None, "a page with a form has its token"
    return found[1]


def audit(house: House) -> list[str]:
    return [row.what for row in house.runtime.store.audit(limit=1000)]


def test_whoever_is_not_signed_in_is_sent_to_sign_in_and_comes_back(house: House) -> None:
    browser, login = house.client(), account(house)
    sent = browser.get("/handoffs?journey=welcome")
    assert (sent.status_code, sent.headers["location"]) == (303, "/sign-in?next=%2Fhandoffs%3Fjourney%3Dwelcome")
    page = browser.get(sent.headers["location"])
    assert 'value="/handoffs?journey=welcome"' in page.text
    entered = signs_in(browser, login.upper(), next="/handoffs?journey=welcome")
    assert (entered.status_code, entered.headers["location"]) == (303, "/handoffs?journey=welcome")
    assert browser.get("/handoffs?journey=welcome").status_code == 200
    assert "signed in" in audit(house)


def test_a_program_without_a_token_still_gets_its_401_in_json(house: House) -> None:
    answer = house.client().get("/api/runs")
    assert (answer.status_code, answer.json()["error"]) == (401, "There is no token.")


def test_an_unknown_login_a_wrong_password_and_a_closed_account_are_told_the_same(house: House) -> None:
    browser, login = house.client(), account(house)
    account(house, "gone@acme.example")
    house.runtime.do(lambda engine, now: close_account(engine.store, "gone@acme.example", now, "the test"))
    said = [signs_in(browser, *tried) for tried in ((login, "wrong"), ("nobody@x", "wrong"), ("gone@acme.example",))]
    texts = [re.sub(r'value="[^"]*"', "", each.text.partition("<main")[2]) for each in said]
    assert {each.status_code for each in said} == {401}
    assert len({text.partition("<footer")[0] for text in texts}) == 1


def test_after_five_wrong_passwords_one_waits_and_a_right_one_does_not_help(house: House) -> None:
    browser, login = house.client(), account(house)
    assert [signs_in(browser, login, "wrong").status_code for _ in range(6)] == [401] * 5 + [429]
    late = signs_in(browser, login)
    assert late.status_code == 429
    assert re.search(r"Too many tries\. Wait \d minutes", late.text)
    assert signs_in(browser, account(house, "other@acme.example")).status_code == 303


def test_passwords_are_neither_logged_nor_kept_nor_shown(house: House, caplog: pytest.LogCaptureFixture) -> None:
    browser, login = house.client(), account(house)
    with caplog.at_level(logging.DEBUG):
        answers = [signs_in(browser, login, "hunter-2-hunter-2"), signs_in(browser, "hunter-2-hunter-2", PASSWORD)]
        signs_in(browser, login)
    database = house.runtime.store.database
    kept = repr([database.read(f"SELECT * FROM {table}") for table in ("audit", "account", "session", "tries")])
    everything = caplog.text + kept + answers[0].text
    assert "hunter" not in everything
    assert PASSWORD not in everything + answers[1].text


def test_the_id_of_a_session_is_new_at_sign_in_and_the_one_before_is_worth_nothing(house: House) -> None:
    browser, login = house.client(), account(house)
    browser.cookies.set("handrail", "chosen-by-somebody-else", domain="127.0.0.1")
    first = signs_in(browser, login).cookies["handrail"]
    assert first != "chosen-by-somebody-else"
    other = house.client()
    other.cookies.set("handrail", first, domain="127.0.0.1")
    second = signs_in(other, login).cookies["handrail"]
    assert second != first
    assert browser.get("/handoffs").status_code == 303


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(house: House) -> None:
    cookie = signs_in(house.client(), account(house)).headers["set-cookie"]
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}


def test_sign_out_ends_the_session_for_good(house: House) -> None:
    browser, login = house.client(), account(house)
    signs_in(browser, login)
    kept = browser.cookies["handrail"]
    answer = browser.post("/sign-out", data={"form_token": form_token(browser.get("/handoffs"))})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?out=1")
    browser.cookies.set("handrail", kept, domain="127.0.0.1")
    assert browser.get("/handoffs").status_code == 303


def test_a_session_that_is_revoked_in_the_middle_of_a_form_changes_nothing_and_says_so(house: House) -> None:
    browser, login = house.client(), account(house)
    signs_in(browser, login)
    token, before = form_token(browser.get("/handoffs")), audit(house)
    house.runtime.do(lambda engine, now: revoke(engine.store, the_account(engine.store, login), now, "the test"))
    sent = {"form_token": token}
    answer = browser.post("/sign-out", data=sent, headers={"Referer": f"{house.url}/handoffs?journey=welcome"})
    assert answer.status_code == 401
    assert "Your session has ended, so nothing was changed" in answer.text
    assert 'name="next" value="/handoffs"' in answer.text
    assert audit(house)[len(before) :] == ["sessions ended"]


def test_a_part_of_a_page_that_asks_without_a_session_sends_the_whole_page_to_sign_in(house: House) -> None:
    asked = {"HX-Request": "true", "HX-Current-URL": f"{house.url}/handoffs?journey=welcome"}
    answer = house.client().get("/handoffs", headers=asked)
    assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/sign-in?next=%2Fhandoffs%3Fjourney%3Dwelcome")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_a_form_of_another_site_is_refused_even_with_the_session(house: House, headers: dict[str, str]) -> None:
    visitor = house.visitor("operations")
    assert visitor.post("/sign-out", headers=headers).status_code == 403
    assert visitor.get("/handoffs").status_code == 200
    tried = house.client().post("/sign-in", data={"login": account(house), "password": PASSWORD}, headers=headers)
    assert tried.status_code == 403


def test_a_form_without_the_token_of_this_session_is_refused(house: House) -> None:
    visitor, other = house.visitor("operations"), house.visitor("operations")
    for token in ("", "guessed", other.headers["X-Form-Token"]):
        answer = visitor.post("/sign-out", data={"form_token": token}, headers={"X-Form-Token": token})
        assert (answer.status_code, "Open the page again" in answer.text) == (403, True)
    own = {"Sec-Fetch-Site": "same-origin", "Origin": house.url}
    assert visitor.post("/sign-out", headers=own).status_code == 303


@pytest.mark.parametrize("path", ["/sign-in", "/handoffs", "/api/runs", "/api/docs", "/nothing", "/health/live"])
def test_every_answer_forbids_frames_foreign_scripts_and_guessing(house: House, path: str) -> None:
    headers = house.client().get(path).headers
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert (headers["x-frame-options"], headers["x-content-type-options"]) == ("DENY", "nosniff")
    assert headers["referrer-policy"] == "same-origin"
    assert "strict-transport-security" not in headers


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "", "[::bad"])
def test_an_address_asked_for_by_another_name_answers_nothing(house: House, host: str) -> None:
    answer = house.client().get("/sign-in", headers={"Host": host})
    assert answer.status_code == 400
    assert answer.headers["x-frame-options"] == "DENY"


def test_numbers_and_this_machine_are_names_enough_and_health_needs_none(house: House) -> None:
    for host in ("127.0.0.1:1", "localhost", "[::1]:8000", "10.1.2.3"):
        assert house.client().get("/sign-in", headers={"Host": host}).status_code == 200
    assert house.client().get("/health/live", headers={"Host": "evil.example"}).status_code == 200


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "/sign-out",
    " /x",
    "",
    "/" + "x" * 3000,
]


@pytest.mark.parametrize("to", ELSEWHERE)
def test_nobody_is_sent_to_another_site_after_signing_in(house: House, to: str) -> None:
    assert safe_next(to) == "/"
    if len(to) < 2000:
        answer = signs_in(house.client(), account(house), next=to)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_a_path_of_ours_is_where_one_goes_on() -> None:
    for path in ("/", "/people/P-1?tab=why", "/runs/R-88#pass-2"):
        assert safe_next(path) == path


def test_the_way_in_by_one_click_is_not_there_outside_the_demo(house: House) -> None:
    login = account(house)
    answer = house.client().post("/sign-in/demo", data={"login": login})
    assert answer.status_code == 404
    assert "Take a look as" not in house.client().get("/sign-in").text


def test_a_role_taken_away_counts_with_the_next_click(house: House) -> None:
    visitor = house.visitor("operations", login="kim@acme.example")
    assert visitor.get("/handoffs").status_code == 200
    role = grant_of("operations")
    house.runtime.do(lambda engine, now: take_from(engine.store, "kim@acme.example", role, now, "the test"))
    assert visitor.get("/handoffs").status_code == 403


def test_whoever_has_left_is_signed_out_at_once(house: House) -> None:
    visitor = house.visitor("learner", person=2)
    assert visitor.get("/handoffs").status_code == 200
    with house.runtime.store.database.transaction() as transaction:
        transaction.count("UPDATE person SET status = 'left' WHERE id = 2")
    assert visitor.get("/handoffs").status_code == 303


def test_a_session_ends_when_it_is_not_used_and_at_the_latest_after_its_time(house: House) -> None:
    visitor = house.visitor("operations", login="kim@acme.example")
    database = house.runtime.store.database
    now = house.runtime.clock()

    def set_back(column: str, by: timedelta) -> None:
        with database.transaction() as transaction:
            transaction.count(f"UPDATE session SET {column} = {column} - ?", (int(by.total_seconds() * 1000),))

    set_back("seen", timedelta(minutes=119))
    assert visitor.get("/handoffs").status_code == 200
    house.settle()
    set_back("seen", timedelta(minutes=121))
    assert visitor.get("/handoffs").status_code == 303
    set_back("seen", -timedelta(minutes=121))
    assert visitor.get("/handoffs").status_code == 200
    set_back("expires", timedelta(hours=12))
    assert visitor.get("/handoffs").status_code == 303
    assert sessions_of(house.runtime.store, None, now) == []


def test_many_who_sign_in_at_once_all_come_in(house: House) -> None:
    logins = [account(house, f"p{number}@acme.example") for number in range(4)]
    came: list[int] = []

    def one(login: str) -> None:
        came.append(signs_in(house.client(), login).status_code)

    threads = [threading.Thread(target=one, args=(login,)) for login in logins]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert came == [303] * 4


SERVED_AS = """
web:
  url: https://learning.acme.example
sign_in:
  hosts: [ learning-test.acme.example ]
  proxies: [ 127.0.0.1 ]
"""


@pytest.fixture(name="public")
def fixture_public(company: Path) -> Iterator[House]:
    """A company that is reached over https, through a proxy on this machine."""
    settings = company / "handrail.yaml"
    settings.write_text(settings.read_text("utf-8") + SERVED_AS, "utf-8")
    made = House(company)
    made.begin()
    yield made
    made.end()


def test_over_https_the_cookie_is_of_this_host_alone_and_encrypted(public: House) -> None:
    named = {"Host": "learning.acme.example", "Origin": "https://learning.acme.example"}
    sent = {"login": account(public), "password": PASSWORD}
    answer = public.client().post("/sign-in", data=sent, headers=named)
    assert answer.status_code == 303
    name, _, rest = answer.headers["set-cookie"].partition("=")
    assert name == "__Host-handrail"
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= {part.strip() for part in rest.split(";")}
    assert "Domain" not in rest
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


def test_the_names_of_the_settings_are_answered_and_no_others(public: House) -> None:
    for host, status in (
        ("learning.acme.example", 200),
        ("LEARNING.acme.example:443", 200),
        ("learning-test.acme.example", 200),
        ("learning.acme.example.evil.example", 400),
        ("acme.example", 400),
    ):
        assert public.client().get("/sign-in", headers={"Host": host}).status_code == status, host


def test_behind_a_proxy_that_is_named_each_caller_has_tries_of_their_own(public: House) -> None:
    browser, login = public.client(), account(public)
    signed = browser.post(
        "/sign-in", data={"login": login, "password": PASSWORD}, headers={"X-Forwarded-For": "198.51.100.7"}
    )
    assert signed.status_code == 303
    (session,) = sessions_of(public.runtime.store, None, public.runtime.clock())
    assert session.address == "198.51.100.7"


def test_without_a_named_proxy_nobody_chooses_the_address_that_is_kept(house: House) -> None:
    sent = {"login": account(house), "password": PASSWORD}
    house.client().post("/sign-in", data=sent, headers={"X-Forwarded-For": "198.51.100.7"})
    (session,) = sessions_of(house.runtime.store, None, house.runtime.clock())
    assert session.address == "127.0.0.1"
