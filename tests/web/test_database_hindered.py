"""A database that is full or read-only: a sentence for the person, nothing half done, and /readyz tells."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, event, text

from app.audit import service as audit
from app.extensions import db
from app.roles import Role
from tests.support.pages import PageClient

pytestmark = pytest.mark.as_owner  # Who makes it read-only owns it.
SignedIn = Callable[..., PageClient]


def open_fund(client: PageClient, token: str, name: str = "永济基金") -> tuple[int, str]:
    """Open a charity fund."""
    form = {"csrf_token": token, "name": name, "area": "430103", "purpose": "助餐"}
    answer = FlaskClient.open(client, "/donations/funds/new", method="POST", data=form)
    return answer.status_code, answer.get_data(as_text=True)


def funds() -> int:
    db.session.rollback()
    return int(db.session.execute(text("SELECT count(*) FROM charity_fund")).scalar_one())


def is_sqlite(app: Flask) -> bool:
    return bool(app.config["MEAL_CIRCLE"].database_url.startswith("sqlite"))


@pytest.fixture
def read_only(app: Flask, database: str) -> Iterator[Callable[[], None]]:
    """Give what lets nobody write any more; afterwards everybody may again."""

    def forbid(connection: object, _record: object) -> None:
        connection.execute("PRAGMA query_only = 1")  # type: ignore[attr-defined]  # the driver's

    def close() -> None:
        db.session.rollback()
        db.engine.dispose()
        if is_sqlite(app):
            event.listen(Engine, "connect", forbid)
        else:
            set_read_only(database, "on")

    yield close
    db.session.rollback()
    db.engine.dispose()
    if event.contains(Engine, "connect", forbid):
        event.remove(Engine, "connect", forbid)
    if not is_sqlite(app):
        set_read_only(database, "off")


def set_read_only(database: str, value: str) -> None:
    engine = create_engine(database, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("SET default_transaction_read_only = off"))
        name = connection.execute(text("SELECT current_database()")).scalar_one()
        connection.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = {value}'))
    engine.dispose()


def test_a_database_that_may_only_be_read_says_so_and_saves_nothing(
    signed_in: SignedIn, read_only: Callable[[], None]
) -> None:
    client = signed_in(Role.FINANCE)
    token = client.token()
    before = funds()
    read_only()
    status, page = open_fund(client, token)
    assert status == 503
    assert "数据库现在只能读" in page
    assert funds() == before


def test_readyz_tells_that_nobody_may_write(app: Flask, client: PageClient, database: str) -> None:
    assert client.get("/readyz").json["hindrances"] == []  # type: ignore[index]  # it is an object
    db.session.rollback()
    db.engine.dispose()
    if is_sqlite(app):
        return  # Its folder becomes read only, below.
    set_read_only(database, "on")
    try:
        answer = FlaskClient.open(client, "/readyz")
        assert (answer.status_code, answer.json["hindrances"]) == (503, ["read_only"])  # type: ignore[index]
    finally:
        db.session.rollback()
        db.engine.dispose()
        set_read_only(database, "off")


@contextmanager
def folder_read_only(folder: Path) -> Iterator[None]:
    """Let nobody write into a folder, root neither, until the block ends.

    Root writes what nobody may write, so for root the folder is mounted over itself, to be read alone.
    """
    if os.geteuid() != 0:
        folder.chmod(0o555)
        for file in folder.iterdir():
            file.chmod(0o444)
        try:
            yield
        finally:
            folder.chmod(0o755)
        return
    mount, away = shutil.which("mount"), shutil.which("umount")
    assert mount is not None
    assert away is not None
    if subprocess.run([mount, "--bind", str(folder), str(folder)], check=False).returncode:  # noqa: S603 - the machine's own
        pytest.skip("a folder that may only be read: root may not mount here. Run it as another user")
    try:
        subprocess.run([mount, "-o", "remount,ro,bind", str(folder)], check=True)  # noqa: S603
        yield
    finally:
        subprocess.run([away, "--lazy", str(folder)], check=True)  # noqa: S603


def test_readyz_tells_that_the_file_may_only_be_read(app: Flask, client: PageClient, tmp_path: Path) -> None:
    if not is_sqlite(app):
        return  # As above.
    assert client.get("/readyz").json["hindrances"] == []  # type: ignore[index]  # it is an object
    with folder_read_only(tmp_path):
        answer = FlaskClient.open(client, "/readyz")
        assert (answer.status_code, answer.json["hindrances"]) == (503, ["read_only"])  # type: ignore[index]
    assert client.get("/readyz").json["hindrances"] == []  # type: ignore[index]


def test_a_full_disk_says_so_and_saves_nothing(app: Flask, signed_in: SignedIn) -> None:
    if not is_sqlite(app):
        return  # A server's disk is not ours to fill; its code for it is known by hindrance_of.
    client = signed_in(Role.FINANCE)
    token = client.token()
    before = funds()
    db.session.rollback()
    db.engine.dispose()

    def fill(connection: object, _record: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()  # type: ignore[attr-defined]
        connection.execute(f"PRAGMA max_page_count = {pages}")  # type: ignore[attr-defined]

    event.listen(Engine, "connect", fill)
    opened, status, page = 0, 302, ""
    try:
        while status == 302 and opened < 200:
            status, page = open_fund(client, token, f"基金 {opened}")
            opened += status == 302
    finally:
        db.session.rollback()
        db.engine.dispose()
        event.remove(Engine, "connect", fill)
    assert status == 503
    assert "磁盘满了" in page
    assert funds() == before + opened
    assert db.session.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
    assert audit.verify()[1] is None
