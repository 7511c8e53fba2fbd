"""A small journey for the tests of this room, and a way to change a line of it."""

from __future__ import annotations

from tests.journeys.catalog import catalog

from handrail.language import Compiled, compile_text
from handrail.terms.catalog import Catalog
from handrail.terms.plan import Step
from handrail.terms.problem import JourneyProblems, Problem

CATALOG = catalog()
JOURNEY = """\
journey: course
title: A course
purpose: Whoever is hired takes it.
accountable: team:compliance

starts:
  hired:
    event: person.hired
once: per person in 365 days

defaults:
  owner: team:site-training
  within: 2 business days
  remind: [ after 1 business day ]
  if_late: [ { hand_to: accountable, within: 2 business days }, { stop: nobody answered } ]
  if_fails: [ { retry: 6 times over 4 hours }, { hand_to: owner, within: 2 business days }, { stop: could not be done } ]

steps:
  agree:
    ask: manager
    question: May {person.name}?
    answers:
      yes_of_course: continue
      another: { hand_to: manager.manager, within: 1 business day }
      never: { stop: manager declined }
  enroll:
    do: lms.enroll
    with: { course: FORK-101 }
    undo: lms.unenroll
  done:
    wait: lms.completed
    where: event.course is "FORK-101"
    owner: learner
    within: 30 days
    if_late:
      - hand_to: manager
        question: What now?
        answers: { more_time: { extend: 14 days }, over: { stop: withdrawn } }
        within: 2 business days
      - stop: not finished
"""


def changed(*pairs: tuple[str, str]) -> str:
    """The journey with some of its text replaced, each piece once."""
    text = JOURNEY
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def compiled(*pairs: tuple[str, str], within: Catalog = CATALOG) -> Compiled:
    return compile_text(changed(*pairs), "course.yaml", within)


def step(found: Compiled, name: str) -> Step:
    return next(one for one in found.plan.steps if one.name == name)


def problems(*pairs: tuple[str, str], within: Catalog = CATALOG) -> tuple[Problem, ...]:
    try:
        compiled(*pairs, within=within)
    except JourneyProblems as refused:
        return refused.problems
    return ()
