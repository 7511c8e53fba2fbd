"""Calendars made from a place, its public holidays and what the organization adds.

The `holidays` library is asked once a country, region and year, and its answer is frozen into the calendar: a later
release of it moves no deadline that was reckoned. Days on which a country works on a weekend in exchange for
another day, and half holidays, are not known. Nothing here reckons with a calendar: see `working`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from handrail.calendar.zones import zone_of
from handrail.terms.organization import Calendar

if TYPE_CHECKING:
    from holidays import HolidayBase

_SATURDAY_AND_SUNDAY: Final = frozenset({5, 6})
_WEEK: Final = frozenset(range(7))


class Place(Struct, frozen=True):
    """A time zone, and the country and region whose holidays count; without a country there are none.

    Zone: IANA name. Country: two letters (ISO 3166-1). Region: ISO 3166-2 without the country.
    """

    zone: str
    country: str = ""
    region: str = ""


class Hours(Struct, frozen=True):
    """When work begins and ends on a working day, and the weekend (Monday is 0; None: the country's)."""

    opens: time = time(9)
    closes: time = time(17)
    weekend: frozenset[int] | None = None


def build(
    name: str,
    place: Place,
    years: range,
    closures: Iterable[date] = (),
    hours: Hours = Hours(),  # noqa: B008 - it is frozen
) -> Calendar:
    """The calendar of a place for these years, with the organization's own closures.

    `ValueError`, in words for whoever wrote handrail.yaml, when zone, country or region is unknown, when it closes before
    it opens, or when no day of the week is left to work on.
    """
    zone_of(place.zone)
    if hours.closes <= hours.opens:
        raise ValueError(
            f'Calendar "{name}" opens at {hours.opens:%H:%M} and closes at {hours.closes:%H:%M}. '
            "Let it close later on the same day than it opens."
        )
    weekend = weekend_of(place.country) if hours.weekend is None else hours.weekend
    if not weekend < _WEEK:
        raise ValueError(
            f'Calendar "{name}" has no working day. Leave at least one of the days 0 (Monday) to 6 (Sunday) out of its weekend.'
        )
    days_off = frozenset(closures).union(*(public_holidays(place.country, place.region, year) for year in years))
    return Calendar(name, place.zone, hours.opens, hours.closes, weekend, days_off, place.country, place.region)


@lru_cache(maxsize=4096)
def public_holidays(country: str, region: str, year: int) -> frozenset[date]:
    """The public holidays there in that year, whatever day of the week they fall on; none without a country."""
    return frozenset(_source(country, region, year)) if country else frozenset()


@lru_cache(maxsize=512)
def weekend_of(country: str) -> frozenset[int]:
    """The days of the week on which that country does not work (Monday is 0); Saturday and Sunday without a country."""
    return frozenset(_source(country, "", None).weekend) if country else _SATURDAY_AND_SUNDAY


def _source(country: str, region: str, year: int | None) -> HolidayBase:
    import holidays  # noqa: PLC0415 - a tenth of a second, which only those who build calendars pay

    regions = holidays.list_supported_countries().get(country)
    if regions is None:
        raise ValueError(
            f'No holidays are known for the country "{country}". Write its two letters of ISO 3166-1, such as DE, FR or US.'
        )
    if region and region not in regions:
        raise ValueError(
            f'No region "{region}" is known in {country}. '
            + (
                f"Write one of {', '.join(sorted(regions))}, or leave it out."
                if regions
                else "Leave it out: its holidays are the same everywhere."
            )
        )
    return holidays.country_holidays(country, subdiv=region or None, years=year)
