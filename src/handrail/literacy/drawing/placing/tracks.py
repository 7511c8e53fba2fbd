"""Tracks for lines that run side by side: stretches that overlap never lie on one track."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

_SWAPS_MOST: Final = 200


class Stretch(NamedTuple):
    """From where to where a line runs along a gutter; `low` is less than `high`."""

    low: float
    high: float


class Bend(NamedTuple):
    """An upright stretch between two columns: at what height it comes in from the left, and goes out to the right or left.

    `left` and `right` are the heights of its level pieces on each side of it.
    """

    left: tuple[float, ...]
    right: tuple[float, ...]

    @property
    def stretch(self) -> Stretch:
        """What the bend takes of the gutter's height."""
        heights = (*self.left, *self.right)
        return Stretch(min(heights), max(heights))


def packed(stretches: Mapping[int, Stretch], apart: float) -> dict[int, int]:
    """A track for each stretch, as few as can be; two on one track keep `apart` from one another."""
    tracks: dict[int, int] = {}
    for number in sorted(stretches, key=lambda each: (stretches[each].low, each)):
        mine = stretches[number]
        blocked = {tracks[other] for other in tracks if _meet(mine, stretches[other], apart)}
        tracks[number] = next(track for track in range(len(stretches)) if track not in blocked)
    return tracks


def ordered(bends: Mapping[int, Bend], apart: float) -> dict[int, int]:
    """A track for each bend from left to right, in an order that has lines cross as little as can be had cheaply."""
    order = sorted(bends, key=lambda each: (-max(bends[each].left, default=0), each))
    for _ in range(_SWAPS_MOST):
        swapped = False
        for place in range(len(order) - 1):
            first, second = order[place], order[place + 1]
            if _crossings(bends[second], bends[first]) < _crossings(bends[first], bends[second]):
                order[place], order[place + 1] = second, first
                swapped = True
        if not swapped:
            break
    return _levels(order, bends, apart)


def _crossings(first: Bend, second: Bend) -> int:
    """How often two bends cross when `first` is left of `second`."""
    over = sum(second.stretch.low < height < second.stretch.high for height in first.right)
    return over + sum(first.stretch.low < height < first.stretch.high for height in second.left)


def _levels(order: Sequence[int], bends: Mapping[int, Bend], apart: float) -> dict[int, int]:
    """The order as tracks: as far left as those before it that overlap allow."""
    tracks: dict[int, int] = {}
    for number in order:
        before = [tracks[other] for other in tracks if _meet(bends[number].stretch, bends[other].stretch, apart)]
        tracks[number] = max(before, default=-1) + 1
    return tracks


def _meet(one: Stretch, other: Stretch, apart: float) -> bool:
    return one.low < other.high + apart and other.low < one.high + apart
