"""`handrail account`, typed in a shell: beside a workspace at rest, and while somebody owns its database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from handrail.app.access.accounts import the_account
from handrail.app.access.passwords import fits
from handrail.store.opening import open_store

PASSWORD = "orange bicycle under rain"


def typed(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "handrail.cli", "account", *words, "--store", str(folder)]
    environment = {**os.environ, "FIRST_PASSWORD": PASSWORD}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=120)


def said(folder: Path, *words: str) -> str:
    done = typed(folder, *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_first_administrator_is_made_and_can_sign_in(tmp_path: Path) -> None:
    told = said(tmp_path, "add", "Ada@Acme.example", "--role", "admin", "--password-from", "env:FIRST_PASSWORD")
    assert told == "ada@acme.example may sign in: admin.\n"
    store = open_store(f"sqlite:///{tmp_path / 'handrail.db'}")
    account = the_account(store, "ada@acme.example")
    assert fits(account.password, PASSWORD)
    assert not fits(account.password, PASSWORD + "x")
    assert PASSWORD not in repr(store.database.read("SELECT * FROM account"))
    store.close()


def test_roles_are_given_and_taken_and_the_last_administrator_stays(tmp_path: Path) -> None:
    said(tmp_path, "add", "ada", "--role", "admin", "--role", "operations in Sales", "--password-from", "none")
    assert said(tmp_path, "roles", "ada", "--give", "auditor", "--take", "operations in Sales") == (
        "ada has now: admin, auditor.\n"
    )
    for words in (("roles", "ada", "--take", "admin"), ("revoke", "ada", "--close")):
        refused = typed(tmp_path, *words)
        assert refused.returncode == 1
        assert "last administrator" in refused.stderr
    said(tmp_path, "add", "bo", "--role", "admin", "--password-from", "none")
    said(tmp_path, "revoke", "ada", "--close")
    listed = json.loads(said(tmp_path, "list", "--json"))["accounts"]
    assert [(each["login"], each["roles"]) for each in listed] == [("bo", ["admin"])]


WRONG = [
    (("add", "ada", "--role", "chief", "--password-from", "none"), 1, "There is no role"),
    (("add", "a b", "--password-from", "none"), 1, "cannot be a login"),
    (("add", "ada", "--password-from", "env:NOT_SET_ANYWHERE"), 1, "is not set"),
    (("add", "ada", "--password-from", PASSWORD), 2, "write env:NAME or file:PATH"),
    (("add", "ada"), 2, "There is nobody to type a password"),
    (("roles", "nobody", "--give", "admin"), 1, "There is no account"),
]


@pytest.mark.parametrize(("words", "code", "sentence"), WRONG, ids=[" ".join(one[0][:3]) for one in WRONG])
def test_whoever_types_it_wrong_is_told_what_is_wrong(
    tmp_path: Path, words: tuple[str, ...], code: int, sentence: str
) -> None:
    open_store(f"sqlite:///{tmp_path / 'handrail.db'}").close()
    done = typed(tmp_path, *words)
    assert (done.returncode, sentence in done.stderr) == (code, True), done.stderr
    assert "Traceback" not in done.stderr


def test_a_password_that_is_too_short_is_refused(tmp_path: Path) -> None:
    (tmp_path / "short").write_text("short\n", "utf-8")
    done = typed(tmp_path, "add", "ada", "--password-from", f"file:{tmp_path / 'short'}")
    assert done.returncode == 1
    assert "12 to 200 characters" in done.stderr
