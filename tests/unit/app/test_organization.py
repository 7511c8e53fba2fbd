"""People of the settings are looked up; whoever is not known yet is a remark, and nothing is refused."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from tests.unit.app.folders import small

from handrail.app.organization import organization_of, resolve, years_around
from handrail.app.workspace import load_workspace

KNOWN = {"hris:1": 11, "hris:3": 13, "ana@small.example": 14}
YEARS = range(2025, 2033)


def look_up(people: Sequence[str]) -> Mapping[str, int]:
    return {who: KNOWN[who] for who in people if who in KNOWN}


def test_people_get_their_own_ids(tmp_path: Path) -> None:
    organization = organization_of(load_workspace(small(tmp_path)), look_up, YEARS)
    assert organization.teams["learning"].lead == 11
    assert organization.teams["learning"].members == (14,)
    assert organization.roles["partner"].who == {"DE": "person:13"}
    assert organization.roles["partner"].otherwise == "team:learning"
    assert organization.owner == "team:learning"


def test_a_team_whose_lead_is_not_known_has_none_and_it_is_said(tmp_path: Path) -> None:
    resolved = resolve(load_workspace(small(tmp_path)).settings, look_up, YEARS)
    assert resolved.organization.teams["admins"].lead is None
    assert [(one.severity, one.place.line) for one in resolved.remarks] == [("remark", 10), ("remark", 11)]
    assert resolved.remarks[1].message == 'nobody is known as "hris:2" yet: the team has no lead until then'


def test_everybody_is_looked_up_in_one_question(tmp_path: Path) -> None:
    asked: list[Sequence[str]] = []

    def once(people: Sequence[str]) -> Mapping[str, int]:
        asked.append(people)
        return {}

    resolve(load_workspace(small(tmp_path)).settings, once, YEARS)
    assert asked == [("hris:1", "hris:2", "ana@small.example", "hris:3")]


def test_a_calendar_knows_the_holidays_of_its_place_and_the_closures(tmp_path: Path) -> None:
    organization = organization_of(load_workspace(small(tmp_path)), look_up, YEARS)
    days_off = organization.calendars["office"].days_off
    assert {date(2026, 12, 24), date(2026, 6, 4), date(2032, 12, 25)} <= days_off
    assert organization.by_country == {"DE": "office"}


def test_calendars_reach_from_last_year_to_six_years_on() -> None:
    assert (years_around(date(2026, 3, 2))[0], years_around(date(2026, 3, 2))[-1]) == (2025, 2032)
