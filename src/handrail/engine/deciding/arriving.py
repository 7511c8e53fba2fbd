"""A told event on its way in: refused, a duplicate, ignored as older, held; else told on, perhaps as a correction."""

from __future__ import annotations

from typing import Literal

from msgspec import structs

from handrail.engine.deciding.group import Group
from handrail.engine.deciding.telling import tell, tell_everybody
from handrail.engine.deciding.written.account import Account
from handrail.engine.deciding.written.identities import remember, twin
from handrail.engine.items import Arrived, Receipt
from handrail.intake.whom import NOBODY
from handrail.store.batch import HeldEnded
from handrail.store.moments import DISPOSITION
from handrail.terms import coding
from handrail.terms.decision import Reason
from handrail.terms.event import Event
from handrail.terms.values import Fields


def arrived(group: Group, item: Arrived) -> Receipt:
    """Decide what becomes of it; a held event that is looked at again ends as what it became."""
    account = Account(group, None)
    account.cause = item.was_held or None
    _decide(group, item, account)
    if item.was_held:
        became = DISPOSITION[account.receipt.disposition]
        group.batch.held_ended.append(HeldEnded(item.was_held, group.at, became, "looked at again"))
    return account.receipt


def _decide(group: Group, item: Arrived, account: Account) -> None:
    event = item.event
    account.body = coding.pack(event)
    known = event.person in group.people or _is_about_nobody(group, event)
    held = item.held or ("" if known else NOBODY)
    identities = item.identities
    if item.refused:
        _set_aside(account, event, "refused", item.refused)
    elif (same := twin(group, identities)) is not None:
        account.row(event, "duplicate", cause=item.was_held or same)
    elif item.ignored:
        _set_aside(account, event, "ignored", item.ignored)
    elif held:
        remember(group, identities, account.number)
        account.hold(event, held, item.owner)
    else:
        _tell(group, item, account)


def _tell(group: Group, item: Arrived, account: Account) -> None:
    """An event that is new, or corrects or takes back one that is known."""
    event = item.event
    before = group.identities.get(item.key) if item.key else None
    if before is not None:
        event = structs.replace(event, **{"retracts" if item.retracts else "corrects": before.seq})
        account.body = coding.pack(event)
    elif item.retracts:
        _set_aside(account, event, "ignored", "nothing is known here that it takes back")
        return
    remember(group, item.identities, account.number)
    if item.newest is not None:
        group.batch.records.append(item.newest)
    if _is_about_nobody(group, event):
        tell_everybody(group, event, account)
    else:
        tell(group, structs.replace(event, number=account.number, known=group.now), account)


def _is_about_nobody(group: Group, event: Event) -> bool:
    """Whether it is of a kind that is about nobody, as the publication of a document."""
    if event.person is not None:
        return False
    kind = group.catalog.events.get(event.kind)
    return kind is not None and not kind.about_person


def _set_aside(account: Account, event: Event, disposition: Literal["refused", "ignored"], why: str) -> None:
    account.receipt.why.append(why)
    account.reasons += (Reason(disposition, seen=Fields({"why": why})),)
    account.row(event, disposition)
