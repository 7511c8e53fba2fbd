"""Who answers: fallbacks, delegates, and what happens when the organization changes."""

from __future__ import annotations

from datetime import date

from msgspec import structs
from tests.unit.core.plans import (
    ACCOUNTABLE,
    BERLIN,
    BUDDY,
    DIRECTOR,
    LEAD,
    LEARNER,
    MANAGER,
    Journey,
    berlin,
    plan_of,
    world_of,
)

from handrail.core.owners import delegate_of
from handrail.terms.organization import Team
from handrail.terms.values import UNKNOWN, PersonRef
from handrail.terms.world import Absence


def asked(owner: str, **learner: object) -> str:
    return Journey(plan_of(f"look: {{ ask: {owner}, todo: Look. }}"), world_of(**learner)).open("look").owner


def test_owners_are_looked_up_for_the_learner() -> None:
    assert asked("manager") == "person:2"
    assert asked("manager.manager") == "person:3"
    assert asked("sponsor", sponsor=BUDDY) == "person:4"
    assert asked("learner") == "person:1"
    assert asked("role:site-lead") == "person:4"
    assert asked("role:hr-partner") == "team:assessment"
    assert asked("team:assessment") == "team:assessment"
    assert asked("accountable") == "team:people-experience"


def test_or_goes_on_where_nobody_is_found() -> None:
    assert asked("sponsor or manager") == "person:2"
    assert asked("sponsor or role:site-lead or manager", location="Paris") == "person:2"


def test_nobody_found_is_whoever_is_accountable_and_that_is_said() -> None:
    run = Journey(plan_of("look: { ask: sponsor, todo: Look. }"))
    assert run.open("look").owner == "team:people-experience"
    assert "nobody found" in run.said


def test_for_the_accountable_themselves_it_is_the_organizations_owner() -> None:
    world = world_of(manager=None)
    teams = {name: team for name, team in world.organization.teams.items() if name != "people-experience"}
    world = structs.replace(world, organization=structs.replace(world.organization, teams=teams))
    run = Journey(plan_of("look: { ask: manager, todo: Look. }"), world)
    assert run.open("look").owner == f"person:{ACCOUNTABLE}"


def test_whoever_has_left_or_is_the_learner_is_nobody() -> None:
    assert asked("manager or team:assessment", manager=1) == "team:assessment"
    assert asked("manager or team:assessment", manager=99) == "team:assessment"
    assert asked("manager or team:assessment", manager=UNKNOWN) == "team:assessment"
    world = world_of()
    people = {**world.people, MANAGER: structs.replace(world.people[MANAGER], status="left")}
    run = Journey(plan_of("look: { ask: manager or team:assessment, todo: L. }"), structs.replace(world, people=people))
    assert run.open("look").owner == "team:assessment"


def away(delegate: int | None, from_day: date = date(2026, 3, 1)) -> Journey:
    absence = Absence(from_day, date(2026, 3, 20), delegate)
    world = structs.replace(world_of(), absences={MANAGER: absence})
    return Journey(plan_of("look: { ask: manager or team:assessment, todo: L. }"), world)


def test_who_is_away_without_a_delegate_is_passed_by() -> None:
    assert away(None).open("look").owner == "team:assessment"


def test_who_is_away_with_a_delegate_keeps_it_and_the_delegate_acts_in_their_name() -> None:
    run = away(BUDDY)
    assert run.open("look").owner == "person:2"
    assert delegate_of("person:2", run.world, run.now) == "person:4"
    assert delegate_of("person:2", run.world, berlin(25, 9)) == ""


def test_who_will_be_away_next_week_is_there_today() -> None:
    assert away(None, date(2026, 3, 9)).open("look").owner == "person:2"


def test_a_manager_on_leave_is_away_too() -> None:
    world = world_of()
    people = {**world.people, MANAGER: structs.replace(world.people[MANAGER], status="on leave")}
    run = Journey(plan_of("look: { ask: manager or team:assessment, todo: L. }"), structs.replace(world, people=people))
    assert run.open("look").owner == "team:assessment"


def test_a_team_without_a_lead_is_answered_for_by_its_members_and_without_anyone_by_nobody() -> None:
    world = world_of()
    for team, owner in (
        (("assessment", None, (LEAD,)), "team:assessment"),
        (("assessment", None), "team:people-experience"),
    ):
        teams = {**world.organization.teams, "assessment": Team(*team)}
        changed = structs.replace(world, organization=structs.replace(world.organization, teams=teams))
        assert Journey(plan_of("look: { ask: team:assessment, todo: L. }"), changed).open("look").owner == owner


def test_an_open_handoff_finds_its_new_owner_when_the_old_one_leaves() -> None:
    run = Journey(plan_of("look: { ask: manager or manager.manager, todo: L. }"))
    run.staff(MANAGER, status="left")
    assert run.open("look").owner == "person:3"
    assert run.letters[-1] == ("moved", "person:3")
    assert run.said == ["owner changed"]


def test_a_new_owner_has_a_business_day_at_least_once() -> None:
    run = Journey(
        plan_of("look: { ask: manager or manager.manager or team:assessment, todo: L., within: 1 business day }")
    )
    run.now = berlin(3, 16)
    run.staff(MANAGER, status="left")
    assert run.open("look").due == berlin(4, 17)
    run.now = berlin(4, 16)
    run.staff(DIRECTOR, status="left")
    assert (run.open("look").owner, run.open("look").due) == ("team:assessment", berlin(4, 17))


def test_a_new_owner_is_reminded_anew() -> None:
    run = Journey(
        plan_of(
            "look: { ask: manager or manager.manager, todo: L., within: 5 business days, remind: [ after 1 business day ] }"
        )
    )
    run.tick()
    run.staff(MANAGER, status="left")
    run.tick()
    assert run.letters[-1] == ("reminder", "person:3")


def test_a_manager_who_was_handed_a_late_step_is_followed_by_their_successor() -> None:
    steps = """
course:
  wait: lms.completed
  where: event.course is not empty
  owner: learner
  within: 10 days
  if_late:
    - { hand_to: manager, question: "What now?", answers: { more: { extend: 5 days }, end: { stop: x } }, within: 3 days }
    - { stop: late }
"""
    run = Journey(plan_of(steps))
    run.tick()
    run.answer("more")
    run.becomes(manager=BUDDY)
    assert run.open("course").owner == "person:4"


def test_owner_in_a_ladder_is_the_owner_of_the_step() -> None:
    steps = """
a:
  do: hris.flag
  with: { flag: X }
  owner: team:assessment
  if_fails: [ { hand_to: owner, within: 2 business days }, { stop: could not be done } ]
"""
    run = Journey(plan_of(steps))
    run.fail()
    assert run.open("a").owner == "team:assessment"


def test_owners_that_stay_change_nothing() -> None:
    run = Journey(plan_of("look: { ask: manager, todo: L. }"))
    run.staff(BUDDY, title="Chief")
    assert not run.last.used


PICK = """
pick: { ask: manager, question: "Who?", form: { who: person, address: email optional } }
help: { ask: pick.who or team:assessment, todo: Help. }
"""


def test_a_person_who_was_named_in_an_answer_may_be_asked() -> None:
    run = Journey(plan_of(PICK))
    run.answer("", who=PersonRef(BUDDY))
    assert run.open("help").owner == "person:4"


def test_somebody_outside_is_asked_at_their_address_and_somebody_inside_owns_it() -> None:
    outside = "look: { ask: email:person.personal_email, owner: team:assessment, todo: L. }"
    assert Journey(plan_of(outside), world_of(personal_email="a@b.example")).open("look").owner == "email:a@b.example"
    assert Journey(plan_of(outside), world_of(personal_email=None)).open("look").owner == "team:people-experience"
    contact = "look: { ask: contact:training-vendor, owner: team:assessment, todo: L. }"
    assert Journey(plan_of(contact)).open("look").owner == "contact:training-vendor"


def test_the_inside_owner_of_an_outsiders_question_was_asked_nothing_yet() -> None:
    steps = """
look:
  ask: contact:training-vendor
  owner: team:assessment
  todo: L.
  if_late: [ { hand_to: owner, within: 2 days }, { stop: nobody } ]
"""
    run = Journey(plan_of(steps))
    run.tick()
    assert run.open("look").owner == "team:assessment"


def test_the_calendar_that_counts_may_be_the_learners_or_a_named_one() -> None:
    day_off = structs.replace(BERLIN, days_off=frozenset({date(2026, 3, 3)}))
    world = structs.replace(world_of(), calendars={LEARNER: day_off})
    look = "look: { ask: manager, todo: L., within: 1 business day }"
    assert Journey(plan_of(look), world).open("look").due == berlin(3, 17)
    assert Journey(plan_of(look, "calendar: learner\n"), world).open("look").due == berlin(4, 17)
    named = structs.replace(world.organization, calendars={"berlin": BERLIN, "germany": day_off})
    germany = structs.replace(world, organization=named)
    assert Journey(plan_of(look, "calendar: germany\n"), germany).open("look").due == berlin(4, 17)


def test_a_chain_of_managers_that_ends_is_nobody() -> None:
    assert asked("manager.manager.manager or team:assessment") == "team:assessment"
    assert asked("manager.manager or team:assessment", manager=None) == "team:assessment"


def test_while_a_run_is_paused_a_handoff_of_whoever_leaves_moves_and_its_new_owner_hears_of_it_when_it_goes_on() -> (
    None
):
    run = Journey(plan_of("look: { ask: manager or manager.manager, todo: L., within: 3 business days }"))
    run.becomes(status="on leave", leave_to=date(2026, 3, 20))
    before = len(run.letters)
    run.staff(MANAGER, status="left")
    assert (run.open("look").owner, len(run.letters)) == ("person:3", before)
    assert run.said == ["owner changed"]
    run.now = berlin(23, 10)
    run.becomes(status="active", leave_to=None)
    assert run.letters[before:] == [("moved", "person:3")]
    assert run.open("look").due == berlin(26, 17)


def test_who_came_to_have_a_handoff_during_a_pause_and_answered_it_is_told_of_nothing() -> None:
    run = Journey(plan_of("look: { ask: manager or manager.manager, todo: L. }\nnext: { ask: manager, todo: N. }"))
    run.becomes(status="on leave")
    run.staff(MANAGER, status="left")
    run.answer("done", "look")
    run.becomes(status="active")
    assert ("moved", "person:3") not in run.letters
    assert run.at == ["next"]
