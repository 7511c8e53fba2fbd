"""What is on its way out: why says when a message leaves or left, and what is in the way of a call."""

from __future__ import annotations

import pytest
from msgspec import structs
from tests.unit.insight.company import CAT, Company, march

from handrail.connect.breaker import Breaker
from handrail.connect.port import ConnectionState
from handrail.connect.standing.pauses import Pause
from handrail.engine.outbox import gate_row
from handrail.insight.answer import Because, NextChance
from handrail.store.batch import Batch
from handrail.store.kept.tries import UNCERTAIN
from handrail.store.moments import CLAIMED, to_millis

LEAVES = "it leaves on Tuesday 3 March 2026, 10:00 at the earliest"


def greeted() -> Company:
    company = Company("greeting")
    company.hire(CAT, "Cat Conrad", march(3))
    return company


def part(company: Company, rule: str) -> Because:
    return next(each for each in company.why("Cat Conrad", "greeting").because if each.rule == rule)


def coming(company: Company) -> NextChance | None:
    return company.why("Cat Conrad", "greeting").next_chance


def test_a_message_that_waits_says_when_it_leaves() -> None:
    said = part(greeted(), "told").text
    assert said == f"Hello: the message day-one is in its receiver's box; {LEAVES}."


@pytest.mark.parametrize(
    ("state", "outcome", "said"),
    [
        (2, "sent", "it left on Tuesday 3 March 2026, 10:00"),
        (2, "in digest", "it left on Tuesday 3 March 2026, 10:00 in a digest"),
        (3, "overtaken: its time is past", "it was not needed any more (overtaken: its time is past)"),
        (4, "bounced: no such mailbox", "it did not leave (bounced: no such mailbox)"),
    ],
)
def test_a_message_says_what_became_of_it(state: int, outcome: str, said: str) -> None:
    company = greeted()
    with company.store.database.transaction() as transaction:
        transaction.count("UPDATE message SET state = ?, outcome = ?", (state, outcome))
    assert part(company, "told").text.endswith(f"; {said}.")


def test_a_message_of_a_new_journey_says_that_it_waits_for_somebodys_word() -> None:
    company = greeted()
    with company.store.database.transaction() as transaction:
        transaction.count("UPDATE message SET leave_at = NULL")
    assert part(company, "told").text.endswith("; it waits until somebody lets the messages of this new journey go.")


def test_a_call_that_waits_says_that_its_connection_is_left_alone() -> None:
    company = greeted()
    state = ConnectionState(breaker=structs.replace(Breaker(), until=march(3, 9, 15), opened=1))
    company.store.commit(Batch(to_millis(march(3)), gates=[gate_row("lms", state)]))
    with company.store.database.transaction() as transaction:
        transaction.count("UPDATE effect SET tries = 2, outcome = ?", (UNCERTAIN,))
    assert part(company, "call").text == (
        "Account: “create account” at lms is waiting now; it leaves on Tuesday 3 March 2026, 10:00 at the earliest, in its "
        "turn, after 2 tries; whether it was done already is not known, and is looked up first; lms could not be reached "
        "lately, and is left alone until Tuesday 3 March 2026, 10:15."
    )


@pytest.mark.parametrize(("tries", "said"), [(0, "leaves"), (2, "is tried again")])
def test_a_run_that_waits_for_a_call_says_when_the_call_leaves(tries: int, said: str) -> None:
    company = greeted()
    with company.store.database.transaction() as transaction:
        transaction.count("UPDATE effect SET tries = ?", (tries,))
    name = "“create account” at lms"
    assert coming(company) == NextChance(f"{name} {said} as soon as it is its turn"), "its moment is past already"
    alone = ConnectionState(breaker=structs.replace(Breaker(), until=march(3, 9, 15), opened=1))
    company.store.commit(Batch(to_millis(march(3)), gates=[gate_row("lms", alone)]))
    assert coming(company) == NextChance(f"{name} {said}, at the earliest", march(3, 9, 15))
    state = ConnectionState(paused=(Pause("Ana", "it is being moved", march(3)),))
    company.store.commit(Batch(to_millis(march(3)), gates=[gate_row("lms", state)]))
    assert coming(company) == NextChance(f"{name} {said} when its pause is over")


def test_a_run_whose_call_is_on_its_way_says_so() -> None:
    company = greeted()
    with company.store.database.transaction() as transaction:
        transaction.count("UPDATE effect SET state = ?", (CLAIMED,))
    assert coming(company) == NextChance("“create account” at lms is on its way; its answer is waited for")
