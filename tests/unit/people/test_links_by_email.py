"""A manager told by an address: matched against the file and what is known, never against a guess."""

from pathlib import Path

import pytest
from tests.unit.people.small import ANN, BEN, CAT, TEXT, Company, on

from handrail.people.compare import Told
from handrail.people.mappings.read import read_mapping
from handrail.people.telling import tell

BY_EMAIL = TEXT.replace("manager: boss", "manager: { column: boss, by: email }")
BEN_BY_EMAIL = BEN.replace(",1,", ",ANN@X.example,")
CAT_BY_EMAIL = CAT.replace(",1,", ", ann@x.example ,")


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """Three people whose managers are told by their addresses."""
    company = Company(tmp_path, BY_EMAIL)
    company.sync("03-02", BEN_BY_EMAIL, CAT_BY_EMAIL, ANN)
    return company


def manager(company: Company, key: str) -> object:
    return company.directory.person("hris", key).manager


def number(company: Company, key: str) -> int:
    return company.directory.person("hris", key).id


def reasons(company: Company, sync: int) -> list[tuple[str, str, str]]:
    return [(value.key, value.reason, value.seen) for value in company.directory.not_applied(sync)]


def test_a_manager_told_by_an_address_is_linked_whatever_its_capitals(company: Company) -> None:
    assert [manager(company, key) for key in "23"] == [number(company, "1")] * 2
    assert manager(company, "1") is None


def test_an_address_of_nobody_is_not_applied_and_the_reason_says_so(company: Company) -> None:
    record = company.sync("03-09", ANN, BEN_BY_EMAIL, CAT.replace(",1,", ",who@x.example,"))
    assert reasons(company, record.id) == [("3", "this is the e-mail of nobody here", "who@x.example")]
    assert manager(company, "3") == number(company, "1")


def test_an_address_of_two_people_is_not_applied_and_the_reason_says_so(company: Company) -> None:
    eve = "5,Eve Fox,ann@x.example,ENG,,active,2020-01-01"
    dan = "4,Dan Eck,,ENG,ann@x.example,active,2020-01-01"
    record = company.sync("03-09", ANN, BEN_BY_EMAIL, CAT_BY_EMAIL, eve, dan)
    assert reasons(company, record.id) == [("4", "this is the e-mail of 2 people", "ann@x.example")]


def test_nobody_is_their_own_manager_by_an_address_either(company: Company) -> None:
    record = company.sync("03-09", ANN, BEN.replace(",1,", ",ben@x.example,"), CAT_BY_EMAIL)
    assert reasons(company, record.id) == [("2", "this is the person's own e-mail", "ben@x.example")]


@pytest.mark.parametrize("ann_first", [True, False])
def test_the_address_that_the_file_gives_somebody_counts_before_the_one_known(
    company: Company, *, ann_first: bool
) -> None:
    ann, eve = ANN.replace("ann@", "ann.bell@"), "5,Eve Fox,ann@x.example,ENG,,active,2020-01-01"
    dan = "4,Dan Eck,,ENG,ann@x.example,active,2020-01-01"
    company.sync("03-09", *((ann, dan) if ann_first else (dan, ann)), BEN_BY_EMAIL, CAT_BY_EMAIL, eve)
    assert manager(company, "4") == number(company, "5")


def test_a_manager_who_comes_later_is_linked_by_the_address(company: Company) -> None:
    cat = CAT.replace(",1,", ",ida@x.example,")
    company.sync("03-09", ANN, BEN_BY_EMAIL, cat)
    company.sync("03-16", ANN, BEN_BY_EMAIL, cat, "9,Ida Jung,ida@x.example,ENG,,active,2020-01-01")
    assert manager(company, "3") == number(company, "9")


def test_a_webhook_tells_a_manager_by_the_address_of_somebody_known(company: Company) -> None:
    at = on("03-10")
    told = tell(
        company.directory,
        company.mapping,
        {"id": "3", "boss": "ben@x.example"},
        Told("hris", at.now, at.now, at.zone),
    )
    assert told.change is not None
    assert told.change.made is not None
    assert told.change.made.person.manager == number(company, "2")


def test_by_the_key_is_what_a_mapping_means_that_says_nothing() -> None:
    by_key = TEXT.replace("manager: boss", "manager: { column: boss, by: key }")
    assert read_mapping(by_key, "a.yaml").hash == read_mapping(TEXT, "a.yaml").hash
