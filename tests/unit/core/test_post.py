"""What leaves a receiver's box: when, where to, and how much."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from msgspec import structs
from tests.unit.core.plans import BUDDY, LEARNER, MANAGER, MONDAY, berlin, world_of

from handrail.core.post import post
from handrail.terms.effect import Message
from handrail.terms.message import Bounced, Box, Closed, Manners, Opened, Posted, PutIn
from handrail.terms.organization import Team
from handrail.terms.values import Instant
from handrail.terms.world import Absence, World

Urgency = Literal["first", "reminder", "escalation", "news"]


def message(
    rung: int, urgency: Urgency = "news", about: int = 0, by: str = "", not_after: Instant | None = None
) -> PutIn:
    return PutIn(7, Message(about or 50 + rung, rung, "step", "person:2", "x", urgency, about, by, not_after=not_after))


class Receiver:
    """A box to which things happen."""

    def __init__(self, receiver: str = "person:2", world: World | None = None, manners: Manners | None = None) -> None:
        self.box = Box(receiver, manners=manners or Manners())
        self.world = world or world_of()
        self.now = MONDAY

    def takes(self, happened: PutIn | Closed | Bounced | Opened) -> Posted:
        made = post(self.box, happened, self.world, self.now)
        assert made == post(self.box, happened, self.world, self.now)
        self.box = made.box
        return made

    def opens(self) -> Posted:
        assert self.box.wake_at is not None
        self.now = max(self.now, self.box.wake_at)
        return self.takes(Opened())


def test_in_working_time_a_message_leaves_at_once() -> None:
    made = Receiver().takes(message(0))
    (leaving,) = made.leaving
    assert (leaving.address, leaving.by, leaving.keys) == ("p2@acme.example", "work e-mail", ((7, 50, 0),))
    assert (made.ended, made.box.waiting, made.box.wake_at) == ((((7, 50, 0), "sent"),), (), None)


def test_outside_working_time_it_waits_for_the_morning() -> None:
    her = Receiver()
    her.now = berlin(7, 12)
    assert her.takes(message(0, "escalation")).leaving == ()
    assert her.box.wake_at == berlin(9, 9)
    assert len(her.opens().leaving) == 1


def test_the_newer_about_a_handoff_takes_the_place_of_the_older() -> None:
    her = Receiver()
    her.now = berlin(7, 12)
    her.takes(message(0, "news", about=4))
    made = her.takes(message(1, "reminder", about=4))
    assert made.ended == (((7, 4, 0), "overtaken"),)
    assert [each.key for each in her.box.waiting] == [(7, 4, 1)]


def test_a_reminder_does_not_take_the_place_of_a_first_notice() -> None:
    her = Receiver()
    her.now = berlin(7, 12)
    her.takes(message(0, "first", about=4))
    assert her.takes(message(1, "reminder", about=4)).ended == (((7, 4, 1), "overtaken"),)


def test_a_handoff_is_spoken_of_once_a_day() -> None:
    her = Receiver()
    her.takes(message(0, "first", about=4))
    assert her.takes(message(1, "reminder", about=4)).leaving == ()
    assert her.box.wake_at == berlin(3, 9)
    assert len(her.opens().leaving) == 1


def test_an_escalation_does_not_wait_for_others_however_many_letters_the_day_had() -> None:
    her = Receiver()
    for number in range(9):
        assert len(her.takes(message(0, "escalation", about=4 + number)).leaving) == 1


def test_whoever_was_told_of_a_handoff_today_is_told_more_tomorrow_unless_that_is_too_late() -> None:
    her = Receiver()
    her.takes(message(0, "first", about=4))
    assert her.takes(message(1, "escalation", about=4)).leaving == ()
    assert her.box.wake_at == berlin(3, 9)
    her = Receiver()
    her.takes(message(0, "first", about=4))
    assert len(her.takes(message(1, "escalation", about=4, not_after=berlin(2, 16))).leaving) == 1


def test_what_two_messages_say_of_one_handoff_comes_in_one_letter() -> None:
    her = Receiver()
    her.now = berlin(7, 12)
    her.takes(message(0, "first", about=4))
    her.takes(PutIn(7, Message(4, 3, "step", "person:2", "course-is-late", "escalation", tell=True)))
    (letter,) = her.opens().leaving
    assert letter.keys == ((7, 4, 0), (7, 4, 3))


def test_after_the_first_few_letters_of_a_day_first_notices_come_together_two_hours_apart() -> None:
    her = Receiver()
    for number in range(4):
        assert len(her.takes(message(0, "first", about=10 + number)).leaving) == 1
    for number in range(6):
        assert her.takes(message(0, "first", about=20 + number)).leaving == ()
    assert her.box.wake_at == MONDAY + timedelta(hours=2)
    (letter,) = her.opens().leaving
    assert len(letter.keys) == 6
    assert len(her.takes(message(0, "first", about=30, not_after=her.now + timedelta(hours=1))).leaving) == 1


def test_a_first_notice_that_waits_for_others_leaves_with_whatever_leaves() -> None:
    her = Receiver()
    for number in range(5):
        her.takes(message(0, "first", about=10 + number))
    made = her.takes(message(0, "escalation", about=30))
    assert sorted(key for each in made.leaving for key in each.keys) == [(7, 14, 0), (7, 30, 0)]


def test_a_manager_of_forty_gets_one_letter_about_forty_handoffs_of_one_night() -> None:
    her = Receiver()
    her.now = berlin(7, 12)
    for number in range(40):
        her.takes(message(0, "first", about=10 + number))
    (letter,) = her.opens().leaving
    assert len(letter.keys) == 40


def test_a_handoff_that_is_closed_takes_its_messages_with_it() -> None:
    her = Receiver()
    her.now = berlin(7, 12)
    her.takes(message(0, "first", about=4))
    her.takes(message(0, "first", about=5))
    made = her.takes(Closed(7, 4))
    assert made.ended == (((7, 4, 0), "overtaken"),)
    assert [each.key for each in her.box.waiting] == [(7, 5, 0)]


def test_a_reminder_that_comes_too_late_is_overtaken() -> None:
    her = Receiver()
    her.now = berlin(7, 12)
    her.takes(message(0, "reminder", about=4, not_after=berlin(8, 0)))
    made = her.opens()
    assert (made.leaving, made.ended) == ((), (((7, 4, 0), "overtaken"),))


def test_whoever_has_many_gets_one_digest() -> None:
    her = Receiver()
    her.now = berlin(7, 12)
    for number in range(5):
        her.takes(message(0, "reminder", about=10 + number))
    her.takes(message(0, "first", about=20))
    made = her.opens()
    assert [len(each.keys) for each in made.leaving] == [6]
    assert [how for _, how in made.ended].count("in digest") == 6
    assert her.box.waiting == ()


def test_the_week_has_a_measure_for_reminders_and_news_but_not_for_first_notices() -> None:
    her = Receiver(manners=Manners(weekly_cap=2))
    for rung in range(3):
        her.takes(message(rung))
    assert len(her.box.waiting) == 1
    assert her.box.wake_at == MONDAY + timedelta(days=7)
    assert len(her.takes(message(9, "first", about=4)).leaving) == 1
    assert len(her.opens().leaving) == 1


def test_several_that_become_ready_together_keep_to_the_measure() -> None:
    her = Receiver(manners=Manners(weekly_cap=2, digest_from=9))
    her.now = berlin(7, 12)
    for rung in range(3):
        her.takes(message(rung))
    assert len(her.opens().leaving) == 2
    assert len(her.box.waiting) == 1
    assert her.box.wake_at is not None
    assert her.box.wake_at > her.now


def test_before_the_first_day_it_goes_to_the_private_address() -> None:
    world = world_of(hired_on=date(2026, 4, 1), personal_email="ann@home.example")
    (leaving,) = Receiver(f"person:{LEARNER}", world).takes(message(0)).leaving
    assert (leaving.address, leaving.by) == ("ann@home.example", "private e-mail")
    nobody = Receiver(f"person:{LEARNER}", world_of(status="preboarding", personal_email=None)).takes(message(0))
    assert (nobody.leaving, nobody.ended) == ((), (((7, 50, 0), "held"),))


def test_a_message_goes_by_the_way_it_says_where_there_is_one() -> None:
    world = world_of(personal_email="ann@home.example")
    (private,) = Receiver(f"person:{LEARNER}", world).takes(message(0, by="private e-mail")).leaving
    (chat,) = Receiver(f"person:{LEARNER}", world).takes(message(0, by="chat")).leaving
    assert (private.by, chat.by) == ("private e-mail", "chat")
    (only,) = (
        Receiver(f"person:{LEARNER}", world_of(email=None, personal_email="a@b.example")).takes(message(0)).leaving
    )
    assert only.address == "a@b.example"


def test_whoever_is_away_is_read_by_their_delegate() -> None:
    absence = Absence(date(2026, 3, 1), date(2026, 3, 9), BUDDY)
    world = structs.replace(world_of(), absences={MANAGER: absence})
    (leaving,) = Receiver(world=world).takes(message(0)).leaving
    assert leaving.address == f"p{BUDDY}@acme.example"


def test_teams_contacts_and_outsiders_are_written_to_where_they_are() -> None:
    world = world_of()
    teams = {**world.organization.teams, "desk": Team("desk", email="desk@acme.example"), "nobody": Team("nobody")}
    world = structs.replace(world, organization=structs.replace(world.organization, teams=teams))
    found = {}
    for to in (
        "team:desk",
        "team:assessment",
        "contact:training-vendor",
        "email:out@side.example",
        "team:nobody",
        "team:x",
        "contact:x",
        "email:",
        "person:99",
    ):
        leaving = Receiver(to, world).takes(message(0)).leaving
        found[to] = leaving[0].address if leaving else "held"
    assert list(found.values()) == [
        "desk@acme.example", "p5@acme.example", "training@vendor.example", "out@side.example",
        "held", "held", "held", "held", "held",
    ]  # fmt: skip


def test_a_bounce_ends_a_message() -> None:
    assert Receiver().takes(Bounced((7, 4, 0))).ended == (((7, 4, 0), "bounced"),)
