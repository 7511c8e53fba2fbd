"""Calendars built from a place and its public holidays."""

from datetime import date, time

import pytest

from handrail.calendar.holidays import Hours, Place, build, public_holidays, weekend_of

YEARS = range(2026, 2028)


def test_a_region_has_holidays_that_its_country_has_not() -> None:
    epiphany = date(2026, 1, 6)
    bavaria = build("munich", Place("Europe/Berlin", "DE", "BY"), YEARS)
    berlin = build("berlin", Place("Europe/Berlin", "DE", "BE"), YEARS)
    assert epiphany in bavaria.days_off
    assert epiphany not in berlin.days_off
    assert (bavaria.name, bavaria.zone, bavaria.country, bavaria.region) == ("munich", "Europe/Berlin", "DE", "BY")


def test_closures_of_the_organization_are_days_off_too() -> None:
    bridge = date(2026, 5, 15)
    assert bridge in build("berlin", Place("Europe/Berlin", "DE"), YEARS, [bridge]).days_off


def test_the_weekend_is_the_countrys_unless_the_organization_says_otherwise() -> None:
    assert build("dubai", Place("Asia/Dubai", "AE"), YEARS).weekend == frozenset({5, 6})
    assert build("riyadh", Place("Asia/Riyadh", "SA"), YEARS).weekend == frozenset({4, 5})
    assert build("shop", Place("Asia/Riyadh", "SA"), YEARS, hours=Hours(weekend=frozenset({6}))).weekend == frozenset(
        {6}
    )


def test_without_a_country_there_are_weekends_and_no_holidays() -> None:
    anywhere = build("anywhere", Place("UTC"), YEARS)
    assert (anywhere.weekend, anywhere.days_off) == (frozenset({5, 6}), frozenset())


def test_a_country_is_looked_up_once_a_year() -> None:
    assert public_holidays("FR", "", 2026) is public_holidays("FR", "", 2026)
    assert weekend_of("FR") is weekend_of("FR")


@pytest.mark.parametrize(
    ("place", "hours", "advice"),
    [
        (Place("Europe/Berln", "DE"), Hours(), 'There is no time zone "Europe/Berln"'),
        (Place("Europe/Berlin", "Germany"), Hours(), 'country "Germany". Write its two letters'),
        (Place("Europe/Berlin", "DE", "XX"), Hours(), 'No region "XX" is known in DE. Write one of .*BB, BE, '),
        (Place("Asia/Riyadh", "SA", "XX"), Hours(), "Leave it out: its holidays are the same everywhere"),
        (Place("Europe/Berlin", "DE"), Hours(time(17), time(9)), 'Calendar "hq" opens at 17:00 and closes at 09:00'),
        (Place("Europe/Berlin"), Hours(weekend=frozenset(range(7))), 'Calendar "hq" has no working day'),
        (Place("Europe/Berlin"), Hours(time(9), time(9)), 'Calendar "hq" opens at 09:00 and closes at 09:00'),
        (Place("Europe/Berlin"), Hours(weekend=frozenset({7})), 'Calendar "hq" has no working day'),
    ],
)
def test_a_calendar_that_cannot_be_is_refused_with_what_to_write(place: Place, hours: Hours, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        build("hq", place, YEARS, hours=hours)
