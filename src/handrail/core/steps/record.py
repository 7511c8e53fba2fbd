"""`record`: writes measures for the reports. Over at once."""

from __future__ import annotations

from handrail.core.draft import Draft
from handrail.core.moves.passes import done_at_once
from handrail.terms.effect import Measure
from handrail.terms.plan import RecordStep


def open_step(d: Draft, step: int, items: tuple[int, ...]) -> None:
    """Keep the values; what is empty or unknown is recorded as such."""
    here = d.step(step)
    assert isinstance(here.body, RecordStep), f"{here.name} is no `record`"
    values = d.arguments(step, items, here.body.values)
    d.opened += 1  # its effect has a key of its own, as every pass has
    d.effects.append(Measure(d.opened, 0, here.name, here.body.phase, values))
    d.say("recorded", here.place)
    done_at_once(d, step, items, values)
