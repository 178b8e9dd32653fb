"""Home of PostgreSQL's advisory locks, by names in spaces; SQLite has one writer and needs none."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sqlalchemy import BigInteger, Text, bindparam, cast, func, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from app.database import fetch

_ALONE = "public"
_LOCKS = 4096  # A power of two, and fewer than a PostgreSQL server keeps with its own settings.


def lock_names(session: Session, space: str, names: Iterable[str], *, within: str = "") -> None:
    """Hold these names until the transaction ends, and before them a share of the space they are `within`.

    SQLite's writers are alone already. A name need not be a row: a meal may come before its resident's
    registration. Names share a limited number of locks, since PostgreSQL keeps them all in one table of fixed
    size.
    """
    if session.get_bind().dialect.name == "sqlite":
        return
    schema = _schema_of(session)
    base = _key(schema, space, "") & ~(_LOCKS - 1)
    keys = sorted({base | _key(schema, space, name) & (_LOCKS - 1) for name in names})
    if within:
        fetch(session, _LOCK_WITHIN, {"space": _key(schema, within, ""), "keys": keys})
    elif keys:
        session.execute(_LOCK, {"keys": keys})


def lock_space(session: Session, space: str) -> None:
    """Hold a whole space of names alone until the transaction ends, when nobody has a share of it."""
    if session.get_bind().dialect.name != "sqlite":
        session.execute(select(func.pg_advisory_xact_lock(_key(_schema_of(session), space, ""))))


_LOCK = select(func.pg_advisory_xact_lock(func.unnest(bindparam("keys", type_=ARRAY(BigInteger)))))
# One statement, since every batch of meals waits for it; what is united is asked for in its order.
_LOCK_WITHIN = union_all(
    select(cast(func.pg_advisory_xact_lock_shared(bindparam("space", type_=BigInteger)), Text)),
    select(cast(_LOCK.selected_columns[0], Text)),
)


def _schema_of(session: Session) -> str:
    """Give the schema that a district has in a database it shares; empty where it has the database."""
    # Locks know no schemas. The dialect has asked for the name with its first connection.
    session.connection()
    schema = session.get_bind().dialect.default_schema_name
    return "" if schema in (None, _ALONE) else str(schema)


def _key(schema: str, space: str, name: str) -> int:
    """Give the 64-bit number that PostgreSQL's advisory locks know a name by."""
    words = [schema, space, name] if schema else [space, name]
    return int.from_bytes(hashlib.sha256("\0".join(words).encode()).digest()[:8], signed=True)
