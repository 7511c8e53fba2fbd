"""Keeping what was found for whoever asks the same: so much at most, and the oldest gives way."""

from __future__ import annotations

from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


def keep(kept: dict[K, V], key: K, value: V, most: int) -> None:
    """Keep a value; of more than `most` the oldest is forgotten. Safe in many threads."""
    while len(kept) >= most:
        kept.pop(next(iter(kept), key), None)
    kept[key] = value
