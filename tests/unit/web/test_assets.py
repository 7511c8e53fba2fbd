"""The files that pages load: what was vendored is what it was, and nothing comes from elsewhere."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from handrail.web.kit.assets import asset

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = sorted((ROOT / "src" / "handrail" / "web" / "templates").rglob("*.html"))


@pytest.fixture
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("assets", ROOT / "tools" / "assets.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_every_vendored_file_is_what_it_was(tool: ModuleType) -> None:
    assert tool.wrong() == []


def test_a_vendored_file_that_was_changed_by_hand_is_found(
    tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = tmp_path / "checksums.txt"
    changed.write_text(tool.CHECKSUMS.read_text(encoding="utf-8").replace("a0abb04f", "00000000"), encoding="utf-8")
    monkeypatch.setattr(tool, "CHECKSUMS", changed)
    assert tool.wrong() == ["htmx.min.js is not what checksums.txt says: it was changed by hand, or not written down"]


def test_the_address_of_a_file_changes_with_what_is_in_it() -> None:
    assert re.fullmatch(r"/assets/[0-9a-f]{12}/handrail\.css", asset("handrail.css"))
    with pytest.raises(KeyError):
        asset("nothing.css")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_a_script_a_style_or_an_address_elsewhere(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    inline = r"""<script(?![^>]*(\ssrc=|\stype="application/json"))"""  # values for a script to read are no script
    assert not re.search(inline, text), "no inline script: the browser would refuse it"
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", text), (
        "no inline style and no handler: the browser would refuse them"
    )
    assert not re.search(r"(src|href|action)=\"(https?:)?//", text), "nothing is loaded from elsewhere"
