"""By what events of this group are known: keys of what happened and of deliveries, as the store has them and since."""

from __future__ import annotations

from collections.abc import Sequence

from handrail.engine.deciding.group import Group
from handrail.store.deciding import Known
from handrail.store.rows import IdentityRow
from handrail.store.schema.made import made


def twin(group: Group, identities: Sequence[tuple[bytes, bytes]]) -> int | None:
    """The ledger row of the same, told before: an identity with the same outcome; None when there is none."""
    for key, outcome in identities:
        before = group.identities.get(key)
        if before is not None and before.outcome == outcome:
            return before.seq
    return None


def remember(group: Group, identities: Sequence[tuple[bytes, bytes]], number: int) -> None:
    """From now on they are known by the ledger row `number`; of one that was known, this is how it came out last."""
    for key, outcome in identities:
        known = group.batch.identities_changed if key in group.identities else group.batch.identities
        known.append(made(IdentityRow, (key, number, outcome)))
        group.identities[key] = made(Known, (number, outcome))
