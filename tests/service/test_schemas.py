"""Several districts in one PostgreSQL database, a schema each: none sees, blocks or harms another."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pyrage
import pytest
from alembic import command
from flask import Flask
from sqlalchemy import create_engine, func, make_url, select, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from app import clock
from app.audit import service as audit
from app.cli.grants import grant_to
from app.cli.migrations import alembic_settings
from app.errors import DomainError
from app.extensions import db
from app.jobs.service.broker import send
from app.locks import lock_names, lock_space
from app.residents.models import Resident
from app.residents.service import register
from app.roles import COMMAND
from app.transaction import transaction
from app.upkeep import service as upkeep
from tests.factories.residents import identity_of, person
from tests.support.databases import Template, application, only_on
from tests.support.postgres import programs
from tests.support.redis import NoRedis, running_redis

pytestmark = only_on("postgresql")
"""A schema is PostgreSQL's; an embedded database holds one district."""

AT = datetime(2026, 11, 27, 4, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class District:
    """A district's own application on its own schema."""

    schema: str
    owner: str
    serving: str
    app: Flask
    folder: Path

    def people(self) -> int:
        """Count who is registered."""
        with self.app.app_context():
            return db.session.execute(select(func.count()).select_from(Resident)).scalar_one()

    def register(self, *sequences: int) -> list[str]:
        """Register people; give their numbers."""
        made = []
        with self.app.app_context():
            for sequence in sequences:
                with transaction():
                    made.append(
                        register(identity_of(sequence), person(), by=COMMAND, at=clock.now()).resident_no
                    )
        return made


def within(database: str, schema: str, *, role: str = "") -> str:
    url = make_url(database).update_query_dict({"options": f"-csearch_path={schema}"})
    return (url.set(username=role) if role else url).render_as_string(hide_password=False)


@pytest.fixture(scope="module")
def two(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[District]]:
    """Give two districts in one database, one that was there and moved in, one made anew."""
    folder = tmp_path_factory.mktemp("schemas")
    with template.copy(folder, as_owner=True) as database:
        engine = create_engine(database)
        with engine.begin() as connection:
            connection.execute(text("ALTER SCHEMA public RENAME TO tianxin"))
            connection.execute(text("CREATE SCHEMA yuhua"))
        engine.dispose()
        serving = (make_url(database).username or "").replace("_owner", "_serving")
        districts = []
        for schema in ("tianxin", "yuhua"):
            own = folder / schema
            own.mkdir()
            owner = within(database, schema)
            app = application(own, owner)
            districts.append(District(schema, owner, within(database, schema, role=serving), app, own))
            with app.app_context():
                command.upgrade(alembic_settings(), "head")
                assert db.session.execute(text("SELECT count(*) FROM alembic_version")).scalar_one() == 1
        yield districts
        for district in districts:
            with district.app.app_context():
                db.engine.dispose()


def test_both_work_at_once_and_neither_sees_the_others_facts(two: list[District]) -> None:
    before = [each.people() for each in two]
    working = [Thread(target=each.register, args=range(1, 11)) for each in two]
    for each in working:
        each.start()
    for each in working:
        each.join(60)
    assert [each.people() for each in two] == [count + 10 for count in before]
    assert two[0].register(99) == two[1].register(99), "numbers and identity numbers are each district's own"
    for district in two:
        with district.app.app_context():
            entries, broken = audit.verify()
            assert broken is None
            assert entries >= 11
            with pytest.raises(DBAPIError, match="append-only"), transaction():
                db.session.execute(text("DELETE FROM audit_entry"))
        with pytest.raises(DomainError):
            district.register(99)


@contextmanager
def session_of(district: District, *, as_server: bool = False) -> Iterator[Session]:
    engine = create_engine(district.serving if as_server else district.owner)
    with Session(engine) as session:
        session.execute(text("SET lock_timeout = '300ms'"))
        yield session
        session.rollback()
    engine.dispose()


def test_a_lock_of_one_keeps_nobody_of_the_other_waiting(two: list[District]) -> None:
    ours, theirs = two
    with session_of(ours) as holding, session_of(theirs) as other, session_of(ours) as same:
        lock_space(holding, "ledger")
        lock_space(other, "ledger")
        with pytest.raises(OperationalError):
            lock_space(same, "ledger")
        same.rollback()
        same.execute(text("SET lock_timeout = '300ms'"))
        lock_names(holding, "resident", ["R-000001"])
        lock_names(other, "resident", ["R-000001"])
        with pytest.raises(OperationalError):
            lock_names(same, "resident", ["R-000001"])


def test_whoever_serves_a_district_has_no_way_into_the_other(two: list[District]) -> None:
    ours, theirs = two
    with ours.app.app_context():
        grant_to(make_url(ours.serving).username or "")
    engine = create_engine(ours.serving)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM resident")).scalar_one() == ours.people()
        for refused in (
            f"SELECT count(*) FROM {theirs.schema}.resident",  # noqa: S608 - a name of ours
            "UPDATE audit_entry SET action = 'nothing'",
            "CREATE TABLE more (id int)",
        ):
            connection.rollback()
            with pytest.raises(DBAPIError, match="permission denied"):
                connection.execute(text(refused))
    engine.dispose()


def test_one_is_migrated_while_the_other_stays(two: list[District]) -> None:
    ours, theirs = two
    with ours.app.app_context():
        newest = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    with theirs.app.app_context():
        command.downgrade(alembic_settings(), "-1")
        assert db.session.execute(text("SELECT version_num FROM alembic_version")).scalar_one() < newest
        db.session.rollback()
    with ours.app.app_context():
        assert db.session.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == newest
        db.session.rollback()
    with theirs.app.app_context():
        command.upgrade(alembic_settings(), "head")


def test_one_is_backed_up_and_put_back_while_the_other_is_at_work(
    two: list[District], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{programs()}{os.pathsep}{os.environ['PATH']}")
    ours, theirs = two
    pair = pyrage.x25519.Identity.generate()
    key = ours.folder / "key"
    key.write_text(str(pair), encoding="ascii")
    theirs.register(201)
    ours.register(201)
    people = [each.people() for each in two]
    with ours.app.app_context():
        made = upkeep.create(ours.folder, public_key=str(pair.to_public()), by=COMMAND, at=AT)
        assert upkeep.verify(made, key=key).tables["resident"].rows == people[0]
    ours.register(202)
    with theirs.app.app_context():
        with pytest.raises(DomainError, match="tianxin"):
            upkeep.restore(made, key=key, is_replacing=True, by=COMMAND, at=AT)
        db.session.rollback()
    assert theirs.people() == people[1], "another district's backup changes nothing"
    with session_of(theirs) as working:
        working.execute(text("SELECT count(*) FROM resident"))
        with ours.app.app_context():
            db.engine.dispose()
            upkeep.restore(made, key=key, is_replacing=True, by=COMMAND, at=AT)
            assert audit.verify()[1] is None
    assert [each.people() for each in two] == people
    with ours.app.app_context():
        grant_to(make_url(ours.serving).username or "")
    with session_of(ours, as_server=True) as in_the_way, ours.app.app_context():
        in_the_way.execute(text("SELECT count(*) FROM resident"))
        with pytest.raises(DomainError, match="in use"):
            upkeep.restore(made, key=key, is_replacing=True, by=COMMAND, at=AT)


def test_on_one_redis_each_has_its_own_queue(tmp_path: Path, template: Template) -> None:
    assert template
    try:
        with running_redis(tmp_path) as broker:
            send(broker, "430103", [1, 2])
            send(broker, "430111", [3])
            redis = pytest.importorskip("redis").Redis.from_url(broker)
            lengths = {
                district: redis.llen(f"meal_circle.{district}:meal_circle.{district}")
                for district in ("430103", "430111")
            }
            redis.close()
    except NoRedis as missing:
        pytest.skip(f"queues of districts: {missing}")
    assert lengths == {"430103": 2, "430111": 1}
