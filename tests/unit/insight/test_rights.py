"""What each role may do, and whom it may see: the whole table, and the reach of a grant."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from handrail.insight.rights import HIDDEN, RIGHTS, ROLES, Grant, Right, Role, Viewer, shown
from handrail.terms.person import Origin, Person

ORIGIN = Origin("hris", datetime(2026, 1, 1, tzinfo=UTC))
ME, REPORT, COLLEAGUE, STRANGER = 1, 2, 3, 4
PEOPLE = {
    ME: Person(ME, 1, ORIGIN, department="Sales", manager=STRANGER),
    REPORT: Person(REPORT, 1, ORIGIN, department="Support", manager=ME),
    COLLEAGUE: Person(COLLEAGUE, 1, ORIGIN, department="Sales", manager=STRANGER),
    STRANGER: Person(STRANGER, 1, ORIGIN, department="Finance"),
}
MAY: dict[Role, str] = {
    # see people, see runs, answer, answer for others, mend, publish, connections, reports, audit, settings
    "learner": "--a-------",
    "manager": "pra----e--",
    "operations": "praom-ce--",
    "designer": "pra--u-e--",
    "integration-admin": "pra-m-c---",
    "auditor": "pra----et-",
    "admin": "praomucets",
}


def viewer(*grants: Grant, person: int = ME) -> Viewer:
    return Viewer(7, "kim", "Kim Ndiaye", person, grants)


def seen_by(*grants: Grant, person: int = ME) -> set[int]:
    looking = viewer(*grants, person=person)
    return {number for number, each in PEOPLE.items() if looking.sees(number, each)}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gives_exactly_its_rights(role: Role) -> None:
    given = [viewer(Grant(role)).may(right) for right in RIGHTS]
    assert given == [letter != "-" for letter in MAY[role]]


def test_somebody_without_a_role_may_nothing() -> None:
    assert not any(viewer().may(right) for right in RIGHTS)


def test_a_learner_sees_only_themselves() -> None:
    assert seen_by(Grant("learner")) == {ME}


def test_a_manager_sees_themselves_and_their_direct_reports() -> None:
    assert seen_by(Grant("manager")) == {ME, REPORT}


@pytest.mark.parametrize("role", ["operations", "designer", "integration-admin", "auditor", "admin"])
def test_every_other_role_sees_everybody_in_its_unit(role: Role) -> None:
    assert seen_by(Grant(role)) == set(PEOPLE)
    assert seen_by(Grant(role, "Finance")) == {ME, STRANGER}


def test_two_roles_reach_as_far_as_both_together() -> None:
    assert seen_by(Grant("manager"), Grant("operations", "Finance")) == {ME, REPORT, STRANGER}


def test_somebody_who_is_no_person_here_is_nobodys_manager() -> None:
    nobody_above = Person(9, 1, ORIGIN, manager=None)
    looking = viewer(Grant("manager"), person=0)
    assert not looking.sees(9, nobody_above)
    assert not looking.sees(0, None)
    assert not looking.leads


def test_a_person_of_whom_nothing_is_known_is_seen_only_by_who_sees_everybody() -> None:
    assert viewer(Grant("operations")).sees(99, None)
    assert not viewer(Grant("operations", "Sales"), Grant("manager")).sees(99, None)


@pytest.mark.parametrize("right", ["publish", "connections", "audit", "settings"])
def test_what_concerns_the_whole_organization_is_not_given_within_one_unit(right: Right) -> None:
    assert viewer(Grant("admin")).may(right)
    assert not viewer(Grant("admin", "Sales")).may(right)


def test_a_right_reaches_only_the_people_of_the_role_that_gives_it() -> None:
    looking = viewer(Grant("operations", "Sales"), Grant("auditor"))
    assert looking.sees(STRANGER, PEOPLE[STRANGER])
    assert looking.acts("mend", COLLEAGUE, PEOPLE[COLLEAGUE])
    assert not looking.acts("mend", STRANGER, PEOPLE[STRANGER])
    assert not viewer(Grant("learner")).acts("mend", ME, PEOPLE[ME])
    assert viewer(Grant("learner")).acts("answer", ME, PEOPLE[ME])


def test_lists_are_told_how_far_a_viewer_sees() -> None:
    assert viewer(Grant("auditor")).everywhere
    scoped = viewer(Grant("operations", "Sales"), Grant("designer", "Finance"), Grant("manager", "Support"))
    assert not scoped.everywhere
    assert scoped.units == {"Sales", "Finance"}
    assert scoped.leads


def test_what_may_not_be_seen_reads_hidden() -> None:
    looking = viewer(Grant("manager"))
    assert shown(looking, REPORT, PEOPLE[REPORT], "late") == "late"
    assert shown(looking, STRANGER, PEOPLE[STRANGER], "late") == HIDDEN
