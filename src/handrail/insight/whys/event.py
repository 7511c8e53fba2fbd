"""One event asked why: what became of it, for whom, and why it is held, put off or set aside.

An event that moved several runs has a row in the ledger for each; the first holds it, the others name the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from handrail.insight.answer import Answer, Because, Evidence, Link, NextChance, Verdict, WaitingFor
from handrail.insight.asking import Asking
from handrail.insight.past import Past, PlanKept, Then, then_of
from handrail.insight.replay import reasons_of
from handrail.insight.starting import of_row
from handrail.insight.telling.wording import day_of, event_said, moment_text, owner_text, sentence, value_text
from handrail.insight.whys.references import Reference, event_ref, person_ref, run_ref
from handrail.store.moments import DISPOSITION, DISPOSITIONS, to_instant
from handrail.store.rows import HeldRow, KeptLedgerRow
from handrail.terms import coding
from handrail.terms.decision import Reason
from handrail.terms.event import Event, Input
from handrail.terms.person import called
from handrail.terms.values import Instant

_VERDICTS: Final[dict[str, Verdict]] = {
    "matched": "applied",
    "ignored": "not done",
    "duplicate": "not done",
    "held": "held",
    "deferred": "held",
    "refused": "refused",
}

_OURS: Final = {
    "answer": "answer to a handoff",
    "outcome": "end of a call",
    "tick": "moment that a run waited for",
    "ownerschanged": "change of an owner around a run",
    "released": "release",
    "stopped": "end by hand",
    "moved": "move to another version",
    "journeyended": "end of another journey",
}
RECORDED: Final = "as recorded"


def of_event(past: Past, named: Reference, at: Instant) -> Answer:
    """What became of an event, and why."""
    row = past.row(named.numbers[0])
    first = past.row(row.cause) if row is not None and row.cause is not None and row.event is None else row
    if row is None or first is None or first.at > then_of(at).at:
        return Answer("not known", f"{event_ref(named.numbers[0])} is no event that had come by then.")
    if row.disposition == DISPOSITION["duplicate"] and row.event is None and row.person is not None:
        return _told_again(Asking(past, row.person, at), row, first)
    if first.event is None and first.person is not None:
        text = "What this event said was erased; the ledger keeps that it came, not what it was."
        return Answer("not known", text, of=event_ref(first.seq))
    if first.person is None:
        return _about_nobody(past, first, at)
    return _about_somebody(Asking(past, first.person, at), first)


def _about_somebody(asking: Asking, row: KeptLedgerRow) -> Answer:
    rows = _rows_of(asking, row)
    held = _held_of(asking.past, row, asking.at)
    what = f"The {_said(row)} of {asking.name}, told on {moment_text(to_instant(row.at), asking.zone)},"
    because = [*_of_another(asking, row), *(part for each in rows for part in _reasons(asking, each))]
    if not any(each.run is not None for each in rows):
        because = [
            *_began_nothing(asking, row),
            *(each for each in because if each.rule not in ("where", "for", "while")),
        ]
    if held is not None and held.ended is None:
        return _waits(asking.name, what, held, asking.owner(held.owner), (asking.zone, asking.at), because)
    runs = [each for each in rows if each.run is not None and each.digest is not None]
    became = _became(row, held, runs)
    text = _sentence(asking, what, became, runs, because)
    to_runs = (Link("run", run_ref(each.run or 0), run_ref(each.run or 0)) for each in runs)
    links = (Link("person", person_ref(asking.person), asking.name), *to_runs)
    return Answer(
        _VERDICTS[became], text, asking.name, because=tuple(because),
        evidence=Evidence(tuple(each.seq for each in rows), recomputed=False, note=RECORDED), zone=asking.zone, of=event_ref(row.seq),
        question="What became of this?", links=links,
    )  # fmt: skip


def _told_again(asking: Asking, row: KeptLedgerRow, first: KeptLedgerRow) -> Answer:
    """The same, told once more: it counts once."""
    before = moment_text(to_instant(first.at), asking.zone)
    text = (
        f"The {_said(first)} of {asking.name}, told on {moment_text(to_instant(row.at), asking.zone)}, had been told before, "
        f"on {before}, and counts once."
    )
    links = (
        Link("person", person_ref(asking.person), asking.name),
        Link("event", event_ref(first.seq), f"as it was told on {before}"),
    )
    evidence = Evidence((row.seq, first.seq), recomputed=False, note=RECORDED)
    return Answer(
        "not done", text, asking.name, evidence=evidence, zone=asking.zone, of=event_ref(row.seq), links=links
    )


def _of_another(asking: Asking, row: KeptLedgerRow) -> list[Because]:
    """That it corrects or takes back what was told before."""
    event = asking.past.event_of(row)
    if not isinstance(event, Event) or not (event.corrects or event.retracts):
        return []
    other = asking.past.row(event.corrects or event.retracts)
    when = moment_text(to_instant(other.at), asking.zone) if other is not None else "an earlier day"
    verb = "takes back" if event.retracts else "corrects"
    what = _said(other) if other is not None else "event"
    text = f"It {verb} the {what} that was told on {when} ({event_ref(event.corrects or event.retracts)})."
    return [Because("corrects" if event.corrects else "takes back", text, when=to_instant(row.at))]


def _rows_of(asking: Asking, first: KeptLedgerRow) -> list[KeptLedgerRow]:
    """Its row and those of every run that it moved, by then."""
    rows = {first.seq: first}
    for run in asking.past.runs(asking.person):
        rows.update({each.seq: each for each in asking.past.rows_of_run(run.id) if each.cause == first.seq})
    for each in asking.past.told(asking.person):
        if each.cause == first.seq:
            rows[each.seq] = each
    return [rows[seq] for seq in sorted(rows) if rows[seq].at <= asking.then.at]


def _became(row: KeptLedgerRow, held: HeldRow | None, runs: Sequence[KeptLedgerRow]) -> str:
    if runs:
        return "matched"
    if held is not None and held.became is not None:
        return DISPOSITIONS[held.became]
    return DISPOSITIONS[row.disposition]


def _sentence(asking: Asking, what: str, became: str, runs: Sequence[KeptLedgerRow], because: Sequence[Because]) -> str:
    match became:
        case "matched" if runs:
            titles = dict.fromkeys(_run_said(asking, each) for each in runs)
            return f"{what} counted in {' and in '.join(titles)}."
        case "matched":
            return f"{what} was used."
        case "duplicate":
            return f"{what} had been told before, and counts once."
        case "ignored":
            return f"{what} changed nothing{_why_nothing(because)}."
        case "refused":
            why = because[-1].text.rstrip(".") if because else "it could not be taken"
            return f"{what} was refused: {why[:1].lower() + why[1:]}."
        case _:
            return f"{what} is {became}."


def _why_nothing(because: Sequence[Because]) -> str:
    """Why nothing came of it, as the end of a sentence."""
    starts = [each for each in because if each.rule == "not begun"]
    others = [each for each in because if each.rule in ("ignored", "run is over", "kept for later")]
    if others:
        return f": {others[-1].text[:1].lower()}{others[-1].text[1:].rstrip('.')}"
    if starts:
        many = "the journey that begins" if len(starts) == 1 else f"none of the {len(starts)} journeys that begin"
        return (
            f": {many} by such an event {'was not meant by this one' if len(starts) == 1 else 'was meant by this one'}"
        )
    return ": no run waited for it, and no journey begins by it"


def _run_said(asking: Asking, row: KeptLedgerRow) -> str:
    run = asking.past.run(row.run or 0)
    title = asking.past.plans[run.plan].plan.title if run is not None else ""
    return f"“{title}” ({run_ref(row.run or 0)})"


def _reasons(asking: Asking, row: KeptLedgerRow) -> list[Because]:
    """The recorded reasons of a row, in words; those of a start name its journey."""
    run = asking.past.run(row.run) if row.run is not None else None
    event = asking.past.event_of(row)
    told = []
    for reason in reasons_of(row):
        plan = asking.past.plans[run.plan] if run is not None else _plan_of(asking, reason)
        if plan is None:
            why = value_text(reason.seen.get("why", reason.rule), asking.name_of, asking.zone)
            told.append(Because(reason.rule, sentence(why), when=to_instant(row.at)))
        else:
            said = asking.say(reason, plan, to_instant(row.at), event if isinstance(event, Event) else None)
            told.append(said)
    return told


def _began_nothing(asking: Asking, row: KeptLedgerRow) -> list[Because]:
    """Of each journey that begins by such an event: why it did not begin by this one."""
    told = []
    then = Then(row.seq, row.at)
    for journey in asking.past.journeys():
        kept = asking.past.current(journey, then)
        for trigger in kept.plan.starts if kept is not None else ():
            if kept is not None and trigger.event == row.kind:
                found = of_row(asking, kept, trigger, row)
                text = f"It did not begin “{kept.plan.title}”: {found.sentence.partition('begins it: ')[2] or found.sentence}."
                told += [Because("not begun", text, kept.place(trigger.place), when=to_instant(row.at)), *found.because]
    return told


def _plan_of(asking: Asking, reason: Reason) -> PlanKept | None:
    journey = reason.seen.get("journey")
    return asking.past.current(str(journey), asking.then) if journey else None


# Held


def _held_of(past: Past, row: KeptLedgerRow, at: Instant) -> HeldRow | None:
    """Its held row, if it was ever held; as it stood then."""
    found = [HeldRow(*each) for each in past.store.database.read("SELECT * FROM held WHERE seq = ?", (row.seq,))]
    if not found:
        return None
    ended = found[0].ended
    return found[0] if ended is None or ended <= then_of(at).at else found[0]._replace(ended=None, became=None)


def _waits(
    person: str, what: str, held: HeldRow, owner: str, shown: tuple[str, Instant], because: Sequence[Because]
) -> Answer:
    zone, _ = shown
    since = to_instant(held.opened)
    until = to_instant(held.next_at) if held.next_at is not None else None
    put_off = held.disposition == DISPOSITION["deferred"]
    how = "is kept and tried again when more is known" if put_off else f"has been held since {day_of(since, zone)}"
    text = f"{what} {how}: {held.reason.rstrip('.')}; {owner} answers for it."
    change = (
        "It is tried again by itself when what it asks for becomes known."
        if put_off
        else "Mend what is said above, then let it be looked at again, or refuse it with a reason."
    )
    return Answer(
        "held", text, person, because=(*because, Because("held", sentence(held.reason), when=since)),
        waiting_for=(WaitingFor("somebody to look at it", owner, since, until),),
        next_chance=NextChance("it is given up and kept as refused" if not put_off else "it is kept until", until),
        evidence=Evidence((held.seq,), recomputed=False, note=RECORDED), zone=zone, of=event_ref(held.seq), question="Why is this held?",
        would_change=(change,),
    )  # fmt: skip


def _about_nobody(past: Past, row: KeptLedgerRow, at: Instant) -> Answer:
    """An event whose person is not known, or that is about nobody."""
    then = then_of(at)
    zone = past.zone(then)
    held = _held_of(past, row, at)
    what = f"The {_said(row)} that was told on {moment_text(to_instant(row.at), zone)}"
    because = [
        Because(each.rule, sentence(str(each.seen.get("why", each.rule))), when=to_instant(row.at))
        for each in reasons_of(row)
    ]
    if held is not None and held.ended is None:

        def name_of(number: int) -> str:
            return called(past.person(number, then), number)

        return _waits("", what, held, owner_text(held.owner, name_of), (zone, at), because)
    became = _became(row, held, ())
    how = {"matched": "set off what it sets off for everybody", "ignored": "changed nothing"}.get(
        became, f"was {became}"
    )
    return Answer(
        _VERDICTS[became], f"{what} {how}.", because=tuple(because), evidence=Evidence((row.seq,), recomputed=False, note=RECORDED), zone=zone,
        of=event_ref(row.seq), question="What became of this?",
    )  # fmt: skip


def _said(row: KeptLedgerRow) -> str:
    given: Input | None = coding.unpack(row.event, Input) if row.event is not None else None  # type: ignore[arg-type]
    if isinstance(given, Event):
        return event_said(row.kind, given.fields)
    return _OURS.get(row.kind, row.kind)
