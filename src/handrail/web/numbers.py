"""Numbers in addresses: of a person, a run, a file, a moving. One that the store could not keep names nothing."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

Number = Annotated[int, Path(ge=1, lt=2**62)]
"""A number of ours, as a part of a path."""
