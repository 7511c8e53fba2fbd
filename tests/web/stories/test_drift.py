"""Drift is seen on the connection that it comes from: a renamed column, and two codes that the mapping does not know."""

from __future__ import annotations

import re

from tests.web.stories.acme import MONDAYS, Acme


def words(page: str) -> str:
    """The text of a page, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_file_that_is_not_as_its_mapping_expects_is_seen_on_its_connection(open_acme: Acme) -> None:
    lead = open_acme.visitor("operations", login="lena-drift")
    listed = words(lead.get("/connections").text)
    assert "1 connection does not go as it should." in listed
    assert re.search(
        r"hris \S.*? drift workers-\S+\.csv is not as its mapping expects: [\d,]+ rows, .*?not applied", listed
    )
    page = lead.get("/connections/hris").text
    assert f'href="/held/F-{len(MONDAYS)}"' in page
    assert "dept_code" in words(page)
    assert "is not expected" not in lead.get("/connections/lms").text
