"""The person, the organization and the schema that these tests ask about."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from handrail.conditions.compare import Truth
from handrail.conditions.compiled import compile_condition, compile_value
from handrail.conditions.parse import parse_condition, parse_value
from handrail.conditions.schema import Paths, person_kinds
from handrail.conditions.scope import Scope
from handrail.terms.catalog import DATE, MOMENT, MONEY, NUMBER, PERSON, TEXT, TRUTH, Kind
from handrail.terms.organization import Calendar, Organization, Team
from handrail.terms.person import Certificate, Origin, Person, Record
from handrail.terms.values import UNKNOWN, Duration, Fields, Money, PersonRef, Value

HR = Origin("hr", datetime(2026, 3, 1, 4, tzinfo=UTC))
LATE_EVENING = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
"""In Berlin it is 3 March already."""

ADA = Person(
    1, 7, HR, name="Ada", country="DE", contract="permanent", level=4, department="Sales", manager=2, sponsor=None,
    status="active", hired_on=date(2026, 1, 15), ends_on=None,
    extra=Fields({"shoe_size": 38, "mentor": PersonRef(2), "tools": ("saw", "drill")}),
    origins={"level": Origin("payroll", HR.as_of, stale_since=LATE_EVENING)},
)  # fmt: skip
BEN = Person(2, 3, HR, name="Ben", email="ben@example.org", manager=9)
EARLIER = replace(ADA, version=6, level=3, country="DE", department=None, manager=1)
RECORD = Record(
    completed={"COC": LATE_EVENING},
    passed={"EXAM": HR.as_of},
    certificates={
        "FIRST-AID": Certificate(HR.as_of, date(2026, 3, 3)),
        "OLD": Certificate(HR.as_of, date(2026, 3, 2)),
        "FOR-EVER": Certificate(HR.as_of),
        "TAKEN": Certificate(HR.as_of, revoked=True),
    },
    running=frozenset({"onboarding"}),
    finished={"induction": HR.as_of},
)
CALENDAR = Calendar("office", "Europe/Berlin")
SCOPE = Scope(
    organization=Organization(
        "Acme", "Europe/Berlin", "en", "person:1", "office", {"office": CALENDAR},
        teams={"buddies": Team("buddies", lead=1), "others": Team("others", lead=2)}, lists={"sites": ("DE", "FR")},
    ),
    calendar=CALENDAR,
    now=LATE_EVENING,
    today=date(2026, 3, 3),
    begun=date(2026, 3, 2),
    zone="Europe/Berlin",
    person=ADA,
    was=EARLIER,
    people={2: BEN},
    event=Fields({"score": 82, "passed": True, "person": PersonRef(1), "course": "COC", "late": "yes", "at": LATE_EVENING}),
    start=Fields({"due": date(2026, 3, 31), "price": Money(Decimal(2500), "EUR"), "who": PersonRef(2)}),
    results={
        "exam": Fields({"score": 0.8, "exact": Decimal("0.8"), "at": LATE_EVENING, "strange": Decimal("sNaN"), "odd": float("nan")}),
        "buddy": Fields({"who": PersonRef(2), "stranger": PersonRef(99), "lasts": Duration(2, "weeks"), "days": ("Mo", UNKNOWN)}),
        "naive": Fields({"at": datetime(2026, 3, 2)}),  # noqa: DTZ001 - what a source may send
        "nothing": Fields({"list": ()}),
    },
    items=Fields({"line": "A-7", "peer": PersonRef(2)}),
    record=RECORD,
    opening=LATE_EVENING,
)  # fmt: skip
KINDS = person_kinds(extra={"company": TEXT}) | {
    "exam.score": NUMBER,
    "exam.at": MOMENT,
    "start.price": MONEY,
    "start.due": DATE,
    "coaching.confidence": Kind("number", low=1, high=5),
    "coaching.sure": Kind("truth", may_be_empty=False),
    "coaching.scan": Kind("file"),
    "coaching.lasts": Kind("duration"),
    "buddy.who": PERSON,
    "event.passed": TRUTH,
    "event.departments": Kind("list"),
    "line": TEXT,
}
NAMES = {"team": ["buddies"], "list": ["sites"], "course": ["COC-101"]}
HERE = Paths(KINDS, NAMES)
ON_A_CHANGE = Paths(KINDS, NAMES, has_was=True)


def verdict(text: str, **changed: Any) -> Truth:  # noqa: ANN401 - any part of a scope
    """What a condition comes to for Ada."""
    return compile_condition(parse_condition(text))(replace(SCOPE, **changed))


def value(text: str, **changed: Any) -> Value:  # noqa: ANN401 - any part of a scope
    """What a value comes to for Ada."""
    return compile_value(parse_value(text))(replace(SCOPE, **changed))
