"""A first mapping for an export nobody has described: usable at once, with its doubts as questions in the file."""

import io
import re
from pathlib import Path

import pytest
from tests.unit.people.acme import ACME, noon
from tests.unit.people.directory import MemoryDirectory

from handrail.people.mappings.columns import DISTINCT_MAX, columns_of
from handrail.people.mappings.propose import NoProposal, Proposal, propose
from handrail.people.mappings.read import read_mapping
from handrail.people.rows import inspect
from handrail.people.sync import Syncs

OTHER = """Staff No;Surname;Forename;E-Mail;Position;Abteilung;Reports To;Worker Type;State;Start Date;Land;FTE
A1;Bell;Ann;ann@x.example;Head;Sales;;Regular;A;01.02.2020;de;1,0
A2;Cole;Ben;ben@x.example;Clerk;Sales;A1;Regular;A;13.05.2021;de;0,5
A3;Dorn;Cat;cat@x.example;Clerk;Legal;A1;Freelancer;Sabbatical;20.11.2022;fr;1,0
A4;Eck;Dan;dan@x.example;Clerk;Legal;A1;Trainee;T;07.08.2023;fr;1,0
"""

GERMAN = """Pers.-Nr.;Nachname;Vorname;Kontakt;E-Mail privat;Stellenbezeichnung;Abteilung;Kostenstelle;Land;Vorgesetzte/r;Beschäftigungsart;Beschäftigungsstatus;Eintrittsdatum
101;Weiß;Sören;Soeren.Weiss@x.example;s@y.example;Leitung;Vertrieb;200;Deutschland;;unbefristet;beschäftigt;01.02.2020
102;Kühn;Ida;ida.kuehn@x.example;i@y.example;Beratung;Vertrieb;200;Österreich;soeren.weiss@x.example;unbefristet;Elternzeit;13.05.2021
103;Maß;Tom;tom.mass@x.example;;Beratung;Vertrieb;200;Schweiz;ida.kuehn@x.example;Werkstudent;beschäftigt;20.11.2022
104;Groß;Eva;eva.gross@x.example;;Beratung;Vertrieb;200;DE;ida.kuehn@x.example;befristet;ausgeschieden;07.08.2023
105;Lenz;Max;max.lenz@x.example;;Beratung;Vertrieb;200;Deutschland;ida.kuehn@x.example;Azubi;beschäftigt;07.08.2023
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
        ("Staff No,name\n1,Ann\n1,Ben\n2,Ben\n", '"Staff No" comes nearest, but 1 stands in more than one row.'),
        ("Staff No,name\n1,Ann\n,Ann\n2,Ann\n", '"Staff No" comes nearest, but 1 of 3 rows have none.'),
        ("Staff No,name\n", "there is a line of column names, and no row of anybody."),
    ],
)
def test_why_nobody_can_be_told_apart_is_said_of_the_column_that_comes_nearest(text: str, said: str) -> None:
    with pytest.raises(NoProposal, match=re.escape(said)):
        proposed(text)


def test_a_manager_who_is_not_found_is_asked_for_with_what_must_stand_there() -> None:
    found = proposed("Staff No,name,boss mail\n1,Ann,\n2,Ben,ann@example.com\n")
    assert any(
        'must hold their "Staff No" or their work address, not a name' in question for question in found.questions
    )


@pytest.mark.parametrize("text", ["", "name,city\nAnn,Rome\nAnn,Rome\nAnn,Bonn\n"])
def test_a_file_that_gives_nothing_to_go_by_gets_no_proposal(text: str) -> None:
    with pytest.raises(NoProposal):
        proposed(text)


def test_a_german_export_is_synced_by_its_proposal(tmp_path: Path) -> None:
    mapping = read_mapping(proposed(GERMAN).text, "export.yaml")
    path = tmp_path / "export-2026-03-02.csv"
    path.write_text(GERMAN, encoding="utf-8")
    directory = MemoryDirectory()
    record = Syncs(directory, mapping).take_in(path, noon("03-02"))
    assert (record.stands.applied, record.alerts) == (5, ())
    people = [directory.person("hris", str(number)) for number in range(101, 106)]
    assert [person.country for person in people] == ["DE", "AT", "CH", "DE", "DE"]
    assert [person.status for person in people] == ["active", "on leave", "active", "left", "active"]
    assert [person.contract for person in people] == ["permanent", "permanent", "intern", "temporary", "intern"]
    assert [person.manager for person in people] == [None, people[0].id, *[people[1].id] * 3]
    assert people[1].personal_email == "i@y.example"


def test_a_column_is_recognized_by_its_addresses_and_asked_for() -> None:
    found = proposed(GERMAN)
    assert found.fields["email"] == "Kontakt"
    assert 'Is "Kontakt" the work address? Its values are e-mail addresses.' in found.questions


def test_a_column_of_other_peoples_addresses_may_be_the_manager() -> None:
    found = proposed(GERMAN.replace("Vorgesetzte/r", "Wer leitet"))
    assert "  manager: { column: Wer leitet, by: email }" in found.text
    assert 'Is "Wer leitet" the manager? Its values are addresses of other people.' in found.questions


def test_a_column_of_known_words_is_recognized_whatever_its_name() -> None:
    found = proposed(GERMAN.replace("Beschäftigungsstatus", "Zustand"))
    assert found.fields["status"] == "Zustand"
    assert 'Is "Zustand" the status? Its values look like it.' in found.questions


def test_a_country_that_is_not_known_by_its_name_is_asked_for() -> None:
    many = GERMAN + GERMAN.split("\n", 1)[1].replace("\n10", "\n20").replace("101;", "201;", 1)
    found = proposed(many.replace("Schweiz", "Helvetien", 1))
    assert 'What does "Helvetien" in "Land" mean: a code of two letters?' in found.questions


def test_a_key_that_stands_twice_in_a_small_file_is_proposed_and_its_rows_are_said_to_be_held(tmp_path: Path) -> None:
    text = GERMAN + "105;Lenz;Moritz;moritz.lenz@x.example;;Beratung;Vertrieb;200;DE;;Azubi;beschäftigt;07.08.2023\n"
    found = proposed(text)
    assert (
        'Whose is 105 in "Pers.-Nr."? It stands in more than one row. '
        "Rows that say different things of one key will be held: correct them at the source."
    ) in found.questions
    path = tmp_path / "export-2026-03-02.csv"
    path.write_text(text, encoding="utf-8")
    record = Syncs(MemoryDirectory(), read_mapping(found.text, "export.yaml")).take_in(path, noon("03-02"))
    assert (record.stands.applied, record.stands.held) == (4, 2)


@pytest.mark.parametrize("odd", ["\0", "\x1b", "\n", "\t", "\u2028", "\ufeff", '"', "\\", "#", ": ", "{", "$", "é"])
def test_whatever_stands_in_the_names_of_columns_the_proposal_reads_as_it_was_meant(odd: str) -> None:
    written = odd.replace('"', '""')
    text = f'"Id{written}","Surname{written}","Other{written}"\n1,Bell,x\n2,Cole,y\n'
    found = proposed(text)
    header = inspect(lambda: io.BytesIO(text.encode()), ()).header
    assert read_mapping(found.text, "workers.yaml").key == (header[0],)
    assert found.fields == {"family_name": header[1]}
    assert all(question in found.text for question in found.questions)


def test_an_export_of_which_no_column_is_recognized_gets_a_mapping_to_be_filled() -> None:
    found = proposed("b,c\n1,x\n2,y\n")
    mapping = read_mapping(found.text, "workers.yaml")
    assert (mapping.key, found.fields) == (("b",), {})
    assert "# Not used: c" in found.text


NAMES = ("Anna", "Béla", "Chloé", "Dora", "Emil", "Fabien", "Gerda", "Hugo", "Inès", "Jan")
FRENCH = "Rufname;Nom;Ref RH;N+1;Entrée;Sortie\n" + "".join(
    f"{name};Martin;M-{n:04};{'M-0001' if n > 1 else ''};{n + 10}.02.2020;\n" for n, name in enumerate(NAMES, 1)
)


def test_the_column_to_which_another_refers_is_the_key_and_the_rivals_are_named() -> None:
    found = proposed(FRENCH)
    assert "key: Ref RH " in found.text
    assert found.fields["manager"] == "N+1"
    assert (
        'Does "Ref RH" name a person for ever? It was taken because "N+1" refers to its values; also unique: "Rufname", "Entrée".'
    ) in found.questions


def test_what_looks_like_ids_is_the_key_before_words_and_dates() -> None:
    found = proposed("Wer;Am;Ref\nAnna;13.02.2020;X7\nEmil;14.02.2020;X8\n")
    assert "key: Ref " in found.text


def test_a_column_of_plain_words_is_no_key() -> None:
    with pytest.raises(NoProposal, match='"Wer" comes nearest, but words or dates stand in it'):
        proposed("Wer;Wo\nAnna;Rom\nEmil;Bonn\n")


def test_a_french_export_is_recognized_by_the_names_of_its_columns() -> None:
    header = "Matricule;Prénom;Nom;Responsable;Date d'entrée;Sortie;Service;Site;Pays;Poste"
    found = proposed(header + "\n7;Inès;Roy;;13.02.2020;;RH;Lyon;FR;Chef\n8;Hugo;Bon;7;14.02.2020;;RH;Lyon;FR;Chef\n")
    assert "key: Matricule " in found.text
    fields = [
        "given_name",
        "family_name",
        "manager",
        "hired_on",
        "left_on",
        "department",
        "location",
        "country",
        "title",
    ]
    assert found.fields == dict(zip(fields, header.split(";")[1:], strict=True))


def test_what_french_systems_write_leaves_nothing_to_ask() -> None:
    header = "Matricule;Prénom;Nom d'usage;Mél;N+1;Entrée le;Sortie le;Statut;Contrat;Pays"
    rows = (
        "7;Inès;Roy;ines@werk.example;;13.02.2020;;actif;CDI;Allemagne",
        "8;Hugo;Bon;hugo@werk.example;7;14.02.2020;28.02.2026;sorti;CDD;Suisse",
        "9;Léa;Mer;lea@werk.example;7;15.02.2020;;congé parental;stagiaire;Belgique",
    )
    found = proposed("\n".join((header, *rows)) + "\n")
    for said in ("actif: active", "sorti: left", "CDI: permanent", "Suisse: CH", 'family_name: "Nom d\'usage"'):
        assert said in found.text
    assert found.questions == ()


def test_a_row_that_stands_twice_and_one_without_a_key_stop_no_proposal() -> None:
    again = FRENCH.splitlines()[-1]
    found = proposed(f"{FRENCH}{again}\nZoé;Petit;;M-0001;25.02.2020;\n")
    assert "key: Ref RH " in found.text
    assert 'Who is in the row without "Ref RH"? Nobody can be told by it: add it at the source.' in found.questions


def test_an_empty_column_of_dates_takes_the_format_of_any_other_column() -> None:
    found = proposed(FRENCH.replace("Entrée", "Dabei"))
    assert "left_on: { column: Sortie, dates: [YYYY-MM-DD, DD.MM.YYYY] }" in found.text


def test_memory_is_bounded_however_many_rows_there_are() -> None:
    rows = [*([str(number)] for number in range(DISTINCT_MAX)), ["late"], ["late"]]
    (column,) = columns_of(["id"], rows)
    assert (column.rows, len(column.values)) == (DISTINCT_MAX + 2, DISTINCT_MAX), "beyond that nothing is told apart"
