"""The reports as people use them: a number opens the list that was counted, the chart says what the table says, files hold the same."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect
from tests.web.browsing import window
from tests.web.house import House

from handrail.insight.desk.audited.acts import AuditWanted, audit_lines
from handrail.insight.past import Past


def links(page: str) -> list[tuple[int, str]]:
    """The numbers of a report that open a list, and where."""
    found = re.findall(r'<a href="(/reports/[^"]+/list[^"]*)">([\d,]+)</a>', page)
    return [(int(text.replace(",", "")), to.replace("&amp;", "&")) for to, text in found]


def test_every_number_opens_a_list_of_so_many_lines(open_house: House) -> None:
    visitor = open_house.visitor("operations")
    followed = 0
    for path in ("/reports/compliance?by=both", "/reports/stalls", "/reports/attainment?by=both", "/reports/funnel"):
        for many, to in links(visitor.get(path).text):
            listed = visitor.get(to).text
            assert f"<strong>{many} " in listed, to
            followed += 1
    assert followed >= 8


def test_the_file_of_a_report_holds_its_rows_and_the_moment_that_they_are_of(open_house: House) -> None:
    visitor = open_house.visitor("operations")
    lines = visitor.get("/reports/compliance?format=csv").text.splitlines()
    assert lines[0] == "list,Compliance"
    assert lines[2].startswith("as of,")
    assert lines[5].startswith("Department,All runs,Done,Late,Not done,Not yet due,Paused,Waiting for release")
    assert sum(int(line.split(",")[1]) for line in lines[6:] if not line.startswith("Altogether")) == 2


def test_the_file_of_a_list_and_the_audit_say_behind_which_number_it_stands(open_house: House) -> None:
    visitor = open_house.visitor("operations")
    asked = {"row": "Opérations\nLyon", "by": "both", "state": "late", "period": "month", "format": "csv"}
    answer = visitor.get("/reports/compliance/list", params=asked)
    lines = answer.text.splitlines()
    said = "department and site: Opérations, Lyon; state: late; period: this month"
    assert lines[:2] == ["list,Compliance: behind a number", f'filter,"{said}"']
    assert 'filename="compliance-operations-lyon-late-this-month-20' in answer.headers["Content-Disposition"]
    runtime = open_house.runtime
    past = Past(runtime.store, runtime.engine.worlds.organization)
    (kept, *_) = audit_lines(past, AuditWanted(what="list exported"), "UTC", 10)
    assert kept.about == f"Compliance: behind a number; {said}"
    everything = visitor.get("/reports/stalls/list?format=csv")
    assert everything.text.splitlines()[1] == "filter,state: all that count"
    assert 'filename="stalls-all-that-count-20' in everything.headers["Content-Disposition"]


def test_the_list_behind_somebody_else_says_what_that_means_and_who_it_is(open_house: House) -> None:
    asked = {"row": "somebody else", "by": "owner"}
    page = open_house.visitor("operations").get("/reports/attainment/list", params=asked).text
    assert "somebody else (a person who is none of these to the learner now" in page


def test_the_chart_is_drawn_under_the_strict_policy_and_without_scripts_the_table_stands_alone(
    open_house: House, browser: Browser
) -> None:
    visitor = open_house.visitor("operations")
    with window(browser, open_house, visitor) as seen:
        seen.open("/reports/compliance")
        expect(seen.page.locator(".chart svg")).to_contain_text("not yet due")
        expect(seen.page.locator("table.list tbody tr").first).to_be_visible()
        seen.page.select_option("#filter-by", "site")
        expect(seen.page.locator("table.list th").first).to_have_text("Site")
        expect(seen.page.locator(".chart svg")).to_contain_text("not yet due")
        assert seen.complaints == []
    assert 'class="chart"' in visitor.get("/reports/compliance").text
    assert re.search(r'<div class="chart"[^>]* hidden>', visitor.get("/reports/compliance").text)


def test_a_manager_of_few_is_shown_no_number_about_them(open_house: House) -> None:
    visitor = open_house.visitor("manager", person=3)
    page = visitor.get("/reports/compliance").text
    assert "Of those who report to you" in page
    assert "fewer than 5" in page
    assert links(page) == []
    assert "Kaya" not in visitor.get("/reports/compliance/list").text


def test_a_report_that_there_is_not_is_said_with_those_that_there_are(open_house: House) -> None:
    answer = open_house.visitor("operations").get("/reports/weather/list")
    assert answer.status_code == 404
    assert "compliance, stalls, attainment, funnel" in answer.text
