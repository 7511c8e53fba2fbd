"""Accounts, roles and sessions, looked up; and the one statement pair that counts tries.

What they mean is `handrail.app.access`; they are written with a batch, but for tries.
"""

# ruff: noqa: S608 - every statement is put together from constants of this room, never from a value

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from handrail.store.database.port import Database
from handrail.store.entering.rows import AccountRoleRow, AccountRow, SessionRow

_SIGNED_IN: Final = (
    "SELECT s.*, a.*, p.status, p.body, r.role, r.unit FROM session s JOIN account a ON a.id = s.account "
    "LEFT JOIN person p ON p.id = a.person LEFT JOIN account_role r ON r.account = a.id WHERE s.hash = ?"
)
_SESSION, _ACCOUNT = len(SessionRow._fields), len(AccountRow._fields)


class SignedIn(NamedTuple):
    """A session with its account, the status of the account's person and all that is known of them, and the roles as (role, unit)."""

    session: SessionRow
    account: AccountRow
    status: str | None
    person: bytes | None
    roles: tuple[tuple[str, str], ...]


def signed_in(database: Database, session: bytes) -> SignedIn | None:
    """The session of that hash, over or not."""
    found = database.read(_SIGNED_IN, (session,))
    if not found:
        return None
    roles = sorted({(row[-2], row[-1]) for row in found if row[-2] is not None})
    first = found[0]
    account = AccountRow(*first[_SESSION : _SESSION + _ACCOUNT])
    return SignedIn(SessionRow(*first[:_SESSION]), account, first[-4], first[-3], tuple(roles))


def account_by_login(database: Database, login: str) -> AccountRow | None:
    """The account of that login, closed or not."""
    return _account(database, "login = ?", login)


def account_by_subject(database: Database, subject: str) -> AccountRow | None:
    """The account of whom the identity provider calls so, closed or not."""
    return _account(database, "subject = ?", subject)


def account_by_id(database: Database, number: int) -> AccountRow | None:
    """The account of that number, closed or not."""
    return _account(database, "id = ?", number)


def accounts(database: Database, *, open_only: bool = True) -> list[AccountRow]:
    """All accounts, by login."""
    only = "WHERE ended IS NULL " if open_only else ""
    return [AccountRow(*row) for row in database.read(f"SELECT * FROM account {only}ORDER BY login")]


def roles(database: Database, account: int | None = None) -> list[AccountRoleRow]:
    """The roles of an account, or of all."""
    where, values = ("WHERE account = ? ", (account,)) if account is not None else ("", ())
    found = database.read(f"SELECT * FROM account_role {where}ORDER BY account, role, unit", values)
    return [AccountRoleRow(*row) for row in found]


def sessions(database: Database, account: int | None, now: int) -> list[SessionRow]:
    """The sessions that are not over, of an account or of all, the latest used first."""
    only = "account = ? AND " if account is not None else ""
    ask = f"SELECT * FROM session WHERE {only}ended IS NULL AND expires > ? ORDER BY seen DESC LIMIT 500"
    values: Sequence[object] = (account, now) if account is not None else (now,)
    return [SessionRow(*row) for row in database.read(ask, values)]


def reported_to(database: Database, person: int) -> bool:
    """Whether anybody who has not left reports to this person."""
    ask = "SELECT 1 FROM person WHERE manager = ? AND status <> 'left' LIMIT 1"
    return bool(database.read(ask, (person,)))


def change_tries(database: Database, names: Sequence[str], change: Callable[[dict[str, int]], dict[str, int]]) -> None:
    """Let `change` say the new arrival times of these names from the old ones (0: none), in one transaction.

    An arrival time of 0 takes the row away.
    """
    ask = "SELECT name, arrival_us FROM tries WHERE name {in}"
    with database.transaction() as transaction:
        before: dict[str, int] = dict(transaction.rows_in(ask, sorted(names)))
        for name, arrival in change({name: before.get(name, 0) for name in names}).items():
            if arrival:
                transaction.count(
                    "INSERT INTO tries (name, arrival_us) VALUES (?, ?) "
                    "ON CONFLICT (name) DO UPDATE SET arrival_us = excluded.arrival_us",
                    (name, arrival),
                )
            else:
                transaction.count("DELETE FROM tries WHERE name = ?", (name,))


def forget_tries(database: Database, before_us: int) -> int:
    """Forget whoever tried so long ago that it counts no more; how many there were."""
    with database.transaction() as transaction:
        return transaction.count("DELETE FROM tries WHERE arrival_us < ?", (before_us,))


def _account(database: Database, where: str, value: object) -> AccountRow | None:
    found = database.read(f"SELECT * FROM account WHERE {where} ORDER BY id LIMIT 1", (value,))
    return AccountRow(*found[0]) if found else None
