"""Journeys as authors write them: good ones compile, bad ones give exactly the kept output.

After a message was changed on purpose: HANDRAIL_REMAKE=1 .venv/bin/pytest tests/journeys, then read the difference.
"""

import os
import re
from pathlib import Path

import pytest
import yaml
from tests.journeys.catalog import catalog
from tests.journeys.schema import plain, wrong

from handrail.conditions import problems as conditions
from handrail.language import CODES, Compiled, compile_text, json_schema, print_problems, source_of
from handrail.language.moves.ladders import MOVES
from handrail.language.source.reader import read
from handrail.language.steps import KINDS
from handrail.terms.problem import JourneyProblems

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BAD = sorted((HERE / "bad").glob("*.yaml"))
GOOD = sorted((HERE / "good").glob("*.yaml"))
PROGRAMS = sorted((ROOT / "examples" / "programs" / "journeys").glob("*.yaml"))
CATALOG = catalog()
REMARKS_ONLY = {"J141", "J150", "J151"}


def compiled(file: Path) -> Compiled:
    return compile_text(file.read_text(encoding="utf-8"), file.name, CATALOG)


def output_of(file: Path) -> str:
    """What an author of this file is told: its problems, or that it compiles."""
    text = file.read_text(encoding="utf-8")
    try:
        compile_text(text, file.name, CATALOG)
    except JourneyProblems as refused:
        return print_problems(refused.problems, source_of(text, file.name))
    return "It compiles.\n"


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_a_broken_journey_is_answered_with_what_is_wrong_where_and_what_to_write(file: Path) -> None:
    golden, said = file.with_suffix(".txt"), output_of(file)
    if os.environ.get("HANDRAIL_REMAKE"):
        golden.write_text(said, encoding="utf-8")
    assert said == golden.read_text(encoding="utf-8")
    assert said != "It compiles.\n"


@pytest.mark.parametrize("file", [*GOOD, *PROGRAMS], ids=lambda file: file.stem)
def test_a_good_journey_compiles_to_a_plan_with_a_place_for_every_step(file: Path) -> None:
    found = compiled(file)
    lines = file.read_text(encoding="utf-8").split("\n")
    for step in found.plan.steps:
        line, column = found.places.lines[step.place]
        assert lines[line - 1][column - 1 :].startswith(f"{step.name}:")
    assert re.fullmatch(r"[0-9a-f]{32}", found.plan.hash)


@pytest.mark.parametrize("file", [*GOOD, *PROGRAMS, *BAD], ids=lambda file: file.stem)
def test_both_yaml_readers_read_every_journey_alike(file: Path) -> None:
    if not hasattr(yaml, "CSafeLoader"):
        pytest.skip("PyYAML was built without its C reader here")
    source = source_of(file.read_text(encoding="utf-8"), file.name)
    slow, fast = read(source, yaml.SafeLoader), read(source, yaml.CSafeLoader)
    assert slow[0] == fast[0] or file.stem == "yaml_question_mark_in_braces"
    assert bool(slow[1]) == bool(fast[1])


@pytest.mark.parametrize("file", [*GOOD, *PROGRAMS], ids=lambda file: file.stem)
def test_an_editor_underlines_nothing_in_a_good_journey(file: Path) -> None:
    tree, _ = read(source_of(file.read_text(encoding="utf-8"), file.name))
    assert tree is not None
    assert not wrong(plain(tree), json_schema(), json_schema())


def test_an_editor_underlines_a_key_that_is_none() -> None:
    file = HERE / "bad" / "unknown_key_of_a_step.yaml"
    tree, _ = read(source_of(file.read_text(encoding="utf-8"), file.name))
    assert tree is not None
    assert wrong(plain(tree), json_schema(), json_schema())


def test_every_kind_of_step_and_move_has_a_journey_of_its_own() -> None:
    names = {file.stem for file in GOOD}
    assert {f"step_{kind}" for kind in KINDS} <= names
    assert {f"move_{move}" for move in MOVES} <= names


def test_every_problem_is_shown_by_a_broken_journey() -> None:
    shown = {code for file in BAD for code in re.findall(r"\[(J\d+)\]", file.with_suffix(".txt").read_text())}
    assert set(CODES) - shown == REMARKS_ONLY


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_problem_has_its_heading_in_the_reference(code: str) -> None:
    page = (ROOT / "docs" / "reference" / "problems.md").read_text(encoding="utf-8")
    assert f"## {code}: {CODES[code]}\n" in page


def test_no_code_means_two_things() -> None:
    others = {value for name, value in vars(conditions).items() if name.isupper() and isinstance(value, str)}
    assert not others & set(CODES)
