"""What the doctor finds: each fault is named with what to do, and nothing that is right is called wrong."""

from datetime import timedelta

from tests.unit.insight.company import CAT, Company, march

from handrail.connect.breaker import Breaker
from handrail.connect.port import ConnectionState
from handrail.engine.outbox import gate_row
from handrail.insight.health import Finding, addresses, look
from handrail.store.batch import Batch
from handrail.store.moments import to_millis


def found(company: Company, what: str, days: int = 0) -> Finding:
    return next(each for each in look(company.store, company.now + timedelta(days=days)) if each.what == what)


def test_a_store_at_work_has_nothing_wrong() -> None:
    company = Company("onboarding")
    company.hire(CAT, "Cat Conrad", march(3))
    assert [each.what for each in look(company.store, company.now) if each.state == "wrong"] == []


def test_work_that_nobody_does_is_said_with_its_age() -> None:
    company = Company("onboarding")
    company.hire(CAT, "Cat Conrad", march(3))
    company.confirm(company.run(CAT, "onboarding"), march(3))
    overdue = found(company, "overdue work", days=10)
    assert (overdue.state, overdue.said) == ("wrong", "1 run should have been looked at; the oldest 6 days ago.")


def test_a_clock_behind_the_ledger_is_said() -> None:
    company = Company("onboarding")
    company.hire(CAT, "Cat Conrad", march(3))
    clock = found(company, "clock", days=-1)
    assert (clock.state, clock.said) == ("wrong", "The ledger's last row is 1 day ahead of this machine's clock.")


def test_a_restored_copy_that_nobody_resumed_is_said() -> None:
    company = Company("onboarding")
    with company.store.database.transaction() as transaction:
        transaction.count("INSERT INTO meta (name, value) VALUES ('restored', '1')")
    assert found(company, "restored copy").state == "wrong"
    company.store.resume("Ann Archer", 5)
    assert "by Ann Archer" in found(company, "restored copy").said


def test_what_is_held_is_worth_a_look() -> None:
    company = Company("onboarding")
    company.tell("lms.completed", 99, march(16), course="SAFE-010")
    assert found(company, "held").said == "1 event is held."


def test_a_connection_that_cannot_be_reached_is_named_with_its_calls() -> None:
    company = Company("onboarding")
    company.hire(CAT, "Cat Conrad", march(3))
    left_alone = ConnectionState(breaker=Breaker(until=march(3, 9, 15), opened=2))
    company.store.commit(Batch(to_millis(march(3)), gates=[gate_row("lms", left_alone)]))
    said = "Could not be reached lately, and is left alone until 2026-03-03 09:15 UTC; 1 call waits"
    assert found(company, "lms").said.startswith(said)
    assert (found(company, "lms").state, found(company, "lms", days=1).said[:60]) == (
        "look",
        "Could not be reached lately, and is tried again with the nex",
    )


def test_calls_that_wait_after_failed_tries_are_counted() -> None:
    company = Company("onboarding")
    company.hire(CAT, "Cat Conrad", march(3))
    assert not [each for each in look(company.store, company.now) if each.what == "lms"]
    with company.store.database.transaction() as transaction:
        transaction.count("UPDATE effect SET tries = 2")
    assert found(company, "lms").said == (
        "1 call waits after failed tries; the next leaves at 2026-03-03 09:00 UTC at the earliest."
    )


def test_people_without_an_address_are_counted_for_nothing_else_would_tell() -> None:
    company = Company("onboarding")
    company.hire(CAT, "Cat Conrad", march(3))
    before = addresses(company.store)
    with company.store.database.transaction() as transaction:
        transaction.count("UPDATE person SET email = 'cat@x.example'")
    assert addresses(company.store).state == "right"
    with company.store.database.transaction() as transaction:
        transaction.count("UPDATE person SET email = NULL WHERE id = 1")
    assert addresses(company.store).said.startswith("1 person has no work e-mail address")
    assert before.what == "addresses"
