"""What the engine must fetch for a plan."""

from tests.unit.language.journey import compiled

from handrail.terms.plan import Needs


def test_a_plan_needs_the_teams_and_managers_that_its_owners_name() -> None:
    assert compiled().plan.needs == Needs(teams=("compliance", "site-training"))


def test_a_plan_with_a_long_way_up_needs_all_those_managers() -> None:
    assert compiled(("manager.manager", "manager.manager.manager")).plan.needs.managers_up == 3
    assert compiled(("{person.name}", "{person.manager.manager.manager.manager.name}")).plan.needs.managers_up == 4


def test_a_plan_that_asks_for_the_sponsor_or_the_record_needs_them() -> None:
    ask = ("ask: manager\n", "ask: sponsor or role:hr-partner\n")
    only_if = (
        "    do: lms.enroll\n",
        '    only_if: completed_on("FORK-101") is empty and not in_team("compliance")\n    do: lms.enroll\n',
    )
    needs = compiled(ask, only_if).plan.needs
    assert (needs.sponsor, needs.record, needs.roles) == (True, True, ("hr-partner",))
    assert "compliance" in needs.teams
