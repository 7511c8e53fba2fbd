"""From a connection as it is written to the connector that speaks to it."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.unit.app.folders import small, with_settings

from handrail.app.connectors import connected, connector_of, declared, url_of
from handrail.app.workspace import load_workspace
from handrail.connect.http import Answer
from handrail.connect.port import Item
from handrail.terms.problem import SettingsError
from handrail.terms.values import Fields

ENROLL = Item("k", "lms.enroll", "1", "C-1", Fields({"course": "C-1"}))


def test_a_connector_asks_through_the_way_it_is_given_with_its_token(tmp_path: Path) -> None:
    asked: list[tuple[str, str]] = []

    def exchange(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        asked.append((f"{method} {path} {len(body) > 0}", headers["authorization"]))
        return Answer(201, {}, b'{"enrollment": "E-1"}')

    connector = connector_of(load_workspace(small(tmp_path)).settings.connections["lms"], exchange, "the-token")
    assert connector is not None
    assert connector.send([ENROLL])[0].ended == "confirmed"
    assert asked == [("POST /enrollments True", "Bearer the-token")]


def test_a_connector_made_to_be_read_reaches_nobody(tmp_path: Path) -> None:
    connector = declared(load_workspace(small(tmp_path)).settings.connections["lms"])
    assert connector is not None
    assert connector.send([ENROLL])[0].failure == "transient"


def test_mail_has_no_connector_since_it_is_posted(tmp_path: Path) -> None:
    mail = "  mail: { kind: mail, url: smtp://mail.example, sender: a@small.example, owner: team:admins }\n\nguards"
    workspace = load_workspace(with_settings(tmp_path, "guards", mail))
    assert declared(workspace.settings.connections["mail"]) is None


def test_a_connection_without_its_secret_says_which_is_missing(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="LMS_TOKEN"):
        connected(load_workspace(small(tmp_path)).settings.connections["lms"], {}, tmp_path)


def test_an_address_may_differ_from_machine_to_machine(tmp_path: Path) -> None:
    text = ("https://lms.small.example", "env:LMS_URL")
    lms = load_workspace(with_settings(tmp_path, *text)).settings.connections["lms"]
    assert url_of(lms, {"LMS_URL": "https://here.example"}) == "https://here.example"
    with pytest.raises(SettingsError, match="LMS_URL"):
        url_of(lms, {})
