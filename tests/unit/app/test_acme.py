"""Acme, the example: its files are right, readable, and name people who are there all the while."""

import csv
from pathlib import Path

import pytest

from handrail.app.checking import check_paths, compiled
from handrail.app.settings import people_named
from handrail.app.workspace import Workspace, load_workspace

ACME = Path(__file__).parents[3] / "examples" / "acme"
WHOLE_WEEKS = ("2026-03-02", "2026-03-09", "2026-03-16", "2026-03-30")
LINES_MAX = 80


@pytest.fixture(scope="module")
def acme() -> Workspace:
    return load_workspace(ACME)


def test_acme_is_right_and_there_is_nothing_to_remark() -> None:
    assert check_paths([ACME]).problems == ()


def test_acme_has_its_five_journeys(acme: Workspace) -> None:
    assert sorted(acme.journeys) == ["annual-compliance", "new-manager", "onboarding", "recertification", "role-change"]


def test_every_journey_of_acme_can_be_read_aloud(acme: Workspace) -> None:
    assert all(text.count("\n") <= LINES_MAX for _, text in acme.journeys.values())


@pytest.mark.parametrize("week", WHOLE_WEEKS)
def test_whoever_acme_names_works_there_and_leads(acme: Workspace, week: str) -> None:
    with (ACME / "hr" / f"workers-{week}.csv").open(encoding="utf-8", newline="") as file:
        rows = {f"hris:{row['employee_id']}": row for row in csv.DictReader(file)}
    for _, who in people_named(acme.settings):
        assert rows[who]["status"] == "active", who
        assert int(rows[who]["job_level"]) >= 4, who


def test_every_country_of_acme_has_a_calendar(acme: Workspace) -> None:
    with (ACME / "hr" / "workers-2026-03-30.csv").open(encoding="utf-8", newline="") as file:
        countries = {row["country"].strip().upper() for row in csv.DictReader(file)}
    there = {where for calendar in acme.settings.calendars.values() for where in calendar.people_in}
    assert countries <= there


def test_annual_compliance_waits_to_be_released(acme: Workspace) -> None:
    plan = compiled(acme)["annual-compliance"].plan
    assert plan.limit is not None
    assert plan.limit.count < 5_116


def test_onboarding_lets_three_hundred_begin_in_a_day(acme: Workspace) -> None:
    plan = compiled(acme)["onboarding"].plan
    assert plan.limit is not None
    assert plan.limit.count == 300


def test_every_message_of_acme_is_written_in_both_languages(acme: Workspace) -> None:
    assert all(set(texts) == {"en", "de"} for texts in acme.messages.values())
