"""The connector to a badge issuer: certificates that are issued and revoked."""

from handrail.connect.badges.effects import BadgesConnector
from handrail.connect.badges.settings import BadgesSettings

__all__ = ["BadgesConnector", "BadgesSettings"]
