"""What can be wrong with a journey: the codes, and how a problem is printed (file, line, caret, what to do).

Codes are stable: one is never given another meaning. Those of conditions (J2xx) are declared in
`handrail.conditions.problems`. Each has its heading in docs/reference/problems.md or conditions.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Final

from handrail.language.source.tree import Source
from handrail.terms.problem import Problem

CODES: Final[Mapping[str, str]] = {
    "J100": "The file cannot be read",
    "J101": "The file is not YAML",
    "J102": "Something that other YAML tools read otherwise",
    "J103": "A key stands twice",
    "J104": "A team, role, person or list that does not exist",
    "J105": "An unknown key",
    "J106": "A key is missing",
    "J107": "The wrong shape",
    "J108": "A text with a comma is not quoted",
    "J109": "Not written as the small grammars ask",
    "J110": "A name that cannot be used",
    "J111": "An open question: who answers, how long, what if",
    "J112": "Two keys that exclude each other",
    "J113": "A kind of step or move that does not exist",
    "J114": "An unknown connection, action or event",
    "J115": "An unknown message, or one that is not written in a language",
    "J116": "An unknown step",
    "J117": "An unknown journey",
    "J118": "An argument that the other side does not take",
    "J120": "A list of moves that does not end",
    "J121": "Moves after the end",
    "J122": "A move that cannot stand here",
    "J123": "An answer that leads nowhere",
    "J124": "Going back to where one cannot go",
    "J125": "The same person would be asked again",
    "J126": "A reminder that does not fit its limit",
    "J127": "An outsider without an inside owner",
    "J130": "A result used before it can be there",
    "J131": "A result that may be empty in a text",
    "J132": "A step that cannot be reached",
    "J133": "A branch that is never taken, or a number no branch was written for",
    "J134": "A run could wait for ever",
    "J140": "A start that can never fire",
    "J141": "A sweep that finds the same people again",
    "J142": "What makes two starts the same does not fit the schedule",
    "J143": "In bulk to a connection without a limit",
    "J144": "`while` and `pause_while` do not fit together",
    "J145": "A date that is certainly past",
    "J146": "An event of the year before would count",
    "J147": "Journeys that run each other in a circle",
    "J148": "A wait that any course, assessment or certificate ends",
    "J150": "An undo that nobody uses",
    "J151": "A text that is not translated",
}


def nearest(word: str, allowed: Iterable[str]) -> str:
    """The allowed word that `word` was probably meant to be, or ""."""
    close = get_close_matches(word, sorted(allowed), n=1, cutoff=0.6)
    return close[0] if close else ""


def print_problem(problem: Problem, source: Source) -> str:
    """The problem as its author reads it: place and message, the line with carets, what is allowed, what to do."""
    place = problem.place
    remark = "remark: " if problem.severity == "remark" else ""
    lines = [f"{place.file}:{place.line}:{place.column}: {remark}{problem.message} [{problem.code}]"]
    if place.line <= len(source.lines):
        number, gap = str(place.line), " " * len(str(place.line))
        written = "".join(letter if letter.isprintable() else "·" for letter in source.lines[place.line - 1])
        lines += [f"{gap} |", f"{number} | {written}".rstrip()]
        lines.append(f"{gap} | {' ' * (place.column - 1)}{'^' * place.length}")
    if problem.allowed:
        lines.append(f"   {problem.allowed_title or 'allowed here'}: {', '.join(sorted(problem.allowed))}")
    if problem.advice:
        lines.append(f"   {problem.advice}")
    return "\n".join(lines)


def print_problems(problems: Iterable[Problem], source: Source) -> str:
    """All of them, by place, with an empty line between; ends with a line end."""
    ordered = sorted(problems, key=lambda problem: (problem.place, problem.code, problem.message))
    return "\n\n".join(print_problem(problem, source) for problem in ordered) + "\n"
