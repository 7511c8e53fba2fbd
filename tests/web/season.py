"""A house in which a journey has runs in every phase: at two steps at once, late, resting, paused, waiting for release, finished, stopped."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Final

from tests.web.house import House, take_in

from handrail.app.publishing import publish
from handrail.engine.clock import RealClock
from handrail.engine.items import ForRun
from handrail.store.reading import Runs
from handrail.terms.event import Answer
from handrail.terms.values import Instant

SEASON: Final = """
journey: season
title: The season
purpose: Everybody new is ready for the season.
accountable: team:learning
starts: { hired: { event: person.hired, where: event.again is false } }
once: per person
limit: 8 people a day
pause_while: person.title is "On a sabbatical"
defaults: { owner: team:learning, within: 30 days, if_late: { skip: nobody answered }, if_fails: { skip: could not be done } }
steps:
  ready:
    within: 50 days
    if_late: { skip: nobody was ready }
    if_fails: { skip: could not be done }
    together:
      kit:
        kit_given:
          ask: manager or team:learning
          todo: Hand over the kit.
          within: 3 days
          if_late: [ { hand_to: team:people-data, within: 30 days }, { skip: no kit } ]
      badge:
        badge_given:
          ask: team:learning
          question: Is the badge there?
          answers: { done: continue, never: { stop: no badge }, before: { finish: had one before } }
  rest: { pause: 60 days }
"""
NEW: Final = ("Abel", "Birk", "Cleo", "Dana", "Enno", "Fria", "Gero", "Hedy", "Igor", "Jule", "Karl")
"""Who is hired into it: the first, third, fifth … into Sales, where Ben is their manager; the others into the Workshop. Dana is away."""

IN_SALES, IN_WORKSHOP = NEW[::2], NEW[1::2]


class Shifted:
    """The real clock, so much later."""

    def __init__(self) -> None:
        self._real, self.by = RealClock(), timedelta()

    def __call__(self) -> Instant:
        return self._real() + self.by


def in_season(folder: Path) -> House:
    """The house, served, ten days after they were hired."""
    (folder / "journeys" / "season.yaml").write_text(SEASON.lstrip(), "utf-8")
    clock = Shifted()
    house = House(folder, clock)
    house.begin()
    house.runtime.read_again()
    publish(house.runtime, "Ada", those_there=False)
    clock.by = timedelta(days=1)
    take_in(house.runtime, _file(house))
    for name, step, word in (("Abel", 1, "done"), ("Abel", 0, "done"), ("Birk", 1, "never"), ("Cleo", 1, "before"), ("Enno", 0, "done")):  # fmt: skip
        _answer(house, name, ("kit_given", "badge_given")[step], word)
    clock.by = timedelta(days=10)
    house.settle()
    return house


def _file(house: House) -> Path:
    """The HR system's file of the next day."""
    newest = sorted((house.folder / "hr").glob("*.csv"))[-1]
    day = house.runtime.clock().date().isoformat()
    rows = [
        f"20{number:02},{name},Neu,{name.lower()}.neu@example.com,{'On a sabbatical' if name == 'Dana' else 'Agent'},"
        f"{'Sales' if name in IN_SALES else 'Workshop'},FR,{1002 if name in IN_SALES else 1004},active,{day}"
        for number, name in enumerate(NEW)
    ]
    file = newest.with_name(re.sub(r"\d{4}-\d\d-\d\d", day, newest.name))
    file.write_text(newest.read_text("utf-8").rstrip("\n") + "\n" + "\n".join(rows) + "\n", "utf-8")
    return file


def _answer(house: House, name: str, step: str, word: str) -> None:
    store = house.runtime.store
    ((person,),) = store.database.look("SELECT id FROM person WHERE name = ?", (f"{name} Neu",))
    (run,) = store.runs(Runs("season", person=int(person)))
    plan = house.runtime.past().plans[run.plan].plan
    place = [each.name for each in plan.steps].index(step)
    (handoff,) = [each for each in store.handoffs_of_run(run.id) if each.step == place and each.closed is None]
    house.runtime.do(
        lambda engine, now: engine.take([ForRun(run.id, Answer(handoff.pass_, now, handoff.owner, word))], now)
    )
