"""Two files that mean the same have one hash, and the same numbers."""

import pytest
from tests.unit.language.journey import compiled

SAME = {
    "a comment": ("once: per person", "# once a year is enough\nonce: per person"),
    "an empty line": ("  enroll:", "\n\n  enroll:"),
    "the order of keys": (
        "    do: lms.enroll\n    with: { course: FORK-101 }\n",
        "    with: { course: FORK-101 }\n    do: lms.enroll\n",
    ),
    "quotes": ("title: A course", 'title: "A course"'),
    "spaces in a condition": ('event.course is "FORK-101"', 'event.course   is  "FORK-101"'),
    "what is the default anyway": ("    undo: lms.unenroll\n", "    undo: lms.unenroll\n    within: 2 business days\n"),
    "a ladder written out": (
        "    undo: lms.unenroll\n",
        "    undo: lms.unenroll\n    if_late: [ { hand_to: accountable, within: 2 business days }, { stop: nobody answered } ]\n",
    ),
    "the default pause": ("\ndefaults:", '\npause_while: person.status is "on leave"\n\ndefaults:'),
}
OTHER = {
    "a title": ("title: A course", "title: The course"),
    "a limit": ("within: 30 days", "within: 31 days"),
    "a word of a text": ("May {person.name}?", "May {person.given_name}?"),
    "an answer's end": ("{ stop: manager declined }", "{ finish: manager declined }"),
    "a condition": ('"FORK-101"\n    owner', '"FORK-102"\n    owner'),
    "a unit": ("after 1 business day", "after 1 day"),
}


@pytest.mark.parametrize("what", SAME)
def test_the_same_meaning_has_the_same_hash_whatever_differs(what: str) -> None:
    plain, other = compiled(), compiled(SAME[what])
    assert plain.plan.hash == other.plan.hash
    assert [one.place for one in plain.plan.steps] == [one.place for one in other.plan.steps]
    assert len(plain.plan.ladders) == len(other.plan.ladders)


@pytest.mark.parametrize("what", OTHER)
def test_another_meaning_has_another_hash(what: str) -> None:
    assert compiled().plan.hash != compiled(OTHER[what]).plan.hash
