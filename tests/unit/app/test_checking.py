"""What `handrail check` finds, in a workspace, in one file of it, and in a file by itself."""

import json
from pathlib import Path

import pytest
from tests.unit.app.folders import JOURNEY, MAPPING, MESSAGE, small
from typer.testing import CliRunner

from handrail.app.checking import check_paths, compiled
from handrail.app.workspace import load_workspace
from handrail.cli import app
from handrail.terms.problem import JourneyProblems

RUN = CliRunner()


def test_a_right_workspace_prints_nothing(tmp_path: Path) -> None:
    told = RUN.invoke(app, ["check", str(small(tmp_path))])
    assert (told.exit_code, told.output) == (0, "")


def test_a_workspace_with_something_to_mend_ends_with_one(tmp_path: Path) -> None:
    folder = small(tmp_path, {"journeys/hello.yaml": JOURNEY.replace("team:learning", "team:lerning")})
    told = RUN.invoke(app, ["check", str(folder)])
    assert told.exit_code == 1
    assert "hello.yaml:4:14" in told.output
    assert '"team:lerning"' in told.output


def test_remarks_are_shown_on_request_only(tmp_path: Path) -> None:
    folder = str(small(tmp_path, {"messages/unused.md": "# en: Never sent\n\nNever.\n"}))
    assert RUN.invoke(app, ["check", folder]).output == ""
    told = RUN.invoke(app, ["check", folder, "--remarks"])
    assert told.exit_code == 0
    assert 'no journey sends the message "unused"' in told.output


def test_the_same_is_there_for_machines(tmp_path: Path) -> None:
    folder = small(tmp_path, {"messages/greeting.md": ""})
    found = json.loads(RUN.invoke(app, ["check", str(folder), "--json"]).output)
    assert found["right"] is False
    assert found["problems"][0]["code"] == "J115"
    assert found["problems"][0]["line"] > 1


def test_the_schema_is_printed_for_editors() -> None:
    assert json.loads(RUN.invoke(app, ["check", "--schema"]).output)["type"] == "object"


def test_nothing_named_is_nothing_checked() -> None:
    assert RUN.invoke(app, ["check"]).exit_code == 2


def test_one_journey_is_checked_against_the_workspace_around_it(tmp_path: Path) -> None:
    folder = small(tmp_path, {"journeys/hello.yaml": JOURNEY.replace("message: greeting", "message: greting")})
    checked = check_paths([folder / "journeys" / "hello.yaml"])
    assert [problem.code for problem in checked.problems] == ["J115"]
    assert checked.notes == ()


def test_a_journey_by_itself_is_checked_and_says_what_was_taken_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "alone.yaml").write_text(JOURNEY, encoding="utf-8")
    checked = check_paths([tmp_path / "alone.yaml"])
    assert checked.right
    assert "there is no handrail.yaml here or above" in checked.notes[0]


def test_a_mapping_may_be_checked_alone(tmp_path: Path) -> None:
    folder = small(tmp_path, {"mappings/workers.yaml": MAPPING.replace("key: id\n", "")})
    checked = check_paths([folder / "mappings" / "workers.yaml"])
    assert [problem.code for problem in checked.problems] == ["M103"]


def test_a_folder_with_nothing_in_it_is_told_how_to_begin(tmp_path: Path) -> None:
    assert "handrail init" in check_paths([tmp_path]).problems[0].advice


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert [problem.code for problem in check_paths([tmp_path / "no.yaml"]).problems] == ["W101"]


def test_a_message_cannot_speak_of_a_step_its_journey_does_not_have(tmp_path: Path) -> None:
    folder = small(tmp_path, {"messages/greeting.md": MESSAGE.replace("{buddy.who", "{body.who")})
    problems = [problem for problem in check_paths([folder]).problems if problem.severity == "problem"]
    assert {problem.code for problem in problems} == {"W108"}
    assert problems[0].allowed == ("buddy", "greet")
    with pytest.raises(JourneyProblems):
        compiled(load_workspace(folder))


def test_each_problem_is_told_once_however_often_its_file_is_named(tmp_path: Path) -> None:
    folder = small(tmp_path, {"messages/greeting.md": ""})
    assert len(check_paths([folder, folder / "journeys" / "hello.yaml"]).problems) == 1


def test_while_a_mapping_is_broken_the_fields_that_it_would_fill_are_taken_to_exist(tmp_path: Path) -> None:
    where = "'person.department is \"Sales\" and person.extra.boots is 3 and person.levvel > 2'"
    journey = JOURNEY.replace("event: person.hired }", f"event: person.hired, where: {where} }}")
    folder = small(
        tmp_path, {"mappings/workers.yaml": MAPPING.replace("key: id", "kei: id"), "journeys/hello.yaml": journey}
    )
    for path in (folder, folder / "journeys" / "hello.yaml"):
        checked = check_paths([path])
        found = [problem.message for problem in checked.problems if problem.code == "J210"]
        assert found == ["there is no `person.levvel` here"]
        assert any("every field of a person is taken to exist" in note for note in checked.notes)


def test_questions_that_are_still_open_are_remarks_with_their_places(tmp_path: Path) -> None:
    mapping = MAPPING.replace("  email: mail", '  # QUESTION: Is "mail" the work address?\n  email: mail')
    folder = small(tmp_path, {"mappings/workers.yaml": mapping})
    checked = check_paths([folder])
    (found,) = [problem for problem in checked.problems if problem.code == "W115"]
    assert (found.place.line, found.place.column, found.severity) == (8, 3, "remark")
    assert found.message == 'an open question: Is "mail" the work address?'
    assert checked.right
