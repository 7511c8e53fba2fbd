"""What README and the reference show of a journey is one that `handrail check` finds nothing wrong with."""

import re
from pathlib import Path

from tests.journeys.catalog import catalog

from handrail.language import compile_text

ROOT = Path(__file__).resolve().parents[2]
YAML = re.compile(r"^```yaml\n(.*?)^```", re.DOTALL | re.MULTILINE)
HEAD = """\
journey: shown
title: As the page shows it
purpose: Whoever copies it has a journey.
accountable: team:learning-operations
starts:
  hired: { event: person.hired }
once: per person
defaults:
  owner: team:learning-operations
  within: 2 business days
  if_late: { stop: nobody answered }
  if_fails: { stop: could not be done }
"""


def shown_in(page: str) -> list[str]:
    return YAML.findall((ROOT / page).read_text(encoding="utf-8"))


def test_the_journey_of_the_readme_is_whole() -> None:
    (journey,) = shown_in("README.md")
    assert [step.name for step in compile_text(journey, "README.md", catalog()).plan.steps] == ["buddy"]


def test_the_steps_that_the_reference_shows_are_right() -> None:
    (steps,) = [text for text in shown_in("docs/reference/language.md") if text.startswith("steps:")]
    plan = compile_text(HEAD + steps, "language.md", catalog()).plan
    assert [step.name for step in plan.steps if step.parent < 0] == [
        "approval",
        "long_enough_here",
        "country",
        "trained",
    ]
