"""How Alembic runs the migrations: over the connection that it is handed, never over one of its own."""

from __future__ import annotations

from alembic import context

from handrail.store.schema.metadata import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
