"""What a report stands on, for whoever asks over the web: a page or a program. Reckoning is `app.running.reporting`'s."""

from __future__ import annotations

from handrail.app.running.reporting import StillCounting
from handrail.app.runtime import Runtime
from handrail.calendar.zones import local_day
from handrail.insight.reports.asking import Ground, Reach
from handrail.terms.values import Instant
from handrail.web.refusals import busy


def ground_for(runtime: Runtime, reach: Reach, now: Instant) -> Ground:
    """The sheets over these people, and the organization's day. Raises Refused while all are counted for the first time."""
    try:
        sheets = runtime.reporting.sheets(reach, now)
    except StillCounting as counting:
        raise busy(f"The reports are not ready yet. {counting}", "Open them again in some seconds.") from counting
    return Ground(sheets, reach, local_day(now, runtime.engine.worlds.organization.zone))
