"""Moments are told in the zone of whoever reads, named where it is another than the organization's; files say the offset."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.web.house import House

from handrail.app.runtime import Runtime

WORKSHOP = """calendars:
  workshop:
    zone: America/New_York
    people_in: [ DE ]
    hours: 08:00 to 16:00
"""
NOTE = "Times are those of America/New_York, where you are; the organization counts its days in Europe/Paris."


@pytest.fixture(name="two_places")
def fixture_two_places(company: Path) -> Iterator[House]:
    """The company, whose people of the workshop work in New York."""
    settings = company / "handrail.yaml"
    settings.write_text(settings.read_text("utf-8").replace("calendars:\n", WORKSHOP), "utf-8")
    runtime = Runtime.at_rest(company, f"sqlite:///{company / 'handrail.db'}")
    runtime.keep_settings(runtime.clock())
    runtime.close()
    made = House(company)
    made.begin()
    yield made
    made.end()


def person(house: House, name: str) -> int:
    return int(house.runtime.store.database.read("SELECT id FROM person WHERE name = ?", (name,))[0][0])


def short(zone: str) -> str:
    """What the zone is called today, as in CET."""
    return datetime.now(UTC).astimezone(ZoneInfo(zone)).tzname() or ""


def test_whoever_works_elsewhere_reads_their_own_time_and_which_that_is(two_places: House) -> None:
    here = two_places.visitor("operations", person=person(two_places, "Ada Moreau"))
    there = two_places.visitor("operations", person=person(two_places, "Dmitri Wolf"))
    for path in ("/today", "/handoffs/R-1/1", "/runs/R-1"):
        assert NOTE in there.get(path).text, path
        assert short("America/New_York") in there.get(path).text
        assert "Times are those of" not in here.get(path).text
        assert short("Europe/Paris") in here.get(path).text
    assert "Times are those of" not in two_places.visitor("operations").get("/today").text


def test_files_say_the_zone_and_the_offset_of_whoever_made_them(two_places: House) -> None:
    there = two_places.visitor("operations", person=person(two_places, "Dmitri Wolf"))
    text = there.get("/handoffs?format=csv").text
    offset = datetime.now(UTC).astimezone(ZoneInfo("America/New_York")).strftime("%z")
    assert "(America/New_York)" in text.splitlines()[2]
    assert f"{offset[:3]}:{offset[3:]}" in text.splitlines()[6]


def test_why_speaks_of_the_same_moments_as_the_page_around_it(two_places: House) -> None:
    there = two_places.visitor("operations", person=person(two_places, "Dmitri Wolf"))
    begun = two_places.runtime.store.database.read("SELECT due FROM handoff WHERE run = 1 AND pass = 1")[0][0]
    local = datetime.fromtimestamp(begun / 1000, ZoneInfo("America/New_York"))
    assert f"{local:%H:%M}" in there.get("/why?of=R-1/1").text


def test_the_numbers_of_today_are_of_the_organizations_days_for_everybody(two_places: House) -> None:
    names = ("Ada Moreau", "Dmitri Wolf")
    visitors = [two_places.visitor("operations", person=person(two_places, name)) for name in names]
    soon = [visitor.get("/handoffs?only=soon&format=csv").text.splitlines()[6:] for visitor in visitors]
    changed = [visitor.get("/changes?format=csv").text.splitlines()[6:] for visitor in visitors]
    assert len(soon[0]) == len(soon[1])
    assert len(changed[0]) == len(changed[1]) > 0
