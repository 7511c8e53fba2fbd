"""A real browser that looks at a served organization: Chromium, as somebody who is signed in, at the width of a desk or a phone.

What it loads, and what it complains about, is kept, so that a test can ask for it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, sync_playwright
from tests.web.house import House

DESK, PHONE = 1280, 360
HEIGHTS = {DESK: 900, PHONE: 740}
WIDTHS = (DESK, PHONE)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium_path() -> str:
    """Where Chromium is; without it a test is skipped, except in continuous integration, where it fails."""
    found = os.environ.get("CHROMIUM") or next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        why = "no Chromium is here: apt-get install chromium, or name it in CHROMIUM"
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium, as long as the block lasts."""
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


class Window:
    """One window: `page` is Playwright's, `complaints` what its console said of errors."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.complaints: list[str] = []
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str) -> int:
        """Go to an address; the status of the answer."""
        answer = self.page.goto(self.url + path)
        assert answer is not None, f"{path} is a page"
        return answer.status

    def unfold(self) -> None:
        """Open all that is folded, so that it is looked at, too."""
        self.page.evaluate("() => document.querySelectorAll('details').forEach(each => each.open = true)")

    def found_by_axe(self) -> list[str]:
        """What axe-core finds wrong with the page as it stands: rule, how bad, where."""
        results = Axe().run(self.page, options={"runOnly": {"type": "tag", "values": RULES}})
        return [
            f"{each['id']} ({each['impact']}): {each['help']}: {[node['target'] for node in each['nodes']]}"
            for each in results.response["violations"]
        ]

    def cut_off(self) -> list[str]:
        """The tables that are wider than their box, by name, and how many pixels of each lie outside."""
        found: list[str] = self.page.evaluate(
            "() => [...document.querySelectorAll('.scroll')].filter(box => box.scrollWidth > box.clientWidth + 1)"
            ".map(box => `${box.getAttribute('aria-label') || box.innerText.slice(0, 40)}: ${box.scrollWidth - box.clientWidth}`)"
        )
        return found

    def too_wide(self) -> int:
        """How many pixels of the page lie beyond its window."""
        wide: int = self.page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        return max(wide, 0)


@contextmanager
def window(
    browser: Browser, house: House, visitor: httpx2.Client | None, width: int = DESK, *, scripts: bool = True
) -> Iterator[Window]:
    """A window for a visitor of the house (`House.visitor`), or for nobody."""
    context = browser.new_context(viewport={"width": width, "height": HEIGHTS[width]}, java_script_enabled=scripts)
    if visitor is not None:
        cookies = [{"name": one.name, "value": str(one.value), "url": house.url} for one in visitor.cookies.jar]
        context.add_cookies(cookies)  # type: ignore[arg-type]
    yield Window(context.new_page(), house.url)
    context.close()
