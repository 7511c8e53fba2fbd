"""What the API takes is described twice, for programs and for people, and both say the same."""

from __future__ import annotations

import re
from pathlib import Path

from tests.web.house import House

from handrail.app.tokens import SCOPES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "http.md"
METHODS = {"get", "post", "put", "delete", "patch"}


def test_every_path_has_its_place_on_the_page(house: House) -> None:
    page = PAGE.read_text("utf-8")
    for path in house.client().get("/api/openapi.json").json()["paths"]:
        written = re.sub(r"\\{[^}]*\\}", r"[^/`\\s]+", re.escape(path))
        assert re.search(rf"{written}(?=[`?,\s])", page), f"{path} is not in {PAGE.name}"


def test_every_path_says_how_it_refuses(house: House) -> None:
    for path, methods in house.client().get("/api/openapi.json").json()["paths"].items():
        for method in METHODS & methods.keys():
            answers = methods[method]["responses"]
            assert "503" in answers or path == "/health/live", path
            assert path.startswith(("/health", "/hooks")) or {"401", "403"} <= answers.keys(), path


def test_every_scope_is_explained() -> None:
    text = PAGE.read_text("utf-8")
    assert all(f"`{scope}`" in text for scope in SCOPES)
