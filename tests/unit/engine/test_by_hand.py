"""Handoffs in people's hands, in the real engine: given away, snoozed, answered in bulk; absences and who stands in."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from msgspec import Struct
from tests.properties.office import organization
from tests.unit.engine.house import ANN, BEN, BOSS, LEAD, NEXT, House, journey, known

from handrail.engine.by_hand.absences import Away, NotAway, end_absence, set_absence
from handrail.engine.by_hand.handing import Answering, By, Giving, Hand, Outcome, Snoozing, Wish, act
from handrail.engine.engine import Engine
from handrail.engine.sweeps import ClockDriver
from handrail.insight.past import Past
from handrail.insight.replay import replay
from handrail.terms import coding
from handrail.terms.values import Fields

ASK = journey(
    "asking",
    """
agree:
  ask: manager
  question: Can they take part?
  within: 5 business days
  if_late: { stop: nobody answered }
  answers: { approve: continue, decline: { stop: declined } }
""",
)
BOTH = By(f"person:{BOSS}")
OPERATIONS = By(f"person:{LEAD}", for_others=True)


class Hired(Struct):
    """A house with a run of Ann's, and of Ben's."""

    house: House
    ann: int
    ben: int


@pytest.fixture
def hired() -> Hired:
    house = House(ASK)
    return Hired(house, house.hire(ANN).runs[0], house.hire(BEN).runs[0])


def do(hired: Hired, wish: Wish, by: By = BOTH, *runs: int) -> list[Outcome]:
    hands = [Hand(run, 1) for run in runs or (hired.ann, hired.ben)]
    return act(hired.house.engine, hands, wish, by, hired.house.clock())


def owner(hired: Hired, run: int) -> str:
    (row,) = hired.house.handoffs(run)
    return row.owner


def audit(hired: Hired) -> list[tuple[str, str, dict[str, object]]]:
    return [(row.by, row.what, dict(coding.unpack(row.body or b"", Fields))) for row in hired.house.store.audit()]


def recomputed(hired: Hired) -> bool:
    past = Past(hired.house.store, hired.house.engine.worlds.organization)
    return all(replay(past, hired.house.run(run)).recomputed for run in (hired.ann, hired.ben))


def test_an_owner_gives_a_handoff_away_with_a_reason_that_is_kept(hired: Hired) -> None:
    (done,) = do(hired, Giving(f"person:{NEXT}", "she knows the site"), BOTH, hired.ann)
    assert (done.done, owner(hired, hired.ann)) == (True, f"person:{NEXT}")
    assert audit(hired) == [
        ("person:1", "handoff reassigned", {
            "about": f"R-{hired.ann}/agree", "before": "person:1", "after": "person:3", "reason": "she knows the site",
        })
    ]  # fmt: skip
    assert recomputed(hired)


def test_nobody_gives_away_what_is_not_theirs_but_operations_may(hired: Hired) -> None:
    wish = Giving(f"person:{NEXT}", "she knows the site")
    (refused,) = do(hired, wish, By(f"person:{NEXT}"), hired.ann)
    assert (refused.kind, refused.why) == ("not theirs", "Person 1 answers for this handoff, not Person 3")
    (done,) = do(hired, wish, OPERATIONS, hired.ann)
    assert done.done


def test_a_handoff_that_was_given_away_comes_back_when_who_has_it_leaves(hired: Hired) -> None:
    do(hired, Giving(f"person:{NEXT}", "holiday"), BOTH, hired.ann)
    hired.house.change(NEXT, "person.left", status="left")
    hired.house.settle()
    assert owner(hired, hired.ann) == f"person:{BOSS}"
    assert recomputed(hired)


def test_a_snoozed_handoff_says_so_and_its_owner_hears_of_it_again(hired: Hired) -> None:
    until = hired.house.clock() + timedelta(days=2)
    do(hired, Snoozing(until, "waiting for the budget"), BOTH, hired.ann)
    assert [row.aside is not None for row in hired.house.handoffs(hired.ann)] == [True]
    hired.house.wait(days=2, hours=1)
    assert [row.aside for row in hired.house.handoffs(hired.ann)] == [None]
    reminders = hired.house.store.database.look("SELECT count(*) FROM message WHERE urgency = 'reminder'")
    assert reminders == [(1,)]
    assert recomputed(hired)


def test_many_are_answered_at_once_and_each_has_its_own_outcome(hired: Hired) -> None:
    do(hired, Answering("approve"), BOTH, hired.ann)
    both = do(hired, Answering("decline"))
    assert [(each.done, each.kind) for each in both] == [(False, "over"), (True, "")]
    assert [hired.house.run(run).ended is not None for run in (hired.ann, hired.ben)] == [True, True]


def test_an_answer_that_is_not_offered_is_refused_with_those_that_are(hired: Hired) -> None:
    (refused,) = do(hired, Answering("perhaps"), BOTH, hired.ann)
    assert refused.why == '"perhaps" is not among the answers: approve, decline'


def test_an_answer_by_operations_names_in_whose_stead(hired: Hired) -> None:
    (done,) = do(hired, Answering("approve"), OPERATIONS, hired.ann)
    assert (done.done, done.for_) == (True, f"person:{BOSS}")
    assert audit(hired)[0][2]["on_behalf_of"] == f"person:{BOSS}"


# Absences


def away(hired: Hired, first: int, last: int, delegate: int = 0) -> int:
    today = hired.house.clock().date()
    asked = Away(BOSS, today + timedelta(days=first), today + timedelta(days=last), delegate, "holiday")
    number = set_absence(hired.house.engine, asked, "person:1", hired.house.clock()).id
    hired.house.settle()
    return number


def pass_days(hired: Hired, days: int) -> None:
    driver = ClockDriver(hired.house.engine)
    for _ in range(days * 4):
        hired.house.wait(hours=6)
        while driver.due(hired.house.clock()):
            hired.house.settle()


def test_whoever_is_away_without_a_delegate_has_no_handoff_until_they_are_back(hired: Hired) -> None:
    away(hired, 0, 2)
    assert owner(hired, hired.ann) == "team:learning-operations"
    pass_days(hired, 4)
    assert owner(hired, hired.ann) == f"person:{BOSS}"
    assert recomputed(hired)


def test_an_absence_that_is_to_come_begins_on_its_day(hired: Hired) -> None:
    away(hired, 2, 3)
    pass_days(hired, 1)
    assert owner(hired, hired.ann) == f"person:{BOSS}"
    pass_days(hired, 2)
    assert owner(hired, hired.ann) == "team:learning-operations"
    assert recomputed(hired)


def test_a_delegate_acts_in_the_name_of_whoever_is_away_and_only_then(hired: Hired) -> None:
    (refused,) = do(hired, Answering("approve"), By(f"person:{NEXT}"), hired.ann)
    assert refused.kind == "not theirs"
    away(hired, 0, 2, NEXT)
    assert owner(hired, hired.ann) == f"person:{BOSS}"
    (done,) = do(hired, Answering("approve"), By(f"person:{NEXT}"), hired.ann)
    assert (done.done, done.for_) == (True, f"person:{BOSS}")
    assert recomputed(hired)


def test_when_a_delegate_leaves_nobody_stands_in_any_more(hired: Hired) -> None:
    away(hired, 0, 9, NEXT)
    hired.house.change(NEXT, "person.left", status="left")
    hired.house.settle()
    assert owner(hired, hired.ann) == "team:learning-operations"
    assert recomputed(hired)


def test_who_is_back_earlier_has_their_handoffs_back_at_once(hired: Hired) -> None:
    number = away(hired, 0, 9)
    assert owner(hired, hired.ann) == "team:learning-operations"
    end_absence(hired.house.engine, number, "person:1", hired.house.clock())
    hired.house.settle()
    assert owner(hired, hired.ann) == f"person:{BOSS}"
    with pytest.raises(NotAway, match="There is no absence"):
        end_absence(hired.house.engine, number, "person:1", hired.house.clock())


def test_an_absence_is_known_after_a_new_start_of_the_engine(hired: Hired) -> None:
    away(hired, 0, 9, NEXT)
    engine = Engine(hired.house.store, organization(), known(), hired.house.clock)
    done = act(engine, [Hand(hired.ann, 1)], Answering("approve"), By(f"person:{NEXT}"), hired.house.clock())
    assert [each.done for each in done] == [True]


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (Away(99, date(2026, 3, 2), date(2099, 3, 4)), "There is nobody"),
        (Away(BOSS, date(2099, 3, 4), date(2099, 3, 2)), "before it begins"),
        (Away(BOSS, date(2020, 3, 2), date(2020, 3, 4)), "over on"),
        (Away(BOSS, date(2099, 3, 2), date(2102, 3, 4)), "more than a year"),
        (Away(BOSS, date(2099, 3, 2), date(2099, 3, 4), BOSS), "their own name"),
        (Away(BOSS, date(2099, 3, 2), date(2099, 3, 4), 99), "nobody with the number P-99"),
    ],
)
def test_an_absence_that_cannot_be_says_why(hired: Hired, asked: Away, why: str) -> None:
    with pytest.raises(NotAway, match=why):
        set_absence(hired.house.engine, asked, "person:1", hired.house.clock())


def test_nobody_is_away_twice_on_one_day(hired: Hired) -> None:
    number = away(hired, 0, 9)
    with pytest.raises(NotAway, match=f"handrail absence end {number}"):
        away(hired, 5, 12)


OWN = journey(
    "own",
    """
read:
  ask: learner
  todo: Read the code of conduct.
  within: 5 business days
  if_late: { stop: nobody answered }
""",
)


@pytest.fixture
def learner() -> Hired:
    house = House(OWN)
    return Hired(house, house.hire(ANN).runs[0], house.hire(BEN).runs[0])


@pytest.mark.parametrize("for_others", [False, True])
def test_a_learner_neither_gives_away_nor_snoozes_what_is_asked_of_them(learner: Hired, *, for_others: bool) -> None:
    herself = By(f"person:{ANN}", for_others=for_others)
    tomorrow = learner.house.clock() + timedelta(days=1)
    for wish in (Giving(f"person:{NEXT}", "no time"), Snoozing(tomorrow, "no time")):
        (refused,) = do(learner, wish, herself, learner.ann)
        assert (refused.done, refused.kind) == (False, "the learner's own")
        assert "asked of Person" in refused.why
    assert owner(learner, learner.ann) == f"person:{ANN}"
    (done,) = do(learner, Answering("done"), herself, learner.ann)
    assert done.done


def test_who_stands_in_for_a_learner_does_not_put_it_off_either_but_operations_may(learner: Hired) -> None:
    today = learner.house.clock().date()
    set_absence(learner.house.engine, Away(ANN, today, today, NEXT, "ill"), "person:1", learner.house.clock())
    wish = Giving(f"person:{NEXT}", "she is ill")
    (refused,) = do(learner, wish, By(f"person:{NEXT}"), learner.ann)
    assert refused.kind == "the learner's own"
    (done,) = do(learner, wish, OPERATIONS, learner.ann)
    assert (done.done, owner(learner, learner.ann)) == (True, f"person:{NEXT}")
