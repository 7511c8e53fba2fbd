"""An explanation as text for a terminal: headings, sentences, lists below them, no line longer than it may be.

A list of moves that was read out before is not read out again: the step where it stands is named.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from handrail.literacy.explaining.explanation import Explanation, Sentence, StepTold

WIDTH = 100


def as_text(told: Explanation, width: int = WIDTH) -> str:
    """The whole explanation, ending in a line break."""
    lines = [told.title, "=" * len(told.title), ""]
    lines += _paragraph(f"Purpose: {told.purpose}", "", width)
    lines += _paragraph(
        f"Accountable: {told.accountable}. (Journey “{told.journey}”, {told.file[max(told.file.rfind('journeys/'), 0) :]}.)",
        "",
        width,
    )
    for section in told.before:
        lines += ["", section.title.upper(), ""]
        lines += _listed(section.sentences, "", width)
    lines += ["", "STEP BY STEP"]
    before: dict[str, str] = {}
    for step in told.steps:
        lines += _step(step, width, before)
    for section in told.after:
        lines += ["", section.title.upper(), ""]
        lines += _listed(section.sentences, "", width)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _step(step: StepTold, width: int, before: dict[str, str]) -> Iterator[str]:
    margin = "   " * step.level
    if step.branch is not None:
        yield ""
        yield from _paragraph(step.branch.text, margin, width)
    yield ""
    yield f"{margin}{step.number}. {step.title}  (line {step.line})"
    inner = margin + "   "
    yield from _told(step.does, inner, width, "")
    for question in step.answers():
        same = before.setdefault(_content(question.sentences), step.number) if _is_long(question.sentences) else ""
        if same not in ("", step.number):
            yield from _paragraph(f"{question.title} The same as in step {same}.", inner, width)
        else:
            yield from _told(question.sentences, inner, width, f"{question.title} ")


def _is_long(sentences: tuple[Sentence, ...]) -> bool:
    """Whether it has a list that nobody wants to read twice."""
    return any(len(sentence.inside) > 1 for sentence in sentences)


def _content(sentences: tuple[Sentence, ...]) -> str:
    """What is said, wherever in the file it stands."""
    return "\n".join(f"{sentence.text}[{_content(sentence.inside)}]" for sentence in sentences)


def _told(sentences: tuple[Sentence, ...], margin: str, width: int, label: str) -> Iterator[str]:
    """Sentences in one paragraph up to one that has a list below it."""
    flowing = label
    for sentence in sentences:
        flowing += f"{sentence.text} "
        if sentence.inside:
            yield from _paragraph(flowing.strip(), margin, width)
            yield from _below(sentence, margin + "   ", width)
            flowing = ""
    if flowing.strip():
        yield from _paragraph(flowing.strip(), margin, width)


def _listed(sentences: Iterable[Sentence], margin: str, width: int) -> Iterator[str]:
    for sentence in sentences:
        yield from _paragraph(f"- {sentence.text}", margin, width, hanging="  ")
        yield from _below(sentence, margin + "  ", width)


def _below(sentence: Sentence, margin: str, width: int) -> Iterator[str]:
    for number, inner in enumerate(sentence.inside, 1):
        mark = f"{number}. " if sentence.numbered else "- "
        yield from _paragraph(f"{mark}{inner.text}", margin, width, hanging=" " * len(mark))
        yield from _below(inner, margin + " " * len(mark), width)


def _paragraph(text: str, margin: str, width: int, hanging: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=margin,
        subsequent_indent=margin + hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
