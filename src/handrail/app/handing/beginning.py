"""Beginning a journey for somebody by hand, and ending a run by hand: what came of it, in a sentence that says why not, too."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from handrail.app.answering.refusing import NotTaken
from handrail.app.runtime import Runtime
from handrail.calendar.zones import local_day
from handrail.engine.by_hand.beginning import begin, stop
from handrail.insight.lists import Names
from handrail.insight.past import Past
from handrail.insight.telling.wording import moment_text
from handrail.store.moments import PHASES, to_instant

_NOT: Final = {
    "no longer": "{name} is not in the journey's scope: its `while` does not hold.",
    "unknown": "What the journey's `while` asks is not known of {name}.",
    "held back": "{name} is held back from it: somebody said so, with a reason.",
    "not published": "There is no such journey now.",
}


class Begun(Struct, frozen=True):
    """What came of a start by hand. `run` is the one that began, or the one that stands in its place (empty: none)."""

    begun: bool
    run: str
    journey: str
    person: str
    said: str
    what_to_do: str = ""


class Ended(Struct, frozen=True):
    """A run that was ended by hand."""

    run: str
    journey: str
    person: str
    reason: str


def begin_by_hand(runtime: Runtime, journey: str, person: int, said: tuple[str, str]) -> Begun:
    """Begin a published journey for somebody; `said` is by whom and why. Raises NotTaken for a journey that there is not."""
    there = sorted(runtime.engine.plans.current)
    if journey not in there:
        names = ", ".join(there) or "none"
        raise NotTaken("unknown", f'No journey "{journey[:200]}" is published.', f"There are: {names}.")
    became = runtime.do(lambda engine, now: begin(engine, journey, person, said, now))
    past = runtime.past()
    name = Names(past).of(person)
    run = f"R-{became.run}" if became.run else ""
    if not became.why:
        return Begun(begun=True, run=run, journey=journey, person=name, said=f"{run} began.")
    if became.why == "waiting for release":
        text = f"{run} was begun and waits for its release: the journey's limit of starts is used up."
        return Begun(begun=True, run=run, journey=journey, person=name, said=text)
    text = _stands(runtime, past, became.run) if became.run else _NOT.get(became.why, "It did not begin: {why}.")
    advice = f"See what stands and why: handrail why P-{person} {journey}"
    why = text.format(name=name, why=became.why)
    return Begun(begun=False, run=run, journey=journey, person=name, said=why, what_to_do=advice)


def _stands(runtime: Runtime, past: Past, run: int) -> str:
    row = past.run(run)
    assert row is not None, "it was found a moment ago"
    day = local_day(to_instant(row.begun), runtime.engine.worlds.organization.zone)
    return f"R-{run} of {day} stands ({PHASES[row.phase]}): by the journey's `once` a second is not needed."


def stop_by_hand(runtime: Runtime, run: int, said: tuple[str, str]) -> Ended:
    """End a run; what it brought about stays. Raises NotTaken when there is none, or it is over."""
    by, reason = said
    done = runtime.do(lambda engine, now: stop(engine, run, (by, reason), now))
    past = runtime.past()
    row = past.run(run) if run < 2**62 else None
    if row is None:
        raise NotTaken("unknown", f"There is no run R-{run}.", "See which runs there are: handrail runs")
    if not done:
        zone = runtime.engine.worlds.organization.zone
        since = f" since {moment_text(to_instant(row.ended), zone)}" if row.ended is not None else ""
        raise NotTaken("over", f"R-{run} is over{since}: {PHASES[row.phase]}.", "There is nothing to end.")
    return Ended(f"R-{run}", past.plans[row.plan].plan.journey, Names(past).of(row.person), reason)
