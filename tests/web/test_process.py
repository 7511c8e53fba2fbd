"""`handrail serve` and `handrail publish` as people run them: processes of their own, one of which is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2
import pytest
from tests.web.house import told

from handrail.store.opening import Store, open_store

HANDRAIL = [sys.executable, "-m", "handrail.cli"]


def handrail(folder: Path, *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    """One command, run in the workspace's folder."""
    done = subprocess.run([*HANDRAIL, *words], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done


def token(folder: Path, scopes: str) -> dict[str, str]:
    """The header of a new token."""
    made = handrail(folder, "token", "add", f"for {scopes}", "--scopes", scopes, "--json")
    return {"Authorization": f"Bearer {json.loads(made.stdout)['token']}"}


@contextmanager
def served(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The organization, served by a process of its own; the process, and its address."""
    command = [*HANDRAIL, "serve", "--port", "0"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None, "it was asked for"
    try:
        line = process.stdout.readline()
        assert " at http://" in line, f"{line}{process.stderr.read() if process.stderr and not line else ''}"
        yield process, line.partition(" at ")[2].split(" ")[0]
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


@contextmanager
def looked_at(folder: Path) -> Iterator[Store]:
    """The store, beside whoever owns it."""
    store = open_store(f"sqlite:///{folder / 'handrail.db'}", read_only=True)
    try:
        yield store
    finally:
        store.close()


def course(number: int) -> dict[str, Any]:
    """Eva completed a course of that number."""
    return told(f"e{number}", "hris:1005", data={"course": f"C-{number}", "passed": True})


def test_everything_confirmed_is_there_after_a_kill_between_events(company: Path) -> None:
    headers, confirmed = token(company, "events"), dict[int, int]()
    events = [course(number) for number in range(2_000)]
    with served(company) as (process, url):

        def send() -> None:
            with httpx2.Client(headers=headers, trust_env=False, timeout=10) as client:
                for number in range(len(events)):
                    try:
                        answer = client.post(f"{url}/api/events", json=events[number])
                    except httpx2.TransportError:
                        return
                    confirmed[number] = answer.json()["events"][0]["number"]
                    if number == 40:
                        os.kill(process.pid, signal.SIGKILL)

        sender = Thread(target=send)
        sender.start()
        sender.join()
    assert len(confirmed) >= 41
    with served(company) as (_, url), looked_at(company) as store:
        rows = store.ledger_rows(list(confirmed.values()))
        assert len(rows) == len(confirmed)
        again = httpx2.post(f"{url}/api/events", json=[events[n] for n in confirmed], headers=headers, trust_env=False)
        assert {event["became"] for event in again.json()["events"]} == {"duplicate"}
        assert store.verify().ok


@pytest.mark.parametrize("told_by", [signal.SIGTERM, signal.SIGINT])
def test_serve_ends_well_and_says_so_when_it_is_told_to(company: Path, told_by: signal.Signals) -> None:
    with served(company) as (process, url):
        assert httpx2.get(f"{url}/health/live", trust_env=False).status_code == 200
        process.send_signal(told_by)
        assert process.wait(timeout=30) == 0
        assert process.stdout is not None
        assert process.stdout.read() == (
            "Handrail stopped. Nothing that was confirmed is lost: handrail serve goes on from here.\n"
        )


def test_commands_are_done_by_the_process_that_has_the_database(company: Path) -> None:
    with served(company) as (_, url):
        assert "welcome: unchanged" in handrail(company, "publish", "--yes-by", "Ada").stdout
        headers = token(company, "read")
        assert httpx2.get(f"{url}/api/runs", headers=headers, trust_env=False).status_code == 200
        handrail(company, "token", "revoke", "for read", "--yes-by", "Ada")
        assert httpx2.get(f"{url}/api/runs", headers=headers, trust_env=False).status_code == 401
        handrail(company, "token", "revoke", "for read", "--yes-by", "Ada", code=1)
        said = handrail(company, "held", "replay", "99", "--yes-by", "Ada", code=1).stderr
        assert said == "There is no sync 99. See what is held: handrail held\n"
    assert not (company / "handrail.db.sock").exists()


def test_a_file_of_people_is_taken_in_while_the_company_is_served(company: Path) -> None:
    newest = sorted((company / "hr").glob("*.csv"))[-1]
    newest.write_text(newest.read_text("utf-8").replace("Kaya,Demir", "Kaya,Demir-Roth"), "utf-8")
    headers = token(company, "read")
    with served(company) as (_, url):
        done = json.loads(handrail(company, "sync", str(newest), "--json").stdout)
        assert (done["applied"], done["no_change"]) == (1, 11)
        person = httpx2.get(f"{url}/api/people/hris:1011", headers=headers, trust_env=False).json()
        assert person["family_name"] == "Demir-Roth"


def test_a_file_that_is_held_is_rejected_while_the_company_is_served(company: Path) -> None:
    newest = sorted((company / "hr").glob("*.csv"))[-1]
    early = company / "hr" / "workers-2099-01-01.csv"
    early.write_text(newest.read_text("utf-8"), "utf-8")
    with served(company):
        handrail(company, "sync", str(early), code=4)
        done = json.loads(handrail(company, "held", "reject", "3", "--yes-by", "Ada", "--json").stdout)
        assert (done["state"], done["refused"]) == ("rejected", 12)
        again = handrail(company, "held", "reject", "3", "--yes-by", "Ada", code=1)
        assert "it is over" in again.stderr


def test_a_process_that_has_the_database_and_answers_nobody_is_named(company: Path) -> None:
    store = open_store(f"sqlite:///{company / 'handrail.db'}")
    try:
        refused = handrail(company, "publish", "--yes-by", "Ada", code=1)
        assert f"process {os.getpid()}" in refused.stderr
    finally:
        store.close()


def test_a_port_that_is_taken_is_told_with_what_to_do(company: Path, tmp_path: Path) -> None:
    with served(company) as (_, url):
        port = url.rpartition(":")[2]
        other = ["--store", str(tmp_path / "other.db")]
        refused = handrail(company, "serve", "--port", port, *other, code=1)
        assert "cannot be listened on" in refused.stderr
        assert "--port" in refused.stderr


def test_what_runs_is_what_was_published_and_serve_says_where_the_folder_differs(company: Path) -> None:
    journey = company / "journeys" / "welcome.yaml"
    journey.write_text(journey.read_text("utf-8").replace("within: 14 days", "within: 21 days"), "utf-8")
    headers = token(company, "read")
    with served(company) as (process, url):
        before = httpx2.get(f"{url}/api/journeys", headers=headers, trust_env=False).json()["lines"][0]["plan"]
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert '"welcome" was changed since it was published' in said
    done = json.loads(handrail(company, "publish", "--yes-by", "Ada", "--json").stdout)
    assert [(each["journey"], each["became"]) for each in done["journeys"]] == [("welcome", "changed")]
    with served(company) as (_, url):
        after = httpx2.get(f"{url}/api/journeys", headers=headers, trust_env=False).json()["lines"][0]["plan"]
    assert after != before


def test_publishing_the_same_again_changes_nothing(company: Path) -> None:
    assert "welcome: unchanged" in handrail(company, "publish", "--yes-by", "Ada").stdout


@pytest.mark.parametrize("served_meanwhile", [False, True])
def test_publishing_says_that_the_organizations_settings_count_from_now_on(
    company: Path, *, served_meanwhile: bool
) -> None:
    settings = company / "handrail.yaml"
    with served(company) if served_meanwhile else nullcontext():
        settings.write_text(settings.read_text("utf-8").replace("17:00", "16:00"), "utf-8")
        assert "handrail.yaml: published anew" in handrail(company, "publish", "--yes-by", "Ada").stdout
        assert "handrail.yaml" not in handrail(company, "publish", "--yes-by", "Ada").stdout


def test_nothing_is_published_while_anything_is_wrong(company: Path) -> None:
    (company / "journeys" / "broken.yaml").write_text("journey: broken\n", "utf-8")
    journey = company / "journeys" / "welcome.yaml"
    journey.write_text(journey.read_text("utf-8").replace("within: 14 days", "within: 21 days"), "utf-8")
    refused = handrail(company, "publish", "--yes-by", "Ada", code=1)
    assert "handrail check" in refused.stderr
    with looked_at(company) as store:
        assert len(store.publications(current_only=False)) == 1


def test_publishing_wants_the_name_of_whoever_answers_for_it(company: Path) -> None:
    assert "--yes-by" in handrail(company, "publish", code=2).stderr


SWEEP = """
journey: yearly-check
title: Yearly check
purpose: Everybody in Sales is asked once a year.
accountable: team:learning
starts:
  yearly:
    every: year on 1 February at 06:00
    for: person.department is "Sales" and person.status is "active"
once: per person in 300 days
defaults:
  owner: team:learning
  within: 3 business days
  if_late: { stop: nobody answered }
  if_fails: { stop: could not be done }
steps:
  ask_them:
    ask: learner
    todo: Look back at the year.
"""


@pytest.mark.parametrize(("choice", "begun"), [("--from-now-on", 0), ("--those-there", 4)])
def test_a_new_journey_says_whom_it_would_take_and_takes_them_only_if_told(
    company: Path, choice: str, begun: int
) -> None:
    (company / "journeys" / "yearly-check.yaml").write_text(SWEEP, "utf-8")
    undecided = handrail(company, "publish", "--yes-by", "Ada", code=2)
    assert "yearly-check is new. Its schedules would take 4 people now: 4 by “yearly”." in undecided.stderr
    done = json.loads(handrail(company, "publish", "--yes-by", "Ada", choice, "--json").stdout)
    assert done["begun"] == begun
    with looked_at(company) as store:
        assert sum(many for (name, _), many in store.run_counts().items() if name == "yearly-check") == begun


def test_tokens_are_listed_without_themselves_and_taken_back(company: Path) -> None:
    secret = token(company, "read")["Authorization"].removeprefix("Bearer ")
    listed = handrail(company, "token", "list").stdout
    assert "for read" in listed
    assert secret not in listed
    handrail(company, "token", "revoke", "for read")
    handrail(company, "token", "revoke", "for read", code=1)


def test_an_event_told_long_ago_is_still_taken(company: Path) -> None:
    headers = token(company, "events")
    with served(company) as (_, url):
        event = {**course(1), "time": "2020-01-01"}
        answer = httpx2.post(f"{url}/api/events", json=event, headers=headers, trust_env=False)
        assert (answer.status_code, answer.json()["events"][0]["became"]) == (200, "ignored")


def test_an_account_is_made_and_shut_while_the_company_is_served(company: Path) -> None:
    (company / "first").write_text("orange bicycle under rain\n", "utf-8")
    sent = {"login": "root", "password": "orange bicycle under rain"}
    with served(company) as (process, url):
        handrail(company, "account", "add", "root", "--role", "admin", "--password-from", "file:first")
        with httpx2.Client(base_url=url, trust_env=False) as browser:
            assert browser.post("/sign-in", data=sent).status_code == 303
            assert browser.get("/settings").status_code == 200
            done = json.loads(handrail(company, "account", "revoke", "root", "--json", "--yes-by", "Ana").stdout)
            assert done["sessions_ended"] == 1
            assert browser.get("/settings").status_code == 303
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=30)
        assert "nobody can sign in yet" in said[1]
        assert "orange" not in "".join(said)
