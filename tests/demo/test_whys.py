"""Forty-six questions about Acme, and the whole answer to each as it was read and kept in whys/.

More than half are about what did not happen. An answer that changed on purpose is written anew with HANDRAIL_REMAKE=1, and
read before it is kept. `E(KEY KIND)` is the first event of that kind about somebody, whose number differs from run to run.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Sequence
from copy import copy
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.demo.played import Demo
from typer.testing import CliRunner

from handrail.cli import app
from handrail.insight.past import Past
from handrail.insight.replay import replay
from handrail.insight.whys.panel import panel
from handrail.store.database.port import Database, Rows
from handrail.store.opening import open_store
from handrail.store.rows import RunRow

WHYS = Path(__file__).parent / "whys"
EVENT = re.compile(r"E\((\d+) ([a-z._]+)\)")
REMAKE = os.environ.get("HANDRAIL_REMAKE") == "1"
STATEMENTS_MAX = 15
LAST_DAY = datetime(2026, 4, 3, 22, tzinfo=UTC)
NOT_HAPPENED = {
    "a_call_that_was_not_needed": "C-1389/2/0",
    "a_certificate_that_is_valid_for_long": "010169 recertification",
    "a_change_of_somebody_that_began_nothing": "E(014220 person.changed)",
    "a_day_before_anybody_was_known": "013746 new-manager --at 2026-03-01",
    "a_file_that_is_held_as_a_whole": "F-4 --at 2026-03-23T09:00",
    "a_hire_held_by_the_mapping": "015061 onboarding --at 2026-03-16T09:00",
    "a_journey_that_is_misspelt": "015061 onbording",
    "a_level_that_is_too_low": "P-88 new-manager",
    "a_manager_in_another_country": "P-12 new-manager",
    "a_manager_that_nobody_is": "F-1/2059/manager",
    "a_manager_who_is_a_contractor": "013746 new-manager",
    "a_message_that_was_overtaken": "M-39/1/2",
    "a_person_on_leave": "010840 annual-compliance",
    "a_row_with_an_unknown_department": "F-3/330 --at 2026-03-16T09:00",
    "a_second_start_within_once": "012509 role-change",
    "a_start_above_the_limit_that_nobody_has_released": "012392 annual-compliance --at 2026-03-30T14:00",
    "a_sweep_that_came_too_early": "015307 annual-compliance",
    "an_event_that_nobody_waited_for": "E(012225 lms.completed)",
    "nobody_of_that_name": "Zacharias onboarding",
    "somebody_who_came_back": "014865 onboarding",
    "somebody_who_has_left": "014019 annual-compliance",
    "somebody_who_was_known_only_later": "015307 annual-compliance --at 2026-03-10",
    "somebody_who_was_never_hired_here": "P-12 onboarding",
}
HAPPENED = {
    "a_call_that_could_not_be_done": "012392 annual-compliance",
    "a_call_that_was_taken_back": "C-80/3/-1",
    "a_completion_that_counted": "E(011143 lms.completed)",
    "a_day_before_the_exam_was_failed": "011827 new-manager --at 2026-03-17",
    "a_file_whose_rows_were_held": "F-3",
    "a_handoff_that_a_manager_has": "R-768/buddy",
    "a_handoff_that_was_answered_after_it_went_up": "R-87/hand_over",
    "a_handoff_that_was_done_in_time": "R-37/buddy",
    "a_handoff_that_nobody_answered": "R-167/2",
    "a_handoff_that_went_up": "R-553/safety_done",
    "a_handoff_whose_owner_left": "015253 onboarding",
    "a_message_in_a_digest": "M-45/2/1",
    "a_message_to_a_team": "M-43/5/0",
    "a_name_of_several_people": '"Aisha Becker" onboarding',
    "a_pause_between_two_steps": "R-130",
    "a_release_that_is_waited_for": "R-1929/release --at 2026-03-30T14:00",
    "a_reminder_to_a_manager": "M-37/2/1",
    "a_row_that_was_applied_after_all": "F-3/8",
    "a_run_of_somebody_who_left": "015184 onboarding",
    "a_run_that_is_paused_by_a_leave": "015221 onboarding",
    "an_exam_that_was_not_passed": "011827 new-manager",
    "somebody_in_two_journeys": "P-88",
    "somebody_who_was_certified": "011143 new-manager",
}
QUESTIONS = NOT_HAPPENED | HAPPENED


def answer(demo: Demo, question: str) -> str:
    """The question as it is typed and the answer as it is printed, but for the numbers of rows in the ledger."""
    done = CliRunner().invoke(app, ["why", *_typed(demo, question), "--store", str(demo.folder)])
    assert done.exit_code in (0, 1), done.stderr
    printed = re.sub(r"ledger [\d, ]+;", "ledger …;", done.stdout)
    return f"$ handrail why {question}\n{printed}"


def _typed(demo: Demo, question: str) -> list[str]:
    """The words of the question, with the number of an event that is named by whom it is about."""
    named = EVENT.fullmatch(question)
    if named is None:
        return shlex.split(question)
    store = open_store(f"sqlite:///{demo.folder / 'handrail.db'}", read_only=True)
    ask = (
        "SELECT min(l.seq) FROM ledger l JOIN person_key k ON k.person = l.person "
        "WHERE k.key = ? AND l.kind = ? AND l.event IS NOT NULL"
    )
    ((seq,),) = store.database.read(ask, named.groups())
    store.close()
    return [f"E-{seq}"]


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_answer_is_the_one_that_was_read_and_kept(demo: Demo, name: str) -> None:
    kept, found = WHYS / f"{name}.txt", answer(demo, QUESTIONS[name])
    if REMAKE:
        kept.write_text(found, encoding="utf-8")
    assert found == kept.read_text(encoding="utf-8")


def test_more_than_fifteen_of_forty_questions_are_about_what_did_not_happen() -> None:
    assert (len(NOT_HAPPENED) >= 15, len(QUESTIONS) >= 40) == (True, True)
    assert {kept.stem for kept in WHYS.glob("*.txt")} == set(QUESTIONS)


class Counting:
    """A database that counts what it is asked."""

    def __init__(self, database: Database) -> None:
        self._database, self.many = database, 0

    def read(self, sql: str, values: Sequence[object] = ()) -> Rows:
        self.many += 1
        return self._database.read(sql, values)

    def read_in(self, sql: str, keys: Sequence[object], values: Sequence[object] = ()) -> Rows:
        self.many += 1
        return self._database.read_in(sql, keys, values)


@pytest.mark.parametrize("name", QUESTIONS)
def test_an_answer_asks_the_store_at_most_fifteen_times(demo: Demo, past: Past, name: str) -> None:
    of, *more = _typed(demo, QUESTIONS[name])
    journey = more[0] if more and more[0] != "--at" else ""
    store = copy(past.store)
    store.database = counting = Counting(past.store.database)  # type: ignore[assignment]  # as much of one as is read
    Past(store)  # what is published is read once for all questions
    counting.many = 0
    panel(Past(store), of, LAST_DAY, journey)
    assert 0 < counting.many <= STATEMENTS_MAX


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_answer_opens_with_a_sentence_that_a_manager_understands(demo: Demo, name: str) -> None:
    sentence = answer(demo, QUESTIONS[name]).splitlines()[1]
    assert re.fullmatch(r"[“\dA-ZÀ-Ž].+[.?]", sentence)
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
