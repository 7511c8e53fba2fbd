"""A file by which people would leave is let go by nobody who did not say how many: by command, over the API, on its page."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from tests.web.browsing import window
from tests.web.house import House, take_in
from typer.testing import CliRunner, Result

from handrail.cli import app

WOULD = "12 of 12 known people would leave by it, and they have 2 open runs"
LEFT = "12 people are in no row of it and have left."


@pytest.fixture(name="typed")
def fixture_typed(company: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The company's folder, in which commands are typed; an empty file of today's people lies there."""
    monkeypatch.chdir(company)
    (company / "empty.csv").write_bytes(b"")
    return company


def types(*words: str) -> Result:
    return CliRunner().invoke(app, words, env={"COLUMNS": "200"})


def test_whoever_releases_an_empty_file_types_how_many_leave_by_it(typed: Path) -> None:
    held = types("sync", str(typed / "empty.csv"), "--mapping", "workers").output
    assert f"  If it is released: {WOULD}.\n" in held
    reject, release = held.splitlines()[-2:]
    assert reject.strip() == "handrail held reject 3 --yes-by NAME"
    assert release.strip() == "handrail held release 3 --yes-by NAME --leaving COUNT"
    assert WOULD in types("held").output
    for said in ((), ("--leaving", "11"), ("--leaving", "0")):
        refused = types("held", "release", "3", "--yes-by", "Ada", *said)
        assert refused.exit_code == 1
        assert f"{WOULD}. If that is right, say their number: --leaving 12" in refused.output
    assert types("held", "replay", "3", "--yes-by", "Ada").exit_code == 1
    done = types("held", "release", "3", "--yes-by", "Ada", "--leaving", "12")
    assert (done.exit_code, LEFT in done.output) == (0, True)


def test_a_file_of_which_no_row_can_be_told_is_not_to_be_released(typed: Path) -> None:
    (typed / "other.csv").write_text("no,name\n", "utf-8")
    held = types("sync", "other.csv", "--mapping", "workers").output
    assert "handrail held reject 3 --yes-by NAME" in held
    assert "release" not in held + types("held").output


def test_over_the_api_the_number_is_sent(house: House) -> None:
    take_in(house.runtime, empty(house))
    operator = house.client("operate")
    refused = operator.post("/api/held/syncs/3/release", json={"by": "Ada"})
    assert (refused.status_code, WOULD in refused.text) == (409, True)
    done = operator.post("/api/held/syncs/3/release", json={"by": "Ada", "leaving": 12}).json()
    assert done["record"]["stands"]["absent"] == 12


def test_going_through_it_again_does_not_let_it_go(house: House) -> None:
    take_in(house.runtime, empty(house))
    visitor = house.visitor("operations")
    for what in ("replay", "release"):
        page = visitor.post(f"/held/F-3/{what}", follow_redirects=True)
        assert (page.status_code, WOULD in page.text) == (409, True)
    assert house.runtime.directory().sync(3).state == "held"


def test_its_page_names_the_count_before_it_is_let_go(house: House, browser: Browser) -> None:
    take_in(house.runtime, empty(house))
    with window(browser, house, house.visitor("operations")) as seen:
        page = seen.page
        page.goto(f"{house.url}/held/F-3")
        expect(page.locator("main")).to_contain_text(f"{WOULD}.")
        page.get_by_text("Let the file go", exact=True).click()
        assert seen.found_by_axe() == []
        page.get_by_role("checkbox", name="Yes, 12 people have left the organization.").check()
        page.get_by_role("button", name="Let the file go: 12 people leave").click()
        expect(page.get_by_role("status")).to_contain_text("The file was let go.")
        expect(page.locator("main")).to_contain_text(LEFT)


def test_a_file_with_only_a_header_can_be_rejected_on_its_page(house: House) -> None:
    file = house.folder / "other.csv"
    file.write_text("no,name\n", "utf-8")
    take_in(house.runtime, file)
    visitor = house.visitor("operations")
    shown = visitor.get("/held/F-3").text
    assert ("Refuse the file" in shown, "/release" in shown) == (True, False)
    done = visitor.post("/held/F-3/reject", follow_redirects=True)
    assert "What was held of the file is refused." in done.text


@pytest.mark.parametrize(
    ("gone", "said"),
    [(2, "2 people are in no row of it and have left."), (1, "1 person is in no row of it and has left.")],
)
def test_the_page_of_a_file_that_was_not_held_says_who_left_by_it(house: House, gone: int, said: str) -> None:
    newest = sorted((house.folder / "hr").glob("*.csv"))[-1]
    file = house.folder / "fewer.csv"
    file.write_text("".join(newest.read_text("utf-8").splitlines(keepends=True)[:-gone]), "utf-8")
    take_in(house.runtime, file)
    assert said in house.visitor("operations").get("/held/F-3").text


def empty(house: House) -> Path:
    """A file without anything in it."""
    file = house.folder / "empty.csv"
    file.write_bytes(b"")
    return file
