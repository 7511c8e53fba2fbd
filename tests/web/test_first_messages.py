"""A journey that is new here sends nothing before a named person says so; whoever settles it otherwise sends at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.web.house import take_in
from tests.web.letterbox import Letterbox
from tests.web.test_process import handrail

from handrail.app.publishing import publish
from handrail.app.runtime import Runtime
from handrail.app.starting import write_starter

BEN = "ben.okoro@example.com"


@pytest.fixture
def careful(tmp_path: Path) -> Path:
    """The starter as it is written: what is new waits. Published, with two people who begin."""
    folder = tmp_path / "careful"
    runtime = begun(folder)
    runtime.close()
    return folder


def begun(folder: Path) -> Runtime:
    """A company of today, at rest."""
    write_starter(folder, datetime.now(UTC).date())
    settings = folder / "handrail.yaml"
    settings.write_text(settings.read_text("utf-8").replace(":8101", ":9").replace(":8105", ":9"), "utf-8")
    runtime = Runtime.at_rest(folder, f"sqlite:///{folder / 'handrail.db'}")
    publish(runtime, "Ada", those_there=False)
    for file in sorted((folder / "hr").glob("*.csv")):
        take_in(runtime, file)
    return runtime


@pytest.fixture
def box(careful: Path) -> Iterator[Letterbox]:
    """It, served."""
    made = Letterbox(careful)
    made.post()
    yield made
    made.close()


def test_nothing_of_a_new_journey_is_sent_before_somebody_says_so(box: Letterbox) -> None:
    box.wait(days=1)
    assert box.mail.by_receiver() == {}
    held = box.house.client("read").get("/api/held").json()
    assert [line["reason"] for line in held["lines"]] == [
        "welcome is new here: its messages wait until somebody lets them go"
    ]
    operating = box.house.client("operate")
    done = operating.post("/api/held/journeys/welcome/messages/release", json={"by": "Ada"})
    assert (done.status_code, done.json()["released"]) == (200, held["total"])
    box.wait(days=1)
    assert box.letters(BEN)
    again = operating.post("/api/held/journeys/welcome/messages/release", json={"by": "Ada"})
    assert (again.status_code, again.json()["error"]) == (
        409,
        'No messages of "welcome" wait: they leave by themselves.',
    )


def test_whoever_lets_messages_go_on_the_page_is_told_how_many(box: Letterbox) -> None:
    page = box.house.visitor("operations").post("/held/messages/welcome/release", follow_redirects=True).text
    assert "2 messages let go." in page


def test_what_was_dropped_is_never_sent_and_what_is_still_to_come_waits_on(box: Letterbox) -> None:
    operating = box.house.client("operate")
    done = operating.post("/api/held/journeys/welcome/messages/drop", json={"by": "Ada"})
    assert done.json()["dropped"] == 2
    held = box.house.visitor("operations").get("/held").text
    assert "Let messages go as they come" in held
    assert "Let 0 messages go" not in held
    box.wait(days=4)
    assert box.mail.by_receiver() == {}
    rest = operating.post("/api/held/journeys/welcome/messages/release", json={"by": "Ada"}).json()["released"]
    assert rest > 0
    outcomes = [row[0] for row in box.house.runtime.store.database.read("SELECT outcome FROM message")]
    assert outcomes.count("overtaken: dropped by Ada") == 2


def test_a_command_lets_them_go_and_the_name_is_kept(careful: Path) -> None:
    assert "handrail held messages welcome --yes-by NAME" in handrail(careful, "held").stdout
    done = json.loads(handrail(careful, "held", "messages", "welcome", "--yes-by", "Ada", "--json").stdout)
    assert done == {"journey": "welcome", "released": 2, "by": "Ada"}
    refused = handrail(careful, "held", "messages", "welcome", "--yes-by", "Ada", code=1)
    assert "they leave by themselves" in refused.stderr


def test_publishing_a_new_journey_says_that_its_messages_wait(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    handrail(tmp_path, "init", str(folder))
    said = handrail(folder, "publish", "--yes-by", "Ada").stdout
    assert "Its messages wait until somebody lets them go: handrail held messages welcome --yes-by NAME" in said


def test_whoever_settles_it_otherwise_sends_at_once(company: Path) -> None:
    box = Letterbox(company)
    box.post()
    assert box.letters(BEN)
    box.close()


def test_why_says_that_a_message_waits_because_its_journey_is_new(box: Letterbox) -> None:
    ask = "SELECT run, pass, rung FROM message WHERE state = 0 ORDER BY run, pass, rung"
    run, pass_, rung = box.house.runtime.store.database.read(ask)[0]
    asked = {"who": f"M-{run}/{pass_}/{rung}"}
    answer = box.house.client("read").get("/api/why", params=asked).json()
    assert answer["verdict"] == "held"
    assert "the journey is new here, and its messages wait to be let go" in answer["sentence"]
    assert "handrail held messages welcome --yes-by NAME" in answer["would_change"][0]
