"""What every connector promises, as one suite: a subject brings the connector, its far side, and what to ask of it.

What a far side lacks is skipped by name, with a reason. `docs/how-to/write-a-connector.md` shows how to run it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from tests.unit.connect.world import START

from handrail.connect.port import BadSignature, Connector, Item, ItemOutcome, Told, UnreadableDelivery
from handrail.practice.faults import Fault
from handrail.practice.webhooks import PRACTICE_SECRET, sign
from handrail.terms.values import Fields, Instant


@dataclass
class Subject:
    """A connector with its far side.

    `asked` makes a fresh item of the action under test for a person. `spoil` switches faults on at the far side,
    `wrong_token` is the same connector with a key that is refused. `lacks` names a test and says why it is skipped.
    """

    connector: Connector
    asked: Callable[[str], Item]
    spoil: Callable[[tuple[Fault, ...]], None] = lambda faults: None  # noqa: ARG005
    undo: str = ""
    wrong_token: Connector | None = None
    delivery: tuple[Mapping[str, str], bytes] | None = None
    happen: Callable[[], None] | None = None
    lacks: Mapping[str, str] = field(default_factory=dict)


def signed(body: bytes, message: str = "msg-1", now: Instant = START) -> tuple[Mapping[str, str], bytes]:
    """A delivery with the practice systems' secret."""
    stamp = int(now.timestamp())
    return {
        "Webhook-Id": message,
        "Webhook-Timestamp": str(stamp),
        "Webhook-Signature": sign(PRACTICE_SECRET, message, stamp, body),
    }, body


class ConnectorContract:
    """Inherit, and give a fixture `subject`."""

    @pytest.fixture(autouse=True)
    def _skip_what_is_lacking(self, subject: Subject, request: pytest.FixtureRequest) -> None:
        reason = subject.lacks.get(request.node.originalname)
        if reason:
            pytest.skip(reason)

    def test_every_action_belongs_to_its_connection_and_its_undo_exists(self, subject: Subject) -> None:
        actions = {action.name: action for action in subject.connector.actions()}
        assert actions
        for action in actions.values():
            assert action.name.startswith(f"{action.connection}.")
            assert not action.undo or action.undo in actions
            assert set(action.required) <= set(action.takes)
            assert not action.object or action.object in action.takes

    def test_every_event_has_the_fields_that_make_its_identity(self, subject: Subject) -> None:
        for event in subject.connector.events():
            assert {event.object, event.attempt, *event.outcome} - {""} <= set(event.fields)

    def test_what_was_done_is_confirmed_and_found_again(self, subject: Subject) -> None:
        item = subject.asked("P1")
        (done,) = subject.connector.send([item])
        assert (done.key, done.ended) == (item.key, "confirmed")
        (seen,) = subject.connector.read_back([item])
        assert (seen.key, seen.ended, seen.fields) == (item.key, "confirmed", done.fields)

    def test_what_was_never_done_is_absent(self, subject: Subject) -> None:
        (seen,) = subject.connector.read_back([subject.asked("P1")])
        assert seen.ended == "absent"

    def test_the_same_key_twice_is_done_once(self, subject: Subject) -> None:
        item = subject.asked("P1")
        (first,) = subject.connector.send([item])
        (second,) = subject.connector.send([item])
        assert second.ended in ("confirmed", "not needed")
        assert second.fields == first.fields

    def test_what_is_taken_back_is_no_longer_there(self, subject: Subject) -> None:
        item = subject.asked("P1")
        (done,) = subject.connector.send([item])
        undo = undoing(item, subject.undo, done)
        assert [one.ended for one in subject.connector.send([undo])] == ["confirmed"]
        assert [one.ended for one in subject.connector.read_back([item])] == ["absent"]
        assert [one.ended for one in subject.connector.read_back([undo])] == ["confirmed"]
        assert next(one.ended for one in subject.connector.send([undo])) in ("confirmed", "not needed")

    def test_a_system_that_is_not_there_did_nothing(self, subject: Subject) -> None:
        subject.spoil((Fault("refused", numbers=(1,)),))
        item = subject.asked("P1")
        (failed,) = subject.connector.send([item])
        assert (failed.key, failed.failure) == (item.key, "transient")
        assert [one.ended for one in subject.connector.read_back([item])] == ["absent"]

    @pytest.mark.parametrize("kind", ["answer_lost", "wrong_json"])
    def test_without_an_answer_nothing_is_known_until_it_is_looked_up(self, subject: Subject, kind: str) -> None:
        subject.spoil((Fault(kind, numbers=(1,)),))  # type: ignore[arg-type]
        item = subject.asked("P1")
        (failed,) = subject.connector.send([item])
        assert (failed.key, failed.failure) == (item.key, "uncertain")
        assert [one.ended for one in subject.connector.read_back([item])] == ["confirmed"]

    def test_coming_too_often_is_answered_with_when_to_come_again(self, subject: Subject) -> None:
        subject.spoil((Fault("throttled", numbers=(1,), seconds=30),))
        (failed,) = subject.connector.send([subject.asked("P1")])
        assert (failed.failure, failed.retry_after) == ("throttled", "30")

    def test_a_system_in_trouble_that_says_when_it_is_back_is_left_alone(self, subject: Subject) -> None:
        subject.spoil((Fault("unavailable", numbers=(1,), seconds=30),))
        (failed,) = subject.connector.send([subject.asked("P1")])
        assert (failed.failure, failed.retry_after) == ("throttled", "30")

    def test_a_key_of_ours_that_is_refused_is_nobody_elses_fault(self, subject: Subject) -> None:
        assert subject.wrong_token is not None
        (failed,) = subject.wrong_token.send([subject.asked("P1")])
        assert failed.failure == "auth"

    def test_every_item_of_a_call_has_an_outcome_under_our_key(self, subject: Subject) -> None:
        items = [subject.asked(f"P{number}") for number in range(1, 4)]
        outcomes = {one.key: one for one in subject.connector.send(items)}
        assert {key: one.ended for key, one in outcomes.items()} == {item.key: "confirmed" for item in items}

    def test_whoever_has_it_already_is_on_the_list(self, subject: Subject) -> None:
        item = subject.asked("P1")
        assert subject.connector.lists(item.action)
        subject.connector.send([item])
        found = subject.connector.already(item.action, item.object)
        assert (found.failed, list(found.users)) == (None, ["P1"])

    def test_a_signed_delivery_says_what_happened_to_whom(self, subject: Subject) -> None:
        assert subject.delivery is not None
        (told,) = subject.connector.receive(*subject.delivery, START + timedelta(seconds=30))
        assert told.user == "P1"
        assert told.id
        assert told.kind in {event.kind for event in subject.connector.events()} or told.kind.startswith("worker.")

    def test_a_delivery_that_was_changed_on_the_way_is_refused(self, subject: Subject) -> None:
        assert subject.delivery is not None
        headers, body = subject.delivery
        with pytest.raises(BadSignature):
            subject.connector.receive(headers, body.replace(b"P1", b"P2"), START)
        with pytest.raises(BadSignature):
            subject.connector.receive(headers, body, START + timedelta(minutes=6))

    def test_a_signed_delivery_that_makes_no_sense_is_not_dropped(self, subject: Subject) -> None:
        assert subject.delivery is not None
        for body in (b"[]", b'{"type": "no.such", "data": {}}'):
            with pytest.raises(UnreadableDelivery):
                subject.connector.receive(*signed(body), START)

    def test_what_was_not_told_is_found_by_asking_and_only_once(self, subject: Subject) -> None:
        assert subject.happen is not None
        subject.happen()
        first = subject.connector.poll("")
        assert [told.user for told in first.told] == ["P1"]
        assert subject.connector.poll(first.watermark).told == ()


def undoing(item: Item, action: str, done: ItemOutcome) -> Item:
    """The item that takes `item` back."""
    return Item(f"{item.key}-undo", action, item.user, item.object, item.arguments, done.fields, item.person)


def item(action: str, user: str, object_: str, arguments: Mapping[str, str]) -> Item:
    """A fresh item; its key is made from what it is."""
    return Item(f"t-{action}-{user}", action, user, object_, Fields(arguments))


def alike(told: Told) -> tuple[str, str, Instant, Fields, str]:
    """What must be the same however it came."""
    return (told.kind, told.user, told.at, told.fields, told.attempt)
