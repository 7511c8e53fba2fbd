"""*Today* and *handoffs* as people use them: the numbers, the lists behind them, answering, giving away, snoozing; also without scripts."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from tests.web.browsing import PHONE, window
from tests.web.house import House, moment, told

from handrail.engine.clock import RealClock
from handrail.terms.values import Instant

ADA, BEN = 2, 3
"""Ada leads learning, and Kaya reports to Ben in the company of the tests."""
EVA, KAYA = 6, 23


class Shifted:
    """The real clock, so much later."""

    def __init__(self) -> None:
        self._real, self.by = RealClock(), timedelta()

    def __call__(self) -> Instant:
        return self._real() + self.by


def token_of(visitor: httpx2.Client) -> dict[str, str]:
    return {"form_token": visitor.headers["X-Form-Token"]}


def numbers(page: str) -> list[int]:
    """The four numbers of *today*."""
    return [int(text.replace(",", "")) for text in re.findall(r'class="count">([\d,]+)', page)]


def tab_to(page: Page, wanted: Locator) -> None:
    """Go on by the tabulator until this has the focus."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if wanted.evaluate("(one) => one === document.activeElement"):
            return
    pytest.fail(f"{wanted} is not reached by the tabulator")


def test_today_is_quiet_when_nothing_needs_anybody(house: House) -> None:
    page = house.visitor("operations").get("/today").text
    assert numbers(page)[:3] == [0, 0, 0]
    assert "Nothing is stuck, nothing is held" in page


def test_each_number_of_today_is_as_long_as_the_list_behind_it(house: House) -> None:
    visitor = house.visitor("operations")
    changed = numbers(visitor.get("/today").text)[3]
    rows = visitor.get("/changes?format=csv").text.splitlines()
    assert changed == 12, "ten came with the first file, two were hired"
    assert len(rows) == changed + len(["list", "filter", "as of", "made by", "", "titles"])


def test_what_was_late_is_stuck_until_somebody_answers(company: Path) -> None:
    clock = Shifted()
    house = House(company, clock)
    house.begin()
    try:
        clock.by = timedelta(days=10)
        house.settle()
        visitor = house.visitor("operations")
        assert numbers(visitor.get("/today").text)[0] == 1, "Kaya's went to the team; Luis's was the team's, and ended"
        stuck = visitor.get("/handoffs?only=stuck").text
        assert "<strong>1 handoff</strong>" in stuck
        assert "handed on" in stuck
        ada = house.visitor("learner", person=ADA)
        ada.post("/handoffs/R-1/1/answer", data={"answer": "done", "field.who": "Ana", **token_of(ada)})
        assert numbers(visitor.get("/today").text)[0] == 0
    finally:
        house.end()


def test_a_handoff_says_what_happens_if_nobody_does_anything(house: House) -> None:
    page = house.visitor("manager", person=BEN).get("/handoffs/R-1/1").text
    assert "If nobody does anything by" in page
    assert "It goes to team learning." in page


def test_mine_and_my_teams_are_told_apart(house: House) -> None:
    ben, ada = house.visitor("manager", person=BEN), house.visitor("learner", person=ADA)
    assert "Kaya Demir" in ben.get("/handoffs?whose=mine").text
    assert "Luis Costa" not in ben.get("/handoffs?whose=mine").text
    assert "Luis Costa" in ada.get("/handoffs?whose=team").text
    assert "Nothing waits for anybody here." in ada.get("/handoffs?whose=mine").text


def test_whoever_sees_nobody_is_not_shown_what_others_have(house: House) -> None:
    learner = house.visitor("learner", person=8)
    assert learner.get("/handoffs?whose=all").status_code == 403
    assert learner.get("/handoffs/R-1/1").status_code == 403
    assert learner.get("/handoffs/picked?pick=1.1").status_code == 403
    answer = learner.post("/handoffs/R-1/1/answer", data={"answer": "done", **token_of(learner)})
    assert answer.status_code == 403


def test_an_answer_counts_and_the_page_says_so_ever_after(house: House) -> None:
    ben = house.visitor("manager", person=BEN)
    sent = ben.post("/handoffs/R-1/1/answer", data={"answer": "done", "field.who": "Ana", **token_of(ben)})
    assert (sent.status_code, sent.headers["location"]) == (303, "/handoffs/R-1/1?done=answered")
    assert "Your answer counts" in ben.get(sent.headers["location"]).text
    assert "It was already answered by Ben Okoro" in ben.get("/handoffs/R-1/1").text
    again = ben.post("/handoffs/R-1/1/answer", data={"answer": "done", "field.who": "Eva", **token_of(ben)})
    assert again.status_code == 409
    assert "It was already answered by Ben Okoro" in again.text


def test_a_form_that_is_not_right_comes_back_with_what_was_filled_in(house: House) -> None:
    ben = house.visitor("manager", person=BEN)
    sent = ben.post("/handoffs/R-1/1/answer", data={"answer": "perhaps", "field.who": "Ana", **token_of(ben)})
    assert sent.status_code == 422
    assert "is not among the answers" in sent.text
    assert ">Ana</textarea>" in sent.text
    empty = ben.post("/handoffs/R-1/1/answer", data={"answer": "done", "field.who": "", **token_of(ben)})
    assert "must be filled in" in empty.text


def test_a_handoff_that_was_given_away_is_somebody_elses(house: House) -> None:
    ben = house.visitor("manager", person=BEN)
    sent = ben.post("/handoffs/R-1/1/give", data={"team": "team:learning", "reason": "Away.", **token_of(ben)})
    assert sent.headers["location"] == "/handoffs/R-1/1?done=given"
    assert "Kaya Demir" not in ben.get("/handoffs?whose=mine").text
    without = ben.post("/handoffs/R-1/1/give", data={"reason": "Away.", **token_of(ben)})
    assert without.status_code == 403


def test_whoever_gave_a_handoff_away_is_told_to_whom_also_when_they_may_not_look_at_it_any_more(house: House) -> None:
    ben = house.visitor("learner", person=BEN)
    data = {"person": "Eva Santos", "reason": "She knows the site.", **token_of(ben)}
    sent = ben.post("/handoffs/R-1/1/give", data=data)
    page = ben.get(sent.headers["location"])
    assert page.status_code == 200
    assert "You gave “Who will look after Kaya in the first month?”, about Kaya Demir," in page.text
    assert "to Eva Santos. They are told" in page.text
    stranger = house.visitor("learner", person=EVA)
    assert stranger.get("/handoffs/R-1/1?done=given").status_code == 200, "it is hers now"
    assert house.visitor("learner", person=KAYA).get("/handoffs/R-1/1?done=given").status_code == 403


def test_after_an_answer_the_page_says_what_was_answered_and_what_is_next(house: House) -> None:
    ada = house.visitor("manager", person=ADA)
    ben = house.visitor("manager", person=BEN)
    ben.post("/handoffs/R-1/1/answer", data={"answer": "done", "field.who": "Ana", **token_of(ben)})
    page = ben.get("/handoffs/R-1/1?done=answered").text
    assert "Who will look after Kaya in the first month?" in page
    assert "You wrote this: who: Ana." in page
    assert "<dt>Who</dt><dd>Ana</dd>" in page
    assert "Nothing else waits for you" in page
    assert ada.get("/handoffs/R-1/1").status_code == 403


def test_a_snoozed_handoff_says_until_when(house: House) -> None:
    ben, until = house.visitor("manager", person=BEN), house.runtime.clock().date() + timedelta(days=1)
    data = {"until": until.isoformat(), "reason": "Asking around.", **token_of(ben)}
    assert ben.post("/handoffs/R-1/1/snooze", data=data).headers["location"] == "/handoffs/R-1/1?done=snoozed"
    assert "snoozed" in ben.get("/handoffs/R-1/1").text
    wrong = ben.post("/handoffs/R-1/1/snooze", data={**data, "until": "soon"})
    assert (wrong.status_code, "is no moment" in wrong.text) == (422, True)


def test_many_are_answered_at_once_and_each_has_its_own_outcome(house: House) -> None:
    operations, ben = house.visitor("operations", person=ADA), house.visitor("manager", person=BEN)
    page = operations.get("/handoffs/picked?pick=1.1&pick=2.1").text
    assert "Done: 2 handoffs" in page
    ben.post("/handoffs/R-1/1/answer", data={"answer": "done", "field.who": "Ana", **token_of(ben)})
    data = {"pick": ["1.1", "2.1"], "answer": "done", "field.who": "Eva", **token_of(operations)}
    done = operations.post("/handoffs/picked/answer", data=data).text
    assert "Done with 1 of 2 handoffs" in done
    assert "It was already answered by Ben Okoro" in done


def test_closed_handoffs_say_who_answered_what_and_when(house: House) -> None:
    ben, operations = house.visitor("manager", person=BEN), house.visitor("operations")
    assert "No handoff here is over yet." in operations.get("/handoffs?only=closed").text
    ben.post("/handoffs/R-1/1/answer", data={"answer": "done", "field.who": "Ana", **token_of(ben)})
    for visitor in (operations, ben):
        for whose in ("all", "mine") if visitor is ben else ("all",):
            lines = visitor.get(f"/handoffs?only=closed&whose={whose}&format=csv").text.splitlines()
            assert len(lines) == 7, "the head has six lines"
            assert "Kaya Demir" in lines[6]
            assert "Ben Okoro: done" in lines[6]
    assert "No handoff here is over yet." in house.visitor("learner", person=8).get("/handoffs?only=closed").text
    assert "Kaya Demir" not in operations.get("/handoffs?only=closed&journey=weather").text


def test_why_is_asked_from_the_menu(house: House, browser: Browser) -> None:
    with window(browser, house, house.visitor("operations")) as seen:
        seen.open("/today")
        seen.page.get_by_role("link", name="Why, and why not").click()
        seen.page.get_by_label("Who or what").fill("Kaya Demir")
        seen.page.get_by_label("Journey").select_option("welcome")
        seen.page.get_by_role("button", name="Ask").click()
        expect(seen.page.get_by_role("heading", name="The answer")).to_be_visible()
        expect(seen.page.locator("main")).to_contain_text("Ben Okoro")


@pytest.mark.parametrize(("query", "status"), [("", 422), ("?pick=", 422), ("?pick=one", 422), ("?pick=99.1", 404)])
def test_picking_nothing_or_nonsense_is_said(query: str, status: int, house: House) -> None:
    answer = house.visitor("operations").get(f"/handoffs/picked{query}")
    assert answer.status_code == status
    assert "Go back to the list" in answer.text


def test_handoffs_are_found_and_answered_on_a_phone_without_scripts(house: House, browser: Browser) -> None:
    with window(browser, house, house.visitor("manager", person=BEN), PHONE, scripts=False) as seen:
        assert seen.open("/handoffs?whose=mine") == 200
        seen.page.get_by_label("Which").select_option("soon")
        seen.page.get_by_role("button", name="Show").click()
        expect(seen.page.locator("#list")).to_contain_text("Nothing is due by tomorrow.")
        seen.page.get_by_role("link", name="Show all").click()
        seen.page.get_by_role("link", name="Who will look after Kaya").click()
        seen.page.get_by_label("Who").fill("Ana Silva")
        seen.page.get_by_role("button", name="Done").click()
        expect(seen.page.get_by_role("status")).to_contain_text("Your answer counts")


def test_handoffs_are_answered_by_keyboard_alone(house: House, browser: Browser) -> None:
    with window(browser, house, house.visitor("manager", person=BEN)) as seen:
        seen.open("/handoffs?whose=mine")
        press = seen.page.keyboard.press
        press("Tab")
        expect(seen.page.locator(":focus")).to_have_text("Skip to the content")
        press("Enter")
        tab_to(seen.page, seen.page.get_by_role("link", name="Who will look after Kaya"))
        press("Enter")
        expect(seen.page.get_by_role("heading", name="Kaya Demir: Welcome")).to_be_visible()
        tab_to(seen.page, seen.page.get_by_label("Who"))
        seen.page.keyboard.type("Ana Silva")
        press("Tab")
        press("Enter")
        expect(seen.page.get_by_role("status")).to_contain_text("Your answer counts")


def test_today_works_without_scripts(house: House, browser: Browser) -> None:
    with window(browser, house, house.visitor("operations"), scripts=False) as seen:
        seen.open("/")
        seen.page.get_by_role("link", name="changed").click()
        expect(seen.page.get_by_role("heading", name="What changed")).to_be_visible()
        expect(seen.page.locator("tbody tr")).to_have_count(12)


def test_a_manager_begins_with_what_waits_for_them_and_their_filters_go_over_all_that_they_see(house: House) -> None:
    ben = house.visitor("manager", person=BEN)
    today = ben.get("/today").text
    assert numbers(today)[0] == 1, "his own question, though it is not due by tomorrow"
    assert "What waits for you" in today
    page = ben.get("/handoffs").text
    assert '<a href="/handoffs?whose=mine" aria-current="true">Mine</a>' in page
    assert '<a href="/handoffs?whose=all" aria-current="true">All</a>' in ben.get("/handoffs?only=stuck").text
    operations = house.visitor("operations").get("/handoffs").text
    assert '<a href="/handoffs?whose=all" aria-current="true">All</a>' not in operations, "who is nobody has no tabs"


def test_a_name_that_several_have_is_asked_back_with_those_whom_the_viewer_sees(house: House) -> None:
    ben = house.visitor("manager", person=BEN)
    data = {"person": "a", "reason": "She knows the site.", **token_of(ben)}
    page = ben.post("/handoffs/R-1/1/give", data=data)
    assert page.status_code == 422
    assert "people are called “a”.</strong> Choose whom you mean. There are others whom you do not see" in page.text
    offered = set(re.findall(r'type="radio" name="person" value="P-(\d+)"', page.text))
    assert offered >= {str(EVA), str(KAYA)}
    assert str(ADA) not in offered, "she does not report to him"
    assert 'value="She knows the site."' in page.text, "what was written stays"
    sent = ben.post("/handoffs/R-1/1/give", data={**data, "person": ["a", f"P-{EVA}"]})
    assert sent.headers["location"] == "/handoffs/R-1/1?done=given"
    assert "You gave it to Eva Santos" in ben.get(sent.headers["location"]).text


def test_a_manager_names_their_own_people_without_knowing_a_number(house: House) -> None:
    ben = house.visitor("manager", person=BEN)
    assert f'<option value="Eva Santos (P-{EVA})">' in ben.get("/handoffs/R-1/1").text
    data = {"person": f"Eva Santos (P-{EVA})", "reason": "She knows the site.", **token_of(ben)}
    assert ben.post("/handoffs/R-1/1/give", data=data).status_code == 303


def test_today_links_to_held_only_for_whom_it_opens_and_claims_nothing_to_the_others(house: House) -> None:
    manager = house.visitor("manager", person=BEN).get("/today").text
    assert "understood" not in manager
    assert "nothing is held" not in manager
    house.client("events").post("/api/events", json=told("f1", time=moment(timedelta(hours=2))))
    for role in ("auditor", "designer"):
        page = house.visitor(role).get("/today").text
        assert "What is held" in page, role
        assert 'href="/held' not in page, role
        assert "Operations mend it" in page
    assert 'href="/held"' in house.visitor("operations").get("/today").text


def test_what_changed_says_which_handoff_was_given_away_and_answered(house: House) -> None:
    ben = house.visitor("manager", person=BEN)
    given = {"person": f"P-{EVA}", "reason": "She knows the site.", **token_of(ben)}
    assert ben.post("/handoffs/R-1/1/give", data=given).status_code == 303
    eva = house.visitor("learner", person=EVA)
    eva.post("/handoffs/R-1/1/answer", data={"answer": "done", "field.who": "Ana", **token_of(eva)})
    house.settle()
    rows = house.visitor("operations").get("/changes?format=csv").text
    assert "Ben Okoro gave “Buddy” to Eva Santos" in rows
    assert "Eva Santos answered “done” to “Buddy”" in rows
