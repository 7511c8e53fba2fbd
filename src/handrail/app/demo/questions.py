"""Three questions worth asking of the demo: of somebody who was held, somebody who was stopped, somebody who waits.

They are commands to copy as they stand: with the demo's folder, and called as the demo was.
"""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path
from typing import Final

from handrail.store.moments import FAILED
from handrail.store.opening import Store
from handrail.terms import coding
from handrail.terms.person import Person

_BEFORE_THE_MENDING: Final = "2026-03-16T09:00"
_COUNTRIES: Final = ("DE", "FR", "NL")
"""Those of the program for new managers, so that nothing but the contract is in the way."""

_HELD: Final = (
    "SELECT k.key FROM sync_line l JOIN person_key k ON k.person = l.person AND k.source = 'hris' "
    "WHERE l.became = 'applied' ORDER BY k.key LIMIT 1"
)
_NOT_ELIGIBLE: Final = (
    "SELECT k.key, q.body FROM run r JOIN plan p ON p.id = r.plan JOIN person q ON q.id = r.person "
    "JOIN person_key k ON k.person = r.person AND k.source = 'hris' "
    "WHERE p.journey = 'new-manager' AND r.phase = 4 ORDER BY k.key"
)
_GIVEN_UP: Final = (
    "SELECT k.key FROM effect e JOIN run r ON r.id = e.run JOIN plan p ON p.id = r.plan "
    "JOIN person_key k ON k.person = r.person AND k.source = 'hris' "
    "WHERE p.journey = 'annual-compliance' AND e.state = ? ORDER BY k.key LIMIT 1"
)


def questions(store: Store, called: str, folder: Path) -> list[str]:
    """A remark and a command for each. `called` is the path by which the demo was called."""
    held = store.database.look(_HELD)
    given_up = store.database.look(_GIVEN_UP, (FAILED,))
    asked = (
        (held[0][0] if held else "", f"onboarding --at {_BEFORE_THE_MENDING}", "hired, and held by the renamed column"),
        (_contractor(store), "new-manager", "made a manager, and yet not in the program for managers"),
        (given_up[0][0] if given_up else "", "annual-compliance", "one of those held in the bulk: who has it now?"),
    )
    where, command = shlex.quote(str(folder)), _command(called)
    lines = []
    for key, about, remark in asked:
        if key:
            lines += [f"# {remark}", f"{command} why {key} {about} --store {where}"]
    return lines


def _contractor(store: Store) -> str:
    """The first new manager whom nothing but the contract kept out."""
    for key, body in store.database.look(_NOT_ELIGIBLE):
        person = coding.unpack(bytes(body), Person)
        if person.contract == "contractor" and person.country in _COUNTRIES:
            return str(key)
    return ""


def _command(called: str) -> str:
    """`handrail` where the shell finds it, else the way to it from here."""
    path = Path(called)
    if path.name != "handrail" or not path.exists():
        return "handrail"
    found = shutil.which("handrail")
    if found is not None and Path(found).resolve() == path.resolve():
        return "handrail"
    return shlex.quote(min(str(path.resolve()), os.path.relpath(path), key=len))
