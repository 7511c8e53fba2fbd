"""What makes the ledger tamper-evident: one hash chain for each shard.

A link covers the bare facts of the shard's rows in one commit and, for the personal part of each row, a digest
salted with a key of that person. Erasing the key and the part leaves the chain whole and the digest unguessable.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b, sha256
from operator import itemgetter
from typing import Any, Final, TypeAlias

from msgspec import msgpack

from handrail.store.rows import BatchRow, ChainRow, KeptLedgerRow, LedgerRow

SHARDS: Final = 64
START: Final = b""
SALT_BYTES: Final = 16

KeptRow: TypeAlias = tuple[Any, ...]

_facts = itemgetter(*[n for n, name in enumerate(KeptLedgerRow._fields) if name not in ("event", "reasons")])
_encode: Final = msgpack.Encoder().encode


def salted(event: bytes | None, reasons: bytes | None, key: bytes) -> bytes:
    """16 bytes for the personal part of a ledger row; without the person's key nobody can guess them."""
    part = event or b""
    head = len(part).to_bytes(4, "big")
    return blake2b(head + part + (reasons or b""), digest_size=16, key=key).digest()


def kept(rows: Iterable[LedgerRow], keys: Mapping[int | None, bytes], number: int) -> list[KeptRow]:
    """The rows as commit `number` keeps them (KeptLedgerRow, plain); `keys` by person, nobody has none."""
    return [(*row, salted(row[8], row[9], keys.get(row[5], b"")), number) for row in rows]


def linked(before: bytes, rows: Sequence[KeptRow]) -> bytes:
    """The head of a shard's chain after these rows of it (32 bytes)."""
    return sha256(before + _encode(list(map(_facts, rows)))).digest()


def by_shard(rows: Iterable[KeptRow]) -> dict[int, list[KeptRow]]:
    """The rows of each shard, in order."""
    shards: dict[int, list[KeptRow]] = {}
    for row in rows:
        shards.setdefault(row[1], []).append(row)
    return shards


def links(
    rows: Iterable[KeptRow], heads: Mapping[int, ChainRow], number: int, at: int
) -> tuple[list[BatchRow], list[ChainRow]]:
    """What a commit adds to the chains of the shards it touches: their links and new heads."""
    added, after = [], []
    for shard, found in sorted(by_shard(rows).items()):
        found.sort(key=itemgetter(0))  # as verify meets them
        head = linked(heads[shard].head, found)
        added.append(BatchRow(number, shard, at, found[0][0], found[-1][0], len(found), head))
        after.append(ChainRow(shard, number, heads[shard].many + len(found), head))
    return added, after
