"""What happens when nobody acts: the core is asked what it would decide at the moment the time is up.

Nothing is guessed from the journey file: the decision is made on the state as it stands and said in words. It is not
kept anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from handrail.core.decide import decide
from handrail.insight.asking import Asking
from handrail.insight.past import PlanKept
from handrail.insight.telling.wording import due_text, words_of
from handrail.terms.decision import Reason
from handrail.terms.event import Tick
from handrail.terms.state import Pass, State
from handrail.terms.values import Instant

_SAID: Final[Mapping[str, str]] = {
    "asked for": "{action} is asked for",
    "assumed": "“{answer}” is assumed",
    "begun": "the journey {journey} begins",
    "continued": "the journey goes on",
    "extended": "there is time until {until}",
    "finished": "the run ends ({reason})",
    "handed to": "it goes to {after}",
    "nobody looked at it": "it is closed, and nobody has looked at it",
    "not released": "the run ends without having begun",
    "nothing left to do": "the step is left out and the journey goes on",
    "skipped": "the step is left out ({reason}) and the journey goes on",
    "stopped": "the run ends: {reason}",
    "time passed": "the journey goes on",
    "told": "the message {message} is sent",
    "undone": "what “{step}” had brought about is taken back",
    "went back": "it goes back to “{to}”",
}


def otherwise(asking: Asking, kept: PlanKept, state: State, each: Pass) -> str:
    """What happens at the pass's limit if nothing comes before: `it goes to Ann Archer`. Empty: no limit, or it is over."""
    if each.due is None or state.phase != "open":
        return ""
    person = asking.past.person(state.person, asking.then)
    if person is None:
        return ""
    world = asking.past.world(person, kept.plan, asking.then, state)
    moment = max(each.due, asking.at)
    made = decide(kept.plan, state, Tick(moment), world, moment)
    return moves_said(asking, made.reasons, each.number)


def moves_said(asking: Asking, reasons: Sequence[Reason], number: int) -> str:
    """What was decided about a pass, or the run as a whole, when its time was up: `it goes to Ann Archer`."""
    said = [_said(asking, reason) for reason in reasons if reason.pass_ in (number, 0)]
    return ", then ".join(dict.fromkeys(text for text in said if text))


def if_not_released(state: State) -> str:
    """What happens to a run that nobody releases."""
    return _SAID["not released"] if state.phase == "waiting for release" else ""


def _said(asking: Asking, reason: Reason) -> str:
    template = _SAID.get(reason.rule)
    if template is None:
        return ""
    seen = {name: _value(asking, name, value) for name, value in reason.seen.items()}
    said = template.format_map(_Empty(seen))
    return said.replace(" ()", "").removesuffix(": ")


def _value(asking: Asking, name: str, value: object) -> str:
    if name == "after" and isinstance(value, str):
        return asking.owner(value)
    if isinstance(value, Instant):
        return due_text(value, asking.zone)
    return words_of(str(value)) if name in ("to", "step", "answer") else str(value)


class _Empty(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return ""
