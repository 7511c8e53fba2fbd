"""What the tests of this folder are told of the demo that was played for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec import Struct


class Demo(Struct, frozen=True):
    """What `handrail demo --json` printed, the lines that it shows without `--json`, and the folder of its company."""

    found: dict[str, Any]
    lines: list[str]
    folder: Path
