"""Taking an answer: whether the handoff is theirs, and the one commit after which it counts, or somebody else's does.

Who has the handoff, and whether a link still counts, is looked at once more where answers are committed one after the other:
of two at the same moment exactly one counts, and an answer never comes after the handoff went to somebody else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from handrail.app.answering.reading import answer_of
from handrail.app.answering.refusing import NotTaken
from handrail.app.runtime import Runtime
from handrail.engine.by_hand.deputies import acting
from handrail.engine.engine import Engine
from handrail.engine.items import ForRun, Receipt
from handrail.insight.answering.links import link_stands, over
from handrail.insight.answering.question import OpenHandoff, open_handoff
from handrail.insight.lists import Names
from handrail.insight.past import Past
from handrail.store.batch import Batch
from handrail.store.kept.links import LinkRow, LinkUsed
from handrail.store.rows import HandoffRow
from handrail.terms.event import Answer
from handrail.terms.values import Instant


class Given(Struct, frozen=True):
    """An answer as it came: `by` an owner (`person:12`), `link` the one that it came by."""

    by: str
    word: str = ""
    form: Mapping[str, Any] = {}
    link: LinkRow | None = None


class Taken(Struct, frozen=True):
    """An answer that counts and is committed; `number` is its row in the ledger."""

    run: int
    pass_: int
    word: str
    by: str
    for_: str
    at: Instant
    number: int


class _Passed(Exception):
    """The handoff or the link is no longer as it was looked at."""


def take_answer(runtime: Runtime, row: HandoffRow, given: Given) -> Taken:
    """Answer the handoff. Raises NotTaken, saying who was first, whose it is, or what is wrong."""
    past = runtime.past()
    found = open_handoff(past, row)
    if found is None:
        raise _over(runtime, row, given)
    if not runtime.works:
        raise NotTaken(
            "not now", "No answer is taken: the engine does not run.", "Send it again when it was started anew."
        )
    for_ = in_name_of(runtime, past, found.each.owner, given.by)
    word, form = answer_of(past, found, given.word, given.form)

    def commit(engine: Engine, at: Instant) -> Taken:
        answer = Answer(row.pass_, at, given.by, word, form, for_)
        receipt = _committed(engine, found, answer, given.link)
        return Taken(row.run, row.pass_, word, given.by, for_, at, receipt.number)

    try:
        return runtime.do(commit)
    except _Passed:
        raise _over(runtime, row, given) from None


def _committed(engine: Engine, found: OpenHandoff, answer: Answer, link: LinkRow | None) -> Receipt:
    """In the engine's thread, where nothing else is committed meanwhile. Raises _Passed."""
    ask = "SELECT 1 FROM handoff WHERE run = ? AND pass = ? AND owner = ? AND closed IS NULL"
    if not engine.store.database.look(ask, (found.run.id, found.each.number, found.each.owner)):
        raise _Passed
    if link is not None and _gone(engine.store.link(link.id, writing=True)):
        raise _Passed

    def used(batch: Batch, receipts: Sequence[Receipt]) -> None:
        if link is not None and receipts[0].used:
            batch.links_used.append(LinkUsed(link.run, link.pass_, link.rung, receipts[0].number))

    receipt = engine.take([ForRun(found.run.id, answer)], answer.at, used)[0]
    if not receipt.used:
        raise _Passed
    return receipt


def _gone(link: LinkRow | None) -> bool:
    return link is None or link.used is not None or link.ended is not None


def in_name_of(runtime: Runtime, past: Past, owner: str, by: str) -> str:
    """In whose name they answer: empty for their own. Raises NotTaken when the handoff is not theirs to answer."""
    name = runtime.do(lambda engine, now: acting(engine.worlds, owner, by, now))
    if name is not None:
        return name
    names = Names(past)
    text = f"{names.owner(owner)} answers for this handoff, not {names.owner(by)}."
    raise NotTaken("not theirs", text, "Ask them to answer, or to name a delegate.", owner=owner)


def _over(runtime: Runtime, row: HandoffRow, given: Given) -> NotTaken:
    """It is over, or no longer theirs: by whom it was answered and when, or how it ended or moved without this answer."""
    past = runtime.past()
    zone = runtime.engine.worlds.organization.zone
    stands = next(each for each in past.store.handoffs_of_run(row.run) if each.pass_ == row.pass_)
    if given.link is not None:
        link = runtime.store.link(given.link.id)
        how = link_stands(past, link, runtime.clock(), zone) if link is not None else None
        if how is not None and how.stands != "open":
            return NotTaken("over", how.sentence, how.what_to_do, by=how.by, at=how.at)
    if stands.closed is None and open_handoff(past, stands) is not None:
        if stands.owner != row.owner:
            text = f"This moved to {Names(past).owner(stands.owner)} meanwhile."
            return NotTaken("over", text, "There is nothing to do: whoever has it now answers.", by=stands.owner)
        return NotTaken("over", "It has changed meanwhile.", "Look at it again, and answer what is asked now.")
    how = over(past, stands, zone)
    advice = (
        "Nothing: the first answer counts. Yours is kept."
        if how.stands == "answered"
        else "Nothing: the run has gone on."
    )
    return NotTaken("over", how.sentence, advice, by=how.by, at=how.at)
