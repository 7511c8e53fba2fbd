"""An account for each role, for people of the demo's company, to sign in with one click.

Only the demo hands them to the application. There is no setting for it, so that nobody can switch it on where people are real.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from handrail.app.access.accounts import NewAccount, add_account
from handrail.insight.rights import Grant, Role
from handrail.store.entering.looking import account_by_login
from handrail.store.opening import Store
from handrail.terms import coding
from handrail.terms.person import Person, called
from handrail.terms.values import Instant

BY: Final = "the demo"
SAYS: Final[dict[Role, str]] = {
    "learner": "sees what is next for them, and whom to ask",
    "manager": "answers for their people, and sees how they are doing",
    "operations": "sees what is stuck, answers, and mends what is held",
    "designer": "writes journeys, publishes and moves them",
    "integration-admin": "looks after connections and mappings",
    "auditor": "sees everybody, every run and who did what, and changes nothing",
    "admin": "does everything, and lets others in",
}


class DemoAccount(Struct, frozen=True):
    """An account of the demo: what the button says."""

    login: str
    role: Role
    name: str
    says: str


def demo_accounts(store: Store, now: Instant, prefer: dict[Role, int] | None = None) -> tuple[DemoAccount, ...]:
    """The accounts, made where they are not there yet. `prefer` says who has a role, where a story needs it."""
    prefer, people = prefer or {}, _candidates(store)
    made, taken = [], set(prefer.values())
    for role, says in SAYS.items():
        person = _person(store, prefer[role]) if role in prefer else _next(people, taken, leads=role == "manager")
        taken.add(person.id)
        name = called(person, person.id)
        login = f"demo-{role}"
        if account_by_login(store.database, login) is None:
            grants = [Grant(role), Grant("learner")] if role != "learner" else [Grant(role)]
            add_account(store, NewAccount(login, name, person.id), grants, now, BY)
        made.append(DemoAccount(login, role, name, says))
    return tuple(made)


def _candidates(store: Store) -> list[tuple[int, Person]]:
    """People who work here, each with how many report to them and the most first; of the many at the end only some."""
    ask = "SELECT manager, count(*) FROM person WHERE manager IS NOT NULL AND status = 'active' GROUP BY manager"
    reports = Counter[int](dict(store.database.read(ask)))
    leads = [number for number, _ in reports.most_common(20)]
    ask = "SELECT id FROM person WHERE status = 'active' AND manager IS NOT NULL ORDER BY id LIMIT 200"
    others = [row[0] for row in store.database.read(ask)]
    found = ((reports[number], _person(store, number)) for number in dict.fromkeys((*leads, *others)))
    return [(many, person) for many, person in found if person.status == "active"]


def _next(people: list[tuple[int, Person]], taken: set[int], *, leads: bool) -> Person:
    """The first who is not taken: somebody with reports (not the head of all), or somebody without."""
    fitting = list(_fitting(people, taken, leads=leads)) or [each for _, each in people if each.id not in taken]
    assert fitting, "a demo has at least as many people as roles"
    return fitting[0]


def _fitting(people: list[tuple[int, Person]], taken: set[int], *, leads: bool) -> Iterator[Person]:
    for many, person in people:
        if person.id not in taken and (many > 0) is leads:
            yield person


def _person(store: Store, number: int) -> Person:
    return coding.unpack(store.persons([number])[number].body, Person)
