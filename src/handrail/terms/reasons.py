"""How recorded reasons become bytes: the commonest rules by their number, the others by their words.

The numbers stand in every ledger: new rules are added at the end, and none is ever taken away or moved.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from handrail.terms import coding
from handrail.terms.decision import Reason
from handrail.terms.values import NOTHING, Fields

RULES: Final = (
    "opened", "confirmed", "checked", "started", "finished", "continued", "answered", "came", "chose", "credited", "told",
    "reminded", "late", "handed to", "paused", "resumed", "stopped", "failed", "asked for", "not needed", "kept for later",
    "owner changed", "where", "for", "while", "already", "skipped", "extended", "assumed", "recorded", "begun",
    "journey ended", "time passed", "ignored", "run is over",
)  # fmt: skip
"""The rules that have a number: their place here, from 0."""

_NUMBERS: Final = {rule: number for number, rule in enumerate(RULES)}
_Kept = list[tuple[int | str, int, int, Fields]]


def pack_reasons(reasons: Iterable[Reason]) -> bytes:
    """Bytes of the reasons of one decision, in their order."""
    kept = []
    for each in reasons:
        rule, seen = each.rule, each.seen
        kept.append((_NUMBERS.get(rule, rule), each.place, each.pass_, None if seen is NOTHING else seen))
    return coding.pack(kept)


def unpack_reasons(packed: bytes) -> tuple[Reason, ...]:
    """The reasons that `pack_reasons` was given."""
    return tuple(
        Reason(rule if isinstance(rule, str) else RULES[rule], place, pass_, seen)
        for rule, place, pass_, seen in coding.unpack(packed, _Kept)
    )
