"""The parts that practice systems share: window, journal and faults."""

from __future__ import annotations

import os
import random
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.contracts.practice_systems import MONDAY, NoAnswer, in_process

from handrail.practice.badges import Badges, BadgesSettings
from handrail.practice.faults import Fault, Faults
from handrail.practice.journal import Journal, Line, read
from handrail.practice.window import Window, busiest


@given(st.lists(st.integers(0, 5_000), max_size=60), st.integers(1, 9))
def test_no_minute_ever_has_more_than_the_limit(gaps: list[int], limit: int) -> None:
    window, now, let_in = Window(limit, 60), MONDAY, []
    for gap in gaps:
        now += timedelta(milliseconds=gap * 10)
        if window.take(now):
            let_in.append(now)
        else:
            assert sum(1 for at in let_in if at > now - timedelta(seconds=60)) == limit
    assert busiest(let_in, 60) <= limit


def test_a_full_window_says_when_it_has_room_and_then_it_has() -> None:
    window = Window(2, 60)
    assert [window.take(MONDAY), window.take(MONDAY + timedelta(seconds=1))] == [True, True]
    free = window.free_at(MONDAY + timedelta(seconds=2))
    assert free == MONDAY + timedelta(seconds=60)
    assert not window.take(free - timedelta(milliseconds=1))
    assert window.take(free)
    assert Window(0, 60).free_at(MONDAY) == MONDAY


def test_a_line_cut_short_by_a_kill_is_taken_away_and_the_next_stands_whole(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    journal = Journal(path)
    journal.append(Line[str](at=MONDAY, did=("one",)))
    journal.close()
    with path.open("ab") as file:
        file.write(b'{"at":"2026-')
    assert [line.did for line in read(path, Line[str])] == [("one",)]
    again = Journal(path)
    again.append(Line[str](at=MONDAY, did=("two",)))
    again.close()
    assert [line.did for line in read(path, Line[str])] == [("one",), ("two",)]


def test_a_journal_that_cannot_be_written_says_so_and_nothing_is_answered() -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("this system has no /dev/full, the disk that is always full")
    journal = Journal(Path("/dev/full"))
    with pytest.raises(OSError, match="No space left"):
        journal.append(Line[str](at=MONDAY))
    journal.close()


class FullDisk(Journal):
    """A journal whose disk is full from the second line on."""

    lines = 0

    def append(self, line: object) -> None:
        self.lines += 1
        if self.lines > 1:
            raise OSError("No space left on device")
        super().append(line)


def test_a_system_whose_journal_cannot_be_written_answers_nobody_any_more() -> None:
    journal = FullDisk()
    ask = in_process(Badges(lambda: MONDAY, journal, BadgesSettings(), Faults.none()))
    assert ask("POST /badges", {"user": "1", "badge": "x"}).status == 201
    with pytest.raises(OSError, match="No space left"):
        ask("POST /badges", {"user": "2", "badge": "x"})
    with pytest.raises(NoAnswer):
        ask("GET /badges?user=2")
    assert Badges(lambda: MONDAY, journal, BadgesSettings(), Faults.none()).holders("x") == ["1"]


def struck(faults: Faults, times: int, subject: str = "POST /enrollments") -> list[int]:
    return [n for n in range(1, times + 1) if faults.strike(("error",), subject, MONDAY)]


def test_faults_strike_by_number_by_every_and_by_share() -> None:
    assert struck(Faults.parse("error:numbers=2+5"), 8) == [2, 5]
    assert struck(Faults.parse("error:every=3"), 8) == [3, 6]
    by_share = struck(Faults.parse("error:share=0.25", seed=7), 1000)
    assert 200 < len(by_share) < 300
    assert by_share == struck(Faults.parse("error:share=0.25", seed=7), 1000)
    assert struck(Faults.none(), 8) == []


def test_a_fault_of_one_path_leaves_the_others_alone() -> None:
    faults = Faults.parse("error:share=1:of=POST /enrollments")
    assert struck(faults, 2, "GET /courses") == []
    assert struck(faults, 2) == [1, 2]


def test_faults_are_switched_while_the_system_runs() -> None:
    faults = Faults([Fault("error", share=1)], random.Random(0))
    assert struck(faults, 1) == [1]
    faults.switch([])
    assert struck(faults, 1) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("fire", 'There is no fault "fire". Faults: answer_lost, error,'),
        ("error:often=1", "cannot be read: Object contains unknown field `often`. Write kind:name=value"),
        ("throttled:hint=soon", "Invalid enum value 'soon'"),
    ],
)
def test_a_fault_that_cannot_be_read_is_answered_with_what_can(text: str, says: str) -> None:
    with pytest.raises(ValueError, match="fault") as raised:
        Faults.parse(text)
    assert says in str(raised.value)
