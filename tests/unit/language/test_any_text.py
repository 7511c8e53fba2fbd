"""Whatever an author's slip makes of a file, they are answered with problems and places, never with a crash."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.language.journey import CATALOG

from handrail.language import compile_text, head_of, print_problems, source_of
from handrail.terms.problem import JourneyProblems

ROOT = Path(__file__).parents[3]
FILES = [file.read_text(encoding="utf-8") for file in sorted((ROOT / "tests" / "journeys" / "good").glob("*.yaml"))]
PIECES = st.sampled_from(
    [
        "{",
        "}",
        "[",
        "]",
        '"',
        "'",
        ": ",
        "- ",
        "\n",
        "true",
        "continue",
        "each a in b",
        "until today",
        "0",
        "event.score",
    ]
    + [
        "start.due",
        " or ",
        "?",
        ",",
        "~",
        "ü",
        "within: 3 days",
        "together:",
        "choose:",
        "{person.name}",
        "team:",
        "list:",
    ]
)


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
    try:
        compile_text(text, "x.yaml", CATALOG)
    except JourneyProblems as refused:
        lines = text.count("\n") + 2
        assert all(1 <= one.place.line <= lines and one.place.column >= 1 for one in refused.problems)
        assert print_problems(refused.problems, source_of(text, "x.yaml"))
