"""Home of how migrations run: on the application's own engine, inside its context."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from app.extensions import db
from app.model import Base

if not current_app:
    msg = "migrations run inside the application: use `flask --app wsgi db upgrade`"
    raise RuntimeError(msg)


def _run() -> None:
    """Migrate in one transaction; SQLite's foreign keys rest meanwhile, since its tables are rebuilt."""
    with db.engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            _rest_foreign_keys(connection, is_resting=True)
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=is_sqlite,
            compare_type=True,
            compare_server_default=True,
            # Each step is whole by itself, so that one may build an index beside those who write.
            transaction_per_migration=not is_sqlite,
        )
        if not is_sqlite:
            # Whoever waits for a table makes everybody after them wait too: better to give up.
            connection.exec_driver_sql("SET lock_timeout = '5s'")
            connection.commit()
        with context.begin_transaction():
            context.run_migrations()
        if is_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
            msg = f"a migration left rows that name what is not there: {broken[:5]}"
            raise RuntimeError(msg)
        connection.commit()
        if is_sqlite:
            _rest_foreign_keys(connection, is_resting=False)


def _rest_foreign_keys(connection: Connection, *, is_resting: bool) -> None:
    """Tell SQLite itself: through SQLAlchemy it would be inside a transaction, where it does nothing."""
    driver = connection.connection.driver_connection
    driver.execute(f"PRAGMA foreign_keys={'OFF' if is_resting else 'ON'}")


_run()
