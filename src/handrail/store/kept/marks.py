"""What the watermarks of a connection are about."""

from __future__ import annotations

from typing import Final

HAPPENED: Final = "happened"
"""How far a poll has read, and when it was answered last."""

TOLD: Final = "told"
"""When the connection last told something by itself; how far is for the transport to know."""
