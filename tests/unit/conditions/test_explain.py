"""Every condition can be explained: which clause, with which value, from which source, how old."""

from __future__ import annotations

from msgspec.structs import replace
from tests.unit.conditions.scopes import ADA, HR, LATE_EVENING, SCOPE

from handrail.conditions.explain import Clause, explain, explainer, would_flip
from handrail.conditions.parse import parse_condition
from handrail.terms.person import Origin
from handrail.terms.values import UNKNOWN, PersonRef


def explained(text: str) -> Clause:
    return explain(parse_condition(text), SCOPE)


def test_each_clause_says_what_it_saw_and_who_said_so() -> None:
    clause = explained('person.level >= 5 and not holds("people-manager") and person.manager.name is "Ben"')
    level, certificate, manager = clause.children
    assert (clause.verdict, clause.joined, level.verdict) == (False, "and", False)
    assert dict(level.seen) == {"person.level": 4}
    assert level.origins == {"person.level": Origin("payroll", HR.as_of, LATE_EVENING)}
    assert level.span == (0, 17)
    assert certificate.joined == "not"
    assert dict(certificate.children[0].seen) == {'holds("people-manager")': False}
    assert manager.origins == {"person.manager.name": HR}


def test_a_change_shows_what_was_and_what_is() -> None:
    clause = explained("person.level changed")
    assert dict(clause.seen) == {"was.level": 3, "person.level": 4}
    assert clause.origins["was.level"].source == "payroll"
    assert explain(parse_condition("was.level < 4"), replace(SCOPE, was=None)).origins == {}


def test_fields_that_the_organization_added_have_a_source_too() -> None:
    assert explained("person.extra.shoe_size > 40").origins == {"person.extra.shoe_size": HR}
    assert explained("buddy.stranger.name is empty").origins == {}
    assert explained("today > 2026-01-01").origins == {}
    assert explained("extra.size > 2").origins == {}
    assert explained("event.score > 2 and person.country in list:sites").children[1].seen["list:sites"] == ("DE", "FR")


def test_what_is_not_known_is_shown_as_such() -> None:
    clause = explained("person.level >= 4 and person.fte is 1")
    assert clause.verdict is UNKNOWN
    assert dict(clause.children[1].seen) == {"person.fte": UNKNOWN}
    assert dict(explain(parse_condition("person is known"), replace(SCOPE, person=ADA)).seen) == {
        "person": PersonRef(1)
    }


def test_the_fewest_clauses_that_would_have_to_be_otherwise_are_named() -> None:
    def named(text: str) -> list[str]:
        return [leaf.text for leaf in would_flip(explained(text))]

    assert named("person.level >= 4 and person.level >= 5 and person.fte is 1") == [
        "person.level >= 5",
        "person.fte is 1",
    ]
    assert named("(person.level > 8 and person.fte > 1) or person.level > 9") == ["person.level > 9"]
    assert named("not (person.level >= 4 or event.passed)") == ["person.level >= 4", "event.passed"]
    assert named("person.level >= 4 and event.passed") == ["person.level >= 4"]


def test_one_explainer_serves_many_people() -> None:
    explains = explainer(parse_condition("person.level >= 4"))
    assert explains(SCOPE).verdict is True
    assert explains(replace(SCOPE, person=replace(ADA, level=3))).verdict is False
