"""The calendars and moments that the tests of this room share; nothing is read from the holidays library here."""

from datetime import UTC, date, datetime, time

from hypothesis import strategies as st

from handrail.calendar.zones import zone_of
from handrail.terms.organization import Calendar
from handrail.terms.values import Instant

BERLIN = Calendar("berlin", "Europe/Berlin", days_off=frozenset({date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 1)}))
NEW_YORK = Calendar("new york", "America/New_York", opens=time(8, 30), closes=time(18))
CAIRO = Calendar("cairo", "Africa/Cairo", weekend=frozenset({4, 5}))
LORD_HOWE = Calendar("lord howe", "Australia/Lord_Howe", opens=time(10), closes=time(16))
ALL = (BERLIN, NEW_YORK, CAIRO, LORD_HOWE)

calendars = st.sampled_from(ALL)
zones = st.sampled_from([*(cal.zone for cal in ALL), "UTC", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia"])
days = st.dates(date(1990, 1, 1), date(2060, 12, 31))


def ms(instant: datetime) -> Instant:
    """The same moment, truncated to milliseconds."""
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


instants = st.datetimes(datetime(1990, 1, 1), datetime(2060, 12, 31), timezones=st.just(UTC)).map(ms)  # noqa: DTZ001 - the zone is added


def utc(text: str) -> Instant:
    """`2026-03-29 01:00` in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def berlin(text: str) -> Instant:
    """`2026-03-06 16:00`, as clocks in Berlin show it."""
    local = datetime.fromisoformat(text)
    return local.replace(tzinfo=zone_of(BERLIN.zone)).astimezone(UTC)
