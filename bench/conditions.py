"""How long one evaluation of a condition takes, beside the same test written by hand in Python.

`python bench/conditions.py --json` prints one line; without it, a table. Times are the best of several rounds.
"""

import argparse
import json
import sys
import timeit
from collections.abc import Callable
from datetime import UTC, date, datetime

from handrail.conditions.compiled import compile_condition
from handrail.conditions.explain import explainer
from handrail.conditions.parse import parse_condition
from handrail.conditions.scope import Scope
from handrail.terms.organization import Calendar, Organization
from handrail.terms.person import EMPTY_RECORD, Origin, Person

FOUR_CLAUSES = (
    'person.country in ["DE", "FR", "NL"] and person.contract is "permanent" and person.level >= 4 '
    'and not (person.department is "Legal")'
)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ROUNDS = 7
COUNT = 50_000


def a_scope() -> Scope:
    """A person for whom all four clauses are true, so that each of them is looked at."""
    calendar = Calendar("office", "Europe/Berlin")
    person = Person(1, 1, Origin("hr", NOW), country="DE", contract="permanent", level=4, department="Sales")
    return Scope(
        organization=Organization("Acme", "Europe/Berlin", "en", "person:1", "office", {"office": calendar}),
        calendar=calendar,
        now=NOW,
        today=date(2026, 3, 2),
        begun=date(2026, 3, 2),
        zone="Europe/Berlin",
        person=person,
        record=EMPTY_RECORD,
    )


def by_hand(scope: Scope) -> bool:
    """The same four clauses, without the third truth value and without a way to explain them."""
    person = scope.person
    assert person is not None
    return (
        person.country in {"DE", "FR", "NL"}
        and person.contract == "permanent"
        and person.level >= 4  # type: ignore[operator]
        and person.department != "Legal"
    )


def microseconds(call: Callable[[], object], count: int) -> float:
    """The best time of one call."""
    return round(min(timeit.repeat(call, number=count, repeat=ROUNDS)) / count * 1e6, 3)


def measured() -> dict[str, float]:
    """Each figure in microseconds."""
    scope, tree = a_scope(), parse_condition(FOUR_CLAUSES)
    compiled = compile_condition(tree)
    assert compiled(scope) is True
    explained = explainer(tree)
    return {
        "by_hand_us": microseconds(lambda: by_hand(scope), COUNT),
        "compiled_us": microseconds(lambda: compiled(scope), COUNT),
        "explain_us": microseconds(lambda: explained(scope), COUNT // 10),
        "parse_us": microseconds(lambda: parse_condition(FOUR_CLAUSES), COUNT // 100),
    }


def main() -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    figures = measured()
    if parser.parse_args().json:
        print(json.dumps({"bench": "conditions", "condition": FOUR_CLAUSES, **figures}))
        return 0
    for name, figure in figures.items():
        print(f"{name.removesuffix('_us'):10} {figure:8.3f} µs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
