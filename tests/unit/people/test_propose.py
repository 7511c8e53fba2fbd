"""A first mapping for an export nobody has described: usable at once, with its doubts as questions in the file."""

import io
import re
from pathlib import Path

import pytest
from tests.unit.people.acme import ACME, noon
from tests.unit.people.directory import MemoryDirectory

from handrail.people.mappings.propose import NoProposal, Proposal, propose
from handrail.people.mappings.read import read_mapping
from handrail.people.sync import Syncs

OTHER = """Staff No;Surname;Forename;E-Mail;Position;Abteilung;Reports To;Worker Type;State;Start Date;Land;FTE
A1;Bell;Ann;ann@x.example;Head;Sales;;Regular;A;01.02.2020;de;1,0
A2;Cole;Ben;ben@x.example;Clerk;Sales;A1;Regular;A;13.05.2021;de;0,5
A3;Dorn;Cat;cat@x.example;Clerk;Legal;A1;Freelancer;Sabbatical;20.11.2022;fr;1,0
A4;Eck;Dan;dan@x.example;Clerk;Legal;A1;Trainee;T;07.08.2023;fr;1,0
"""


def proposed(text: str, name: str = "export-2026-03-02.csv") -> Proposal:
    return propose(lambda: io.BytesIO(text.encode()), name)


def test_acmes_own_export_is_recognized_field_by_field() -> None:
    path = ACME / "hr" / "workers-2026-03-02.csv"
    found = propose(lambda: path.open("rb"), path.name)
    mapping = read_mapping(found.text, "workers.yaml")
    assert mapping.key == ("employee_id",)
    assert mapping.file == "workers-{date}.csv"
    filled = {rule.field for rule in mapping.fields}
    assert {
        "name",
        "email",
        "personal_email",
        "title",
        "level",
        "department",
        "country",
        "time_zone",
        "manager",
    } <= filled
    assert {"contract", "fte", "status", "hired_on", "left_on", "leave_from", "leave_to"} <= filled
    hired_on = next(rule for rule in mapping.fields if rule.field == "hired_on")
    assert hired_on.dates == ("YYYY-MM-DD", "MM/DD/YYYY")
    assert any('"dept_code"' in question for question in found.questions)


def test_an_export_with_other_names_is_synced_by_its_proposal(tmp_path: Path) -> None:
    found = proposed(OTHER)
    mapping = read_mapping(found.text, "export.yaml")
    path = tmp_path / "export-2026-03-02.csv"
    path.write_text(OTHER, encoding="utf-8")
    directory = MemoryDirectory()
    record = Syncs(directory, mapping).take_in(path, noon("03-02"))
    assert (record.stands.applied, record.stands.held) == (3, 1)
    ben = directory.person("hris", "A2")
    assert (ben.name, ben.manager, ben.fte) == ("Ben Cole", directory.person("hris", "A1").id, 0.5)
    assert (str(ben.hired_on), ben.country, ben.contract) == ("2021-05-13", "DE", "permanent")
    assert directory.person("hris", "A4").status == "left"


def test_a_word_that_is_not_known_is_asked_and_held_until_somebody_says() -> None:
    found = proposed(OTHER)
    question = 'What does "Sabbatical" in "State" mean: active, left, on leave, preboarding?'
    assert question in found.questions
    assert f"# QUESTION: {question}" in found.text


def test_days_and_months_that_cannot_be_told_apart_are_asked() -> None:
    found = proposed("id,name,hire date\n1,Ann,03/04/2020\n2,Ben,05/06/2021\n3,Cat,01/02/2022\n")
    assert any("Day and month cannot be told apart" in question for question in found.questions)


def test_a_column_full_of_other_peoples_keys_may_be_the_manager() -> None:
    lines = "".join(f"{n},P{n},{n % 3 + 1}\n" for n in range(1, 30))
    found = proposed("id,name,chief\n" + lines)
    assert found.fields["manager"] == "chief"
    assert any('Is "chief" the manager?' in question for question in found.questions)


def test_every_question_of_a_proposal_stands_in_its_text() -> None:
    found = proposed(OTHER)
    assert [line.strip() for line in found.text.splitlines() if "# QUESTION" in line] != []
    assert all(f"# QUESTION: {question}" in found.text for question in found.questions)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Staff No,name\n1,Ann\n1,Ann\n2,Ben\n", '"Staff No" comes nearest, but 1 stands in more than one row.'),
        ("Staff No,name\n1,Ann\n,Ann\n2,Ann\n", '"Staff No" comes nearest, but 1 of 3 rows have none.'),
        ("Staff No,name\n", "there is a line of column names, and no row of anybody."),
    ],
)
def test_why_nobody_can_be_told_apart_is_said_of_the_column_that_comes_nearest(text: str, said: str) -> None:
    with pytest.raises(NoProposal, match=re.escape(said)):
        proposed(text)


def test_a_manager_who_is_not_found_is_asked_for_with_what_must_stand_there() -> None:
    found = proposed("Staff No,name,boss mail\n1,Ann,\n2,Ben,ann@example.com\n")
    assert any('must hold their "Staff No", not a name or an address' in question for question in found.questions)


@pytest.mark.parametrize("text", ["", "name,city\nAnn,Rome\nAnn,Rome\nAnn,Bonn\n"])
def test_a_file_that_gives_nothing_to_go_by_gets_no_proposal(text: str) -> None:
    with pytest.raises(NoProposal):
        proposed(text)
