"""What has become of a link in a mail: whether it still answers its handoff, and if not, why, in a sentence.

It is reckoned from the handoff as it stands, so that nobody has to take links back when a handoff moves or closes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from handrail.insight.answering.question import OpenHandoff, open_handoff
from handrail.insight.lists import Names
from handrail.insight.past import Past
from handrail.insight.replay import reasons_of
from handrail.insight.telling.wording import moment_text
from handrail.store.kept.links import LinkRow
from handrail.store.moments import DISPOSITION, to_instant, to_millis
from handrail.store.rows import HandoffRow, KeptLedgerRow
from handrail.terms.event import Answer
from handrail.terms.values import Instant

Stands: TypeAlias = Literal["open", "answered", "moved", "over", "taken back", "expired"]
MOVED: Final = ("handed to", "owner changed", "reassigned")
"""The rules by which a handoff goes from one owner, `before`, to another, `after`."""


class LinkStands(Struct, frozen=True):
    """How a link stands: `open`, or why it answers nothing any more, as a sentence and what to do.

    `by` and `at`: who answered and when, to whom it moved and when, when it ended; `word` what was answered.
    """

    stands: Stands
    handoff: HandoffRow
    found: OpenHandoff | None
    sentence: str = ""
    what_to_do: str = ""
    by: str = ""
    at: Instant | None = None
    word: str = ""


def link_stands(past: Past, link: LinkRow, now: Instant, zone: str) -> LinkStands | None:
    """How the link stands now; None when its handoff is not known any more. Moments are told in `zone`."""
    row = next((each for each in past.store.handoffs_of_run(link.run) if each.pass_ == link.about), None)
    if row is None:
        return None
    found = open_handoff(past, row)
    by_link = _used(past, link)
    if by_link is not None:
        return _answered(past, row, found, by_link, zone)
    if row.closed is not None or found is None:
        return over(past, row, zone)
    return _of_open(past, link, found, now, zone)


def _of_open(past: Past, link: LinkRow, found: OpenHandoff, now: Instant, zone: str) -> LinkStands:
    row = found.row
    if row.owner != link.owner:
        return _moved(past, row, found, zone)
    if link.ended is not None:
        at = to_instant(link.ended)
        text = f"This link was taken back by {Names(past).owner(link.by)} on {moment_text(at, zone)}."
        return LinkStands(
            "taken back", row, found, text, "Sign in to answer, or ask whoever took it back.", link.by, at
        )
    if link.expires <= to_millis(now):
        at = to_instant(link.expires)
        text = f"This link could be used until {moment_text(at, zone)}."
        return LinkStands("expired", row, found, text, "The handoff is still open: sign in to answer it.", "", at)
    return LinkStands("open", row, found)


def over(past: Past, row: HandoffRow, zone: str) -> LinkStands:
    """How a handoff that is not open any more came to its end: who answered and when, or how it ended without."""
    answers = list(answers_of(past, row))
    if answers:
        return _answered(past, row, None, answers[-1], zone)
    at = to_instant(row.closed) if row.closed is not None else None
    when = f" on {moment_text(at, zone)}" if at is not None else ""
    text = f"This handoff ended{when} without an answer: {row.ended or 'its run is over'}."
    return LinkStands("over", row, None, text, "There is nothing to do: the run has gone on.", "", at)


def answers_of(past: Past, row: HandoffRow) -> Iterator[Answer]:
    """The answers to the handoff that counted, in order."""
    for kept in past.rows_of_run(row.run):
        event = _answer(past, kept) if kept.kind == "answer" else None
        if event is not None and event.pass_ == row.pass_:
            yield event


def _answer(past: Past, kept: KeptLedgerRow) -> Answer | None:
    event = past.event_of(kept) if kept.disposition == DISPOSITION["matched"] else None
    return event if isinstance(event, Answer) else None


def _used(past: Past, link: LinkRow) -> Answer | None:
    """The answer that came by the link."""
    row = past.row(link.used) if link.used is not None else None
    return _answer(past, row) if row is not None else None


def _answered(past: Past, row: HandoffRow, found: OpenHandoff | None, answer: Answer, zone: str) -> LinkStands:
    names = Names(past)
    word = answer.word.replace("_", " ") or "the form"
    for_ = f", in the name of {names.owner(answer.for_)}" if answer.for_ else ""
    text = f"It was already answered by {names.owner(answer.by)}{for_} on {moment_text(answer.at, zone)}: {word}."
    advice = "There is nothing to do: the first answer counts."
    if found is not None:
        advice = "A link answers once. What is asked now stands in a newer mail, or sign in."
    return LinkStands("answered", row, found, text, advice, answer.by, answer.at, word)


def _moved(past: Past, row: HandoffRow, found: OpenHandoff, zone: str) -> LinkStands:
    at = moved_at(past, row)
    when = f" on {moment_text(at, zone)}" if at is not None else ""
    text = f"This moved to {Names(past).owner(row.owner)}{when}."
    return LinkStands("moved", row, found, text, "There is nothing to do: whoever has it now answers.", row.owner, at)


def moved_at(past: Past, row: HandoffRow) -> Instant | None:
    """When the handoff came to whoever has it now; None: they had it from the beginning."""
    for kept in reversed(past.rows_of_run(row.run)):
        for reason in reasons_of(kept):
            if reason.rule in MOVED and reason.pass_ == row.pass_ and reason.seen.get("after") == row.owner:
                return to_instant(kept.at)
    return None
