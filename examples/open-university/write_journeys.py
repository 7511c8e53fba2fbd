# ruff: noqa: INP001 - a script beside its workspace, not a package
"""Writes the journey of each module, and the file of people, from data/. Nothing of what learners did goes into a journey.

    python examples/open-university/write_journeys.py

A journey follows from `courses.csv` and `assessments.csv` alone. What is written is kept in git and read by people.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
DAY_0 = date(2013, 10, 1)
GRACE_DAYS = 14
STAFF = ("Ada Byron", "Grace Murray", "Mary Fairfax", "Alan Mathison")

HEAD = """\
# Module {module}, {start} to {end}. Written by ../write_journeys.py from courses.csv and assessments.csv.
# Work is awaited until its day, then looked after by a tutor for 14 days, then skipped; it is credited whenever it comes.
# What was carried over from an earlier attempt counts though it was told before the registration: `counts_from`.
journey: module-{name}
title: Module {module}, October 2013
purpose: All work counts whenever it comes, and nobody who falls silent is overlooked.
accountable: team:modules

starts:
  registered: {{ event: registry.registered, where: event.module is "{module}" }}
once: per person

defaults: {{ owner: learner, if_late: {{ skip: never handed in }} }}

steps:
  module:
    until: {end}
    if_late: {{ finish: the module is over }}
    if_fails: {{ finish: the module is over }}
    together:
      leaving:
        withdrawal: {{ wait: registry.withdrew, where: event.module is "{module}", if_late: {{ skip: stayed to the end }} }}
        leave: {{ only_if: withdrawal.at is not empty, stop: withdrew }}
"""
WORK = """\
      {branch}:
        {step}:
          {{ wait: submissions.handed_in, where: event.assessment is "{number}", counts_from: {opens}, until: {due},
            if_late: [ {{ hand_to: team:tutors, until: {grace} }}, {{ skip: not handed in }} ] }}
        {step}_after: {{ only_if: {step}.at is empty, wait: submissions.handed_in, where: event.assessment is "{number}" }}
"""
OPENS = date(2013, 9, 1)


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a file of data/."""
    with (HERE / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def journeys() -> dict[str, str]:
    """The text of each journey by its file's name."""
    return {f"module-{each['code_module'].lower()}.yaml": _journey(each) for each in rows("courses.csv")}


def _journey(course: dict[str, str]) -> str:
    module = course["code_module"]
    end = DAY_0 + timedelta(int(course["module_presentation_length"]))
    text = HEAD.format(module=module, name=module.lower(), start=DAY_0, end=end)
    numbered: dict[str, int] = {}
    due = sorted((each for each in rows("assessments.csv") if each["code_module"] == module), key=_by_day)
    for assessment in due:
        kind = assessment["assessment_type"].lower()
        numbered[kind] = numbered.get(kind, 0) + 1
        day = DAY_0 + timedelta(int(assessment["date"]))
        text += WORK.format(
            branch=f"{kind}-{numbered[kind]}",
            step=f"{kind}_{numbered[kind]}",
            number=assessment["id_assessment"],
            opens=OPENS,
            due=day,
            grace=day + timedelta(GRACE_DAYS),
        )
    return text


def _by_day(assessment: dict[str, str]) -> tuple[int, int]:
    return int(assessment["date"]), int(assessment["id_assessment"])


def people() -> str:
    """The file of people: each learner once, and the university's own."""
    learners = {each["id_student"]: each["region"] for each in rows("studentInfo.csv")}
    lines = [f"staff-{number},{name},Milton Keynes" for number, name in enumerate(STAFF, 1)]
    lines += [f"{number},Learner {number},{region}" for number, region in sorted(learners.items(), key=_by_number)]
    return "\n".join(["id,name,region", *lines, ""])


def _by_number(learner: tuple[str, str]) -> int:
    return int(learner[0])


if __name__ == "__main__":
    for name, text in journeys().items():
        (HERE / "journeys" / name).write_text(text, encoding="utf-8")
    (HERE / "data" / "people-2013-03-01.csv").write_text(people(), encoding="utf-8")
