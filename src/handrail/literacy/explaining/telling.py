"""One plan while it is told: its steps with numbers and titles, and where each thing stands in the file.

What is said of a step or a move lives with its kind; how values and conditions are said lives in `words`.
"""

from __future__ import annotations

from collections.abc import Iterator

from handrail.literacy.explaining.explanation import Sentence
from handrail.literacy.explaining.glossary import Glossary
from handrail.literacy.explaining.homes import homes
from handrail.literacy.explaining.words.voice import sentence, title_of
from handrail.terms.plan import NONE, Places, Plan, Step, Together


class Telling:
    """A plan, where everything in it stands, and what other files tell of what it names."""

    def __init__(self, plan: Plan, places: Places, glossary: Glossary) -> None:
        self.plan = plan
        self.places = places
        self.glossary = glossary
        self.numbers = _numbers(plan)
        self.homes = homes(plan)
        self.step_names = frozenset(step.name for step in plan.steps)
        self.item_names = frozenset(step.body.item for step in plan.steps if isinstance(step.body, Together))

    def named(self, step: int) -> str:
        """`step 2, “Time off”`."""
        return f"step {self.numbers[step]}, “{title_of(self.plan.steps[step].name)}”"

    def title(self, name: str) -> str:
        """`“Time off”`, of a step by its name."""
        return f"“{title_of(name)}”"

    def journey(self, name: str) -> str:
        """Another journey by its title, with its name."""
        title = self.glossary.journeys.get(name)
        return f"the journey “{title}” ({name})" if title else f"the journey “{name}”"

    def at(self, place: int, key: str = "") -> tuple[int, int]:
        """Line and column of a key (`course.where`), else of a place number; (0, 0) where it is not in the file."""
        found = self.places.keys.get(key) or self.places.keys.get(_inherited(key)) if key else None
        if found is None and 0 <= place < len(self.places.lines):
            found = self.places.lines[place]
        return found or (0, 0)

    def say(
        self, text: str, place: int = NONE, key: str = "", inside: tuple[Sentence, ...] = (), *, numbered: bool = False
    ) -> Sentence:
        """A sentence with its place."""
        line, column = self.at(place, key)
        return Sentence(sentence(text), line, column, inside, numbered)

    def of_step(self, step: int, text: str, key: str = "", inside: tuple[Sentence, ...] = ()) -> Sentence:
        """A sentence about a step, with the place of one of its keys."""
        here = self.plan.steps[step]
        return self.say(text, here.place, f"{here.name}.{key}" if key else "", inside, numbered=bool(inside))

    def before(self, step: int) -> int:
        """The step before it in its list; NONE: it is the first."""
        here = self.plan.steps[step]
        return next(
            (
                number
                for number, each in enumerate(self.plan.steps)
                if each.next == step and (each.parent, each.branch) == (here.parent, here.branch)
            ),
            NONE,
        )

    def around(self, step: int) -> Iterator[tuple[int, Step]]:
        """The steps that it lies in, the nearest first."""
        above = self.plan.steps[step].parent
        while above != NONE:
            yield above, self.plan.steps[above]
            above = self.plan.steps[above].parent


def _inherited(key: str) -> str:
    """Where a part of a step's contract stands that the step does not write itself."""
    step, _, part = key.rpartition(".")
    return f"defaults.{part}" if step and part in {"owner", "within", "remind", "if_late", "if_fails"} else ""


def _numbers(plan: Plan) -> tuple[str, ...]:
    """`6.2`: the second step in step 6, over all its branches."""
    counts: dict[int, int] = {}
    numbers: list[str] = []
    for step in plan.steps:
        counts[step.parent] = counts.get(step.parent, 0) + 1
        above = f"{numbers[step.parent]}." if step.parent != NONE else ""
        numbers.append(f"{above}{counts[step.parent]}")
    return tuple(numbers)
