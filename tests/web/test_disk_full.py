"""PostgreSQL on a disk that is really full: a sentence for the person, nothing lost, and on it goes.

Where its tables lie and where its log lies are two disks, as they are two ways to fail: a full disk of tables
refuses a statement, a full disk of the log ends the server.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import make_url, select
from sqlalchemy.exc import OperationalError

from app import clock
from app.areas.service import seed_areas
from app.audit import service as audit
from app.extensions import db
from app.model import Base
from app.residents.forms.file import RESIDENTS_FILE
from app.residents.models import Resident
from app.residents.service import import_residents
from app.roles import COMMAND, Role
from app.transaction import transaction
from tests.factories.auth import user
from tests.factories.residents import many_residents
from tests.support.databases import application, migrate
from tests.support.memory import quick_place
from tests.support.pages import PageClient
from tests.support.postgres import NOBODY, Mortal, NoPostgres
from tests.support.small_disk import NoDisk, SmallDisk, small_disk
from tests.web.test_database_hindered import funds, open_fund

MOST = 3000
LITTLE_LOG = 2_000_000
PATIENCE_SECONDS = 30
PEOPLE = 3000


class District:
    """A district whose tables lie on one small disk, and whose log on another."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        # Beside the tests' own folders, which nobody else may enter: the server has to.
        disks = Path(tempfile.mkdtemp(prefix="meal-circle-disks-", dir=quick_place()))
        stack.callback(shutil.rmtree, disks, ignore_errors=True)
        disks.chmod(0o755)
        try:
            self.tables = stack.enter_context(small_disk(disks / "tables", megabytes=96, owner=NOBODY))
            self.log = stack.enter_context(small_disk(disks / "log", megabytes=64, owner=NOBODY))
            self.server = Mortal(Path(quick_place()))
        except (NoDisk, NoPostgres) as missing:
            pytest.skip(f"{missing}")
        stack.callback(self.server.drop)
        log = self.server.data / "pg_wal"
        shutil.copytree(log, self.log.folder / "wal")
        shutil.rmtree(log)
        log.symlink_to(self.log.folder / "wal")
        for each in (self.log.folder, *self.log.folder.rglob("*")):
            shutil.chown(each, NOBODY, NOBODY)
        self.server.start()
        server = make_url(self.server.url)
        address = server.set(drivername="postgresql").render_as_string()
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"CREATE TABLESPACE small LOCATION '{self.tables.folder}'")
            connection.execute("CREATE DATABASE district TEMPLATE template0 ENCODING 'UTF8' TABLESPACE small")
            connection.execute("CHECKPOINT")
        url = server.set(database="district").render_as_string()
        migrate(folder, url)
        self.app = application(folder, url)
        self.app.testing = True
        self.app.test_client_class = PageClient


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    with ExitStack() as stack:
        made = District(stack, tmp_path)
        with made.app.app_context():
            with transaction():
                seed_areas(by=COMMAND, at=clock.now())
            yield made
            db.session.rollback()
            db.engine.dispose()


def signed_in(app: Flask) -> PageClient:
    client = app.test_client()
    assert isinstance(client, PageClient)
    return client.sign_in(user(Role.FINANCE))


def people() -> int:
    db.session.rollback()
    return db.session.query(Resident).count()


def take_people() -> None:
    with transaction():
        file = RESIDENTS_FILE.read(BytesIO(many_residents(PEOPLE)))
        import_residents(file, by=COMMAND, at=clock.now())


def opened_until_refused(client: PageClient) -> tuple[int, int, str]:
    """Open funds until one is refused; give how many were, and the refusal."""
    token = client.token()
    for number in range(MOST):
        status, page = open_fund(client, token, f"基金 {number}")
        if status != 302:
            return number, status, page
    pytest.fail(f"{MOST} were opened on a disk that is full")


def read_everything() -> None:
    """Read every row of every table: a page whose sum is wrong would be refused."""
    db.session.rollback()
    for table in Base.metadata.sorted_tables:
        db.session.execute(select(table)).all()
    assert audit.verify()[1] is None
    db.session.rollback()


def test_a_full_disk_of_tables_is_told_and_all_goes_on_when_it_is_not(district: District) -> None:
    client = signed_in(district.app)
    before = funds()
    district.tables.fill(leaving=256 * 1024)
    with pytest.raises(OperationalError, match="No space left on device"):
        take_people()
    assert people() == 0
    opened, status, page = opened_until_refused(client)
    assert status == 503
    assert "磁盘满了" in page
    assert funds() == before + opened
    assert FlaskClient.open(client, "/healthz").status_code == 200
    read_everything()
    district.tables.free()
    take_people()
    assert people() == PEOPLE
    assert open_fund(client, client.token(), "后来")[0] == 302
    read_everything()


def test_a_full_disk_of_the_log_ends_the_server_and_loses_nothing_that_was_said_to_be_kept(
    district: District,
) -> None:
    client = signed_in(district.app)
    before = funds()
    district.log.fill(leaving=64 * 1024)
    use_up_the_log(district)
    opened, status, page = opened_until_refused(client)
    assert status == 503
    assert "数据库" in page
    assert FlaskClient.open(client, "/readyz").status_code == 503 or district.server.is_serving
    db.session.rollback()
    district.log.free()
    serve_again(district)
    # The last one may be there although nobody was told: its answer was lost, and not the fund.
    assert before + opened <= funds() <= before + opened + 1
    read_everything()
    take_people()
    assert people() == PEOPLE
    assert open_fund(client, client.token(), "后来")[0] == 302
    read_everything()


def use_up_the_log(district: District) -> None:
    """Write until little is left of the log's files that are there already: the next one finds no room."""
    address = make_url(district.server.url).set(drivername="postgresql").render_as_string()
    with psycopg.connect(address, autocommit=True) as connection:
        while (row := connection.execute(_LEFT_OF_LOG).fetchone()) and row[0] > LITTLE_LOG:
            connection.execute("SELECT pg_logical_emit_message(false, 'ballast', repeat('x', 500000))")


_LEFT_OF_LOG = """
    SELECT count(*) * pg_size_bytes(current_setting('wal_segment_size'))
        - (pg_walfile_name_offset(pg_current_wal_insert_lsn())).file_offset
    FROM pg_ls_waldir()
    WHERE name ~ '^[0-9A-F]{24}$' AND name >= pg_walfile_name(pg_current_wal_insert_lsn())
"""


def serve_again(district: District) -> None:
    """Do what an administrator does: start the server if it has not come back by itself."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not _answers(district):
        if not district.server.is_serving:
            district.server.kill()
            district.server.start()
        assert time.monotonic() < end, "the server does not come back"
        time.sleep(0.1)


def _answers(district: District) -> bool:
    address = make_url(district.server.url).set(drivername="postgresql").render_as_string()
    try:
        psycopg.connect(address).close()
    except psycopg.OperationalError:
        return False
    return True


def test_what_fills_a_disk_leaves_what_it_says(tmp_path: Path) -> None:
    try:
        with small_disk(tmp_path / "disk", megabytes=4, owner=NOBODY) as disk:
            disk.fill(leaving=8192)
            with pytest.raises(OSError, match="No space left"):
                (disk.folder / "more").write_bytes(b"0" * 20_000)
            disk.free()
            (disk.folder / "more").write_bytes(b"0" * 20_000)
            assert isinstance(disk, SmallDisk)
    except NoDisk as missing:
        pytest.skip(f"{missing}")
