"""What a connected system is asked to do, as a sentence: *the LMS enrolls the learner in the course SAFE-010*.

The usual actions have words of their own, whatever the connection is called; others are said by their names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.events import system_said
from handrail.literacy.explaining.words.texts import argument_said, arguments_said
from handrail.literacy.explaining.words.voice import WHO, WHOSE, words_of
from handrail.terms.plan import Argument

_ACTIONS: Final = {
    "enroll": (f"enrolls {WHO} in the course {{}}", "course"),
    "unenroll": (f"takes {WHO} out of the course {{}} again", "course"),
    "create_account": (f"opens an account for {WHO}", ""),
    "suspend_account": (f"suspends {WHOSE}account", ""),
    "register": (f"registers {WHO} for the assessment {{}}", "assessment"),
    "issue": (f"gives {WHO} the badge {{}}", "badge"),
    "revoke": (f"takes the badge {{}} back from {WHO}", "badge"),
    "flag": (f"sets the flag {{}} for {WHO}", "flag"),
    "unflag": (f"takes the flag {{}} off {WHO}", "flag"),
}


def action_said(t: Telling, action: str, arguments: Mapping[str, Argument]) -> str:
    """What the system does; only what it is about is named. It holds marks for the person."""
    connection, _, word = action.partition(".")
    known = _ACTIONS.get(word)
    system = system_said(connection)
    if known is None or (known[1] and known[1] not in arguments):
        return f"{system} is asked for “{words_of(word)}” for {WHO}"
    said, about = known
    return f"{system} {said.format(argument_said(t, arguments[about]) if about else '')}"


def system_of(action: str) -> str:
    """The system that an action is asked of."""
    return system_said(action.partition(".")[0])


def handed_over(t: Telling, arguments: Mapping[str, Argument]) -> str:
    """What a call carries: who the learner is, and each argument."""
    said = arguments_said(t, arguments)
    return f"who {WHO} is" + (f"; {said}" if said else "")
