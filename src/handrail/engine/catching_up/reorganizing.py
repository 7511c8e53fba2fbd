"""The organization's own settings changed around open handoffs: a role has another holder, a team nobody, the owner is another.

Every run with an open handoff whose journey names what changed looks for its owners again, by a letter of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from handrail.engine.deciding.letters import seal
from handrail.engine.engine import Engine
from handrail.engine.items import Receipt
from handrail.store.batch import Batch
from handrail.store.rows import InboxRow
from handrail.terms.event import OwnersChanged
from handrail.terms.organization import Organization, Team
from handrail.terms.values import Instant

AT_ONCE: Final = 1_000
_RUNS: Final = (
    "SELECT DISTINCT r.id, r.shard FROM run r JOIN handoff h ON h.run = r.id AND h.closed IS NULL "
    "WHERE r.phase < 3 AND r.plan {in}"
)


def reorganized(engine: Engine, before: Organization, after: Organization, now: Instant) -> int:
    """Have owners looked up again where `after` says something else than `before`; how many runs that concerns."""
    teams = {
        name for name in _differ(before.teams, after.teams) if _there(before.teams, name) != _there(after.teams, name)
    }
    roles = set(_differ(before.roles, after.roles))
    plans = [
        number
        for number, plan in engine.plans.by_number.items()
        if before.owner != after.owner or teams & {*plan.needs.teams} or roles & {*plan.needs.roles}
    ]
    found = [(int(run), int(shard)) for run, shard in engine.store.database.look_in(_RUNS, plans)] if plans else []
    for first in range(0, len(found), AT_ONCE):
        _tell(engine, found[first : first + AT_ONCE], now)
    return len(found)


def _tell(engine: Engine, runs: Sequence[tuple[int, int]], now: Instant) -> None:
    numbers = engine.store.numbers("inbox", len(runs))

    def more(batch: Batch, _receipts: Sequence[Receipt]) -> None:
        letter = seal(OwnersChanged(now, 0, "organization"))
        batch.inbox += [
            InboxRow(number, shard, batch.at, run, None, None, letter)
            for number, (run, shard) in zip(numbers, runs, strict=True)
        ]

    engine.take((), now, more)


def _differ(before: Mapping[str, object], after: Mapping[str, object]) -> Iterable[str]:
    """The names under which the two say different things."""
    return (name for name in sorted({*before, *after}) if before.get(name) != after.get(name))


def _there(teams: Mapping[str, Team], name: str) -> bool:
    """Whether anybody can answer for the team: only then does it matter who."""
    team = teams.get(name)
    return team is not None and (team.lead is not None or bool(team.members) or bool(team.email))
