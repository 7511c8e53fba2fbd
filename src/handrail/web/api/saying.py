"""Who says so: what every request brings that changes something in somebody's name."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class By(BaseModel):
    """Who says so: a name, kept with what is done."""

    model_config = ConfigDict(extra="forbid")
    by: str = Field(min_length=1, max_length=200, examples=["Ana Silva"])
