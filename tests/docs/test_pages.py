"""What the pages promise: links lead somewhere, and the README names the first commands.

Whether each command and setting has its heading is tested beside the code that declares it.
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    page for page in ROOT.rglob("*.md") if not any(part.startswith(".") for part in page.relative_to(ROOT).parts)
)
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


def links_within(page: Path) -> list[str]:
    """The relative links of a page, without their anchors; links to other sites are left out."""
    found = LINK.findall(CODE.sub("", page.read_text(encoding="utf-8")))
    return [link.split("#")[0] for link in found if "://" not in link and not link.startswith(("#", "mailto:"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_in_a_page_leads_to_a_file_that_is_there(page: Path) -> None:
    broken = [link for link in links_within(page) if not (page.parent / link).exists()]
    assert not broken, (
        f"{page.relative_to(ROOT)} links to {broken}, which are not there: mend the link or write the page."
    )


@pytest.mark.parametrize("command", ["make demo", "make test"])
def test_a_newcomer_finds_the_first_commands_in_the_readme(command: str) -> None:
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", ["setup", "demo", "test", "check", "bench", "docs"])
def test_each_command_of_the_makefile_is_explained_in_a_line(command: str) -> None:
    assert re.search(rf"^{command}:.* ## \w", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize(
    "page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda page: page.relative_to(ROOT).as_posix()
)
def test_every_page_of_the_docs_is_found_from_the_index_of_its_folder(page: Path) -> None:
    index = page.parent / "index.md" if page.name != "index.md" else page.parent.parent / "index.md"
    if page == ROOT / "docs" / "index.md":
        index = ROOT / "README.md"
    linked = {(index.parent / link).resolve() for link in links_within(index)}
    assert page in linked, f"{index.relative_to(ROOT)} does not link {page.relative_to(ROOT)}: nobody would find it"
