"""What leaves the message boxes of people while journeys go on, and what does not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from handrail.engine.by_hand.absences import Away, set_absence
from handrail.engine.mailing import MAIL_DRIVER, Became, Mail, bounced, leaving, recover
from handrail.engine.posting.boxes import LOST
from handrail.store.moments import to_millis
from handrail.store.rows import MessageRow
from handrail.testing import Answers, Somebody, Stage

ASKING = """
journey: asking
title: Asking
purpose: To show what is told to whom.
accountable: team:people
starts:
  hired: { event: person.hired }
once: per person
defaults:
  owner: team:people
  within: 5 business days
  if_late: { stop: nobody answered }
  if_fails: { stop: could not be done }
steps:
  agree:
    ask: manager
    question: May it begin?
    answers: { yes_it_may: continue, not_now: { stop: not now } }
    remind: [ after 1 hour ]
  hello: { tell: learner, message: hello }
"""
SATURDAY, MONDAY = date(2026, 3, 7), date(2026, 3, 9)


def on_stage(begin: date, text: str = ASKING) -> tuple[Stage, Somebody]:
    """A stage with a journey, and a manager."""
    stage = Stage(text, begin)
    return stage, stage.person("Mia Manager")


def messages(stage: Stage) -> list[MessageRow]:
    found = stage.engine.store.database.look("SELECT * FROM message ORDER BY run, pass, rung")
    return [MessageRow(*row) for row in found]


def watched(stage: Stage) -> list[Mail]:
    """The mails that leave from now on."""
    mails: list[Mail] = []
    sends = stage.engine.mail
    assert sends is not None

    def sent(mail: Mail) -> Sequence[Became]:
        mails.append(mail)
        return sends(mail)

    stage.engine.mail = sent
    return mails


def test_a_message_about_a_handoff_that_was_closed_meanwhile_never_leaves() -> None:
    stage, mia = on_stage(SATURDAY)
    lena = stage.hire("Lena Learner", manager=mia)
    stage.answer("agree", "yes_it_may")
    stage.pass_time(days=3)
    assert "this is yours now" not in stage.timeline(lena)
    assert messages(stage)[0].outcome == "overtaken: the handoff is closed"


def test_a_first_notice_and_a_reminder_do_not_leave_in_the_same_minute() -> None:
    stage, mia = on_stage(SATURDAY)
    lena = stage.hire("Lena Learner", manager=mia)
    stage.pass_time(days=4)
    said = stage.timeline(lena)
    assert "Mon 2026-03-09 09:00  ✉ to Mia Manager: this is yours now (agree)" in said
    assert "Tue 2026-03-10 09:00  ✉ to Mia Manager: a reminder (agree)" in said


def test_whoever_has_a_handoff_no_longer_is_not_told_that_it_is_theirs() -> None:
    stage, mia = on_stage(SATURDAY)
    fred = stage.person("Fred Friend")
    lena = stage.hire("Lena Learner", manager=mia)
    stage.change(lena, manager=fred)
    stage.pass_time(days=3)
    assert "✉ to Fred Friend: this is yours now (agree)" in stage.timeline(lena)
    assert "✉ to Mia Manager" not in stage.timeline(lena)


def test_before_the_first_day_a_message_goes_to_the_private_address() -> None:
    stage, mia = on_stage(MONDAY)
    stage.when("agree", Answers("yes_it_may", after=timedelta(hours=1)))
    lena = stage.hire(
        "Lena Learner", manager=mia, hired_on=date(2026, 4, 1), status="preboarding", personal_email="lena@home.example"
    )
    stage.pass_time(days=1)
    assert "✉ to Lena Learner: message hello, by private e-mail" in stage.timeline(lena)


def test_many_of_one_moment_come_as_one_digest() -> None:
    stage, mia = on_stage(MONDAY)
    mails = watched(stage)
    for number in range(5):
        stage.hire(f"New {number}", manager=mia)
    stage.pass_time(days=2)
    digests = [mail for mail in mails if len(mail.rows) > 1]
    assert [[row.urgency for row in mail.rows] for mail in digests] == [["first"] * 5, ["reminder"] * 5]
    assert {row.outcome for row in messages(stage) if row.urgency == "reminder"} == {"in digest"}


def test_the_weekly_measure_holds_news_and_never_a_first_notice() -> None:
    stage, mia = on_stage(
        MONDAY, ASKING.replace("    remind: [ after 1 hour ]\n", "").replace("tell: learner", "tell: manager")
    )
    stage.when("agree", Answers("yes_it_may", after=timedelta(hours=1)))
    for number in range(14):
        stage.hire(f"New {number}", manager=mia)
        stage.pass_time(hours=2 if number % 3 else 20)
    stage.pass_time(hours=2)
    sent = [row.urgency for row in messages(stage) if row.outcome]
    assert sent.count("first") == 14
    assert sent.count("news") == 10
    stage.pass_time(days=30)
    assert all(row.outcome for row in messages(stage))


def test_a_message_of_a_step_that_bounces_is_somebodys_handoff() -> None:
    stage, mia = on_stage(MONDAY, ASKING + "  later: { pause: 30 days }\n")
    stage.when("agree", Answers("yes_it_may", after=timedelta(hours=1)))
    sends = stage.engine.mail
    assert sends is not None
    gone = "bounced: the mailbox is gone"
    stage.engine.mail = lambda mail: bounced(mail, gone) if mail.rows[0].template == "hello" else sends(mail)
    lena = stage.hire("Lena Learner", manager=mia)
    stage.pass_time(days=2)
    assert "is with team people" in stage.timeline(lena)
    assert gone in {row.outcome for row in messages(stage)}


def test_with_nobody_to_send_mail_messages_wake_nobody() -> None:
    stage, mia = on_stage(MONDAY, ASKING.replace("    remind: [ after 1 hour ]\n", ""))
    stage.engine.mail = None
    stage.hire("Lena Learner", manager=mia)
    due = stage.engine.next_due()
    assert due is not None
    assert due > stage.clock.now


def test_what_is_for_a_team_without_an_address_is_read_by_its_lead() -> None:
    stage, mia = on_stage(MONDAY, ASKING.replace("ask: manager", "ask: team:people"))
    mails = watched(stage)
    lead = stage.engine.worlds.organization.teams["people"].lead
    assert lead is not None
    for number in range(3):
        stage.hire(f"New {number}", manager=mia)
    stage.pass_time(days=1)
    assert {mail.reader for mail in mails} == {f"person:{lead}"}
    assert {row.receiver for mail in mails for row in mail.rows} == {"team:people"}


def test_the_box_of_somebody_who_is_away_is_read_by_their_delegate() -> None:
    stage, mia = on_stage(SATURDAY)
    fred = stage.person("Fred Friend")
    mails = watched(stage)
    away = Away(mia.id, SATURDAY, MONDAY, fred.id)
    set_absence(stage.engine, away, "person:1", stage.clock.now)
    for number in range(2):
        stage.hire(f"New {number}", manager=mia)
    stage.hire("Nora New", manager=fred)
    stage.hire("Nils New", manager=fred)
    stage.pass_time(days=2, hours=12)
    (mail,) = mails
    assert (mail.reader, {row.receiver for row in mail.rows}) == (
        f"person:{fred.id}",
        {f"person:{mia.id}", f"person:{fred.id}"},
    )


def test_what_a_dead_process_claimed_is_held_and_not_sent_twice() -> None:
    stage, mia = on_stage(MONDAY)
    mails = watched(stage)
    stage.engine.mail = None
    stage.hire("Lena Learner", manager=mia)
    stage.pass_time(hours=1)
    assert len(leaving(stage.engine, stage.engine.mail_epoch, stage.clock.now)[0]) == 1
    at = to_millis(stage.clock.now)
    epoch = stage.engine.store.take_driver(MAIL_DRIVER, "another", at, at, force=True)
    assert recover(stage.engine, epoch, stage.clock.now) == 1
    assert recover(stage.engine, epoch, stage.clock.now) == 0
    assert [row.outcome for row in messages(stage) if row.urgency == "first"] == [LOST]
    assert mails == []
