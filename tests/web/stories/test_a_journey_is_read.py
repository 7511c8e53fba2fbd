"""Someone new reads a journey's page and answers five questions about it. The right answers are made here, from the YAML file alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from msgspec import Struct
from playwright.sync_api import Browser, Page, expect
from tests.web.browsing import window
from tests.web.stories.acme import Acme
from tests.web.stories.hands import Hands

JOURNEYS = ("onboarding", "new-manager", "annual-compliance", "role-change", "recertification")
OWNED = "Who answers for it, and until when?"
MOVES = "What moves where?"
STALLS = "What if it stalls?"
FAILS = "What if it fails?"
TOLD = {"person.hired": "newly hired", "person.changed": "the HR data about somebody change"}
ROLES = {"hr-partner": "the HR partner", "head-of-department": "the head of department"}
SYSTEMS = {"lms": "the LMS", "badges": "the badges system", "assessment": "the assessment system"}


class Key(Struct, frozen=True):
    """The right answers: what begins it; of a step that waits for somebody who has it and what else; of a call what and what else."""

    begins: list[str]
    asked: str
    owner: list[str]
    stalls: list[str]
    call: str
    moves: list[str]
    fails: list[str]


def key_of(acme: Acme, journey: str) -> Key:
    """What the file says, put into words by a few rules of this test's own."""
    file = yaml.safe_load((acme.folder / "journeys" / f"{journey}.yaml").read_text("utf-8"))
    steps, usual = file["steps"], file["defaults"]
    asked = next(name for name, step in steps.items() if "ask" in step or "wait" in step)
    call = next(name for name, step in steps.items() if "do" in step)
    step, done = usual | steps[asked], usual | steps[call]
    has = step.get("ask") or step["owner"]
    system, _, _ = done["do"].partition(".")
    plain = [value for value in done.get("with", {}).values() if "{" not in value]
    return Key(
        [(each.get("every") and f"every {each['every']}") or TOLD[each["event"]] for each in file["starts"].values()],
        _title(asked),
        [_who(has, file), steps[asked].get("within", "") if "until" in step else step["within"]],
        list(_moves(step["if_late"], step, file)),
        _title(call),
        [f"From Handrail to {SYSTEMS[system]}", *plain, f"Back from {SYSTEMS[system]}"],
        [f"{SYSTEMS[system][4:]} refuses, or cannot be reached", *_moves(done["if_fails"], done, file)],
    )


def _moves(moves: dict[str, Any] | list[Any], step: dict[str, Any], file: dict[str, Any]) -> Iterator[str]:
    """What is done one after the other, as words that must stand there in this order."""
    for move in moves if isinstance(moves, list) else [moves]:
        match move:
            case {"hand_to": "owner", "within": within}:
                yield from (_who(step.get("owner", ""), file), within)
            case {"hand_to": whom, "within": within}:
                yield from (_who(whom, file), within)
            case {"tell": whom}:
                yield from (_who(whom, file), "is sent the message")
            case {"assume": answer}:
                yield f"“{answer.capitalize()}” is taken as the answer"
            case {"retry": retry}:
                yield retry
            case {"extend": more}:
                yield more
            case {"skip": why} | {"stop": why}:
                yield f"“{why}”"
            case _:
                raise AssertionError(f"the test has no words for {move}")


def _who(path: str, file: dict[str, Any]) -> str:
    """An owner as the author writes them, in words: `manager or role:hr-partner`, the manager, or else the HR partner."""
    return ", or else ".join(_one(each, file) for each in path.split(" or "))


def _one(path: str, file: dict[str, Any]) -> str:
    kind, _, name = path.partition(":")
    if path == "accountable":
        return _one(file["accountable"], file)
    return {
        "team": f"the {name} team",
        "role": ROLES.get(name, ""),
        "manager.manager": "the manager's manager",
        "start.former_manager": "the start's “former manager”",
    }.get(kind, f"the {path}")


def _title(step: str) -> str:
    return step.replace("_", " ").capitalize()


@pytest.mark.parametrize("journey", JOURNEYS)
def test_someone_new_reads_a_journey_and_answers_five_questions(
    journey: str, hands: type[Hands], open_acme: Acme, browser: Browser
) -> None:
    right = key_of(open_acme, journey)
    title = open_acme.runtime.engine.plans.current[journey].title
    with window(browser, open_acme, open_acme.visitor("auditor")) as seen:
        by, page = hands(seen), seen.page
        by.go("/journeys")
        by.follow(title)
        begins = page.get_by_role("region", name="What begins it")
        for said in right.begins:
            expect(begins).to_contain_text(said)
        _says_in_order(_answer(by, page, right.asked, OWNED), right.owner)
        _says_in_order(_answer(by, page, right.asked, STALLS), right.stalls)
        _says_in_order(_answer(by, page, right.call, MOVES), right.moves)
        _says_in_order(_answer(by, page, right.call, FAILS), right.fails)
        _sees_it_as_a_picture_and_a_table(by, page, open_acme, journey)


def _answer(by: Hands, page: Page, step: str, question: str) -> str:
    """What the page says to this question about a step."""
    by.open(f"Who, what, and what if not: {step}")
    part = page.locator("details[open]").filter(has=page.locator("summary", has_text=f"what if not: {step}"))
    heading = part.get_by_role("heading", name=question)
    expect(heading).to_be_visible()
    found: str = heading.evaluate(
        "(one) => { let said = ''; while ((one = one.nextElementSibling) && one.tagName !== 'H4') said += one.innerText + ' '; return said }"
    )
    return found


def _says_in_order(text: str, words: list[str]) -> None:
    """Whether all of them stand there, one after the other."""
    at = 0
    for word in words:
        at = text.lower().find(word.lower(), at)
        assert at >= 0, f"“{word}” stands in its place in: {text}"


def _sees_it_as_a_picture_and_a_table(by: Hands, page: Page, acme: Acme, journey: str) -> None:
    file = yaml.safe_load((acme.folder / "journeys" / f"{journey}.yaml").read_text("utf-8"))
    by.follow("Map")
    expect(page.locator(".map-frame svg").first).to_be_visible()
    by.open("The same as a table")
    table = page.get_by_role("table", name="Every line of the map")
    said = table.inner_text()
    assert [name for name in file["steps"] if _title(name) not in said] == []
