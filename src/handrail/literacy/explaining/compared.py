"""Two versions of a journey side by side, in the sentences that explain them: what is said otherwise, what is new, what is gone.

Only what differs, in the order of the newer version. What that does to open runs is a moving's matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from handrail.literacy.explaining.explanation import Explanation, Section, Sentence, StepTold


class Difference(Struct, frozen=True):
    """One step or section that is told otherwise: the sentences that only the older version says, and only the newer one.

    `is_` is "new", "gone" or "changed".
    """

    title: str
    is_: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def compared(before: Explanation, after: Explanation) -> tuple[Difference, ...]:
    """What differs between two versions, in words."""
    old, new = dict(_parts(before)), dict(_parts(after))
    found = []
    for name in dict.fromkeys((*new, *old)):
        title, said = new.get(name) or old[name]
        was = old[name][1] if name in old else ()
        is_ = said if name in new else ()
        if was != is_:
            word = "new" if name not in old else "gone" if name not in new else "changed"
            found.append(Difference(title, word, _only(was, is_), _only(is_, was)))
    return tuple(each for each in found if each.before or each.after)


def _parts(told: Explanation) -> Iterator[tuple[tuple[str, str], tuple[str, tuple[str, ...]]]]:
    """Every section and step by kind and name, with its title and all that is said in it."""
    yield ("whole", ""), ("The journey", _whole(told))
    for section in told.before:
        yield ("section", section.name), (section.title, _said(section))
    for step in told.steps:
        yield ("step", step.name), (f"The step “{step.title}”", _told(step))
    for section in told.after:
        yield ("section", section.name), (section.title, _said(section))


def _whole(told: Explanation) -> tuple[str, ...]:
    return f"It is called “{told.title}”.", f"Its purpose: {told.purpose}", f"Accountable: {told.accountable}."


def _said(section: Section) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_flat(section.sentences)))


def _told(step: StepTold) -> tuple[str, ...]:
    branch = [step.branch.text] if step.branch is not None else []
    answers = (sentence for question in step.answers() for sentence in question.sentences)
    return tuple(dict.fromkeys((*branch, *_flat(step.does), *_flat(answers))))


def _flat(sentences: Iterable[Sentence]) -> Iterator[str]:
    for sentence in sentences:
        yield sentence.text
        yield from _flat(sentence.inside)


def _only(these: tuple[str, ...], those: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text for text in these if text not in those)
