"""Brings a database to this version's tables, or refuses it when it is of a newer one.

A database that is up to date is known by one look; only an older or new one loads SQLAlchemy and Alembic.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from handrail.store.database.port import Database
from handrail.store.errors import NewerDatabase, StoreError

if TYPE_CHECKING:
    from alembic.config import Config

HEAD: Final = "0001"
"""The newest migration; a test compares it with the folder."""
_MIGRATIONS: Final = Path(__file__).parent.parent / "migrations"


def bring_up_to_date(database: Database, *, create: bool) -> None:
    """Make or migrate the tables. Raises NewerDatabase; StoreError when there are none and `create` is false."""
    version = database.tables_version()
    if version == HEAD:
        return
    if version is None and not create:
        raise StoreError(f"{database.where} is no Handrail database yet. Make one with: handrail init")
    if version is not None and version not in known_versions():
        raise NewerDatabase(database.where, version)
    upgrade(database)


def known_versions() -> set[str]:
    """The migrations that this version brings along."""
    script = importlib.import_module("alembic.script")
    return {revision.revision for revision in script.ScriptDirectory.from_config(alembic_config()).walk_revisions()}


def upgrade(database: Database) -> None:
    """Run what is missing of the migrations, all of it or nothing, over a connection of its own."""
    sqlalchemy = importlib.import_module("sqlalchemy")
    command = importlib.import_module("alembic.command")
    scheme = "sqlite://" if database.dialect == "sqlite" else "postgresql+psycopg://"
    with database.migrating() as raw:
        engine = sqlalchemy.create_engine(scheme, creator=lambda: raw, poolclass=sqlalchemy.StaticPool)
        if database.dialect == "sqlite":
            # The driver would begin a transaction only at the first row, and leave the tables outside of it.
            sqlalchemy.event.listen(engine, "begin", lambda begun: begun.exec_driver_sql("BEGIN IMMEDIATE"))
        with engine.begin() as connection:
            config = alembic_config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def alembic_config() -> Config:
    """Alembic's settings: the folder of migrations in this package, nothing from the working folder."""
    config: Config = importlib.import_module("alembic.config").Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
