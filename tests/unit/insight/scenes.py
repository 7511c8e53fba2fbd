"""What happened in the company before somebody asks: one scene a question, told in a few lines each.

The first five are about what did not happen.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import UNSET
from tests.unit.insight.company import ANN, BEN, CAT, DAN, Company, march

from handrail.insight.answer import Answer

NEW_MANAGER = "new-manager"


def a_hire_whose_row_the_mapping_cannot_read() -> Answer:
    company = Company("onboarding")
    company.hold("010612", march(16), "workers-2026-03-16.csv", 4312)
    return company.why("010612", "onboarding", march(16, 12))


def a_new_manager_who_is_a_contractor() -> Answer:
    company = Company(NEW_MANAGER)
    company.appear(DAN, "Dan Doe", march(2), contract="contractor")
    company.change(DAN, march(6), level=4.0)
    return company.why("010004", NEW_MANAGER)


def a_person_on_leave() -> Answer:
    company = Company(NEW_MANAGER)
    company.appear(CAT, "Cat Conrad", march(2))
    company.change(CAT, march(4), level=4.0)
    company.change(CAT, march(5), "person.leave_began", status="on leave", leave_to=march(30).date())
    return company.why("Cat Conrad", NEW_MANAGER)


def a_sweep_that_came_too_early() -> Answer:
    company = Company(NEW_MANAGER)
    company.appear(CAT, "Cat Conrad", march(2))
    company.sweep(NEW_MANAGER, "sweep", march(9, 5), CAT)
    company.change(CAT, march(10), "person.merged", level=4.0)
    return company.why("cat@acme.example", NEW_MANAGER, march(12))


def a_second_start_within_a_year() -> Answer:
    company = Company(NEW_MANAGER)
    company.appear(CAT, "Cat Conrad", march(2))
    company.change(CAT, march(3), level=4.0)
    company.answer(company.run(CAT, NEW_MANAGER), BEN, "decline", march(4))
    company.change(CAT, march(11), level=3.0)
    company.change(CAT, march(18), level=4.0)
    return company.why("P-3", NEW_MANAGER)


def a_change_that_was_no_promotion() -> Answer:
    company = Company(NEW_MANAGER)
    company.appear(CAT, "Cat Conrad", march(2))
    company.change(CAT, march(3), title="Senior Engineer")
    return company.why("P-3", NEW_MANAGER)


def somebody_whom_the_first_file_brought() -> Answer:
    company = Company("onboarding")
    company.appear(CAT, "Cat Conrad", march(2))
    return company.why("P-3", "onboarding", march(4))


def somebody_who_was_hired_before_the_journey_was_published() -> Answer:
    company = Company(published=march(10))
    company.hire(CAT, "Cat Conrad", march(3))
    company.publish("onboarding", march(10))
    return company.why("P-3", "onboarding", march(12))


def a_day_before_the_journey_was_published() -> Answer:
    company = Company(published=march(10))
    company.hire(CAT, "Cat Conrad", march(3))
    company.publish("onboarding", march(10))
    return company.why("P-3", "onboarding", march(5))


def a_promotion_whose_level_is_not_known() -> Answer:
    company = Company(NEW_MANAGER)
    company.appear(CAT, "Cat Conrad", march(2))
    company.change(CAT, march(3), level=UNSET)
    return company.why("P-3", NEW_MANAGER)


def a_manager_who_has_not_answered() -> Answer:
    company = Company(NEW_MANAGER)
    company.appear(CAT, "Cat Conrad", march(2))
    company.change(CAT, march(3), level=4.0)
    return company.why("P-3")


def an_answer_that_never_came_and_went_further_up() -> Answer:
    company = Company(NEW_MANAGER)
    company.appear(CAT, "Cat Conrad", march(2))
    company.change(CAT, march(3), level=4.0)
    company.wait_until(march(7))
    return company.why("P-3", NEW_MANAGER)


def a_course_finished_that_is_another_one() -> Answer:
    company = Company(NEW_MANAGER)
    company.appear(CAT, "Cat Conrad", march(2))
    company.change(CAT, march(3), level=4.0)
    company.answer(company.run(CAT, NEW_MANAGER), BEN, "approve", march(4))
    company.tell("lms.completed", CAT, march(5), course="MGR-100")
    return company.why("P-3", NEW_MANAGER)


def an_exam_that_was_not_passed() -> Answer:
    company = Company(NEW_MANAGER)
    company.appear(CAT, "Cat Conrad", march(2))
    company.change(CAT, march(3), level=4.0)
    company.answer(company.run(CAT, NEW_MANAGER), BEN, "approve", march(4))
    company.tell("lms.completed", CAT, march(5), course="MGR-101")
    company.tell("assessment.scored", CAT, march(6), assessment="MGR-101-final", score=71)
    return company.why("P-3", NEW_MANAGER)


def the_same_run_as_it_stood_a_week_before() -> Answer:
    company = Company(NEW_MANAGER)
    company.appear(CAT, "Cat Conrad", march(2))
    company.change(CAT, march(3), level=4.0)
    company.answer(company.run(CAT, NEW_MANAGER), BEN, "decline", march(10))
    return company.why("P-3", NEW_MANAGER, march(4))


def somebody_in_two_journeys() -> Answer:
    company = Company("onboarding", NEW_MANAGER)
    company.hire(CAT, "Cat Conrad", march(3))
    company.confirm(company.run(CAT, "onboarding"), march(3, 10))
    company.change(CAT, march(4), level=4.0)
    return company.why("P-3")


def two_people_of_one_name() -> Answer:
    company = Company("onboarding")
    company.appear(CAT, "Chris Cole", march(2))
    company.appear(DAN, "Chris Cole", march(2), manager=ANN)
    return company.why("chris cole", "onboarding")


def nobody_of_that_name() -> Answer:
    return Company("onboarding").why("Zoe Zander", "onboarding")


def a_journey_that_is_misspelt() -> Answer:
    return Company("onboarding").why("Ben Busch", "onbording")


SCENES: tuple[Callable[[], Answer], ...] = (
    a_hire_whose_row_the_mapping_cannot_read,
    a_new_manager_who_is_a_contractor,
    a_person_on_leave,
    a_sweep_that_came_too_early,
    a_second_start_within_a_year,
    a_change_that_was_no_promotion,
    somebody_whom_the_first_file_brought,
    somebody_who_was_hired_before_the_journey_was_published,
    a_day_before_the_journey_was_published,
    a_promotion_whose_level_is_not_known,
    a_manager_who_has_not_answered,
    an_answer_that_never_came_and_went_further_up,
    a_course_finished_that_is_another_one,
    an_exam_that_was_not_passed,
    the_same_run_as_it_stood_a_week_before,
    somebody_in_two_journeys,
    two_people_of_one_name,
    nobody_of_that_name,
    a_journey_that_is_misspelt,
)
