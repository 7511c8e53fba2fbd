"""The page about workspaces: every code, section and key of a connection stands on it."""

import re
from pathlib import Path

import pytest
from msgspec.structs import fields

from handrail.app.reading.connections import KEYS
from handrail.app.reading.handrail_yaml import ORGANIZATION, SECTIONS
from handrail.app.reading.problems import CODES
from handrail.app.reading.sections import CALENDAR_KEYS
from handrail.app.reading.sign_in import KEYS as SIGN_IN_KEYS
from handrail.app.reading.sign_in import OIDC_KEYS
from handrail.app.settings import SYSTEMS

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "reference" / "workspace.md").read_text(encoding="utf-8")


def test_every_code_has_its_heading_and_no_heading_is_without_a_code() -> None:
    assert re.findall(r"^### (W\d+)$", PAGE, re.MULTILINE) == sorted(CODES)


def test_every_code_that_is_told_is_listed() -> None:
    told = {
        code
        for file in (ROOT / "src/handrail/app").rglob("*.py")
        for code in re.findall(r'"(W\d{3})"', file.read_text())
    }
    assert told == set(CODES)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_of_the_settings_is_explained(section: str) -> None:
    assert re.search(rf"^### .*\b{section}\b", PAGE, re.MULTILINE)


@pytest.mark.parametrize("key", sorted({*KEYS, *ORGANIZATION, *CALENDAR_KEYS, *SIGN_IN_KEYS, *OIDC_KEYS}))
def test_every_key_of_the_settings_is_explained(key: str) -> None:
    assert f"`{key}`" in PAGE


@pytest.mark.parametrize("kind", sorted(SYSTEMS))
def test_every_kind_of_connection_is_explained(kind: str) -> None:
    assert f"`{kind}`" in PAGE
    own = [field.name for field in fields(SYSTEMS[kind]) if field.name != "webhook_secret"]
    assert all(f"`{name}`" in PAGE for name in own)
