"""Two ways of using a page, so that every story is told twice: with a mouse, and with nothing but a keyboard.

Both find a control by what it is called, as somebody would who cannot see how the page is built. The keyboard goes from
control to control, and everything that it passes must show that it has the focus.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal, Protocol

import pytest
from playwright.sync_api import Locator, expect
from tests.web.browsing import Window

Role = Literal["link", "button", "textbox", "combobox", "checkbox"]
_WHERE = """(one) => {
  const at = document.activeElement, box = at.getBoundingClientRect(), mark = getComputedStyle(at);
  const marked = mark.outlineStyle !== 'none' && parseFloat(mark.outlineWidth) >= 1 && !/, 0\\)$/.test(mark.outlineColor);
  const seen = box.width > 0 && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
  const said = at.getAttribute('aria-label') || at.labels?.[0]?.textContent || at.textContent || at.tagName;
  const before = at.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_PRECEDING;
  return { there: at === one, nowhere: at === document.body, shown: marked && seen, before: Boolean(before),
           name: said.trim().replace(/\\s+/g, ' ').slice(0, 60) };
}"""


class Hands(Protocol):
    """Somebody who uses a page. `beside` is a text in the same row or list item, where a name alone says too little."""

    def __init__(self, seen: Window) -> None:
        """These use the page of this window."""

    def go(self, path: str) -> None:
        """Go to an address of the console, as a bookmark or a link in a letter does."""

    def follow(self, text: str, *, beside: str = "") -> None:
        """Follow the first link that is called so."""

    def press(self, text: str, *, beside: str = "", stays: bool = False) -> None:
        """Press the first button that is called so; `stays`: no other page or list is to come of it."""

    def fill(self, label: str, text: str) -> None:
        """Write this into a field, instead of what is in it. A day is written as 2026-03-16."""

    def choose(self, label: str, option: str) -> None:
        """Choose this option of a field."""

    def tick(self, label: str, *, beside: str = "") -> None:
        """Tick a box."""

    def open(self, summary: str) -> None:
        """Open a part of the page that is folded."""


class Mouse:
    """Points and clicks."""

    def __init__(self, seen: Window) -> None:
        self.seen, self.page = seen, seen.page

    def go(self, path: str) -> None:
        self.seen.open(path)

    def follow(self, text: str, *, beside: str = "") -> None:
        with _another_page(self.seen):
            _named(self.seen, "link", text, beside).click()

    def press(self, text: str, *, beside: str = "", stays: bool = False) -> None:
        with _another_page(self.seen, stays=stays):
            _named(self.seen, "button", text, beside).click()

    def fill(self, label: str, text: str) -> None:
        _labeled(self.seen, label).fill(text)

    def choose(self, label: str, option: str) -> None:
        _labeled(self.seen, label).select_option(label=option)

    def tick(self, label: str, *, beside: str = "") -> None:
        _named(self.seen, "checkbox", label, beside).check()

    def open(self, summary: str) -> None:
        if not _is_open(folded := _folded(self.seen, summary)):
            folded.click()


class Keyboard:
    """Has Tab, Enter, the space bar, arrows and letters. After `steps_most` controls on the way to one nobody would go on."""

    def __init__(self, seen: Window, steps_most: int = 250) -> None:
        self.seen, self.page, self.steps_most = seen, seen.page, steps_most

    def go(self, path: str) -> None:
        self.seen.open(path)

    def follow(self, text: str, *, beside: str = "") -> None:
        self._reach(_named(self.seen, "link", text, beside))
        with _another_page(self.seen):
            self._type("Enter")

    def press(self, text: str, *, beside: str = "", stays: bool = False) -> None:
        self._reach(_named(self.seen, "button", text, beside))
        with _another_page(self.seen, stays=stays):
            self._type("Space")

    def fill(self, label: str, text: str) -> None:
        field = _labeled(self.seen, label)
        self._reach(field)
        if field.get_attribute("type") == "date":
            year, month, day = text.split("-")
            self.page.keyboard.type(f"{month}{day}{year}")
        else:
            self._type("Control+a")
            self.page.keyboard.type(text)

    def choose(self, label: str, option: str) -> None:
        field = _labeled(self.seen, label)
        self._reach(field)
        options = [text.strip() for text in field.locator("option").all_text_contents()]
        assert option in options, f"“{label}” offers {options}"
        here = int(field.evaluate("(one) => one.selectedIndex"))
        there = options.index(option)
        for _ in range(abs(there - here)):
            self._type("ArrowDown" if there > here else "ArrowUp")
        assert field.evaluate("(one) => one.selectedIndex") == there, f"“{option}” is reached by arrows"

    def tick(self, label: str, *, beside: str = "") -> None:
        box = _named(self.seen, "checkbox", label, beside)
        self._reach(box)
        if not box.is_checked():
            self._type("Space")

    def open(self, summary: str) -> None:
        folded = _folded(self.seen, summary)
        self._reach(folded)
        if not _is_open(folded):
            self._type("Enter")

    def _type(self, key: str) -> None:
        self.page.keyboard.press(key)

    def _reach(self, wanted: Locator) -> None:
        """Go from control to control until this one has the focus."""
        passed = list[str]()
        for _ in range(self.steps_most):
            at: dict[str, Any] = wanted.evaluate(_WHERE)
            if not at["nowhere"]:
                assert at["shown"], f"that “{at['name']}” has the focus can be seen (passed before it: {passed})"
                passed.append(at["name"])
            if at["there"]:
                return
            self._type("Shift+Tab" if at["before"] else "Tab")
        pytest.fail(f"{wanted} is not reached by the tabulator; it passed {passed}")


def _named(seen: Window, role: Role, name: str, beside: str = "") -> Locator:
    """The first control that can be seen and is called so: exactly, else in part."""
    around = seen.page.locator("tr, li").filter(has_text=beside).last if beside else seen.page.locator("body")
    part = around.get_by_role(role, name=name)
    expect(part.first, f"a {role} “{name}”").to_be_visible()
    exactly = around.get_by_role(role, name=name, exact=True)
    return (exactly if exactly.count() else part).first


def _labeled(seen: Window, label: str) -> Locator:
    """The first field that can be seen with this label: exactly, else at its beginning."""
    fields = seen.page.get_by_label(re.compile(f"^{re.escape(label)}")).filter(visible=True)
    expect(fields.first, f"a field “{label}”").to_be_visible()
    exactly = seen.page.get_by_label(label, exact=True).filter(visible=True)
    return (exactly if exactly.count() else fields).first


def _folded(seen: Window, summary: str) -> Locator:
    folded = seen.page.locator("summary").filter(has_text=summary).first
    expect(folded, f"something to open, “{summary}”").to_be_visible()
    return folded


def _is_open(summary: Locator) -> bool:
    found: bool = summary.evaluate("(one) => one.parentElement.open")
    return found


@contextmanager
def _another_page(seen: Window, *, stays: bool = False) -> Iterator[None]:
    """What is done here leads to another page, or to another address of this one; it is waited for."""
    if stays:
        yield
        return
    with seen.page.expect_navigation():
        yield
