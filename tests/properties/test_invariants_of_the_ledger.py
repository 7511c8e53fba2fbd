"""What always holds of the ledger: invariant 8, append-only and tamper-evident, each with a twin that must fail.

A hand with the file open and all the time in the world changes one value; `verify` must find it. What is erased is not
tampering and is counted instead; erasing itself comes with a later feature, and its rows are ready for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.properties.scripts_of_faults import LOOK, TWIN, Script, lived, must_fail, nothing, property_of, scripts
from tests.properties.world_of_faults import Mechanisms, World

from handrail.store.batch import Batch
from handrail.store.deciding import Committed
from handrail.store.opening import Store
from handrail.store.upkeep import Verified

COLUMNS: Final = {
    "ledger": (
        "shard", "at", "run", "cause", "person", "kind", "disposition", "event", "reasons", "digest", "salted", "batch",
    ),
    "batch": ("first", "last", "many", "hash"),
    "chain": ("number", "many", "head"),
}  # fmt: skip
KEYS: Final = {"ledger": ("seq",), "batch": ("number", "shard"), "chain": ("shard",)}

# Nothing is changed afterwards


def only_more(world: World) -> None:
    """Every row that was ever there is there as it was."""
    seen: dict[int, tuple[Any, ...]] = world.__dict__.setdefault("seen", {})
    there = {row[0]: row for row in world.rows("SELECT * FROM ledger")}
    assert seen.items() <= there.items(), "a row of the ledger was changed or taken away"
    seen.update(there)


def append_only(world: World) -> None:
    only_more(world)
    assert world.store.verify().ok, world.store.verify().first_bad


def test_the_ledger_only_grows_and_its_chains_hold_over_every_death() -> None:
    property_of(append_only, always=only_more)


class Tidy(Store):
    """Corrects now and then what it wrote before."""

    def commit(self, batch: Batch) -> Committed:
        with self.database.transaction() as transaction:
            transaction.count("UPDATE ledger SET kind = 'mended' WHERE seq = (SELECT max(seq) FROM ledger)")
        return super().commit(batch)


def test_twin_a_ledger_that_is_corrected_is_noticed() -> None:
    must_fail(append_only, Mechanisms(store=Tidy), always=only_more)


# Whatever is changed by hand is found

Verify = Callable[[Store], Verified]


def tampering_is_found(verify: Verify, how: settings) -> None:
    @how
    @given(scripts(), st.lists(st.tuples(st.sampled_from(sorted(COLUMNS)), st.integers(0, 999), st.integers(0, 99), st.integers(0, 255)), min_size=4, max_size=8))  # fmt: skip
    def look(script: Script, hands: list[tuple[str, int, int, int]]) -> None:
        def check(world: World) -> None:
            clean = verify(world.store)
            assert clean.ok, clean.first_bad
            for hand in hands:
                tampered(world, hand, verify, clean)

        lived(script, Mechanisms(), nothing, check)

    look()


def tampered(world: World, hand: tuple[str, int, int, int], verify: Verify, clean: Verified) -> None:
    """Change one value, see that it is found, and put it back; or take a row away."""
    table, place, column, byte = hand
    name = COLUMNS[table][column % len(COLUMNS[table])]
    only = "WHERE head <> x''" if table == "chain" else ""
    keys = world.rows(f"SELECT {', '.join(KEYS[table])} FROM {table} {only}")
    row = keys[place % len(keys)]
    where = "WHERE " + " AND ".join(f"{key} = ?" for key in KEYS[table])
    ((before,),) = world.rows(f'SELECT "{name}" FROM {table} {where}', *row)
    change = f'UPDATE {table} SET "{name}" = ? {where}'
    world.rows(change, other(before, byte, name), *row)
    after = verify(world.store)
    world.rows(change, before, *row)
    assert not after.ok or after.erased > clean.erased, f"nobody sees a changed {name} in row {row} of {table}"


def other(value: Any, byte: int, name: str) -> Any:  # noqa: ANN401
    """Something else of the same kind."""
    match value:
        case bytes() if value:
            place = byte % len(value)
            return value[:place] + bytes([value[place] ^ (byte | 1)]) + value[place + 1 :]
        case str():
            return value + "x"
        case int():
            return value + 1 + byte
        case _:
            return 1 if name in ("run", "cause", "person") else b"x"


def test_whatever_is_changed_by_hand_is_found() -> None:
    tampering_is_found(Store.verify, settings(LOOK, max_examples=10))


def test_twin_a_check_that_only_counts_rows_is_noticed() -> None:
    def counted(store: Store) -> Verified:
        rows, linked = store.database.look("SELECT (SELECT count(*) FROM ledger), (SELECT sum(many) FROM chain)")[0]
        return Verified(rows, 0, {}, "" if rows == linked else "rows are missing")

    with pytest.raises(AssertionError):
        tampering_is_found(counted, TWIN)


class Unsalted(Store):
    """Looks at the chains, and not at what they are chains of."""

    def verify(self) -> Verified:
        found = super().verify()
        return found._replace(first_bad="") if "its event or its reasons" in found.first_bad else found


def test_twin_a_check_that_passes_over_what_was_said_is_noticed() -> None:
    with pytest.raises(AssertionError):
        tampering_is_found(lambda store: Unsalted.verify(Unsalted(store.database)), settings(TWIN, max_examples=100))
