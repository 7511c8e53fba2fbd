"""A designer changes a journey that more than 400 people are in, sees what it does to each of them, has it done, and takes it back."""

from __future__ import annotations

import re
from collections import Counter

from playwright.sync_api import Browser, Page, expect
from tests.web.browsing import window
from tests.web.stories.acme import PROGRAM, Acme
from tests.web.stories.hands import Hands

from handrail.store.rows import HandoffRow, RunRow
from handrail.terms import coding
from handrail.terms.plan import Pause
from handrail.terms.state import State

TITLE = "First-time manager certification"
_OPEN = "SELECT r.* FROM run r JOIN plan p ON p.id = r.plan WHERE p.journey = ? AND r.phase < 3 ORDER BY r.id"
_HANDOFFS = "SELECT * FROM handoff WHERE closed IS NULL AND run {in} ORDER BY run, pass"


def change(acme: Acme) -> None:
    """In the file: more time to answer, more time for the course, and no pause for practice any more."""
    file = acme.folder / "journeys" / f"{PROGRAM}.yaml"
    before, steps = file.read_text("utf-8").split("\nsteps:\n")
    steps = steps.replace("within: 3 business days", "within: 5 business days", 1)
    steps = steps.replace("within: 30 days", "within: 45 days")
    file.write_text(f"{before}\nsteps:\n" + re.sub(r"  practice:\n    pause: .*\n", "", steps), "utf-8")


def versions(acme: Acme) -> dict[int, int]:
    """The version that each open run goes by, as the store has it."""
    return {run.id: run.plan for run in _runs(acme)}


def standing(acme: Acme) -> dict[int, str]:
    """The step in which each open run waits; with `later` where it only begins, or begins again, on a day to come."""
    steps = acme.runtime.engine.plans.current[PROGRAM].steps
    found = {}
    for run in _runs(acme):
        (at,) = coding.unpack(run.state, State).passes
        step = steps[at.step]
        comes = at.waiting == "time" and not isinstance(step.body, Pause)
        found[run.id] = f"{step.name} later" if comes else step.name
    return found


def dues(acme: Acme) -> dict[tuple[int, int], tuple[str, int | None]]:
    """Who has which open handoff until when."""
    found = acme.runtime.store.database.read_in(_HANDOFFS, list(versions(acme)))
    rows = [HandoffRow(*row) for row in found]
    return {(row.run, row.pass_): (row.owner, row.due) for row in rows}


def _runs(acme: Acme) -> list[RunRow]:
    return [RunRow(*row) for row in acme.runtime.store.database.read(_OPEN, (PROGRAM,))]


def test_a_designer_changes_a_journey_with_400_runs_in_flight_and_takes_it_back(
    hands: type[Hands], acme: Acme, browser: Browser
) -> None:
    acme.settle()
    before, steps, due = versions(acme), standing(acme), dues(acme)
    cannot = sum(step == "practice" for step in steps.values())
    left = next(run for run, step in steps.items() if step == "course")
    moves = len(before) - cannot - 1
    assert len(before) > 400
    change(acme)
    with window(browser, acme, acme.visitor("designer", login="dora")) as seen:
        by, page = hands(seen), seen.page
        _previews(by, page, Counter(steps.values()), len(before))
        _leaves_one_where_they_are(by, page, left)
        expect(page.locator("main")).to_contain_text(
            f"Of {len(before)} open runs, {moves} would move, 1 would stay by choice, {cannot} cannot move."
        )

        by.press(f"and move {moves} runs")
        acme.settle()
        expect(page.locator("main")).to_contain_text(
            f"Of {len(before)} open runs, {moves} moved, 1 stayed by choice, {cannot} could not move, 0 had ended meanwhile."
        )
        after = versions(acme)
        assert {run for run, plan in after.items() if plan != before[run]} == {
            run for run, step in steps.items() if step != "practice" and run != left
        }
        _sees_who_goes_by_which(by, page, moves, len(before) - moves)

        by.open("Take it back")
        by.press(f"Move {moves} runs back")
        acme.settle()
        expect(page.locator("main")).to_contain_text(
            f"Of {moves} that had moved, {moves} moved back, 0 could not, 0 had ended."
        )
        assert (versions(acme), dues(acme)) == (before, due)


def _previews(by: Hands, page: Page, waiting: Counter[str], many: int) -> None:
    by.go("/journeys")
    by.follow(TITLE)
    by.follow("Versions")
    folder = page.get_by_role("region", name="What lies in the folder")
    expect(folder).to_contain_text("Another version")
    expect(folder).to_contain_text("edit that file, try it there with handrail check")
    by.press(f"See what it would do to {many} open runs")
    otherwise = page.get_by_role("region", name="What the new version says otherwise")
    expect(otherwise).to_contain_text("The step “Practice” is no longer there")
    expect(otherwise).to_contain_text("It may take 45 days.")
    what = page.get_by_role("region", name="What that does to open runs")
    cannot, course = waiting["practice"], waiting["course"]
    expect(what).to_contain_text(f"{cannot} runs cannot move: the step that is open is not in that version (Practice).")
    expect(what).to_contain_text(
        f"Course: {course} dates move 15 days later, because its limit is 45 days and was 30 days."
    )
    expect(what).to_contain_text("because its limit is 5 business days and was 3 business days")
    by.choose("Which", "cannot")
    by.press("Show")
    lines = page.get_by_role("table", name="Runs").get_by_role("row")
    expect(lines).to_have_count(min(cannot, 50) + 1)
    expect(lines.nth(1)).to_contain_text("the step that is open is not in that version (Practice)")


def _leaves_one_where_they_are(by: Hands, page: Page, run: int) -> None:
    by.open("Leave some where they are")
    by.fill("Who stays in", f"R-{run}")
    by.press("Look again without them")
    by.choose("Which", "stays")
    by.press("Show")
    lines = page.get_by_role("table", name="Runs").get_by_role("row")
    expect(lines).to_have_count(2)
    expect(lines.nth(1)).to_contain_text(f"R-{run}")


def _sees_who_goes_by_which(by: Hands, page: Page, newer: int, older: int) -> None:
    by.follow(TITLE)
    rows = page.get_by_role("table", name="Versions").get_by_role("row")
    expect(rows.nth(1)).to_contain_text("current")
    counts = [int(rows.nth(line).get_by_role("cell").nth(3).inner_text()) for line in (1, 2)]
    assert counts == [newer, older]
    by.follow("M-2")
