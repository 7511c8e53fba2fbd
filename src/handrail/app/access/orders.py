"""What is ordered about an account, by a command or over the API: read as people write it, and done.

Both come here, so that they mean the same. What happens then is `accounts` and `sessions`.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

from msgspec import Struct

from handrail.app.access import accounts
from handrail.app.access.passwords import hashed
from handrail.app.access.sessions import revoke
from handrail.insight.rights import Grant
from handrail.intake.whom import find
from handrail.store.opening import Store
from handrail.terms.problem import SettingsError
from handrail.terms.values import Instant

_IN_IT: Final = "SELECT 1 FROM person WHERE department = ? LIMIT 1"
_DEPARTMENTS: Final = "SELECT DISTINCT department FROM person WHERE department IS NOT NULL ORDER BY department"
_NAMED_MAX: Final = 12


class NewOrder(Struct, frozen=True):
    """An account, as it is written: `person` as handrail.yaml names people (`hris:010134`, an address), `roles` as `operations in Sales`.

    `kept` is how the password is kept (`kept_password`); empty: none.
    """

    login: str
    name: str = ""
    person: str = ""
    roles: tuple[str, ...] = ()
    kept: str = ""
    by: str = ""


class AccountLine(Struct, frozen=True):
    """An account as it is listed. `person` is empty for somebody whom no HR system knows."""

    login: str
    name: str
    person: str
    roles: tuple[str, ...]
    way: str
    sessions: int


def kept_password(password: str) -> str:
    """How a password is kept; empty for none. Slow on purpose: not for the engine's thread. Raises SettingsError."""
    return hashed(password) if password else ""


def add(store: Store, order: NewOrder, now: Instant) -> AccountLine:
    """Make the account. Raises SettingsError."""
    person = _person(store, order.person) if order.person else _by_address(store, order.login)
    grants = [grant_there(store, accounts.grant_of(role)) for role in order.roles]
    new = accounts.NewAccount(order.login, order.name or _name(store, person), person, order.kept)
    accounts.add_account(store, new, grants, now, order.by)
    return line(store, order.login, now)


def change_roles(
    store: Store, login: str, give: Sequence[str], take: Sequence[str], now: Instant, by: str
) -> AccountLine:
    """Give and take roles; all are read before the first is changed. Raises SettingsError."""
    giving = [grant_there(store, accounts.grant_of(role)) for role in give]
    taking = [accounts.grant_of(role) for role in take]
    for grant in giving:
        accounts.give(store, login, grant, now, by)
    for grant in taking:
        if not accounts.take_from(store, login, grant, now, by):
            raise SettingsError(f'"{login}" does not have the role {said(grant)}.')
    return line(store, login, now)


def grant_there(store: Store, grant: Grant) -> Grant:
    """The grant, if its department is one that somebody is in. Raises SettingsError with the nearest ones.

    Before the first people have come no department is known, and each is taken to exist. Taking back asks nothing.
    """
    if not grant.unit or store.database.read(_IN_IT, (grant.unit,)):
        return grant
    there = [str(name) for (name,) in store.database.read(_DEPARTMENTS)]
    if not there:
        return grant
    close = get_close_matches(grant.unit, there, n=3, cutoff=0.6)
    meant = f" Did you mean {' or '.join(map(_quoted, close))}?" if close else ""
    more = f" and {len(there) - _NAMED_MAX} more" if len(there) > _NAMED_MAX else ""
    listed = ", ".join(map(_quoted, there[:_NAMED_MAX]))
    raise SettingsError(f"There is no department {_quoted(grant.unit[:80])}.{meant} Departments here: {listed}{more}.")


def _quoted(name: str) -> str:
    return f'"{name}"'


def end_sessions(store: Store, login: str, now: Instant, by: str, *, close: bool) -> int:
    """End every session of an account, and close it if so ordered; how many sessions ended. Raises SettingsError."""
    account = accounts.the_account(store, login)
    many = revoke(store, account, now, by)
    if close:
        accounts.close_account(store, login, now, by)
    return many


def lines(store: Store, now: Instant) -> list[AccountLine]:
    """All open accounts, by login."""
    return [
        AccountLine(
            each.login,
            each.name,
            f"P-{each.person}" if each.person is not None else "",
            tuple(said(grant) for grant, _ in each.grants),
            each.way,
            each.sessions,
        )
        for each in accounts.accounts(store, now)
    ]


def line(store: Store, login: str, now: Instant) -> AccountLine:
    """One account. Raises SettingsError."""
    wanted = accounts.the_account(store, login).login
    return next(each for each in lines(store, now) if each.login == wanted)


def said(grant: Grant) -> str:
    """A grant as people write it."""
    return f"{grant.role} in {grant.unit}" if grant.unit else grant.role


def _by_address(store: Store, login: str) -> int | None:
    """Whose address the login is, among those who have not left."""
    address = login.strip().lower()
    found = find(store, [address]).get(address) if "@" in address else None
    return found if isinstance(found, int) and store.persons([found])[found].status != "left" else None


def _name(store: Store, person: int | None) -> str:
    return (store.persons([person])[person].name or "") if person is not None else ""


def _person(store: Store, text: str) -> int:
    own = f"person:{text[2:]}" if text[:2] in ("P-", "p-") else text
    found = find(store, [own])[own]
    if isinstance(found, int):
        return found
    raise SettingsError(f'"{text[:80]}": {found}. Write P-12, a source and its key (hris:010134), or an address.')
