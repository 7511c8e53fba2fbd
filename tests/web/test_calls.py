"""From a journey that is published to the calls that reach the LMS, in one process that is served."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.web.house import House, settle

from handrail.app.publishing import publish
from handrail.app.runtime import Runtime
from handrail.terms.problem import SettingsError

SAFETY = """
journey: safety
title: Safety
purpose: Everybody in Sales is enrolled.
accountable: team:learning
starts:
  yearly:
    every: year on 1 February at 06:00
    for: person.department is "Sales" and person.status is "active"
once: per person in 300 days
limit: 2 people a day
steps:
  enroll:
    do: lms.enroll
    with: { course: SAFE-1 }
    owner: team:learning
    within: 2 business days
    if_late: { stop: too late }
    if_fails: { stop: could not be done }
"""


def published(company: Path, people_by: str) -> House:
    """The company with one more journey, whose LMS knows people by `people_by`; begun for those there."""
    settings = company / "handrail.yaml"
    settings.write_text(settings.read_text("utf-8").replace("    people_by: hris\n    owner: team:learning", f"    people_by: {people_by}\n    owner: team:learning"), "utf-8")  # fmt: skip
    (company / "journeys" / "safety.yaml").write_text(SAFETY, "utf-8")
    house = House(company)
    publish(house.runtime, "Ada", those_there=True)
    house.begin()
    return house


@pytest.mark.parametrize(
    ("people_by", "users"),
    [("hris", {"1001", "1002"}), ("email", {"ada.moreau@example.com", "ben.okoro@example.com"})],
)
def test_the_lms_is_called_for_people_by_what_it_knows_them_by(company: Path, people_by: str, users: set[str]) -> None:
    house = published(company, people_by)
    try:
        called = [house.called.get(timeout=20) for _ in range(2)]
        assert {json.loads(each.body)["user"] for each in called} == users
    finally:
        house.end()


def test_runs_above_the_limit_wait_until_a_named_person_releases_them(company: Path) -> None:
    house = published(company, "hris")
    try:
        reader, operator = house.client("read"), house.client("operate")
        asked = {"journey": "safety", "phase": "waiting for release"}
        assert reader.get("/api/runs", params=asked).json()["total"] == 2
        done = operator.post("/api/held/journeys/safety/release", json={"by": "Ada", "at_most": 1})
        assert done.json() == {"journey": "safety", "released": 1, "by": "Ada"}
        none = operator.post("/api/held/journeys/safety/refuse", json={"by": "Ada"})
        assert none.json() == {"journey": "safety", "refused": 1, "by": "Ada"}
        assert reader.get("/api/runs", params=asked).json()["total"] == 0
        assert operator.post("/api/held/journeys/nothing/release", json={"by": "Ada"}).status_code == 404
    finally:
        house.end()


def test_whoever_lets_people_in_on_the_page_is_told_how_many(company: Path) -> None:
    house = published(company, "hris")
    try:
        visitor = house.visitor("operations")
        let_in = visitor.post("/held/journeys/safety/release", data={"at_most": "1"}, follow_redirects=True).text
        assert "1 person let in" in let_in
        refused = visitor.post("/held/journeys/safety/refuse", follow_redirects=True).text
        assert "1 person refused" in refused
    finally:
        house.end()


def test_a_secret_that_is_not_there_is_told_before_anything_runs(company: Path) -> None:
    (company / "secrets" / "lms-token").unlink()
    with pytest.raises(SettingsError, match="lms-token cannot be read"):
        Runtime.open(company, f"sqlite:///{company / 'handrail.db'}")


def test_settings_that_were_changed_and_not_published_do_not_count(company: Path) -> None:
    settings = company / "handrail.yaml"
    settings.write_text(settings.read_text("utf-8").replace("Europe/Paris", "America/New_York"), "utf-8")
    runtime = Runtime.at_rest(company, f"sqlite:///{company / 'handrail.db'}")
    assert runtime.settings_differ
    assert runtime.engine.worlds.organization.zone == "Europe/Paris"
    publish(runtime, "Ada", those_there=False)
    assert runtime.engine.worlds.organization.zone == "America/New_York"
    settle(runtime)
    runtime.close()


def test_what_changed_says_which_call_ended_how_and_about_which_course(company: Path) -> None:
    house = published(company, "hris")
    try:
        operations = house.visitor("operations")
        rows = (operations.get("/changes?kind=outcome&format=csv").text for _ in range(300))
        told = next(text for text in rows if "call" in text)
        assert "The call “enroll” at lms (SAFE-1) was done" in told
        assert "A call ended" not in told
    finally:
        house.end()
