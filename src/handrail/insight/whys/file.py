"""What a file brought, asked why: a file that is held, a row of it that was held or refused, a value that was not applied.

What a person's answer says of such rows stands in `why`; here they are asked about themselves.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct, structs

from handrail.insight.answer import Answer, Because, Link, NextChance, Verdict, WaitingFor
from handrail.insight.finding import KeptLine, kept_line
from handrail.insight.past import Past, Then, then_of
from handrail.insight.telling.remedies import of_whole_file
from handrail.insight.telling.wording import (
    count_text,
    day_of,
    moment_text,
    owner_text,
    sentence,
    sentence_case,
    unreadable_text,
    words_of,
)
from handrail.insight.whys.references import Reference, file_ref, person_ref
from handrail.people.ports import NotApplied, SyncRecord
from handrail.store.rows import SyncLineRow
from handrail.terms import coding
from handrail.terms.person import called, field_value
from handrail.terms.values import Instant

_LINES_MAX: Final = 10
"""So many causes of held rows are told of a file; the held page has all."""

_STATES: Final = {
    "staged": "is being looked at", "held": "is held as a whole", "applying": "is being applied", "applied": "was applied",
    "rejected": "was rejected", "superseded": "was overtaken by a newer one", "refused": "was refused",
}  # fmt: skip


class _Asked(Struct, frozen=True):
    """What is asked of: in which past, as of when, in which zone."""

    past: Past
    at: Instant
    then: Then
    zone: str

    def name_of(self, number: int) -> str:
        return called(self.past.person(number, self.then), number)

    def owner(self, owner: str) -> str:
        return owner_text(owner, self.name_of)


def of_file(past: Past, named: Reference, at: Instant) -> Answer:
    """Why a file, a row of it or a value is held, refused or not applied."""
    asked = _Asked(past, at, then_of(at), past.zone(then_of(at)))
    number = named.numbers[0]
    found = past.store.database.read("SELECT body FROM sync WHERE id = ?", (number,))
    if not found or found[0][0] is None:
        return Answer("not known", f"{file_ref(number)} is no file that ever came.")
    record = coding.unpack(found[0][0], SyncRecord)
    if record.arrived > at:
        return Answer("not known", f"{record.file} had not come by then.", zone=asked.zone)
    if named.kind == "file":
        return _whole(asked, _as_it_was(asked, record), number)
    return _row(asked, record, number, named) if named.kind == "row" else _value(asked, record, number, named)


# A file


def _whole(asked: _Asked, record: SyncRecord, number: int) -> Answer:
    owner = asked.owner(record.owner)
    what = f"The file {record.file} ({record.source}, {count_text(record.rows, 'row')})"
    since = day_of(record.arrived, asked.zone)
    stands = record.stands
    sums = f"{stands.applied:,} applied, {stands.no_change:,} without a change, {stands.held:,} held, {stands.refused:,} refused"
    because = _causes(asked, number)
    if record.state == "held":
        commands = ", or ".join(of_whole_file(record, record.mapping))
        return Answer(
            "held", f"{what} has been held as a whole since {since}: {record.reason.rstrip('.')}.",
            because=(Because(record.hold or "held", sentence(record.reason), source=record.source, when=record.arrived), *because),
            waiting_for=(WaitingFor("somebody to release or reject it", owner, record.arrived),),
            next_chance=NextChance("a newer file of this source takes its place"), zone=asked.zone, of=file_ref(number),
            question="Why is this file held?", would_change=(f"{sentence_case(owner)} looks at it and says what it is: {commands}.",),
            links=(Link("file", file_ref(number), record.file),),
        )  # fmt: skip
    came = f"came on {moment_text(record.arrived, asked.zone)} and {_STATES[record.state]}{_ended_by(record)}"
    text = f"{what} {came}: {sums}."
    verdict: Verdict = "applied" if record.state in ("applied", "applying", "staged") else "refused"
    return Answer(
        verdict, text, because=because, zone=asked.zone, of=file_ref(number), question="What became of this file?",
        links=(Link("file", file_ref(number), record.file),),
    )  # fmt: skip


def _causes(asked: _Asked, number: int) -> tuple[Because, ...]:
    """Why rows of it were held or refused, by cause, the commonest first."""
    ask = (
        "SELECT disposition, reason, field, became, count(*), min(line) FROM sync_line WHERE sync = ? "
        "GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC, 6 LIMIT ?"
    )
    told = []
    for disposition, reason, field, became, many, line in asked.past.store.database.read(ask, (number, _LINES_MAX)):
        now = f", and {'is' if many == 1 else 'are'} {became} now" if became and disposition == "held" else ""
        text = f"{count_text(int(many), 'row')} {'was' if many == 1 else 'were'} {disposition}: {str(reason).rstrip('.')}{now}."
        told.append(
            Because(str(disposition), text, file_ref(number, int(line)), seen={"field": str(field)} if field else {})
        )
    return tuple(told)


def _ended_by(record: SyncRecord) -> str:
    """Which file took its place, or who answers for how it ended."""
    if not record.ended_by:
        return ""
    return f", {record.ended_by}" if record.state == "superseded" else f" in the name of {record.ended_by}"


def _as_it_was(asked: _Asked, record: SyncRecord) -> SyncRecord:
    """A file that a newer one took the place of was still held before that one came."""
    if record.state != "superseded":
        return record
    ask = "SELECT body FROM sync WHERE source = ? AND file = ? ORDER BY id DESC LIMIT 1"
    found = asked.past.store.database.read(ask, (record.source, record.ended_by))
    newer = coding.unpack(found[0][0], SyncRecord) if found else None
    if newer is None or newer.arrived <= asked.at:
        return record
    told = next((alert.text.partition(" is held: ")[2] for alert in record.alerts if " is held: " in alert.text), "")
    return structs.replace(record, state="held", reason=told or record.hold)


# A row


def _row(asked: _Asked, record: SyncRecord, number: int, named: Reference) -> Answer:
    line = named.numbers[1]
    found = asked.past.store.database.read("SELECT * FROM sync_line WHERE sync = ? AND line = ?", (number, line))
    if not found:
        text = f"Line {line:,} of {record.file} was neither held nor refused."
        return Answer("not known", text, zone=asked.zone, of=file_ref(number, line))
    kept = kept_line(SyncLineRow(*found[0]), record.file, record.source, record.arrived)
    row, owner = kept.line, asked.owner(kept.line.owner)
    where = f"Line {line:,} of {record.file} ({row.key})" if row.key else f"Line {line:,} of {record.file}"
    why = unreadable_text(row.reason, row.field)
    because = (_told(asked, kept, file_ref(number, line)),)
    links = _links(asked, row, record.file)
    if kept.held_at(asked.at):
        change = (
            f"Mend the mapping and have the file looked at again (handrail held replay {number}), "
            "or have the value corrected where it comes from and send the next file."
        )
        return Answer(
            "held", f"{where} has been held since {day_of(kept.at, asked.zone)}: {why}; {owner} answers for it.",
            row.key, because=because, waiting_for=(WaitingFor("the row to be applied", owner, kept.at),),
            next_chance=NextChance("the mapping is mended, or the next file brings the row again"), zone=asked.zone,
            of=file_ref(number, line), question="Why is this row held?", would_change=(change,), links=links,
        )  # fmt: skip
    verdict: Verdict = "applied" if row.became == "applied" else "refused"
    became = row.became or row.disposition
    by = f" by {row.by}" if row.by else ""
    when = f" on {moment_text(kept.ended, asked.zone)}" if kept.ended is not None else ""
    was = "was held and then" if row.disposition == "held" else "was"
    text = f"{where} {was} {became}{by}{when}: {why}."
    return Answer(verdict, text, row.key, because=because, zone=asked.zone, of=file_ref(number, line), links=links,
                  question="What became of this row?")  # fmt: skip


def _told(asked: _Asked, kept: KeptLine, place: str) -> Because:
    field = {"field": kept.line.field} if kept.line.field else {}
    text = (
        f"It was {kept.line.disposition} when the file came on {moment_text(kept.at, asked.zone)}: {kept.line.reason}"
    )
    return Because(kept.line.disposition, sentence(text), place, seen=field, source=kept.source, when=kept.at)


def _links(asked: _Asked, row: SyncLineRow, file: str) -> tuple[Link, ...]:
    about = () if row.person is None else (Link("person", person_ref(row.person), asked.name_of(row.person)),)
    return (*about, Link("file", file_ref(row.sync), file))


# A value


def _value(asked: _Asked, record: SyncRecord, number: int, named: Reference) -> Answer:
    line, field = named.numbers[1], named.name
    found = asked.past.store.database.read(
        "SELECT body FROM sync_value WHERE sync = ? AND line = ? AND field = ?", (number, line, field)
    )
    of = file_ref(number, line, field)
    if not found:
        return Answer(
            "not known", f"Line {line:,} of {record.file} told no {words_of(field)} that was left out.", of=of
        )
    value = coding.unpack(found[0][0], NotApplied)
    name, owner = asked.name_of(value.person), asked.owner(value.owner)
    keeps = _kept(asked, value)
    told = f"“{value.seen}”" if value.seen else "nothing"
    text = (
        f"The {words_of(field)} that line {line:,} of {record.file} tells of {name} ({told}) was not applied: "
        f"{value.reason.rstrip('.')}; {keeps}, and {owner} answers for it."
    )
    change = "Have it corrected where it comes from; the next file that brings a value which can be read is applied."
    return Answer(
        "held", text, name, because=(Because("not applied", sentence(value.reason), of, seen={field: value.seen},
        source=record.source, when=value.since),), waiting_for=(WaitingFor("a value that can be read", owner, value.since),),
        next_chance=NextChance(f"the next file of {record.source}"), zone=asked.zone, of=of,
        question="Why was this value not applied?", would_change=(change,),
        links=(Link("person", person_ref(value.person), name),),
    )  # fmt: skip


def _kept(asked: _Asked, value: NotApplied) -> str:
    """What they have instead: what was known before stands."""
    person = asked.past.person(value.person, asked.then)
    known = field_value(person, value.field) if person is not None else None
    if value.field in ("manager", "sponsor") and isinstance(known, int):
        return f"{asked.name_of(known)} stays their {value.field}"
    return f"{known} stands" if isinstance(known, str | int | float) and known != "" else "what was known before stands"
