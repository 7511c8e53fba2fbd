"""Running the demo: a process that works, the kill in the middle of the bulk, and another that goes on."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from math import inf
from pathlib import Path
from typing import Final

from handrail.app.demo.company import Company, examples_folder
from handrail.app.demo.crowd import Crowd
from handrail.app.demo.progress import Progress, say
from handrail.app.demo.script import COURSE, END, RELEASED, Script, copy_workspace

KILL_AT: Final = 0.37
"""The share of the bulk that is enrolled when the engine is killed."""

KILLED: Final = "killed-after"
"""The file that says after how many enrollments it was killed."""

PLAYED: Final = "played-in-seconds"
"""The file that says that the story was told to its end here, and how long that took."""

STOPPED: Final = 130
"""The exit code of what somebody stopped by Ctrl-C, as shells have it."""

_POLL_SECONDS: Final = 0.01


def prepare(folder: Path) -> None:
    """Lay the demo's folder out."""
    copy_workspace(examples_folder() / "acme", folder)


def work(folder: Path) -> None:
    """The engine's process: from the beginning, or from where the last one was killed, to the end of the story."""
    company = Company(folder)
    crowd = Crowd(company)
    if company.clock() > company.began:
        say(f"{company.clock():%m-%d}  went on at {company.clock():%H:%M:%S} UTC, where the other one was killed")
        crowd.wake()
    progress = Progress(company.clock, company.began.date(), company.organization_zone)
    progress.go_on(company.store)
    company.engine.after_commit.append(progress.committed)
    Script(company).put_on()
    company.rehearsal.run_until(END)
    company.close()


def run(folder: Path, *, named: bool = True) -> float:
    """Run it all, kill it in the middle of the bulk, let a new process go on. The seconds it took.

    A company whose weeks are over already is left as it is. `named`: somebody chose the folder, and chooses the next.
    """
    if (folder / PLAYED).exists():
        say("Its weeks were played before, and are not played again.")
        return float((folder / PLAYED).read_text())
    began = time.monotonic()
    prepare(folder)
    process = _begin(folder)
    try:
        if _killed_in_the_bulk(folder, process):
            process = _begin(folder)
        process.wait()
    except KeyboardInterrupt:
        process.kill()  # it was told to stop, too, but may be where an interrupt is lost
        process.wait()
        say(stopped(folder, named=named))
        raise SystemExit(STOPPED) from None
    if process.returncode:
        raise SystemExit(process.returncode)
    took = time.monotonic() - began
    (folder / PLAYED).write_text(f"{took:.1f}")
    return took


def stopped(folder: Path, *, named: bool) -> str:
    """What somebody is told who ends it before its end: what lies there, and how to see it whole."""
    again = "begin again with another --folder" if named else "begin again, and a new folder is taken"
    return f"Stopped before the end of the story. What lies in {folder} is not whole: {again}."


def _begin(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "handrail.app.demo.running", str(folder)])  # noqa: S603 - ourselves


def _killed_in_the_bulk(folder: Path, process: subprocess.Popen[bytes]) -> bool:
    """Kill the process in the middle of the bulk; False when it ended before."""
    journal = folder / "lms.journal"
    seen, count = 0, 0
    while process.poll() is None:
        seen, count = _count(journal, seen, count)
        if count and count >= KILL_AT * _released(folder):
            process.send_signal(signal.SIGKILL)
            process.wait()
            (folder / KILLED).write_text(str(count))
            say(f"03-31  killed the engine after {count:,} enrollments")
            return True
        time.sleep(_POLL_SECONDS)
    return False


def killed_after(folder: Path) -> int:
    """After how many enrollments the engine was killed; 0 when it was not."""
    return int((folder / KILLED).read_text()) if (folder / KILLED).exists() else 0


def _released(folder: Path) -> float:
    """How many starts of the bulk were released; before that, more than ever are."""
    return int((folder / RELEASED).read_text()) if (folder / RELEASED).exists() else inf


def _count(journal: Path, seen: int, count: int) -> tuple[int, int]:
    """Enrollments in the bulk's course so far, read on from where we were."""
    if not journal.exists():
        return seen, count
    with journal.open("rb") as file:
        file.seek(seen)
        fresh = file.read()
    whole = fresh.rfind(b"\n") + 1
    lines = fresh[:whole].split(b"\n")
    count += sum(1 for line in lines if COURSE.encode() in line and b'"POST"' in line)
    return seen + whole, count


if __name__ == "__main__":
    try:
        work(Path(sys.argv[1]))
    except KeyboardInterrupt:
        raise SystemExit(STOPPED) from None
