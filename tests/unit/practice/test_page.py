"""The page `docs/reference/practice.md` leaves nothing out."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from handrail.practice import assessment, badges, faults, hris
from handrail.practice.lms import service

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "practice.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("module", [service, hris, assessment, badges])
def test_every_path_of_a_system_has_its_row(module: object) -> None:
    source = Path(str(getattr(module, "__file__", ""))).read_text(encoding="utf-8")
    paths = re.findall(r'"((?:GET|POST|DELETE) /[^"]*)": self\.', source)
    assert paths
    assert [path for path in paths if f"| `{path}`" not in PAGE] == []


def test_every_fault_has_its_row() -> None:
    assert [kind for kind in faults.KINDS if f"| `{kind}` |" not in PAGE] == []


def test_every_option_of_the_command_has_its_row() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "handrail.practice", "--help"], capture_output=True, text=True, check=True
    ).stdout
    options = set(re.findall(r"^  (--[a-z-]+)", told, re.MULTILINE))
    assert "--journal" in options
    assert sorted(option for option in options if f"`{option}`" not in PAGE) == []
