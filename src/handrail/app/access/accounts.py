"""Accounts: made, given roles, given passwords, and closed. Every change is in the audit, in the same commit.

A login is a name without case (an address, mostly). An account is closed, never deleted: the audit goes on naming it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from msgspec import Struct

from handrail.app.settings import SignInSettings
from handrail.insight.rights import ROLES, Grant, Role
from handrail.store.batch import Batch
from handrail.store.entering import looking
from handrail.store.entering.rows import AccountRoleRow, AccountRow, RoleGone, SessionEnded
from handrail.store.kept.acts import Act, audited
from handrail.store.moments import to_instant, to_millis
from handrail.store.opening import Store
from handrail.terms.problem import SettingsError
from handrail.terms.values import Instant

BY_HAND: Final = "by hand"
AT_SIGN_IN: Final = "sign-in"
_LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,199}")


class NewAccount(Struct, frozen=True):
    """An account to be made. `password` is hashed already; empty: only the identity provider lets them in."""

    login: str
    name: str
    person: int | None = None
    password: str = ""
    subject: str | None = None


class Account(Struct, frozen=True):
    """An account as it is shown. `way`: how they sign in; `grants` say where each role comes from."""

    number: int
    login: str
    name: str
    person: int | None
    way: str
    made: Instant
    grants: tuple[tuple[Grant, str], ...]
    sessions: int
    ended: Instant | None = None


def login_of(text: str) -> str:
    """A login as it is kept. Raises SettingsError."""
    login = text.strip().lower()
    if not _LOGIN.fullmatch(login):
        raise SettingsError(
            f'"{text[:80]}" cannot be a login. Take letters, digits and . _ @ + - only, beginning with one of the first two.'
        )
    return login


def grant_of(text: str) -> Grant:
    """`operations`, or `operations in Sales`. Raises SettingsError."""
    word, _, unit = text.strip().partition(" in ")
    return Grant(role_of(word.strip()), unit.strip())


def role_of(word: str) -> Role:
    """The role of that name. Raises SettingsError."""
    for role in ROLES:
        if role == word:
            return role
    raise SettingsError(f'There is no role "{word[:80]}". Take one of: {", ".join(ROLES)}.')


def add_account(store: Store, new: NewAccount, grants: Iterable[Grant], now: Instant, by: str) -> int:
    """Make an account; its number. Raises SettingsError when the login is taken."""
    login, at = login_of(new.login), to_millis(now)
    if looking.account_by_login(store.database, login) is not None:
        raise SettingsError(f'There is an account "{login}" already. Take another login, or give that one a role.')
    number = store.numbers("account", 1)[0]
    row = AccountRow(number, login, new.name or login, new.person, new.password, new.subject, at, None, by)
    source = AT_SIGN_IN if new.subject is not None else BY_HAND
    roles = [AccountRoleRow(number, grant.role, grant.unit, source, at, by) for grant in dict.fromkeys(grants)]
    act = Act(by, "account added", login, new.person, after=", ".join(_said(role) for role in roles))
    store.commit(Batch(at=at, accounts=[row], roles=roles, audit=[audited(store, act, now)]))
    return number


def give(store: Store, login: str, grant: Grant, now: Instant, by: str) -> bool:
    """Give an account a role; false when it has it already, by hand. Raises SettingsError."""
    account, at = the_account(store, login), to_millis(now)
    row = AccountRoleRow(account.id, grant.role, grant.unit, BY_HAND, at, by)
    if any(each[:4] == row[:4] for each in looking.roles(store.database, account.id)):
        return False
    act = Act(by, "role granted", account.login, account.person, after=_said(row))
    store.commit(Batch(at=at, roles=[row], audit=[audited(store, act, now)]))
    return True


def take_from(store: Store, login: str, grant: Grant, now: Instant, by: str) -> bool:
    """Take a role from an account; false when it does not have it. Raises SettingsError, also for the last administrator."""
    account, at = the_account(store, login), to_millis(now)
    mine = looking.roles(store.database, account.id)
    gone = [row for row in mine if (row.role, row.unit) == (grant.role, grant.unit)]
    if not gone:
        return False
    if grant == Grant("admin"):
        _not_the_last(store, account)
    act = Act(by, "role taken back", account.login, account.person, before=_said(gone[0]))
    store.commit(Batch(at=at, roles_gone=[RoleGone(*row[:3]) for row in gone], audit=[audited(store, act, now)]))
    return True


def set_password(store: Store, login: str, password: str, now: Instant, by: str) -> None:
    """Give an account a password (hashed already), and end its sessions. Raises SettingsError."""
    account = the_account(store, login)
    act = Act(by, "password set", account.login, account.person)
    _changed(store, account._replace(password=password), act, now)


def close_account(store: Store, login: str, now: Instant, by: str) -> None:
    """Nobody signs in with it any more, and its sessions end. Raises SettingsError, also for the last administrator."""
    account = the_account(store, login)
    _not_the_last(store, account)
    act = Act(by, "account closed", account.login, account.person)
    _changed(store, account._replace(ended=to_millis(now)), act, now)


def open_again(store: Store, login: str, now: Instant, by: str) -> None:
    """A closed account may sign in again. Raises SettingsError."""
    account = looking.account_by_login(store.database, login_of(login))
    if account is None or account.ended is None:
        raise SettingsError(f'There is no closed account "{login[:80]}".')
    act = Act(by, "account opened again", account.login, account.person)
    _changed(store, account._replace(ended=None), act, now)


def the_account(store: Store, login: str) -> AccountRow:
    """The open account of that login. Raises SettingsError."""
    account = looking.account_by_login(store.database, login_of(login))
    if account is None or account.ended is not None:
        raise SettingsError(f'There is no account "{login[:80]}". See which there are: handrail account list')
    return account


def accounts(store: Store, now: Instant) -> list[Account]:
    """All open accounts, by login, with their roles and how often each is signed in."""
    roles: dict[int, list[AccountRoleRow]] = {}
    for row in looking.roles(store.database):
        roles.setdefault(row.account, []).append(row)
    many: dict[int, int] = {}
    for session in looking.sessions(store.database, None, to_millis(now)):
        many[session.account] = many.get(session.account, 0) + 1
    return [shown(row, roles.get(row.id, []), many.get(row.id, 0)) for row in looking.accounts(store.database)]


def nobody_comes_in(store: Store, settings: SignInSettings) -> bool:
    """Whether there is no way in: neither an identity provider nor an open account with a password."""
    ask = "SELECT 1 FROM account WHERE ended IS NULL AND password <> '' LIMIT 1"
    return settings.oidc is None and not (settings.passwords and store.database.read(ask))


def ended_sessions(store: Store, account: int, now: Instant) -> list[SessionEnded]:
    """For a batch: every session of an account ends."""
    at = to_millis(now)
    return [SessionEnded(row.hash, at) for row in looking.sessions(store.database, account, at)]


def grants_of(roles: Iterable[tuple[str, str]]) -> tuple[Grant, ...]:
    """Roles as they are kept, as grants; a role that this version does not know gives nothing."""
    return tuple(Grant(role_of(role), unit) for role, unit in roles if role in ROLES)


def _changed(store: Store, account: AccountRow, act: Act, now: Instant) -> None:
    batch = Batch(at=to_millis(now), accounts=[account], sessions_ended=ended_sessions(store, account.id, now))
    batch.audit.append(audited(store, act, now))
    store.commit(batch)


def _not_the_last(store: Store, account: AccountRow) -> None:
    """Somebody must be left who can let others in."""
    there = {row.id for row in looking.accounts(store.database)}
    admins = {row.account for row in looking.roles(store.database) if (row.role, row.unit) == ("admin", "")} & there
    if admins == {account.id}:
        raise SettingsError(
            f'"{account.login}" is the last administrator. Make another one first: handrail account add NAME --role admin'
        )


def shown(row: AccountRow, roles: Iterable[AccountRoleRow], sessions: int) -> Account:
    """The account with its roles and the number of its open sessions."""
    found: Any = tuple((Grant(role_of(each.role), each.unit), each.source) for each in roles if each.role in ROLES)
    ways = ["password"] * bool(row.password) + ["identity provider"] * bool(row.subject)
    way = " and ".join(ways) or "not yet: no password"
    ended = None if row.ended is None else to_instant(row.ended)
    return Account(row.id, row.login, row.name, row.person, way, to_instant(row.made), found, sessions, ended)


def _said(row: AccountRoleRow) -> str:
    return f"{row.role} in {row.unit}" if row.unit else row.role
