"""The connector to nothing: every call is confirmed at once. For benchmarks and rehearsals of a journey alone."""

from handrail.connect.noop.effects import NoopConnector

__all__ = ["NoopConnector"]
