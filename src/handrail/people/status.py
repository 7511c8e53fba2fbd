"""Which status a person has on a day, reckoned from the dates and the source's own word; and when it next may change.

Pure: the day, in the person's own zone, is handed in. What comes of a change of status is in `compare`.

The dates decide, in this order, and the source's word fills what they leave open:
left · preboarding · on leave · active.
"""

from __future__ import annotations

from datetime import date, timedelta

from handrail.terms.person import Person, Status
from handrail.terms.values import UNKNOWN, Unknown

_DAY = timedelta(days=1)


def status_on(person: Person, day: date) -> Status | Unknown:
    """The status on `day`; unknown where neither a date nor the source says anything.

    The word *left* counts from `left_on` on (at once without it). Without the word, somebody has left on the day after
    `left_on`, unless they were hired again after it. A first day to come is *preboarding*; a leave lasts from `leave_from`
    to `leave_to`, both included; one without both dates needs the word *on leave*. A word that a date has overtaken
    (`on leave` after `leave_to`) no longer counts.
    """
    word = person.source_status
    if _has_left(person, day):
        return "left"
    hired_on = _day(person.hired_on)
    if hired_on is not None and hired_on > day:
        return "preboarding"
    if _is_on_leave(person, day):
        return "on leave"
    if word == "preboarding":
        return "preboarding" if hired_on is None else "active"
    if word is UNKNOWN or word is None:
        return "active" if hired_on is not None else UNKNOWN
    return "active"


def next_status_day(person: Person, after: date) -> date | None:
    """The first day after `after` on which a date of theirs may change the status; None when none is to come."""
    left_on, leave_to = _day(person.left_on), _day(person.leave_to)
    days = [_day(person.hired_on), _day(person.leave_from), left_on]
    days += [day + _DAY for day in (left_on, leave_to) if day is not None]
    coming = sorted({day for day in days if day is not None and day > after})
    if not coming:
        return None
    now = status_on(person, after)
    return next((day for day in coming if status_on(person, day) != now), None)


def _day(value: date | Unknown | None) -> date | None:
    return value if isinstance(value, date) else None


def _has_left(person: Person, day: date) -> bool:
    left_on, hired_on = _day(person.left_on), _day(person.hired_on)
    if person.source_status == "left":
        return left_on is None or left_on <= day
    if left_on is None or left_on >= day:
        return False
    return hired_on is None or hired_on <= left_on


def _is_on_leave(person: Person, day: date) -> bool:
    begins, ends = _day(person.leave_from), _day(person.leave_to)
    if begins is not None and begins > day:
        return False
    if ends is not None and begins is not None:
        return day <= ends
    return person.source_status == "on leave" and (ends is None or day <= ends)
