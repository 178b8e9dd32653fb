"""What commands say at the terminal when the machine, not the person, refuses them."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.meals.forms.file import MEALS_FILE
from app.meals.models import LedgerRecord
from app.transaction import transaction
from tests.factories.district import canteen
from tests.support.databases import application


def test_a_database_without_tables_is_a_sentence(tmp_path: Path) -> None:
    app = application(tmp_path, f"sqlite:///{tmp_path / 'new.sqlite'}")
    refused = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert refused.exit_code == 1
    assert refused.stderr == (
        "Error: The database cannot be used: no such table: audit_head. "
        "If it is new, or older than the program, run: flask db upgrade\n"
    )


def test_no_row_is_taken_while_the_bad_ones_have_no_folder(app: Flask, tmp_path: Path) -> None:
    with transaction():
        canteen("C01")
    good = (
        "0193a5c4-7f00-7000-8000-000000000001,R-1,C01,2026-11-20,lunch,dine_in,1500,"
        "2026-11-20T11:42:07+08:00,U-1,,,"
    )
    bad = good.replace("lunch", "tea").replace("0001", "0002")
    file = tmp_path / "meals.csv"
    file.write_text("\n".join([",".join(MEALS_FILE.names), good, bad]), encoding="utf-8")
    nowhere = tmp_path / "nowhere" / "bad.csv"
    words = ["meals", "import", str(file), str(nowhere), "--skip-bad-rows"]
    refused = app.test_cli_runner().invoke(args=words)
    assert refused.exit_code == 1
    assert refused.stderr == f"Error: There is no folder {nowhere.parent}. Choose another file.\n"
    assert db.session.scalar(select(func.count()).select_from(LedgerRecord)) == 0
    nowhere.parent.mkdir()
    assert app.test_cli_runner().invoke(args=words).exit_code == 0
    assert "tea" in nowhere.read_text(encoding="utf-8")
