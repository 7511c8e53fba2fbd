"""`finish` and `stop`: the run ends, well or not, with a reason; also from inside a branch."""

from __future__ import annotations

from handrail.core.draft import Draft
from handrail.core.passes import end_run
from handrail.terms.plan import EndStep


def open_step(d: Draft, step: int, items: tuple[int, ...]) -> None:
    """End the run."""
    here = d.step(step)
    assert isinstance(here.body, EndStep), f"{here.name} ends nothing"
    reason = d.program.reason(here.body.reason, d.scope(items, step, opening=d.now))
    end_run(d, "finished" if here.body.how == "finish" else "stopped", reason)
