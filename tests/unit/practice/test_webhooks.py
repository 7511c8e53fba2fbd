"""How what a system tells is signed, and how it comes double, late, in another order or never."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from tests.contracts.practice_systems import MONDAY, Clock

from handrail.practice.faults import Fault, Faults
from handrail.practice.hris import Hris, HrisSettings
from handrail.practice.journal import Journal
from handrail.practice.webhooks import sign


def hris(*faults: Fault) -> tuple[Clock, Hris]:
    clock = Clock()
    return clock, Hris(clock, Journal(), HrisSettings(), Faults(faults, random.Random(3)))


def ids(system: Hris) -> list[str]:
    return [delivery.headers["webhook-id"] for delivery in system.deliveries()]


def test_a_signature_covers_the_id_the_moment_and_the_body() -> None:
    # The vector with which the libraries of the Standard Webhooks project test themselves.
    secret, message_id = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek"
    signature = sign(secret, message_id, 1614265330, b'{"test": 2432232314}')
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_delivery_is_handed_over_once_and_says_when_it_was_sent() -> None:
    clock, system = hris()
    system.change("010617", {"title": "Lead"})
    clock.move(5)
    (delivery,) = system.deliveries()
    assert delivery.kind == "worker.changed"
    assert delivery.headers["webhook-timestamp"] == str(int((MONDAY + timedelta(seconds=5)).timestamp()))
    assert system.deliveries() == []


def test_a_doubled_webhook_comes_again_under_the_same_id() -> None:
    clock, system = hris(Fault("webhook_doubled", share=1, seconds=10))
    system.change("010617", {"title": "Lead"})
    first = ids(system)
    clock.move(9)
    assert ids(system) == []
    clock.move(1)
    assert ids(system) == first == ["msg-H-0000001"]


def test_a_retold_webhook_comes_again_under_another_id() -> None:
    clock, system = hris(Fault("webhook_retold", numbers=(1,), seconds=10))
    system.change("010617", {"title": "Lead"})
    clock.move(10)
    assert ids(system) == ["msg-H-0000001", "msg-H-0000001-again"]


def test_a_late_webhook_comes_after_one_that_was_told_later() -> None:
    clock, system = hris(Fault("webhook_late", numbers=(1,), seconds=60, of="worker.left"))
    system.leave("010617", MONDAY.date())
    system.change("010561", {"title": "Lead"})
    assert ids(system) == ["msg-H-0000002"]
    assert system.outgoing.next_at() == MONDAY + timedelta(seconds=60)
    clock.move(60)
    assert ids(system) == ["msg-H-0000001"]
    assert system.outgoing.next_at() is None


def test_a_lost_webhook_never_comes_and_the_worker_has_changed_all_the_same() -> None:
    clock, system = hris(Fault("webhook_lost", share=1))
    system.change("010617", {"title": "Lead"})
    clock.move(10_000)
    assert ids(system) == []


def test_webhooks_come_in_another_order() -> None:
    _, system = hris(Fault("webhook_reordered", share=1))
    for number in range(8):
        system.change(f"{number:06}", {"title": "Lead"})
    came = ids(system)
    assert came != sorted(came)
    assert sorted(came) == [f"msg-H-{number:07}" for number in range(1, 9)]


@pytest.mark.parametrize("again", [1, 2])
def test_the_same_seed_makes_the_same_faults(again: int) -> None:
    clock, system = hris(Fault("webhook_lost", share=0.5))
    for number in range(10 * again):
        system.change(f"{number:06}", {"title": "Lead"})
    clock.move(1)
    first_ten = [one for one in ids(system) if one <= "msg-H-0000010"]
    other = random.Random(3)
    assert len(first_ten) == sum(1 for _ in range(10) if other.random() >= 0.5)
