"""What always holds of a message box, whatever is put into it and whenever: nobody waits for ever, and nobody is told too much."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as some
from tests.unit.core.plans import MONDAY, world_of

from handrail.calendar.working import next_working_time
from handrail.calendar.zones import local_day
from handrail.core.owners import calendar_of
from handrail.core.post import NEVER_HELD, WEEK, entered, leaves_at, post
from handrail.terms.effect import Message
from handrail.terms.message import Box, Boxed, Closed, Key, Leaving, Manners, Opened, Posted, PutIn
from handrail.terms.values import Instant

WORLD = world_of()
BER = calendar_of("person:2", WORLD)
URGENCIES = some.sampled_from(["first", "reminder", "escalation", "news"])


class Step(NamedTuple):
    """What happens next: after so many hours, to which handoff, and for a message how it is."""

    hours: int
    kind: str
    about: int
    urgency: str
    late: int
    tells: bool


STEPS = some.lists(
    some.builds(
        Step,
        some.integers(0, 40),  # hours since the step before
        some.sampled_from(["put in", "put in", "put in", "closed", "opened"]),
        some.integers(1, 6),  # the handoff
        URGENCIES,
        some.sampled_from([0, 0, 3, 30, 200]),  # hours until it is too late; 0: never
        some.booleans(),  # a move of its list tells it
    ),
    max_size=40,
)


class Played:
    """A box to which all of it happens, until it is empty."""

    def __init__(self, steps: list[Step], manners: Manners) -> None:
        self.box = Box("person:2", manners=manners)
        self.now = MONDAY
        self.put: dict[Key, tuple[Message, Instant]] = {}
        self.left: list[tuple[Instant, Leaving]] = []
        self.ended: Counter[Key] = Counter()
        for rung, step in enumerate(steps):
            self._step(rung, step)
        for _ in range(500):
            if self.box.wake_at is None:
                break
            assert self.box.wake_at > self.now, "what is due has left"
            self.now = self.box.wake_at
            self._took(post(self.box, Opened(), WORLD, self.now))

    def _step(self, rung: int, step: Step) -> None:
        until = self.now + timedelta(hours=step.hours)
        while self.box.wake_at is not None and self.box.wake_at <= until:
            self.now = self.box.wake_at
            self._took(post(self.box, Opened(), WORLD, self.now))
        self.now, about = until, step.about
        if step.kind == "closed":
            self._took(post(self.box, Closed(7, about), WORLD, self.now))
        elif step.kind == "opened":
            self._took(post(self.box, Opened(), WORLD, self.now))
        else:
            not_after = self.now + timedelta(hours=step.late) if step.late else None
            message = Message(
                about, rung, "s", "person:2", "x", step.urgency, 0 if step.tells else about, not_after=not_after, tell=step.tells  # type: ignore[arg-type]
            )  # fmt: skip
            self.put[7, about, rung] = message, self.now
            self._took(post(self.box, PutIn(7, message), WORLD, self.now))

    def _took(self, posted: Posted) -> None:
        self.box = posted.box
        self.left += [(self.now, each) for each in posted.leaving]
        self.ended.update(key for key, _ in posted.ended)

    def said_on(self) -> Counter[tuple[object, int]]:
        """How many letters there were on each day about each handoff, but those that could not wait for tomorrow."""
        found: Counter[tuple[object, int]] = Counter()
        for at, letter in self.left:
            day = local_day(at, BER.zone)
            for about in {about for _, about, _ in letter.keys}:
                messages = [self.put[key][0] for key in letter.keys if key[1] == about]
                pressing = any(each.urgency in NEVER_HELD and each.not_after is not None for each in messages)
                if not pressing:
                    found[day, about] += 1
        return found


PLAYS = some.builds(Played, STEPS, some.builds(Manners, some.integers(1, 5), some.integers(2, 6), some.integers(1, 5)))


@given(PLAYS)
def test_every_message_ends_once_and_the_box_empties_itself(played: Played) -> None:
    assert played.box.waiting == ()
    assert played.ended == Counter(dict.fromkeys(played.put, 1))


@given(PLAYS)
def test_nobody_has_two_letters_about_one_handoff_on_one_day_unless_tomorrow_is_too_late(played: Played) -> None:
    assert all(many == 1 for many in played.said_on().values())


@given(PLAYS)
def test_everything_leaves_in_working_time(played: Played) -> None:
    assert all(next_working_time(at, BER) == at for at, _ in played.left)


@given(PLAYS)
def test_no_week_has_more_letters_of_reminders_and_news_than_its_measure(played: Played) -> None:
    capped = [
        at for at, letter in played.left if any(played.put[key][0].urgency not in NEVER_HELD for key in letter.keys)
    ]
    most = played.box.manners.weekly_cap
    assert all(later - first >= WEEK for first, later in zip(capped, capped[most:], strict=False))


@given(PLAYS)
def test_an_escalation_leaves_in_the_next_working_minute_or_the_morning_after_its_handoff_was_spoken_of(
    played: Played,
) -> None:
    for at, letter in played.left:
        for key in letter.keys:
            message, put = played.put[key]
            soonest = next_working_time(put, BER)
            if message.urgency == "escalation" and at > soonest:
                assert _spoken_before(played, key[1], soonest, at), "it waited for nothing else"


def _spoken_before(played: Played, about: int, soonest: Instant, until: Instant) -> bool:
    """Whether a letter spoke of the handoff on the day on which it might have left."""
    days = {
        local_day(at, BER.zone) for at, each in played.left if at < until and any(key[1] == about for key in each.keys)
    }
    return any(soonest_day <= day for day in days for soonest_day in [local_day(soonest, BER.zone)])


HOURS = some.sampled_from([-30, 0, 3, 30, 200])
MOMENTS = some.integers(0, 400).map(lambda hours: MONDAY + timedelta(hours=hours))


@given(MOMENTS, some.none() | some.tuples(URGENCIES, some.integers(0, 60), HOURS), URGENCIES, some.none() | HOURS)
def test_a_message_that_enters_a_box_waits_for_the_moment_at_which_the_box_lets_it_go(
    now: Instant, older: tuple[str, int, int] | None, urgency: str, late: int | None
) -> None:
    def message(rung: int, urgency: str, late: int | None) -> Message:
        not_after = None if late is None else now + timedelta(hours=late)
        return Message(1, rung, "s", "person:2", "x", urgency, 1, not_after=not_after)  # type: ignore[arg-type]

    new = Boxed(7, message(1, urgency, late), now)
    waits = () if older is None else (Boxed(7, message(0, older[0], older[2]), now - timedelta(hours=older[1])),)
    posted = post(Box("person:2", waits), PutIn(new.run, new.message), WORLD, now)
    box, overtaken = entered(Box("person:2", waits), new)
    assert overtaken == [each for each in posted.ended if each[1] == "overtaken"]
    for each in box.waiting:
        assert leaves_at(box, each, BER, now) == (posted.box.wake_at or now)
