"""Whether somebody whom the identity provider vouches for comes in here, as whom, and with which roles.

They are known by the provider's own name for them (issuer and `sub`) once they have come in; the first time by a verified
address or a claim that holds their key. Roles told by groups are looked at anew at each sign-in; roles given by hand stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, Final

from msgspec import Struct

from handrail.app.access.accounts import AT_SIGN_IN, BY_HAND, NewAccount, add_account, grant_of
from handrail.app.settings import OidcSettings
from handrail.insight.rights import Grant
from handrail.intake.whom import find
from handrail.store.batch import Batch
from handrail.store.entering import looking
from handrail.store.entering.rows import AccountRoleRow, AccountRow, RoleGone
from handrail.store.kept.acts import Act, audited
from handrail.store.moments import to_millis
from handrail.store.opening import Store
from handrail.terms.values import Instant

BY: Final = "the identity provider"


class NotAdmitted(Exception):
    """Somebody is vouched for and does not come in: the text says why, to them."""


class Vouched(Struct, frozen=True):
    """Somebody as the identity provider tells of them. `email` is empty unless it is verified."""

    subject: str
    name: str
    email: str
    person_name: str
    groups: frozenset[str]


def vouched(claims: Mapping[str, Any], settings: OidcSettings) -> Vouched:
    """What the claims say, as far as it counts."""
    sure = settings.trust_email or claims.get("email_verified") in (True, "true")
    email = str(claims.get("email") or "").strip().lower() if sure else ""
    key = str(claims.get(settings.people_claim) or "").strip() if settings.people_claim else ""
    by_key = f"{settings.people_by}:{key}" if settings.people_by != "email" and key else ""
    told = claims.get(settings.groups_claim) or ()
    groups = frozenset(map(str, told)) if isinstance(told, list | tuple) else frozenset({str(told)})
    name = str(claims.get("name") or email or claims["sub"])
    who = email if settings.people_by == "email" else by_key
    return Vouched(f"{settings.issuer}|{claims['sub']}", name[:200], email, who, groups)


def admit(store: Store, who: Vouched, settings: OidcSettings, now: Instant) -> AccountRow:
    """The account with which they come in, made or brought up to date. Raises NotAdmitted."""
    account = looking.account_by_subject(store.database, who.subject)
    person = _person(store, who, account)
    if account is None and who.email:
        account = _waiting_for(store, who.email)
    if account is not None and account.ended is not None:
        raise NotAdmitted("Your account here was closed.")
    grants = set(_told(store, person, who.groups, settings))
    if account is None and not grants:
        raise NotAdmitted("Nobody is known here by your address, and none of your groups lets you in.")
    if account is None:
        login = who.email or who.subject.rpartition("|")[2]
        new = NewAccount(_free(store, login, who.subject), who.name, person, subject=who.subject)
        number = add_account(store, new, sorted(grants, key=str), now, BY)
        made = looking.account_by_id(store.database, number)
        assert made is not None, "it was just made"
        return made
    return _brought_up_to_date(store, account, who, person, grants, now)


def _person(store: Store, who: Vouched, account: AccountRow | None) -> int | None:
    """Their own id among the people; whoever came in before is who they were. Raises NotAdmitted when they have left."""
    found = account.person if account is not None else None
    if found is None and who.person_name:
        named = find(store, [who.person_name]).get(who.person_name)
        found = named if isinstance(named, int) else None
    if found is None:
        return None
    if store.persons([found])[found].status == "left":
        raise NotAdmitted("According to your organization you have left.")
    return found


def _waiting_for(store: Store, email: str) -> AccountRow | None:
    """An account that was made for this address and has not been used with the provider yet."""
    found = looking.account_by_login(store.database, email)
    return found if found is not None and found.subject is None else None


def _told(store: Store, person: int | None, groups: Iterable[str], settings: OidcSettings) -> Iterable[Grant]:
    """The roles of their groups; whoever is one of the people is a learner, and a manager if somebody reports to them."""
    for group in sorted(groups):
        for role in settings.groups.get(group, ()):
            yield grant_of(role)
    if person is not None:
        yield Grant("learner")
        if looking.reported_to(store.database, person):
            yield Grant("manager")


def _brought_up_to_date(
    store: Store, account: AccountRow, who: Vouched, person: int | None, grants: set[Grant], now: Instant
) -> AccountRow:
    at = to_millis(now)
    after = account._replace(name=who.name, person=person or account.person, subject=who.subject)
    has = looking.roles(store.database, account.id)
    by_hand = {(row.role, row.unit) for row in has if row.source == BY_HAND}
    before = {(row.role, row.unit) for row in has if row.source == AT_SIGN_IN}
    wanted = {(grant.role, grant.unit) for grant in grants} - by_hand
    gone = [RoleGone(account.id, *each) for each in sorted(before - wanted)]
    new = [AccountRoleRow(account.id, *each, AT_SIGN_IN, at, BY) for each in sorted(wanted - before)]
    if after == account and not gone and not new:
        return account
    batch = Batch(at=at, accounts=[after], roles_gone=gone, roles=new)
    act = Act(
        BY,
        "roles told anew",
        account.login,
        after.person,
        before=_said((row.role, row.unit) for row in gone),
        after=_said((row.role, row.unit) for row in new),
    )
    batch.audit.append(audited(store, act, now))
    store.commit(batch)
    return after


def _free(store: Store, login: str, subject: str) -> str:
    """A login that nobody has: the address, else one made of the provider's name for them."""
    kept = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "._@+-") else "-" for letter in login)
    kept = kept.lower().lstrip("._@+-")[:150] or "somebody"
    if looking.account_by_login(store.database, kept) is None:
        return kept
    return f"{kept}-{sha256(subject.encode()).hexdigest()[:8]}"


def _said(roles: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{role} in {unit}" if unit else role for role, unit in roles)
