"""Making journeys current: everything is compiled, or nothing is changed; and whom a new journey's schedules would take.

What runs is what was published, not what lies in the folder; `behind` says where the two differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final, Literal, TypeAlias

from msgspec import Struct, structs

from handrail.app.checking import compiled
from handrail.app.runtime import Runtime
from handrail.app.settings import Guards
from handrail.core.start import Beginning, start
from handrail.engine.by_hand.mail import hold_mail
from handrail.engine.engine import Engine
from handrail.engine.items import Item, Receipt, Swept
from handrail.engine.worlds import record_of
from handrail.language.compile import Compiled
from handrail.store.kept.acts import Act, note
from handrail.terms.decision import Started
from handrail.terms.person import EMPTY_RECORD
from handrail.terms.plan import Places, Plan, Start
from handrail.terms.values import Instant

PAGE: Final = 2_000
SLICE: Final = 300
Became: TypeAlias = Literal["first", "changed", "unchanged"]


class Coming(Struct, frozen=True):
    """One journey of the folder against what is published. `there` are those whom its schedules would take now, by start.

    Only a journey that is published for the first time is asked that; `messages_wait`: it sends nothing before somebody says so.
    """

    journey: str
    title: str
    became: Became
    there: dict[str, tuple[int, ...]] = {}
    messages_wait: bool = False

    @property
    def people(self) -> int:
        """How many people there are whom it would take."""
        return len({person for found in self.there.values() for person in found})


class Published(Struct, frozen=True):
    """What was done: journeys by what became of them, how many runs began at once, and whether settings were changed."""

    journeys: tuple[Coming, ...]
    begun: int
    settings_changed: bool


def preview(runtime: Runtime) -> tuple[Coming, ...]:
    """What publishing the folder would do, by name. Raises JourneyProblems with all that is wrong."""
    plans = compiled(runtime.workspace)
    return tuple(_coming(runtime, plans[name]) for name in sorted(plans))


def publish(runtime: Runtime, by: str, *, those_there: bool) -> Published:
    """Make every journey of the folder, and its settings, current for new runs; open runs keep their plan.

    `those_there`: begin at once for whom a new journey's schedules would take now, else only from now on. Raises
    JourneyProblems, and then nothing was changed.
    """
    plans = compiled(runtime.workspace)
    changed = runtime.settings_differ
    runtime.do(lambda _engine, now: runtime.keep_settings(now))
    coming = tuple(_coming(runtime, plans[name]) for name in sorted(plans))
    for each in coming:
        if each.became != "unchanged":
            runtime.do(partial(_make, plans[each.journey], runtime.workspace.folder, by, waits=each.messages_wait))
    begun = sum(_begin(runtime, each) for each in coming) if those_there else 0
    return Published(coming, begun, changed)


def publish_one(runtime: Runtime, journey: str, by: str) -> Became:
    """Make one journey of the folder current for new runs; open runs keep their plan. Raises JourneyProblems; KeyError: not there."""
    made = compiled(runtime.workspace)[journey]
    coming = _coming(runtime, made)
    if coming.became != "unchanged":
        runtime.do(lambda _engine, now: runtime.keep_settings(now))
        runtime.do(partial(_make, made, runtime.workspace.folder, by, waits=coming.messages_wait))
    return coming.became


def behind(runtime: Runtime) -> tuple[str, ...]:
    """In a sentence each: where the folder says something else than what runs."""
    published = runtime.engine.plans.current
    plans = compiled(runtime.workspace)
    found = [f'"{name}" is not published yet' for name in sorted(plans.keys() - published.keys())]
    found += [
        f'"{name}" was changed since it was published'
        for name in sorted(plans.keys() & published.keys())
        if plans[name].plan.hash != published[name].hash
    ]
    found += [f'"{name}" runs, and is no longer in the folder' for name in sorted(published.keys() - plans.keys())]
    if runtime.settings_differ:
        found.append("handrail.yaml was changed since it was published")
    return tuple(found)


def _coming(runtime: Runtime, made: Compiled) -> Coming:
    plan = made.plan
    before = runtime.engine.plans.current.get(plan.journey)
    if before is not None:
        return Coming(plan.journey, plan.title, "unchanged" if before.hash == plan.hash else "changed")
    schedules = [trigger for trigger in plan.starts if trigger.every]
    there = {trigger.name: _taken(runtime, plan, trigger) for trigger in schedules}
    taken = {name: found for name, found in there.items() if found}
    wait = (runtime.workspace.settings.guards or Guards()).first_messages == "wait"
    return Coming(plan.journey, plan.title, "first", taken, wait)


def _taken(runtime: Runtime, plan: Plan, trigger: Start) -> tuple[int, ...]:
    """Whom the start would take now: everybody is asked, a page at a time, and nothing is kept of it."""
    found: list[int] = []
    after = 0
    while page := runtime.store.people_page(after, PAGE):
        numbers = [row.id for row in page]
        after = numbers[-1]
        found += runtime.do(partial(_would_start, plan, trigger, numbers))
    return tuple(found)


def _would_start(plan: Plan, trigger: Start, numbers: Sequence[int], engine: Engine, now: Instant) -> list[int]:
    found = []
    engine.worlds.fetch_around(numbers)
    records = engine.store.records(numbers) if plan.needs.record else {}
    for number in numbers:
        person = engine.worlds.newest(number)
        if person is None:
            continue
        record = record_of(records.get(number, ())) if plan.needs.record else EMPTY_RECORD
        world = engine.worlds.world(person, plan, None, None, record)
        if isinstance(start(plan, Beginning(trigger, 0), None, world, (), now), Started):
            found.append(number)
    return found


def places_within(made: Compiled, folder: Path) -> Places:
    """The journey's places as seen from the workspace's folder."""
    file = Path(made.places.file)
    within = file.relative_to(folder).as_posix() if file.is_relative_to(folder) else file.as_posix()
    return structs.replace(made.places, file=within)


def _make(made: Compiled, folder: Path, by: str, engine: Engine, now: Instant, *, waits: bool) -> None:
    """Publish one journey, and note who did; `waits`: its messages are not to leave yet."""
    if waits:
        hold_mail(engine, made.plan, now)
    engine.publish(made.plan, places_within(made, folder), now, by)
    note(engine.store, published(made.plan, by), now)


def published(plan: Plan, by: str) -> Act:
    """That somebody made this version of a journey current, as the audit keeps it."""
    return Act(by, "journey published", plan.journey, after=plan.hash[:8])


def _take(items: Sequence[Item], engine: Engine, now: Instant) -> list[Receipt]:
    return engine.take(items, now)


def _begin(runtime: Runtime, coming: Coming) -> int:
    """Begin the runs of those there already, in slices; how many began."""
    begun = 0
    for trigger, people in coming.there.items():
        for first in range(0, len(people), SLICE):
            items = [Swept(coming.journey, trigger, person) for person in people[first : first + SLICE]]
            receipts = runtime.do(partial(_take, items))
            begun += sum(len(receipt.runs) for receipt in receipts)
    return begun
