"""What a source tells of one person without a file."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.unit.people.small import ANN, BEN, CAT, Company

from handrail.people.compare import Told
from handrail.people.ports import Slice, Sum
from handrail.people.telling import Telling, tell

NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """Three people, known since the first sync."""
    company = Company(tmp_path)
    company.sync("03-02", ANN, BEN, CAT)
    return company


def told(company: Company, as_of: datetime = NOW, **cells: str) -> Telling:
    """One telling, committed as the intake commits it."""
    found = tell(company.directory, company.mapping, cells, Told("hris", as_of, as_of, "Europe/Berlin"))
    if found.change is not None:
        company.directory.apply(Slice(company.directory.sync(1), [found.change]))
    return found


def test_a_webhook_that_says_left_makes_the_person_leave_and_nothing_else(company: Company) -> None:
    found = told(company, id="1", state="gone")
    assert (found.became, found.change is not None) == ("applied", True)
    assert found.change is not None
    assert found.change.made is not None
    assert [event.kind for event in found.change.made.events] == ["person.left"]
    assert company.directory.person("hris", "1").email == "ann@x.example"


def test_told_twice_or_out_of_order_it_changes_nothing_more(company: Company) -> None:
    told(company, id="1", state="gone")
    assert told(company, id="1", state="gone").became == "no change"
    assert told(company, datetime(2026, 3, 3, tzinfo=UTC), id="1", state="active").became == "older"
    assert company.directory.person("hris", "1").status == "left"


def test_the_next_file_has_the_last_word_though_its_row_is_as_it_was(company: Company) -> None:
    told(company, id="1", state="gone")
    record = company.sync("03-09", ANN, BEN, CAT)
    assert record.stands == Sum(applied=1, no_change=2)
    assert company.directory.person("hris", "1").status == "active"


def test_an_older_file_does_not_take_back_what_was_told_since(company: Company) -> None:
    told(company, datetime(2026, 3, 10, tzinfo=UTC), id="1", state="gone")
    record = company.sync("03-09", ANN, BEN, CAT)
    assert record.stands == Sum(no_change=3)
    assert company.directory.person("hris", "1").status == "left"


def test_somebody_unknown_is_held_unless_all_that_is_needed_is_told(company: Company) -> None:
    assert (
        told(company, id="9", state="active").reason == "nobody is known as 9, and somebody new needs name, department"
    )
    assert told(company, state="active").became == "held"
    found = told(company, id="9", name="Ida", dept="ENG", state="active", start="2026-03-04", boss="1")
    assert found.became == "applied"
    assert company.directory.person("hris", "9").manager == company.directory.person("hris", "1").id


def test_a_value_that_cannot_be_right_is_withheld_here_too(company: Company) -> None:
    found = told(company, id="1", dept="XYZ", name="Anna Bell")
    assert list(found.withheld) == ["department"]
    ann = company.directory.person("hris", "1")
    assert (ann.name, ann.department) == ("Anna Bell", "Engineering")
