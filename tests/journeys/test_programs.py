"""The fourteen programs, rehearsed for an ordinary, a late and a leaving person: each timeline is as it was read and kept.

After a change on purpose: HANDRAIL_REMAKE=1 .venv/bin/pytest tests/journeys/test_programs.py, then read the difference.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.journeys.rehearsal import CHARACTERS, PLAYS, WORKSPACE, rehearsed

TIMELINES = Path(__file__).parent / "timelines"


def test_each_of_the_fourteen_programs_is_rehearsed() -> None:
    assert sorted(PLAYS) == sorted(file.stem for file in (WORKSPACE / "journeys").glob("*.yaml"))
    assert len(PLAYS) == 14


@pytest.mark.parametrize("who", CHARACTERS)
@pytest.mark.parametrize("program", sorted(PLAYS))
def test_a_program_goes_as_it_was_read_and_kept(program: str, who: str) -> None:
    golden, said = TIMELINES / f"{program}-{who}.txt", rehearsed(program, who)
    if os.environ.get("HANDRAIL_REMAKE"):
        golden.write_text(said, encoding="utf-8")
    assert said == golden.read_text(encoding="utf-8")
