"""The commands of awards: draft, export and verify a year from the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from click.testing import Result
from flask import Flask

from app.awards import queries, service
from app.meals import service as meals
from app.roles import Scope
from app.transaction import transaction
from tests.factories.awards import AFTERWARDS, APPROVER, AWARD, assessed, person, published
from tests.factories.settlement import a_meal, a_month, undoing


@pytest.fixture(autouse=True)
def _year(app: Flask) -> Iterator[None]:  # noqa: ARG001 - asked for its context
    a_month()
    published()
    assessed()
    with time_machine.travel(AFTERWARDS, tick=False):
        yield


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["awards", *words])


def test_a_year_is_drafted_and_who_has_none_is_named(app: Flask) -> None:
    answer = run(app, "draft", "--year", "2026")
    assert answer.exit_code == 0, answer.output
    assert "Drafted 2026: 1 new, 0 made again, 0 unchanged, 0 approved." in answer.output
    assert "C02: There is no assessment of this year yet." in answer.output
    assert "1 unchanged" in run(app, "draft", "--year", "2026", "--site", "C01").output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("draft", "--year", "2026", "--site", "C99"), "No canteen C99 was open in 2026."),
        (("draft", "--year", "2027"), "2027 has not begun."),
        (("draft", "--year", "26"), "is not a year"),
        (("verify", "--year", "2026"), "No award of 2026 has been drafted."),
        (("export", "--year", "2026", "-o", "nowhere"), "No award of 2026 has been drafted."),
    ],
)
def test_what_cannot_be_done_is_a_sentence(app: Flask, words: tuple[str, ...], told: str) -> None:
    answer = run(app, *words)
    assert answer.exit_code == 1
    assert told in answer.output


def test_a_year_is_exported_and_verified(app: Flask, tmp_path: Path) -> None:
    run(app, "draft", "--year", "2026")
    answer = run(app, "export", "--year", "2026", "-o", str(tmp_path / "out"), "--format", "csv,xlsx")
    assert "Exported 2026: 1 awards in 4 files" in answer.output
    assert len(list((tmp_path / "out").iterdir())) == 4
    answer = run(app, "verify", "--year", "2026")
    assert (answer.exit_code, answer.output) == (0, "2026: 1 awards agree with the facts.\n")


def test_a_difference_exits_with_1(app: Flask) -> None:
    run(app, "draft", "--year", "2026")
    with transaction():
        meals.take([undoing(70, a_meal(1))], by=person(9), at=AFTERWARDS)
    answer = run(app, "verify", "--year", "2026")
    assert answer.exit_code == 1
    assert f"Award {AWARD}: meals: stored 7, from the facts 6" in answer.output
    assert "1 differences in 1 awards" in answer.output
    run(app, "draft", "--year", "2026")
    assert run(app, "verify", "--year", "2026").exit_code == 0


def test_what_the_command_drafted_a_person_approves(app: Flask) -> None:
    run(app, "draft", "--year", "2026")
    found = queries.award(AWARD, Scope())
    assert found is not None
    seen = found.hash
    with transaction():
        service.approve(AWARD, seen=seen, by=person(APPROVER), at=AFTERWARDS)
    assert "1 approved" in run(app, "draft", "--year", "2026").output
