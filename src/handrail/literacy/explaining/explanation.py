"""What an explanation is: sections and steps, made of sentences that know their line in the journey's file.

Pages and commands show it; what it says is made by the modules beside this one.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct


class Sentence(Struct, frozen=True, omit_defaults=True):
    """One sentence, and where that stands which it says (`line` and `column`; 0: nowhere, it holds for every journey).

    `inside` are the sentences below it; `numbered`: they are moves that follow one another in this order.
    """

    text: str
    line: int = 0
    column: int = 0
    inside: tuple[Sentence, ...] = ()
    numbered: bool = False


class Section(Struct, frozen=True):
    """A part of the explanation that is about the whole journey; `name` stays the same (`begins`), `title` is shown."""

    name: str
    title: str
    sentences: tuple[Sentence, ...]


class Question(Struct, frozen=True):
    """One of the questions that every step answers."""

    name: str
    title: str
    sentences: tuple[Sentence, ...]


QUESTIONS: Final = {
    "triggers": "What triggers it?",
    "owner": "Who answers for it, and until when?",
    "moves": "What moves where?",
    "decisions": "Where are decisions?",
    "stalls": "What if it stalls?",
    "fails": "What if it fails?",
}
"""What is asked of every step, in the order in which it is read. Each has at least one sentence in every step."""

FOUR: Final = ("triggers", "moves", "decisions", "fails")
"""The four questions of somebody who reads an automation for the first time; the last one includes `stalls`."""


class StepTold(Struct, frozen=True):
    """A step: `does` in a sentence or two, then an answer to each of `QUESTIONS`.

    `name` as in the file, `title` as it is read (`Time off`), `number` with those of the steps around it (`6.2`), `kind` the
    key that names it (`ask`), `level` how many steps it lies in, `branch` what is said above the first step of a branch.
    """

    name: str
    title: str
    number: str
    kind: str
    line: int
    column: int
    level: int
    branch: Sentence | None
    does: tuple[Sentence, ...]
    triggers: tuple[Sentence, ...]
    owner: tuple[Sentence, ...]
    moves: tuple[Sentence, ...]
    decisions: tuple[Sentence, ...]
    stalls: tuple[Sentence, ...]
    fails: tuple[Sentence, ...]

    def answers(self) -> tuple[Question, ...]:
        """All that is asked of a step, in the order of `QUESTIONS`."""
        return tuple(Question(name, title, getattr(self, name)) for name, title in QUESTIONS.items())

    def four(self) -> tuple[Question, ...]:
        """The four questions; the last one tells of stalls, too."""
        answers = {**{each.name: each.sentences for each in self.answers()}, "fails": (*self.stalls, *self.fails)}
        return tuple(Question(name, QUESTIONS[name], answers[name]) for name in FOUR)


class Explanation(Struct, frozen=True):
    """A journey in plain English: `before` the steps (what begins it, who stays in it, when it pauses), and `after` them.

    `accountable` is an owner in words; `file` is the journey's, to which all lines belong; `plan` the hash of the plan.
    """

    journey: str
    title: str
    purpose: str
    accountable: str
    file: str
    plan: str
    before: tuple[Section, ...]
    steps: tuple[StepTold, ...]
    after: tuple[Section, ...]
