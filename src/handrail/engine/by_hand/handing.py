"""Open handoffs in people's hands: answered, given to somebody else, snoozed; one or many at once, each with its own outcome.

What can be said beforehand is said: not theirs, not offered, not possible. The rest is the core's, and the first valid answer
counts. All of it is one commit, with who did it in the audit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from msgspec import Struct, structs

from handrail.core.answers import form_of, offered
from handrail.core.draft import Draft
from handrail.core.inputs.by_hand import hindrance
from handrail.core.inputs.forms import form_problems
from handrail.core.program import program_of
from handrail.engine.by_hand.deputies import acting, owner_called
from handrail.engine.engine import Engine
from handrail.engine.items import ForRun, Receipt
from handrail.store.batch import Batch
from handrail.store.kept.acts import Act, audited
from handrail.store.rows import AuditRow
from handrail.terms import coding
from handrail.terms.event import Answer, PutAside, Reassigned, said_in
from handrail.terms.plan import Plan
from handrail.terms.state import Pass, State, heard
from handrail.terms.values import NOTHING, Fields, Instant, PersonRef, Value

AT_ONCE: Final = 200
"""So many handoffs are taken at once; more are sent in parts."""

OVER: Final = "it is over"
_WHAT: Final = {Answer: "answered for", Reassigned: "reassigned", PutAside: "snoozed"}


class Answering(Struct, frozen=True):
    """Answer it with this word and form."""

    word: str = ""
    form: Fields = NOTHING


class Giving(Struct, frozen=True):
    """Give it to `to`, written as owners are, and say why."""

    to: str
    reason: str


class Snoozing(Struct, frozen=True):
    """Snooze it until then, and say why."""

    until: Instant
    reason: str


Wish: TypeAlias = Answering | Giving | Snoozing


class By(Struct, frozen=True):
    """Who acts, written as owners are. `for_others`: they may act on what is not theirs (operations); that is kept."""

    who: str
    for_others: bool = False


class Hand(Struct, frozen=True):
    """Which handoff: a run and its pass."""

    run: int
    pass_: int


class Outcome(Struct, frozen=True):
    """What became of one handoff. `kind` of a refusal is one word for programs, `why` a sentence for people.

    `owner` is who has it now (of a refusal), `number` the row in the ledger (of what was done), `for_` in whose name.
    """

    run: int
    pass_: int
    done: bool
    kind: str = ""
    why: str = ""
    owner: str = ""
    number: int = 0
    for_: str = ""
    wrong: Mapping[str, Value] = {}


class _Open(Struct, frozen=True):
    plan: Plan
    state: State
    each: Pass


def act(engine: Engine, hands: Sequence[Hand], wish: Wish, by: By, now: Instant) -> list[Outcome]:
    """Do it with each of them, in one commit; what became of each, in order. At most `AT_ONCE`."""
    assert len(hands) <= AT_ONCE, f"{len(hands)} handoffs are more than {AT_ONCE}: send them in parts"
    engine.worlds.look_at(now)
    found = _open(engine, hands)
    judged = [_judge(engine, hand, found.get(hand), wish, by, now) for hand in hands]
    items = [(index, each) for index, each in enumerate(judged) if isinstance(each, ForRun)]
    outcomes = [each for each in judged if isinstance(each, Outcome)]
    if not items:
        return outcomes
    kept = _audited(engine, [each for _, each in items], found, now)

    def more(batch: Batch, receipts: Sequence[Receipt]) -> None:
        batch.audit += [row for row, receipt in zip(kept, receipts, strict=True) if row is not None and receipt.used]

    receipts = engine.take([each for _, each in items], now, more)
    done = {index: _became(hands[index], receipt, item) for (index, item), receipt in zip(items, receipts, strict=True)}
    return [each if isinstance(each, Outcome) else done[index] for index, each in enumerate(judged)]


def _open(engine: Engine, hands: Sequence[Hand]) -> dict[Hand, _Open]:
    """Those that are open, in one question."""
    found: dict[Hand, _Open] = {}
    rows = engine.store.runs_by_id(sorted({hand.run for hand in hands}))
    states = {number: coding.unpack(row.state, State) for number, row in rows.items() if row.state}
    for hand in hands:
        state = states.get(hand.run)
        each = next((one for one in state.passes if one.number == hand.pass_), None) if state is not None else None
        if state is not None and each is not None:
            found[hand] = _Open(engine.plans.by_number[rows[hand.run].plan], state, each)
    return found


def _judge(engine: Engine, hand: Hand, found: _Open | None, wish: Wish, by: By, now: Instant) -> ForRun | Outcome:
    """What is handed to the run, or why nothing is."""
    if found is None:
        return Outcome(hand.run, hand.pass_, done=False, kind="over", why=OVER)
    owner = found.each.owner
    name = acting(engine.worlds, owner, by.who, now)
    if name is None and not by.for_others:
        why = (
            f"{owner_called(engine.worlds, owner)} answers for this handoff, not {owner_called(engine.worlds, by.who)}"
        )
        return Outcome(hand.run, hand.pass_, done=False, kind="not theirs", why=why, owner=owner)
    if not isinstance(wish, Answering) and _asked_as_learner(found, by, name):
        learner = owner_called(engine.worlds, owner)
        why = (
            f"this is asked of {learner} as the learner, and a learner's own is neither given away nor snoozed by them"
        )
        return Outcome(hand.run, hand.pass_, done=False, kind="the learner's own", why=why, owner=owner)
    if isinstance(wish, Answering):
        return _answer(hand, found, wish, Answer(hand.pass_, now, by.who, for_=owner if name is None else name))
    given = (
        Reassigned(hand.pass_, now, by.who, wish.to, wish.reason)
        if isinstance(wish, Giving)
        else PutAside(hand.pass_, now, by.who, wish.until, wish.reason)
    )
    why = _hindrance(engine, found, given, now)
    return (
        Outcome(hand.run, hand.pass_, done=False, kind="not possible", why=why, owner=owner)
        if why
        else ForRun(hand.run, given)
    )


def _asked_as_learner(found: _Open, by: By, name: str | None) -> bool:
    """Whether the learner of the run, or whoever stands in for them, would put off what is theirs to do."""
    if found.each.owner != f"person:{found.state.person}":
        return False
    return by.who == found.each.owner or (name is not None and not by.for_others)


def _answer(hand: Hand, found: _Open, wish: Answering, answer: Answer) -> ForRun | Outcome:
    words = offered(found.plan, found.each)
    word = wish.word or ("done" if "done" in words else "")
    if word not in words:
        why = (
            f'"{word}" is not among the answers: {", ".join(sorted(words))}'
            if words
            else "nobody is asked anything here"
        )
        return Outcome(hand.run, hand.pass_, done=False, kind="not offered", why=why, owner=found.each.owner)
    wrong = form_problems(form_of(found.plan, found.each), wish.form)
    if wrong:
        said = "; ".join(f'"{name.removeprefix("field_")}" {text}' for name, text in sorted(wrong.items()))
        return Outcome(
            hand.run,
            hand.pass_,
            done=False,
            kind="form",
            why=f"the form is not right: {said}",
            owner=found.each.owner,
            wrong=wrong,
        )
    return ForRun(hand.run, Answer(answer.pass_, answer.at, answer.by, word, wish.form, answer.for_))


def _hindrance(engine: Engine, found: _Open, given: Reassigned | PutAside, now: Instant) -> str:
    """Why it cannot be done, as the core says it."""
    state, worlds = found.state, engine.worlds
    worlds.fetch([value.id for value in said_in(given).values() if isinstance(value, PersonRef)])
    worlds.fetch_around([state.person], found.plan.needs.managers_up)
    person = worlds.newest(state.person)
    assert person is not None, f"person {state.person} has a run"
    world = worlds.world(person, found.plan, heard(state, said_in(given)))
    return hindrance(Draft(program_of(found.plan), state, world, now), given)


def _audited(
    engine: Engine, items: Sequence[ForRun], found: Mapping[Hand, _Open], now: Instant
) -> list[AuditRow | None]:
    """A row for each that is given away, snoozed, or answered for somebody else; one's own answer is in the ledger alone."""
    rows: list[AuditRow | None] = []
    for item in items:
        given = item.input
        assert isinstance(given, Answer | Reassigned | PutAside), "nothing else is made here"
        here = found[Hand(item.run, given.pass_)]
        own = isinstance(given, Answer) and not given.for_
        rows.append(None if own else audited(engine.store, _act(item.run, given, here), now))
    return rows


def _act(run: int, given: Answer | Reassigned | PutAside, here: _Open) -> Act:
    act = Act(given.by, f"handoff {_WHAT[type(given)]}", f"R-{run}/{_step(here)}", here.state.person)
    match given:
        case Answer():
            return structs.replace(act, on_behalf_of=given.for_, after=given.word)
        case Reassigned():
            return structs.replace(act, before=here.each.owner, after=given.to, reason=given.reason)
        case PutAside():
            return structs.replace(act, after=f"until {given.until:%Y-%m-%d %H:%M} UTC", reason=given.reason)


def _step(found: _Open) -> str:
    return found.plan.steps[found.each.step].name if found.each.step >= 0 else ""


def _became(hand: Hand, receipt: Receipt, item: ForRun) -> Outcome:
    for_ = item.input.for_ if isinstance(item.input, Answer) else ""
    if receipt.used:
        return Outcome(hand.run, hand.pass_, done=True, number=receipt.number, for_=for_)
    return Outcome(hand.run, hand.pass_, done=False, kind="over", why=OVER, number=receipt.number, for_=for_)
