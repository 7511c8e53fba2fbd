"""A moving as people look at it: what a new version would do to each open run, what became of each, and the sums.

The page and the command show these structures and reckon nothing. Who may see whom is the caller's matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from handrail.insight.knowing.authors import authors
from handrail.insight.lists import Names
from handrail.insight.past import EVER, Past, Then
from handrail.insight.telling.wording import count_text, due_text, event_text, sentence_case, words_of
from handrail.store.moments import to_instant
from handrail.store.schema.moving_rows import MovingRow, MovingRunRow
from handrail.terms import coding
from handrail.terms.change import Change, MovingKept, SetsOff, Shift, ShiftSum, Stands
from handrail.terms.values import Instant

State: TypeAlias = Literal["previewing", "previewed", "applying", "applied", "reverting", "reverted", "set aside"]
Word: TypeAlias = Literal["moves", "stays", "cannot", "ended", "moved", "stayed", "moved back"]

LINES_MAX: Final = 500
_DAY: Final = 86_400


class Counts(Struct, frozen=True):
    """How many lines there are of each kind; each sum is the number of lines.

    As previewed: `moves + stays + cannot = open`. As applied: `moved + stayed + could_not + ended = open`, with `waiting` for those
    whose turn has not come. Of what moved, as taken back: `moved_back + not_back + ended_since`.
    """

    open: int = 0
    moves: int = 0
    stays: int = 0
    cannot: int = 0
    moved: int = 0
    stayed: int = 0
    could_not: int = 0
    ended: int = 0
    waiting: int = 0
    moved_back: int = 0
    not_back: int = 0
    ended_since: int = 0

    @property
    def add_up(self) -> bool:
        """Whether every open run is accounted for."""
        seen = self.moved + self.stayed + self.could_not + self.ended + self.waiting
        return self.open == seen == self.moves + self.stays + self.cannot


class Hindrance(Struct, frozen=True):
    """What keeps so many runs where they are, and the step of their own version that it is about, in words."""

    why: str
    step: str
    many: int


class DateShift(Struct, frozen=True):
    """What happens to so many limits of a step, in a sentence; `least_days` and `most_days` say by how much (less than 0: earlier)."""

    step: str
    many: int
    text: str
    least_days: float
    most_days: float


class MovingSeen(Struct, frozen=True):
    """A moving: from and to which version, by whom, how far it is, what it comes to, in one sentence and in figures.

    `at` is the moment that the preview is of. `ends` runs would be over at once, `late` limits would have passed already,
    `owners` handoffs would have another owner; `sets_off` says what would leave at once, with counts of runs.
    `by`, `applied_by` and `reverted_by` are names; `plans` are the numbers of the two versions in the store.
    """

    number: int
    journey: str
    title: str
    state: State
    sentence: str
    counts: Counts
    from_version: str
    to_version: str
    at: Instant
    by: str
    applied_by: str
    reverted_by: str
    ended: Instant | None
    hindered: tuple[Hindrance, ...]
    shifts: tuple[DateShift, ...]
    sets_off: tuple[tuple[str, int], ...]
    ends: int
    late: int
    owners: int
    plans: tuple[int, int] = (0, 0)


class Standing(Struct, frozen=True):
    """An open handoff: its step, who answers for it, until when."""

    step: str
    owner: str
    due: Instant | None


class MovingLine(Struct, frozen=True):
    """One person's run in a moving: what was found, what became of it, its handoffs before and after, each shift in a sentence.

    `is_` is the newest word on it; `note` says where it came out otherwise than previewed. `hears` are events that came since
    the run began and that only its new version waits for: they count as it moves.
    """

    run: str
    person: str
    name: str
    is_: Word
    why: str
    step: str
    note: str
    before: tuple[Standing, ...]
    after: tuple[Standing, ...]
    shifts: tuple[str, ...]
    sets_off: tuple[str, ...]
    ends: str
    hears: tuple[str, ...] = ()
    late: int = 0


Only: TypeAlias = Literal["", "shifts", "late"]
"""Lines with dates that shift, or with some that would have passed already."""


def movings(past: Past, journey: str = "", limit: int = 20) -> tuple[MovingSeen, ...]:
    """The movings of a journey (of all, without one), the newest first; previews that others replaced are left out."""
    where = "journey = ? AND" if journey else ""
    ask = f"SELECT * FROM moving WHERE {where} state <> 'set aside' ORDER BY id DESC LIMIT ?"  # noqa: S608 - of two constants
    rows = [MovingRow(*row) for row in past.store.database.read(ask, (journey, limit) if journey else (limit,))]
    called_by = authors(past, (by for row in rows for by in (row.by, row.applied_by, row.reverted_by)))
    return tuple(_seen(past, row, called_by) for row in rows)


def moving(past: Past, number: int) -> MovingSeen | None:
    """The moving of that number."""
    found = past.store.database.read("SELECT * FROM moving WHERE id = ?", (number,))
    if not found:
        return None
    row = MovingRow(*found[0])
    return _seen(past, row, authors(past, (row.by, row.applied_by, row.reverted_by)))


def lines(
    past: Past, number: int, words: Iterable[Word] = (), limit: int = LINES_MAX, after: int = 0, only_with: Only = ""
) -> tuple[MovingLine, ...]:
    """The lines of a moving by run; only those of these words, where any are given. `after` is the run before the page."""
    newest = "CASE WHEN back <> '' THEN CASE back WHEN 'cannot' THEN 'moved' ELSE back END WHEN became <> '' THEN became ELSE verdict END"
    wanted = sorted(set(words))
    only = f" AND {newest} IN ({', '.join('?' * len(wanted))})" if wanted else ""
    only += f" AND {only_with} > 0" if only_with else ""
    ask = f"SELECT * FROM moving_run WHERE moving = ? AND run > ?{only} ORDER BY run LIMIT ?"  # noqa: S608 - of constants
    rows = [MovingRunRow(*row) for row in past.store.database.read(ask, (number, after, *wanted, limit))]
    names = Names(past)
    names.fetch(row.person for row in rows)
    zone = past.zone(Then(EVER, EVER))
    return tuple(_line(row, names, zone) for row in rows)


def _seen(past: Past, row: MovingRow, called_by: Callable[[str], str]) -> MovingSeen:
    kept = coding.unpack(row.body, MovingKept)
    counts, sums = _counts(kept), kept.sums
    plan = past.plans[row.plan].plan
    hindered = sorted(sums.hindered.items(), key=lambda each: (-each[1], each[0]))
    shifts = sorted(sums.shifts.items(), key=lambda each: (-each[1].many, each[0]))
    return MovingSeen(
        number=row.id,
        journey=row.journey,
        title=plan.title,
        state=row.state,  # type: ignore[arg-type]
        sentence=_sentence(row, counts),
        counts=counts,
        from_version=past.plans[row.before].plan.hash[:8],
        to_version=plan.hash[:8],
        at=to_instant(row.at),
        by=called_by(row.by),
        applied_by=called_by(row.applied_by),
        reverted_by=called_by(row.reverted_by),
        ended=None if row.ended is None else to_instant(row.ended),
        hindered=tuple(Hindrance(why, _step(step), many) for (why, step), many in hindered),
        shifts=tuple(_shift_sum(key, sum_) for key, sum_ in shifts),
        sets_off=tuple((_leaves(SetsOff(kind, what)), many) for (kind, what), many in sorted(sums.sets_off.items())),  # type: ignore[arg-type]
        ends=sums.ends,
        late=sums.late,
        owners=sums.owners,
        plans=(row.before, row.plan),
    )


def _counts(kept: MovingKept) -> Counts:
    found, became, back = kept.found, kept.became, kept.back
    many = sum(found.values())
    return Counts(
        open=many,
        moves=found.get("moves", 0), stays=found.get("stays", 0), cannot=found.get("cannot", 0),
        moved=became.get("moved", 0), stayed=became.get("stayed", 0), could_not=became.get("cannot", 0),
        ended=became.get("ended", 0), waiting=many - sum(became.values()),
        moved_back=back.get("moved back", 0), not_back=back.get("cannot", 0), ended_since=back.get("ended", 0),
    )  # fmt: skip


def _sentence(row: MovingRow, counts: Counts) -> str:
    """What a moving comes to, as one reads it first."""
    still = counts.moved - counts.moved_back - counts.not_back - counts.ended_since
    runs = count_text(counts.open, "open run")
    match row.state:
        case "previewing" | "previewed" | "set aside":
            said = f"Of {runs}, {counts.moves:,} would move, {counts.stays:,} would stay by choice, {counts.cannot:,} cannot move"
        case "reverted" | "reverting":
            said = f"Of {counts.moved:,} that had moved, {counts.moved_back:,} moved back, {counts.not_back:,} could not, {counts.ended_since:,} had ended"
            said += f", {still:,} wait for their turn" if row.state == "reverting" else ""
        case _:
            said = f"Of {runs}, {counts.moved:,} moved, {counts.stayed:,} stayed by choice, {counts.could_not:,} could not move, {counts.ended:,} had ended meanwhile"
            said += f", {counts.waiting:,} wait for their turn" if row.state == "applying" else ""
    return f"{said}."


def _line(row: MovingRunRow, names: Names, zone: str) -> MovingLine:
    change = coding.unpack(row.body, Change) if row.body else Change("ended", "erased")
    word = row.back if row.back not in ("", "cannot") else row.became or row.verdict
    return MovingLine(
        run=f"R-{row.run}",
        person=f"P-{row.person}",
        name=names.of(row.person),
        is_=word,  # type: ignore[arg-type]
        why=row.why,
        step=_step(row.step),
        note=row.note,
        before=tuple(_standing(each, names) for each in change.before),
        after=tuple(_standing(each, names) for each in change.after),
        shifts=tuple(shift_text(each, names, zone) for each in change.shifts),
        sets_off=tuple(_leaves(each, names) for each in change.sets_off),
        ends=change.ends,
        hears=tuple(event_text(kind) for kind in change.hears),
        late=row.late,
    )


def _standing(each: Stands, names: Names) -> Standing:
    return Standing(_step(each.step) or "(the whole run)", names.owner(each.owner) if each.owner else "", each.due)


# In words


def _step(name: str) -> str:
    """A step's name as it is read: `first_course_done` is `First course done`."""
    return sentence_case(words_of(name))


def shift_text(shift: Shift, names: Names, zone: str) -> str:
    """One shift, as in `Approve: due the end of …, not …, because its limit is 20 days and was 10 days`."""
    before = due_text(shift.before, zone) if shift.before is not None else "no limit of its own"
    after = due_text(shift.after, zone) if shift.after is not None else "no limit of its own"
    was, is_ = (names.owner(shift.was), names.owner(shift.is_)) if shift.cause == "owner" else (shift.was, shift.is_)
    return f"{_step(shift.step)}: due {after}, not {before}, because {_because(shift.cause, was, is_)}."


def _because(cause: str, was: str, is_: str) -> str:
    match cause:
        case "limit":
            return f"its limit is {_limit(is_)} and was {_limit(was)}"
        case "owner" if is_:
            return f"{is_} answers for it now, not {was}"
        case "owner":
            return "somebody else answers for it"
        case "date":
            return "the date that it is made from is another"
        case _:
            return "the limit around it is another"


def _limit(text: str) -> str:
    return text or "none of its own"


def _shift_sum(key: tuple[str, str, str, str], sum_: ShiftSum) -> DateShift:
    step, cause, was, is_ = key
    least, most = sum_.least / _DAY, sum_.most / _DAY
    text = f"{_step(step)}: {count_text(sum_.many, 'date')} {_by(sum_.many, least, most)}, because {_because(cause, was, is_)}."
    return DateShift(_step(step), sum_.many, text, round(least, 1), round(most, 1))


def _by(many: int, least: float, most: float) -> str:
    """`moves 10 days later`, `move 2 to 5 days earlier`, `changes`: by how much, where it is known."""
    verb = "moves" if many == 1 else "move"
    if least == most == 0:
        return "changes" if many == 1 else "change"
    if least < 0 < most:
        return f"{verb}, from {_days(-least)} earlier to {_days(most)} later"
    near, far = sorted((abs(least), abs(most)))
    range_ = _days(far) if _days(near) == _days(far) else f"{_days(near)} to {_days(far)}"
    return f"{verb} {range_} {'earlier' if least < 0 else 'later'}"


def _days(count: float) -> str:
    """So many days, or hours where it is less than two."""
    return f"{round(count):,} days" if count >= 2 else count_text(round(count * 24), "hour")


def _leaves(each: SetsOff, names: Names | None = None) -> str:
    to = f" to {names.owner(each.to)}" if names is not None and each.to else ""
    match each.kind:
        case "call":
            return f"asks {each.what}"
        case "message":
            return f"sends the message “{each.what}”{to}"
        case "journey":
            return f"begins the journey {each.what}"
        case _:
            return "withdraws a call that has not left yet"
