"""The lists behind numbers of reports over a real company: names, places and steps as long as they are, on a desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser
from tests.web.browsing import DESK, window
from tests.web.stories.acme import Acme


@pytest.mark.parametrize(
    ("login", "behind"),
    [("rita", "compliance/list"), ("rolf", "attainment/list?state=in+time")],
    ids=["runs", "handoffs"],
)
def test_the_list_behind_a_number_is_not_cut_off(login: str, behind: str, open_acme: Acme, browser: Browser) -> None:
    open_acme.runtime.reporting.wait()
    with window(browser, open_acme, open_acme.visitor("operations", login=login), DESK) as seen:
        seen.open(f"/reports/{behind}")
        assert seen.page.get_by_role("row").count() > 1
        assert seen.cut_off() == []
