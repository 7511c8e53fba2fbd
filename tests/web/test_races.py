"""Answers that meet: two at one moment, one after the ladder climbed, one while the process dies. One counts, and all are told why."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Event
from typing import Any

import httpx2
import pytest
from tests.web.letterbox import Letterbox
from tests.web.test_process import looked_at, served

from handrail.app.answering.refusing import NotTaken
from handrail.app.answering.taking import Given, take_answer
from handrail.app.mailing.tokens import tokens_of
from handrail.app.runtime import Runtime
from handrail.engine.by_hand.absences import Away, set_absence
from handrail.engine.mailing import MAIL_DRIVER
from handrail.engine.posting.links import Read, links_for
from handrail.store.moments import to_millis
from handrail.store.rows import MessageRow

BEN, ADA = "ben.okoro@example.com", "ada.moreau@example.com"
FORM = {"answer": "done", "field.who": "Eva"}


@pytest.fixture
def box(company: Path) -> Iterator[Letterbox]:
    """A company whose first letters have left."""
    made = Letterbox(company)
    made.post()
    yield made
    made.close()


def at_once(*asked: tuple[httpx2.Client, str, dict[str, Any]]) -> list[httpx2.Response]:
    """What comes back when all of it is sent in the same moment."""
    gate = Barrier(len(asked))

    def send(one: tuple[httpx2.Client, str, dict[str, Any]]) -> httpx2.Response:
        client, path, body = one
        gate.wait()
        return client.post(path, **body)

    with ThreadPoolExecutor(len(asked)) as pool:
        return list(pool.map(send, asked))


def test_of_two_people_at_the_same_moment_one_counts_and_the_other_is_told_who_was_first(box: Letterbox) -> None:
    path = box.link(ADA)
    link = box.row(path)
    ada, eva = (box.house.runtime.store.persons_by_key("hris", [key])[key].person.id for key in ("1001", "1005"))
    today = box.now().date()
    away = Away(ada, today, today + timedelta(days=2), eva)
    box.house.runtime.do(lambda engine, now: set_absence(engine, away, f"person:{ada}", now))
    by_eva = {"by": "hris:1005", "form": {"who": "Ben"}}
    api = f"/api/handoffs/R-{link.run}/{link.about}/answer"
    found = at_once((box.house.client(), path, {"data": FORM}), (box.house.client("answer"), api, {"json": by_eva}))
    assert sorted(each.status_code for each in found) in ([200, 409], [303, 409])
    (late,) = [each for each in found if each.status_code == 409]
    first = "Eva Santos, in the name of Ada Moreau" if late is found[0] else "Ada Moreau"
    assert f"It was already answered by {first} on " in late.text
    assert [how for how, _ in box.answers(link.run)].count("counts") == 1


def test_of_one_link_used_twice_at_the_same_moment_one_answer_counts(box: Letterbox) -> None:
    path = box.link(BEN)
    found = at_once(*((box.house.client(), path, {"data": FORM}) for _ in range(4)))
    assert sorted(each.status_code for each in found) == [303, 409, 409, 409]
    assert all("It was already answered by Ben Okoro on " in each.text for each in found if each.status_code == 409)
    assert [how for how, _ in box.answers(box.row(path).run)] == ["counts"]


class Slowly(Mapping[str, Any]):
    """A form that is read in the moment between looking whose the handoff is and committing the answer."""

    def __init__(self) -> None:
        self.reached, self.go = Event(), Event()

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - whatever a form holds
        return {"who": "Eva"}[name]

    def __iter__(self) -> Iterator[str]:
        self.reached.set()
        assert self.go.wait(30), "somebody lets it go on"
        return iter(("who",))

    def __len__(self) -> int:
        return 1


def test_an_answer_does_not_count_when_the_ladder_climbed_before_it_was_committed(box: Letterbox) -> None:
    link = box.row(box.link(BEN))
    form = Slowly()
    given = Given(link.reader, "done", form, link)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(take_answer, box.house.runtime, box.handoff(link.run), given)
        assert form.reached.wait(30)
        box.wait_until_moved(link.run)
        form.go.set()
        with pytest.raises(NotTaken) as refused:
            answer.result(30)
    assert refused.value.error.startswith("This moved to team learning on ")
    assert box.answers(link.run) == []
    assert box.handoff(link.run).closed is None


# The process dies


def linked(company: Path) -> tuple[str, int]:
    """The path of a link for Ben's handoff, as a mail that left carries it; and the run."""
    runtime = Runtime.at_rest(company, f"sqlite:///{company / 'handrail.db'}")
    store, now = runtime.store, runtime.clock()
    rows = [MessageRow(*row) for row in store.database.read("SELECT * FROM message WHERE about > 0 ORDER BY run")]
    row = next(row for row in rows if row.receiver.startswith("person:"))
    at = to_millis(now)
    epoch = store.take_driver(MAIL_DRIVER, "test", at, at, force=True)
    (link,) = links_for(store, [Read(row, row.receiver)], now).values()
    store.claim_messages((MAIL_DRIVER, epoch), [row[:3]], at, [link])
    path = f"/a/{tokens_of(store).token(link.id)}"
    runtime.close()
    return path, row.run


def kept(company: Path, run: int) -> list[tuple[int, int]]:
    """Every answer that the ledger has of the run."""
    with looked_at(company) as store:
        ask = "SELECT seq, disposition FROM ledger WHERE run = ? AND kind = 'answer'"
        return [(int(seq), int(how)) for seq, how in store.database.read(ask, (run,))]


def test_killed_between_an_answer_and_its_commit_nothing_was_answered_and_the_link_still_works(company: Path) -> None:
    path, run = linked(company)
    with served(company) as (process, url), ThreadPoolExecutor(1) as pool:
        writer = sqlite3.connect(company / "handrail.db", isolation_level=None)
        writer.execute("BEGIN IMMEDIATE")  # from here on nobody commits
        sent = pool.submit(httpx2.post, url + path, data=FORM, trust_env=False, timeout=30)
        for _ in range(20):
            assert httpx2.get(f"{url}/health/live", trust_env=False).status_code == 200
        os.kill(process.pid, signal.SIGKILL)
        with pytest.raises(httpx2.TransportError):
            sent.result(30)
        writer.execute("ROLLBACK")
        writer.close()
    assert kept(company, run) == []
    with served(company) as (_, url):
        assert "Who will look after Kaya" in httpx2.get(url + path, trust_env=False).text
        again = httpx2.post(url + path, data=FORM, trust_env=False, follow_redirects=True)
        assert "You wrote this: who: Eva." in again.text
        assert "Your answer counts." in again.text
    assert [how for _, how in kept(company, run)] == [0]


def test_killed_after_the_commit_the_answer_is_there_and_the_page_says_so(company: Path) -> None:
    path, run = linked(company)
    with served(company) as (process, url), ThreadPoolExecutor(1) as pool, looked_at(company) as store:
        sent = pool.submit(httpx2.post, url + path, data=FORM, trust_env=False, timeout=30)
        while not store.database.read("SELECT 1 FROM link WHERE used IS NOT NULL"):
            assert not sent.done() or sent.exception() is None
        os.kill(process.pid, signal.SIGKILL)
        assert sent.exception(30) is None or isinstance(sent.exception(), httpx2.TransportError)
    with served(company) as (_, url):
        assert "It was already answered by Ben Okoro on " in httpx2.get(url + path, trust_env=False).text
        assert httpx2.post(url + path, data=FORM, trust_env=False).status_code == 409
    assert [how for _, how in kept(company, run)] == [0]
