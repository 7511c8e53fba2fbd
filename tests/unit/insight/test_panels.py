"""Why, asked of one thing: a handoff, a call, an event, a row of a file; and what of it somebody may not see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import UNSET
from tests.unit.insight.company import BEN, CAT, DAN, Company, march

from handrail.connect.gate import Rate
from handrail.insight.answer import Answer, Because
from handrail.insight.rights import HIDDEN, Grant, Viewer
from handrail.insight.whys.panel import panel
from handrail.insight.whys.references import Reference, read_reference
from handrail.insight.whys.seeing import as_seen, whose
from handrail.store.rows import EffectRow
from handrail.terms.values import Instant

NEW_MANAGER = "new-manager"


def promoted() -> Company:
    company = Company(NEW_MANAGER)
    company.appear(CAT, "Cat Conrad", march(2))
    company.change(CAT, march(3), level=4.0)
    return company


def asked(company: Company, of: str, at: Instant | None = None, rate: Rate | None = None) -> Answer:
    rates = {"lms": rate} if rate is not None else {}
    return panel(company.past(), of, at or company.now + timedelta(minutes=1), rates=rates)


# References


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("P-12", Reference("person", (12,))),
        ("p-12/onboarding", Reference("person", (12,), "onboarding")),
        ("R-88", Reference("run", (88,))),
        ("R-88/3", Reference("handoff", (88, 3))),
        ("R-88/time_off", Reference("handoff", (88,), "time_off")),
        ("C-88/3/-1", Reference("call", (88, 3, -1))),
        ("M-0/7/1", Reference("message", (0, 7, 1))),
        ("E-411", Reference("event", (411,))),
        ("F-3/88/department", Reference("value", (3, 88), "department")),
        ("Cat Conrad", None),
        ("010617", None),
    ],
)
def test_what_is_asked_about_is_named_in_one_short_text(text: str, named: Reference | None) -> None:
    assert read_reference(text) == named


@pytest.mark.parametrize("of", ["R-99", "R-99/3", "R-1/nothing", "C-9/1/0", "M-9/1/0", "E-9999", "F-9", "F-9/1"])
def test_what_is_not_there_is_said_to_be_not_there(of: str) -> None:
    answer = asked(promoted(), of)
    assert answer.verdict == "not known"
    assert answer.sentence.endswith(".")


# Handoffs


def test_a_handoff_says_whose_it_is_by_which_rule_and_what_comes_if_nobody_acts() -> None:
    answer = asked(promoted(), "R-1/time_off")
    assert answer.sentence == (
        "Ben Busch is to answer “Can Cat Conrad take two days?” (“Time off” of Cat Conrad's “First-time manager "
        "certification”), because they are Cat Conrad's manager, until Friday 6 March 2026, 17:00."
    )
    (waits,) = answer.waiting_for
    assert (waits.handoff, waits.otherwise, waits.due) == ("R-1/1", "it goes to Ann Archer", march(6, 16))
    assert [each.needed for each in answer.because if each.rule == "limit"] == ["3 business days"]


def test_a_handoff_that_went_up_says_so_and_that_it_is_late() -> None:
    company = promoted()
    company.wait_until(march(7))
    answer = asked(company, "R-1/1")
    assert "because they are Cat Conrad's manager's manager" in answer.sentence
    assert answer.sentence.endswith("; it has been late since Friday 6 March 2026, 17:00; Ben Busch had it before.")
    assert answer.next_chance is not None
    assert answer.next_chance.cause == "“approve” is assumed, then the journey goes on"


def test_a_handoff_that_was_answered_says_by_whom() -> None:
    company = promoted()
    company.answer(1, BEN, "decline", march(4))
    answer = asked(company, "R-1/1")
    assert (answer.verdict, answer.sentence.endswith("Wednesday 4 March 2026: Ben Busch answered “decline”.")) == (
        "closed", True,
    )  # fmt: skip
    before = asked(company, "R-1/1", march(3, 12))
    assert before.verdict == "open"


def test_a_handoff_of_a_run_that_is_paused_runs_out_of_no_time() -> None:
    company = promoted()
    company.change(CAT, march(5), "person.leave_began", status="on leave")
    answer = asked(company, "R-1/1")
    assert (answer.verdict, answer.waiting_for[0].due) == ("paused", None)
    assert "no time runs" in answer.sentence


# Calls


def hired_three() -> tuple[Company, list[EffectRow]]:
    company = Company("onboarding")
    for number, name in ((CAT, "Cat Conrad"), (DAN, "Dan Doe"), (6, "Fay Frank")):
        company.hire(number, name, march(3, 9, number))
    calls = [row for run in (1, 2, 3) for row in company.store.effects_of(run)]
    return company, calls


def test_a_call_that_waits_says_what_is_before_it_and_when_its_turn_comes() -> None:
    company, calls = hired_three()
    last = calls[-1]
    call = f"C-{last.run}/{last.pass_}/{last.rung}"
    answer = asked(company, call, march(3, 10), Rate(2, 60.0))
    assert answer.verdict == "leaves later"
    (large,) = [each for each in asked(company, call, march(3, 10), Rate(1500, 60.0)).because if each.rule == "limit"]
    assert large.needed == "1,500 in a minute"
    (limit,) = [each for each in answer.because if each.rule == "limit"]
    assert limit.seen == {"ahead": "2"}
    assert limit.text == (
        "lms takes at most 2 calls in a minute, and 2 calls are before it: its turn comes at about "
        "Tuesday 3 March 2026, 11:01, if nothing else goes wrong."
    )


def test_a_call_that_was_confirmed_is_done_and_was_not_yet_before() -> None:
    company, calls = hired_three()
    company.confirm(1, march(3, 11))
    of = f"C-1/{calls[0].pass_}/{calls[0].rung}"
    answer = asked(company, of)
    assert (answer.verdict, "was done on Tuesday 3 March 2026, 12:00" in answer.sentence) == ("done", True)
    assert asked(company, of, march(3, 10)).verdict == "leaves later"
    assert "had not been asked for" in asked(company, of, march(2, 10)).sentence


# What came in


def test_an_event_says_in_which_runs_it_counted_or_why_in_none() -> None:
    company = promoted()
    counted = company.answer(1, BEN, "approve", march(4))
    other = company.tell("lms.completed", CAT, march(5), course="MGR-101")
    nothing = company.change(CAT, march(6), title="Lead")
    assert "counted in “First-time manager certification” (R-1)" in asked(company, f"E-{counted.number}").sentence
    assert asked(company, f"E-{other.number}").verdict == "applied"
    answer = asked(company, f"E-{nothing.number}")
    assert answer.verdict == "not done"
    assert "level before is 4" in " ".join(each.text for each in answer.because)


def test_an_event_that_is_put_off_says_what_is_not_known_and_until_when_it_is_kept() -> None:
    company = Company(NEW_MANAGER)
    company.appear(CAT, "Cat Conrad", march(2))
    put_off = company.change(CAT, march(3), level=UNSET)
    answer = asked(company, f"E-{put_off.number}")
    assert (answer.verdict, answer.waiting_for[0].owner) == ("held", "team learning-operations")
    assert "is kept and tried again when more is known" in answer.sentence


def test_a_row_that_is_held_says_why_and_what_to_do() -> None:
    company = Company("onboarding")
    company.hold("010612", march(16), "workers-2026-03-16.csv", 4312)
    answer = asked(company, "F-1/4312", march(16, 12))
    assert answer.sentence == (
        "Line 4,312 of workers-2026-03-16.csv (010612) has been held since Monday 16 March 2026: the department is not "
        'known: the column "dept_code" is not in the file; team people-experience answers for it.'
    )
    assert "handrail held replay 1" in answer.would_change[0]


# Who may see what


def viewer(role: str, person: int) -> Viewer:
    return Viewer(1, "login", "Name", person, (Grant(role),))  # type: ignore[arg-type]  # a role's word


def test_an_answer_is_about_the_person_of_whatever_was_asked() -> None:
    past = promoted().past()
    assert [whose(past, of) for of in ("P-3", "R-1", "R-1/1", "Cat Conrad", "010003", "Nobody", "F-1")] == [
        CAT, CAT, CAT, CAT, CAT, 0, 0,
    ]  # fmt: skip


def test_the_value_of_somebody_else_reads_hidden_to_whoever_may_not_see_it() -> None:
    company = promoted()
    clause = Because(
        "checked",
        "the manager's contract is contractor; needed: permanent",
        clause='person.manager.contract is "permanent"',
        seen={"person.manager.contract": "contractor"},
        subject="person.manager.contract",
    )
    answer = Answer("stopped", "It ended: not eligible (the manager's contract is contractor).", because=(clause,))
    learner = as_seen(company.past(), answer, viewer("learner", CAT), company.now)
    assert (learner.sentence, learner.because[0].seen) == (
        f"It ended: not eligible (the manager's contract is {HIDDEN}).",
        {"person.manager.contract": HIDDEN},
    )
    assert as_seen(company.past(), answer, viewer("admin", 0), company.now) == answer


def test_of_several_people_of_one_name_only_those_are_listed_who_may_be_seen() -> None:
    company = Company("onboarding")
    company.appear(CAT, "Chris Cole", march(2))
    company.appear(DAN, "Chris Cole", march(2), manager=None)
    answer = asked(company, "chris cole")
    assert len(answer.because) == 2
    assert len(as_seen(company.past(), answer, viewer("manager", BEN), company.now).because) == 1
