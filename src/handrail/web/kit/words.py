"""How moments, spans, counts and states are written on a page. Only words and their marks; what to say is insight's.

A moment is written relative to now, with the whole of it on hover and in print, in the zone of whoever looks.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from handrail.insight.telling.wording import count_text, day_text, due_day, due_text
from handrail.terms.values import Instant

NEAR: Final = timedelta(days=14)
"""Within this a moment is said relative to now; beyond it by its day."""

_UNITS: Final = (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1)))

SHAPES: Final[Mapping[str, tuple[str, str]]] = {
    "late": ("▲", "alert"),
    "could not be done": ("✕", "alert"),
    "stalled": ("▲", "alert"),
    "failed": ("✕", "alert"),
    "gave up": ("✕", "alert"),
    "wrong": ("✕", "alert"),
    "refused": ("✕", "alert"),
    "out of reach": ("✕", "alert"),
    "came back": ("✕", "alert"),
    "held": ("■", "wait"),
    "drift": ("◆", "wait"),
    "look": ("◆", "wait"),
    "due soon": ("◆", "wait"),
    "paused": ("Ⅱ", "calm"),
    "snoozed": ("Ⅱ", "calm"),
    "waiting": ("○", "calm"),
    "waiting for release": ("○", "wait"),
    "open": ("○", "calm"),
    "handed on": ("➔", "wait"),
    "current": ("●", "good"),
    "moved": ("✓", "good"),
    "moves": ("✓", "good"),
    "cannot": ("✕", "alert"),
    "stays": ("–", "calm"),
    "stayed": ("–", "calm"),
    "confirmed": ("✓", "good"),
    "sent": ("✓", "good"),
    "left out": ("–", "calm"),
    "over": ("–", "calm"),
    "not needed": ("–", "calm"),
    "withdrawn": ("–", "calm"),
    "overtaken": ("–", "calm"),
    "finished": ("✓", "good"),
    "done": ("✓", "good"),
    "answered": ("✓", "good"),
    "right": ("✓", "good"),
    "applied": ("✓", "good"),
    "closed": ("✓", "good"),
    "leaves later": ("○", "calm"),
    "claimed": ("➔", "calm"),
    "uncertain": ("◆", "wait"),
    "not started": ("–", "calm"),
    "not done": ("–", "calm"),
    "stopped": ("–", "calm"),
    "not released": ("–", "calm"),
    "active": ("●", "good"),
    "on leave": ("Ⅱ", "calm"),
    "preboarding": ("○", "calm"),
    "left": ("–", "calm"),
}
"""The shape of each state, and its tone. The word is always written beside it."""


def whole(moment: Instant, zone: str) -> str:
    """`Monday 16 March 2026, 06:00 CET`."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{day_text(local.date())}, {local:%H:%M} {local.tzname()}"


def near(moment: Instant, now: Instant, zone: str) -> str:
    """`3 days ago`, `in 5 hours`, `now`; beyond two weeks the day, `16 Mar 2026`.

    Days to come are counted by the calendar of the zone, as people do; a midnight ends the day before.
    """
    passed = now - moment
    size = abs(passed)
    if size > NEAR:
        local = moment.astimezone(ZoneInfo(zone))
        return f"{local.day} {local:%b %Y}"
    if -passed >= timedelta(days=1):
        left = due_day(moment, zone)[0] - now.astimezone(ZoneInfo(zone)).date()
        return f"in {count_text(max(left.days, 1), 'day')}"
    for unit, length in _UNITS:
        if size >= length:
            text = count_text(size // length, unit)
            return f"{text} ago" if passed > timedelta() else f"in {text}"
    return "now"


def near_due(moment: Instant, now: Instant, zone: str) -> str:
    """As `near`, of a limit: beyond two weeks its last day."""
    if abs(now - moment) <= NEAR:
        return near(moment, now, zone)
    last, _ = due_day(moment, zone)
    return f"{last.day} {last:%b %Y}"


def whole_due(moment: Instant, zone: str) -> str:
    """`the end of Friday 17 April 2026, CEST`; a limit within a day has its time: `Friday 17 April 2026, 17:00 CEST`."""
    said = due_text(moment, zone)
    return f"{said}{',' if said.startswith('the end') else ''} {moment.astimezone(ZoneInfo(zone)).tzname()}"


def span(length: timedelta) -> str:
    """`3 days 4 hours`, `12 minutes`: the two largest units."""
    left, parts = max(length, timedelta()), list[str]()
    for unit, size in _UNITS:
        many, left = divmod(left, size)
        if many:
            parts.append(count_text(many, unit))
        if len(parts) == 2:
            break
    return " ".join(parts) or "less than a minute"


@pass_context
def when(context: Context, moment: Instant | None, empty: str = "–") -> str | Markup:
    """A moment as `<time>`: relative, with the whole of it on hover and in print."""
    if moment is None:
        return empty
    frame = context["frame"]
    full, said = whole(moment, frame.zone), near(moment, frame.now, frame.zone)
    return _time(moment.isoformat(timespec="seconds"), said, full)


@pass_context
def since(context: Context, moment: Instant) -> str | Markup:
    """How long something has been so: `for 3 days`, `since 16 Mar 2026`, `since a moment ago`."""
    frame = context["frame"]
    full, said = whole(moment, frame.zone), near(moment, frame.now, frame.zone)
    if said.endswith(" ago"):
        return _time(moment.isoformat(timespec="seconds"), f"for {said.removesuffix(' ago')}", f"since {full}")
    said = "since a moment ago" if said == "now" else f"since {said}"
    return _time(moment.isoformat(timespec="seconds"), said, f"since {full}")


@pass_context
def limit(context: Context, moment: Instant | None, empty: str = "–") -> str | Markup:
    """The end of a limit, written out; midnight is said as the end of the day before."""
    if moment is None:
        return empty
    return _alone(moment, due_text(moment, context["frame"].zone))


@pass_context
def until(context: Context, moment: Instant) -> Markup:
    """When something is due: `in 8 days, Tuesday 24 March 2026, 06:00`; beyond two weeks the moment alone."""
    frame = context["frame"]
    full, said = due_text(moment, frame.zone), near(moment, frame.now, frame.zone)
    text = full if abs(frame.now - moment) > NEAR or said == "now" else f"{said}, {full}"
    return _alone(moment, text)


@pass_context
def exactly(context: Context, moment: Instant | None, empty: str = "–") -> str | Markup:
    """A moment written out, where its exact time matters."""
    if moment is None:
        return empty
    return _alone(moment, whole(moment, context["frame"].zone))


@pass_context
def due(context: Context, moment: Instant | None, empty: str = "–") -> str | Markup:
    """A limit as `<time>`, as `when` has a moment; midnight is the end of the day before."""
    if moment is None:
        return empty
    frame = context["frame"]
    said, full = near_due(moment, frame.now, frame.zone), whole_due(moment, frame.zone)
    return _time(moment.isoformat(timespec="seconds"), said, full)


def day(value: date | None, empty: str = "–") -> str | Markup:
    """A day, `16 Mar 2026`."""
    if value is None:
        return empty
    said = f"{value.day} {value:%b %Y}"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(value.isoformat(), day_text(value), said)


def state(word: str) -> Markup:
    """A state as its word and its shape."""
    shape, tone = SHAPES.get(word, ("○", "calm"))
    return Markup('<span class="state {}"><span aria-hidden="true">{}</span> {}</span>').format(tone, shape, word)


def many(count: int, noun: str) -> str:
    """`1 person`, `12 people`."""
    return count_text(count, noun)


def figure(count: int | float | None) -> str:
    """`1,204`; what is not known is a dash."""
    return "–" if count is None else f"{count:,}"


def _alone(moment: Instant, text: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(timespec="seconds"), text)


def _time(machine: str, said: str, full: str) -> Markup:
    if said == full:
        return Markup('<time datetime="{}">{}</time>').format(machine, full)
    text = '<time datetime="{}" title="{}"><span class="near">{}</span><span class="whole">{}</span></time>'
    return Markup(text).format(machine, full, said, full)  # noqa: S704 - the text is constant, the values are escaped


FILTERS: Final[Mapping[str, Any]] = {
    "when": when,
    "exactly": exactly,
    "since": since,
    "limit": limit,
    "until": until,
    "due": due,
    "day": day,
    "span": span,
    "state": state,
    "many": many,
    "figure": figure,
}
"""What templates may write after a bar."""
