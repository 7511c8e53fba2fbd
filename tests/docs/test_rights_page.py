"""The table on the page about rights is the one that the code goes by."""

import re
from pathlib import Path

from handrail.insight.rights import GIVES, RIGHTS, ROLES, WHOLE

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "rights.md").read_text(encoding="utf-8")


def test_the_table_of_roles_and_rights_is_the_one_of_the_code() -> None:
    head, rows = "", {}
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0] == "role" and len(cells) > 3:
            head = line
        if head and (found := re.fullmatch(r"`([a-z-]+)`", cells[0])) and len(cells) > 3:
            rows[found[1]] = [cell == "yes" for cell in cells[1:]]
    assert [cell.strip() for cell in head.strip("|").split("|")][1:] == list(RIGHTS)
    assert rows == {role: [right in GIVES[role] for right in RIGHTS] for role in ROLES}


def test_rights_of_the_whole_organization_are_named() -> None:
    sentence = next(line for line in PAGE.splitlines() if "concern the whole organization" in line)
    assert set(re.findall(r"`([^`]+)`", sentence)) == WHOLE
