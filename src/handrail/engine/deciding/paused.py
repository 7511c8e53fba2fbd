"""Which bulks are paused, as the engine has them at hand: calls that are decided meanwhile are set aside at once.

What is kept of it stands in the connections' rows; pausing itself is `engine.by_hand.pausing`.
"""

from __future__ import annotations

from handrail.connect.port import ConnectionState
from handrail.store.batch import Batch
from handrail.store.kept.aside import ASIDE, Bulk
from handrail.store.opening import Store
from handrail.terms import coding


class Paused:
    """The bulks that are paused now. Whoever changes that has it `read` again."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.bulks: frozenset[Bulk] = frozenset()
        self.read()

    def read(self) -> None:
        """Look at what is kept."""
        states = {name: coding.unpack(row.body, ConnectionState) for name, row in self._store.gates().items()}
        self.bulks = frozenset(
            (name, one.action, one.object) for name, state in states.items() for one in state.paused if one.action
        )

    def aside(self, batch: Batch) -> None:
        """Set the calls of a batch aside that are of a paused bulk."""
        if self.bulks:
            batch.effects = [
                row._replace(rank=row.rank + ASIDE) if (row.connection, row.action, row.object) in self.bulks else row
                for row in batch.effects
            ]
