"""One cause is one incident: seen on *today* at once, told to whoever answers for it once a day at most, over when the cause is gone."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.web.letterbox import Letterbox
from tests.web.test_desk import token_of

from handrail.app.mailing.posting import Posting
from handrail.app.mailing.server import Server
from handrail.app.systems.reaching import Reaching
from handrail.connect.port import ItemOutcome
from handrail.connect.standing.contact import Cause
from handrail.engine.incidents import systems
from handrail.engine.incidents.systems import OutOfReach
from handrail.engine.mailing import Became, settle
from handrail.insight.health import connections
from handrail.store.moments import to_millis
from handrail.store.rows import IncidentRow, MessageRow

ADA, BEN = "ada.moreau@example.com", "ben.okoro@example.com"
CAME_BACK = (
    "The letter to Ben Okoro came back: ben.okoro@example.com, 550 5.1.1 mailbox unavailable. 1 handoff waits for them."
)


@pytest.fixture(name="box")
def fixture_box(company: Path) -> Iterator[Letterbox]:
    """A company that writes to a real mail server; Ben looks after Kaya, and Ada leads whoever is accountable."""
    made = Letterbox(company)
    yield made
    made.close()


def incidents(box: Letterbox) -> list[IncidentRow]:
    """All of them, in their order."""
    return box.house.runtime.store.incidents(open_only=False)


def needs_you(box: Letterbox) -> list[str]:
    """What Ada was written about incidents."""
    return [each.text for each in box.letters(ADA) if each.subject.strip().startswith("Needs you: ")]


def look(box: Letterbox, reaching: Reaching) -> None:
    box.house.runtime.do(reaching.look)


def test_a_letter_that_came_back_is_seen_at_once_and_told_to_whoever_is_accountable(box: Letterbox) -> None:
    box.mail.bounce(BEN)
    box.post()
    visitor = box.house.visitor("operations")
    for path in ("/today", "/incidents", "/incidents?format=csv"):
        assert CAME_BACK in visitor.get(path).text.replace("&#39;", "'"), path
    for path in ("/handoffs", "/handoffs/R-1/1"):
        assert "The letter came back: ben.okoro@example.com, 550" in visitor.get(path).text, path
    box.post()
    (letter,) = needs_you(box)
    assert "The letter to Ben Okoro came back (ben.okoro@example.com: 550 5.1.1 mailbox unavailable)." in letter
    assert "/incidents" in letter


def test_it_is_told_once_a_day_however_often_letters_come_back(box: Letterbox) -> None:
    box.mail.bounce(BEN)
    box.post()
    found = box.house.runtime.store.database.read("SELECT * FROM message WHERE receiver = 'person:3'")
    again = Became(MessageRow(*found[0]), "bounced", "bounced: 550 still unavailable", address=BEN)
    for day in range(3):
        for _ in range(2):
            box.house.runtime.do(lambda engine, now: settle(engine, [again], now))
            box.post()
            box.post()
        assert len(needs_you(box)) == day + 1
        box.clock.to(box.now() + timedelta(days=1))
    (incident,) = incidents(box)
    assert incident.many == 7, "one cause, however often"


def test_it_is_over_when_a_letter_arrives_again(box: Letterbox) -> None:
    box.mail.bounce(BEN)
    box.post()
    found = box.house.runtime.store.database.read("SELECT * FROM message WHERE receiver = 'person:3'")
    arrived = Became(MessageRow(*found[0]), "sent")
    box.house.runtime.do(lambda engine, now: settle(engine, [arrived], now))
    (incident,) = incidents(box)
    assert incident.ended is not None
    visitor = box.house.visitor("operations")
    assert "came back" not in visitor.get("/today").text
    assert "came back" not in visitor.get("/handoffs").text
    assert "Ben Okoro" in visitor.get("/incidents?also=over").text


def test_it_is_over_when_nothing_waits_for_them_any_more(box: Letterbox) -> None:
    box.mail.bounce(BEN)
    box.post()
    ben = box.house.visitor("manager", person=3)
    ben.post("/handoffs/R-1/1/answer", data={"answer": "done", "field.who": "Ana", **token_of(ben)})
    look(box, Reaching(box.house.runtime))
    assert [each.ended is not None for each in incidents(box)] == [True]


def test_whoever_is_accountable_is_not_written_to_where_nothing_reaches_them(box: Letterbox) -> None:
    box.mail.bounce(ADA)
    box.post()
    box.post()
    (incident,) = incidents(box)
    assert incident.owner == "team:learning"
    assert box.letters(ADA) == []
    asked = "SELECT count(*) FROM message WHERE template = 'incidents'"
    assert box.house.runtime.store.database.read(asked)[0][0] == 0
    assert "The letter to team learning came back" in box.house.visitor("operations").get("/today").text


def test_an_address_is_shown_to_those_alone_who_see_whose_it_is(box: Letterbox) -> None:
    box.mail.bounce(BEN)
    box.post()
    for role in ("operations in Service", "manager"):
        visitor = box.house.visitor(role, person=4)
        for path in ("/today", "/incidents"):
            text = visitor.get(path).text
            assert BEN not in text
            assert "somebody whom you may not see" in text


def test_a_system_out_of_reach_is_one_incident_until_it_answers(box: Letterbox) -> None:
    runtime, reaching = box.house.runtime, Reaching(box.house.runtime)
    (driver,) = [each for each in runtime.drivers if each.name == "lms"]
    down = ItemOutcome("", "failed", failure="transient", code="503", reason="HTTP 503: down for repair")
    for _ in range(6):
        runtime.do(lambda _, now: driver.note(down, now))
    look(box, reaching)
    look(box, reaching)
    (incident,) = incidents(box)
    assert (incident.cause, incident.owner, incident.ended) == ("lms/transient/503", "team:learning", None)
    visitor = box.house.visitor("operations")
    today = visitor.get("/today").text
    assert "lms is out of reach: HTTP 503: down for repair." in today
    assert '<a href="/connections/lms">' in today
    box.post()
    box.post()
    assert len(needs_you(box)) == 1
    box.clock.to(driver.state.breaker.until or box.now())
    runtime.do(lambda _, now: driver.note(None, now))
    look(box, reaching)
    assert incidents(box)[0].ended is not None
    assert "out of reach" not in visitor.get("/today").text
    assert re.search(r"lms was out of reach: HTTP 503", visitor.get("/incidents?also=over").text)


def test_a_system_that_never_answered_is_said_to_be_out_of_reach_by_everything_that_names_it(box: Letterbox) -> None:
    runtime, reaching = box.house.runtime, Reaching(box.house.runtime)
    (driver,) = [each for each in runtime.drivers if each.name == "lms"]
    down = ItemOutcome(
        "", "failed", failure="transient", code="not_reached", reason="lms could not be reached: refused"
    )
    visitor = box.house.visitor("operations")
    runtime.do(lambda _, now: driver.note(down, now))
    look(box, reaching)
    assert incidents(box) == [], "one call that failed is no outage"
    assert "It was not called yet" not in visitor.get("/connections/lms").text
    for _ in range(8):
        box.clock.to(box.now() + timedelta(seconds=61))
        runtime.do(lambda _, now: driver.note(down, now))
        look(box, reaching)
    said = r"It cannot be reached \(lms could not be reached: refused\)\. Nothing was answered since [^.]+\. No call waits for it\."
    for path in ("/connections", "/connections/lms", "/connections?format=csv"):
        assert re.search(said, visitor.get(path).text), path
    assert "1 connection does not go as it should" in visitor.get("/connections").text
    assert "lms is out of reach: lms could not be reached: refused." in visitor.get("/today").text
    (found,) = connections(runtime.store, box.now())
    assert found.said.startswith("Nothing was answered since ")
    assert found.said.endswith(" UTC (lms could not be reached: refused); no call waits for it.")
    runtime.do(lambda _, now: driver.note(None, now))
    look(box, reaching)
    assert connections(runtime.store, box.now()) == ()
    assert "It answers." in visitor.get("/connections").text
    assert "out of reach" not in visitor.get("/today").text


def test_a_system_that_is_asked_and_silent_is_out_of_reach_but_not_for_what_we_slept_through(box: Letterbox) -> None:
    runtime, reaching = box.house.runtime, Reaching(box.house.runtime)
    (driver,) = [each for each in runtime.drivers if each.name == "lms"]
    runtime.do(lambda _, now: driver.note(None, now))
    look(box, reaching)
    box.clock.to(box.now() + timedelta(hours=3))
    look(box, reaching)
    assert incidents(box) == [], "the clock was set: nobody was asked meanwhile"
    for _ in range(3):
        box.clock.to(box.now() + timedelta(minutes=3))
        look(box, reaching)
    assert [each.cause for each in incidents(box)] == ["lms/transient/silent"]


def test_a_mail_server_that_is_not_there_is_an_incident(box: Letterbox) -> None:
    runtime, now = box.house.runtime, to_millis(box.now())
    epoch = runtime.store.take_driver("mail", "test", now, now, force=True)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        server = Server(f"smtp://127.0.0.1:{nobody.getsockname()[1]}", "learning@example.com")
        box.posting = runtime.posting = Posting(runtime, server, epoch)
        box.post()
    look(box, Reaching(runtime))
    runtime.posting = None
    assert [(each.cause, each.owner) for each in incidents(box)] == [("mail/transient/not reached", "team:learning")]
    visitor = box.house.visitor("operations")
    assert "mail is out of reach" in visitor.get("/today").text
    for path in ("/connections", "/connections?format=csv", "/connections/mail"):
        page = visitor.get(path).text
        assert "Mail cannot leave: the mail server has been out of reach since " in page, path
        assert "See whether the mail server runs" in page, path
    assert "1 connection does not go as it should." in visitor.get("/connections").text


def test_a_mail_server_that_answers_again_is_said_to_carry_the_messages(box: Letterbox) -> None:
    runtime = box.house.runtime
    nobody = OutOfReach("mail", "team:learning", Cause("transient", "not reached", "nobody there"), 0)
    visitor = box.house.visitor("operations")
    for out, said in (([nobody], "Mail cannot leave"), ([], "It carries the messages to people.")):
        runtime.do(lambda engine, now, out=out: systems.look(engine, out, now))  # type: ignore[misc]
        assert said in visitor.get("/connections").text
