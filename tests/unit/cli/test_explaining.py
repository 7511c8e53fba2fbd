"""`handrail explain`, as somebody types it who was sent a journey to agree to."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from handrail.cli import app

ROOT = Path(__file__).resolve().parents[3]
ACME = ROOT / "examples" / "acme"


def types(*words: str) -> Result:
    return CliRunner().invoke(app, ["explain", *words])


def test_a_journey_of_the_workspace_is_explained_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ACME / "journeys")
    done = types("new-manager")
    assert done.exit_code == 0
    assert done.stdout.startswith("First-time manager certification\n")
    assert done.stderr == ""


def test_a_journey_is_explained_by_its_file_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = types(str(ACME / "journeys" / "onboarding.yaml"))
    assert "the message “Welcome: this is your first day” (first-day)" in done.stdout


def test_the_same_is_there_for_other_programs_with_the_line_of_each_sentence() -> None:
    done = types("onboarding", "--workspace", str(ACME), "--json")
    told = json.loads(done.stdout)
    buddy = told["steps"][1]
    assert (buddy["name"], buddy["number"], buddy["kind"]) == ("buddy", "2", "ask")
    line = (
        (ACME / "journeys" / "onboarding.yaml").read_text(encoding="utf-8").splitlines()[buddy["owner"][1]["line"] - 1]
    )
    assert buddy["owner"][1]["text"] == "It may take 4 business days."
    assert line.strip() == "within: 4 business days"


def test_a_file_by_itself_is_explained_and_what_was_taken_to_be_so_is_said(tmp_path: Path) -> None:
    alone = tmp_path / "alone.yaml"
    alone.write_text((ACME / "journeys" / "recertification.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    done = types(str(alone))
    assert done.exit_code == 0
    assert "the message “certificate-runs-out”" in done.stdout
    assert "is taken to exist" in done.stderr


def test_a_name_that_is_not_there_is_answered_with_those_that_are() -> None:
    done = types("onbording", "--workspace", str(ACME))
    assert done.exit_code == 1
    assert 'Did you mean "onboarding"?' in done.stderr
    assert "annual-compliance, new-manager" in done.stderr


def test_a_name_without_a_workspace_is_answered_with_what_to_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = types("onboarding")
    assert done.exit_code == 1
    assert "Name the file, or type this in a workspace's folder." in done.stderr


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    done = types(str(tmp_path / "gone.yaml"))
    assert done.exit_code == 1
    assert "gone.yaml cannot be read" in done.stderr


def test_a_journey_that_is_not_right_yet_is_not_explained(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    text = (ACME / "journeys" / "recertification.yaml").read_text(encoding="utf-8")
    wrong.write_text(text.replace("if_late: [", "if_lat: [", 1), encoding="utf-8")
    done = types(str(wrong))
    assert done.exit_code == 1
    assert "wrong.yaml:" in done.stderr


def test_no_line_is_longer_than_asked_for() -> None:
    lines = types("new-manager", "--workspace", str(ACME), "--width", "60").stdout.splitlines()
    assert max(map(len, lines)) <= 60
