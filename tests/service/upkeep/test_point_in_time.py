"""Back to a point in time on PostgreSQL as operations.md says: a base, the archived log, an instant."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text

from app.audit import service as audit
from app.extensions import db
from app.meals.models import Meal
from app.transaction import transaction
from tests.factories.district import canteen, elder
from tests.factories.meals import entry, taken
from tests.support.databases import application, migrate
from tests.support.postgres import DURABLE, Mortal

_ARCHIVE = "../archive"
_KEEP = f"mkdir -p {_ARCHIVE} && test ! -f {_ARCHIVE}/%f && cp %p {_ARCHIVE}/%f"
_ARCHIVING = {"wal_level": "replica", "archive_mode": "on", "archive_command": _KEEP}
"""The log is kept beside the server's data, where it stands when it runs the command."""


@pytest.mark.parametrize("mortal", [DURABLE | _ARCHIVING], indirect=True)
def test_a_database_goes_back_to_the_instant_before_a_mistake(mortal: Mortal, tmp_path: Path) -> None:
    migrate(tmp_path, mortal.url)
    app = application(tmp_path, mortal.url)
    with app.app_context():
        with transaction():
            canteen("C01")
            elder("R-000001")
        taken(entry(1))
        mortal.run("pg_basebackup", f"--pgdata={mortal.data}-base", "--checkpoint=fast")
        taken(entry(2))
        instant = _asked(mortal, "SELECT clock_timestamp()::text")
        _asked(mortal, "DROP TABLE decision_layer, decision CASCADE")
        last = _asked(mortal, "SELECT pg_walfile_name(pg_switch_wal())")
        _wait_until(lambda: _asked(mortal, "SELECT last_archived_wal FROM pg_stat_archiver") >= last)
        db.engine.dispose()

        mortal.kill()
        _put_back(mortal.data, instant)
        mortal.start()
        _wait_until(lambda: _asked(mortal, "SELECT pg_is_in_recovery()") == "False")
        assert [meal.id.int for meal in db.session.execute(select(Meal).order_by(Meal.id)).scalars()] == [
            1,
            2,
        ]
        assert all(meal.decision for meal in db.session.execute(select(Meal)).scalars())
        assert audit.verify()[1] is None
        db.session.rollback()
        taken(entry(3))
        assert audit.verify()[1] is None
        db.session.rollback()
        db.engine.dispose()


def _put_back(data: Path, instant: str) -> None:
    """Let the server begin with its base, and follow the archived log until the instant."""
    shutil.rmtree(data)
    Path(f"{data}-base").rename(data)
    with (data / "postgresql.auto.conf").open("a", encoding="utf-8") as settings:
        settings.write(
            f"restore_command = 'cp {_ARCHIVE}/%f %p'\n"
            f"recovery_target_time = '{instant}'\n"
            "recovery_target_action = 'promote'\n"
        )
    (data / "recovery.signal").touch()


def _asked(server: Mortal, statement: str) -> str:
    """Ask the server as its owner, beside the application; give the first answer."""
    engine = create_engine(server.url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            answer = connection.execute(text(statement))
            return str(answer.scalar_one()) if answer.returns_rows else ""
    finally:
        engine.dispose()


def _wait_until(holds: Callable[[], bool]) -> None:
    for _ in range(400):
        if holds():
            return
        time.sleep(0.05)
    pytest.fail("it did not come true")
