"""The example journeys, compiled: those of each workspace, and the starter's as `handrail init` writes it."""

from __future__ import annotations

import tempfile
from datetime import date
from functools import cache
from pathlib import Path

from handrail.app.journeys import JourneyFound, find_journey
from handrail.app.starting import write_starter
from handrail.literacy.explaining import Explanation, as_text, explain

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "examples"
NAMES = (
    *sorted(f"{file.parents[1].name}/{file.stem}" for file in EXAMPLES.glob("*/journeys/*.yaml")),
    "starter/welcome",
)


@cache
def found(name: str) -> JourneyFound:
    """A journey by its workspace and its name."""
    workspace, _, journey = name.partition("/")
    if workspace != "starter":
        return find_journey(journey, EXAMPLES / workspace)
    with tempfile.TemporaryDirectory() as folder:
        write_starter(Path(folder), date(2026, 3, 9))
        return find_journey(journey, Path(folder))


@cache
def told(name: str) -> Explanation:
    """The journey in plain English."""
    one = found(name)
    return explain(one.compiled.plan, one.compiled.places, one.glossary)


def text_of(name: str) -> str:
    """The same as it is printed."""
    return as_text(told(name))
