"""Values read back as they were written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from handrail.terms.coding import pack, unpack
from handrail.terms.values import UNKNOWN, Duration, Fields, Money, PersonRef, Value

VALUES: tuple[Value, ...] = (
    "text", 7, -1.5, True, None, UNKNOWN, date(2026, 3, 31), datetime(2026, 3, 31, 8, tzinfo=UTC), Decimal("2.50"),
    Money(Decimal(2000), "EUR"), Duration(2, "business days"), PersonRef(12), ("a", date(2026, 1, 1)), 10**40, -(10**40),
    (1 << 64) - 1, -(1 << 63),
)  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_reads_back_as_it_was_written(value: Value) -> None:
    assert unpack(pack(Fields({"value": value})), Fields)["value"] == value


def test_what_was_read_packs_to_the_same_bytes() -> None:
    packed = pack(Fields({str(place): value for place, value in enumerate(VALUES)}))
    assert pack(unpack(packed, Fields)) == packed


def test_no_values_at_all_read_back_as_none() -> None:
    assert unpack(pack(Fields()), Fields) == Fields()
