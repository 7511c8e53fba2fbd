"""`wait`: for an event of a connected system. One that came early counts, if it happened in the window.

Of several that fit, the first that passes, else the last. One that does not pass sets off `if_fails`.
"""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from handrail.calendar.zones import start_of_day
from handrail.core.draft import Draft
from handrail.core.moves.finding import find_own
from handrail.core.moves.going_back import counts_since
from handrail.core.moves.handing import hand_out
from handrail.core.moves.ladders import climb
from handrail.core.moves.passes import complete
from handrail.terms.expression import Path
from handrail.terms.plan import NONE, Wait
from handrail.terms.state import Kept, Pass, Used
from handrail.terms.values import NOTHING, Fields, Instant


def open_step(d: Draft, step: int, items: tuple[int, ...]) -> None:
    """Hand it to its owner, and look whether the event has come already."""
    here = d.plan.steps[step]
    body = here.body
    assert isinstance(body, Wait), f"{here.name} is no `wait`"
    contract = here.contract
    opened = d.open_pass(step, items, "event")
    owner = find_own(d, opened)
    d.say("opened", here.place, opened.number, owner=owner)
    since = _since(d, body, step, items)
    look_back(d, hand_out(d, replace(opened, since=since), owner, contract.limit, contract.remind))


def _since(d: Draft, body: Wait, step: int, items: tuple[int, ...]) -> Instant:
    """The moment from which events count: the start of the run, `counts_from`, or what sent the run back."""
    since = d.state.begun
    if isinstance(body.counts_from, Path) and body.counts_from.names == ("opening",):
        since = d.now
    elif body.counts_from is not None:
        scope = d.scope(items, step, opening=d.now)
        value = d.program.value(body.counts_from, scope)
        if isinstance(value, datetime):
            since = value
        elif value is not None and hasattr(value, "toordinal"):
            since = start_of_day(value, scope.zone)  # type: ignore[arg-type]
    sent_back = counts_since(d, step, items)
    return since if sent_back is None else max(since, sent_back)


def look_back(d: Draft, each: Pass) -> bool:
    """Take, of the events kept with the run, the first that passes, else the last that fits."""
    if not d.early:
        return False
    last: Kept | None = None
    for kept in sorted(d.early, key=_happened) if len(d.early) > 1 else d.early:
        if not fits(d, each, kept):
            continue
        last = kept
        if _passes(d, each, kept) is not False:
            break
    return take(d, each, last) if last is not None else False


def _happened(kept: Kept) -> Instant:
    return kept.at


def fits(d: Draft, each: Pass, event: Kept) -> bool:
    """Whether the event is one that this wait is for: its kind, its moment, and `where`."""
    body = d.step(each.step).body
    assert isinstance(body, Wait), "only a `wait` takes events"
    if event.kind not in body.events or (each.since is not None and not _counts(d, event.at, each)):
        return False
    if body.where is None:
        return True
    return d.test(body.where, d.scope(each.items, each.step, told_fields(event), each.opened)) is True


def _counts(d: Draft, at: Instant, each: Pass) -> bool:
    since = each.since
    assert since is not None, "a wait knows since when events count"
    if counts_since(d, each.step, each.items) == since:
        return at > since  # the event that sent the run back does not count again
    return at >= since


def told_fields(event: Kept) -> Fields:
    """The event's fields as a condition reads them, with `kind` and `at`."""
    return event.fields.plus({"kind": event.kind, "at": event.at})


def _passes(d: Draft, each: Pass, event: Kept) -> object:
    body = d.step(each.step).body
    assert isinstance(body, Wait), "only a `wait` takes events"
    if body.passes_if is None:
        return True
    return d.test(body.passes_if, d.scope(each.items, each.step, told_fields(event), each.opened))


def take(d: Draft, each: Pass, event: Kept) -> bool:
    """The event ends the wait, or sets off `if_fails`; its fields are the result all the same. Whether it was used."""
    verdict = _passes(d, each, event)
    if verdict is not True and verdict is not False:
        d.say("value not known", d.step(each.step).place, each.number)
        return False
    if each.failed and not verdict:
        return False  # somebody has it already because one did not pass: only one that does ends it
    if d.early:
        d.early = tuple(kept for kept in d.early if kept.number != event.number)
    d.used_events = (*d.used_events, Used(event.number, each.number, each.step, each.items))
    place = d.step(each.step).place
    if verdict:
        d.say("came", place, each.number, event=event.kind)
        complete(d, each, "done", event.fields, event.at)
        return True
    d.say("did not pass", place, each.number, event=event.kind)
    name = d.key(each.step, each.items)
    found = {**event.fields, "at": event.at, "times": each.times, "late": each.late}
    d.results[name] = d.results.get(name, NOTHING).plus(found)
    failing = d.step(each.step).contract.if_fails
    assert failing != NONE, f"{d.step(each.step).name} has `passes_if` and so an `if_fails` of its own"
    climb(d, d.put(replace(each, failed=True)), failing, 0, event.at)
    return True
