"""The console over the demo's company: served after its weeks, with an account for each role that one click signs in as."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import pytest
from tests.demo.played import Demo

from handrail.insight.rights import ROLES

SERVE = (
    "import sys; from pathlib import Path; from handrail.app.demo.console import serve_console; "
    "from handrail.app.serving import Address; "
    "serve_console(Path(sys.argv[1]), Address(port=0), lambda url: print(url, flush=True))"
)


@pytest.fixture(scope="module")
def console(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("console") / "acme"
    shutil.copytree(demo.folder, folder, ignore=shutil.ignore_patterns("*.owner", "*-wal", "*-shm"))
    command = [sys.executable, "-c", SERVE, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=120) == 0, "Ctrl-C ends it, and is no fault"


@contextmanager
def signed_in(console: str, role: str) -> Iterator[httpx2.Client]:
    """Somebody who has clicked on the button of a role."""
    with httpx2.Client(base_url=console, follow_redirects=True, trust_env=False) as client:
        client.post("/sign-in/demo", data={"login": f"demo-{role}", "next": "/"})
        yield client


def test_one_click_signs_in_as_each_role(console: str) -> None:
    page = httpx2.get(f"{console}/sign-in", trust_env=False).text
    assert sorted(re.findall(r'value="demo-([\w-]+)"', page)) == sorted(ROLES)
    for role in ROLES:
        with signed_in(console, role) as client:
            answer = client.get("/")
            assert answer.status_code == 200, role
            assert "Signed in as" in answer.text, role


def test_the_learner_has_something_next_and_the_manager_somebody_who_waits(console: str) -> None:
    with signed_in(console, "learner") as client:
        assert "up to you" in client.get("/my/learning").text
    with signed_in(console, "manager") as client:
        assert "Nobody waits for you" not in client.get("/my/people").text
