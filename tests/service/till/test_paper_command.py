"""The command that prints a stock of paper: new numbers each time, and never over another file."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import func, select

from app.extensions import db
from app.till.models import PaperSheet
from app.till.rules.paper import sheet_no
from app.transaction import transaction
from tests.factories.district import canteen
from tests.support.databases import SqliteTemplate, Template


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Give SQLite alone: commands are the same on both."""
    return SqliteTemplate(tmp_path_factory.mktemp("paper"))


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:  # noqa: ARG001 - asked for its context
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    with transaction():
        canteen("C01")


def run(app: Flask, output: Path, **options: str) -> Result:
    given = {"site": "C01", "on": "2026-11-23", "sitting": "lunch", "count": "2", **options}
    arguments = [word for name, value in given.items() for word in (f"--{name}", value)]
    return app.test_cli_runner().invoke(args=["tablets", "paper", *arguments, "-o", str(output)])


def sheets() -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(PaperSheet)).scalar_one()


def test_a_stock_of_sheets_is_written_and_the_next_goes_on_from_it(app: Flask, tmp_path: Path) -> None:
    first, second = tmp_path / "first.pdf", tmp_path / "second.pdf"
    assert run(app, first).output == f"2 sheets from {sheet_no(1)} to {sheet_no(2)}. Written to {first}.\n"
    assert run(app, second, count="1").exit_code == 0
    pages = ["".join(page.extract_text().split()) for page in PdfReader(first).pages]
    assert [sheet_no(1) in pages[0], sheet_no(2) in pages[1]] == [True, True]
    assert all("C01老年食堂" in page and "2026年11月23日" in page and "午餐" in page for page in pages)
    assert sheet_no(3) in "".join(PdfReader(second).pages[0].extract_text().split())
    assert sheets() == 3


def test_after_a_restored_backup_the_numbers_go_on_after_a_sheet_that_is_not_known_any_more(
    app: Flask, tmp_path: Path
) -> None:
    assert run(app, tmp_path / "1.pdf", after=sheet_no(500)).exit_code == 0
    assert run(app, tmp_path / "2.pdf", after=sheet_no(7)).exit_code == 0
    db.session.rollback()
    numbers = db.session.execute(select(PaperSheet.sheet_no).order_by(PaperSheet.id)).scalars().all()
    assert numbers == [sheet_no(number) for number in (501, 502, 503, 504)]


def test_a_file_that_is_there_is_not_written_over_and_no_number_is_spent(app: Flask, tmp_path: Path) -> None:
    there = tmp_path / "there.pdf"
    there.write_bytes(b"sheets of yesterday")
    for output in (there, tmp_path / "nowhere" / "x.pdf"):
        refused = run(app, output)
        assert (refused.exit_code, "Choose another file" in refused.output) == (1, True)
    assert there.read_bytes() == b"sheets of yesterday"
    assert sheets() == 0


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("site", "C09", "no site C09"),
        ("on", "tomorrow", "tomorrow"),
        ("sitting", "supper", "supper"),
        ("count", "0", "0"),
        ("count", "21", "21"),
        ("after", "P-000123-5", "P-000123-5"),
    ],
)
def test_what_cannot_be_printed_is_refused_in_a_sentence(
    app: Flask, tmp_path: Path, option: str, value: str, told: str
) -> None:
    refused = run(app, tmp_path / "x.pdf", **{option: value})
    assert refused.exit_code != 0
    assert told in refused.output
    assert not (tmp_path / "x.pdf").exists()
    assert sheets() == 0
