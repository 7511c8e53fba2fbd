"""Open runs move to another version of their journey: previewed, applied, counted, taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.unit.engine.house import ANN, House, journey, known

from handrail.engine.by_hand import moving
from handrail.engine.by_hand.moving import Intent, Refused
from handrail.engine.engine import Slices
from handrail.insight.changes.moving import MovingSeen, lines
from handrail.insight.changes.moving import moving as seen
from handrail.insight.past import Past
from handrail.insight.replay import replay
from handrail.language.compile import Compiled, compile_text

STEPS = """
first: { do: lms.enroll, with: { course: A }, undo: lms.unenroll }
approve:
  ask: manager
  question: May they?
  answers: { approve: continue, decline: { stop: declined } }
  within: 10 days
last: { ask: manager, todo: Last., within: 9 days }
"""
LONGER = STEPS.replace("within: 10 days", "within: 20 days")
WITHOUT_LAST = LONGER.partition("last:")[0]


def made(steps: str) -> Compiled:
    return compile_text(journey("small", steps), "small.yaml", known())


def full_house(people: int, steps: str = STEPS) -> House:
    house = House(journey("small", steps))
    for number in range(ANN, ANN + people):
        house.hire(number)
    for number in range(ANN, ANN + people):
        house.confirm(house.runs(number)[0].id)
    return house


def previewed(house: House, steps: str, chosen: tuple[int, ...] = ()) -> int:
    new = made(steps)
    number = moving.begin(house.engine, Intent(new.plan, new.places, "Dana", chosen), house.clock())
    while moving.look(house.engine, number):
        pass
    return number


def finish(house: House, number: int) -> None:
    while moving.go_on(house.engine, number, house.clock()):
        pass


def of(house: House, number: int) -> MovingSeen:
    found = seen(Past(house.store, house.engine.worlds.organization), number)
    assert found is not None
    return found


def test_a_preview_says_what_each_would_do_and_changes_nothing() -> None:
    house = full_house(5)
    house.answer(house.runs(ANN)[0].id, "approve")
    before = [house.run(run.id) for person in range(ANN, ANN + 5) for run in house.runs(person)]
    number = previewed(house, WITHOUT_LAST, (house.runs(ANN + 1)[0].id,))
    found = of(house, number)
    assert found.sentence == "Of 5 open runs, 3 would move, 1 would stay by choice, 1 cannot move."
    assert [(each.why, each.step, each.many) for each in found.hindered] == [
        ("the step that is open is not in that version", "Last", 1)
    ]
    assert [each.text for each in found.shifts] == [
        "Approve: 3 dates move 10 days later, because its limit is 20 days and was 10 days."
    ]
    assert [house.run(row.id) for row in before] == before


def test_whose_dates_shift_and_who_would_be_late_at_once_can_be_listed_alone() -> None:
    house = full_house(3)
    house.answer(house.runs(ANN)[0].id, "approve")
    house.clock.now += timedelta(days=6)
    number = previewed(house, STEPS.replace("within: 10 days", "within: 5 days"))
    past = Past(house.store, house.engine.worlds.organization)
    late = lines(past, number, only_with="late")
    assert [line.late for line in late] == [1, 1]
    assert len(late) == of(house, number).late == len(lines(past, number, only_with="shifts"))
    assert house.runs(ANN)[0].id not in {int(line.run.removeprefix("R-")) for line in late}


def test_what_was_previewed_is_applied_counted_and_taken_back() -> None:
    house = full_house(5)
    number = previewed(house, LONGER, (house.runs(ANN + 1)[0].id,))
    due = house.handoffs(house.runs(ANN)[0].id)[0].due
    moving.begin_applying(house.engine, number, "Dana", house.clock())
    finish(house, number)
    found = of(house, number)
    assert found.sentence == "Of 5 open runs, 4 moved, 1 stayed by choice, 0 could not move, 0 had ended meanwhile."
    assert found.counts.add_up
    assert house.handoffs(house.runs(ANN)[0].id)[0].due != due
    assert house.engine.plans.current["small"].hash == made(LONGER).plan.hash
    moving.begin_reverting(house.engine, number, "Dana", house.clock())
    finish(house, number)
    assert of(house, number).sentence == "Of 4 that had moved, 4 moved back, 0 could not, 0 had ended."
    assert house.handoffs(house.runs(ANN)[0].id)[0].due == due
    assert house.engine.plans.current["small"].hash == made(STEPS).plan.hash
    house.answer(house.runs(ANN)[0].id, "approve")
    assert replay(Past(house.store, house.engine.worlds.organization), house.runs(ANN)[0]).recomputed


def test_a_run_that_went_on_after_the_preview_is_decided_anew_and_says_so() -> None:
    house = full_house(3)
    number = previewed(house, WITHOUT_LAST)
    house.answer(house.runs(ANN)[0].id, "approve")
    house.answer(house.runs(ANN + 1)[0].id, "decline")
    house.hire(ANN + 3)
    moving.begin_applying(house.engine, number, "Dana", house.clock())
    finish(house, number)
    past = Past(house.store, house.engine.worlds.organization)
    assert [(line.is_, line.note) for line in lines(past, number)] == [
        ("cannot", "it went on after the preview, and was decided anew"),
        ("ended", "it went on after the preview, and was decided anew"),
        ("moved", ""),
        ("moved", "it began after the preview"),
    ]
    assert of(house, number).counts.add_up


def test_a_moving_that_was_cut_off_goes_on_by_itself() -> None:
    house = full_house(7)
    house.engine.slices = Slices(moved=2)
    number = previewed(house, LONGER)
    moving.begin_applying(house.engine, number, "Dana", house.clock())
    assert moving.go_on(house.engine, number, house.clock()) == 2
    assert of(house, number).counts.waiting == 5
    driver = moving.Movings(house.engine)
    while driver.due(house.clock()):
        pass
    assert (of(house, number).state, of(house, number).counts.moved) == ("applied", 7)
    assert driver.next_at(house.clock()) is None


def test_only_what_was_seen_is_applied() -> None:
    house = full_house(1)
    number = previewed(house, LONGER)
    again = previewed(house, WITHOUT_LAST)
    with pytest.raises(Refused, match="set aside"):
        moving.begin_applying(house.engine, number, "Dana", house.clock())
    other = made(LONGER)
    house.engine.publish(other.plan, other.places, house.clock())
    with pytest.raises(Refused, match="Another version"):
        moving.begin_applying(house.engine, again, "Dana", house.clock())


EXAM = (
    STEPS
    + """exam:
  wait: assessment.scored
  where: event.assessment is not empty
  owner: learner
  within: 5 days
  passes_if: event.score >= 80
  if_fails: { stop: not passed }
close: { ask: manager, todo: "Close ({exam.score})." }
"""
)


def test_an_event_that_only_the_new_version_waits_for_counts_since_the_run_began() -> None:
    house = full_house(1)
    (run,) = house.runs(ANN)
    house.wait(days=1)
    house.tell("assessment.scored", ANN, assessment="A", score=91)
    number = previewed(house, EXAM)
    (line,) = lines(Past(house.store, house.engine.worlds.organization), number)
    assert [said.partition(" (")[0] for said in line.hears] == ["exam result"]
    moving.begin_applying(house.engine, number, "Dana", house.clock())
    finish(house, number)
    house.answer(run.id, "approve")
    house.answer(run.id, "done")
    assert [row.step for row in house.handoffs(run.id)] == [4], "the exam was passed before anybody asked"
    assert replay(Past(house.store, house.engine.worlds.organization), house.run(run.id)).recomputed


def test_what_is_kept_of_closed_handoffs_names_its_step_by_the_version_that_the_run_has() -> None:
    house = full_house(1)
    (run,) = house.runs(ANN)
    house.answer(run.id, "approve")
    other = (
        "zero: { tell: learner, message: day-one }\n"
        + LONGER.replace("approve:\n", "consent:\n  was: approve\n").strip()
    )
    number = previewed(house, other)
    moving.begin_applying(house.engine, number, "Dana", house.clock())
    finish(house, number)
    plan = made(other).plan
    assert [plan.steps[row.step].name for row in house.store.handoffs_of_run(run.id)] == ["consent", "last"]


def test_a_change_with_400_in_flight_is_previewed_applied_counted_and_taken_back() -> None:
    house = full_house(400)
    runs = [run.id for person in range(ANN, ANN + 400) for run in house.runs(person)]
    for run in runs[::4]:
        house.answer(run, "approve")
    stood = {run: [row[2:7] for row in house.handoffs(run)] for run in runs}
    number = previewed(house, WITHOUT_LAST, tuple(runs[1::100]))
    assert of(house, number).sentence == "Of 400 open runs, 296 would move, 4 would stay by choice, 100 cannot move."
    ended = runs[2]
    house.answer(ended, "decline")
    sent = house.store.database.look("SELECT count(*) FROM effect")[0][0]
    moving.begin_applying(house.engine, number, "Dana", house.clock())
    finish(house, number)
    found = of(house, number)
    assert found.sentence == (
        "Of 400 open runs, 295 moved, 4 stayed by choice, 100 could not move, 1 had ended meanwhile."
    )
    assert found.counts.add_up
    moving.begin_reverting(house.engine, number, "Dana", house.clock())
    finish(house, number)
    assert of(house, number).sentence == "Of 295 that had moved, 295 moved back, 0 could not, 0 had ended."
    assert {run: [row[2:7] for row in house.handoffs(run)] for run in runs if run != ended} == {
        run: rows for run, rows in stood.items() if run != ended
    }
    assert house.store.database.look("SELECT count(*) FROM effect")[0][0] == sent, "nothing was done twice"
