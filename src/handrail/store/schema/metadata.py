"""The same tables as SQLAlchemy Core has them: for migrations, and for console queries that are put together.

Importing this costs a tenth of a second, so nothing on the way to the first commit does.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import BigInteger, Column, Float, Index, Integer, LargeBinary, MetaData, Table, Text, text

from handrail.store.schema.tables import TABLES, columns

KINDS: Final[dict[str, Any]] = {
    "int": BigInteger().with_variant(Integer(), "sqlite"),
    "str": Text(),
    "bytes": LargeBinary(),
    "float": Float(53),
}


def made() -> MetaData:
    """SQLAlchemy's tables, made from the list."""
    metadata = MetaData()
    for table in TABLES:
        made_table = Table(
            table.name,
            metadata,
            *(
                Column(
                    column.name,
                    KINDS[column.kind],
                    primary_key=column.name in table.key,
                    nullable=column.nullable,
                    autoincrement=False,
                )
                for column in columns(table.row)
            ),
            sqlite_with_rowid=not table.by_key,
        )
        for index in table.indexes:
            where = text(index.where) if index.where else None
            Index(
                index.name,
                *(made_table.c[name] for name in index.columns),
                unique=index.unique,
                sqlite_where=where,
                postgresql_where=where,
            )
    return metadata


METADATA: Final = made()
