"""Why, and why not: the whole answer to each question, as it is kept in answers/.

An answer that changed on purpose is written anew by hand, after reading it.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from msgspec import structs
from tests.unit.insight.company import CAT, DAN, Company, march, organization, told
from tests.unit.insight.scenes import (
    SCENES,
    a_manager_who_has_not_answered,
    a_new_manager_who_is_a_contractor,
    a_sweep_that_came_too_early,
)

from handrail.engine.items import Swept
from handrail.insight.answer import Answer, plain
from handrail.insight.past import Past, then_of
from handrail.insight.telling.sentences import SENTENCES
from handrail.insight.why import Question, why
from handrail.store.batch import Batch
from handrail.store.moments import to_millis
from handrail.store.rows import SettingsRow
from handrail.terms import coding
from handrail.terms.person import Origin
from handrail.terms.problem import SettingsError

NEVER = -1
ANSWERS = Path(__file__).parent / "answers"


@cache
def answered(scene: Callable[[], Answer]) -> Answer:
    return scene()


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_the_answer_is_the_one_that_was_read_and_kept(scene: Callable[[], Answer]) -> None:
    kept = (ANSWERS / f"{scene.__name__}.txt").read_text(encoding="utf-8")
    assert told(answered(scene)) + "\n" == kept


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_every_answer_opens_with_one_sentence_about_somebody(scene: Callable[[], Answer]) -> None:
    answer = answered(scene)
    assert answer.sentence.endswith((".", "?"))
    assert not any(word in answer.sentence for word in ("None", "UNSET", "decide", "exception", "null"))


def test_a_clause_says_what_was_needed_what_was_seen_who_said_so_and_how_old_that_is() -> None:
    (clause,) = [each for each in a_new_manager_who_is_a_contractor().because if each.clause]
    assert clause.clause == 'person.contract is "permanent"'
    assert (clause.needed, clause.seen) == ("permanent", {"person.contract": "contractor"})
    assert (clause.source, clause.as_of, clause.place) == ("hris", march(6), "journeys/new-manager.yaml:27")


def test_a_clause_of_a_sweep_is_as_old_as_it_was_at_the_moment_of_the_sweep() -> None:
    answer = a_sweep_that_came_too_early()
    assert answer.because[0].age == "6 days"
    assert answer.next_chance is not None
    assert answer.next_chance.at == march(16, 5)


def test_what_is_waited_for_names_its_owner_and_its_limit() -> None:
    (waiting,) = a_manager_who_has_not_answered().waiting_for
    assert (waiting.owner, waiting.since, waiting.due) == ("Ben Busch", march(3), march(6, 16))


def test_an_answer_can_be_written_as_json() -> None:
    written = plain(a_manager_who_has_not_answered())
    assert (written["verdict"], written["evidence"]["recomputed"]) == ("waiting", True)
    assert written["waiting_for"][0]["due"] == "2026-03-06T16:00:00Z"


@pytest.mark.parametrize("name", ["P-3", "010003", "hris:010003", "cat@acme.example", "Cat Conrad", "conrad"])
def test_a_person_is_found_by_id_key_address_or_name(name: str) -> None:
    company = Company("onboarding")
    company.hire(CAT, "Cat Conrad", march(3))
    assert company.why(name).person == "Cat Conrad"


def test_somebody_is_asked_about_before_they_were_known() -> None:
    company = Company("onboarding")
    company.hire(CAT, "Cat Conrad", march(3))
    answer = company.why("P-3", "onboarding", march(2, 10))
    assert answer.verdict == "not known"
    assert "the first that was told of them came on Tuesday 3 March 2026" in answer.sentence


def swept(ended: int | None, **counts: bool) -> Answer:
    """Cat is level 4 when the sweep of 9 March looks, or looked, or not."""
    company = Company("new-manager")
    company.appear(CAT, "Cat Conrad", march(3), level=4.0)
    if ended != NEVER:
        company.looked("new-manager", "sweep", march(9, 5), None if ended is None else march(9, ended), **counts)
    return company.why("P-3", "new-manager", march(9, 12))


def test_a_sweep_that_nothing_is_recorded_of_has_not_looked_yet() -> None:
    assert "was to look on Monday 9 March 2026, 06:00 and has not yet; it would begin it" in swept(NEVER).sentence


def test_a_sweep_that_goes_on_is_not_through_yet() -> None:
    assert "has been looking since Monday 9 March 2026, 06:00 and is not through yet" in swept(None).sentence


def test_a_sweep_whose_moment_was_missed_and_skipped_says_so() -> None:
    answer = swept(9, skipped=True)
    assert "did not look on Monday 9 March 2026, 06:00: Handrail was not at work then" in answer.sentence


def test_a_sweep_that_was_made_late_says_when_it_looked() -> None:
    assert (
        "looked on Monday 9 March 2026, 10:00 only, for its moment of Monday 9 March 2026, 06:00" in swept(9).sentence
    )


def test_a_sweep_that_should_have_begun_it_says_that_no_run_is_known() -> None:
    assert "looked on Monday 9 March 2026, 06:00, and no run is known of it" in swept(5).sentence


def test_a_sweep_says_what_it_looked_for_and_did_not_find() -> None:
    company = Company("new-manager")
    company.appear(DAN, "Dan Doe", march(3), level=4.0, contract="contractor")
    company.sweep("new-manager", "sweep", march(9, 5), DAN)
    answer = company.why("P-4", "new-manager", march(9, 6))
    found = (
        "“sweep” looked on Monday 9 March 2026, 06:00, and found that contract is contractor, and has to be permanent"
    )
    assert found in answer.sentence


def test_a_second_start_that_came_earlier_is_told_beside_where_the_run_stands_now() -> None:
    company = Company("new-manager")
    company.appear(CAT, "Cat Conrad", march(2))
    company.change(CAT, march(3), level=4.0)
    run = company.run(CAT, "new-manager")
    company.engine.take([Swept("new-manager", "sweep", CAT)], march(3, 10))
    company.change(CAT, march(3, 11), level=3.0)
    company.change(CAT, march(3, 12), level=4.0)
    assert f"R-{run}, begun on Tuesday 3 March 2026, counts" in " ".join(
        each.text for each in company.why("P-3", "new-manager").because
    )


def test_a_status_that_a_date_brought_was_not_so_before_it() -> None:
    company = Company("welcome")
    company.appear(CAT, "Cat Conrad", march(2), status="preboarding", hired_on=march(6).date())
    company.change(CAT, march(6), status="active", origin=Origin("hris", march(2)))
    assert not [each for each in company.why("P-3", "welcome").because if each.rule == "known later"]


def test_what_was_so_and_became_known_later_is_told_beside_what_was_known_then() -> None:
    company = Company("new-manager")
    company.appear(DAN, "Dan Doe", march(2), contract="contractor")
    company.change(DAN, march(6), level=4.0)
    company.change(DAN, march(9), contract="permanent", origin=Origin("hris", march(5)))
    answer = company.why("P-4", "new-manager", march(10))
    later = [each.text for each in answer.because if each.rule == "known later"]
    assert later == [
        "As true then: contract is permanent as of Thursday 5 March 2026, which became known only on Monday 9 March 2026."
    ]


def test_somebody_who_is_back_from_leave_is_waiting_again() -> None:
    company = Company("new-manager")
    company.appear(CAT, "Cat Conrad", march(2))
    company.change(CAT, march(4), level=4.0)
    company.change(CAT, march(5), "person.leave_began", status="on leave")
    company.change(CAT, march(9), "person.leave_ended", status="active")
    answer = company.why("P-3", "new-manager")
    assert answer.verdict == "waiting"
    assert any(each.rule == "resumed" for each in answer.because)


def test_whoever_is_no_longer_in_scope_is_told_by_which_clause() -> None:
    company = Company("new-manager")
    company.appear(CAT, "Cat Conrad", march(2))
    company.change(CAT, march(4), level=4.0)
    company.change(CAT, march(5), level=3.0)
    answer = company.why("P-3", "new-manager")
    assert "no longer a people manager (level is 3, and has to be 4 or more)" in answer.sentence


def test_settings_that_came_back_are_those_that_counted_then() -> None:
    company = Company("onboarding")
    body, other = coding.pack(organization()), coding.pack(structs.replace(organization(), name="Acme of old"))
    for day, packed in ((2, body), (3, other), (4, body)):
        row = SettingsRow(coding.digest(packed).hex(), to_millis(march(day)), packed)
        company.store.commit(Batch(to_millis(march(day)), settings=[row]))
    past = Past(company.store)
    assert [past.organization(then_of(march(day, 12))).name for day in (2, 3, 4)] == ["Acme", "Acme of old", "Acme"]


def test_without_an_organization_the_answer_is_what_to_do() -> None:
    company = Company("onboarding")
    with pytest.raises(SettingsError, match="handrail publish"):
        why(Past(company.store), Question("P-1", company.now + timedelta(days=1)))


def test_every_rule_of_the_page_on_reasons_has_a_sentence() -> None:
    page = Path(__file__).resolve().parents[3] / "docs" / "reference" / "reasons.md"
    rules = re.findall(r"^### (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert rules
    assert [rule for rule in rules if rule != "opened" and rule not in SENTENCES] == []
