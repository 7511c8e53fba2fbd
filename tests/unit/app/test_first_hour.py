"""What a newcomer meets in the first hour with an export of their own, as odd as such exports are."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from typer.testing import CliRunner

from handrail.cli import app

TODAY = datetime.now(UTC).date()
BEFORE = TODAY - timedelta(days=7)
HEAD = (
    "Pers.-Nr.;Nachname;Vorname;Dienstliche E-Mail;Eintrittsdatum;Bereich;Werk;Vorgesetzter (Pers.-Nr.);Besch.-Status"
)
AT_WORK = """\
100001;Hofer;Renate;renate@kran.example;01.04.2009;Verwaltung;Wels;;aktiv
100002;Sommer;Ole;ole@kran.example;01.04.2014;Verwaltung;Linz;100001;aktiv
100003;Huber;Uwe;uwe@kran.example;21.12.2020;Fertigung;Linz;100001;aktiv
100004;Lang;Tanja;tanja@kran.example;10.04.2024;Logistik;Linz;100002;aktiv
100005;Hofer;Jutta;;17.09.2011;Fertigung;Linz;100002;aktiv
100006;Vogt;Bernd;bernd@kran.example;11.02.2024;Fertigung;Wels;100002;aktiv
100006;Stein;Uwe;uwe.stein@kran.example;19.06.2015;Fertigung;Wels;100002;aktiv
100007;Graf;Heike;heike@kran.example;01.03.24;Fertigung;Wels;100002;aktiv
100008;Koch;Dirk;dirk@kran.example;01.03.2019;Fertigung;Wels;100002;aktiv
100009;Moser;Lena;lena@kran.example;01.03.2018;Fertigung;Wels;100002;aktiv
100010;Kern;Ida;ida@kran.example;01.03.2017;Fertigung;Wels;100002;aktiv
"""
NEWCOMER = f"100084;Wolf;Claudia;claudia@kran.example;{TODAY:%d.%m.%Y};Vertrieb;Linz;888888;aktiv\n"


class Hour(NamedTuple):
    """How to type a command there, and what the second sync said."""

    typed: Callable[..., str]
    second: str


@pytest.fixture(scope="module")
def hour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hour]:
    """A workspace proposed from the first file, with both files taken in and the first journey published."""
    folder = tmp_path_factory.mktemp("hour")
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)

        def typed(*words: str) -> str:
            told = CliRunner().invoke(app, list(words))
            assert told.exception is None or isinstance(told.exception, SystemExit), told.output
            return told.output

        for day, rows in (
            (BEFORE, AT_WORK),
            (
                TODAY,
                AT_WORK.replace("2019;Fertigung;Wels;100002;aktiv", "2019;Fertigung;Wels;100002;gekündigt") + NEWCOMER,
            ),
        ):
            Path(f"Personalstamm_{day}.csv").write_text(f"{HEAD}\n{rows}", encoding="utf-8")
        typed("init", "ours", "--from", f"Personalstamm_{BEFORE}.csv")
        patched.chdir(folder / "ours")
        journey = Path("journeys/welcome.yaml")
        journey.write_text(
            journey.read_text(encoding="utf-8").replace("manager or team:learning", "manager"), encoding="utf-8"
        )
        typed("sync", f"../Personalstamm_{BEFORE}.csv")
        typed("publish", "--yes-by", "Ole")
        yield Hour(typed, typed("sync", f"../Personalstamm_{TODAY}.csv"))


def test_columns_are_known_by_what_german_systems_call_them(hour: Hour) -> None:
    mapping = Path("mappings/personalstamm.yaml").read_text(encoding="utf-8")
    assert "department: Bereich" in mapping
    assert "location: Werk" in mapping
    assert "the status? Its values look like it" not in mapping
    assert hour.typed("check", ".") == "6 questions are open: handrail check --remarks .\n"


def test_the_second_file_names_what_is_odd_and_the_command_that_mends_it(hour: Hour) -> None:
    told = hour.second
    assert '"888888" ×1. 1 new person is taken in without it.' in told
    assert "handrail held mend personalstamm --code 'status:gekündigt=VALUE'" in told
    held = hour.typed("held")
    assert "among them: 100006 (lines 7 and 8)" in held
    assert "have the wrong row taken out where it comes from" in held
    assert "its year has two digits" in held
    assert "handrail held mend hris --code 'status:gekündigt=VALUE' (VALUE is one of: " in held
    assert "among them: \n" not in held
    assert "1 person has no work e-mail address" in hour.typed("doctor")


def test_why_says_whom_hr_names_where_nobody_is_found(hour: Hour) -> None:
    why = hour.typed("why", "100084", "welcome")
    assert "manager: “888888” was told on line 13 and not applied (nobody has this key)" in why
    assert (
        f"what was known before stands. It came on {TODAY:%A} {TODAY.day} {TODAY:%B %Y}, in Personalstamm_{TODAY}.csv."
        in why
    )
    whole = hour.typed("why", "100084")
    assert "manager: “888888” was told on line 13 and not applied (nobody has this key)" in whole
    assert "because the first day is not known: its year has two digits" in hour.typed("why", "100007", "welcome")


def test_why_is_asked_from_anywhere_of_the_workspace_that_is_named(
    hour: Hour, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, here = Path.cwd(), hour.typed("why", "100002", "welcome")
    monkeypatch.chdir(tmp_path)
    assert hour.typed("why", "100002", "welcome", "--workspace", str(ours)) == here
    elsewhere = hour.typed("why", "100002", "welcome", "--workspace", str(tmp_path))
    assert elsewhere == f"handrail.yaml is not in {tmp_path}. Name a workspace's folder: --workspace FOLDER\n"


def test_why_says_of_which_day_the_file_was_that_brought_somebody(hour: Hour) -> None:
    said = f"in a file as of {BEFORE:%A} {BEFORE.day} {BEFORE:%B %Y}"
    assert said in hour.typed("why", "100002", "welcome")
