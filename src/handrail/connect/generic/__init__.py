"""The connector to any system with a JSON API, whose actions and deliveries are declared in handrail.yaml."""

from handrail.connect.generic.effects import GenericConnector
from handrail.connect.generic.settings import ActionSettings, EventSettings, GenericSettings, LookSettings

__all__ = ["ActionSettings", "EventSettings", "GenericConnector", "GenericSettings", "LookSettings"]
