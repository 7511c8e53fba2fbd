"""Commands and workspaces that are wrong: exit code 2 for what was typed, 1 for what must be mended, and nothing is changed."""

import pytest
from tests.unit.bad_input.desk import Desk


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("nonsense", "No such command 'nonsense'."),
        ("runs --nonsense", "No such option: --nonsense"),
        ("runs --limit many", "Invalid value for '--limit'"),
        ("why", "Missing argument 'what'."),
        ("runs --phase sleeping", 'There is no phase "sleeping"; there are: all, finished,'),
        ("handoffs --only lost", '--only "lost": write open, late or all.'),
        ("restore", "Name the file that `handrail backup` wrote, or say --resume for a copy that was restored."),
        ("restore --resume", "say who answers for it, with --yes-by NAME."),
        ("serve --port 999999", "Invalid value for '--port'"),
    ],
)
def test_what_was_typed_wrong_is_said_with_what_to_type(desk: Desk, words: str, says: str) -> None:
    said = desk.types(*words.split())
    assert said.exit_code == 2
    assert says in " ".join(said.stderr.split())


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\xfe organization: [", ":1: the byte 0xFF is not UTF-8. Nothing was changed."),
        (b"organization: [", ":1: "),
        (b"", ":1: "),
    ],
    ids=["no text", "no YAML", "empty"],
)
def test_a_workspace_that_cannot_be_read_changes_nothing(desk: Desk, content: bytes, says: str) -> None:
    (desk.workspace / "handrail.yaml").write_bytes(content)
    before = desk.rows()
    for words in (["sync", desk.second], ["publish", "--yes-by", "Ann"], ["serve", "--port", "0"]):
        said = desk.types(*words, "--workspace", desk.workspace)
        assert said.exit_code == 1
        assert f"{desk.workspace}/handrail.yaml{says}" in said.stderr
        assert "See all with their advice: handrail check" in said.stderr
    assert desk.rows() == before


def test_a_folder_without_a_workspace_is_said(desk: Desk) -> None:
    for words, code in ((["sync", desk.second], 2), (["publish", "--yes-by", "Ann"], 1)):
        said = desk.types(*words, "--workspace", desk.folder)
        assert said.exit_code == code
        assert "handrail.yaml" in said.stderr
    assert desk.types("check", desk.folder).exit_code == 1


def test_a_broken_journey_stops_publishing_and_what_ran_goes_on(desk: Desk) -> None:
    assert desk.types("publish", "--yes-by", "Ann", "--workspace", desk.workspace).exit_code == 0
    before = desk.rows(("plan", "publication", "settings"))
    journey = desk.workspace / "journeys" / "welcome.yaml"
    journey.write_text(journey.read_text().replace("steps:", "stepps:", 1))
    said = desk.types("publish", "--yes-by", "Ann", "--workspace", desk.workspace)
    assert said.exit_code == 1
    assert "journeys/welcome.yaml:" in said.output
    assert desk.rows(("plan", "publication", "settings")) == before


def test_a_workspace_is_never_written_over(desk: Desk) -> None:
    before = (desk.workspace / "handrail.yaml").read_bytes()
    said = desk.types("init", desk.workspace)
    assert (said.exit_code, "there already, and nothing was written" in said.output) == (1, True)
    assert (desk.workspace / "handrail.yaml").read_bytes() == before
