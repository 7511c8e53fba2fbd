"""Every example journey in plain English, as it was read aloud and kept.

After a change on purpose: HANDRAIL_REMAKE=1 .venv/bin/pytest tests/literacy/explaining/test_texts.py, then read the difference aloud.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from tests.journeys.catalog import catalog
from tests.literacy.explaining.examples import EXAMPLES, NAMES, text_of

from handrail.language import compile_text
from handrail.literacy.explaining import as_text, explain, told_by

TEXTS = Path(__file__).parent / "texts"
JARGON = re.compile(
    r"\b(?:if_late|if_fails|hand_to|go_back_to|only_if|credit_if|passes_if|counts_from|once_for|at_most|within:|person\.\w+|event\.\w+|start\.\w+)"
)
STUMBLES = re.compile(
    r"[\ue000-\uf8ff]|[.,;:]{2}| ,|\( | \)|\bthe the\b|\ba (?!or\b)[aeio]\w|\ban [^aeiouh“]|they is\b|they has\b|the learner have\b|None|\{|\}"
)
"""What makes somebody stumble who reads it aloud: marks left over, doubled signs, an article or a verb that does not fit."""
GOOD = sorted((Path(__file__).parents[2] / "journeys" / "good").glob("*.yaml"))
CATALOG = catalog()


@pytest.mark.parametrize("name", NAMES)
def test_a_journey_reads_as_it_was_read_aloud_and_kept(name: str) -> None:
    golden, said = TEXTS / f"{name.replace('/', '-')}.txt", text_of(name)
    if os.environ.get("HANDRAIL_REMAKE"):
        golden.write_text(said, encoding="utf-8")
    assert said == golden.read_text(encoding="utf-8")


def test_no_text_is_kept_of_a_journey_that_is_gone() -> None:
    assert {file.stem for file in TEXTS.glob("*.txt")} == {name.replace("/", "-") for name in NAMES}


@pytest.mark.parametrize("file", GOOD, ids=lambda file: file.stem)
def test_every_kind_of_step_and_of_move_is_told_in_words(file: Path) -> None:
    one = compile_text(file.read_text(encoding="utf-8"), file.name, CATALOG)
    text = as_text(explain(one.plan, one.places, told_by(CATALOG))).partition("WHAT BEGINS IT")[2]
    assert JARGON.findall(text) == []
    assert STUMBLES.findall(text) == []


@pytest.mark.parametrize("name", NAMES)
def test_nothing_in_it_must_be_known_from_the_file(name: str) -> None:
    assert JARGON.findall(text_of(name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_it_is_printed_without_marks_doubled_signs_or_long_lines(name: str) -> None:
    text = text_of(name)
    assert STUMBLES.findall(text) == []
    assert max(map(len, text.splitlines())) <= 100


def test_what_the_page_on_reading_shows_is_what_is_printed() -> None:
    page = (EXAMPLES.parent / "docs" / "how-to" / "read-a-journey.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```(\w*)\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    shown = [block for kind, block in blocks if not kind]
    assert len(shown) == 2
    assert all(block in text_of("acme/new-manager") for block in shown)
