"""Which calls leave together."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs
from tests.unit.connect.world import enroll

from handrail.connect.batching import form, free
from handrail.connect.noop import NoopConnector
from handrail.connect.port import Connector, Item, ItemOutcome, Row
from handrail.connect.silent import Silent
from handrail.terms.catalog import TEXT, ActionType
from handrail.terms.values import Fields


class Classes(Silent):
    """A system that takes three people a call, all into the same class."""

    def actions(self) -> tuple[ActionType, ...]:
        return (ActionType("lms.enroll", "lms", {"room": TEXT}, {}, object="room", bulk=3, read_back=True),)

    def shared(self, action: str) -> tuple[str, ...]:  # noqa: ARG002 - the protocol names it
        return ("room",)

    def send(self, items: Sequence[Item]) -> Sequence[ItemOutcome]:
        return [ItemOutcome(item.key, "confirmed") for item in items]


def runs(rows: Sequence[Row], connector: Connector | None = None, room: int = 10) -> list[list[int]]:
    chosen = connector or Classes()
    actions = {action.name: action for action in chosen.actions()}
    return [[row.key[0] for row in batch] for batch in form(rows, actions, chosen, room)]


def wish(run: int, room: str = "A", **more: int | bool) -> Row:
    row = enroll(run)
    return structs.replace(row, call=structs.replace(row.call, arguments=Fields({"room": room})), **more)


def test_only_what_shares_the_parameters_rides_along_and_never_more_than_a_call_takes() -> None:
    assert runs([wish(1), wish(2, "B"), wish(3), wish(4), wish(5), wish(6, "B")]) == [[1, 3, 4], [2, 6], [5]]


def test_the_most_urgent_leads_and_others_fill_up() -> None:
    assert runs([wish(9, "B"), wish(1), wish(2, "B"), wish(3)], room=1) == [[9, 2]]


def test_whoever_must_be_looked_up_is_not_sent_along() -> None:
    assert runs([wish(1), wish(2, uncertain=True), wish(3)]) == [[1, 3], [2]]


def test_what_no_list_shows_is_looked_up_one_by_one() -> None:
    assert runs([wish(1, uncertain=True), wish(2, uncertain=True)]) == [[1], [2]]


def test_after_a_failed_try_calls_are_smaller_until_the_culprit_is_alone() -> None:
    connector = NoopConnector("lms", ("enroll",), bulk=8)
    for tries, size in ((0, 8), (1, 4), (2, 2), (3, 1), (9, 1)):
        assert len(runs([wish(run, tries=tries) for run in range(1, 9)], connector)[0]) == size


def test_of_one_person_and_object_only_the_earliest_is_free() -> None:
    first, second = structs.replace(wish(1), decided=1), structs.replace(wish(1), decided=2, urgent=True)
    other = structs.replace(wish(2), decided=3)
    assert free([second, first, other], ()) == [first, other]
    assert free([second, first, other], {first.about}) == [other]
