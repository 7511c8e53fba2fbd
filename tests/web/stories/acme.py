"""Acme as it stands on Monday 16 March at nine: two weeks of work behind it, and this morning's export held.

The weeks are rehearsed with the demo's people and practice systems; then the company is served for real. Unlike in the
demo the program for new managers is for every country, so that more than 400 people are in it.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from tests.web.house import House

from handrail.app.demo.company import BEGIN, TOKEN, Company, examples_folder, mounted, secret_of, systems_in
from handrail.app.demo.crowd import Crowd
from handrail.app.demo.script import MENDER, berlin, copy_workspace
from handrail.app.settings import ConnectionDraft
from handrail.connect.http import Exchange
from handrail.engine.by_hand.releases import release
from handrail.engine.rehearsal import VirtualClock
from handrail.practice.lms import Lms
from handrail.terms.values import Instant

MONDAYS: Final = ("2026-03-02", "2026-03-09", "2026-03-16")
MORNING: Final = berlin(3, 16, 9)
PROGRAM: Final = "new-manager"
_SOME, _ALL = "[ DE, FR, NL ]", "[ DE, FR, NL, US, IN, BR, AE, JP ]"
_WORKSPACE: Final = "acme"


def rehearse(folder: Path) -> None:
    """The two weeks, at rest in `folder`, which is there and empty."""
    copy_workspace(examples_folder() / "acme", folder)
    settings = folder / _WORKSPACE / "handrail.yaml"
    settings.write_text(settings.read_text("utf-8").replace(_SOME, _ALL), "utf-8")
    company = Company(folder)
    Crowd(company)
    at = company.rehearsal.at
    at(BEGIN, lambda _: company.publish())
    for day in MONDAYS:
        at(berlin(3, int(day[-2:]), 5), lambda _, name=f"workers-{day}.csv": _sync(company, name))  # type: ignore[misc]
    at(berlin(3, 3, 9), lambda now: _release(company, now))
    company.rehearsal.run_until(MORNING)
    company.close()
    _to_be_served(company)


class Acme(House):
    """The company, being served, on a clock that stands at nine until somebody moves it."""

    def __init__(self, folder: Path, clock: VirtualClock | None = None) -> None:
        self.time = clock or VirtualClock(MORNING)
        self.systems = systems_in(folder, self.time)
        super().__init__(folder / _WORKSPACE, self.time)

    def _reach(self, draft: ConnectionDraft) -> Exchange:
        return mounted(self.systems[draft.name])

    def finish_course(self, number: str, course: str) -> None:
        """Somebody finishes a course at the LMS, which tells of it as it does."""
        lms = self.systems["lms"]
        assert isinstance(lms, Lms), "the LMS is one"
        lms.complete(number, course, self.time(), score=90, passed=True)
        for told in lms.deliveries():
            answer = self.client().post("/hooks/lms", headers=dict(told.headers), content=told.body)
            assert answer.status_code == 200, answer.text
        self.settle()

    def wait_until(self, moment: Instant) -> None:
        """Let time pass, and all be done that comes due."""
        self.time.to(moment)
        self.settle()

    def count(self, ask: str, *values: object) -> int:
        """A number out of the store, by another way than the pages."""
        ((many,),) = self.runtime.store.database.read(ask, values)
        return int(many)


def copied(rehearsed: Path, folder: Path) -> Path:
    """A copy to be served."""
    shutil.copytree(rehearsed, folder)
    return folder


def _sync(company: Company, name: str) -> None:
    file = company.hris.drop(name, (company.folder / _WORKSPACE / "hr" / name).read_bytes())
    company.syncs().take_in(file, company.moment())
    company.settle_organization()


def _release(company: Company, now: Instant) -> None:
    """Whoever came above the limit of the first day is let in."""
    release(company.engine, PROGRAM, MENDER, now)


def _to_be_served(company: Company) -> None:
    """The store beside the workspace, secrets in files, and a mail server that is not there."""
    folder = company.folder / _WORKSPACE
    shutil.move(company.folder / "handrail.db", folder / "handrail.db")
    secrets = folder / "secrets"
    secrets.mkdir()
    text = (folder / "handrail.yaml").read_text("utf-8").replace(":8105", ":9")
    for name, system in company.systems.items():
        for what, secret in (("TOKEN", TOKEN), ("WEBHOOKS", secret_of(system))):
            (secrets / f"{name}-{what.lower()}").write_text(secret, "utf-8")
            text = text.replace(f"env:ACME_{name.upper()}_{what}", f"file:secrets/{name}-{what.lower()}")
    (folder / "handrail.yaml").write_text(text, "utf-8")
