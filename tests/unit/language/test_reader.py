"""What is read of a file before any key has a meaning."""

import pytest

from handrail.language import decode, source_of
from handrail.language.source.reader import SIZE_MAX, read
from handrail.language.source.tree import Scalar, Source
from handrail.terms.problem import Place


def scalar(text: str, key: str = "a") -> tuple[Source, Scalar]:
    source = source_of(text, "x.yaml")
    tree, problems = read(source)
    assert tree is not None
    assert not problems
    found = tree.get(key)
    assert isinstance(found, Scalar)
    return source, found


def stretch(text: str, part: str) -> str:
    """What stands in the file where the scalar's part is said to stand."""
    source, found = scalar(text)
    start = found.text.index(part)
    place = source.stretch(found, (start, start + len(part)))
    return source.lines[place.line - 1][place.column - 1 : place.column - 1 + place.length]


@pytest.mark.parametrize(
    "text",
    [
        "a: one and two",
        'a: "one and two"',
        "a: 'it''s one and two'",
        'a: "\\"one\\" and two"',
        "a: >\n  a long one\n  and two",
        "a: |\n  a long one\n  and two",
        "a: one\n  and two",
        "a:\n\n  one and two",
    ],
)
def test_a_part_of_a_text_is_found_in_the_file_however_it_is_written(text: str) -> None:
    assert stretch(text, "two") == "two"
    assert stretch(text, "and") == "and"


def test_a_stretch_over_two_lines_ends_with_the_first() -> None:
    source, found = scalar("a: one\n  and two")
    assert source.stretch(found, (0, 11)) == Place("x.yaml", 1, 4, 3)


def test_a_stretch_of_nothing_is_one_letter_wide() -> None:
    source, found = scalar('a: ""')
    assert source.stretch(found, (0, 0)) == Place("x.yaml", 1, 5, 1)


def test_a_text_that_is_not_found_letter_by_letter_still_has_a_place() -> None:
    source, found = scalar('a: "\\u00fcber"')
    assert source.stretch(found, (0, 1)).line == 1


def test_a_file_from_another_system_reads_the_same() -> None:
    assert read(source_of("\ufeffa: 1\r\nb: 2\r\n", "x"))[0] == read(source_of("a: 1\nb: 2\n", "x"))[0]


def test_a_file_that_is_not_utf_8_is_refused_at_its_first_bad_byte() -> None:
    text, problems = decode("a: 1\nb: ä".encode("cp1252"), "x.yaml")
    assert not text
    assert problems[0].place == Place("x.yaml", 2, 4)
    assert decode("b: ä".encode(), "x.yaml") == ("b: ä", [])


def test_a_file_of_a_million_letters_is_refused() -> None:
    tree, problems = read(source_of("a: " + "x" * SIZE_MAX, "x.yaml"))
    assert tree is None
    assert problems[0].code == "J100"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: [1, 2", "closed"),
        ("a: 'never closed", "never closed"),
        ("a: - b", "a list cannot begin in this line"),
        ("a: @b", "cannot begin"),
        ('a: "\\q"', "backslash"),
        ("a: b: c", '": "'),
        ("- a\nb: 1", "does not fit"),
        ("a: |5x\n b", "not YAML that can be read"),
    ],
)
def test_yaml_that_cannot_be_read_is_told_in_plain_words(text: str, says: str) -> None:
    tree, problems = read(source_of(text, "x.yaml"))
    assert tree is None
    assert says in problems[0].message
    assert problems[0].advice


def test_what_is_a_single_text_is_no_journey() -> None:
    assert (
        read(source_of("only a text", "x.yaml"))[1][0].message
        == "a journey is a list of keys with values, and this is none"
    )
