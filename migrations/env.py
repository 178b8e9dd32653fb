"""Home of how migrations run: on the application's own engine, inside its context."""

from alembic import context
from flask import current_app

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
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.rollback()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=is_sqlite,
            compare_type=True,
            compare_server_default=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        if is_sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")


_run()
