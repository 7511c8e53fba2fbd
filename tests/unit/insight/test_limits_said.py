"""How a limit is said: midnight is the end of the day before, wherever it stands, and in every language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from handrail.app.mailing.words import until_in
from handrail.cli.tables import limit_shown
from handrail.insight.telling.wording import due_text
from handrail.web.kit.cells import Due
from handrail.web.kit.exports import plain
from handrail.web.kit.words import near_due, whole_due

BERLIN = "Europe/Berlin"
MIDNIGHT = datetime(2026, 4, 17, 22, 0, tzinfo=UTC)
"""00:00 on 18 April in Berlin: the end of Friday 17 April."""
AFTERNOON = datetime(2026, 4, 17, 15, 0, tzinfo=UTC)


def test_a_limit_at_midnight_is_the_end_of_the_day_before_wherever_it_is_said() -> None:
    long_before = MIDNIGHT - timedelta(days=40)
    assert due_text(MIDNIGHT, BERLIN) == "the end of Friday 17 April 2026"
    assert whole_due(MIDNIGHT, BERLIN) == "the end of Friday 17 April 2026, CEST"
    assert near_due(MIDNIGHT, long_before, BERLIN) == "17 Apr 2026"
    assert plain(Due(MIDNIGHT), BERLIN) == "2026-04-17 24:00+02:00"
    assert limit_shown(MIDNIGHT, BERLIN) == "2026-04-17 24:00"
    assert until_in("en", MIDNIGHT, BERLIN) == "the end of Friday 17 April 2026 (Europe/Berlin)"
    assert until_in("de", MIDNIGHT, BERLIN) == "Freitag, 17. April 2026, 24:00 Uhr (Europe/Berlin)"


def test_a_limit_within_a_day_keeps_its_time() -> None:
    assert due_text(AFTERNOON, BERLIN) == "Friday 17 April 2026, 17:00"
    assert whole_due(AFTERNOON, BERLIN) == "Friday 17 April 2026, 17:00 CEST"
    assert plain(Due(AFTERNOON), BERLIN) == "2026-04-17 17:00+02:00"
    assert until_in("en", AFTERNOON, BERLIN) == "Friday 17 April 2026, 17:00 (Europe/Berlin)"


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "America/New_York"])
def test_whose_midnight_it_is_hangs_on_the_zone_of_whoever_reads(zone: str) -> None:
    assert "the end of" not in due_text(MIDNIGHT, zone)
