"""`handrail map`, as somebody types it, and the picture in the docs, which it drew.

After a change on purpose: HANDRAIL_REMAKE=1 .venv/bin/pytest tests/literacy/drawing/test_map_command.py, then look at the picture.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.literacy.drawing.examples import ROOT, mapped
from typer.testing import CliRunner, Result

from handrail.cli import app

ACME = ROOT / "examples" / "acme"
PICTURE = ROOT / "docs" / "reference" / "maps" / "new-manager.svg"


def types(*words: str) -> Result:
    done = CliRunner().invoke(app, ["map", *words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def test_a_journey_is_drawn_into_a_file_that_a_browser_shows(tmp_path: Path) -> None:
    out = tmp_path / "onboarding.svg"
    assert types("onboarding", "--workspace", str(ACME), "--out", str(out)).exit_code == 0
    root = ElementTree.fromstring(out.read_text(encoding="utf-8"))
    assert root.tag.endswith("svg")
    assert "Your first month at Acme" in " ".join(root.itertext())


def test_a_page_with_the_picture_and_the_table_can_be_printed(tmp_path: Path) -> None:
    out = tmp_path / "onboarding.html"
    assert types(str(ACME / "journeys" / "onboarding.yaml"), "--out", str(out)).exit_code == 0
    page = out.read_text(encoding="utf-8")
    assert "A4" in page
    assert page.count("<tr>") == len(mapped("acme/onboarding").rows) + 1


def test_without_a_file_the_table_is_printed_and_other_programs_get_it_as_json() -> None:
    assert "from" in types("onboarding", "--workspace", str(ACME)).output
    told = json.loads(types("onboarding", "--workspace", str(ACME), "--json").stdout)
    assert [line["to"] for line in told["lines"]][:2] == ["Account", "Buddy"]
    assert {"title": "LMS", "kind": "system"} in told["lanes"]


def test_a_file_that_is_no_picture_is_refused_with_what_to_write(tmp_path: Path) -> None:
    done = types("onboarding", "--workspace", str(ACME), "--out", str(tmp_path / "onboarding.png"))
    assert (done.exit_code, "FILE.svg or FILE.html" in done.output) == (2, True)


def test_a_folder_that_is_not_there_is_told_of(tmp_path: Path) -> None:
    done = types("onboarding", "--workspace", str(ACME), "--out", str(tmp_path / "no" / "onboarding.svg"))
    assert (done.exit_code, "cannot be written" in done.output) == (1, True)


@pytest.mark.parametrize("journey", ["onbording", "nowhere.yaml"])
def test_a_journey_that_is_not_there_is_told_of(journey: str) -> None:
    done = types(journey, "--workspace", str(ACME))
    assert done.exit_code == 1
    assert journey in done.output


def test_the_picture_in_the_docs_is_the_one_that_is_drawn(tmp_path: Path) -> None:
    out = PICTURE if os.environ.get("HANDRAIL_REMAKE") else tmp_path / "new-manager.svg"
    out.parent.mkdir(exist_ok=True)
    types("new-manager", "--workspace", str(ACME), "--out", str(out))
    assert out.read_text(encoding="utf-8") == PICTURE.read_text(encoding="utf-8")
