"""A connection as the settings declare it. No secret stands here, only where each is kept.

`app.systems` makes it; what the store knows beside it is `connections`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from msgspec import Struct

from handrail.connect.gate import Rate


class Declared(Struct, frozen=True):
    """One connection. `owner` is as decisions write owners; `people_by` says by what it knows people.

    `kind` is `files` for a source of people that no connection is named after: its `address` is how its files are called.
    `asked_every`: it is asked so often what happened (None: it tells by itself, or nothing). `bulks`: for each action how
    many people one request takes. `secrets`: what each is for, and its place (`env:LMS_TOKEN`). `limit`: as it is written.
    """

    name: str
    kind: str
    address: str
    owner: str
    people_by: str
    limit: Rate | None = None
    concurrency: int = 1
    asked_every: timedelta | None = None
    bulks: Mapping[str, int] = {}
    tells: tuple[str, ...] = ()
    secrets: tuple[tuple[str, str], ...] = ()
    signed: bool = False
