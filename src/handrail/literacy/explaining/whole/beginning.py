"""What begins a run: each start, what makes two of them the same, how many may begin, and what a new run replaces."""

from __future__ import annotations

from collections.abc import Iterator

from handrail.literacy.explaining.explanation import Sentence
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.conditions import condition_said, everyone_said
from handrail.literacy.explaining.words.events import event_said, rest_of
from handrail.literacy.explaining.words.owners import accountable_said, either_said
from handrail.literacy.explaining.words.texts import argument_said, form_said, only_value
from handrail.literacy.explaining.words.times import schedule_said
from handrail.literacy.explaining.words.values import field_said, start_value, start_word, value_said
from handrail.literacy.explaining.words.voice import listed, spoken, title_of
from handrail.terms.expression import Expression, Path
from handrail.terms.plan import Argument, Once, Start

_MISSED = {
    "once": "If Handrail was not running at that time, it looks once as soon as it runs again",
    "each": "If Handrail was not running at that time, it makes up for every time that it missed",
    "skip": "If Handrail was not running at that time, that time is left out",
}
_PERIODS = {"month": "calendar month", "quarter": "quarter", "year": "year"}


def beginning(t: Telling) -> Iterator[Sentence]:
    """Every start, then what holds for all of them."""
    starts = t.plan.starts
    if not starts:
        yield t.say("Nothing begins it by itself: only another journey runs it")
    if len(starts) > 1:
        yield t.say(f"There are {len(starts)} ways to begin it. Each person who begins it has a run of their own")
    for start in starts:
        yield t.say(_start(t, start), start.place, f"starts.{start.name}.where", _given(t, start))
    yield t.say(_once(t, t.plan.once), key="once")
    if t.plan.replaces is not None:
        same = _same(t, t.plan.replaces)
        yield t.say(
            f"A new run takes the place of an older one{same} that is still open: that one is stopped, and nothing of it is taken back",
            key="replaces",
        )
    if t.plan.limit is not None:
        limit = t.plan.limit
        people = "person" if limit.count == 1 else "people"
        yield t.say(
            f"At most {limit.count:,} {people} may begin in one {limit.period}. Whoever comes after that waits until {accountable_said(t)} lets them in: some, all, or none",
            key="limit",
        )


def _start(t: Telling, start: Start) -> str:
    name = f"“{title_of(start.name)}”"
    if start.request:
        who = either_said(t, start.request)
        form = f", with a form: {form_said(start.form)}" if start.form else ""
        return f"{name}: when {who} asks for it{form}"
    if start.every:
        assert start.for_ is not None, "a schedule says whom it is for"
        return spoken(
            f"{name}: {schedule_said(start.every)}, for everyone {everyone_said(t, start.for_)}. {_MISSED[start.if_missed]}"
        )
    happens = event_said(t, (start.event,), start.where)
    rest = rest_of((start.event,), start.where)
    also = f", and {condition_said(t, rest)}" if rest is not None else ""
    whom = f", for everyone {everyone_said(t, start.for_)}" if start.for_ is not None else ""
    return spoken(f"{name}: as soon as {happens}{also}{whom}", "somebody")


def _given(t: Telling, start: Start) -> tuple[Sentence, ...]:
    return tuple(
        t.say(f"{start_word(t)} {start_value(t, name)} is {_kept(t, parts)}", start.place)
        for name, parts in start.values.items()
    )


def _kept(t: Telling, parts: Argument) -> str:
    value = only_value(parts)
    if isinstance(value, Path) and value.names[0] == "event" and value.names[-1] not in {"at", "kind"}:
        return f"{value_said(t, value)} that was reported"
    return argument_said(t, parts)


def _once(t: Telling, once: Once) -> str:
    same = _same(t, once.by)
    if once.at_a_time:
        rule = f"A person is in it at most once at a time{same}"
    elif once.period:
        rule = f"A person begins it at most once in a {_PERIODS[once.period]}{same}"
    elif once.within is not None:
        rule = f"A person begins it at most once in {once.within}{same}, counted from the beginning of the earlier run"
    else:
        rule = f"A person begins it only once{same}, ever" if not once.by else f"A person begins it only once{same}"
    return f"{rule}. A further start makes no second run: it is noted as not needed"


def _same(t: Telling, values: tuple[Expression, ...]) -> str:
    said = [_noun(t, value) for value in values]
    return f" with the same {listed(said, 'and')}" if said else ""


def _noun(t: Telling, value: Expression) -> str:
    if isinstance(value, Path) and value.names[0] in {"start", "person"} and len(value.names) == 2:
        return start_value(t, value.names[1]) if value.names[0] == "start" else field_said(value.names[1])
    return spoken(value_said(t, value))
