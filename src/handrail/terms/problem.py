"""What is wrong with something an author wrote, and where: the form in which every room reports it.

Sorted by place; `handrail.language` prints them with a caret.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class Place(Struct, frozen=True, order=True):
    """A stretch of one line of a file; line and column count from 1, `length` in characters."""

    file: str
    line: int
    column: int
    length: int = 1


class Problem(Struct, frozen=True):
    """`message` says what is wrong, `allowed` what may stand there (sorted), `advice` what to write.

    A `remark` is something to know and does not refuse the file.
    """

    place: Place
    code: str
    message: str
    allowed: tuple[str, ...] = ()
    allowed_title: str = ""
    advice: str = ""
    severity: Literal["problem", "remark"] = "problem"


class JourneyProblems(Exception):
    """What its author must mend: always the whole list."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("1 problem" if len(problems) == 1 else f"{len(problems)} problems")
        self.problems = problems


class SettingsError(Exception):
    """What the operator must mend: the text says what, where and what to do."""
