"""How people are named where they own or do something, and what they are called."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from handrail.terms.person import Origin, Person, called, own_id_of, own_ids_of
from handrail.terms.values import whole_number

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("0", 0),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),
        ("²", None),
        ("٣", None),
        ("-1", None),
        ("", None),
    ],
)
def test_a_number_is_written_in_plain_digits_and_no_longer_than_any_of_ours(text: str, number: int | None) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize("owner", ["team:12", "contact:12", "ada@acme.example", "12", "person:", "person:ada", ""])
def test_only_a_person_has_an_own_id(owner: str) -> None:
    assert own_id_of(owner) is None


def test_people_among_owners_are_found() -> None:
    assert own_ids_of(["team:hr", "person:3", "ada", "person:12", "person:3"]) == [3, 12, 3]


def test_somebody_without_a_name_is_called_by_their_own_id() -> None:
    ada, nameless = Person(3, 1, Origin("hris", NOW), name="Ada"), Person(4, 1, Origin("hris", NOW), name="")
    assert [called(ada, 3), called(nameless, 4), called(None, 5)] == ["Ada", "P-4", "P-5"]
