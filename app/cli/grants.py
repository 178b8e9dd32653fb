"""Home of what the role that serves may do in PostgreSQL: work with rows, and change neither house nor facts.

The owner of the database migrates it. Web and workers sign in as a role of their own, which reads, adds, and
changes what the system itself changes. It makes, alters and drops nothing, and of what is append-only it
changes and deletes no row, whatever becomes of the triggers that refuse it as well: those are the owner's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row
from sqlalchemy import text as sql

from app.errors import DomainError
from app.extensions import db
from app.text import text

_REVISION = "alembic_version"
_KNOWS_MAINTAIN = 170_000
"""Since this version somebody who does not own a table may let the server count its rows."""

_ROLE = sql(
    "SELECT rolsuper OR pg_has_role(rolname, current_user, 'MEMBER') FROM pg_roles WHERE rolname = :role"
)
_SCHEMA = sql("SELECT current_schema()")
_VERSION = sql("SELECT current_setting('server_version_num')::int")
_TABLES = sql("""
    WITH stands AS (
        SELECT tgrelid, tgtype, tgattr::int2[] AS columns
          FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid AND proname = 'refuse_change'
         WHERE tgqual IS NULL
    )
    SELECT relname AS name,
           EXISTS (SELECT FROM stands WHERE tgrelid = held.oid AND tgtype & 8 > 0) AS keeps_rows,
           EXISTS (SELECT FROM stands
                    WHERE tgrelid = held.oid AND tgtype & 16 > 0 AND cardinality(columns) = 0) AS keeps_all,
           EXISTS (SELECT FROM stands WHERE tgrelid = held.oid AND cardinality(columns) > 0) AS keeps_some,
           ARRAY (SELECT attname FROM pg_attribute
                   WHERE attrelid = held.oid AND attnum > 0 AND NOT attisdropped
                     AND NOT EXISTS (SELECT FROM stands WHERE tgrelid = held.oid AND attnum = ANY (columns))
                   ORDER BY attnum) AS others
      FROM pg_class held
     WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
     ORDER BY relname
""")
"""Each table with what its triggers refuse of every row; one that looks at a row leaves it to that row."""


@dataclass(frozen=True, slots=True)
class Given:
    """Of how many tables a role may change rows, and of how many it only reads and adds them."""

    changed: int
    added_to: int


def grant_to(role: str) -> Given:
    """Give a role what web and workers need, and take from it whatever else it had; the owner does it.

    Raises: DomainError where there is no such role, or where it could not be held to that.
    """
    if db.engine.dialect.name != "postgresql":
        raise DomainError(
            text("Roles are PostgreSQL's: an embedded database belongs to whoever has its file.")
        )
    with db.engine.begin() as connection:
        _ensure_other(connection, role)
        tables = connection.execute(_TABLES).all()
        if _REVISION not in {table.name for table in tables}:
            raise DomainError(text("The database is empty. Run first: flask db upgrade"))
        for statement in _statements(connection, role, tables):
            connection.exec_driver_sql(statement)
        _ensure_held(connection, role)
    facts = sum(table.keeps_rows for table in tables)
    return Given(len(tables) - facts - 1, facts)


def _ensure_other(connection: Connection, role: str) -> None:
    found = connection.execute(_ROLE, {"role": role}).scalar_one_or_none()
    if found is None:
        raise DomainError(
            text(
                "PostgreSQL knows no role {role}. Make it first: CREATE ROLE {role} LOGIN PASSWORD '…'",
                role=role,
            )
        )
    if found:
        raise DomainError(
            text("{role} owns the database or may do everything in it. Choose a role of its own.", role=role)
        )


def _statements(connection: Connection, role: str, tables: Sequence[Row[Any]]) -> Iterator[str]:
    quoted = connection.dialect.identifier_preparer.quote
    whom, database = quoted(role), quoted(connection.engine.url.database or "")
    schema = quoted(connection.execute(_SCHEMA).scalar_one())
    for kind in ("TABLES", "SEQUENCES"):
        yield f"REVOKE ALL ON ALL {kind} IN SCHEMA {schema} FROM {whom}"
    yield f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {whom}"
    yield f"REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC, {whom}"
    yield f"GRANT CONNECT ON DATABASE {database} TO {whom}"
    yield f"GRANT USAGE ON SCHEMA {schema} TO {whom}"
    # Backups read the sequences; setting one back is nobody's work but a restoring's.
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {whom}"
    yield f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {whom}"
    counts = ", MAINTAIN" if connection.execute(_VERSION).scalar_one() >= _KNOWS_MAINTAIN else ""
    for table in tables:
        if table.name != _REVISION:
            yield f"GRANT INSERT{_changes(table, quoted)}{counts} ON TABLE {quoted(table.name)} TO {whom}"


def _changes(table: Row[Any], quoted: Callable[[str], str]) -> str:
    changes = "" if table.keeps_rows else ", DELETE"
    if table.keeps_all:
        return changes
    columns = f" ({', '.join(map(quoted, table.others))})" if table.keeps_some else ""
    return f"{changes}, UPDATE{columns}"


def _ensure_held(connection: Connection, role: str) -> None:
    """See that what somebody else once gave is gone too: only who gave it can take it back."""
    held = connection.execute(
        sql(
            "SELECT has_schema_privilege(:role, current_schema(), 'CREATE') "
            "OR has_database_privilege(:role, current_database(), 'CREATE') "
            "OR has_table_privilege(:role, 'alembic_version', 'UPDATE')"
        ),
        {"role": role},
    ).scalar_one()
    if held:
        raise DomainError(
            text(
                "{role} may still make tables, by a right that the owner did not give. As whoever gave it: "
                "REVOKE CREATE ON SCHEMA public FROM PUBLIC, {role}",
                role=role,
            )
        )
