"""Who stands in a row that is held is not known yet, and is found all the same: by whoever sees everybody."""

from __future__ import annotations

import re

import pytest
from tests.web.stories.acme import Acme

NUMBER, NAME, ADDRESS = "015095", "Ivana Brown", "ivana.brown.5095@acme.example"


@pytest.mark.parametrize("who", [NUMBER, NAME, NAME.lower(), "brown iva", ADDRESS])
def test_a_search_finds_who_stands_in_a_held_row(who: str, open_acme: Acme) -> None:
    found = open_acme.visitor("operations").get("/people", params={"who": who}).text
    assert f"<strong>{NUMBER}, {NAME.replace(' ', ', ')}, {ADDRESS}</strong>" in found
    assert f'<a href="/why?of={NUMBER}">' in found
    assert '<a href="/held/F-3">workers-2026-03-16.csv</a>' in found


def test_why_knows_them_by_the_name_that_only_the_row_says(open_acme: Acme) -> None:
    lead = open_acme.visitor("operations")
    answer = lead.get("/why", params={"of": ADDRESS}).text
    assert f"{ADDRESS} has been held since Monday 16 March 2026" in answer


def test_who_sees_only_a_department_is_not_shown_rows_that_nobody_knows_the_department_of(open_acme: Acme) -> None:
    found = open_acme.visitor("operations in Sales").get("/people", params={"who": NAME}).text
    assert NUMBER not in found


def test_who_is_nowhere_leads_to_why(open_acme: Acme) -> None:
    found = open_acme.visitor("operations").get("/people", params={"who": "Zacharias Q"}).text
    assert '<a href="/why?of=Zacharias%20Q">Why is nobody known as “Zacharias Q”?</a>' in found


def test_what_is_held_is_counted_once_and_alike_on_today(open_acme: Acme) -> None:
    lead = open_acme.visitor("operations")
    page = lead.get("/held").text
    total = re.search(r'<p class="lead">(\d+) are held: (\d+) wait for somebody, and of (\d+) people', page)
    file = re.search(r"<p>(\d+) rows, held", page)
    today = re.search(r'<span class="count">(\d+)</span> <span class="label">held', lead.get("/today").text)
    assert total is not None
    assert file is not None
    assert today is not None
    assert (total[2], file[1], total[1]) == ("200", "200", today[1])
    assert int(total[1]) == int(total[2]) + int(total[3])


def test_whose_value_was_not_applied_is_named_with_what_came_and_what_to_do(open_acme: Acme) -> None:
    page = open_acme.visitor("integration-admin").get("/held/F-3").text
    values = page.partition('id="values"')[2]
    assert re.search(r'<a href="/people/P-\d+">[^<]+</a></td><td data-label="Number">012976', values)
    assert "<code>999999</code>" in values
    assert "nobody has this key" in values


def test_whoever_looks_after_mappings_is_offered_the_mending(open_acme: Acme) -> None:
    page = open_acme.visitor("integration-admin").get("/held/F-3").text
    assert 'action="/held/F-3/mend"' in page


def test_a_file_that_nothing_would_mend_says_what_can_be_done_and_who_answers(open_acme: Acme) -> None:
    page = open_acme.visitor("operations").get("/held/F-2").text
    assert "Nothing is proposed" in page
    assert "team people-data answers for it" in page
    assert "handrail held mend workers --code FIELD:WORD=VALUE" in page
