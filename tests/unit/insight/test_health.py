"""What the doctor finds: each fault is named with what to do, and nothing that is right is called wrong."""

from datetime import timedelta

from tests.unit.insight.company import CAT, Company, march

from handrail.insight.health import Finding, look


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
    assert found(company, "held").said == "1 event, 0 rows and 0 files are held."
