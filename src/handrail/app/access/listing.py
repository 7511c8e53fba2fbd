"""Accounts as a list: found by login, name and role, page by page; an organization may have one for everybody.

Few statements a page, however many accounts there are. Changing them is `accounts`.
"""

# ruff: noqa: S608 - statements are put together from constants; every value is handed over apart

from __future__ import annotations

from typing import Any

from msgspec import Struct

from handrail.app.access.accounts import Account, shown
from handrail.store.entering.rows import AccountRoleRow, AccountRow
from handrail.store.moments import to_millis
from handrail.store.opening import Store
from handrail.terms.values import Instant


class AccountsWanted(Struct, frozen=True):
    """Which accounts: `who` is the beginning of a login or part of a name, `role` one that they have; empty is all."""

    who: str = ""
    role: str = ""
    closed: bool = False


class AccountsFound(Struct, frozen=True):
    """One page of them, by login, and how many there are in all."""

    lines: tuple[Account, ...]
    total: int


def accounts_found(store: Store, wanted: AccountsWanted, now: Instant, limit: int, after: str = "") -> AccountsFound:
    """The accounts that are wanted, from after login `after` on."""
    where, values = _where(wanted)
    # The numbers are found in an index that has all that is asked for; only what is shown is fetched whole.
    ask = f"SELECT a.id FROM account a WHERE {where} AND a.login > ? ORDER BY a.login LIMIT ?"
    ids = [row[0] for row in store.database.read(ask, (*values, after, limit))]
    total = len(ids)
    if after or total == limit:
        total = store.database.read(f"SELECT count(*) FROM account a WHERE {where}", values)[0][0]
    found = store.database.read_in("SELECT * FROM account WHERE id {in} ORDER BY login", ids) if ids else []
    return AccountsFound(tuple(_lines(store, [AccountRow(*row) for row in found], now)), int(total))


def one_account(store: Store, number: int, now: Instant) -> Account | None:
    """One account, closed or not."""
    rows = [AccountRow(*row) for row in store.database.read("SELECT * FROM account WHERE id = ?", (number,))]
    return next(iter(_lines(store, rows, now)), None)


def _lines(store: Store, rows: list[AccountRow], now: Instant) -> list[Account]:
    """With their roles and open sessions, fetched by sets."""
    ids = [row.id for row in rows]
    if not ids:
        return []
    roles: dict[int, list[AccountRoleRow]] = {}
    for row in store.database.read_in("SELECT * FROM account_role WHERE account {in} ORDER BY role, unit", ids):
        roles.setdefault(row[0], []).append(AccountRoleRow(*row))
    ask = "SELECT account, count(*) FROM session WHERE ended IS NULL AND expires > ? AND account {in} GROUP BY account"
    signed_in: dict[int, int] = dict(store.database.read_in(ask, ids, (to_millis(now),)))
    return [shown(row, roles.get(row.id, []), signed_in.get(row.id, 0)) for row in rows]


def _where(wanted: AccountsWanted) -> tuple[str, list[Any]]:
    conditions, values = [f"a.ended IS {'NOT ' if wanted.closed else ''}NULL"], list[Any]()
    if who := wanted.who.strip().lower():
        plain = who.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        conditions.append("(a.login LIKE ? ESCAPE '\\' OR lower(a.name) LIKE ? ESCAPE '\\')")
        values += [f"{plain}%", f"%{plain}%"]
    if wanted.role:
        conditions.append("a.id IN (SELECT r.account FROM account_role r WHERE r.role = ?)")
        values.append(wanted.role)
    return " AND ".join(conditions), values
