"""The one question: why did, or did not, something happen for somebody? Answered as known then, a sentence first.

What happened is told from recorded reasons and decisions made again (`standing`); what did not, by looking again with
the versions of that moment (`starting`). Here it is chosen which of them the answer is.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Final

from msgspec import Struct, structs

from handrail.calendar.zones import local_day
from handrail.core.decide import CORE_VERSION
from handrail.insight.answer import Answer, Because, Evidence, Link, NextChance, WaitingFor
from handrail.insight.asking import Asking
from handrail.insight.finding import (
    SHOWN_MAX,
    Found,
    KeptLine,
    ValueLeft,
    files_held,
    find,
    held_with,
    kept_lines,
    keys_of,
    lines_of,
    not_applied,
)
from handrail.insight.past import Past, PlanKept, then_of
from handrail.insight.standing import about_run
from handrail.insight.starting import Attempt, attempts, gather
from handrail.insight.telling.wording import (
    A_CHANGE,
    count_text,
    day_of,
    event_text,
    fact_text,
    moment_text,
    owner_text,
    path_text,
    sentence_case,
    unreadable_text,
    value_text,
)
from handrail.insight.whys.references import file_ref, person_ref
from handrail.people.status import status_on
from handrail.store.moments import to_instant
from handrail.store.rows import RunRow
from handrail.terms.person import Person, called, field_value, origin_of
from handrail.terms.values import Instant

_FIRST: Final = ("held", "held back", "unknown", "early", "missed")
_LAST: Final = ("not published", "not yet", "no event seen", "request")


class Question(Struct, frozen=True):
    """About whom (P-123, a key, an e-mail, a name), about which journey (all), and as of when."""

    who: str
    at: Instant
    journey: str = ""


def why(past: Past, question: Question) -> Answer:
    """The answer, as known at the moment asked about. Raises SettingsError when the organization is not known."""
    then = then_of(question.at)
    zone = past.zone(then)
    found = find(past, question.who)
    if len(found.persons) > 1:
        return _several(past, question, found, zone)
    known = [number for number in found.persons if past.person(number, then) is not None]
    if not known:
        return _not_known(past, question, found, zone)
    asking = Asking(past, known[0], question.at)
    if question.journey and question.journey not in past.journeys():
        return _no_journey(past, question, asking)
    gather(asking, [question.journey] if question.journey else past.journeys())
    answer = about_journey(asking, question.journey) if question.journey else _everything(asking)
    left = _left_out(asking, answer, whole=not question.journey)
    lines_told = (_line(each, asking.at, asking.zone) for each in lines_of(asking.past, asking.person, asking.at))
    files = (*lines_told, *(_value_left(each, asking.zone) for each in left), *_known_later(asking, answer))
    in_order = (*files, *answer.because) if answer.evidence.run else (*answer.because, *files)
    links = dict.fromkeys((*answer.links, *(Link("file", file_ref(each.sync), each.file) for each in left)))
    return structs.replace(answer, because=in_order, links=tuple(links))


def about_journey(asking: Asking, journey: str) -> Answer:
    """Why the person is where they are in one journey, or not in it."""
    kept = asking.past.current(journey, asking.then)
    runs = asking.runs_of(journey)
    if not runs and kept is None:
        return _not_published(asking, journey)
    if any(not run.state for run in runs):
        text = f"What was known of {asking.name} was erased; the ledger keeps that something happened, not what."
        return Answer("not known", text, asking.name, journey, zone=asking.zone)
    found = attempts(asking, kept) if kept is not None else []
    if not runs:
        return _not_started(asking, kept, found)
    run = _run_in_question(asking, runs)
    answer = about_run(asking, run)
    again = _second_start(asking, run, found, answer)
    return again if again is not None else _beside(run, found, answer)


def _run_in_question(asking: Asking, runs: Sequence[RunRow]) -> RunRow:
    """The one that was open then, else the newest."""
    open_then = [run for run in runs if run.ended is None or run.ended > asking.then.at]
    return (open_then or list(runs))[-1]


# It did not begin


def _not_started(asking: Asking, kept: PlanKept | None, found: list[Attempt]) -> Answer:
    assert kept is not None, "a journey without runs and without a plan was answered before"
    title = f"“{kept.plan.title}”"
    if not found:
        text = f"{asking.name} is not in {title}: it has no starts of its own, another journey begins it."
        return Answer("not started", text, asking.name, kept.plan.journey, zone=asking.zone)
    ranked = sorted(found, key=_rank)
    main = ranked[0]
    because = tuple(part for each in ranked for part in each.because)
    ruled_out = tuple(dict.fromkeys(text for each in ranked for text in each.fine))
    chances = [each.chance for each in ranked if each.chance is not None]
    dated = sorted((each for each in chances if each.at is not None), key=_moment_of)
    rows = tuple(each.row for each in ranked if each.row)
    return Answer(
        "held" if main.outcome == "held" else "not started",
        f"{asking.name} did not begin {title}: {main.sentence}.",
        asking.name,
        kept.plan.journey,
        because,
        ruled_out,
        next_chance=next(iter(dated or chances), None),
        evidence=Evidence(rows, plan=kept.plan.hash, core=CORE_VERSION),
        zone=asking.zone,
        would_change=_would_change(main),
        links=_links(asking, kept.plan.journey, kept.plan.title),
    )


def _would_change(main: Attempt) -> tuple[str, ...]:
    """What each clause that stood in the way would have to be, and whose word that is."""
    stands = main.outcome in ("not in scope", "no longer", "unknown")
    clauses = [each for each in main.because if each.clause and each.subject and stands]
    return tuple(
        f"{sentence_case(path_text(each.subject))} {_has_to(each)}{f'; {each.source} says what it is' if each.source else ''}."
        for each in clauses
    )


def _has_to(each: Because) -> str:
    return "has to change" if each.needed == A_CHANGE else f"has to be {each.needed}"


def _links(asking: Asking, journey: str, title: str) -> tuple[Link, ...]:
    return Link("person", person_ref(asking.person), asking.name), Link("journey", journey, title)


def _moment_of(chance: NextChance) -> Instant:
    assert chance.at is not None, "only those with a moment are compared"
    return chance.at


def _rank(each: Attempt) -> tuple[int, float]:
    """What is told first: what is held or came too early, then the newest refusal, then what never came."""
    when = -each.when.timestamp() if each.when is not None else 0.0
    if each.outcome in _FIRST:
        return _FIRST.index(each.outcome), when
    return (len(_FIRST), when) if each.outcome not in _LAST else (len(_FIRST) + 1 + _LAST.index(each.outcome), when)


def _second_start(asking: Asking, run: RunRow, found: list[Attempt], answer: Answer) -> Answer | None:
    """A later start that was not needed, when it is the newest thing known about the journey."""
    rows = [row for row in asking.past.rows_of_run(run.id) if row.at <= asking.then.at]
    newest = rows[-1].seq if rows else 0
    over = answer.verdict in ("finished", "stopped", "not released")
    refused = [each for each in found if each.outcome == "already" and each.stands and each.when is not None]
    later = [
        each
        for each in refused
        if (each.row >= newest if each.row else over and _after(each, rows[-1].at if rows else 0))
    ]
    if not later:
        return None
    second = max(later, key=lambda each: (bool(each.row), each.row))
    assert second.when is not None, "it was asked for above"
    kept = asking.past.plans[run.plan]
    sentence = (
        f"{asking.name} did not begin “{kept.plan.title}” a second time on {day_of(second.when, asking.zone)}: "
        f"{second.because[0].text}"
    )
    return structs.replace(
        answer,
        verdict="not started",
        sentence=sentence,
        because=(*second.because, Because("stands", answer.sentence, run_place(kept)), *answer.because),
        next_chance=second.chance,
        ruled_out=(*second.fine, *answer.ruled_out),
        evidence=structs.replace(answer.evidence, rows=(*((second.row,) if second.row else ()), *answer.evidence.rows)),
    )


def _beside(run: RunRow, found: list[Attempt], answer: Answer) -> Answer:
    """The answer about a run, with the second start that it stands in the way of, where one was told since."""
    told = [
        Because(
            "already",
            f"“{each.trigger}” began no second run: {each.because[0].text}",
            each.because[0].place,
            when=each.when,
        )
        for each in found
        if each.outcome == "already" and each.row and each.stands == run.id
    ]
    if not told or answer.verdict == "not known":
        return answer
    later = [
        part
        for part in answer.because
        if part.when is not None and told[0].when is not None and part.when > told[0].when
    ]
    first = answer.because.index(later[0]) if later else len(answer.because)
    return structs.replace(answer, because=(*answer.because[:first], *told, *answer.because[first:]))


def _after(each: Attempt, at: int) -> bool:
    return each.when is not None and each.when > to_instant(at)


def run_place(kept: PlanKept) -> str:
    """Where the journey of a run is written."""
    return kept.place(0)


def _not_published(asking: Asking, journey: str) -> Answer:
    first = asking.past.published_first(journey)
    when = f"; it was published on {day_of(first, asking.zone)}" if first is not None else ""
    text = f"{asking.name} could not begin {journey}: it was not published on {day_of(asking.at, asking.zone)}{when}."
    return Answer(
        "not started", text, asking.name, journey, zone=asking.zone, next_chance=NextChance("its publication", first)
    )


def _no_journey(past: Past, question: Question, asking: Asking) -> Answer:
    names = past.journeys()
    near = difflib.get_close_matches(question.journey, names, 1)
    meant = f" Did you mean {near[0]}?" if near else ""
    listed = ", ".join(names) or "none is published"
    text = f"There is no journey “{question.journey}”; there are: {listed}.{meant}"
    return Answer("not known", text, asking.name, question.journey, zone=asking.zone)


# Nobody, several, everything


def _not_known(past: Past, question: Question, found: Found, zone: str) -> Answer:
    """Nobody was known by that name then: held, known only later, or never told."""
    keys = found.keys or tuple(key for person in found.persons for key in keys_of(past, person))
    lines = (kept_lines(past, keys, question.at) if keys else []) or _by_name(past, question)
    if lines:
        return _held(past, question, lines, zone)
    if found.persons:
        first = past.versions(found.persons[0])[0]
        day = day_of(to_instant(first.at), zone)
        text = f"{question.who} was not known on {day_of(question.at, zone)}; the first that was told of them came on {day}."
        return Answer("not known", text, question.who, question.journey, zone=zone)
    ways = "an own id (P-123), a key of the HR system, an e-mail, or a name"
    text = f"Nobody here is known as “{question.who}”, and no held row says that. Ask by {ways}."
    return Answer(
        "not known", text, question.who, question.journey, ruled_out=_held_files(past, question, zone), zone=zone
    )


def _by_name(past: Past, question: Question) -> list[KeptLine]:
    """The held rows that say it, when they are about one person."""
    lines = [each for each in held_with(past, question.who) if each.held_at(question.at)]
    return lines if len({(each.source, each.line.key) for each in lines}) == 1 else []


def _held(past: Past, question: Question, lines: Sequence[KeptLine], zone: str) -> Answer:
    """Somebody who is known only by a row that could not be applied, or was refused."""
    last = next((each for each in reversed(lines) if each.held_at(question.at)), lines[-1])
    held, then = last.held_at(question.at), then_of(question.at)

    def name_of(number: int) -> str:
        return called(past.person(number, then), number)

    owner = owner_text(last.line.owner, name_of)
    where = f"line {last.line.line:,} of {last.file}"
    reason = unreadable_text(last.line.reason, last.line.field)
    waiting: tuple[WaitingFor, ...] = ()
    if held:
        sentence = (
            f"{question.who} has been held since {day_of(last.at, zone)} and is in no journey yet: "
            f"{where} could not be applied, because {reason}."
        )
        chance = NextChance(
            f"the mapping is mended and the sync looked at again: handrail held replay {last.line.sync}"
        )
        waiting = (WaitingFor("the row to be applied", owner, last.at),)
    else:
        sentence = f"{question.who} is in no journey: {where} was {_ended(last)} ({reason})."
        chance = NextChance("the next file in which the row can be read")
    because = tuple(_line(each, question.at, zone) for each in lines)
    return Answer(
        "held" if held else "not known", sentence, question.who, question.journey, because,
        waiting_for=waiting, next_chance=chance, zone=zone, links=(Link("file", file_ref(last.line.sync), last.file),),
    )  # fmt: skip


def _line(each: KeptLine, moment: Instant, zone: str) -> Because:
    """One row of a file that was not applied, and what became of it, by `moment` or later."""
    ended = ""
    if each.ended is not None and each.line.disposition == "held":
        later = "later, " if each.ended > moment else ""
        ended = f" It was {_ended(each)} {later}on {moment_text(each.ended, zone)}."
    text = f"Line {each.line.line:,} of {each.file} was {each.line.disposition}: {each.line.reason.rstrip('.')}.{ended}"
    field = {"field": each.line.field} if each.line.field else {}
    return Because(
        each.line.disposition, text, f"{each.file}:{each.line.line}", seen=field, source=each.source, when=each.at
    )


def _ended(each: KeptLine) -> str:
    return {"": "refused", "looked at again": "looked at again"}.get(each.line.became, each.line.became)


def _left_out(asking: Asking, answer: Answer, *, whole: bool) -> list[ValueLeft]:
    """What files told of the person that was not applied: where the answer turns on it, or, asked of the `whole` person, still now."""
    fields = {each.subject.removeprefix("person.") for each in answer.because if each.subject}
    if any(each.rule == "nobody found" for each in answer.because):
        fields |= {"manager", "sponsor"}  # an owner whom the source names by a key that nobody here has
    values = not_applied(asking.past, asking.person, asking.at) if fields or whole else []
    told = {(each.value.field, each.value.seen, each.value.reason): each for each in values}
    return [each for each in told.values() if each.value.field in fields or (whole and each.newest)]


def _value_left(left: ValueLeft, zone: str) -> Because:
    value = left.value
    seen = f"“{value.seen}” " if value.seen else ""
    text = (
        f"{value.field}: {seen}was told on line {value.line:,} and not applied ({value.reason}); what was known before stands. "
        f"It came on {day_of(left.at, zone)}, in {left.file}."
    )
    return Because("not applied", text, seen={value.field: value.seen}, when=value.since)


def _known_later(asking: Asking, answer: Answer) -> list[Because]:
    """Where it was otherwise in truth than was known then: a value of that day that became known only later."""
    found = []
    for each in answer.because:
        root, _, field = each.subject.partition(".")
        if root != "person" or each.when is None or not each.clause:
            continue
        seen = each.seen.get(each.subject, "")
        for version in asking.past.versions(asking.person):
            origin, known = origin_of(version.person, field), to_instant(version.at)
            value = value_text(_true_on(version.person, field, each.when, asking.zone), asking.name_of, asking.zone)
            if known > each.when >= origin.as_of and value != seen:
                text = (
                    f"As true then: {fact_text(each.subject, value)} as of {day_of(origin.as_of, asking.zone)}, "
                    f"which became known only on {day_of(known, asking.zone)}."
                )
                found.append(Because("known later", text, seen={each.subject: value}, source=origin.source, when=known))
                break
    return found


def _true_on(person: Person, field: str, moment: Instant, zone: str) -> object:
    """What the version says of that day: a status follows from its dates, whenever somebody looked at them."""
    return status_on(person, local_day(moment, zone)) if field == "status" else field_value(person, field)


def _held_files(past: Past, question: Question, zone: str) -> tuple[str, ...]:
    """Files that are held as a whole: somebody who is not known may stand in one."""
    return tuple(
        f"{each.file} has been held as a whole since {day_of(each.arrived, zone)}: {each.reason}."
        for each in files_held(past, question.at)
    )


def _several(past: Past, question: Question, found: Found, zone: str) -> Answer:
    then = then_of(question.at)
    listed = []
    for number in found.persons[:SHOWN_MAX]:
        versions = past.versions(number)
        person = past.person(number, then) or versions[0].person
        parts = [str(value) for value in (person.email, person.department) if isinstance(value, str) and value]
        keys = ", ".join(keys_of(past, number))
        listed.append(
            Because(
                "named so",
                f"P-{number}: {person.name} ({'; '.join([*parts, keys] if keys else parts)})",
                seen={"person": f"P-{number}"},
            )
        )
    many = f"more than {SHOWN_MAX}" if len(found.persons) > SHOWN_MAX else str(len(found.persons))
    text = f"“{question.who}” is the name of {many} people: ask again by one of these ids."
    return Answer("several", text, question.who, question.journey, tuple(listed), zone=zone)


def _everything(asking: Asking) -> Answer:
    """All journeys at once: the one answer where there is one, else a line for each."""
    journeys = [name for name in asking.past.journeys() if _concerns(asking, name)]
    begun = [name for name in journeys if asking.runs_of(name)]
    running = [
        name for name in begun if any(run.ended is None or run.ended > asking.then.at for run in asking.runs_of(name))
    ]
    if len(journeys) == 1 or len(running) == 1:
        return about_journey(asking, (running or journeys)[0])
    lines = [Because("journey", about_journey(asking, name).sentence) for name in [*begun, *_without(journeys, begun)]]
    for held in asking.held_events():
        lines.append(
            Because(
                "held",
                f"The {event_text(held.kind)} is held: {held.reason}. {asking.owner(held.owner)} answers for it.",
            )
        )
    state = f"is in {count_text(len(running), 'journey')}" if running else "is in no journey"
    titles = [kept.plan.title for name in running if (kept := asking.past.current(name, asking.then)) is not None]
    listed = f": {', '.join(f'“{title}”' for title in titles)}" if titles else ""
    sentence = f"{asking.name} {state} on {day_of(asking.at, asking.zone)}{listed}."
    return Answer("seen", sentence, asking.name, because=tuple(lines), zone=asking.zone)


def _concerns(asking: Asking, journey: str) -> bool:
    return bool(asking.runs_of(journey)) or asking.past.current(journey, asking.then) is not None


def _without(names: Sequence[str], those: Sequence[str]) -> list[str]:
    return [name for name in names if name not in those]
