"""How moments, spans, counts and states are written for people."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from handrail.web.kit.environment import ENVIRONMENT, Frame
from handrail.web.kit.words import day, figure, near, span, state, whole

NOW = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("away", "said"),
    [
        (timedelta(seconds=20), "now"),
        (timedelta(minutes=1), "in 1 minute"),
        (timedelta(hours=-5), "5 hours ago"),
        (timedelta(days=3, hours=7), "in 3 days"),
        (timedelta(days=3, hours=20), "in 4 days"),
        (timedelta(days=1, hours=14), "in 1 day"),
        (timedelta(days=-14), "14 days ago"),
        (timedelta(days=-15), "1 Mar 2026"),
        (timedelta(days=90), "14 Jun 2026"),
    ],
)
def test_a_moment_is_said_as_far_from_now_as_people_say_it(away: timedelta, said: str) -> None:
    assert near(NOW + away, NOW, "Europe/Berlin") == said


def test_a_moment_is_written_out_in_the_zone_of_whoever_reads_it() -> None:
    assert whole(NOW, "Europe/Berlin") == "Monday 16 March 2026, 10:00 CET"
    assert whole(NOW, "America/New_York") == "Monday 16 March 2026, 05:00 EDT"


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(days=3, hours=4, minutes=5), "3 days 4 hours"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(days=-1), "less than a minute"),
    ],
)
def test_a_span_is_said_by_its_two_largest_parts(length: timedelta, said: str) -> None:
    assert span(length) == said


def test_a_state_is_a_word_and_a_shape_and_never_a_color_alone() -> None:
    written = str(state("late"))
    assert "late</span>" in written
    assert '<span aria-hidden="true">▲</span>' in written
    assert "&lt;b&gt;" in str(state("<b>")), "a word from outside is written, never obeyed"


def test_what_is_not_known_is_a_dash() -> None:
    assert (day(None), figure(None), figure(1204)) == ("–", "–", "1,204")
    assert "16 Mar 2026" in str(day(date(2026, 3, 16)))


@pytest.mark.parametrize(
    ("written", "away", "said"),
    [
        ("since", timedelta(days=-5), "for 5 days"),
        ("since", timedelta(days=-15), "since 1 Mar 2026"),
        ("since", timedelta(), "since a moment ago"),
        ("until", timedelta(days=7, hours=14), "in 7 days, the end of Monday 23 March 2026"),
        ("until", timedelta(days=30), "Wednesday 15 April 2026, 11:00"),
        ("limit", timedelta(days=1), "Tuesday 17 March 2026, 10:00"),
    ],
)
def test_how_long_something_is_so_and_when_it_ends_read_as_people_say_it(
    written: str, away: timedelta, said: str
) -> None:
    frame = Frame("Today", "today", here=True, menu=(), viewer=None, organization="Acme", now=NOW, zone="Europe/Berlin")
    page = ENVIRONMENT.from_string(f"{{{{ moment|{written} }}}}").render(frame=frame, moment=NOW + away)
    assert f">{said}</" in page


def test_no_template_writes_a_number_of_things_without_its_thousands() -> None:
    bare = re.compile(r"\{\{[^}]*\| *length *\}\}")
    loader = ENVIRONMENT.loader
    assert loader is not None
    names = loader.list_templates()
    assert len(names) > 40
    assert [name for name in names if bare.search(loader.get_source(ENVIRONMENT, name)[0])] == []
