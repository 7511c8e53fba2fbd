"""Journeys that are new here: their messages wait in the boxes until somebody lets them go. Kept when they were."""

from __future__ import annotations

from typing import NamedTuple


class MailHoldRow(NamedTuple):
    """The messages of a journey wait since it was first published; `owner` answers for it. `ended`: when, by whom, they were let go."""

    journey: str
    since: int
    owner: str
    ended: int | None
    by: str
