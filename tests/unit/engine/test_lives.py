"""People come, go, move and are away while their journeys and their handoffs are open, in the real engine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from msgspec import structs
from tests.unit.engine.house import ANN, BEN, BOSS, LEAD, NEXT, House, journey

from handrail.engine.by_hand.absences import Away, end_absence, set_absence
from handrail.engine.catching_up.reorganizing import reorganized
from handrail.engine.items import Arrived
from handrail.insight.past import Past
from handrail.insight.replay import replay
from handrail.insight.why import Question, why
from handrail.store.batch import Batch
from handrail.store.moments import PHASES, to_instant
from handrail.store.rows import IncidentRow, SyncLineRow
from handrail.terms import coding
from handrail.terms.event import Event
from handrail.terms.incident import Incident
from handrail.terms.organization import Role, Team
from handrail.terms.reasons import unpack_reasons
from handrail.terms.values import Fields, PersonRef

CAT, EVE = 6, 7


def asking(owner: str, more: str = "once: per person", before: str = "") -> str:
    """A journey whose step asks `owner`."""
    step = f"agree:\n  ask: {owner}\n  todo: Look at it.\n  within: 5 business days\n  if_late: {{ stop: nobody answered }}"
    return journey("asking", f"{before}{step}", more=more)


def owners(house: House) -> list[str]:
    """Who has the open handoffs, by run."""
    rows = house.store.database.look("SELECT owner FROM handoff WHERE closed IS NULL ORDER BY run")
    return [str(owner) for (owner,) in rows]


def reasons(house: House, run: int, rule: str) -> list[Mapping[str, Any]]:
    """What was seen by the reasons of that rule."""
    found = [reason for row in house.store.ledger_of_run(run) if row.reasons for reason in unpack_reasons(row.reasons)]
    return [dict(reason.seen) for reason in found if reason.rule == rule]


def recomputed(house: House, *runs: int) -> bool:
    past = Past(house.store, house.engine.worlds.organization)
    return all(replay(past, house.run(run)).recomputed for run in runs)


def has_role(house: House, holder: int) -> None:
    """The role hr-partner is looked up by department; that of Sales is `holder`."""
    organization = house.engine.worlds.organization
    role = Role("hr-partner", "department", {"Sales": f"person:{holder}", "Law": f"person:{EVE}"})
    house.engine.worlds.set_organization(structs.replace(organization, roles={"hr-partner": role}))


# Whoever has a handoff goes


def test_three_open_handoffs_of_a_manager_who_leaves_find_their_new_owner_and_say_whose_they_were() -> None:
    house = House(asking("manager or manager.manager"))
    house.change(BOSS, manager=NEXT)
    runs = [house.hire(number).runs[0] for number in (ANN, BEN, CAT)]
    assert owners(house) == [f"person:{BOSS}"] * 3
    house.change(BOSS, "person.left", status="left", left_on=house.clock().date())
    house.settle()
    assert owners(house) == [f"person:{NEXT}"] * 3
    for run in runs:
        (seen,) = reasons(house, run, "owner changed")
        assert seen == {"before": f"person:{BOSS}", "after": f"person:{NEXT}", "gone": "left"}
    past = Past(house.store, house.engine.worlds.organization)
    said = why(past, Question(f"P-{ANN}", house.clock(), "asking"))
    told = [each.text for each in said.because if each.rule == "owner changed"]
    assert told == ["Agree: Person 1 has left, and it went from Person 1 to Person 3."]
    assert recomputed(house, *runs)


def test_what_nobody_above_can_take_falls_to_whoever_is_accountable() -> None:
    house = House(asking("manager"))
    house.hire(ANN)
    house.change(BOSS, "person.left", status="left")
    house.settle()
    assert owners(house) == ["team:learning-operations"]


def test_nothing_is_left_with_whoever_has_left_while_its_run_is_paused() -> None:
    house = House(asking("manager or manager.manager"))
    house.change(BOSS, manager=NEXT)
    run = house.hire(ANN).runs[0]
    house.change(ANN, "person.leave_began", status="on leave")
    house.change(BOSS, "person.left", status="left")
    house.settle()
    assert (owners(house), PHASES[house.run(run).phase]) == ([f"person:{NEXT}"], "paused")
    assert recomputed(house, run)


def test_a_change_two_levels_up_finds_the_new_manager_of_the_manager() -> None:
    house = House(asking("manager.manager"))
    house.change(BOSS, manager=NEXT)
    house.hire(ANN)
    assert owners(house) == [f"person:{NEXT}"]
    house.change(BOSS, manager=LEAD)
    house.settle()
    assert owners(house) == [f"person:{LEAD}"]


@pytest.mark.parametrize("owner", ["sponsor", f"person:{EVE}", "role:hr-partner"])
def test_sponsors_named_people_and_holders_of_roles_are_watched_too(owner: str) -> None:
    house = House(asking(f"{owner} or manager"))
    house.appear(EVE, manager=None)
    if owner.startswith("role:"):
        has_role(house, EVE)
    run = house.hire(ANN, sponsor=EVE, department="Sales").runs[0]
    assert owners(house) == [f"person:{EVE}"]
    house.change(EVE, "person.left", status="left")
    house.settle()
    assert owners(house) == [f"person:{BOSS}"]
    assert recomputed(house, run)


def test_whoever_was_away_when_a_handoff_opened_has_it_when_they_are_back() -> None:
    house = House(asking("role:hr-partner or manager"))
    house.appear(EVE, manager=None)
    has_role(house, EVE)
    today = house.clock().date()
    absence = set_absence(house.engine, Away(EVE, today, today + timedelta(days=9)), "person:7", house.clock())
    run = house.hire(ANN, department="Sales").runs[0]
    assert owners(house) == [f"person:{BOSS}"]
    end_absence(house.engine, absence.id, "person:7", house.clock())
    house.settle()
    assert owners(house) == [f"person:{EVE}"]
    assert recomputed(house, run)


# Whom it is about moves


def test_a_change_of_department_finds_whoever_holds_the_role_there() -> None:
    house = House(asking("role:hr-partner"))
    house.appear(EVE, manager=None)
    has_role(house, NEXT)
    house.hire(ANN, department="Sales")
    assert owners(house) == [f"person:{NEXT}"]
    house.change(ANN, department="Law")
    house.settle()
    assert owners(house) == [f"person:{EVE}"]


def test_a_change_of_department_that_leads_out_of_a_journeys_scope_ends_its_run_with_that_reason() -> None:
    more = (
        'once: per person\nwhile: person.department is "Sales"\nwhen_no_longer: { stop: moved to another department }'
    )
    house = House(asking("manager", more))
    run = house.hire(ANN, department="Sales").runs[0]
    house.change(ANN, department="Law")
    house.settle()
    assert (PHASES[house.run(run).phase], owners(house)) == ("stopped", [])
    assert reasons(house, run, "stopped") == [{"reason": "moved to another department"}]


def test_a_learner_on_leave_pauses_nobody_is_reminded_and_the_rest_of_the_limit_runs_on_after_the_return() -> None:
    house = House(asking("manager"))
    run = house.hire(ANN).runs[0]
    (row,) = house.handoffs(run)
    assert row.due is not None
    house.change(ANN, "person.leave_began", status="on leave", leave_to=date(2026, 4, 24))
    messages = house.store.database.look("SELECT count(*) FROM message")
    house.wait(days=20)
    assert (PHASES[house.run(run).phase], house.store.database.look("SELECT count(*) FROM message")) == (
        "paused",
        messages,
    )
    house.clock.to(house.clock() + timedelta(days=12))
    house.change(ANN, "person.leave_ended", status="active", leave_to=None)
    house.settle()
    (after,) = house.handoffs(run)
    assert after.due is not None
    assert PHASES[house.run(run).phase] == "open"
    assert to_instant(after.due) - house.clock() >= timedelta(days=5)
    assert recomputed(house, run)


def test_whoever_leaves_the_company_in_the_middle_of_a_run_ends_it_and_what_was_open_is_closed() -> None:
    house = House(asking("manager"))
    run = house.hire(ANN).runs[0]
    house.change(ANN, "person.left", status="left")
    house.settle()
    assert (PHASES[house.run(run).phase], owners(house)) == ("stopped", [])
    assert reasons(house, run, "stopped") == [{"reason": "left the company"}]


def test_whoever_leaves_from_a_leave_ends_the_pause_and_the_run() -> None:
    house = House(asking("manager"))
    run = house.hire(ANN).runs[0]
    house.change(ANN, "person.leave_began", status="on leave")
    house.change(ANN, "person.left", status="left")
    house.settle()
    assert PHASES[house.run(run).phase] == "stopped"


def test_a_buddy_named_in_a_form_who_leaves_is_followed_by_whoever_comes_next() -> None:
    before = "buddy:\n  ask: manager\n  todo: Name a buddy.\n  form: { who: person }\n"
    house = House(asking("buddy.who or manager", before=before))
    house.appear(EVE, manager=None)
    run = house.hire(ANN).runs[0]
    house.fill(run, who=PersonRef(EVE))
    assert owners(house) == [f"person:{EVE}"]
    house.change(EVE, "person.left", status="left")
    house.settle()
    assert owners(house) == [f"person:{BOSS}"]
    assert recomputed(house, run)


def test_a_role_that_gets_another_holder_takes_its_open_handoffs_along() -> None:
    house = House(asking("role:hr-partner"))
    has_role(house, NEXT)
    run = house.hire(ANN, department="Sales").runs[0]
    before = house.engine.worlds.organization
    has_role(house, LEAD)
    after = house.engine.worlds.organization
    assert reorganized(house.engine, before, after, house.clock()) == 1
    house.settle()
    assert owners(house) == [f"person:{LEAD}"]
    assert reasons(house, run, "owner changed") == [{"before": f"person:{NEXT}", "after": f"person:{LEAD}"}]


def test_a_team_that_only_gets_another_member_concerns_no_handoff() -> None:
    house = House(asking("team:learning-operations"))
    house.hire(ANN)
    before = house.engine.worlds.organization
    teams = {"learning-operations": Team("learning-operations", LEAD, (LEAD, NEXT))}
    after = structs.replace(before, teams=teams)
    assert reorganized(house.engine, before, after, house.clock()) == 0
    assert reorganized(house.engine, before, structs.replace(before, teams={}), house.clock()) == 1


def test_a_list_that_waits_for_release_goes_to_whoever_is_accountable_when_who_had_it_leaves() -> None:
    text = asking("manager", "once: per person\nlimit: 1 people a day").replace(
        "accountable: team:learning-operations", f"accountable: person:{EVE} or person:{NEXT}"
    )
    house = House(text)
    house.appear(EVE, manager=None)
    house.hire(ANN)
    waiting = house.hire(BEN).runs[0]
    assert [(row.pass_, row.owner) for row in house.handoffs(waiting)] == [(0, f"person:{EVE}")]
    house.change(EVE, "person.left", status="left")
    house.settle()
    assert [(row.pass_, row.owner) for row in house.handoffs(waiting)] == [(0, f"person:{NEXT}")]


def test_what_is_held_with_whoever_leaves_goes_to_the_organizations_owner() -> None:
    house = House(asking("manager"))
    event = Event("lms.completed", house.clock(), None, "lms", fields=Fields({"course": "X"}))
    house.engine.take([Arrived(event, held="nobody is known by that key", owner=f"person:{NEXT}")], house.clock())
    assert [row.owner for row in house.held()] == [f"person:{NEXT}"]
    house.change(NEXT, "person.left", status="left")
    house.settle()
    assert [row.owner for row in house.held()] == ["team:learning-operations"]


def test_held_rows_of_files_and_incidents_of_whoever_leaves_go_to_the_organizations_owner() -> None:
    house = House(asking("manager"))
    known = Incident("out of reach", "lms", "HTTP 503", house.clock(), told=house.clock())
    lines = [
        SyncLineRow(1, line, f"k{line}", "held", "no column", owner, "", None, None, ended, "", "", line)
        for line, number, ended in ((1, NEXT, None), (2, LEAD, None), (3, NEXT, 5))
        for owner in (f"person:{number}",)
    ]
    incident = IncidentRow(1, "lms/transient/503", 0, 3, f"person:{NEXT}", None, coding.pack(known))
    house.store.commit(Batch(0, sync_lines=lines, incidents=[incident]))
    house.change(NEXT, "person.left", status="left")
    house.settle()
    owners = [row[0] for row in house.store.database.look("SELECT owner FROM sync_line ORDER BY line")]
    assert owners == ["team:learning-operations", f"person:{LEAD}", f"person:{NEXT}"], "what is over stays as it was"
    (left,) = house.store.incidents()
    assert left.owner == "team:learning-operations"
    assert coding.unpack(left.body, Incident).told is None, "whoever has it now is written to"


def test_while_a_run_is_paused_no_limit_of_its_handoffs_runs_out_and_then_it_runs_on() -> None:
    house = House(asking("manager"))
    (run,) = house.hire(ANN).runs
    (before,) = house.handoffs(run)
    house.change(ANN, "person.leave_began", status="on leave")
    (paused,) = house.handoffs(run)
    assert before.due is not None
    assert (paused.due, paused.closed) == (None, None)
    house.wait(hours=24 * 20)
    house.settle()
    house.change(ANN, "person.leave_ended", status="active")
    (after,) = house.handoffs(run)
    assert after.due is not None
    assert after.due > before.due
    assert (after.stuck, after.late) == (0, 0)
