"""One click from a mail: the link shows one handoff and answers it once, and says why when it does not any more."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.web.letterbox import Letterbox

from handrail.app.answering.links import take_back
from handrail.engine.by_hand.absences import Away, set_absence
from handrail.store.moments import to_millis

BEN, ADA, EVA = "ben.okoro@example.com", "ada.moreau@example.com", "eva.santos@example.com"


@pytest.fixture
def box(company: Path) -> Iterator[Letterbox]:
    """A company whose first letters have left."""
    made = Letterbox(company)
    made.post()
    yield made
    made.close()


def person(box: Letterbox, key: str) -> int:
    """The own id of somebody by their key in the HR system."""
    return box.house.runtime.store.persons_by_key("hris", [key])[key].person.id


def test_a_link_shows_its_handoff_and_looking_at_it_changes_nothing(box: Letterbox) -> None:
    path = box.link(BEN)
    for _ in range(3):
        shown = box.get(path)
        assert shown.status_code == 200
    assert "Who will look after Kaya in the first month?" in shown.text
    assert "Kaya Demir, in “Welcome”" in shown.text
    assert "You answer as Ben Okoro." in shown.text
    assert "If nothing is done" in shown.text
    assert "It goes to team learning." in shown.text
    assert box.handoff(box.row(path).run).closed is None


def test_an_answer_by_link_counts_and_the_page_says_so(box: Letterbox) -> None:
    path = box.link(BEN)
    done = box.answer(path, who="Eva")
    assert (done.status_code, done.url.query) == (200, b"thanks=1")
    assert "Thank you" in done.text
    assert "You wrote this: who: Eva." in done.text
    assert "Your answer counts." in done.text
    assert "It was already answered by Ben Okoro on " in box.get(path).text
    link = box.row(path)
    assert [("counts", link.used)] == box.answers(link.run)
    assert box.handoff(link.run).closed is not None


def test_a_link_that_was_used_says_who_answered_and_when_and_changes_nothing(box: Letterbox) -> None:
    path = box.link(BEN)
    box.answer(path, who="Eva")
    again = box.answer(path, who="Somebody else")
    assert again.status_code == 409
    assert "It was already answered by Ben Okoro on " in again.text
    assert len(box.answers(box.row(path).run)) == 1


def test_what_is_missing_is_said_at_its_field_and_nothing_filled_in_is_lost(box: Letterbox) -> None:
    path = box.link(BEN)
    wrong = box.answer(path)
    assert wrong.status_code == 422
    assert "This must be filled in." in wrong.text
    unknown = box.answer(path, "perhaps", who="<b>Eva</b>")
    assert unknown.status_code == 422
    assert "&lt;b&gt;Eva&lt;/b&gt;" in unknown.text
    assert box.handoff(box.row(path).run).closed is None


def test_after_the_limit_the_next_owner_has_a_link_of_their_own_and_the_first_one_says_who(box: Letterbox) -> None:
    path = box.link(BEN)
    before = len(box.letters(ADA))
    box.wait_until_moved(box.row(path).run)
    late = box.answer(path, who="Eva")
    assert late.status_code == 409
    assert re.search(r"This moved to team learning on \w+day \d+ \w+ 20\d\d, \d\d:\d\d\.", late.text)
    link = box.row(path)
    assert box.answers(link.run) == []
    box.wait(hours=18)
    own = next(
        found
        for number in range(before, len(box.letters(ADA)))
        if box.row(found := box.link(ADA, number)).run == link.run
    )
    assert "You answer as Ada Moreau, in the name of team learning." in box.get(own).text
    assert box.answer(own, who="Eva").status_code == 200


def test_a_link_expires_a_week_after_the_limit_of_its_handoff_and_after_thirty_days_at_most(box: Letterbox) -> None:
    path = box.link(BEN)
    link, handoff = box.row(path), box.handoff(box.row(path).run)
    assert handoff.due is not None
    assert link.expires == handoff.due + timedelta(days=7) // timedelta(milliseconds=1)
    assert link.expires - link.made < timedelta(days=30) // timedelta(milliseconds=1)
    with box.house.runtime.store.database.transaction() as transaction:
        transaction.count("UPDATE link SET expires = ?", (to_millis(box.now()),))
    old = box.answer(path, who="Eva")
    assert old.status_code == 409
    assert box.get(path).status_code == 410
    assert "This link could be used until " in old.text


def test_a_link_that_was_taken_back_answers_nothing(box: Letterbox) -> None:
    path = box.link(BEN)
    link = box.row(path)
    api = f"/api/handoffs/R-{link.run}/{link.about}/links/take-back"
    assert box.house.client("operate").post(api, json={"by": "Ada Moreau"}).json()["taken_back"] == 1
    assert "This link was taken back by Ada Moreau on " in box.answer(path, who="Eva").text
    assert box.get(path).status_code == 410
    assert take_back(box.house.runtime, link.run, link.about, "person:1") == 0


def test_whoever_is_away_is_read_by_their_delegate_who_answers_in_their_name(company: Path) -> None:
    box = Letterbox(company)
    ben, eva = person(box, "1002"), person(box, "1005")
    today = box.now().date()
    away = Away(ben, today, today + timedelta(days=5), eva)
    box.house.runtime.do(lambda engine, now: set_absence(engine, away, f"person:{ben}", now))
    box.post()
    assert box.letters(BEN) == []
    (letter,) = box.letters(EVA)
    assert letter.text.startswith("Hello Eva Santos,")
    assert "You read this in place of Ben Okoro, who is away." in letter.text
    assert box.answer(path := box.link(EVA), who="Eva").status_code == 200
    assert "It was already answered by Eva Santos, in the name of Ben Okoro on " in box.get(path).text
    box.close()


@pytest.mark.parametrize("change", ["x", "cut", "one letter", "another signature", "very long", "%00"])
def test_a_link_that_was_guessed_or_cut_off_is_unknown_whatever_is_wrong_with_it(box: Letterbox, change: str) -> None:
    path = box.link(BEN)
    id_, _, signature = path.removeprefix("/a/").partition(".")
    tokens = {
        "x": "x",
        "cut": id_,
        "one letter": f"{'B' if id_[0] == 'A' else 'A'}{id_[1:]}.{signature}",
        "another signature": f"{id_}.{signature[::-1]}",
        "very long": "a" * 5_000,
        "%00": "%00",
    }
    for answer in (box.get(f"/a/{tokens[change]}"), box.answer(f"/a/{tokens[change]}", who="Eva")):
        assert answer.status_code == 404
        assert "This link is not known here." in answer.text
    assert box.handoff(box.row(path).run).closed is None


def test_who_tries_links_that_do_not_exist_is_told_to_wait_and_a_right_one_works_nevertheless(box: Letterbox) -> None:
    tried = [box.get(f"/a/guess{number}.x").status_code for number in range(25)]
    assert tried == [404] * 20 + [429] * 5
    assert int(box.get("/a/guess.x").headers["Retry-After"]) > 0
    assert box.answer(box.link(BEN), who="Eva").status_code == 200


def test_nobody_keeps_frames_or_finds_the_page_of_a_link_and_its_address_goes_nowhere(box: Letterbox) -> None:
    for path in (box.link(BEN), "/a/unknown.x"):
        headers = box.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in headers["X-Robots-Tag"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "script" not in headers["Content-Security-Policy"]
    assert "<script" not in box.get(box.link(BEN)).text


def test_the_key_of_links_is_shown_by_no_look_at_the_database(box: Letterbox) -> None:
    assert not any(name.startswith("secret:") for name in box.house.runtime.store.facts())


def test_without_a_public_address_a_letter_has_no_link(company: Path) -> None:
    box = Letterbox(company, url="")
    box.post()
    (letter,) = box.letters(BEN)
    assert "Possible answers: Done" in letter.text
    assert "http" not in letter.text
    assert box.house.runtime.store.database.read("SELECT * FROM link") == []
    box.close()


def test_the_page_of_a_link_asks_the_store_little(box: Letterbox, monkeypatch: pytest.MonkeyPatch) -> None:
    path, asked = box.link(BEN), list[str]()
    box.get(path)
    database = box.house.runtime.store.database
    for name in ("read", "read_in"):
        monkeypatch.setattr(database, name, counting(getattr(database, name), asked))
    assert box.get(path).status_code == 200
    assert 1 < len(asked) <= 15


def counting(ask: Callable[..., Any], asked: list[str]) -> Callable[..., Any]:
    """The same question to the store, noted."""

    def noted(sql: str, *given: Any) -> Any:  # noqa: ANN401 - whatever is asked
        asked.append(sql)
        return ask(sql, *given)

    return noted
