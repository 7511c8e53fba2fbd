"""Maps as Chromium shows them: every text is as wide as was reckoned, or narrower, and stays in its box; they print on A4."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.literacy.drawing.examples import NAMES, mapped
from tests.web.browsing import chromium, chromium_path

from handrail.literacy.drawing import Map, sheet, svg
from handrail.literacy.drawing.placing.letters import width_of

LOOKED_AT = NAMES[::3]
TEXTS = """() => [...document.querySelectorAll("tspan")].map(each => {
  const style = getComputedStyle(each), box = each.closest(".box");
  const outline = box && (box.querySelector("rect") || box.querySelector("path")).getBBox();
  return [each.textContent, parseFloat(style.fontSize), +style.fontWeight >= 600, each.getComputedTextLength(),
          outline ? outline.x + outline.width - parseFloat(each.getAttribute("x")) : null];
})"""


@pytest.fixture(scope="module")
def browser() -> object:
    chromium_path()
    with chromium() as opened:
        yield opened


def page_of(browser: Browser, text: str) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_content(text)
    return page


@pytest.mark.parametrize("name", LOOKED_AT)
def test_no_text_is_wider_in_a_browser_than_the_map_reckons(browser: Browser, name: str) -> None:
    page = page_of(browser, svg(mapped(name)))
    texts = page.evaluate(TEXTS)
    page.close()
    assert len(texts) > 50
    wider = [text for text, size, bold, wide, _ in texts if wide > width_of(text, size, bold=bold) + 0.5]
    assert wider == []
    assert [text for text, _, _, wide, room in texts if room is not None and wide > room] == []


def test_a_text_that_does_not_fit_would_be_found(browser: Browser) -> None:
    page = page_of(browser, svg(mapped("acme/new-manager")))
    page.evaluate('() => { document.querySelector(".box tspan").textContent = "W".repeat(40) }')
    texts = page.evaluate(TEXTS)
    page.close()
    assert [text for text, _, _, wide, room in texts if room is not None and wide > room] == ["W" * 40]


@pytest.mark.parametrize("name", ["acme/new-manager", "programs/onboarding", "open-university/module-bbb"])
def test_the_page_prints_on_a4_with_no_band_cut_in_two(browser: Browser, name: str, tmp_path: Path) -> None:
    shown: Map = mapped(name)
    page = page_of(browser, sheet(shown))
    page.emulate_media(media="print")
    # A4 across without its margins of 12 mm, at 96 pixels an inch.
    page.set_viewport_size({"width": 1032, "height": 703})
    sizes = page.evaluate('() => [...document.querySelectorAll("svg")].map(s => [s.clientWidth, s.clientHeight])')
    pdf = page.pdf(path=str(tmp_path / "map.pdf"), prefer_css_page_size=True)
    page.close()
    assert len(sizes) == len(shown.drawing.bands) + 1
    assert all(width <= 1032 and height <= 703 for width, height in sizes)
    assert pdf.startswith(b"%PDF")
