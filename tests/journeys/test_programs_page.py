"""The page on testing a journey: its example runs, and the timeline it shows is a real one."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-to" / "test-a-journey.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def test_the_example_on_the_page_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    example = next(text for kind, text in BLOCKS if kind == "python")
    names: dict[str, object] = {}
    exec(compile(example, "docs/how-to/test-a-journey.md", "exec"), names)  # the page itself
    test = names["test_a_new_colleague_has_a_buddy_within_a_day"]
    assert callable(test)
    test()


def test_the_timeline_on_the_page_is_a_part_of_a_kept_one() -> None:
    kept = (ROOT / "tests" / "journeys" / "timelines" / "onboarding-ordinary.txt").read_text(encoding="utf-8")
    assert next(text for kind, text in BLOCKS if not kind) in kept
