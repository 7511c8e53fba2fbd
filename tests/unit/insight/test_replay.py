"""A run's way again: recomputed equals recorded, and what happens when it does not."""

from msgspec import UNSET
from tests.unit.insight.company import BEN, CAT, DAN, Company, march

from handrail.insight.past import then_of
from handrail.insight.replay import replay
from handrail.insight.standing import RECORDED
from handrail.terms import coding
from handrail.terms.state import State


def certified() -> Company:
    """Cat goes through the whole journey, with a leave and a late answer on the way."""
    company = Company("onboarding", "new-manager")
    company.hire(CAT, "Cat Conrad", march(3))
    company.confirm(company.run(CAT, "onboarding"), march(3, 10))
    company.change(CAT, march(4), level=4.0)
    company.change(CAT, march(5), "person.leave_began", status="on leave")
    company.change(CAT, march(9), "person.leave_ended", status="active", manager=5)
    company.wait_until(march(17))
    company.tell("lms.completed", CAT, march(18), course="MGR-101")
    company.tell("assessment.scored", CAT, march(19), assessment="MGR-101-final", score=91)
    return company


def test_every_decision_of_a_run_made_again_is_the_recorded_one() -> None:
    past = certified().past()
    for run in past.runs(CAT):
        found = replay(past, run)
        assert found.recomputed
        assert found.state == coding.unpack(run.state, State)


def test_an_earlier_state_is_had_by_folding_the_run_up_to_that_moment() -> None:
    company = certified()
    past = company.past()
    run = past.runs(CAT)[-1]
    earlier = replay(past, run, then_of(march(4, 12)))
    assert earlier.state is not None
    assert [row.kind for row in earlier.rows] == ["person.changed"]
    assert earlier.state.phase == "open"


def test_from_the_first_decision_that_differs_the_recorded_reasons_stand_alone() -> None:
    company = certified()
    number = company.run(CAT, "new-manager")
    with company.store.database.transaction() as transaction:
        transaction.count(
            "UPDATE ledger SET digest = ? WHERE run = ? AND kind = 'person.leave_began'", (b"x" * 16, number)
        )
    past = company.past()
    run = past.run(number)
    assert run is not None
    found = replay(past, run)
    assert [row.recomputed for row in found.rows][:2] == [True, False]
    assert not any(row.recomputed for row in found.rows[1:])
    assert found.state == coding.unpack(run.state, State)
    answer = company.why("P-3", "new-manager")
    assert not answer.evidence.recomputed
    assert answer.evidence.note == RECORDED


def test_of_a_moment_that_cannot_be_decided_again_the_last_recorded_reason_is_told() -> None:
    company = certified()
    number = company.run(CAT, "new-manager")
    with company.store.database.transaction() as transaction:
        transaction.count("UPDATE ledger SET digest = ? WHERE run = ?", (b"x" * 16, number))
    answer = company.why("P-3", "new-manager", march(10))
    assert "the last that is recorded is of Monday 9 March 2026" in answer.sentence


def test_asking_changes_nothing() -> None:
    company = certified()
    before = company.store.verify()
    company.why("P-3")
    company.why("P-3", "new-manager", march(5))
    assert company.store.verify() == before
    assert company.store.runs_by_person([BEN]) == {}


def test_a_start_that_was_put_off_is_made_again_with_the_value_that_came() -> None:
    company = Company("welcome")
    company.hire(CAT, "Cat Conrad", march(3), country=UNSET)
    assert "country is not known, and has to be DE" in company.why("P-3", "welcome").sentence
    company.change(CAT, march(5), country="DE")
    past = company.past()
    (run,) = past.runs(CAT)
    assert replay(past, run).recomputed
    assert company.why("P-3", "welcome").verdict == "waiting"


def test_a_start_above_the_limit_is_made_again_and_waits_for_its_release() -> None:
    company = Company("welcome")
    company.hire(CAT, "Cat Conrad", march(3))
    company.hire(DAN, "Dan Doe", march(3))
    answer = company.why("P-4", "welcome")
    assert (answer.verdict, answer.evidence.recomputed) == ("waiting for release", True)
    assert (
        "waits until team people-experience releases it: more than 1 person would have begun in one day"
        in answer.sentence
    )
