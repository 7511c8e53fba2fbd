"""Handoffs answered, given away and snoozed by commands: at rest, and while the organization is served."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.web.test_process import served
from typer.testing import CliRunner

from handrail.cli import app


def typed(folder: Path, monkeypatch: pytest.MonkeyPatch, *words: str, code: int = 0) -> dict[str, Any]:
    """What a command prints, as JSON."""
    monkeypatch.chdir(folder)
    done = CliRunner().invoke(app, [*words, "--json"])
    assert done.exit_code == code, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def open_ones(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found = typed(folder, monkeypatch, "handoffs")["lines"]
    return [f"{line['run']}/{line['step']}" for line in found]


def owners(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    return [line["owner"] for line in typed(folder, monkeypatch, "handoffs")["lines"]]


def test_handoffs_are_given_away_by_a_command(company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("--reason", "Ben is ill", "--yes-by", "Ada")
    done = typed(company, monkeypatch, "handoffs", "reassign", "hris:1005", *open_ones(company, monkeypatch), *words)
    assert (done["asked"], done["done"], done["refused"]) == (2, 2, 0)
    assert owners(company, monkeypatch) == ["Eva Santos", "Eva Santos"]


def test_what_is_refused_is_told_and_the_others_are_done(company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("--field", "who=Eva", "--yes-by", "hris:1002")
    first, second = open_ones(company, monkeypatch)
    typed(company, monkeypatch, "handoffs", "answer", "done", first, *words)
    done = typed(company, monkeypatch, "handoffs", "answer", "done", first, second, *words, code=1)
    assert [each["done"] for each in done["outcomes"]] == [False, True]
    assert "already answered by Ben Okoro" in done["outcomes"][0]["why"]


def test_while_it_is_served_whoever_serves_it_does_it(company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("--reason", "the budget is decided on Friday", "--yes-by", "Ada")
    with served(company):
        first, second = open_ones(company, monkeypatch)
        tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
        done = typed(company, monkeypatch, "handoffs", "snooze", tomorrow, first, *words)
        assert (done["asked"], done["done"]) == (1, 1)
        refused = typed(company, monkeypatch, "handoffs", "snooze", "2020-01-01", second, *words, code=1)
    assert refused["outcomes"][0]["why"] == "That moment is past."


def test_a_handoff_that_there_is_not_is_said(company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(company)
    done = CliRunner().invoke(app, ["handoffs", "answer", "done", "R-1", "--yes-by", "Ada"])
    assert (done.exit_code, '"R-1" is no handoff.' in done.output) == (1, True)


def test_a_run_is_begun_and_ended_by_commands(company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = ("--reason", "came back after two years", "--yes-by", "Ada")
    begun = typed(company, monkeypatch, "start", "welcome", "hris:1003", *said)
    again = typed(company, monkeypatch, "start", "welcome", "hris:1003", *said, code=1)
    assert (begun["begun"], again["begun"], again["run"]) == (True, False, begun["run"])
    assert typed(company, monkeypatch, "stop", begun["run"], *said)["run"] == begun["run"]


def test_who_is_away_is_said_listed_and_ended_by_commands(company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    today = datetime.now(UTC).date()
    days = (today.isoformat(), (today + timedelta(days=9)).isoformat())
    monkeypatch.chdir(company)
    runner = CliRunner()
    done = runner.invoke(app, ["absence", "set", "hris:1002", *days, "--delegate", "hris:1005", "--yes-by", "Ada"])
    assert done.output.startswith("Ben Okoro is away from "), done.output
    (line,) = typed(company, monkeypatch, "absence", "list")["lines"]
    assert (line["person_name"], line["delegate_name"]) == ("Ben Okoro", "Eva Santos")
    runner.invoke(app, ["absence", "end", str(line["number"]), "--yes-by", "Ada"])
    assert typed(company, monkeypatch, "absence", "list")["lines"] == []
    wrong = runner.invoke(app, ["absence", "set", "hris:1002", "monday", "friday", "--yes-by", "Ada"])
    assert (wrong.exit_code, "are no days" in wrong.output) == (1, True)
