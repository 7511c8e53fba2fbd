"""How letters look: the same words as text and as HTML, in the receiver's language, nothing loaded from elsewhere."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape

import pytest

from handrail.app.mailing.letters import Letter, Said, one_of
from handrail.app.mailing.looks import as_html, as_text
from handrail.app.mailing.words import LANGUAGES, moment_in, otherwise_in, words_in
from handrail.insight.answering.otherwise import WORDS, Otherwise

LINK = "https://learning.example.com/a/"
MOMENT = datetime(2026, 3, 26, 16, 0, tzinfo=UTC)


def letter(number: int = 1, language: str = "en") -> Letter:
    said = Said(
        f"Kaya {number}", "May it <begin> & go on?", ("Until: Thursday",), f"{LINK}{number}", f"R-{number}, handoff 1"
    )
    words = words_in(language)
    sign_in = "https://learning.example.com/handoffs"
    return Letter("ben@example.com", language, "Please: may it begin?", "Hello Ben,", (said,), (words.once,), sign_in)


def test_a_letter_says_the_same_as_text_and_as_html() -> None:
    text, html = as_text(letter()), as_html(letter())
    plain = unescape(re.sub(r"<[^>]+>", " ", html))
    for words in (
        "Hello Ben,",
        "May it <begin> & go on?",
        "Until: Thursday",
        "(R-1, handoff 1)",
        "once, without a password",
    ):
        assert words in text
        assert words in plain
    assert f"Answer here: {LINK}1" in text
    assert f'href="{LINK}1"' in html
    assert "<begin>" not in html


def test_the_html_of_a_letter_loads_nothing() -> None:
    assert not re.search(r"<(img|script|link|iframe|object)|url\(|src=", as_html(letter()))


def test_a_digest_is_one_letter_with_a_link_for_each_handoff() -> None:
    digest = one_of([letter(number) for number in range(1, 41)])
    text = as_text(digest)
    assert digest.subject == "40 things wait for you"
    assert [f"{LINK}{number}\n" in text for number in range(1, 41)] == [True] * 40
    assert text.count("Hello Ben,") == text.count("once, without a password") == 1


def test_our_words_come_in_the_receivers_language_and_in_english_where_we_have_none() -> None:
    assert "Hier antworten: " + LINK in as_text(letter(language="de"))
    assert one_of([letter(1, "de"), letter(2, "de")]).subject == "2 Dinge warten auf Sie"
    assert words_in("pt-BR") is words_in("en")
    assert moment_in("en", MOMENT, "Europe/Berlin") == "Thursday 26 March 2026, 17:00 (Europe/Berlin)"
    assert moment_in("de", MOMENT, "Europe/Berlin") == "Donnerstag, 26. März 2026, 17:00 Uhr (Europe/Berlin)"
    told = Otherwise(MOMENT, (("told", "Ana"), ("handed", "Max")))
    assert otherwise_in(words_in("de"), told) == "Ana wird benachrichtigt, und es geht an Max"
    assert told.text == "Ana is told and it goes to Max."
    same = Otherwise(MOMENT, (("told", "Max"), ("handed", "Max")))
    assert (same.text, otherwise_in(words_in("de"), same)) == ("It goes to Max, who is told.", "es geht an Max")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_words_for_everything_that_can_happen(language: str) -> None:
    assert LANGUAGES[language].moves.keys() == WORDS.keys()
    assert all(LANGUAGES[language].moves[what].count("{}") == WORDS[what].count("{}") for what in WORDS)
