"""Handrail: the layer above an organization's learning systems.

Only the version lives here; every room is a folder of its own, and ARCHITECTURE.md lists them.
"""

__version__ = "0.1.0"
