"""Files of meals: taken whole or not at all, each record once, and decided as if they had come one by one."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

import pytest
import xlsxwriter
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.errors import BadFile
from app.extensions import db
from app.meals import queries, service
from app.meals.forms.file import MEALS_FILE
from app.meals.models import Decision, LedgerRecord, MealConflict
from app.meals.service.file import Intake
from app.roles import COMMAND
from app.subsidy.rules import Reason
from app.transaction import transaction
from tests.factories.district import canteen, elder, policy_row
from tests.factories.facts import meal_caps, policy
from tests.factories.meals import NOON, meal_cells, undoing_cells
from tests.factories.residents import csv_file

LATER = NOON + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _district(app: object) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        canteen("C01")
        elder("R-000001")
        policy_row(policy(caps=meal_caps(sitting=1)))


def take(*rows: Mapping[str, str], skip_bad_rows: bool = False, at: datetime = LATER) -> Intake:
    with transaction():
        return service.take_file(
            MEALS_FILE.read(csv_file(*rows)), skip_bad_rows=skip_bad_rows, by=COMMAND, at=at
        )


def reasons() -> dict[int, Reason]:
    rows = db.session.execute(select(Decision.meal_id, Decision.reason))
    return {row.meal_id.int: row.reason for row in rows}


def records() -> int:
    return db.session.execute(select(func.count()).select_from(LedgerRecord)).scalar_one()


def test_good_rows_are_taken_and_decided() -> None:
    intake = take(meal_cells(1), meal_cells(2, served_at="2026-03-02T12:30:00+08:00"))
    assert (intake.created, intake.reversals, intake.unchanged, intake.conflicts) == (2, 0, 0, 0)
    assert reasons() == {1: Reason.OK, 2: Reason.CAP_SITTING}


def test_a_workbook_is_read_like_a_csv_file() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        cells = meal_cells(1)
        sheet.write_row(0, 0, list(cells))
        sheet.write_row(1, 0, [1500 if name == "price_fen" else cell for name, cell in cells.items()])
    with transaction():
        intake = service.take_file(MEALS_FILE.read(file), by=COMMAND, at=LATER)
    assert (intake.created, reasons()) == (1, {1: Reason.OK})
    assert take(meal_cells(1)).unchanged == 1


def test_the_trail_keeps_the_counts_once() -> None:
    take(meal_cells(1), undoing_cells(2, of=1))
    (kept,) = db.session.execute(
        select(AuditEntry.detail).where(AuditEntry.action == "meals.imported")
    ).scalars()
    assert '"added":2' in kept
    assert '"reversals":1' in kept


def test_the_same_file_again_has_no_effect() -> None:
    take(meal_cells(1), undoing_cells(2, of=1))
    again = take(meal_cells(1), undoing_cells(2, of=1))
    assert (again.created, again.unchanged) == (0, 2)
    assert records() == 2


def test_a_record_may_stand_twice_in_one_file() -> None:
    intake = take(meal_cells(1), meal_cells(1))
    assert (intake.created, intake.unchanged, intake.conflicts) == (1, 1, 0)


def test_other_content_under_a_known_id_is_kept_apart_and_counted() -> None:
    take(meal_cells(1))
    intake = take(meal_cells(1, price_fen="900"), meal_cells(2))
    assert (intake.created, intake.conflicts, intake.unchanged) == (1, 1, 0)
    (kept,) = db.session.execute(select(MealConflict)).scalars()
    assert kept.meal_id == UUID(int=1)
    assert "900" in kept.content
    assert [str(worry) for worry in intake.worries if "other content" in str(worry)]
    assert queries.conflicts_of(UUID(int=1))[0].digest == kept.digest


def test_a_reversal_may_come_before_its_meal_and_frees_the_slot() -> None:
    take(undoing_cells(9, of=1))
    take(meal_cells(2))
    take(meal_cells(1))
    assert reasons() == {1: Reason.REVERSED, 2: Reason.OK}


def test_a_meal_may_come_before_its_resident_and_is_counted() -> None:
    intake = take(meal_cells(1, resident_no=""), meal_cells(2, resident_no="R-900000"), meal_cells(3))
    assert intake.unregistered == 2
    assert reasons() == {1: Reason.NOT_REGISTERED, 2: Reason.NOT_REGISTERED, 3: Reason.OK}


def test_a_meal_keyed_back_days_later_keeps_its_day() -> None:
    take(meal_cells(1, served_on="2026-02-25"))
    meal = queries.meal(UUID(int=1), COMMAND.scope)
    assert meal is not None
    assert meal.served_on.isoformat() == "2026-02-25"


@pytest.mark.parametrize(
    ("column", "written", "why"),
    [
        ("meal_id", "17", "not a UUID"),
        ("meal_id", "", "Nothing is written"),
        ("resident_no", "4.30103E+17", "Excel changed"),
        ("site_code", "C99", "no site C99"),
        ("site_code", "", "Nothing is written"),
        ("served_on", "2026/2/3", "YYYY-MM-DD"),
        ("served_on", "2026-02-30", "no day"),
        ("served_on", "2026-03-03", "comes after served_at"),
        ("sitting", "supper", "not known"),
        ("channel", "thrown", "not known"),
        ("price_fen", "-100", "out of bounds"),
        ("price_fen", "15.00", "looks like yuan"),
        ("served_at", "2026-03-02T12:00:00", "offset"),
        ("served_at", "noon", "not an instant"),
        ("reverses", "x", "not a UUID"),
        ("tablet", "t" * 65, "65 characters"),
    ],
)
def test_a_fault_is_told_with_line_column_reason_and_remedy(column: str, written: str, why: str) -> None:
    with pytest.raises(BadFile) as refused:
        take(meal_cells(1), meal_cells(2, **{column: written}))
    (fault,) = refused.value.rows
    assert (fault.line, fault.column) == (3, column)
    assert why in str(fault.reason)
    assert str(fault.remedy)
    assert records() == 0


def test_a_reversal_needs_a_reason() -> None:
    with pytest.raises(BadFile) as refused:
        take(undoing_cells(2, of=1, reason=""))
    assert [fault.column for fault in refused.value.rows] == ["reason"]


def test_a_record_does_not_undo_itself() -> None:
    with pytest.raises(BadFile) as refused:
        take(undoing_cells(2, of=2))
    assert [fault.column for fault in refused.value.rows] == ["reverses"]


def test_no_meal_lies_in_the_future() -> None:
    tomorrow = {"served_on": "2026-03-03", "served_at": "2026-03-03T12:00:00+08:00"}
    with pytest.raises(BadFile) as refused:
        take(meal_cells(1, **tomorrow))
    assert [fault.column for fault in refused.value.rows] == ["served_on"]
    assert take(meal_cells(1, **tomorrow), at=NOON + timedelta(days=1)).created == 1


def test_one_bad_row_in_the_last_portion_undoes_all_portions() -> None:
    rows = [meal_cells(number) for number in range(1, 2003)]
    with pytest.raises(BadFile):
        take(*rows, meal_cells(5000, price_fen="dear"))
    assert records() == 0


def test_bad_rows_may_be_left_out() -> None:
    intake = take(meal_cells(1), meal_cells(2, price_fen="dear"), meal_cells(3), skip_bad_rows=True)
    assert (intake.created, [row.line for row in intake.bad]) == (2, [3])
    assert records() == 2


def test_a_file_decides_as_records_sent_one_by_one_do() -> None:
    rows = [meal_cells(number, served_on=f"2026-02-{number % 20 + 1:02}") for number in range(1, 60)]
    take(*rows, undoing_cells(100, of=7), undoing_cells(101, of=21))
    by_file = reasons()
    with transaction():
        service.decide_again({"R-000001": ()})
    assert reasons() == by_file
    assert by_file[7] is by_file[21] is Reason.REVERSED
    assert by_file[27] is Reason.OK
