"""Every example journey in plain English, as it was read aloud and kept.

After a change on purpose: HANDRAIL_REMAKE=1 .venv/bin/pytest tests/literacy/explaining/test_texts.py, then read the difference aloud.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from tests.literacy.explaining.examples import NAMES, text_of

TEXTS = Path(__file__).parent / "texts"
JARGON = re.compile(
    r"\b(?:if_late|if_fails|hand_to|go_back_to|only_if|credit_if|passes_if|counts_from|once_for|at_most|within:|person\.\w+|event\.\w+|start\.\w+)"
)


@pytest.mark.parametrize("name", NAMES)
def test_a_journey_reads_as_it_was_read_aloud_and_kept(name: str) -> None:
    golden, said = TEXTS / f"{name.replace('/', '-')}.txt", text_of(name)
    if os.environ.get("HANDRAIL_REMAKE"):
        golden.write_text(said, encoding="utf-8")
    assert said == golden.read_text(encoding="utf-8")


def test_no_text_is_kept_of_a_journey_that_is_gone() -> None:
    assert {file.stem for file in TEXTS.glob("*.txt")} == {name.replace("/", "-") for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_in_it_must_be_known_from_the_file(name: str) -> None:
    assert JARGON.findall(text_of(name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_it_is_printed_without_marks_doubled_signs_or_long_lines(name: str) -> None:
    text = text_of(name)
    assert not re.search(r"[\ue000-\uf8ff]", text)
    assert not re.search(
        r"[.,;:]{2}|,\.| ,|\( | \)|\bthe the\b|\ba [aeio]\w|\ban [^aeiouh“]|they is|they has\b|the learner have", text
    )
    assert max(map(len, text.splitlines())) <= 100
