"""Limits, reminders, tries and schedules in words. When they come is `handrail.calendar`'s matter."""

from __future__ import annotations

from typing import Final

from handrail.calendar.schedules import parse_schedule
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.values import value_said
from handrail.literacy.explaining.words.voice import listed, spoken
from handrail.terms.effect import RetryRule
from handrail.terms.plan import Limit, Remind

_EVERY: Final = {"month": "every month ", "year": "every year "}


def limit_said(t: Telling, limit: Limit) -> str:
    """`3 business days`, or `until the start's due date`."""
    if limit.until is not None:
        return f"until {spoken(value_said(t, limit.until))}"
    return f"{limit.within}"


def limit_passed(limit: Limit) -> str:
    """Up to when something should have come: `within 3 business days`; a date was said just before: `by then`."""
    return "by then" if limit.until is not None else f"within {limit.within}"


def limit_over(limit: Limit | None) -> str:
    """When a limit has passed: `after 3 business days`, `after that date`; without one it is looked at again in 30 days."""
    if limit is None:
        return "after 30 days"
    return "after that date" if limit.until is not None else f"after {limit.within}"


def reminders_said(remind: tuple[Remind, ...]) -> str:
    """`1 business day after it began, and 4 hours before its time is up`."""
    after = [f"{one.duration}" for one in remind if one.relation == "after"]
    before = [f"{one.duration}" for one in remind if one.relation == "before"]
    parts = [f"{listed(after, 'and')} after it began"] if after else []
    parts += [f"{listed(before, 'and')} before its time is up"] if before else []
    return ", and ".join(parts)


def tries_said(rule: RetryRule) -> str:
    """`6 times over 4 hours`."""
    return f"{rule.times} times over {rule.over}" if rule.times != 1 else f"once more within {rule.over}"


def schedule_said(text: str) -> str:
    """`every Monday at 06:00`, `every month on the 1st at 08:00`, `every year on 1 February at 06:00`."""
    kind = parse_schedule(text).kind
    if kind in _EVERY:
        return text.replace(f"{kind} ", _EVERY[kind], 1)
    return f"every {text}"
