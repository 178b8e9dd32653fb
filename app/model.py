"""Home of the declarative Base, the names of constraints, and the column types of the house."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Enum, Integer, LargeBinary, MetaData, TypeDecorator
from sqlalchemy.orm import DeclarativeBase

from app.sealing import keyring

Counter = BigInteger().with_variant(Integer, "sqlite")
"""A growing number as primary key: 64 bits on both databases."""

Fen = BigInteger
"""An amount in fen: 64 bits, since a district's year passes 21 million yuan."""


class Base(DeclarativeBase):
    """What every table shares: constraint names that are the same on both databases.

    A unique or check constraint may carry `info={"message": Text, "field": str}`: what a person reads when
    the database refuses their act by it.
    """

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC on both databases; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware instant to UTC; SQLite keeps it without the zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"an instant needs its zone: {value!r}"
            raise ValueError(msg)
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Give the instant in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Sealed(TypeDecorator[str]):
    """A personal number, encrypted in the column; `context` is the column's own name."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, context: str) -> None:
        """Bind the type to the column that it seals, as `table.column`."""
        super().__init__()
        self.context = context

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Seal on the way in."""
        return None if value is None else keyring.seal(value, context=self.context)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Unseal on the way out."""
        return None if value is None else keyring.unseal(value, context=self.context)


def choice(kind: type[StrEnum]) -> Enum:
    """Give the column type of an enumeration: its values as text, held by a CHECK of the kind's name."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        values_callable=_values,
        name=kind.__name__.lower(),
        length=32,
        validate_strings=True,
    )


def _values(kind: Any) -> list[str]:  # noqa: ANN401 - SQLAlchemy hands over the class itself
    return [member.value for member in kind]
