"""Somebody new gets a workspace that checks clean, imagined or from an export of their own."""

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from handrail.app.checking import check_paths
from handrail.app.organization import resolve
from handrail.app.starting import write_from, write_starter
from handrail.app.workspace import load_workspace
from handrail.cli import app
from handrail.terms.problem import SettingsError

TODAY = date(2026, 3, 9)
EXPORT = """\
Personnel No;Given Name;Surname;E-Mail;Org Unit;Country;Line Manager No;State;Start Date
1001;Ana;Ruiz;ana.ruiz@x.example;Board;ES;;Active;01.02.2015
1002;Bo;Lind;bo.lind@x.example;Sales;SE;1001;Active;01.03.2016
1003;Cy;Orr;cy.orr@x.example;Sales;SE;1002;Active;15.04.2019
1004;Di;Poe;di.poe@x.example;Sales;SE;1002;Terminated;13.05.2021
"""


def test_the_first_workspace_is_right_and_leaves_nothing_to_remark(tmp_path: Path) -> None:
    write_starter(tmp_path, TODAY)
    assert check_paths([tmp_path]).problems == ()


def test_the_second_file_brings_two_newcomers_whose_first_day_is_near(tmp_path: Path) -> None:
    write_starter(tmp_path, TODAY)
    first = (tmp_path / "hr" / "workers-2026-03-02.csv").read_text(encoding="utf-8").splitlines()
    second = (tmp_path / "hr" / "workers-2026-03-09.csv").read_text(encoding="utf-8").splitlines()
    assert second[: len(first)] == first
    assert [line.rpartition(",")[2] for line in second[len(first) :]] == ["2026-03-14", "2026-03-14"]


def test_secrets_are_kept_out_of_git_and_from_others(tmp_path: Path) -> None:
    write_starter(tmp_path, TODAY)
    assert "secrets/" in (tmp_path / ".gitignore").read_text(encoding="utf-8")
    assert (tmp_path / "secrets" / "lms-token").stat().st_mode & 0o077 == 0


def test_nothing_that_is_there_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "handrail.yaml").write_text("mine\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="nothing was written"):
        write_starter(tmp_path, TODAY)
    assert [path.name for path in tmp_path.iterdir()] == ["handrail.yaml"]


def test_an_export_of_ones_own_becomes_a_workspace_that_is_right(tmp_path: Path) -> None:
    export = tmp_path / "our people.csv"
    export.write_text(EXPORT, encoding="utf-8")
    begun = write_from(tmp_path / "ours", export)
    remarks = check_paths([tmp_path / "ours"]).problems
    assert sorted(one.message for one in remarks) == sorted(f"an open question: {each}" for each in begun.questions)
    assert {one.severity for one in remarks} == {"remark"}
    workspace = load_workspace(tmp_path / "ours")
    assert workspace.settings.teams["learning"].lead == "hris:1002"
    assert workspace.settings.zone == "Europe/Stockholm"
    assert any("Who leads learning?" in question for question in begun.questions)
    assert not list((tmp_path / "ours").rglob("*.csv"))


def test_the_organization_is_called_as_its_addresses_end_and_that_is_asked(tmp_path: Path) -> None:
    export = tmp_path / "Personalstamm_2026-11-15.csv"
    export.write_text(EXPORT.replace("@x.example", "@kranbau-hofer.example"), encoding="utf-8")
    begun = write_from(tmp_path / "ours", export)
    assert load_workspace(tmp_path / "ours").settings.name == "Kranbau Hofer"
    assert any("what the organization is called" in question for question in begun.questions)
    export.write_text(EXPORT.replace("@x.example", "@gmail.com"), encoding="utf-8")
    write_from(tmp_path / "mine", export)
    assert load_workspace(tmp_path / "mine").settings.name == "Personalstamm"


def test_the_zone_is_asked_once_and_counts_for_the_working_hours_too(tmp_path: Path) -> None:
    write_starter(tmp_path, TODAY)
    settings = tmp_path / "handrail.yaml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace("zone: Europe/Paris", "zone: Asia/Tokyo", 1), encoding="utf-8"
    )
    found = resolve(load_workspace(tmp_path).settings, lambda _named: {}, range(2026, 2027))
    assert {each.zone for each in found.organization.calendars.values()} == {"Asia/Tokyo"}


def test_the_first_mail_has_a_link_to_answer_by(tmp_path: Path) -> None:
    write_starter(tmp_path, TODAY)
    assert load_workspace(tmp_path).settings.web.url == "http://127.0.0.1:8000"


def test_what_is_not_in_the_export_is_not_in_the_journey(tmp_path: Path) -> None:
    export = tmp_path / "few.csv"
    export.write_text("Staff ID,Full Name\n7,Ana Ruiz\n8,Bo Lind\n", encoding="utf-8")
    write_from(tmp_path / "ours", export)
    journey = (tmp_path / "ours" / "journeys" / "welcome.yaml").read_text(encoding="utf-8")
    assert "manager" not in journey
    assert "hired_on" not in journey
    assert check_paths([tmp_path / "ours"]).right


@pytest.mark.parametrize(("people", "leavers"), [(2, 2), (40, 2), (200, 10), (3_000, 25)])
def test_how_many_may_leave_unasked_fits_the_export(tmp_path: Path, people: int, leavers: int) -> None:
    export = tmp_path / "people.csv"
    rows = [f"{number},Ana Ruiz {number}" for number in range(people)]
    export.write_text("\n".join(["Staff ID,Full Name", *rows, ""]), encoding="utf-8")
    write_from(tmp_path / "ours", export)
    guards = load_workspace(tmp_path / "ours").settings.guards
    assert guards is not None
    assert (guards.leavers, guards.percent) == (leavers, 5)


def test_each_question_stands_in_a_file(tmp_path: Path) -> None:
    export = tmp_path / "people.csv"
    export.write_text(EXPORT, encoding="utf-8")
    begun = write_from(tmp_path / "ours", export)
    written = "".join(path.read_text(encoding="utf-8") for path in begun.files)
    assert all(f"QUESTION: {question}" in written for question in begun.questions)


def test_a_file_that_gives_nothing_to_go_by_is_told(tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_text("", encoding="utf-8")
    told = CliRunner().invoke(app, ["init", str(tmp_path / "ours"), "--from", str(empty)])
    assert told.exit_code == 1
    assert "empty.csv" in told.output
    assert not (tmp_path / "ours").exists()


def test_a_spreadsheet_is_to_be_saved_as_text_first(tmp_path: Path) -> None:
    book = tmp_path / "people.xlsx"
    book.write_bytes(b"PK\x03\x04 and so on")
    with pytest.raises(SettingsError, match="is a spreadsheet"):
        write_from(tmp_path / "ours", book)


def test_the_command_says_what_it_wrote_and_what_it_asks(tmp_path: Path) -> None:
    export = tmp_path / "people.csv"
    export.write_text(EXPORT, encoding="utf-8")
    told = CliRunner().invoke(app, ["init", str(tmp_path / "a"), "--from", str(export)])
    assert (told.exit_code, "Not sure about" in told.output) == (0, True)
    for file, asked in (("handrail.yaml", 4), ("mappings/people.yaml", 1)):
        lines = (tmp_path / "a" / file).read_text(encoding="utf-8").count("# QUESTION:")
        assert lines == asked
        assert f"{tmp_path / 'a' / file}  ({'1 question' if asked == 1 else f'{asked} questions'})" in told.output
    found = json.loads(CliRunner().invoke(app, ["init", str(tmp_path / "b"), "--json"]).output)
    assert (found["right"], found["questions"]) == (True, [])


def test_the_first_page_shows_what_a_newcomer_really_sees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_starter(Path("welcome"), TODAY)
    journey = Path("welcome/journeys/welcome.yaml")
    journey.write_text(journey.read_text(encoding="utf-8").replace("manager or team:learning", "team:lerning"))
    page = Path(__file__).parents[3] / "docs" / "start" / "first-workspace.md"
    assert CliRunner().invoke(app, ["check", "welcome"]).output in page.read_text(encoding="utf-8")


def test_the_command_says_what_it_read_and_doubts(tmp_path: Path) -> None:
    export = tmp_path / "people.csv"
    more = (
        "1005;Ed;Fry;ed@;Sales;SE;99999;Active;15.04.2019\n1006;Fi;Gut;fi@x.example;Sales;SE;99999;Active;15.04.2019\n"
    )
    export.write_text(EXPORT + more, encoding="utf-8")
    told = CliRunner().invoke(app, ["init", str(tmp_path / "ours"), "--from", str(export)]).output
    assert '  - line 6: "ed@" in "E-Mail" (no e-mail address)\n' in told
    assert '  - line 6 and 1 more: "99999" in "Line Manager No" (nobody in this file has this key)\n' in told
    assert f"handrail check {tmp_path / 'ours'} --remarks" in told
    assert not any(
        "ed@" in path.read_text(encoding="utf-8") for path in (tmp_path / "ours").rglob("*") if path.is_file()
    )


def test_open_questions_are_pointed_at_beside_a_check_that_finds_nothing_wrong(tmp_path: Path) -> None:
    export = tmp_path / "people.csv"
    export.write_text(EXPORT, encoding="utf-8")
    begun = write_from(tmp_path / "ours", export)
    told = CliRunner().invoke(app, ["check", str(tmp_path / "ours")])
    pointed = f"{len(begun.questions)} questions are open: handrail check --remarks {tmp_path / 'ours'}\n"
    assert (told.exit_code, told.stdout, told.stderr) == (0, "", pointed)
    settings = tmp_path / "ours" / "handrail.yaml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("# QUESTION: Who", "# who"), encoding="utf-8")
    assert f"{len(begun.questions) - 1} question" in CliRunner().invoke(app, ["check", str(tmp_path / "ours")]).stderr


def test_a_buddy_is_asked_for_as_the_readme_says_and_the_letter_has_the_name(tmp_path: Path) -> None:
    export = tmp_path / "people.csv"
    export.write_text(EXPORT, encoding="utf-8")
    write_from(tmp_path / "ours", export)
    write_starter(tmp_path / "small", TODAY)
    form = "    form: { who: person }\n"
    assert form in (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    for folder in (tmp_path / "ours", tmp_path / "small"):
        assert form in (folder / "journeys" / "welcome.yaml").read_text(encoding="utf-8")
        assert "{buddy.who.name or " in (folder / "messages" / "hello.md").read_text(encoding="utf-8")
        assert not [each for each in check_paths([folder]).problems if each.severity != "remark"]


def test_a_check_of_the_example_says_nothing_at_all() -> None:
    acme = Path(__file__).parents[3] / "examples" / "acme"
    told = CliRunner().invoke(app, ["check", str(acme)])
    assert (told.exit_code, told.stdout, told.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        ("Cy Orr", 'Write "hris:1003".'),
        ("1003", 'Write "hris:1003".'),
        ("Bo Orr", "Write hris: and their Personnel No, without a space between; or an e-mail address."),
        ("7007", 'Write "hris:7007" (hris: and their Personnel No, without a space between); or an e-mail address.'),
    ],
)
def test_whoever_names_the_lead_otherwise_is_told_the_very_text(tmp_path: Path, wrong: str, advice: str) -> None:
    export = tmp_path / "people.csv"
    export.write_text(EXPORT, encoding="utf-8")
    write_from(tmp_path / "ours", export)
    settings = tmp_path / "ours" / "handrail.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('lead: "hris:1002"', f'lead: "{wrong}"', 1), encoding="utf-8")
    told = [each.advice for each in check_paths([tmp_path / "ours"]).problems if each.code == "W105"]
    assert told == [advice]


def test_two_of_one_name_are_both_named(tmp_path: Path) -> None:
    export = tmp_path / "people.csv"
    export.write_text(EXPORT.replace("1004;Di;Poe", "1004;Cy;Orr"), encoding="utf-8")
    write_from(tmp_path / "ours", export)
    settings = tmp_path / "ours" / "handrail.yaml"
    settings.write_text(settings.read_text(encoding="utf-8").replace('"hris:1002"', '"cy orr"', 1), encoding="utf-8")
    told = CliRunner().invoke(app, ["check", str(tmp_path / "ours")]).output
    assert 'Write the one of them who is meant: "hris:1003", "hris:1004".' in told
