"""What handrail.yaml says, once read: the organization as it is written, before anybody in it is looked up.

People stand here as their organization names them (`hris:010134`, an e-mail); `organization` finds their own ids. Secrets
stand here by the name of their place; only `secret_of` ever reads one. Reading the file is `reading.handrail_yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from handrail.calendar.holidays import Hours
from handrail.calendar.holidays import Place as CalendarPlace
from handrail.connect.assessment import AssessmentSettings
from handrail.connect.badges import BadgesSettings
from handrail.connect.gate import Rate
from handrail.connect.generic import GenericSettings
from handrail.connect.hris import HrisSettings
from handrail.connect.lms import LmsSettings
from handrail.terms.catalog import Kind
from handrail.terms.problem import Place, SettingsError


class Secret(Struct, frozen=True):
    """Where a secret is kept: the environment variable or the file of that name. Never the secret."""

    where: Literal["env", "file"]
    name: str


class TeamDraft(Struct, frozen=True):
    """People as they are written: `hris:010134` or an e-mail."""

    name: str
    lead: str
    members: tuple[str, ...] = ()
    calendar: str = ""
    email: str = ""


class RoleDraft(Struct, frozen=True):
    """Who has the role for a learner, by one of their fields: people or `team:NAME`."""

    name: str
    by: str
    who: Mapping[str, str]
    otherwise: str = ""


class CalendarDraft(Struct, frozen=True):
    """Where and when people work. `people_in`: countries (`DE`) and places in one (`DE/Berlin`) whose people it is for."""

    name: str
    place: CalendarPlace
    hours: Hours
    closures: tuple[date, ...] = ()
    people_in: tuple[str, ...] = ()


class MailSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """A mail server: `sender` is the address that messages come from."""

    sender: str


class NoopSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing behind it: `verbs` are the actions it confirms at once."""

    verbs: tuple[str, ...] = ("do",)


System: TypeAlias = (
    LmsSettings | AssessmentSettings | BadgesSettings | HrisSettings | GenericSettings | MailSettings | NoopSettings
)
SYSTEMS: Final[Mapping[str, type[System]]] = {
    "lms": LmsSettings,
    "assessment": AssessmentSettings,
    "badges": BadgesSettings,
    "hris": HrisSettings,
    "generic": GenericSettings,
    "mail": MailSettings,
    "noop": NoopSettings,
}
"""What each kind of system can be told about, by the word that `kind:` has for it."""


class ConnectionDraft(Struct, frozen=True):
    """A link to one system. `people_by` says by what it knows a person: `email`, or the key of a source (`hris`).

    `system` is what only this kind of system has. `url` may be the name of an environment variable (`env:LMS_URL`).
    `concurrency`: calls in flight at once.
    """

    name: str
    url: str
    owner: str
    system: System
    token: Secret | None = None
    webhook_secret: Secret | None = None
    rate: Rate | None = None
    concurrency: int = 1
    people_by: str = "email"
    timeout_seconds: int = 20


class Guards(Struct, frozen=True):
    """More than `leavers` people and more than `percent` of those known would leave: the file is held.

    `first_messages`: those of a journey that is published for the first time `wait` for somebody's word, or `leave`.
    """

    leavers: int = 25
    percent: float = 5.0
    first_messages: Literal["wait", "leave"] = "wait"


class WebSettings(Struct, frozen=True):
    """How people reach the console: `url` is its public address, without a slash at the end; empty: nobody was told one."""

    url: str = ""


class OidcSettings(Struct, frozen=True):
    """The organization's identity provider. `groups`: its groups, each with roles as they are written (`operations in Sales`).

    `people_by` says by what it knows a person: `email`, or a source, whose key is then in the claim `people_claim`.
    `trust_email`: its addresses count though it does not say that it has verified them.
    """

    issuer: str
    client_id: str
    client_secret: Secret | None = None
    label: str = ""
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    groups_claim: str = "groups"
    groups: Mapping[str, tuple[str, ...]] = {}
    people_by: str = "email"
    people_claim: str = ""
    trust_email: bool = False


class SignInSettings(Struct, frozen=True):
    """How people sign in. `hosts` are names beside that of `web.url`; `proxies` addresses whose word about the caller counts."""

    passwords: bool = True
    hosts: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    idle_minutes: int = 120
    longest_hours: int = 12
    oidc: OidcSettings | None = None


class Settings(Struct, frozen=True):
    """The whole of handrail.yaml. `places` says where each person, team and field is written, by its path."""

    name: str
    zone: str
    language: str
    languages: tuple[str, ...]
    owner: str
    calendar: str
    teams: Mapping[str, TeamDraft] = {}
    roles: Mapping[str, RoleDraft] = {}
    calendars: Mapping[str, CalendarDraft] = {}
    lists: Mapping[str, tuple[str, ...]] = {}
    contacts: Mapping[str, str] = {}
    connections: Mapping[str, ConnectionDraft] = {}
    guards: Guards | None = None
    web: WebSettings = WebSettings()
    sign_in: SignInSettings = SignInSettings()
    extra: Mapping[str, Kind] = {}
    choices: Mapping[str, tuple[str, ...]] = {}
    places: Mapping[str, Place] = {}


def people_named(settings: Settings) -> list[tuple[str, str]]:
    """Everybody who is named in handrail.yaml as they are written there, each with the path of `places`; teams left out."""
    found: list[tuple[str, str]] = [("organization.owner", settings.owner)]
    for name, team in settings.teams.items():
        found.append((f"teams.{name}.lead", team.lead))
        found += [(f"teams.{name}.members.{who}", who) for who in team.members]
    for name, role in settings.roles.items():
        found += [(f"roles.{name}.who.{value}", who) for value, who in role.who.items()]
        found.append((f"roles.{name}.otherwise", role.otherwise))
    found += [(f"connections.{name}.owner", draft.owner) for name, draft in settings.connections.items()]
    return [(path, who) for path, who in found if who and not who.startswith("team:")]


def secret_of(secret: Secret, environment: Mapping[str, str], folder: Path) -> str:
    """The secret itself, without a line end; a file's name is looked for from `folder`. Raises `SettingsError`."""
    if secret.where == "env":
        if secret.name in environment:
            return environment[secret.name]
        raise SettingsError(
            f"The environment variable {secret.name} is not set, and handrail.yaml takes a secret from it. Set it and start again."
        )
    path = folder / secret.name
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"The secret that handrail.yaml takes from {path} cannot be read. Put it there, as UTF-8, readable for this account."
        ) from error
