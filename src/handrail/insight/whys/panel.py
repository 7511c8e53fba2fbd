"""The one way in for a panel, the command and the API: what a text names, asked why, as known at a moment.

Which part answers is chosen here; what it says is theirs.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import structs

from handrail.connect.gate import Rate
from handrail.insight.answer import Answer
from handrail.insight.asking import Asking
from handrail.insight.past import Past
from handrail.insight.standing import about_run
from handrail.insight.why import Question, why
from handrail.insight.whys.call import of_call
from handrail.insight.whys.event import of_event
from handrail.insight.whys.file import of_file
from handrail.insight.whys.handoff import of_handoff
from handrail.insight.whys.message import of_message
from handrail.insight.whys.references import Reference, read_reference, run_ref
from handrail.terms.values import Instant


def panel(past: Past, of: str, at: Instant, journey: str = "", rates: Mapping[str, Rate] | None = None) -> Answer:
    """Why, of whatever `of` names: a reference (see `references`), else a key, address or name of a person.

    With `journey`, why a person is, or is not, in it. `rates` are the limits of connections, where they are known.
    Something that is not there is an answer, too: `not known`. Raises SettingsError when the organization is not known.
    """
    named = None if journey else read_reference(of)
    answer = why(past, Question(of, at, journey)) if named is None else _of(past, named, at, rates or {})
    return structs.replace(answer, of=answer.of or of, at=at)


def _of(past: Past, named: Reference, at: Instant, rates: Mapping[str, Rate]) -> Answer:  # noqa: PLR0911 - a kind a line
    match named.kind:
        case "person":
            return why(past, Question(f"P-{named.numbers[0]}", at, named.name))
        case "run":
            return of_run(past, named.numbers[0], at)
        case "handoff":
            return of_handoff(past, named, at)
        case "call":
            return of_call(past, named, at, rates)
        case "message":
            return of_message(past, named, at)
        case "event":
            return of_event(past, named, at)
        case "file" | "row" | "value":
            return of_file(past, named, at)


def of_run(past: Past, number: int, at: Instant) -> Answer:
    """Why a run stands where it does, or ended as it did."""
    run = past.run(number)
    if run is None:
        return Answer("not known", f"There is no run {run_ref(number)}.")
    return about_run(Asking(past, run.person, at), run)
