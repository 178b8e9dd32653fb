"""A new sealing key takes the old one's place, also when the rotation is killed in its midst."""

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
from sqlalchemy import func, insert, select, text, update

from app.audit.models import AuditEntry, AuditHead
from app.extensions import db
from app.privacy.queries.sealed import sealed_columns
from app.residents.models import Resident
from app.sealing import keyring
from config import DEMO_SEALING_KEY, Config
from tests.factories.rows import LONG_AGO, a_row_everywhere
from tests.support.source import ROOT

NEW = base64.b64encode(b"n" * 32).decode()
MANY = 1500


@pytest.fixture
def _rows(app: Flask) -> Iterator[None]:
    """Put a row into every table, and many residents with a phone, all under the old key."""
    assert app
    with db.engine.begin() as connection:
        a_row_everywhere(connection)
        connection.execute(update(AuditHead).values(seq=1))  # The entry that was just put there.
        connection.execute(
            insert(Resident),
            [
                {
                    "resident_no": f"R-{number}",
                    "name": "测试",
                    "name_key": "ceshi",
                    "search_keys": " ceshi ",
                    "phone": f"139{number:08d}",
                    "birth_on": LONG_AGO.date(),
                    "registered_area": "430103005012",
                    "residence_area": "430103005012",
                    "address": "",
                    "registered_at": LONG_AGO,
                }
                for number in range(MANY)
            ],
        )
    yield
    keyring.load(base64.b64decode(DEMO_SEALING_KEY))


def with_new_key(database: str, folder: Path, *, older: str = DEMO_SEALING_KEY) -> dict[str, str]:
    given = {"DATABASE_URL": database, "DATA_DIR": str(folder), "SEALING_KEY": NEW, "LC_ALL": "C.UTF-8"}
    return os.environ | given | ({"SEALING_KEYS_OLD": older} if older else {})


def rotation(database: str, folder: Path, *arguments: str, older: str = DEMO_SEALING_KEY) -> list[str]:
    """Run a command of the keys to its end; give what it printed, and how it ended last."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "flask", "--app", "wsgi", "keys", *arguments],
        cwd=ROOT,
        env=with_new_key(database, folder, older=older),
        capture_output=True,
        text=True,
        check=False,
    )
    return [*done.stdout.splitlines(), *done.stderr.splitlines(), str(done.returncode)]


def left() -> int:
    """Count the phones that are not under the new key yet."""
    db.session.rollback()
    phone = next(each for each in sealed_columns() if each.name == "resident.phone")
    mark = keyring.mark
    keyring.load(b"n" * 32)
    new_mark = keyring.mark
    keyring.load(base64.b64decode(DEMO_SEALING_KEY))
    assert keyring.mark == mark
    query = select(func.count()).where(
        phone.column.is_not(None), func.substr(phone.raw, 1, len(new_mark)) != new_mark
    )
    return db.session.execute(query).scalar_one()


@pytest.mark.usefixtures("_rows")
def test_a_killed_rotation_goes_on_and_everything_opens_with_the_new_key_alone(
    database: str, tmp_path: Path
) -> None:
    columns = {each.name for each in sealed_columns()}
    assert {
        "resident.phone",
        "resident.identity_number",
        "payee_account.number",
        "user.factor_secret",
    } <= columns
    all_of_them = left()
    with subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "keys", "rotate", "--batch", "20"],
        cwd=ROOT,
        env=with_new_key(database, tmp_path),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        next(line for line in process.stdout if line.startswith("resident.phone"))
        process.send_signal(signal.SIGKILL)
        process.wait()
    in_the_midst = left()
    assert 0 < in_the_midst < all_of_them

    # Meanwhile the server reads both, and what it writes is under the new key.
    keyring.load(b"n" * 32, older=[base64.b64decode(DEMO_SEALING_KEY)])
    phones = set(db.session.execute(select(Resident.phone)).scalars())
    assert {f"139{number:08d}" for number in range(MANY)} <= phones
    keyring.load(base64.b64decode(DEMO_SEALING_KEY))
    db.session.rollback()

    done = rotation(database, tmp_path, "rotate")
    assert done[-1] == "0", done
    assert left() == 0
    checked = rotation(database, tmp_path, "check", older="")
    assert checked[-1] == "0", checked
    assert all("0 under an older key, 0 do not open" in line for line in checked[:-1])
    assert len(checked) - 1 == len(columns) + 2, "and the two columns that identity numbers are found by"
    db.session.rollback()
    assert "keys.rotated" in set(db.session.execute(select(AuditEntry.action)).scalars())
    assert rotation(database, tmp_path, "rotate")[-1] == "0", "again, it has nothing to do"


@pytest.mark.usefixtures("_rows")
def test_what_does_not_open_is_named_and_left_as_it_is(database: str, tmp_path: Path) -> None:
    with db.engine.begin() as connection:
        raw = next(each for each in sealed_columns() if each.name == "resident.phone").raw
        before = connection.execute(select(raw).where(Resident.resident_no == "R-7")).scalar_one()
        sql = "UPDATE resident SET phone = :broken WHERE resident_no = 'R-7'"
        from_driver = bytes(before[:-1]) + bytes([before[-1] ^ 1])
        connection.execute(text(sql), {"broken": from_driver})
    done = rotation(database, tmp_path, "rotate")
    assert done[-1] == "1"
    assert any("1 fields do not open" in line for line in done)
    assert rotation(database, tmp_path, "check")[-1] == "1"
    assert left() == 1


def test_a_new_key_is_written_so_that_everything_still_opens(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    first = Config(mode="production", data_dir=folder)
    keyring.load(first.sealing_key_bytes)
    sealed, index = keyring.seal("13900001111", context="a"), keyring.index("1", context="a")
    given = os.environ | {"MODE": "production", "DATA_DIR": str(folder), "LC_ALL": "C.UTF-8"}
    for words in (("db", "upgrade"), ("keys", "new"), ("keys", "rotate"), ("keys", "new")):
        subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "flask", "--app", "wsgi", *words], cwd=ROOT, env=given, check=True
        )
    now = Config(mode="production", data_dir=folder)
    assert now.sealing_key_bytes != first.sealing_key_bytes
    assert first.sealing_key_bytes in now.older_keys
    assert len(now.older_keys) == 2
    keyring.load(now.sealing_key_bytes, older=now.older_keys, index_key=now.index_key_bytes)
    assert keyring.unseal(sealed, context="a") == "13900001111"
    assert keyring.index("1", context="a") == index
    assert {path.stat().st_mode & 0o777 for path in folder.glob("*key*")} == {0o600}
    keyring.load(base64.b64decode(DEMO_SEALING_KEY))
