"""The connector to a learning management system: courses, enrollments, accounts, completions."""

from handrail.connect.lms.effects import LmsConnector
from handrail.connect.lms.settings import LmsSettings

__all__ = ["LmsConnector", "LmsSettings"]
