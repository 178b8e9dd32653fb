"""Home of the queries on sealed columns, read off the tables themselves so that no new one is forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, LargeBinary, Row, Table, func, select, type_coerce

from app.extensions import db
from app.model import Base, Sealed


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """One sealed column, with the key of its table."""

    table: Table
    column: Column[Any]
    key: Column[Any]

    @property
    def name(self) -> str:
        """Give the column's name as `table.column`."""
        return f"{self.table.name}.{self.column.name}"

    @property
    def raw(self) -> Any:  # noqa: ANN401 - a column of another type
        """Give the column as the bytes that lie in it."""
        return type_coerce(self.column, LargeBinary)


def sealed_columns() -> Iterator[SealedColumn]:
    """Give every sealed column of the database, in a fixed order."""
    for table in sorted(Base.metadata.tables.values(), key=lambda each: each.name):
        for column in table.columns:
            if isinstance(column.type, Sealed):
                (key,) = table.primary_key.columns
                yield SealedColumn(table, column, key)


def count_under_older_keys(sealed: SealedColumn, mark: bytes) -> int:
    """Count what begins otherwise than what the newest key seals."""
    return db.session.execute(
        select(func.count()).where(sealed.column.is_not(None), func.substr(sealed.raw, 1, len(mark)) != mark)
    ).scalar_one()


def next_under_older_keys(
    sealed: SealedColumn, mark: bytes, *, after: object, at_most: int
) -> Sequence[Row[Any, bytes]]:
    """Give the next rows that an older key sealed, locked, by their keys."""
    query = (
        select(sealed.key, sealed.raw.label("sealed"))
        .where(sealed.column.is_not(None), func.substr(sealed.raw, 1, len(mark)) != mark)
        .order_by(sealed.key)
        .limit(at_most)
        .with_for_update()
    )
    if after is not None:
        query = query.where(sealed.key > after)
    return db.session.execute(query).all()


def everything_sealed(sealed: SealedColumn) -> Iterator[Row[Any, bytes]]:
    """Give every row's bytes, in bounded memory."""
    yield from db.session.execute(
        select(sealed.key, sealed.raw.label("sealed"))
        .where(sealed.column.is_not(None))
        .order_by(sealed.key)
        .execution_options(yield_per=2000)
    )
