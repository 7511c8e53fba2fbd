"""Somebody new answers five questions from the printed text alone, as they would before they agree to a journey."""

from __future__ import annotations

import re

import pytest
from tests.literacy.explaining.examples import text_of

WHO, TRIGGER = "Who answers for it, and until when?", "What triggers it?"
MOVES, DECIDES, STALLS, FAILS = (
    "What moves where?",
    "Where are decisions?",
    "What if it stalls?",
    "What if it fails?",
)
ASKED = (TRIGGER, WHO, MOVES, DECIDES, STALLS, FAILS)

ANSWERS = {
    "acme/new-manager": [
        ("Who approves the time off?", "Time off", DECIDES, "The manager decides: - “Approve”: the journey goes on with step 3"),
        ("What if the manager never answers?", "Time off", STALLS, "The question goes to the manager's manager, who has 2 business days. 2. If that time passes, too, “Approve” is taken as the answer"),
        ("Until when has the course to be done?", "Course", WHO, "It may take 30 days. Whoever has it then is reminded 7 days and 1 day before"),
        ("What is sent to the badges?", "Certify", MOVES, "From Handrail to the badges system: who the learner is; badge: people-manager; evidence: the score from “Exam”"),
        ("What happens if the LMS fails?", "Enroll", FAILS, "If the LMS refuses, or cannot be reached: 1. It is tried again, 6 times over 4 hours"),
    ],
    "acme/annual-compliance": [
        ("Who decides about those who never confirm?", "Confirmed", STALLS, "the compliance team is asked, and has 20 business days:"),
        ("What if nobody confirms in time?", "Confirmed", STALLS, "The manager is sent the message"),
        ("Until when?", "Confirmed", WHO, "It may take until the start's due date"),
        ("What is sent to the LMS?", "Enroll", MOVES, "From Handrail to the LMS: who the learner is; course: CODE-2026; due: the start's due date"),
        ("What happens if the LMS fails?", "Enroll", FAILS, "it is handed to the lms-admins team, who has 10 business days"),
    ],
    "programs/external-course": [
        ("Who approves more than 2,000 EUR?", "Finance agrees", DECIDES, "whether the request's price is more than 2000 EUR"),
        ("What if finance does not answer?", "Finance agrees", STALLS, "The question goes to the finance head, who has 3 business days"),
        ("Until when has the manager to agree?", "Manager agrees", WHO, "The manager answers for it. It may take 3 business days"),
        ("What is sent to the finance system?", "Budget", MOVES, "From Handrail to the finance system: who the learner is; amount: the request's price; cost center: the learner's cost center"),
        ("What happens if the finance system fails?", "Budget", FAILS, "it is handed to the learning-operations team, who has 2 business days to have it tried again"),
    ],
    "programs/forklift-recertification": [
        ("Who says that somebody passed?", "Practical", DECIDES, "Handrail decides: the result is good enough if it was passed"),
        ("What if the licence runs out?", "Practical", STALLS, "1. The HR system sets the flag NO-FORKLIFT for the learner. 2. The site lead is sent"),
        ("Until when?", "Practical", WHO, "It may take until the start's expiry date"),
        ("What is sent to the badges?", "Renew", MOVES, "valid until: 2 years after the later of the start's expiry date and the day of “Practical”"),
        ("What happens if the LMS fails?", "Enroll", FAILS, "It is tried again, 8 times over 4 hours"),
    ],
    "programs/onboarding": [
        ("Who names the buddy?", "Buddy", WHO, "The manager, or else the HR partner, answers for it"),
        ("What if nobody names one?", "Buddy", STALLS, "The question goes to the manager's manager, or else the HR partner"),
        ("Until when is the laptop ready?", "Equipment", WHO, "It may take until 2 business days before the learner's first day"),
        ("What does the LMS learn?", "Account", MOVES, "who the learner is; active from: the learner's first day"),
        ("What happens if the LMS fails?", "Safety course", FAILS, "If the LMS refuses, or cannot be reached"),
    ],
}  # fmt: skip


def answer(text: str, step: str, question: str) -> str:
    """What stands under a step's question in the printed text, in one line; *the same as in step 2* is looked up there."""
    steps = re.split(r"\n\n(?= *\d[\d.]*\. )", text.partition("STEP BY STEP")[2].partition("HOW IT ENDS")[0])
    here = next(each for each in steps if re.match(rf" *\d[\d.]*\. {re.escape(step)}  \(line", each))
    rest = " ".join(here.partition(question)[2].split())
    for other in ASKED:
        rest = rest.partition(f" {other}")[0]
    same = re.match(r"The same as in step ([\d.]*\d)\.", rest)
    if same is None:
        return rest
    first = next(each for each in steps if each.lstrip().startswith(f"{same[1]}. "))
    title = re.match(r" *[\d.]+\. (.*)  \(line", first)
    assert title is not None, first
    return answer(text, title[1], question)


@pytest.mark.parametrize(
    ("name", "asked", "step", "question", "expected"),
    [(name, *row) for name, rows in ANSWERS.items() for row in rows],
)
def test_somebody_new_finds_the_answer_in_the_text(
    name: str, asked: str, step: str, question: str, expected: str
) -> None:
    assert expected in answer(text_of(name), step, question), asked


def test_somebody_new_finds_who_begins_and_who_is_accountable() -> None:
    text = " ".join(text_of("acme/new-manager").split())
    assert "Accountable: the leadership-development team." in text
    assert "every Monday at 06:00, for everyone whose level is 4 or more" in text
    assert "A person begins it at most once in 365 days" in text
