"""The commands of settlement, as an auditor or a timer runs them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import update

from app.settlement.models import Statement
from app.transaction import transaction
from tests.factories.settlement import a_month


@pytest.fixture(autouse=True)
def _october(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    a_month()


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["settlement", *words])


def test_a_month_is_drafted_exported_and_verified(app: Flask, tmp_path: Path) -> None:
    drafted = run(app, "draft", "--month", "2026-10")
    assert drafted.exit_code == 0
    assert "Drafted 2026-10: 2 new, 0 made again, 0 unchanged, 0 handed in." in drafted.stdout
    again = run(app, "draft", "--month", "2026-10", "--site", "C01")
    assert "Drafted 2026-10: 0 new, 0 made again, 1 unchanged, 0 handed in." in again.stdout
    folder = tmp_path / "out"
    for _ in range(2):
        exported = run(app, "export", "--month", "2026-10", "-o", str(folder), "--format", "csv,xlsx,pdf")
        assert exported.exit_code == 0
        assert f"Exported 2026-10: 2 statements in 12 files to {folder}." in exported.stdout
    assert len(list(folder.iterdir())) == 12
    verified = run(app, "verify", "--month", "2026-10")
    assert verified.exit_code == 0
    assert verified.stdout == "2026-10: 2 statements with 9 meals agree with the facts.\n"


def test_verify_prints_each_difference_and_exits_with_1(app: Flask) -> None:
    run(app, "draft", "--month", "2026-10")
    with transaction() as session:
        session.execute(update(Statement).values(persons=40))
    verified = run(app, "verify", "--month", "2026-10")
    assert verified.exit_code == 1
    assert verified.stdout.splitlines() == [
        "Statement 202610-C01-01: total persons: stored 40, from the facts 3",
        "Statement 202610-C02-01: total persons: stored 40, from the facts 1",
    ]
    assert "2 differences in 2 statements" in verified.stderr


def test_a_site_that_is_not_drafted_is_named_by_verify(app: Flask) -> None:
    run(app, "draft", "--month", "2026-10", "--site", "C01")
    verified = run(app, "verify", "--month", "2026-10")
    assert verified.exit_code == 0
    assert "Sites with meals but no statement: C02." in verified.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("draft", "--month", "2026-1"), "“2026-1” is not a month"),
        (("draft", "--month", "2026-12"), "No meals were served in 2026-12"),
        (("draft", "--month", "2026-10", "--site", "C99"), "No site C99"),
        (("export", "--month", "2026-10", "-o", "out", "--format", "docx"), "“docx” is not a format"),
        (("export", "--month", "2026-10", "-o", "out"), "No statement of 2026-10 has been drafted"),
        (("verify", "--month", "2026-10"), "No statement of 2026-10 has been drafted"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(app: Flask, words: tuple[str, ...], sentence: str) -> None:
    refused = run(app, *words)
    assert refused.exit_code == 1
    assert sentence in refused.stderr
    assert "Traceback" not in refused.output


def test_a_folder_that_cannot_be_made_is_refused_in_words(app: Flask, tmp_path: Path) -> None:
    assert run(app, "draft", "--month", "2026-10").exit_code == 0
    (tmp_path / "file").touch()
    refused = run(app, "export", "--month", "2026-10", "-o", str(tmp_path / "file" / "folder"))
    assert refused.exit_code == 1
    assert refused.stderr == (
        f"Error: {tmp_path / 'file' / 'folder'} cannot be read or written: Not a directory. "
        "Choose another file or folder.\n"
    )
