"""What a message says, and to whom: the author's text or one of ours, with its values, and the link that answers it.

Written when it leaves, so it speaks of the handoff as it stands then. How it looks as text and as HTML is `looks`; nothing is
sent here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct, structs

from handrail.app.answering.filled import answer_shown
from handrail.app.mailing.words import Words, moment_in, otherwise_in, until_in, words_in
from handrail.app.workspace import Workspace
from handrail.conditions.compiled import value_of_with
from handrail.conditions.parse import parse_text
from handrail.conditions.scope import Scope
from handrail.core.draft import Draft
from handrail.core.program import program_of
from handrail.engine.incidents.book import TEMPLATE as INCIDENTS
from handrail.insight.answering.question import Question, open_handoff, question_of
from handrail.insight.lists import Names
from handrail.insight.past import Past, then_of
from handrail.people.worlds import zone_for
from handrail.store.moments import to_instant
from handrail.store.rows import HandoffRow, IncidentRow, MessageRow, RunRow
from handrail.terms import coding
from handrail.terms.effect import Message
from handrail.terms.incident import Incident
from handrail.terms.person import Person, own_id_of
from handrail.terms.plan import Text
from handrail.terms.state import Pass, State
from handrail.terms.values import UNKNOWN, Fields, Instant

OURS: Final = ("handoff", "reminder", "late", "moved")
"""Templates of the messages that Handrail writes by itself."""

SUBJECT_MAX: Final = 200
INCIDENTS_MAX: Final = 20
"""So many incidents are named in one letter."""


class Said(Struct, frozen=True):
    """One thing that a letter says: `title`, what is asked, lines of facts, and the link that answers it (or empty)."""

    title: str
    body: str
    facts: tuple[str, ...] = ()
    link: str = ""
    reference: str = ""


class Letter(Struct, frozen=True):
    """A letter as it leaves. `sign_in` is where its receiver finds the console; several `says` make a digest."""

    to: str
    language: str
    subject: str
    hello: str
    says: tuple[Said, ...]
    notes: tuple[str, ...] = ()
    sign_in: str = ""


class Sending(Struct, frozen=True):
    """What a letter is written with: everything known, the workspace's texts, and how addresses of links begin.

    `links` are the tokens' addresses by message; `reader` is who reads it, as owners are written.
    """

    past: Past
    workspace: Workspace
    now: Instant
    to: str
    reader: str = ""
    links: Mapping[tuple[int, int, int], str] = {}


class NotWritten(Exception):
    """Why a message cannot leave: `overtaken`, or a reason for which it is held."""

    def __init__(self, why: str, *, overtaken: bool = False) -> None:
        super().__init__(why)
        self.overtaken = overtaken


class _About(Struct, frozen=True):
    """What a message is about: the run as it stands, the learner, the handoff (where there is one)."""

    run: RunRow
    state: State
    learner: Person
    each: Pass | None
    handoff: HandoffRow | None


class _Reader(Struct, frozen=True):
    """Who reads it: a person (or None, for a shared mailbox), in which language and zone."""

    person: Person | None
    language: str
    zone: str


def letter_of(sending: Sending, row: MessageRow) -> Letter:
    """The message as it is to leave now. Raises NotWritten."""
    message = coding.unpack(row.body, Message)
    reader = _reader(sending, row)
    if message.template == INCIDENTS:
        return _of_incidents(sending, row, reader)
    about = _about(sending, row)
    if message.template in OURS:
        return _ours(sending, row, message, about, reader)
    return _authors(sending, row, message, about, reader)


def one_of(letters: Sequence[Letter]) -> Letter:
    """Several letters to one address as one."""
    first = letters[0]
    if len(letters) == 1:
        return first
    says = tuple(said for letter in letters for said in letter.says)
    notes = tuple(dict.fromkeys(note for letter in letters for note in letter.notes))
    sign_in = next((letter.sign_in for letter in letters if letter.sign_in), "")
    subject = words_in(first.language).many.format(len(says))
    return structs.replace(first, subject=subject, says=says, notes=notes, sign_in=sign_in)


def _reader(sending: Sending, row: MessageRow) -> _Reader:
    organization = sending.past.organization(then_of(sending.now))
    owner = sending.reader or row.receiver
    number = own_id_of(owner)
    person = sending.past.person(number, then_of(sending.now)) if number is not None else None
    if person is None:
        return _Reader(None, organization.language, organization.zone)
    language = person.language if isinstance(person.language, str) else organization.language
    return _Reader(person, language, zone_for(person, organization))


def _about(sending: Sending, row: MessageRow) -> _About:
    past = sending.past
    run = past.run(row.run)
    if run is None:
        raise NotWritten(f"held: there is no run R-{row.run}")
    state = coding.unpack(run.state, State)
    learner = past.person(run.person, then_of(sending.now))
    if learner is None:
        raise NotWritten("held: the person it is about is not known any more")
    number = row.about or row.pass_
    each = next((one for one in state.passes if one.number == number), None)
    handoff = next((one for one in past.store.handoffs_of_run(run.id) if one.pass_ == number), None)
    return _About(run, state, learner, each, handoff)


# Our own


def _ours(sending: Sending, row: MessageRow, message: Message, about: _About, reader: _Reader) -> Letter:
    """What is asked, of whom, since when, until when, what if not, and where to answer."""
    found = open_handoff(sending.past, about.handoff) if about.handoff is not None else None
    if found is None or found.row.closed is not None:
        raise NotWritten("overtaken: the handoff is closed", overtaken=True)
    if found.row.owner != row.receiver:
        raise NotWritten("overtaken: the handoff is somebody else's", overtaken=True)
    texts = sending.workspace.translations.get(found.plan.journey, {}).get(reader.language, {})
    asked = question_of(sending.past, found, sending.now, lambda key: texts.get(key, ""))
    words = words_in(reader.language)
    title = texts.get("title", "") or asked.title
    link = sending.links.get(row[:3], "") if asked.answers else ""
    facts = _facts(words, asked, title, reader, texts)
    if message.template == "moved":
        own = row.receiver.startswith("person:") and sending.reader in ("", row.receiver)
        facts = (*facts, words.yours if own else words.holder.format(asked.owner_name))
    what = f"{asked.about}, {title}"
    said = Said(what, asked.asked or asked.waits_for, facts, link, f"R-{asked.run}, handoff {asked.pass_}")
    subject = words.subjects[message.template].format(asked.asked or what)
    return _letter(sending, row, reader, subject, said)


def _facts(words: Words, asked: Question, title: str, reader: _Reader, texts: Mapping[str, str]) -> tuple[str, ...]:
    facts = [words.about.format(asked.about, title)]
    facts.append(words.since.format(moment_in(reader.language, asked.opened, reader.zone)))
    if asked.before:
        facts.append(words.before.format(", ".join(asked.before)))
    if asked.due is not None:
        until = words.late if asked.late else words.until
        facts.append(until.format(until_in(reader.language, asked.due, reader.zone)))
        facts.append(words.otherwise.format(otherwise_in(words, asked.otherwise)))
    if asked.answers:
        said = (texts.get(f"{asked.step}.answers.{word}", "") or answer_shown(word) for word in asked.answers)
        facts.append(words.answers.format(", ".join(said)))
    return tuple(facts)


def _letter(sending: Sending, row: MessageRow, reader: _Reader, subject: str, said: Said) -> Letter:
    words = words_in(reader.language)
    hello = words.hello.format(_name(reader.person)) if reader.person is not None else words.hello_all
    notes = [words.once] if said.link else []
    if sending.reader and sending.reader != row.receiver and row.receiver.startswith("person:"):
        notes.insert(0, words.for_somebody.format(Names(sending.past).owner(row.receiver)))
    base = sending.workspace.settings.web.url
    sign_in = f"{base}/handoffs" if base else ""
    return Letter(sending.to, reader.language, _one_line(subject), hello, (said,), tuple(notes), sign_in)


def _of_incidents(sending: Sending, row: MessageRow, reader: _Reader) -> Letter:
    """What is wrong now of what the receiver answers for, the oldest first."""
    found = [each for each in sending.past.store.incidents() if each.owner == row.receiver]
    if not found:
        raise NotWritten("overtaken: it is over", overtaken=True)
    words, names = words_in(reader.language), Names(sending.past)
    facts = [_incident(words, each, names, reader) for each in found[:INCIDENTS_MAX]]
    if len(found) > INCIDENTS_MAX:
        facts.append(words.many_more.format(len(found) - INCIDENTS_MAX))
    title = facts[0].partition(" (")[0].partition(". ")[0]
    said = Said(title, "\n\n".join(facts))
    letter = _letter(sending, row, reader, words.subjects[INCIDENTS].format(title), said)
    base = sending.workspace.settings.web.url
    return structs.replace(letter, sign_in=f"{base}/incidents" if base else "")


def _incident(words: Words, row: IncidentRow, names: Names, reader: _Reader) -> str:
    known = coding.unpack(row.body, Incident)
    why = known.why.rstrip(".")
    if known.kind == "out of reach":
        return words.out_of_reach.format(
            known.about, moment_in(reader.language, to_instant(row.opened), reader.zone), why
        )
    return words.came_back.format(names.owner(known.about), f"{known.address}: {why}" if known.address else why)


# The author's


def _authors(sending: Sending, row: MessageRow, message: Message, about: _About, reader: _Reader) -> Letter:
    """The author's own text, in the receiver's language where it is written in that, else the organization's."""
    workspace = sending.workspace
    written = workspace.messages.get(message.template)
    if not written:
        raise NotWritten(f"held: there is no message {message.template} in the workspace any more")
    text = written.get(reader.language) or written.get(workspace.settings.language) or next(iter(written.values()))
    link = sending.links.get(row[:3], "")
    scope = _scope(sending, about, reader, link)
    subject, body = _filled(parse_text(text.subject), scope), _filled(parse_text(text.body), scope)
    return Letter(
        sending.to, reader.language, _one_line(subject), "", (Said(subject, body, link="" if link in body else link),)
    )


def _scope(sending: Sending, about: _About, reader: _Reader, link: str) -> Scope:
    """What the author's text may name: the run's own values, and the handoff's."""
    kept = sending.past.plans[about.run.plan]
    state = structs.replace(
        about.state, results={**about.state.results, "handoff": _handoff(sending, about, reader, link)}
    )
    world = sending.past.world(about.learner, kept.plan, then_of(sending.now), state)
    draft = Draft(program_of(kept.plan), state, world, sending.now)
    return draft.scope(about.each.items, about.each.step) if about.each is not None else draft.scope()


def _handoff(sending: Sending, about: _About, reader: _Reader, link: str) -> Fields:
    base = sending.workspace.settings.web.url
    where = link or (f"{base}/handoffs" if base else None)
    if about.each is None:
        return Fields({"due": None, "owner": None, "link": where})
    owner, due = Names(sending.past).owner(about.each.owner), about.each.due
    until = until_in(reader.language, due, reader.zone) if due is not None else None
    return Fields({"due": until, "owner": owner, "link": where})


def _one_line(text: str) -> str:
    return " ".join(text.split())[:SUBJECT_MAX]


def _filled(parts: Text, scope: Scope) -> str:
    if len(parts) == 1 and isinstance(parts[0], str):
        return parts[0]
    value = value_of_with(parts)(scope)
    return "" if value is None or value is UNKNOWN else str(value)


def _name(person: Person) -> str:
    names: Mapping[str, object] = {"given": person.given_name, "whole": person.name}
    return next((name for name in (names["whole"], names["given"]) if isinstance(name, str) and name), f"P-{person.id}")
