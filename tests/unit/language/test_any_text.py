"""Whatever an author's slip makes of a file, they are answered with problems and places, never with a crash."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.language.journey import CATALOG

from handrail.language import compile_text, head_of, print_problems, source_of
from handrail.terms.problem import JourneyProblems, Problem

ROOT = Path(__file__).parents[3]
FILES = [file.read_text(encoding="utf-8") for file in sorted((ROOT / "tests" / "journeys" / "good").glob("*.yaml"))]
YAML_PIECES = ["{", "}", "[", "]", '"', "'", ": ", "- ", "\n", "?", ",", "~", "ü", "true", "0"]
WORDS = ["continue", "each a in b", "until today", "event.score", "start.due", " or ", "within: 3 days", "together:"]
MORE_WORDS = ["choose:", "{person.name}", "team:", "list:"]
PIECES = st.sampled_from([*YAML_PIECES, *WORDS, *MORE_WORDS])


def problems_of(text: str) -> tuple[Problem, ...]:
    try:
        compile_text(text, "x.yaml", CATALOG)
    except JourneyProblems as refused:
        return refused.problems
    return ()


@settings(max_examples=60)
@given(
    st.sampled_from(FILES),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), PIECES), min_size=1, max_size=3),
)
def test_a_file_with_slips_compiles_or_says_where_it_does_not(text: str, slips: list[tuple[float, int, str]]) -> None:
    for where, cut, piece in slips:
        at = int(where * len(text))
        text = text[:at] + piece + text[at + cut :]
    head_of(text, "x.yaml")
    found = problems_of(text)
    assert all(1 <= one.place.line <= text.count("\n") + 2 and one.place.column >= 1 for one in found)
    assert print_problems(found, source_of(text, "x.yaml"))
