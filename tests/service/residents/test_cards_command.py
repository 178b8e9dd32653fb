"""The command that prints an area's cards: safe to run twice, 400 in a file, refused with a sentence."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import func, select

from app.extensions import db
from app.residents.models import ResidentCard
from app.residents.rules.facts import ResidentFacts
from app.residents.service import cards
from app.roles import COMMAND
from app.transaction import transaction
from tests.factories.district import area, resident_row

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
HERE, THERE = "430103005001", "430103006001"


@pytest.fixture(autouse=True)
def _people(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        area(HERE)
        area(THERE)
        resident(1, "王秀英")
        resident(2, "李建国")
        resident(3, "单雄", lives_in=THERE)


def resident(number: int, name: str, *, lives_in: str = HERE) -> None:
    facts = ResidentFacts(f"R-{number:06}", date(1950, 5, 1), lives_in, lives_in)
    resident_row(facts, name=name, name_key=f"{number:06}")


def run(app: Flask, *words: object) -> Result:
    return app.test_cli_runner().invoke(args=["residents", "cards", *map(str, words)])


def names_in(file: Path) -> str:
    return "".join("".join(page.extract_text().split()) for page in PdfReader(file).pages)


def how_many() -> int:
    return db.session.execute(select(func.count()).select_from(ResidentCard)).scalar_one()


def test_an_areas_cards_are_issued_and_printed_and_a_second_run_prints_the_same_ones(
    app: Flask, tmp_path: Path
) -> None:
    file = tmp_path / "new folder" / "cards.pdf"
    for _ in range(2):
        answer = run(app, "--area", HERE, "-o", file)
        assert answer.exit_code == 0, answer.output
        assert answer.output == f"2 cards: {file}\n"
        assert names_in(file).count("老年助餐就餐卡") == 2
        assert how_many() == 2
    assert "单雄" not in names_in(file)


def test_holders_can_be_left_out(app: Flask, tmp_path: Path) -> None:
    with transaction():
        cards.issue("R-000001", by=COMMAND, at=NOW)
    file = tmp_path / "cards.pdf"
    assert run(app, "--area", "430103005", "-o", file, "--without-card-only").exit_code == 0
    assert "李建国" in names_in(file)
    assert "王秀英" not in names_in(file)
    file.unlink()
    answer = run(app, "--area", "430103005", "-o", file, "--without-card-only")
    assert (answer.exit_code, answer.output) == (0, "Nobody in 430103005 is to be given a card.\n")
    assert not file.exists()


def test_more_than_four_hundred_fill_several_files(app: Flask, tmp_path: Path) -> None:
    with transaction():
        for number in range(10, 409):
            resident(number, "多人")
    answer = run(app, "--area", HERE, "-o", tmp_path / "cards.pdf")
    assert answer.exit_code == 0, answer.output
    assert len(PdfReader(tmp_path / "cards.pdf").pages) == 50
    assert names_in(tmp_path / "cards-2.pdf").count("老年助餐就餐卡") == 1
    assert how_many() == 401


def test_a_place_that_is_not_there_is_refused(app: Flask, tmp_path: Path) -> None:
    answer = run(app, "--area", "430103999", "-o", tmp_path / "cards.pdf")
    assert answer.exit_code == 1
    assert "no place with the code 430103999" in answer.output
    assert how_many() == 0


def test_a_folder_that_cannot_be_made_is_refused_before_anybody_gets_a_card(
    app: Flask, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    answer = run(app, "--area", HERE, "-o", tmp_path / "taken" / "cards.pdf")
    assert answer.exit_code == 1
    assert "taken" in answer.output
    assert how_many() == 0
