"""The functions of the language: what each takes, what it gives, and how it is reckoned. There are no others.

They read the person's learning record and the organization as handed in; nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from handrail.conditions.compare import KINDS, Truth, day_of
from handrail.conditions.scope import Scope
from handrail.terms.catalog import DATE, MOMENT, NUMBER, TRUTH, Kind
from handrail.terms.person import Record
from handrail.terms.values import UNKNOWN, Value

Names: TypeAlias = Literal["course", "assessment", "certificate", "journey", "team"]
Taken: TypeAlias = Names | Literal["date", "list"]


class Function(Struct, frozen=True):
    """`takes` says what each argument is; `gives` is None where the result is of the kind of the arguments."""

    takes: tuple[Taken, ...]
    gives: Kind | None
    reckon: Callable[[Scope, tuple[Value, ...]], Value]


def _named(read: Callable[[Scope, str], Value]) -> Callable[[Scope, tuple[Value, ...]], Value]:
    """A function of one name: of an empty name there is nothing, of an unknown one nothing is known."""

    def reckon(scope: Scope, arguments: tuple[Value, ...]) -> Value:
        name = arguments[0]
        if isinstance(name, str):
            return read(scope, name)
        return None if name is None else UNKNOWN

    return reckon


def _recorded(read: Callable[[Record, str], Value]) -> Callable[[Scope, tuple[Value, ...]], Value]:
    return _named(lambda scope, name: UNKNOWN if scope.record is None else read(scope.record, name))


def _expires_on(record: Record, name: str) -> Value:
    latest = record.certificates.get(name)
    return None if latest is None else latest.expires_on


def _holds(scope: Scope, name: str) -> Truth:
    """Neither expired nor revoked; a certificate is good to the end of the day on which it expires."""
    if scope.record is None:
        return UNKNOWN
    latest = scope.record.certificates.get(name)
    if latest is None or latest.revoked:
        return False
    return latest.expires_on is None or latest.expires_on >= scope.today


def _in_team(scope: Scope, name: str) -> Truth:
    team = scope.organization.teams.get(name)
    if team is None or scope.person is None:
        return UNKNOWN
    return scope.person.id == team.lead or scope.person.id in team.members


def _count(_: Scope, arguments: tuple[Value, ...]) -> Value:
    items = arguments[0]
    if items is None:
        return 0
    return len(items) if isinstance(items, tuple) else UNKNOWN


def _extreme(pick: Callable[[date, date], date]) -> Callable[[Scope, tuple[Value, ...]], Value]:
    """The earlier or later of two; where one is empty, the other. A date beside a moment gives a date."""

    def reckon(scope: Scope, arguments: tuple[Value, ...]) -> Value:
        if UNKNOWN in arguments:
            return UNKNOWN
        there = [value for value in arguments if value is not None]
        kinds = {KINDS.get(type(value)) for value in there}
        if not there or (len(there) == 1 and kinds <= {"date", "moment"}):
            return there[0] if there else None
        if kinds == {"moment"}:
            return _moment(pick, there)
        days = [day for day in (day_of(value, scope) for value in there) if day is not None]
        return pick(*days) if len(days) == 2 else UNKNOWN

    return reckon


def _moment(pick: Callable[[date, date], date], moments: Sequence[Value]) -> Value:
    aware = [moment for moment in moments if isinstance(moment, datetime) and moment.tzinfo is not None]
    return pick(*aware) if len(aware) == 2 else UNKNOWN


FUNCTIONS: Final[Mapping[str, Function]] = {
    "completed_on": Function(("course",), MOMENT, _recorded(lambda record, name: record.completed.get(name))),
    "passed_on": Function(("assessment",), MOMENT, _recorded(lambda record, name: record.passed.get(name))),
    "holds": Function(("certificate",), TRUTH, _named(_holds)),
    "expires_on": Function(("certificate",), DATE, _recorded(_expires_on)),
    "running": Function(("journey",), TRUTH, _recorded(lambda record, name: name in record.running)),
    "finished_on": Function(("journey",), MOMENT, _recorded(lambda record, name: record.finished.get(name))),
    "in_team": Function(("team",), TRUTH, _named(_in_team)),
    "earliest": Function(("date", "date"), None, _extreme(min)),
    "latest": Function(("date", "date"), None, _extreme(max)),
    "count": Function(("list",), NUMBER, _count),
}
