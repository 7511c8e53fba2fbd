"""What comes of an answer, told to whoever gave it: where the run stands once their answer counts.

That it counts, and whose did where it does not, is `links`' matter.
"""

from __future__ import annotations

from handrail.insight.asking import Asking
from handrail.insight.past import Past
from handrail.insight.standing import about_run
from handrail.terms.values import Instant


def goes_on(past: Past, run: int, now: Instant) -> str:
    """Where the run stands now, in a sentence: what it waits for and of whom, or how it ended. Empty: it is not known."""
    row = past.run(run)
    return about_run(Asking(past, row.person, now), row).sentence if row is not None and row.state else ""
