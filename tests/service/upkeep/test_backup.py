"""Backups are encrypted, are proven by a drill, and are put back with nothing thrown away."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import Select, String, column, create_engine, select, table, text

from app.audit import service as audit
from app.audit.models import AuditEntry
from app.demo.service.make import DemoSize, make_demo
from app.extensions import db
from app.model import Base
from app.residents.models import Resident
from app.roles import COMMAND
from app.transaction import transaction
from app.upkeep import service
from app.upkeep.rules.manifest import Contents, Manifest
from tests.support.postgres import programs

pytestmark = pytest.mark.as_owner
AT = datetime(2026, 11, 27, 18, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 27, 19, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _programs_of_the_server(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    if app.config["MEAL_CIRCLE"].database_url.startswith("postgresql"):
        monkeypatch.setenv("PATH", f"{programs()}{os.pathsep}{os.environ['PATH']}")


class Kept:
    """A backup of a small district, its folder and its key."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.key = folder / "kept", folder / "key"
        self.public_key = service.make_key(self.key)
        with transaction():
            make_demo(DemoSize(20, 1, 1), by=COMMAND, at=AT, tell=lambda _sentence: None)
        self.entries = audit.verify()[0]
        self.file = service.create(self.folder, public_key=self.public_key, by=COMMAND, at=AT)


@pytest.fixture
def kept(app: Flask, tmp_path: Path) -> Kept:  # noqa: ARG001 - inside its context
    return Kept(tmp_path)


def act(subject: str = "thing:1") -> None:
    with transaction():
        audit.record("thing.done", subject, by=COMMAND, at=AT)


def acts() -> list[str]:
    found = list(db.session.execute(text("SELECT action FROM audit_entry ORDER BY seq")).scalars())
    db.session.rollback()
    return found


def run(app: Flask, *words: object) -> Result:
    return app.test_cli_runner().invoke(args=["backup", *map(str, words)])


def test_a_backup_is_one_file_that_shows_nothing_of_anybody(kept: Kept) -> None:
    assert [path.name for path in kept.folder.iterdir()] == ["meal-circle-20261128T020000.backup"]
    assert kept.file.stat().st_mode & 0o077 == 0
    name = db.session.execute(text("SELECT name FROM resident LIMIT 1")).scalar_one()
    content = kept.file.read_bytes()
    assert content.startswith(b"age-encryption.org/v1")
    assert name.encode() not in content
    assert b"manifest" not in content


def test_the_trail_tells_that_it_was_made(kept: Kept) -> None:
    newest = db.session.query(AuditEntry).order_by(AuditEntry.seq.desc()).first()
    assert newest is not None
    assert newest.action == "backup.made"
    assert newest.subject == f"backup:{kept.file.name}"
    assert str(kept.file.stat().st_size) in newest.detail


def test_a_drill_finds_every_table_as_it_was(app: Flask, kept: Kept) -> None:
    act()
    done = run(app, "verify", kept.file, "--key", kept.key)
    assert done.exit_code == 0, done.output
    tables = service.verify(kept.file, key=kept.key).tables
    assert tables["audit_entry"].rows == kept.entries
    assert tables["resident"].rows == db.session.query(Resident).count()
    assert set(tables) == {*Base.metadata.tables, "alembic_version"}
    assert acts()[-1] == "thing.done", "the drill touched the database in use"


def test_what_was_there_at_the_backup_comes_back_and_what_came_after_is_kept_beside(
    app: Flask, kept: Kept
) -> None:
    people = db.session.query(Resident).count()
    act("thing:lost")
    done = run(app, "restore", kept.file, "--key", kept.key, "--replace")
    assert done.exit_code == 0, done.output
    assert acts()[kept.entries - 1 :][1:] == ["backup.restored"]
    assert audit.verify() == (kept.entries + 1, None)
    assert db.session.query(Resident).count() == people
    aside = re.search(r"before.restore.\d{8}T\d{6}", done.output)
    assert aside is not None, done.output
    assert acts_kept(aside[0])[-2:] == ["backup.made", "thing.done"]


def acts_kept(aside: str) -> list[str]:
    """Read the trail of what was kept: another file, or another schema of the same database."""
    url = db.engine.url
    wanted: Select[str] = select(column("action", String)).order_by(column("seq"))
    if url.get_backend_name() == "sqlite":
        other, trail = create_engine(url.set(database=f"{url.database}.{aside}")), table("audit_entry")
    else:
        other, trail = db.engine, table("audit_entry", schema=aside)
    with other.connect() as connection:
        return list(connection.execute(wanted.select_from(trail)).scalars())


def test_the_trail_cannot_be_altered_after_a_restoring_either(kept: Kept) -> None:
    service.restore(kept.file, key=kept.key, is_replacing=True, by=COMMAND, at=LATER)
    with pytest.raises(Exception, match="append-only"), transaction():
        db.session.execute(text("DELETE FROM audit_entry"))


def test_a_restored_database_is_backed_up_and_restored_as_any_other(kept: Kept) -> None:
    service.restore(kept.file, key=kept.key, is_replacing=True, by=COMMAND, at=LATER)
    again = service.create(kept.folder, public_key=kept.public_key, by=COMMAND, at=LATER)
    service.restore(again, key=kept.key, is_replacing=True, by=COMMAND, at=LATER.replace(minute=5))
    assert audit.verify() == (kept.entries + 2, None)


def test_a_database_that_is_not_empty_is_left_alone_unless_told(app: Flask, kept: Kept) -> None:
    before = acts()
    refused = run(app, "restore", kept.file, "--key", kept.key)
    assert refused.exit_code == 1
    assert "--replace" in refused.output
    assert acts() == before


@contextmanager
def someone_connected() -> Iterator[None]:
    engine = create_engine(db.engine.url)
    with engine.connect() as connection:
        connection.execute(text("SELECT count(*) FROM resident"))
        yield
    engine.dispose()


def test_nothing_is_put_back_under_a_server_that_runs(app: Flask, kept: Kept) -> None:
    before = acts()
    with someone_connected():
        refused = run(app, "restore", kept.file, "--key", kept.key, "--replace")
    assert refused.exit_code == 1
    assert "Stop the server" in refused.output
    assert acts() == before


@pytest.mark.parametrize("harm", ["a byte", "cut off", "another file", "another key"])
def test_what_cannot_be_opened_or_was_altered_changes_nothing(
    app: Flask, kept: Kept, tmp_path: Path, harm: str
) -> None:
    before = acts()
    content, key = bytearray(kept.file.read_bytes()), kept.key
    if harm == "a byte":
        content[len(content) // 2] ^= 1
    elif harm == "cut off":
        del content[-1000:]
    elif harm == "another file":
        content = bytearray(b"a picture")
    else:
        key = tmp_path / "other"
        service.make_key(key)
    kept.file.write_bytes(content)
    for words in (["verify"], ["restore", "--replace"]):
        refused = run(app, words[0], kept.file, "--key", key, *words[1:])
        assert refused.exit_code == 1, refused.output
        assert "cannot be opened" in refused.output
    assert acts() == before
    assert [path.name for path in kept.folder.iterdir()] == [kept.file.name]


def test_a_key_that_is_none_and_a_file_that_is_there_are_refused(
    app: Flask, kept: Kept, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.write_text("nothing")
    assert "no secret key" in run(app, "verify", kept.file, "--key", empty).output
    taken = run(app, "key", "-o", kept.key)
    assert taken.exit_code == 1
    assert kept.key.read_text().startswith("AGE-SECRET-KEY-")


def test_without_a_recipient_there_is_no_backup(app: Flask, tmp_path: Path) -> None:
    refused = run(app, "create", "-o", tmp_path / "kept")
    assert refused.exit_code == 1
    assert "flask backup key" in refused.output


def test_a_backup_made_while_others_write_is_of_one_moment(kept: Kept, app: Flask) -> None:
    enough = Event()

    def write() -> None:
        with app.app_context():
            while not enough.is_set():
                act()

    writer = Thread(target=write)
    writer.start()
    try:
        file = service.create(kept.folder, public_key=kept.public_key, by=COMMAND, at=LATER)
    finally:
        enough.set()
        writer.join()
    # The drill compares every table, the trail and its head among them.
    tables = service.verify(file, key=kept.key).tables
    assert tables["audit_entry"].rows > kept.entries
    assert audit.verify()[1] is None


def test_a_manifest_is_read_as_it_was_written_and_names_what_differs() -> None:
    made = Manifest(
        AT, "sqlite", "0030", {"a": Contents(2, "f"), "b": Contents(1, "e"), "c": Contents(1, "d")}
    )
    assert Manifest.from_json(made.to_json()) == made
    assert made.differences(made.tables) == []
    found = made.differences({"a": Contents(3, "f"), "b": Contents(1, "0"), "d": Contents(0, "0")})
    assert [str(each).partition(":")[0] for each in found] == ["a", "b", "c", "d"]
