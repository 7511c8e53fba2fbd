"""The connector to an HR system: flags on workers, and what it tells of them between two files."""

from handrail.connect.hris.effects import HrisConnector
from handrail.connect.hris.settings import HrisSettings

__all__ = ["HrisConnector", "HrisSettings"]
