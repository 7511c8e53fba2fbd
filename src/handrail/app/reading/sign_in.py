"""`sign_in:` of handrail.yaml: how people sign in, and what their groups at the identity provider give them here.

The provider's secret is never written in the file, as with connections. Whether the provider can be reached is found at sign-in.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import Final

from handrail.app.reading.connections import blot, secret
from handrail.app.reading.sheet import Keys, Sheet, number, truth
from handrail.app.settings import OidcSettings, SignInSettings
from handrail.insight.rights import ROLES
from handrail.language.source.tree import Node, Sequence

KEYS: Final = ("passwords", "hosts", "proxies", "idle_minutes", "longest_hours", "oidc")
OIDC_KEYS: Final = (
    "issuer",
    "client_id",
    "client_secret",
    "label",
    "scopes",
    "groups_claim",
    "groups",
    "people_by",
    "people_claim",
    "trust_email",
)
_HOST: Final = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_ISSUER: Final = re.compile(r"https://[^\s/@?#]+(/[^\s?#]*)?")
_LOOPBACK: Final = re.compile(r"http://(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?(/[^\s?#]*)?")


def sign_in(sheet: Sheet, node: Node) -> SignInSettings:
    """The whole section; what is wrong with it is noted in the sheet."""
    keys, usual = sheet.fields(node, KEYS, "`sign_in`"), SignInSettings()
    return SignInSettings(
        passwords=truth(sheet, keys["passwords"].value, "`passwords`") if "passwords" in keys else usual.passwords,
        hosts=_each(sheet, keys, "hosts", host),
        proxies=_each(sheet, keys, "proxies", address),
        idle_minutes=_number(sheet, keys, "idle_minutes", usual.idle_minutes),
        longest_hours=_number(sheet, keys, "longest_hours", usual.longest_hours),
        oidc=_oidc(sheet, keys["oidc"].value) if "oidc" in keys else None,
    )


def host(text: str) -> str:
    """The name of a host, in small letters, without a port."""
    if _HOST.fullmatch(text.strip().lower()):
        return text.strip().lower()
    raise ValueError(f'"{text}" is no name of a host. Write learning.example.com, without https:// and port.')


def address(text: str) -> str:
    """The address of a proxy."""
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise ValueError(f'"{text}" is no address of a proxy. Write its number, as in 10.0.0.2.') from None


def issuer(text: str) -> str:
    """Where the identity provider is, without a slash at the end; plain http only on this machine."""
    if _ISSUER.fullmatch(text) or _LOOPBACK.fullmatch(text):
        return text
    raise ValueError(f'"{text}" is no identity provider. Write its issuer as it is: https://login.example.com/…')


def _oidc(sheet: Sheet, node: Node) -> OidcSettings:
    blot(sheet, node)
    keys = sheet.fields(node, OIDC_KEYS, "`oidc`", ("issuer", "client_id"))
    usual = OidcSettings("", "")
    people_by = _text(sheet, keys, "people_by", usual.people_by)
    if people_by != "email" and "people_claim" not in keys:
        advice = f"Write `people_claim:` with the claim that holds the key of {people_by}."
        sheet.say("W103", keys["people_by"].value.place, '`oidc` does not say its "people_claim"', advice=advice)
    return OidcSettings(
        issuer=sheet.grammar(keys["issuer"].value, "an issuer", issuer) or "" if "issuer" in keys else "",
        client_id=_text(sheet, keys, "client_id", ""),
        client_secret=secret(sheet, keys, "client_secret"),
        label=_text(sheet, keys, "label", ""),
        scopes=_scopes(sheet, keys, usual.scopes),
        groups_claim=_text(sheet, keys, "groups_claim", usual.groups_claim),
        groups=_groups(sheet, keys),
        people_by=people_by,
        people_claim=_text(sheet, keys, "people_claim", ""),
        trust_email=truth(sheet, keys["trust_email"].value, "`trust_email`") if "trust_email" in keys else False,
    )


def _groups(sheet: Sheet, keys: Keys) -> dict[str, tuple[str, ...]]:
    """Roles by group. Each is `ROLE` or `ROLE in UNIT`."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in sheet.named(keys["groups"].value, "`groups`") if "groups" in keys else ():
        items = entry.value.items if isinstance(entry.value, Sequence) else (entry.value,)
        roles = []
        for item in items:
            text = sheet.text(item, "a role")
            word, _, unit = text.partition(" in ")
            if text and word not in ROLES:
                advice = "Write a role, or `ROLE in UNIT` for one department."
                sheet.say("W105", item.place, f'there is no role "{word}"', ROLES, title="roles", advice=advice)
            elif text:
                roles.append(f"{word} in {unit.strip()}" if unit else word)
        found[entry.key.text] = tuple(roles)
    return found


def _scopes(sheet: Sheet, keys: Keys, usual: tuple[str, ...]) -> tuple[str, ...]:
    given = sheet.texts(keys["scopes"].value, "a scope") if "scopes" in keys else usual
    return tuple(dict.fromkeys(("openid", *given)))


def _each(sheet: Sheet, keys: Keys, key: str, reading: Callable[[str], str]) -> tuple[str, ...]:
    if key not in keys:
        return ()
    node = keys[key].value
    items = node.items if isinstance(node, Sequence) else (node,)
    found = (sheet.grammar(item, key, reading) for item in items)
    return tuple(each for each in found if each)


def _number(sheet: Sheet, keys: Keys, key: str, usual: int) -> int:
    return number(sheet, keys[key].value, f"`{key}`") if key in keys else usual


def _text(sheet: Sheet, keys: Keys, key: str, usual: str) -> str:
    return sheet.text(keys[key].value, f"`{key}`") if key in keys else usual
