"""Each move by itself: how it is written, and what it becomes. `hand_to`, which holds ladders, is in `ladders`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from msgspec import Struct

from handrail.calendar.durations import parse_duration, parse_retry
from handrail.language.draft import Draft, Keys
from handrail.language.expressions import Spot, text
from handrail.language.moves.parts import back_of, call_of, days_of, journey_of, measures_of, message_of
from handrail.language.owners import owner_of
from handrail.terms.plan import (
    NONE,
    AnyMove,
    Assume,
    Continue,
    DoMove,
    End,
    Extend,
    RecordMove,
    Retry,
    RunMove,
    Skip,
    TellMove,
    UndoMove,
)

Role = Literal["if_late", "if_fails", "if_not", "answers", "rung", "when_no_longer", "when_resumed"]


class Setting(Struct, frozen=True):
    """Where a list of moves stands: in which role, at which kind of step, with which words to assume.

    `default`: the list is the journey's, and what does not fit this kind of step is left out of it. `name` is what its
    texts are called in a translation (`course.if_late`). `after_comma`: it follows another in `[ ]`.
    """

    role: Role
    spot: Spot
    kind: str = ""
    words: tuple[str, ...] = ()
    default: bool = False
    name: str = ""
    ladder: int = NONE
    rung: int = NONE
    after_comma: bool = False


def _tell(draft: Draft, keys: Keys, setting: Setting) -> AnyMove | None:
    to = owner_of(draft, keys["tell"].value, setting.spot)
    message, by = message_of(draft, keys, 'the move "tell"', keys["tell"].key)
    return TellMove(to=to, message=message, by=by)


def _do(draft: Draft, keys: Keys, setting: Setting) -> AnyMove | None:
    action, arguments, object_ = call_of(draft, keys, setting.spot)
    days = days_of(draft, action, arguments, setting.spot)
    return DoMove(action=action, arguments=arguments, object=object_, days=days)


def _record(draft: Draft, keys: Keys, setting: Setting) -> AnyMove | None:
    values, phase = measures_of(draft, keys, setting.spot)
    return RecordMove(values=values, phase=phase)


def _run(draft: Draft, keys: Keys, setting: Setting) -> AnyMove | None:
    journey, arguments = journey_of(draft, keys, setting.spot)
    return RunMove(journey=journey, arguments=arguments)


def _undo(draft: Draft, keys: Keys, _: Setting) -> AnyMove | None:
    scalar = draft.scalar(keys["undo"].value, "a step, or all, stands here")
    if scalar is None:
        return None
    return UndoMove(step=NONE if scalar.text == "all" else draft.step_number(scalar))


def _extend(draft: Draft, keys: Keys, _: Setting) -> AnyMove | None:
    scalar = draft.scalar(keys["extend"].value, "a duration stands here")
    by = draft.grammar(scalar, parse_duration) if scalar else None
    return Extend(by=by) if by else None


def _retry(draft: Draft, keys: Keys, _: Setting) -> AnyMove | None:
    scalar = draft.scalar(keys["retry"].value, "how often stands here, as in 6 times over 4 hours")
    rule = draft.grammar(scalar, parse_retry) if scalar else None
    return Retry(rule=rule) if rule else None


def _go_back(draft: Draft, keys: Keys, setting: Setting) -> AnyMove | None:
    return back_of(draft, keys, setting.spot)


def _assume(draft: Draft, keys: Keys, setting: Setting) -> AnyMove | None:
    scalar = draft.scalar(keys["assume"].value, "an answer stands here")
    if scalar is None:
        return None
    draft.named(scalar, scalar.text, setting.words, "answer", "under `answers:` of the step", "J123")
    return Assume(answer=scalar.text)


def _continue(draft: Draft, keys: Keys, _: Setting) -> AnyMove | None:
    """`{ continue: true, only_if: … }`: the bare word cannot have a condition."""
    scalar = draft.scalar(keys["continue"].value, "true stands here")
    if scalar is not None:
        draft.one_of(scalar, ("true",), "`continue`")
    return Continue()


def _skip(draft: Draft, keys: Keys, setting: Setting) -> AnyMove | None:
    scalar = draft.scalar(keys["skip"].value, "a reason stands here")
    return Skip(reason=text(draft, scalar, setting.spot)) if scalar else None


def _end(how: Literal["finish", "stop"]) -> Read:
    def read(draft: Draft, keys: Keys, setting: Setting) -> AnyMove | None:
        scalar = draft.scalar(keys[how].value, "a reason stands here")
        return End(how=how, reason=text(draft, scalar, setting.spot)) if scalar else None

    return read


Read = Callable[[Draft, Keys, Setting], AnyMove | None]
PLAIN_MOVES: Final[dict[str, tuple[tuple[str, ...], Read]]] = {
    "tell": (("message", "by"), _tell),
    "do": (("with",), _do),
    "record": (("phase",), _record),
    "run": (("with",), _run),
    "undo": ((), _undo),
    "extend": ((), _extend),
    "retry": ((), _retry),
    "go_back_to": (("after", "at_most"), _go_back),
    "assume": ((), _assume),
    "continue": ((), _continue),
    "skip": ((), _skip),
    "finish": ((), _end("finish")),
    "stop": ((), _end("stop")),
}
"""Each move: the keys that may stand beside it, and how it is read."""
