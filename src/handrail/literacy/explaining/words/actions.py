"""What a connected system is asked to do, as a sentence: *the LMS enrolls the learner in the course SAFE-010*.

The usual actions have words of their own, whatever the connection is called; others are said by their names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from handrail.insight.telling.wording import words_of
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.events import system_said
from handrail.literacy.explaining.words.texts import argument_said, arguments_said, only_value
from handrail.literacy.explaining.words.values import named
from handrail.literacy.explaining.words.voice import WHOM, WHOSE
from handrail.terms.plan import Argument

_ACTIONS: Final = {
    "enroll": (f"enrolls {WHOM} in {{}}", "course"),
    "unenroll": (f"takes {WHOM} out of {{}} again", "course"),
    "create_account": (f"opens an account for {WHOM}", ""),
    "suspend_account": (f"suspends {WHOSE}account", ""),
    "register": (f"registers {WHOM} for {{}}", "assessment"),
    "issue": (f"gives {WHOM} {{}}", "badge"),
    "revoke": (f"takes {{}} back from {WHOM}", "badge"),
    "flag": (f"sets {{}} for {WHOM}", "flag"),
    "unflag": (f"takes {{}} off {WHOM}", "flag"),
}


def action_said(t: Telling, action: str, arguments: Mapping[str, Argument]) -> str:
    """What the system does; only what it is about is named. It holds marks for the person."""
    connection, _, word = action.partition(".")
    known = _ACTIONS.get(word)
    system = system_said(connection)
    if known is None or (known[1] and known[1] not in arguments):
        return f"{system} is asked to act for {WHOM}: “{words_of(word)}”"
    said, about = known
    return f"{system} {said.format(_about(t, about, arguments[about]) if about else '')}"


def _about(t: Telling, noun: str, parts: Argument) -> str:
    """`the course SAFE-010`, `the course named by the start's document`."""
    value = only_value(parts)
    return named(t, noun, value) if value is not None else f"the {noun} {argument_said(t, parts)}"


def about_of(action: str) -> str:
    """The argument that `action_said` names; empty: none."""
    known = _ACTIONS.get(action.partition(".")[2])
    return known[1] if known is not None else ""


def system_of(action: str) -> str:
    """The system that an action is asked of."""
    return system_said(action.partition(".")[0])


def handed_over(t: Telling, arguments: Mapping[str, Argument]) -> str:
    """What a call carries: who the learner is, and each argument."""
    said = arguments_said(t, arguments)
    return "who the learner is" + (f"; {said}" if said else "")
