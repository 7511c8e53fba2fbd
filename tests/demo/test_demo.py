"""The demo's figures, as a command gives them: what came in is accounted for, nobody is lost, nobody is doubled."""

from __future__ import annotations

import re
from pathlib import Path

from tests.demo.played import Demo

from handrail.app.demo import running
from handrail.app.demo.script import RELEASED

TRUTH = {
    "workers-2026-03-02.csv": (5003, (5000, 3, 0, 0), (5000, 3, 0, 0)),
    "workers-2026-03-09.csv": (5063, (268, 4795, 0, 0), (268, 4795, 0, 0)),
    "workers-2026-03-16.csv": (5263, (410, 4853, 0, 0), (210, 4853, 200, 0)),
    "workers-2026-03-23.csv": (3282, (0, 0, 0, 3282), (0, 0, 3282, 0)),
    "workers-2026-03-30.csv": (5333, (474, 4859, 0, 0), (474, 4859, 0, 0)),
}
FOUR = ("applied", "no_change", "held", "refused")


def test_every_row_of_every_file_is_accounted_for(demo: Demo) -> None:
    found = {each["file"]: each for each in demo.found["syncs"]}
    for file, (rows, stands, first) in TRUTH.items():
        assert found[file]["rows"] == rows == sum(stands)
        assert tuple(found[file][name] for name in FOUR) == stands, file
        assert tuple(found[file]["first"][name] for name in FOUR) == first, file


def test_the_two_hundred_of_16_march_were_held_mended_and_started(demo: Demo) -> None:
    expected = {"hired": 200, "held_at_first": 200, "started": 200, "held": 0, "dropped": 0}
    assert demo.found["hired_2026_03_16"] == expected


def test_the_bulk_adds_up_and_the_limit_held(demo: Demo) -> None:
    bulk = demo.found["bulk"]
    assert (bulk["wanted"], bulk["confirmed"], bulk["not_needed"], bulk["held"]) == (5116, 5064, 40, 12)
    assert (bulk["lost"], bulk["twice"], bulk["throttled"]) == (0, 0, 0)
    assert bulk["floor_seconds"] == 3045.0
    assert bulk["floor_seconds"] <= bulk["seconds"] <= 1.01 * bulk["floor_seconds"] + 1.2


def test_what_was_opened_is_closed_or_open(demo: Demo) -> None:
    runs, handoffs = demo.found["runs"], demo.found["handoffs"]
    assert runs["started"] == runs["running"] + runs["finished"] + runs["stopped"]
    assert handoffs["opened"] == handoffs["closed"] + handoffs["open"]
    assert 0 < handoffs["escalated"] < handoffs["opened"]
    assert demo.found["ledger_verified"] is True


def test_its_last_screen_fits_a_terminal_and_proposes_three_questions_to_copy(demo: Demo) -> None:
    assert len(demo.lines) <= 40
    commands = [line for line in demo.lines if " why " in line]
    assert max(len(line) for line in demo.lines if line not in commands and str(demo.folder) not in line) <= 100
    assert [Path(line.split()[0]).resolve() for line in commands] == [demo.folder / "handrail"] * 3
    assert all(line.endswith(f"--store {demo.folder}") for line in commands)


def test_its_last_screen_says_who_has_what_is_held_and_why_runs_were_stopped(demo: Demo) -> None:
    shown = "\n".join(demo.lines)
    assert "The 12 held: their LMS accounts are suspended; the LMS admins have them until 16 April." in shown
    assert "the commonest reason: “not eligible”, 66" in shown
    escalated = demo.found["handoffs"]["escalated"]
    assert f"  {escalated} of them were passed to somebody else because nobody answered in time; " in shown
    (owners,) = re.findall(rf"  {escalated} = (.*)", shown)
    each = re.sub(r"\d+ others ", "others ", owners).split(" + ")
    assert sum(int(one.rpartition(" ")[2]) for one in each) == escalated
    assert "The record of every decision was checked: nothing in it was changed." in shown


def test_the_object_has_what_it_promises_and_no_more(demo: Demo) -> None:
    found = demo.found
    assert set(found) == {"syncs", "hired_2026_03_16", "bulk", "runs", "handoffs", "ledger_verified"}
    counted = {"wanted", "confirmed", "not_needed", "held", "lost", "twice", "throttled", "calls", "seconds"}
    assert set(found["bulk"]) == counted | {"floor_seconds"}
    assert set(found["runs"]) == {"started", "running", "finished", "stopped"}


def test_its_last_screen_says_after_how_many_enrollments_the_engine_was_killed(demo: Demo) -> None:
    killed = int((demo.folder / running.KILLED).read_text())
    assert running.KILL_AT * int((demo.folder / RELEASED).read_text()) <= killed < demo.found["bulk"]["confirmed"]
    assert f"the engine was killed after {killed:,}. 5,116 wanted" in "\n".join(demo.lines)
