"""What the owner of a source is told to do about values that were not applied: here, or at the source."""

from pathlib import Path

import pytest
from tests.unit.people.small import ANN, BEN, CAT, DAN, TEXT, Company

CORRECT = "Correct it in the HR system; the next file brings it."


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """Three people, known since the first sync."""
    company = Company(tmp_path)
    company.sync("03-02", ANN, BEN, CAT)
    return company


def told(company: Company, *rows: str) -> str:
    """The text of the one alert of the file with these rows."""
    (alert,) = company.sync("03-09", *rows).alerts
    return alert.text


def test_a_day_that_does_not_exist_is_corrected_in_the_hr_system(company: Company) -> None:
    assert told(company, ANN, BEN, CAT.replace("2020-01-01", "2020-02-30")) == (
        f'hired_on: values that cannot be applied (no day of the calendar): "2020-02-30" ×1. 1 person keeps what was known. {CORRECT}'
    )


def test_a_manager_whom_nobody_knows_is_corrected_in_the_hr_system(company: Company) -> None:
    assert told(company, ANN, BEN, CAT.replace(",1,", ",99,")).endswith(CORRECT)


def test_a_date_written_otherwise_may_be_a_matter_of_the_mapping(company: Company) -> None:
    text = told(company, ANN, BEN, CAT.replace("2020-01-01", "01.01.2020"))
    assert text.endswith(
        "If the source writes it so, mend the mapping; else correct it in the HR system; the next file brings it."
    )


def test_a_code_that_is_unknown_is_no_matter_of_the_hr_system(company: Company) -> None:
    assert "HR system" not in told(company, ANN, BEN, CAT.replace("ENG", "XYZ"))


def test_an_address_where_the_key_should_stand_is_said_with_what_to_write(company: Company) -> None:
    text = told(company, ANN, BEN.replace(",1,", ",ann@x.example,"), CAT.replace(",1,", ",ann@x.example,"))
    assert "The manager column must hold the key (id), not an address." in text
    assert "add by: email to manager in the mapping" in text


def test_a_name_where_the_key_should_stand_is_said(company: Company) -> None:
    text = told(company, ANN, BEN.replace(",1,", ",Ann Bell,"), CAT)
    assert text.endswith("The manager column must hold the key (id), not a name.")


def test_an_address_of_nobody_is_corrected_in_the_hr_system(tmp_path: Path) -> None:
    company = Company(tmp_path, TEXT.replace("manager: boss", "manager: { column: boss, by: email }"))
    company.sync("03-02", ANN)
    text = told(company, ANN.replace(",,active", ",who@x.example,active"))
    assert text.startswith(
        'manager: values that cannot be applied (this is the e-mail of nobody here): "who@x.example" ×1.'
    )
    assert text.endswith(CORRECT)


def test_values_that_are_wrong_for_different_reasons_are_told_each_with_its_own(company: Company) -> None:
    text = told(company, ANN, BEN.replace(",1,", ",2,"), CAT.replace(",1,", ",99,"))
    assert '"2" ×1 (this is the person\'s own key), "99" ×1 (nobody has this key).' in text


def test_a_year_of_two_digits_is_no_matter_of_the_mapping(company: Company) -> None:
    text = told(company, ANN, BEN, CAT.replace("2020-01-01", "01.01.20"))
    assert "its year has two digits, and may be of either century" in text
    assert text.endswith(CORRECT)


def test_somebody_new_is_taken_in_without_a_value_for_they_have_none_to_keep(tmp_path: Path) -> None:
    (alert,) = Company(tmp_path).sync("03-02", ANN, BEN.replace(",1,", ",99,")).alerts
    assert (
        'manager: values that cannot be applied (nobody has this key): "99" ×1. 1 new person is taken in without it.'
        in (alert.text)
    )


def test_whoever_had_no_value_before_keeps_none(tmp_path: Path) -> None:
    company = Company(tmp_path)
    company.sync("03-02", ANN, BEN.replace(",1,", ",99,"), CAT.replace(",1,", ",98,"), DAN)
    before = "1 person of whom nothing was known there goes on without it."
    assert before in told(company, ANN, BEN.replace(",1,", ",99,"), CAT, DAN)
    (alert,) = company.sync("03-16", ANN, BEN.replace(",1,", ",99,"), CAT, DAN.replace(",1,", ",97,")).alerts
    assert f"1 person keeps what was known. {before}" in alert.text
    fresh = Company(tmp_path)
    fresh.sync("03-02", ANN, BEN.replace(",1,", ",99,"), CAT.replace(",1,", ",98,"))
    both = told(fresh, ANN, BEN.replace(",1,", ",99,"), CAT.replace(",1,", ",98,"))
    assert "2 people of whom nothing was known there go on without it." in both
    assert "what was known." not in both


def test_a_word_of_a_closed_list_is_told_with_what_it_may_mean(company: Company) -> None:
    text = told(company, ANN.replace("active", "resting"), BEN, CAT)
    assert text.endswith("Say in the mapping what each means (preboarding, active, on leave, left).")


def test_whoever_comes_without_an_address_is_named(company: Company) -> None:
    alert = next(each for each in company.sync("03-09", ANN.replace("ann@x.example", ""), BEN, CAT).alerts)
    assert alert.text.startswith(
        "1 person taken in or changed here has no e-mail address (line 2). No letter reaches them"
    )


def test_a_value_that_stands_in_thousands_of_rows_is_counted_with_its_thousands(tmp_path: Path) -> None:
    company = Company(tmp_path)
    company.sync("03-02", ANN)
    many = [f"{10 + each},Eve {each},eve{each}@x.example,ENG,99999,active,2020-01-01" for each in range(1204)]
    assert '"99999" ×1,204' in told(company, ANN, *many)
