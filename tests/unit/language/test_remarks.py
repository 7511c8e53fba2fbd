"""What an author should know though nothing is wrong."""

from msgspec.structs import replace
from tests.unit.language.journey import CATALOG, compiled, problems

SWEEP = ("event: person.hired", "every: day at 06:00\n    for: person.level > 3")


def codes(*pairs: tuple[str, str]) -> list[str]:
    return [one.code for one in compiled(*pairs).remarks]


def test_a_call_that_is_never_taken_back_is_remarked() -> None:
    assert codes() == ["J150"]
    assert codes(("{ stop: manager declined }", "[ { undo: enroll }, { stop: manager declined } ]")) == []


def test_a_sweep_that_finds_the_same_people_again_is_remarked() -> None:
    assert "J141" in codes(SWEEP)
    assert "J141" in codes(SWEEP, ("per person in 365 days", "per person at a time"))
    assert "J141" not in codes(SWEEP, ("person.level > 3", 'not holds("FORKLIFT")'))


def test_a_journey_that_nothing_starts_is_remarked_unless_another_runs_it() -> None:
    no_start = ("starts:\n  hired:\n    event: person.hired\n", "")
    assert "J140" in codes(no_start)
    assert "J140" not in codes(no_start, ("journey: course", "journey: circle"))


def test_somebody_the_defaults_would_ask_again_is_remarked() -> None:
    assert "J125" in codes(("ask: manager\n", "ask: team:compliance\n"))


def test_texts_and_messages_that_lack_a_language_are_remarked() -> None:
    both = replace(CATALOG, languages=("en", "de"))
    hello = ("  done:\n", "  hello:\n    tell: learner\n    message: day-one\n  done:\n")
    found = [one for one in compiled(hello, within=both).remarks if one.code == "J151"]
    assert found[0].message == (
        "not yet in de: agree.answers.another, agree.answers.never, agree.answers.yes_of_course, agree.question, "
        "done.if_late.1.answers.more_time, done.if_late.1.answers.over, done.if_late.1.question, purpose, title"
    )
    assert "not written in de" in found[1].message
    told = replace(
        both, translations={"course": {"de": frozenset(found[0].message.removeprefix("not yet in de: ").split(", "))}}
    )
    assert "J151" not in [one.code for one in compiled(within=told).remarks]


def test_a_message_missing_in_the_organizations_language_is_a_problem() -> None:
    german = replace(CATALOG, languages=("de",))
    hello = ("  done:\n", "  hello:\n    tell: learner\n    message: day-one\n  done:\n")
    assert next(one.code for one in problems(hello, within=german)) == "J115"
