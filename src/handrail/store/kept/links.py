"""Links in mail: one a message about a handoff, by which whoever reads the mail may answer that handoff once.

What a link looks like in a mail is `handrail.app.mailing.tokens`; whether it still counts is `handrail.insight.answering`.
"""

from __future__ import annotations

from typing import NamedTuple


class LinkRow(NamedTuple):
    """The link of message (`run`, `pass_`, `rung`), for the handoff of pass `about`, whose owner was `owner`.

    `reader` is whoever it was sent to: the owner, their delegate, a team's lead. `used` is the ledger row of the answer that
    came by it; `ended` when it was taken back, `by` whom.
    """

    run: int
    pass_: int
    rung: int
    about: int
    id: bytes
    owner: str
    reader: str
    made: int
    expires: int
    used: int | None
    ended: int | None
    by: str


class LinkUsed(NamedTuple):
    """An answer came by the link and counts: its row in the ledger."""

    run: int
    pass_: int
    rung: int
    used: int


class LinkEnded(NamedTuple):
    """Somebody took the links of a handoff back."""

    run: int
    about: int
    ended: int
    by: str
