"""Real learners, replayed in true order: 6,476 runs and 19,928 hand-ins of the Open University, each accounted for.

    python bench/open_university.py [--modules AAA,GGG] --json

The workspace is examples/open-university: its journeys, its people by a sync, its events through intake, into the engine
on a SQLite store, on a virtual clock. What is printed is read from the ledger and the runs; of the data only the final
result is laid beside it. docs/how-to/learners-who-are-real.md says what the figures mean.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from handrail.app.organization import organization_of, years_around
from handrail.app.workspace import Workspace, load_workspace
from handrail.engine.engine import MAIL_DRIVER, Engine
from handrail.engine.mailing import left
from handrail.engine.rehearsal import Rehearsal, VirtualClock
from handrail.intake.arrivals import arrivals
from handrail.intake.told import Channel, Item
from handrail.language.compile import compile_text
from handrail.people.directory import StoreDirectory
from handrail.people.sync import Moment, Syncs
from handrail.store.moments import DISPOSITION, to_instant, to_millis
from handrail.store.opening import Store, open_store
from handrail.store.reading import Runs
from handrail.store.rows import KeptLedgerRow, RunRow
from handrail.terms import coding
from handrail.terms.event import Event
from handrail.terms.plan import Plan, Wait
from handrail.terms.state import State
from handrail.terms.values import Fields, Instant

EXAMPLE: Final = Path(__file__).resolve().parents[1] / "examples" / "open-university"
DAY_0: Final = datetime(2013, 10, 1, tzinfo=UTC)
BEGIN: Final = datetime(2013, 3, 1, 9, 0, tzinfo=UTC)
END: Final = datetime(2014, 7, 1, tzinfo=UTC)
SOURCE: Final = "registry"
REGISTERED, HANDED_IN, WITHDREW = "registry.registered", "submissions.handed_in", "registry.withdrew"
HOUR: Final = {REGISTERED: 8, HANDED_IN: 12, WITHDREW: 18}
"""The data knows days only. Of one day, who registers is told first, then what is handed in, then who leaves."""

WAYS: Final = ("in_time", "late", "after_skip", "banked", "after_withdrawal")
RESULTS: Final = ("Pass", "Distinction", "Fail")
PAGE: Final = 5_000


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a file of the example."""
    with (EXAMPLE / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# Before it begins: people, journeys, what will be told


def people_of(workspace: Workspace, store: Store, folder: Path) -> dict[str, int]:
    """Take in the file of people by the workspace's mapping; own ids by the registry's."""
    directory = StoreDirectory(store, lambda _: None, folder / "kept", lambda: BEGIN)
    record = Syncs(directory, workspace.mappings[0]).take_in(
        EXAMPLE / "data" / "people-2013-03-01.csv", Moment(BEGIN, workspace.settings.zone)
    )
    assert record.state == "applied", f"the file of people is {record.state}: {record.reason}"
    return {known.key: known.person for known in directory.known(SOURCE)}


def engine_on(workspace: Workspace, store: Store, people: Mapping[str, int], clock: VirtualClock) -> Engine:
    """The engine with the workspace's organization and journeys."""

    def look_up(names: Sequence[str]) -> dict[str, int]:
        keys = {name: name.partition(":")[2] for name in names}
        return {name: people[key] for name, key in keys.items() if key in people}

    organization = organization_of(workspace, look_up, years_around(BEGIN.date()))
    engine = Engine(store, organization, workspace.catalog, clock)
    engine.mail = left
    engine.mail_epoch = store.take_driver(MAIL_DRIVER, "bench", to_millis(BEGIN), to_millis(END))
    for file, text in workspace.journeys.values():
        compiled = compile_text(text, file, workspace.catalog)
        engine.publish(compiled.plan, compiled.places, BEGIN, "bench")
    return engine


def told(modules: Sequence[str]) -> Iterator[tuple[Instant, Item]]:
    """What the registry and the submissions told, with the moment; in no order."""
    of = {each["id_assessment"]: each["code_module"] for each in rows("assessments.csv")}
    for each in rows("studentRegistration.csv"):
        for kind, day in ((REGISTERED, each["date_registration"]), (WITHDREW, each["date_unregistration"])):
            if day and each["code_module"] in modules:
                yield _item(kind, each["id_student"], int(day), {"module": each["code_module"]})
    for each in rows("studentAssessment.csv"):
        if of[each["id_assessment"]] in modules:
            score = float(each["score"]) if each["score"] else None
            fields = {"assessment": each["id_assessment"], "score": score, "banked": each["is_banked"] == "1"}
            yield _item(HANDED_IN, each["id_student"], int(each["date_submitted"]), fields)


def _item(kind: str, learner: str, day: int, fields: dict[str, str | float | bool | None]) -> tuple[Instant, Item]:
    at = DAY_0 + timedelta(day)
    return at + timedelta(hours=HOUR[kind]), Item(kind, learner, at, Fields(fields), by_day=True)


def play(rehearsal: Rehearsal, workspace: Workspace, modules: Sequence[str]) -> Counter[str]:
    """Tell everything at its moment and let the time pass; how many came to which disposition when they were told."""
    moments: dict[Instant, list[Item]] = {}
    for moment, item in told(modules):
        moments.setdefault(moment, []).append(item)
    became: Counter[str] = Counter()
    for moment, items in moments.items():
        rehearsal.at(moment, partial(_tell, rehearsal.engine, workspace, items, became))
    rehearsal.run_until(END)
    return became


def _tell(engine: Engine, workspace: Workspace, items: Sequence[Item], became: Counter[str], now: Instant) -> None:
    connection = items[0].kind.partition(".")[0]
    draft = workspace.settings.connections[connection]
    channel = Channel(connection, draft.owner, now, workspace.settings.zone, draft.people_by)
    for receipt in engine.take(arrivals(engine.store, engine.catalog, items, channel), now):
        became[receipt.disposition] += 1


# After it has ended: what the ledger and the runs say


@dataclass(slots=True)
class Passage:
    """One run as it ended: what it waited for, and for each hand-in it took, how that came."""

    row: RunRow
    module: str
    state: State
    awaited: int
    ways: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class HandIn:
    """A hand-in as the ledger has it: whose, for which assessment, when, and whether any run was moved by it."""

    seq: int
    person: int
    assessment: str
    at: int
    banked: bool
    matched: bool


def passages(engine: Engine) -> list[Passage]:
    """Every run, with the hand-ins that its waits took."""
    found: list[Passage] = []
    after = 0
    while page := engine.store.runs(Runs(), after, PAGE):
        after = page[-1].id
        found += [_passage(engine.plans.by_number[row.plan], row) for row in page]
    return found


def _passage(plan: Plan, row: RunRow) -> Passage:
    state = coding.unpack(row.state, State)
    works = [step.name for step in plan.steps if isinstance(step.body, Wait) and HANDED_IN in step.body.events]
    passage = Passage(row, plan.journey.removeprefix("module-").upper(), state, sum(_is_first(name) for name in works))
    for used in state.used:
        name = plan.steps[used.step].name
        if name in works:
            passage.ways[used.number] = _way(name, state.results[name])
    return passage


def _is_first(name: str) -> bool:
    """Whether it is the wait up to the end of the grace; the other one is open until the module ends."""
    return not name.endswith("_after")


def _way(name: str, result: Fields) -> str:
    if result["banked"]:
        return "banked"
    if not _is_first(name):
        return "after_skip"
    return "late" if result.get("late") else "in_time"


def hand_ins(store: Store) -> list[HandIn]:
    """Every hand-in of the ledger, in order. A further row of one says which other run it moved, or moved later."""
    found: dict[int, HandIn] = {}
    after = 0
    while page := store.ledger_since(after, PAGE):
        after = page[-1].seq
        for row in page:
            if row.kind == HANDED_IN:
                _account(row, found)
    return list(found.values())


def _account(row: KeptLedgerRow, found: dict[int, HandIn]) -> None:
    matched = row.disposition == DISPOSITION["matched"]
    if row.cause is not None:
        found[row.cause].matched |= matched
        return
    assert row.event is not None, f"ledger row {row.seq} holds what was told"
    event = coding.unpack(row.event, Event)
    assert event.person is not None, f"ledger row {row.seq} is about somebody"
    fields = event.fields
    found[row.seq] = HandIn(row.seq, event.person, str(fields["assessment"]), row.at, bool(fields["banked"]), matched)


class Played(NamedTuple):
    """What is left when it is over: the engine with its store, and own ids by the registry's."""

    engine: Engine
    people: Mapping[str, int]


def played(folder: Path, modules: Sequence[str]) -> Played:
    """Play these modules on a store in a folder, from the first registration to the end. The caller closes the store."""
    workspace = load_workspace(EXAMPLE)
    store = open_store(f"sqlite:///{folder / 'handrail.db'}")
    people = people_of(workspace, store, folder)
    clock = VirtualClock(BEGIN)
    engine = engine_on(workspace, store, people, clock)
    became = play(Rehearsal(engine, [], clock), workspace, modules)
    assert not set(became) - {"matched", "ignored"}, f"something was not taken in: {became}"
    return Played(engine, people)


def measure(folder: Path, modules: Sequence[str]) -> dict[str, object]:
    """Play it, and give the account."""
    engine, people = played(folder, modules)
    verified = engine.store.verify()
    assert not verified.first_bad, verified.first_bad
    report = account(passages(engine), hand_ins(engine.store), people)
    engine.store.close()
    return report


def account(runs: Sequence[Passage], works: Sequence[HandIn], people: Mapping[str, int]) -> dict[str, object]:
    """The figures. Every hand-in must have come one way, and every run have ended."""
    of = {each["id_assessment"]: each["code_module"] for each in rows("assessments.csv")}
    by_learner = {(run.row.person, run.module): run for run in runs}
    ways: Counter[str] = Counter(dict.fromkeys(WAYS, 0))
    for work in works:
        ways[_ended(work, by_learner[work.person, of[work.assessment]])] += 1
    assert sum(ways.values()) == len(works), "each hand-in has one disposition"
    return {
        "runs": len(runs),
        "submissions": dict(ways),
        "missing": sum(run.awaited for run in runs) - len(works),
        "outcomes": outcomes(by_learner, people),
    }


def _ended(work: HandIn, run: Passage) -> str:
    """How a hand-in came, by the run that it was for."""
    way = run.ways.get(work.seq)
    if way is not None:
        assert work.matched, f"R-{run.row.id} took what the ledger does not call matched (row {work.seq})"
        return way
    left = run.state.phase == "stopped" and run.state.reason == "withdrew"
    assert left, f"R-{run.row.id} did not take the hand-in of row {work.seq}"
    assert run.row.ended is not None, f"R-{run.row.id} has ended"
    assert run.row.ended <= work.at, f"R-{run.row.id} ended {to_instant(run.row.ended)}, after row {work.seq}"
    assert not work.matched, f"row {work.seq} moved another run"
    return "after_withdrawal"


def outcomes(runs: Mapping[tuple[int, str], Passage], people: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Runs by how much of the work they were credited with, beside the final result of the data."""
    found = {group: dict.fromkeys(RESULTS, 0) for group in ("all", "some", "none", "withdrew")}
    for each in rows("studentInfo.csv"):
        run = runs.get((people[each["id_student"]], each["code_module"]))
        if run is not None:
            found[_group(run)][each["final_result"]] += 1
    return found


def _group(run: Passage) -> str:
    if run.state.phase == "stopped":
        assert run.state.reason == "withdrew", f"R-{run.row.id} stopped: {run.state.reason}"
        return "withdrew"
    assert run.state.phase == "finished", f"R-{run.row.id} is {run.state.phase}"
    if len(run.ways) == run.awaited:
        return "all"
    return "some" if run.ways else "none"


def main() -> None:
    """The command."""
    modules = [each["code_module"] for each in rows("courses.csv")]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--modules", default=",".join(modules))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="handrail-open-university-") as folder:
        report = measure(Path(folder), options.modules.split(","))
    if options.json:
        print(json.dumps(report))
        return
    for name, value in report.items():
        print(f"{name:12} {value}")
    print(f"{'seconds':12} {time.monotonic() - began:.1f}")


if __name__ == "__main__":
    main()
