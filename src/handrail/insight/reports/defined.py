"""The four reports: what each counts, into which states every line falls, and what these mean, in words that people read.

Each line of a report is in exactly one state, so that the states of a row add up to it. Excluded ones are counted apart
and open their lists, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from msgspec import Struct

Tone: TypeAlias = Literal["alert", "wait", "soft", "system", "good", "pale", "calm"]
"""How loud a state is in a chart: from what somebody must look at to what is as it should be, or not anybody's turn yet."""


class Word(Struct, frozen=True):
    """A state: its word, what it means, and its tone in a chart."""

    word: str
    means: str
    tone: Tone = "calm"


class Share(Struct, frozen=True):
    """A share: `part` of `whole`, both states."""

    title: str
    part: tuple[str, ...]
    whole: tuple[str, ...]


class By(Struct, frozen=True):
    """A way to make rows: its word in the address, its label, and the fields of a group that make a row."""

    word: str
    label: str
    fields: tuple[str, ...]


class Definition(Struct, frozen=True):
    """A report. `noun` is what a line is; `period` says which moment the months are about, empty: there is none."""

    name: str
    title: str
    lead: str
    noun: str
    states: tuple[Word, ...]
    excluded: tuple[Word, ...]
    by: tuple[By, ...]
    share: Share | None = None
    period: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """All its states, the excluded ones last."""
        return tuple(each.word for each in (*self.states, *self.excluded))


COMPLIANCE: Final = Definition(
    "compliance",
    "Compliance",
    "Who has done what their journeys ask of them, by department and site. Each person counts once in each journey, with "
    "their newest run. Paused, waiting for release and not yet due stand apart: nobody is behind because of them.",
    "run",
    (
        Word("done", "the run is finished", "good"),
        Word("late", "the run is open, and a handoff in it is past its time or was late once", "alert"),
        Word("not done", "the run was stopped before its end", "wait"),
        Word("not yet due", "the run is open, and nothing in it is late", "calm"),
        Word("paused", "the run is paused: its clock stands still", "pale"),
        Word("waiting for release", "the start is held above a limit, until somebody releases it", "system"),
    ),
    (
        Word("left", "the person has left the organization"),
        Word("earlier run", "there is a newer run of the same journey for the same person"),
        Word("never counted", "the start was not released, or a check ended the run before anything left it"),
    ),
    (
        By("department", "department", ("department",)),
        By("site", "site", ("site",)),
        By("both", "department and site", ("department", "site")),
        By("journey", "journey", ("journey",)),
    ),
    Share("Done of what was due", ("done",), ("done", "late", "not done")),
    "begun",
)
AGES: Final = (("under 1 day", 1), ("1 to 3 days", 3), ("3 to 7 days", 7), ("1 to 4 weeks", 28))
OLDER: Final = "over 4 weeks"
_BY_AGE: Final[tuple[Tone, ...]] = ("calm", "pale", "soft", "wait", "alert")
NOT_KNOWN: Final = "not known any more"
OWNERS: Final = (
    Word("learner", "the person whom the handoff is about"),
    Word("manager", "the learner's manager, as things are now"),
    Word("manager's manager", "the manager of the learner's manager, as things are now"),
    Word(
        "somebody else",
        "a person who is none of these to the learner now: named by a role or in an answer, handed on to, or an earlier "
        "manager; the number opens the list, which says who",
    ),
    Word("by address", "somebody who is known by an address alone"),
    Word("nobody yet", "nobody could be found who answers for it"),
    Word(NOT_KNOWN, "it was late and then handed on, before who had it when its limit passed was kept with it"),
)
"""What an owner is to the learner; a team is called by its name."""

STALLS: Final = Definition(
    "stalls",
    "Stalls",
    "Open handoffs that did not go as they were meant to: past their time now or once, handed on, or a call that could not "
    "be done. The age counts from when the handoff was opened. People are counted by what they are to the learner, never by name.",
    "handoff",
    tuple(
        Word(word, f"open for {word}", tone)
        for word, tone in zip((*(word for word, _ in AGES), OLDER), _BY_AGE, strict=True)
    ),
    (Word("as meant", "open, in time, and never late, handed on or failed"),),
    (By("owner", "owner", ("owner",)), By("journey", "journey", ("journey",)), By("step", "step", ("journey", "step"))),
)
ATTAINMENT: Final = Definition(
    "attainment",
    "Attainment",
    "How many handoffs were closed within their limit, by role, team and step; and of those that were not, what they waited for. "
    "A late one counts under whoever had it when its limit passed first, not under whoever it was handed to then.",
    "handoff",
    (
        Word("in time", "closed, and never past its limit", "good"),
        Word("a person was late", "past its limit, and neither of the other two; it counts under whoever had it then", "alert"),
        Word("a system failed", "past its limit; its call failed, was tried again, or came to hands for want of an answer", "system"),
        Word("nothing was defined", "past its limit, and the journey names no owner who could be found, or no answer to being late", "wait"),
    ),
    (
        Word("not yet due", "open, and within its limit"),
        Word("without a limit", "closed or open, and it never had a limit"),
        Word("overtaken", "closed in time because its run, or the part around it, was over"),
    ),
    (
        By("owner", "role and team", ("owner",)),
        By("step", "step", ("journey", "step")),
        By("both", "role, team and step", ("owner", "journey", "step")),
        By("department", "department", ("department",)),
    ),
    Share("Closed in time", ("in time",), ("in time", "a person was late", "a system failed", "nothing was defined")),
    "opened",
)  # fmt: skip
FUNNEL: Final = Definition(
    "funnel",
    "Funnel",
    "How far the runs of a journey came: the beginning, each step in the order of the file, the end. A step that a run does "
    "not need, or that was skipped, does not count it.",
    "run",
    (
        Word("went on", "the step is done (of the beginning: all runs; of the end: finished ones)", "good"),
        Word("there now", "the run is open, and at the step", "system"),
        Word("stopped there", "the run was stopped while it waited at the step", "alert"),
    ),
    (Word("never counted", "the start was not released, or a check ended the run before anything left it"),),
    (By("step", "step", ("step",)),),
    None,
    "begun",
)
REPORTS: Final[Mapping[str, Definition]] = {each.name: each for each in (COMPLIANCE, STALLS, ATTAINMENT, FUNNEL)}
BEGINNING, END = "(begun)", "(finished)"
"""The first and the last row of a funnel."""
