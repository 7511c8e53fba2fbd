"""What handrail.yaml may say, and how it is told what is wrong with it."""

from datetime import date, time
from pathlib import Path

import pytest
from tests.unit.app.folders import SETTINGS, said, small, with_settings

from handrail.app.settings import Secret, secret_of
from handrail.app.workspace import load_workspace
from handrail.connect.gate import Rate
from handrail.connect.lms import LmsSettings
from handrail.terms.problem import JourneyProblems, SettingsError


def test_a_workspace_that_is_right_says_what_it_says(tmp_path: Path) -> None:
    settings = load_workspace(small(tmp_path)).settings
    assert (settings.name, settings.zone, settings.languages) == ("Small", "Europe/Berlin", ("en", "de"))
    assert settings.teams["learning"].members == ("hris:2", "ana@small.example")
    assert settings.roles["partner"].who == {"DE": "hris:3"}
    assert settings.calendars["office"].hours.opens == time(8, 30)
    assert settings.calendars["office"].closures == (date(2026, 12, 24),)
    assert settings.lists == {"sites": ("Bonn", "Trier")}
    assert settings.contacts == {"trainer": "trainer@outside.example"}
    assert settings.extra["shirt"].choices == ("S", "M", "L")


def test_a_connection_knows_its_limit_and_where_its_secret_is(tmp_path: Path) -> None:
    lms = load_workspace(small(tmp_path)).settings.connections["lms"]
    assert lms.rate == Rate(100, 60.0)
    assert lms.system == LmsSettings(bulk=50)
    assert lms.token == Secret("env", "LMS_TOKEN")
    assert lms.people_by == "hris"


WRONG = [
    ("  owner: team:learning\n  calendar", "  calendar", '`organization` does not say its "owner"', "W103"),
    ("zone: Europe/Berlin\n  language", "zone: Europe/Bärlin\n  language", "no time zone", "W105"),
    ("language: en\n", "language: english\n", '"english" is no language', "W105"),
    ("owner: team:learning\n  calendar", "owner: team:lerning\n  calendar", 'there is no team "lerning"', "W106"),
    ("calendar: office\n", "calendar: ofice\n", 'there is no calendar "ofice"', "W106"),
    ('lead: "hris:1"', "lead: Ana", '"Ana" does not say who', "W105"),
    ('lead: "hris:1"', 'lead: "sap:1"', 'there is no source "sap"', "W106"),
    ('admins: { lead: "hris:2" }', "admins: { members: [] }", 'team "admins" does not say its "lead"', "W103"),
    ("by: country", "by: county", 'there is no field of a person "county"', "W106"),
    ("by: country, ", "", "needs both `by` and `who`", "W103"),
    ("region: BY", "region: XX", 'no region "XX" is known in DE', "W112"),
    ("08:30 to 16:30", "8-16", '"8-16" are no working hours', "W105"),
    ("2026-12-24", "24.12.2026", '"24.12.2026" is no date', "W105"),
    ("trainer@outside.example", "the trainer", '"the trainer" is no e-mail address', "W105"),
    ("kind: lms", "kind: lsm", 'the kind of a connection cannot be "lsm"', "W105"),
    ("100 per minute", "a hundred", '"a hundred" is no limit of calls', "W105"),
    ("bulk: 50", "bulk: 51", "51 enrollments in a call", "W114"),
    ("bulk: 50", "bulk: many", "expected a number, got text", "W114"),
    ("bulk: 50", "bulks: 50", 'connection "lms" has no key "bulks"', "W102"),
    ("https://lms.small.example", "lms.small.example", "no address of a system", "W105"),
    ("people_by: hris", "people_by: sap", 'there is no source "sap"', "W106"),
    ("percent: 20", "percent: few", '"few" is no number', "W105"),
    ("shoe_size: number", "shoe_size: numeral", 'the kind of a value cannot be "numeral"', "W105"),
    ("lists:\n", "list:\n", 'handrail.yaml has no key "list"', "W102"),
]


@pytest.mark.parametrize(("old", "new", "sentence", "code"), WRONG, ids=[one[2] for one in WRONG])
def test_whoever_writes_it_wrong_is_told_what_is_wrong_and_where(
    tmp_path: Path, old: str, new: str, sentence: str, code: str
) -> None:
    told = said(with_settings(tmp_path, old, new))
    assert sentence in told
    assert f"[{code}]" in told
    assert "handrail.yaml:" in told


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = SETTINGS
    for old, new, _, _ in (WRONG[5], WRONG[8], WRONG[15]):
        text = text.replace(old, new)
    told = said(small(tmp_path, {"handrail.yaml": text}))
    assert told.count("handrail.yaml:") == 3


def test_a_secret_in_the_open_is_refused_and_never_shown(tmp_path: Path) -> None:
    told = said(with_settings(tmp_path, "token: env:LMS_TOKEN", "token: hunter-2-hunter"))
    assert "holds the secret itself" in told
    assert "[W107]" in told
    assert "hunter" not in told


def test_a_password_under_another_name_is_not_shown_either(tmp_path: Path) -> None:
    told = said(with_settings(tmp_path, "bulk: 50", "admin_password: hunter-2-hunter"))
    assert "[W107]" in told
    assert "hunter" not in told


def test_two_calendars_cannot_be_for_the_same_people(tmp_path: Path) -> None:
    told = said(with_settings(tmp_path, "\nlists:", "  other: { people_in: [ DE ] }\n\nlists:"))
    assert 'people in "DE" have the calendar "office" already' in told


def test_no_settings_mean_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(JourneyProblems) as raised:
        load_workspace(small(tmp_path, {"handrail.yaml": ""}))
    assert [problem.code for problem in raised.value.problems] == ["W101"]


def test_empty_settings_are_told_how_they_begin(tmp_path: Path) -> None:
    told = said(small(tmp_path, {"handrail.yaml": "# nothing yet\n"}))
    assert "Begin with `organization:`" in told
    assert "journey" not in told


def test_a_secret_comes_from_where_it_is_kept(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from the file\n", encoding="utf-8")
    assert secret_of(Secret("env", "A"), {"A": "from outside"}, tmp_path) == "from outside"
    assert secret_of(Secret("file", "token"), {}, tmp_path) == "from the file"


@pytest.mark.parametrize("secret", [Secret("env", "A"), Secret("file", "nowhere")])
def test_a_secret_that_is_not_there_is_asked_for(tmp_path: Path, secret: Secret) -> None:
    with pytest.raises(SettingsError, match=r"Set it and start again|Put it there"):
        secret_of(secret, {}, tmp_path)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://learning.small.example", "https://learning.small.example"),
        ("https://Learning.Small.example/", "https://learning.small.example"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_the_address_of_the_console_is_read_as_links_begin_with_it(tmp_path: Path, written: str, read: str) -> None:
    folder = with_settings(tmp_path, "guards", f'web: {{ url: "{written}" }}\n\nguards')
    assert load_workspace(folder).settings.web.url == read


@pytest.mark.parametrize(
    "written",
    [
        "learning.small.example",
        "ftp://a.example",
        "https://a.example/console",
        "https://a.example:99999",
        "https://u@a.example",
    ],
)
def test_an_address_that_no_link_can_begin_with_is_told_with_one_that_can(tmp_path: Path, written: str) -> None:
    folder = with_settings(tmp_path, "guards", f'web: {{ url: "{written}" }}\n\nguards')
    assert f'"{written}" is no address of a console' in said(folder)


SIGN_IN = """sign_in:
  hosts: [ Learning.Small.example ]
  proxies: [ 10.0.0.2 ]
  oidc:
    issuer: https://login.small.example/v2
    client_id: handrail
    client_secret: env:OIDC_SECRET
    groups: { ops: operations, sales: [ auditor in Sales, designer ] }

guards"""


def test_how_people_sign_in_is_read_as_it_is_written(tmp_path: Path) -> None:
    settings = load_workspace(with_settings(tmp_path, "guards", SIGN_IN)).settings.sign_in
    assert (settings.hosts, settings.proxies, settings.passwords) == (("learning.small.example",), ("10.0.0.2",), True)
    assert settings.oidc is not None
    assert settings.oidc.groups == {"ops": ("operations",), "sales": ("auditor in Sales", "designer")}
    assert settings.oidc.client_secret == Secret("env", "OIDC_SECRET")
    assert settings.oidc.scopes == ("openid", "email", "profile")


WRONG_SIGN_IN = [
    ("10.0.0.2", "the proxy", '"the proxy" is no address of a proxy', "W105"),
    ("Learning.Small.example", '"https://a.example"', "is no name of a host", "W105"),
    ("https://login.small", "http://login.small", "is no identity provider", "W105"),
    ("client_id: handrail\n", "\n", '`oidc` does not say its "client_id"', "W103"),
    ("env:OIDC_SECRET", "hunter-2-hunter", "holds the secret itself", "W107"),
    ("ops: operations", "ops: operator", 'there is no role "operator"', "W105"),
    ("auditor in Sales", "chief in Sales", 'there is no role "chief"', "W105"),
    ("client_id: handrail\n", "client_id: handrail\n    people_by: hris\n", '"people_claim"', "W103"),
    ("hosts:", "host:", '`sign_in` has no key "host"', "W102"),
]


@pytest.mark.parametrize(("old", "new", "sentence", "code"), WRONG_SIGN_IN, ids=[one[2] for one in WRONG_SIGN_IN])
def test_whoever_writes_sign_in_wrong_is_told_what_is_wrong_and_where(
    tmp_path: Path, old: str, new: str, sentence: str, code: str
) -> None:
    told = said(with_settings(tmp_path, "guards", SIGN_IN.replace(old, new)))
    assert sentence in told
    assert f"[{code}]" in told
    assert "handrail.yaml:" in told
    assert "hunter" not in told
