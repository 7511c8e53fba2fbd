"""Every journey of the examples, by workspace and name, and that of the starter."""

from __future__ import annotations

import tempfile
from datetime import date
from functools import cache
from pathlib import Path

from handrail.app.journeys import JourneyFound, find_journey
from handrail.app.starting import write_starter
from handrail.literacy.drawing import Map, map_of

ROOT = Path(__file__).resolve().parents[3]
FILES = sorted((ROOT / "examples").glob("*/journeys/*.yaml"))
NAMES = [f"{file.parents[1].name}/{file.stem}" for file in FILES] + ["starter/welcome"]


@cache
def found(name: str) -> JourneyFound:
    """The journey, compiled, with what its workspace tells."""
    workspace, _, journey = name.partition("/")
    if workspace == "starter":
        with tempfile.TemporaryDirectory() as folder:
            write_starter(Path(folder), date(2026, 3, 2))
            return find_journey(journey, Path(folder))
    return find_journey(journey, ROOT / "examples" / workspace)


@cache
def mapped(name: str) -> Map:
    """Its map."""
    return map_of(found(name).compiled.plan, found(name).glossary)
