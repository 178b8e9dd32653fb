"""Home of changes of large tables that let the till go on: what a migration on PostgreSQL does instead."""

from __future__ import annotations

from collections.abc import Sequence

from alembic import op


def index_beside(name: str, table: str, columns: Sequence[str], *, unique: bool = False) -> None:
    """Make an index while others write; on PostgreSQL one that was broken off is made anew."""
    if op.get_bind().dialect.name != "postgresql":
        op.create_index(name, table, list(columns), unique=unique)
        return
    with op.get_context().autocommit_block():
        op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)
        op.create_index(name, table, list(columns), unique=unique, postgresql_concurrently=True)


def drop_index_beside(name: str, table: str) -> None:
    """Drop an index while others write."""
    if op.get_bind().dialect.name != "postgresql":
        op.drop_index(name, table)
        return
    with op.get_context().autocommit_block():
        op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)
