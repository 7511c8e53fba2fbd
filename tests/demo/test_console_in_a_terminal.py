"""`make demo` as a newcomer meets it: in a terminal it ends with an address, behind which every role is one click away, until Ctrl-C."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.demo.played import Demo
from tests.demo.terminal import terminal
from tests.web.browsing import Window, chromium
from tests.web.stories.hands import Mouse

from handrail.app.access.demo import SAYS
from handrail.app.demo.running import STOPPED, stopped

ROOT = Path(__file__).resolve().parents[2]
HANDRAIL = ("-m", "handrail.cli")
SOON = 60.0
BUDDY = "010354"
"""The HR partner of Germany, by number."""


@pytest.fixture
def played_before(demo: Demo, tmp_path: Path) -> Path:
    """A copy of the company whose weeks are over, so that they are not played once more."""
    folder = tmp_path / "acme"
    shutil.copytree(demo.folder, folder, ignore=shutil.ignore_patterns("*.owner", "*-wal", "*-shm"))
    return folder


def asked_by_make(folder: Path) -> Sequence[str]:
    """The command that `make demo` runs, by this Python, over a folder and at any free port."""
    (line,) = re.findall(r"^demo:.*\n\t@\$\(BIN\)/handrail (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    return (sys.executable, *HANDRAIL, *line.split(), "--folder", str(folder), "--port", "0")


def test_in_a_terminal_the_demo_serves_its_company_until_ctrl_c(played_before: Path) -> None:
    with terminal(asked_by_make(played_before)) as seen, chromium() as browser:
        url = seen.read_until(r"Look at it in a browser: (http://\S+)", SOON)[1]
        for role in SAYS:
            mouse = Mouse(Window(browser.new_context().new_page(), url))
            mouse.go("/")
            mouse.press(f", {role}")
            expect(mouse.page.get_by_text("Signed in as")).to_be_visible()
            if role == "manager":
                answer_what_waits(mouse)
            assert mouse.seen.complaints == []
            mouse.page.context.close()
        assert seen.press_ctrl_c(SOON) == 0, seen.written
        assert not seen.anybody_left()
    assert "Traceback" not in seen.written


def answer_what_waits(mouse: Mouse) -> None:
    """The manager names somebody's buddy, and the run's page shows what comes next."""
    mouse.follow("Handoffs")
    mouse.follow("Mine")
    mouse.follow("Who will look after")
    mouse.fill("Who", BUDDY)
    mouse.press("Done")
    expect(mouse.page.get_by_role("status")).to_contain_text("Your answer counts, and the journey goes on.")
    mouse.follow("run R-")
    rows = mouse.page.get_by_role("region", name="Table: Steps").get_by_role("row")
    states = dict(text.split("\t")[:2] for text in rows.all_inner_texts())
    assert "done" in states["buddy"]
    assert "not yet" not in states["day one"], "it waits for the first day, or that was before"


def test_without_a_terminal_the_demo_ends_after_its_screen(played_before: Path) -> None:
    done = subprocess.run(
        asked_by_make(played_before),
        capture_output=True,
        text=True,
        timeout=SOON,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr
    assert "The record of every decision was checked" in done.stdout
    assert "Look at it in a browser" not in done.stdout


def test_ctrl_c_before_the_story_is_told_ends_it_with_a_sentence(tmp_path: Path) -> None:
    with terminal(asked_by_make(tmp_path)) as seen:
        seen.read_until("published the journeys of Acme", SOON)
        assert seen.press_ctrl_c(SOON) == STOPPED
        assert "Stopped before the end of the story." in seen.written
        assert "begin again with another --folder" in seen.written, "it was named"
        assert "Traceback" not in seen.written
        assert not seen.anybody_left()


def test_whoever_named_no_folder_is_not_told_to_name_another() -> None:
    assert stopped(Path("/tmp/acme-1"), named=False) == (
        "Stopped before the end of the story. What lies in /tmp/acme-1 is not whole: begin again, and a new folder is taken."
    )
