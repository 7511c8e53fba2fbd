"""The reports: each number is what a slow and obviously right count says, and is as long as the list behind it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from tests.unit.insight.company import ANN, CAT, Company, march, organization
from tests.unit.insight.reports_world import NOW, RandomWorld

from handrail.insight.past import Past
from handrail.insight.reports.asking import Ground, Reach, Report, Wanted, lines_behind, reach_of, report
from handrail.insight.reports.behind import behind
from handrail.insight.reports.defined import ATTAINMENT, COMPLIANCE, FUNNEL, REPORTS, STALLS
from handrail.insight.reports.reckoning import reckoned
from handrail.insight.reports.sheets import key_of
from handrail.insight.rights import Grant, Viewer
from handrail.store.kept.lapses import lapse_of
from handrail.store.moments import PHASES, to_instant, to_millis
from handrail.store.rows import HandoffRow, RunRow
from handrail.terms.plan import Do, HandTo, Tell

SEEDS = range(6)
DAY = 24 * 3600 * 1000


def ground(world: RandomWorld, reach: Reach | None = None) -> Ground:
    reach = reach or Reach()
    few = [number for number, person in world.people.items() if reach.reports_of and person.manager == reach.reports_of]
    people = few if reach.reports_of else None
    return Ground(reckoned(Past(world.company.store, organization()), NOW, people), reach, NOW.date())


def keys_behind(here: Ground, *asked: Any) -> list[tuple[int, int]]:  # noqa: ANN401 - as `lines_behind`
    return [key_of(line) for line in lines_behind(here, *asked)]


def told(found: Report) -> Counter[tuple[str, ...]]:
    """Every number of a report by its row and state, and what it excluded."""
    counted = {(*row.labels, state): many for row in found.rows for state, many in row.counts.items()}
    return +Counter(counted | {("excluded", word): many for word, many in found.excluded.items()})


def is_late(each: HandoffRow) -> bool:
    """Past its limit, now or once; a limit that passes in the very moment counts while it is open."""
    if each.late:
        return True
    if each.due is None:
        return False
    return each.due <= to_millis(NOW) if each.closed is None else each.due < each.closed


def never(run: RunRow) -> bool:
    return PHASES[run.phase] == "not released" or (PHASES[run.phase] == "stopped" and not run.counts)


def compliance_of(world: RandomWorld, run: RunRow) -> str:
    """The state of a run, by the words of docs/reference/reports.md."""
    journey = world.plan_of[run.plan].journey
    phase = PHASES[run.phase]
    if world.people[run.person].status == "left":
        return "left"
    if never(run):
        return "never counted"
    others = [one for one in world.runs if one.person == run.person and world.plan_of[one.plan].journey == journey]
    if any(one.id > run.id and not never(one) for one in others):
        return "earlier run"
    if phase == "open":
        mine = [each for each in world.handoffs if each.run == run.id and each.closed is None]
        return "late" if any(map(is_late, mine)) else "not yet due"
    return {"finished": "done", "stopped": "not done"}.get(phase, phase)


@pytest.mark.parametrize("seed", SEEDS)
def test_compliance_counts_each_person_once_in_each_journey(seed: int) -> None:
    world, slow = RandomWorld(seed), Counter[tuple[str, ...]]()
    excluded = {word.word for word in COMPLIANCE.excluded}
    for run in world.runs:
        state, person = compliance_of(world, run), world.people[run.person]
        place = [value if isinstance(value, str) else "" for value in (person.department, person.location)]
        slow["excluded", state] += state in excluded
        slow[(*place, state)] += state not in excluded
    assert told(report(ground(world), COMPLIANCE, Wanted(by="both"))) == +slow


@pytest.mark.parametrize("seed", SEEDS)
def test_the_list_behind_each_state_has_the_very_runs_that_are_in_it(seed: int) -> None:
    world = RandomWorld(seed)
    here = ground(world)
    for state in COMPLIANCE.words:
        runs = {run for run, _ in keys_behind(here, COMPLIANCE, Wanted(), None, state)}
        assert runs == {run.id for run in world.runs if compliance_of(world, run) == state}, state


def role(world: RandomWorld, each: HandoffRow) -> str:
    person = world.people[each.person]
    if not each.owner:
        return "not known any more"
    if each.owner.startswith("team:"):
        return each.owner.replace(":", " ")
    if each.owner == f"person:{each.person}":
        return "learner"
    if each.owner == f"person:{person.manager}":
        return "manager"
    above = world.people[person.manager].manager if person.manager in world.people else None
    return "manager's manager" if above is not None and each.owner == f"person:{above}" else "somebody else"


@pytest.mark.parametrize("seed", SEEDS)
def test_stalls_are_open_handoffs_that_did_not_go_as_meant_by_age(seed: int) -> None:
    world, slow = RandomWorld(seed), Counter[tuple[str, ...]]()
    ages = ((1, "under 1 day"), (3, "1 to 3 days"), (7, "3 to 7 days"), (28, "1 to 4 weeks"), (9999, "over 4 weeks"))
    for each in world.handoffs:
        if each.closed is not None:
            continue
        days = (to_millis(NOW) - each.opened) / DAY
        stalled = each.stuck or is_late(each)
        age = next(word for most, word in ages if days < most)
        slow[(role(world, each), age) if stalled else ("excluded", "as meant")] += 1
    assert told(report(ground(world), STALLS, Wanted())) == slow


def had(each: HandoffRow) -> str:
    """Who had it when its limit passed; not known of one that was handed on since, where nothing says it."""
    lapse = lapse_of(each.lapse)
    return lapse.owner if lapse is not None else "" if each.late and each.escalated else each.owner


def attained(world: RandomWorld, each: HandoffRow) -> str:
    plan = world.plan_of[world.runs[each.run - 1].plan]
    step = plan.steps[each.step]
    if is_late(each):
        calls = [call for call in world.calls if (call.run, call.pass_) == (each.run, each.pass_)]
        if any(call.state == 4 or call.tries > 1 for call in calls) or isinstance(step.body, Do | Tell):
            return "a system failed"
        moves = [move for ladder in plan.ladders for move in ladder.moves if isinstance(move, HandTo)]
        ways = [*step.contract.owner, *getattr(step.body, "to", ()), *(way for move in moves for way in move.to)]
        teams = [f"team:{way.name}" for way in ways if way.kind == "team"]
        anywhere = {"path", "role", "sponsor", "accountable", "owner"} & {way.kind for way in ways}
        owner = had(each) or each.owner
        unnamed = owner.startswith("team:") and owner not in teams and not anywhere
        return "nothing was defined" if unnamed or step.contract.if_late < 0 else "a person was late"
    stands_still = each.closed is None and PHASES[world.runs[each.run - 1].phase] == "paused"
    if each.due is None and not stands_still:
        return "without a limit"
    if each.closed is None:
        return "not yet due"
    return "overtaken" if each.ended in ("stopped", "finished", "not released") else "in time"


@pytest.mark.parametrize("seed", SEEDS)
def test_attainment_says_of_each_late_handoff_what_it_waited_for(seed: int) -> None:
    world, slow = RandomWorld(seed), Counter[tuple[str, ...]]()
    excluded = {word.word for word in ATTAINMENT.excluded}
    for each in world.handoffs:
        state, plan = attained(world, each), world.plan_of[world.runs[each.run - 1].plan]
        who = role(world, each._replace(owner=had(each))) if is_late(each) else role(world, each)
        row = (who, plan.journey, plan.steps[each.step].name)
        slow[("excluded", state) if state in excluded else (*row, state)] += 1
    assert told(report(ground(world), ATTAINMENT, Wanted(by="both"))) == slow


@pytest.mark.parametrize("journey", ["welcome", "new-manager"])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_funnel_counts_how_far_each_run_came(seed: int, journey: str) -> None:
    world, slow = RandomWorld(seed), Counter[tuple[str, ...]]()
    for run in world.runs:
        plan = world.plan_of[run.plan]
        if plan.journey != journey:
            continue
        phase, state = PHASES[run.phase], world.states[run.id]
        if phase == "not released" or (phase == "stopped" and not run.counts):
            slow["excluded", "never counted"] += 1
            continue
        slow["(begun)", "went on"] += 1
        slow["(finished)", "went on"] += phase == "finished"
        there = {plan.steps[each.step].name for each in state.passes}
        cut = {plan.steps[each.step].name for each in world.handoffs if each.run == run.id and each.ended == "stopped"}
        cut = cut if phase == "stopped" else set()
        for name in {*state.results, *there, *cut}:
            slow[name, "stopped there" if name in cut else "there now" if name in there else "went on"] += 1
    assert told(report(ground(world), FUNNEL, Wanted(journey=journey))) == +slow


@pytest.mark.parametrize("seed", SEEDS)
def test_every_number_is_as_long_as_the_list_behind_it(seed: int) -> None:
    world = RandomWorld(seed)
    here, past = ground(world), Past(world.company.store, organization())
    for definition in REPORTS.values():
        for by in definition.by:
            wanted = Wanted("new-manager", "", "quarter" if definition.period else "", by.word)
            found = report(here, definition, wanted)
            for row in found.rows:
                for state, many in row.counts.items():
                    keys = keys_behind(here, definition, wanted, row.labels, state)
                    assert (len(keys), len(behind(past, keys))) == (many, many)
            for word, many in found.excluded.items():
                assert len(keys_behind(here, definition, wanted, None, word)) == many


def let_lapse() -> Company:
    """Cat's manager Ben lets the limit of 11 March pass, and Ben's manager Ann answers within hers."""
    company = Company("new-manager")
    company.appear(CAT, "Cat Conrad", march(2))
    company.change(CAT, march(6), level=4.0)
    company.wait_until(march(12, 12))
    run = company.run(CAT, "new-manager")
    (row,) = company.store.handoffs_of_run(run)
    assert (row.owner, row.closed) == (f"person:{ANN}", None)
    company.answer(run, ANN, "approve", march(13))
    return company


def test_a_handoff_is_late_of_whoever_had_it_when_its_limit_passed_and_not_of_whoever_answered_it_then() -> None:
    past = let_lapse().past()
    here = Ground(reckoned(past, march(13, 12)), Reach(), march(13).date())
    found = report(here, ATTAINMENT, Wanted())
    assert {row.labels[0]: row.counts["a person was late"] for row in found.rows} == {"manager": 1}
    (line,) = behind(past, keys_behind(here, ATTAINMENT, Wanted(), ("manager",), "a person was late"))
    assert (line.had_name, line.owner_name, line.answered_name) == ("Ben Busch", "Ann Archer", "Ann Archer")
    assert line.limit is not None
    assert line.limit < march(12, 12) < line.due < march(17)  # type: ignore[operator]


def test_the_run_behind_a_number_says_at_which_handoff_it_waits_who_has_it_and_until_when() -> None:
    company = Company("new-manager")
    company.appear(CAT, "Cat Conrad", march(2))
    company.change(CAT, march(6), level=4.0)
    company.wait_until(march(12, 12))
    run = company.run(CAT, "new-manager")
    (line,) = behind(company.past(), [(run, 0)])
    (row,) = company.store.handoffs_of_run(run)
    assert (line.pass_, line.at, line.others, line.step) == (0, row.pass_, 0, "time_off")
    assert (line.owner_name, line.state, line.since) == (
        "Ann Archer",
        "open",
        to_instant(company.store.runs_by_id([run])[run].begun),
    )
    assert (line.at_since, line.due) == (to_instant(row.opened), to_instant(row.due or 0))
    assert line.had_name == "Ben Busch"


def test_a_period_takes_the_runs_that_began_in_it() -> None:
    world = RandomWorld(3)
    shown = report(ground(world), COMPLIANCE, Wanted(period="month"))
    everything = shown.altogether.total + sum(shown.excluded.values())
    assert everything == sum(run.begun >= to_millis(NOW - timedelta(days=29, hours=14)) for run in world.runs)


def test_whoever_has_one_unit_counts_its_people_only() -> None:
    world = RandomWorld(4)
    viewer = Viewer(1, "ops", "Ops", 0, (Grant("operations", "Sales"),))
    found = report(ground(world, reach_of(viewer)), COMPLIANCE, Wanted())
    assert {row.labels for row in found.rows} == {("Sales",)}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_manager_is_shown_no_group_of_fewer_than_five_people(seed: int) -> None:
    world = RandomWorld(seed, people=30)
    viewer = Viewer(1, "lead", "Lead", 100, (Grant("manager"),))
    here = ground(world, reach_of(viewer))
    theirs = {number for number, person in world.people.items() if person.manager == 100}
    for definition in REPORTS.values():
        for by in definition.by:
            found = report(here, definition, Wanted(by=by.word))
            for row in found.rows:
                keys = [] if row.together else keys_behind(here, definition, Wanted(by=by.word), row.labels)
                people = {world.runs[run - 1].person for run, _ in keys}
                assert people <= theirs
                assert row.together or len(people) >= 5, (definition.name, row)
            assert found.altogether.hidden or not any(row.hidden for row in found.rows), (
                "else it is found by subtraction"
            )
            apart = {
                run
                for row in found.rows
                if not row.together
                for run, _ in keys_behind(here, definition, Wanted(by=by.word), row.labels)
            }
            rest = {run for run, _ in keys_behind(here, definition, Wanted(by=by.word))} - apart
            if definition is COMPLIANCE and rest:
                assert len({world.runs[run - 1].person for run in rest}) >= 5, "nobody is found out by subtraction"
