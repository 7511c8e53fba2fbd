"""The sums of a moving's preview, added up line by line as its pages are looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from handrail.core.change import due_shift_seconds
from handrail.terms.change import Change, ShiftSum, Sums
from handrail.terms.values import Instant


def added(sums: Sums, changes: Iterable[Change], now: Instant) -> Sums:
    """The sums with these changes."""
    hindered, shifts, sets_off = dict(sums.hindered), dict(sums.shifts), dict(sums.sets_off)
    ends, late, owners = sums.ends, sums.late, sums.owners
    for change in changes:
        if change.verdict == "cannot":
            about = (change.why, change.step)
            hindered[about] = hindered.get(about, 0) + 1
        if change.verdict != "moves":
            continue
        _shifts(shifts, change)
        for one in dict.fromkeys((each.kind, each.what) for each in change.sets_off):
            sets_off[one] = sets_off.get(one, 0) + 1
        before = {each.pass_: each for each in change.before}
        ends += bool(change.ends)
        late += any(each.after is not None and each.after <= now for each in change.shifts)
        owners += sum(each.pass_ in before and before[each.pass_].owner != each.owner for each in change.after)
    return Sums(hindered, shifts, sets_off, ends, late, owners)


def counted(before: Mapping[str, int], words: Iterable[str]) -> dict[str, int]:
    """The counts with these words."""
    found = dict(before)
    for word in words:
        found[word] = found.get(word, 0) + 1
    return found


def _shifts(shifts: dict[tuple[str, str, str, str], ShiftSum], change: Change) -> None:
    for each in change.shifts:
        said = (each.was, each.is_) if each.cause == "limit" else ("", "")
        key = (each.step, each.cause, *said)
        by = due_shift_seconds(each.before, each.after)
        known = shifts.get(key, ShiftSum(0, by, by))
        shifts[key] = ShiftSum(known.many + 1, min(known.least, by), max(known.most, by))
