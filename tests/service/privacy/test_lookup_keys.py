"""A new key of look-ups takes the old one's place; residents are found before, meanwhile and afterwards."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert, select

from app import clock
from app.errors import DomainError
from app.extensions import db
from app.residents import queries
from app.residents.models import Resident
from app.residents.service import register
from app.roles import COMMAND
from app.sealing import founding_index_key, keyring
from app.till import queries as till
from app.till.models import QuarantinedRecord
from app.transaction import transaction
from config import DEMO_SEALING_KEY, Config
from tests.factories.delivery import kitchen
from tests.factories.residents import id_number, identity_of, person
from tests.factories.rows import LONG_AGO
from tests.factories.till import enrolled, record
from tests.support.source import ROOT

DEMO = base64.b64decode(DEMO_SEALING_KEY)
NEW = b"l" * 32
MANY = 1200
FIRST, LAST, UNKNOWN, LATE = 1, MANY, MANY + 1, MANY + 2


def load(*, is_old: bool = True, is_new: bool = True) -> None:
    """Be a process with the old key of look-ups, the new one, or both."""
    newest = NEW if is_new else founding_index_key(DEMO)
    keyring.load(
        DEMO, lookup_key=newest, older_lookups=[founding_index_key(DEMO)] if is_old and is_new else []
    )


@pytest.fixture(autouse=True)
def _people(app: Flask) -> Iterator[None]:
    """Put many residents under the old key, and a record of somebody whom nobody has registered."""
    assert app
    load(is_new=False)
    with db.engine.begin() as connection:
        connection.execute(
            insert(Resident),
            [
                {
                    "resident_no": f"R-{number:06d}",
                    "name": "测试",
                    "name_key": "ceshi",
                    "search_keys": " ceshi ",
                    "identity_number": id_number(number),
                    "identity_index": queries.identity_lookups(id_number(number))[0],
                    "birth_on": LONG_AGO.date(),
                    "registered_area": "430103005012",
                    "residence_area": "430103005012",
                    "address": "",
                    "registered_at": LONG_AGO,
                }
                for number in range(1, MANY + 1)
            ],
        )
    with transaction():
        kitchen("C01")
    tablet = enrolled(app)
    tablet.send(record(1, resident=id_number(UNKNOWN)), record(2, resident=id_number(LATE)))
    yield
    keyring.load(DEMO)


def environment(database: str, folder: Path, *, is_old: bool = True) -> dict[str, str]:
    given = {
        "DATABASE_URL": database,
        "DATA_DIR": str(folder),
        "LOOKUP_KEY": base64.b64encode(NEW).decode(),
        "LC_ALL": "C.UTF-8",
    }
    older = base64.b64encode(founding_index_key(DEMO)).decode()
    return os.environ | given | ({"LOOKUP_KEYS_OLD": older} if is_old else {})


def keys(database: str, folder: Path, *arguments: str, is_old: bool = True) -> list[str]:
    """Run a command of the keys; give what it printed, and how it ended last."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "flask", "--app", "wsgi", "keys", *arguments],
        cwd=ROOT,
        env=environment(database, folder, is_old=is_old),
        capture_output=True,
        text=True,
        check=False,
    )
    return [*done.stdout.splitlines(), *done.stderr.splitlines(), str(done.returncode)]


def found() -> list[str | None]:
    """Look the first and the last resident up by their whole numbers."""
    db.session.rollback()
    those = [queries.resident_of_identity(id_number(each)) for each in (FIRST, LAST)]
    return [None if each is None else each.resident_no for each in those]


def under_the_old() -> int:
    db.session.rollback()
    load(is_new=False)
    old = {queries.identity_lookups(id_number(number))[0] for number in range(1, MANY + 1)}
    load()
    held = set(db.session.execute(select(Resident.identity_index)).scalars())
    return len(held & old)


def killed_in_its_midst(database: str, folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "keys", "rotate", "--batch", "20"],
        cwd=ROOT,
        env=environment(database, folder),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        next(line for line in process.stdout if line.startswith("resident.identity_index"))
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert 0 < under_the_old() < MANY


BOTH = ["R-000001", f"R-{MANY:06d}"]


def test_everybody_is_found_while_a_rotation_that_was_killed_waits_to_go_on(
    database: str, tmp_path: Path
) -> None:
    load()
    assert found() == BOTH, "before it, under the old key"
    killed_in_its_midst(database, tmp_path)
    assert found() == BOTH, "one of them under each key"

    # Nobody is registered twice meanwhile, and who comes in is found by whoever waited for them.
    with pytest.raises(DomainError), transaction():
        register(identity_of(LAST), person(), by=COMMAND, at=clock.now())
    with transaction():
        late = register(identity_of(LATE), person(), by=COMMAND, at=clock.now()).resident_no
    db.session.rollback()
    waiting = select(QuarantinedRecord.id).where(QuarantinedRecord.settled_at.is_(None))
    assert len(db.session.execute(waiting).all()) == 1, "that of the one who came in went into the ledger"

    assert keys(database, tmp_path, "rotate")[-1] == "0"
    assert under_the_old() == 0
    checked = keys(database, tmp_path, "check", is_old=False)
    assert checked[-1] == "0"
    assert [line for line in checked if "identity_index" in line] == [
        "resident.identity_index: 0 under an older key, 0 do not open",
        "quarantined_record.identity_index: 0 under an older key, 0 do not open",
    ]
    load(is_old=False)
    assert found() == BOTH, "under the new key alone"
    assert queries.resident_of_identity(id_number(LATE)).resident_no == late  # type: ignore[union-attr]
    unknown = queries.identity_lookups(id_number(UNKNOWN))
    assert len(till.waiting_for(unknown)) == 1, "a record of somebody unknown waits under the new key"
    load(is_new=False)
    assert found() == [None, None], "whoever has the old key finds nobody"


def test_a_fact_that_names_an_identity_number_still_finds_its_resident(database: str, tmp_path: Path) -> None:
    named = queries.identity_index(id_number(LAST))
    assert keys(database, tmp_path, "rotate")[-1] == "0"
    load(is_old=False)
    db.session.rollback()
    assert queries.identity_index(id_number(LAST)) == named, "facts are compared by it: it stays"
    assert queries.number_named_by(named) == BOTH[1]
    assert queries.number_named_by("0" * 32) is None


def test_a_new_key_is_written_beside_the_one_of_now(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    first = Config(mode="production", data_dir=folder)
    given = os.environ | {"MODE": "production", "DATA_DIR": str(folder), "LC_ALL": "C.UTF-8"}
    for words in (("db", "upgrade"), ("keys", "new", "--lookup"), ("keys", "new", "--lookup")):
        subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "flask", "--app", "wsgi", *words], cwd=ROOT, env=given, check=True
        )
    now = Config(mode="production", data_dir=folder)
    assert now.older_lookup_keys[-1] == founding_index_key(first.sealing_key_bytes)
    assert len({now.lookup_key_bytes, *now.older_lookup_keys}) == 3
    assert (now.sealing_key_bytes, now.older_keys) == (first.sealing_key_bytes, [])
    assert {path.stat().st_mode & 0o777 for path in folder.glob("*key*")} == {0o600}


def test_no_key_is_made_while_rows_wait_for_the_one_before(database: str, tmp_path: Path) -> None:
    told = keys(database, tmp_path, "new", "--lookup", "-o", str(tmp_path / "made"))
    assert told[-1] == "1"
    assert any("keys rotate" in line for line in told)
    assert not (tmp_path / "made").exists()
