"""Taking links in mail back, of one handoff and by a named person: a mail was forwarded, or somebody should not answer by it."""

from __future__ import annotations

from handrail.app.runtime import Runtime
from handrail.engine.engine import Engine
from handrail.store.batch import Batch
from handrail.store.kept.acts import Act, audited
from handrail.store.kept.links import LinkEnded
from handrail.store.moments import to_millis
from handrail.terms.values import Instant

_OPEN = "SELECT count(*) FROM link WHERE run = ? AND about = ? AND used IS NULL AND ended IS NULL"


def take_back(runtime: Runtime, run: int, pass_: int, by: str) -> int:
    """No link that mail about the handoff had answers it any more; how many there were. `by` is kept with it."""

    def commit(engine: Engine, now: Instant) -> int:
        many = int(engine.store.database.look(_OPEN, (run, pass_))[0][0])
        if many:
            at, act = to_millis(now), Act(by, "links taken back", f"R-{run}/{pass_}", before=f"{many} open")
            audit = [audited(engine.store, act, now)]
            batch = Batch(at, engine.drivers, links_ended=[LinkEnded(run, pass_, at, by)], audit=audit)
            engine.store.commit(batch)
        return many

    return runtime.do(commit)
