"""What goes wrong at a practice system, when, and how often: seeded, and switched while it runs.

A fault says what it is; the desk, the outbox and each system act it out. Nothing here changes an answer.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Final, Literal, get_args

import msgspec
from msgspec import Struct

from handrail.terms.values import Instant

Hint = Literal["seconds", "date", "none"]
FaultKind = Literal[
    "refused",  # the connection is refused, nothing is done
    "throttled",  # 429, nothing is done; `hint` as the fault says
    "error",  # 500, nothing is done
    "unavailable",  # 503 with Retry-After of `seconds`, nothing is done
    "answer_lost",  # done, and the answer never arrives
    "wrong_json",  # done, and the answer cannot be read
    "slow",  # done, `seconds` late
    "stale",  # a read shows how it was `seconds` ago
    "item_failed",  # an item of a bulk fails, nothing is done for it
    "item_timeout",  # an item of a bulk is done, and said to have timed out
    "webhook_doubled",  # sent again, with the same webhook-id, `seconds` later
    "webhook_retold",  # told again under another webhook-id, `seconds` later
    "webhook_late",  # sent `seconds` late
    "webhook_lost",  # never sent; only a poll finds it
    "webhook_reordered",  # those that wait leave in another order
]
KINDS: Final[tuple[FaultKind, ...]] = get_args(FaultKind)
AT_THE_DOOR: Final[tuple[FaultKind, ...]] = ("refused", "throttled", "error", "unavailable")
ON_THE_ANSWER: Final[tuple[FaultKind, ...]] = ("answer_lost", "wrong_json", "slow")


class Fault(Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that goes wrong, for those requests that `of` begins: `POST /enrollments`; all, when empty.

    It strikes a `share` of them by the dice, `every` so manieth, and the `numbers` named (the first is 1).
    With `begins` and `ends` it strikes only between the two: an outage is `share=1` with both.
    """

    kind: FaultKind
    share: float = 0.0
    every: int = 0
    numbers: tuple[int, ...] = ()
    of: str = ""
    seconds: float = 5.0
    hint: Hint = "seconds"
    begins: Instant | None = None
    ends: Instant | None = None


class Faults:
    """The faults that are switched on, and how often each had its chance."""

    def __init__(self, faults: Iterable[Fault], dice: random.Random) -> None:
        self.dice = dice
        self._faults: list[Fault] = []
        self._chances: list[int] = []
        self.switch(faults)

    @staticmethod
    def none() -> Faults:
        """Nothing goes wrong."""
        return Faults((), random.Random(0))

    @staticmethod
    def parse(text: str, seed: int = 0) -> Faults:
        """Faults as on the command line: `answer_lost:share=0.1,throttled:every=7:hint=date`.

        Raises `ValueError` with what is allowed.
        """
        return Faults(
            [_parse_one(part.strip()) for part in text.split(",") if part.strip()],
            random.Random(seed),
        )

    def switch(self, faults: Iterable[Fault]) -> None:
        """From now on these, and no others; counting begins anew."""
        self._faults = list(faults)
        self._chances = [0] * len(self._faults)

    def strike(self, kinds: tuple[FaultKind, ...], subject: str, now: Instant) -> Fault | None:
        """The first fault of these kinds that strikes `subject` now; each one that could is counted."""
        struck: Fault | None = None
        for place, fault in enumerate(self._faults):
            if fault.kind in kinds and subject.startswith(fault.of) and _is_on(fault, now):
                self._chances[place] += 1
                if self._hits(fault, self._chances[place]) and struck is None:
                    struck = fault
        return struck

    def _hits(self, fault: Fault, chance: int) -> bool:
        by_count = chance in fault.numbers or (fault.every > 0 and chance % fault.every == 0)
        return by_count or (fault.share > 0 and self.dice.random() < fault.share)


def _is_on(fault: Fault, now: Instant) -> bool:
    return (fault.begins is None or fault.begins <= now) and (fault.ends is None or now < fault.ends)


def _parse_one(text: str) -> Fault:
    kind, *settings = text.split(":")
    if kind not in KINDS:
        raise ValueError(f'There is no fault "{kind}". Faults: {", ".join(sorted(KINDS))}.')
    wanted: dict[str, object] = {"kind": kind}
    for setting in settings:
        name, _, value = setting.partition("=")
        wanted[name] = value.split("+") if name == "numbers" else value
    try:
        return msgspec.convert(wanted, Fault, strict=False)
    except msgspec.ValidationError as error:
        raise ValueError(
            f'The fault "{text}" cannot be read: {error}. Write kind:name=value, with share, every, numbers (1+5+9), '
            "of, seconds or hint (seconds, date, none)."
        ) from error
