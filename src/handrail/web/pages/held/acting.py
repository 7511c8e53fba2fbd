"""Who may end a hold: what is held of a file or above a limit is the whole organization's."""

from __future__ import annotations

from handrail.web.kit.visit import Visit
from handrail.web.refusals import Refused


def must_mend(visit: Visit) -> None:
    """Raises Refused unless a role everywhere gives the visitor the right to mend."""
    if not visit.viewer.acts("mend", 0, None):
        text = f"{visit.viewer.name}, this concerns the whole organization, and your role is within a part of it."
        raise Refused(403, text, "Ask somebody whose role to mend is everywhere.")
