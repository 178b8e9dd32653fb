"""Taking in a file of meals: by the page and by the command."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.meals.models import LedgerRecord
from app.roles import Role
from app.sheet.form import DEFAULT_LIMITS
from app.transaction import transaction
from tests.factories.district import canteen, elder, policy_row
from tests.factories.facts import policy
from tests.factories.meals import NOON, meal_cells
from tests.factories.residents import csv_file
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
PAGE = "/meals/import"
pytestmark = pytest.mark.usefixtures("_district")


@pytest.fixture
def _district(app: object) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        canteen("C01")
        elder("R-000001")
        policy_row(policy())


def records() -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(LedgerRecord)).scalar_one()


def sent(client: PageClient, *rows: Mapping[str, str], **fields: str) -> str:
    token = client.page(PAGE).all("input", name="csrf_token")[0].get("value")
    data = {"csrf_token": token, "file": (csv_file(*rows), "meals.csv"), **fields}
    return client.post(PAGE, data=data, follow_redirects=True).text


def test_a_good_file_is_taken_and_what_wants_a_look_is_said(signed_in: SignedIn) -> None:
    client = signed_in(Role.DISTRICT_OFFICER)
    shown = sent(client, meal_cells(1), meal_cells(2, resident_no="R-900000"))
    assert "新增就餐记录 2 条" in shown
    assert "有 1 条就餐记录的老人尚未登记" in shown
    assert records() == 2


def test_a_bad_file_is_shown_as_a_table_of_faults(signed_in: SignedIn) -> None:
    client = signed_in(Role.DISTRICT_OFFICER)
    shown = sent(client, meal_cells(1), meal_cells(2, site_code="C99"), meal_cells(3, sitting="supper"))
    assert "没有助餐点 C99" in shown
    assert "supper" in shown
    assert records() == 0


def test_the_good_rows_alone_bring_back_the_bad_ones(signed_in: SignedIn) -> None:
    client = signed_in(Role.DISTRICT_OFFICER)
    shown = sent(client, meal_cells(1), meal_cells(2, site_code="C99"), skip_bad_rows="y")
    assert "C99" in shown
    assert records() == 1


def written(folder: Path, *rows: Mapping[str, str]) -> Path:
    file = folder / "meals.csv"
    file.write_bytes(csv_file(*rows).getvalue())
    return file


def test_the_command_takes_a_file_and_is_safe_to_run_twice(app: Flask, tmp_path: Path) -> None:
    file = written(tmp_path, meal_cells(1), meal_cells(2, resident_no=""))
    run = app.test_cli_runner()
    first = run.invoke(args=["meals", "import", str(file)])
    assert (first.exit_code, "2 new meals" in first.output) == (0, True)
    assert "1 meals are of persons who are not registered" in first.output
    second = run.invoke(args=["meals", "import", str(file)])
    assert "0 new meals and 0 new reversals, 2 rows as before" in second.output
    assert records() == 2


def test_the_command_takes_more_than_a_page_does(app: Flask, tmp_path: Path) -> None:
    file = written(tmp_path, meal_cells(1))
    with file.open("a", encoding="utf-8") as opened:
        opened.writelines(" " * (DEFAULT_LIMITS.size_bytes // 500) + "\n" for _ in range(500))
    answer = app.test_cli_runner().invoke(args=["meals", "import", str(file)])
    assert (answer.exit_code, records()) == (0, 1), answer.output


def test_the_command_lists_each_fault_and_exits_with_1(app: Flask, tmp_path: Path) -> None:
    file = written(tmp_path, meal_cells(1), meal_cells(2, price_fen="-1"), meal_cells(3, meal_id="x"))
    answer = app.test_cli_runner().invoke(args=["meals", "import", str(file)])
    assert answer.exit_code == 1
    assert "Line 3, column price_fen" in answer.output
    assert "Line 4, column meal_id" in answer.output
    assert records() == 0


def test_the_command_writes_bad_rows_beside_the_file(app: Flask, tmp_path: Path) -> None:
    file = written(tmp_path, meal_cells(1), meal_cells(2, price_fen="-1"))
    answer = app.test_cli_runner().invoke(args=["meals", "import", str(file), "--skip-bad-rows"])
    assert answer.exit_code == 0
    with (tmp_path / "meals.csv.bad.csv").open(encoding="utf-8-sig", newline="") as opened:
        (bad,) = csv.DictReader(opened)
    assert (bad["meal_id"], bad["line"]) == (meal_cells(2)["meal_id"], "3")
    assert records() == 1


def test_a_conflict_is_counted_by_the_command(app: Flask, tmp_path: Path) -> None:
    with time_machine.travel(NOON):
        file = written(tmp_path, meal_cells(1), meal_cells(1, price_fen="900"))
        answer = app.test_cli_runner().invoke(args=["meals", "import", str(file)])
    assert "1 rows came under a known meal_id with other content" in answer.output
