"""From a connection as it is written to the connector that speaks to it.

The way requests take is handed in: over HTTP (`exchange_of`), or to a practice system in this process. Who drives a
connector, and when, is the engine's matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec.structs import replace

from handrail.app.settings import ConnectionDraft, MailSettings, NoopSettings, secret_of
from handrail.connect.answers import Client
from handrail.connect.assessment import AssessmentConnector, AssessmentSettings
from handrail.connect.badges import BadgesConnector, BadgesSettings
from handrail.connect.generic import GenericConnector, GenericSettings
from handrail.connect.hris import HrisConnector, HrisSettings
from handrail.connect.http import Answer, Exchange, HttpExchange, NotReached
from handrail.connect.lms import LmsConnector, LmsSettings
from handrail.connect.noop import NoopConnector
from handrail.connect.port import Connector
from handrail.terms.problem import SettingsError


def connector_of(
    draft: ConnectionDraft, exchange: Exchange, token: str = "", webhook_secret: str = ""
) -> Connector | None:
    """The connector of one connection; None for mail, which is posted and not called.

    `token` and `webhook_secret` are the secrets themselves.
    """
    client, system, name = Client(draft.name, exchange, token), draft.system, draft.name
    found: Connector | None
    match system:
        case NoopSettings():
            found = NoopConnector(name, system.verbs)
        case MailSettings():
            found = None
        case LmsSettings():
            found = LmsConnector(client, replace(system, webhook_secret=webhook_secret), name)
        case AssessmentSettings():
            found = AssessmentConnector(client, replace(system, webhook_secret=webhook_secret), name)
        case BadgesSettings():
            found = BadgesConnector(client, replace(system, webhook_secret=webhook_secret), name)
        case HrisSettings():
            found = HrisConnector(client, replace(system, webhook_secret=webhook_secret), name)
        case GenericSettings():
            found = GenericConnector(client, replace(system, webhook_secret=webhook_secret), name)
    return found


def declared(draft: ConnectionDraft) -> Connector | None:
    """The connector for what it declares only (`actions`, `events`): whatever is asked of it is not reached."""
    return connector_of(draft, _nobody)


def connected(draft: ConnectionDraft, environment: Mapping[str, str], folder: Path) -> Connector | None:
    """The connector over HTTP, with its secrets from their places. Raises `SettingsError`."""
    token = secret_of(draft.token, environment, folder) if draft.token else ""
    webhook_secret = secret_of(draft.webhook_secret, environment, folder) if draft.webhook_secret else ""
    return connector_of(draft, exchange_of(draft, environment), token, webhook_secret)


def exchange_of(draft: ConnectionDraft, environment: Mapping[str, str]) -> Exchange:
    """The way to the system over HTTP. Raises `SettingsError` where its address is in no environment variable."""
    return HttpExchange(url_of(draft, environment), draft.timeout_seconds, max(draft.concurrency, 1))


def url_of(draft: ConnectionDraft, environment: Mapping[str, str]) -> str:
    """The address, from the environment variable if it is written `env:NAME`. Raises `SettingsError`."""
    if not draft.url.startswith("env:"):
        return draft.url
    name = draft.url.removeprefix("env:")
    if name not in environment:
        raise SettingsError(
            f'The address of "{draft.name}" is in the environment variable {name}, which is not set. Set it.'
        )
    return environment[name]


def _nobody(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:  # noqa: ARG001 - an exchange takes these
    raise NotReached("this connector was made to be read, not to be asked")
