"""Ten questions about Acme's people, and the whole answer to each as it was read and kept in whys/.

The first five are about what did not happen. An answer that changed on purpose is written anew by hand, after reading it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.demo.played import Demo
from typer.testing import CliRunner

from handrail.cli import app
from handrail.insight.past import Past
from handrail.insight.replay import replay
from handrail.store.rows import RunRow

WHYS = Path(__file__).parent / "whys"
QUESTIONS = {
    "a_hire_held_by_the_mapping": "015061 onboarding --at 2026-03-16T09:00",
    "a_manager_who_is_a_contractor": "013746 new-manager",
    "a_person_on_leave": "010840 annual-compliance",
    "a_sweep_that_came_too_early": "015307 annual-compliance",
    "a_second_start_within_once": "012509 role-change",
    "a_start_above_the_limit_that_nobody_has_released": "012392 annual-compliance --at 2026-03-30T14:00",
    "a_call_that_could_not_be_done": "012392 annual-compliance",
    "a_handoff_whose_owner_left": "015253 onboarding",
    "an_exam_that_was_not_passed": "011827 new-manager",
    "somebody_who_was_certified": "011143 new-manager",
}


def answer(demo: Demo, question: str) -> str:
    """The question as it is typed and the answer as it is printed, but for the numbers of rows in the ledger."""
    done = CliRunner().invoke(app, ["why", *question.split(), "--store", str(demo.folder)])
    assert done.exit_code == 0, done.stderr
    printed = re.sub(r"ledger [\d, ]+;", "ledger …;", done.stdout)
    return f"$ handrail why {question}\n{printed}"


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_answer_is_the_one_that_was_read_and_kept(demo: Demo, name: str) -> None:
    assert answer(demo, QUESTIONS[name]) == (WHYS / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_answer_opens_with_a_sentence_that_a_manager_understands(demo: Demo, name: str) -> None:
    sentence = answer(demo, QUESTIONS[name]).splitlines()[1]
    assert re.fullmatch(r"(\d{6}|[A-ZÀ-Ž]\S+ \S+) .+\.", sentence)
    assert not re.search(r"None|UNSET|null|exception|permanent error|_id|T\d\d:", sentence)


def test_the_three_questions_that_the_screen_proposes_have_telling_answers(demo: Demo) -> None:
    asked = [line.partition(" why ")[2].partition(" --store")[0] for line in demo.lines if " why " in line]
    sentences = [answer(demo, question).splitlines()[1] for question in asked]
    for sentence, told in zip(
        sentences, ("has been held since", "contract is contractor", "team lms-admins"), strict=True
    ):
        assert told in sentence


def test_what_why_says_of_a_run_is_what_the_engine_did(past: Past) -> None:
    runs = [RunRow(*row) for row in past.store.database.read("SELECT * FROM run ORDER BY id")]
    assert len(runs) > 5_000
    assert [f"R-{run.id}" for run in runs if not replay(past, run).recomputed] == []
