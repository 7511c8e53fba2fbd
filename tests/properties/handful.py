"""A handful of journeys with every kind of step, and the small company for which they are published.

Three people are there before anything happens: Ann, who owns everything, Ben and Cem, who are managers. The journeys are
short and full of limits, so that each run of them is over within `LONGEST` whatever happens.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from msgspec import Struct

from handrail.calendar.holidays import Place, build
from handrail.connect.lms import LmsConnector, LmsSettings
from handrail.connect.noop import NoopConnector
from handrail.language.compile import Compiled, compile_text
from handrail.people.directory import StoreDirectory
from handrail.people.mappings.mapping import SourceMapping
from handrail.people.mappings.read import read_mapping
from handrail.people.sync import Moment, Syncs
from handrail.store.opening import open_store
from handrail.terms.catalog import Catalog, EventType, JourneyHead, Kind
from handrail.terms.organization import Organization, Team
from handrail.terms.person import FIELDS

ZONE: Final = "Europe/Berlin"
BEGIN: Final = datetime(2026, 3, 25, 7, 0, tzinfo=UTC)
"""A Wednesday; on the night to Sunday, the 29th, the clocks change."""

LONGEST: Final = timedelta(days=75)
"""Longer than any run of these can be open: the sum of all its limits, a leave of absence on top."""

MAPPING: Final = """
mapping: workers
source: hris
file: workers-{date}.csv
owner: team:operations
key: id
needed: [name, department]
absent: stays
guard: { leavers: 3, percent: 90 }
fields:
  name: name
  email: email
  department: { column: dept, values: { ENG: Engineering, FIN: Finance } }
  level: level
  manager: boss
  country: country
  time_zone: zone
  status: { column: state, values: { active: active, away: on leave, gone: left } }
  hired_on: start
  left_on: left
  leave_from: away_from
  leave_to: away_to
"""
COLUMNS: Final = (
    "id", "name", "email", "dept", "level", "boss", "country", "zone", "state", "start", "left", "away_from", "away_to",
)  # fmt: skip
STAFF: Final = {"ann": ("", "6"), "ben": ("ann", "5"), "cem": ("ann", "5")}

DEFAULTS: Final = """
defaults:
  owner: team:operations
  within: 2 business days
  if_late: [ { hand_to: accountable, within: 1 business day }, { stop: nobody answered } ]
  if_fails: [ { retry: 5 times over 3 hours }, { hand_to: owner, within: 1 business day }, { stop: could not be done } ]
"""
HEAD: Final = "title: T\npurpose: P\naccountable: team:operations\n"

JOURNEYS: Final[dict[str, str]] = {
    "onboarding": f"""
journey: onboarding
{HEAD}
starts:
  hired: {{ event: person.hired }}
once: per person
when_no_longer: [ {{ undo: all }}, {{ stop: left }} ]
{DEFAULTS}
steps:
  enroll:
    do: lms.enroll
    with: {{ course: SAFE-1 }}
    undo: lms.unenroll
  welcome:
    tell: learner
    message: welcome
  agree:
    ask: manager
    question: May they take part?
    answers:
      approve: continue
      later: [ {{ go_back_to: agree, after: 1 day, at_most: 1 }}, {{ stop: put off }} ]
      decline: [ {{ undo: enroll }}, {{ stop: declined }} ]
    within: 2 business days
    remind: [ after 1 business day, 2 hours before ]
    if_late: [ {{ hand_to: manager.manager, within: 1 business day }}, {{ assume: approve }} ]
  course:
    wait: lms.completed
    where: event.course is "SAFE-1"
    owner: learner
    within: 5 days
    remind: [ 1 day before ]
    passes_if: event.score >= 50
    if_fails: [ {{ go_back_to: course, after: 1 day, at_most: 1 }}, {{ stop: not passed }} ]
    if_late: [ {{ tell: manager, message: late }}, {{ hand_to: manager, within: 2 days }}, {{ skip: never came }} ]
  close:
    do: tools.close
    with: {{ what: "{{person.name}}" }}
""",
    "early-bird": f"""
journey: early-bird
{HEAD}
starts:
  hired: {{ event: person.hired }}
once: per person
{DEFAULTS}
steps:
  agree:
    ask: manager
    question: May they?
    answers: {{ approve: continue, decline: continue }}
    within: 3 days
    if_late: continue
  course:
    wait: lms.completed
    where: event.course is "SAFE-2"
    owner: learner
    within: 3 days
    if_late: {{ stop: never came }}
  close:
    do: tools.close
    with: {{ what: done }}
""",
    "campaign": f"""
journey: campaign
{HEAD}
starts:
  weekly: {{ every: Thursday at 09:00, for: person.level >= 2 }}
once: per person in 365 days
limit: 3 people a day
{DEFAULTS}
steps:
  enroll:
    do: lms.enroll
    with: {{ course: SAFE-3 }}
  course:
    wait: lms.completed
    where: event.course is "SAFE-3"
    owner: learner
    within: 4 days
    if_late: {{ skip: never came }}
""",
    "promotion": f"""
journey: promotion
{HEAD}
starts:
  promoted: {{ event: person.changed, where: was.level < 4 and person.level >= 4 }}
once: per person in 10 days
while: person.level >= 4
when_no_longer: [ {{ undo: all }}, {{ stop: no longer }} ]
{DEFAULTS}
steps:
  germans:
    check: person.country is "DE"
    if_not: {{ stop: not here }}
  both:
    together:
      first:
        seat: {{ do: lms.enroll, with: {{ course: LEAD-1 }}, undo: lms.unenroll }}
      second:
        chat: {{ ask: manager, question: "Did you talk?", form: {{ talks: 1 to 5 }}, within: 2 days, if_late: {{ skip: silence }} }}
    within: 6 days
    if_fails: {{ skip: one failed }}
    if_late: {{ skip: too long }}
  rest:
    pause: 2 days
  which:
    choose:
      high: {{ if: person.level >= 5, steps: {{ badge: {{ do: tools.open, with: {{ what: badge }} }} }} }}
      low: {{ if: otherwise }}
  peers:
    gather: 2 people
    within: 3 days
    if_late: {{ skip: nobody else }}
  more:
    run: side
    within: 8 days
    if_late: {{ skip: too long }}
  note:
    record: {{ level: "{{person.level}}" }}
""",
    "side": f"""
journey: side
{HEAD}
starts:
  asked: {{ request: manager, form: {{ why: text }} }}
once: per person at a time
{DEFAULTS}
steps:
  open: {{ do: tools.open, with: {{ what: side }} }}
  say:
    ask: learner
    question: Well?
    answers: {{ good: continue, bad: {{ hand_to: manager, within: 1 business day }} }}
    within: 2 days
    if_late: {{ skip: silence }}
""",
}


@cache
def catalog(bulk: int, *, keyed: bool) -> Catalog:
    """What the journeys may name."""
    lms = LmsConnector(None, LmsSettings(bulk=bulk, keyed=keyed), "lms")  # type: ignore[arg-type]  # asked for its declarations only
    tools = NoopConnector("tools", ("open", "close"))
    life = {kind: EventType(f"person.{kind}", "", {}) for kind in ("changed", "left", "leave_began", "leave_ended")}
    events = {each.kind: each for each in (*lms.events(), *life.values())}
    events["person.hired"] = EventType("person.hired", "", {"again": Kind("truth")})
    return Catalog(
        events=events,
        actions={each.name: each for each in (*lms.actions(), *tools.actions())},
        connections=("lms", "tools"),
        limited=frozenset({"lms", "tools"}),
        filled=frozenset(FIELDS),
        teams=frozenset({"operations"}),
        messages={name: frozenset({"en"}) for name in ("welcome", "late")},
        journeys=_heads(),
    )


def _heads() -> dict[str, JourneyHead]:
    return {name: JourneyHead(name) for name in JOURNEYS}


@cache
def compiled(name: str) -> Compiled:
    """One of the journeys."""
    return compile_text(JOURNEYS[name], f"journeys/{name}.yaml", catalog(1, keyed=True))


@cache
def mapping() -> SourceMapping:
    """How the HR system's rows and webhooks are read."""
    return read_mapping(MAPPING, "workers.yaml")


class Ground(Struct, frozen=True):
    """The file of a store in which the staff is known and nothing is published, and who they are by their keys."""

    file: bytes
    staff: dict[str, int]

    @property
    def organization(self) -> Organization:
        """One team in Berlin, led by Ann."""
        ann, ben, _ = (self.staff[key] for key in STAFF)
        office = build("office", Place(ZONE, "DE"), range(2025, 2028))
        teams = {"operations": Team("operations", ann, (ann, ben))}
        return Organization("Acme", ZONE, "en", "team:operations", "office", {"office": office}, teams=teams)


@cache
def ground() -> Ground:
    """Made once: the staff comes in by a file, as the first sync of its source."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "handrail.db"
        store = open_store(f"sqlite:///{path}")
        file = Path(folder) / "workers-2026-03-20.csv"
        file.write_text(csv_of([row_of(key, boss=boss, level=level) for key, (boss, level) in STAFF.items()]))
        before = BEGIN - timedelta(days=1)
        directory = StoreDirectory(store, lambda _: None, Path(folder) / "kept", lambda: before)
        record = Syncs(directory, mapping()).take_in(file, Moment(before, ZONE))
        assert record.stands.applied == len(STAFF), record
        staff = {key: found.person.id for key, found in store.persons_by_key("hris", list(STAFF)).items()}
        store.close()
        return Ground(path.read_bytes(), staff)


def row_of(key: str, **cells: str) -> dict[str, str]:
    """A whole row of the HR system about somebody, by its columns."""
    usual = {"name": f"{key.capitalize()} Person", "email": f"{key}@acme.example", "dept": "ENG", "level": "2"}
    usual |= {"boss": "ben", "country": "DE", "zone": ZONE, "state": "active", "start": "2020-01-01"}
    return {**dict.fromkeys(COLUMNS, ""), **usual, **cells, "id": key}


def csv_of(rows: Sequence[dict[str, str]], columns: Sequence[str] = COLUMNS) -> str:
    """A file of rows."""
    lines = [columns, *([row[name] for name in columns] for row in rows)]
    return "".join(",".join(line) + "\n" for line in lines)
