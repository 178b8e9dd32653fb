"""Riders' hours: from proven runs alone, corrected by two people, certified once and for ever."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.models import Run
from app.delivery.queries.hours import rides
from app.delivery.routing.solver import Effort
from app.delivery.rules.hours import Hours, Ride, minutes_of
from app.delivery.rules.proof import Outcome, StopReport, Via, instant_of
from app.delivery.rules.release import mark_of
from app.delivery.service import concerns_of, draft_plan, keep_plan, release_plan, take_reports
from app.delivery.service.hours import (
    adjust_hours,
    certificate_pdf,
    hours_csv,
    hours_within,
    hours_workbook,
    issue_certificate,
    judge_adjustment,
)
from app.errors import Conflict, DomainError, NotFound
from app.roles import COMMAND, Actor, Permission, Scope
from app.transaction import transaction
from tests.factories.delivery import MONDAY, kitchen, neighbour, rider, subscribed

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
EVENING = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LUNCH = Sitting.LUNCH
FIRST, END = date(2026, 11, 1), date(2026, 12, 1)
OTHER = Actor("U-2", frozenset(Permission))


@pytest.fixture(autouse=True)
def _a_street(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        kitchen()
        rider().name = "=陈志强"
        subscribed(neighbour("R-1"), meals=2)
        subscribed(neighbour("R-2", north=0.003))


def plan(at: datetime = AT) -> Sequence[Run]:
    draft = draft_plan(MONDAY, LUNCH, "C01", effort=Effort(seconds=0.3), by=COMMAND, at=at)
    with transaction():
        keep_plan(draft, by=COMMAND, at=at)
    with transaction():
        (day,) = queries.kitchen_days(MONDAY, LUNCH, queries.kitchens_of_day(MONDAY, LUNCH, COMMAND.scope))
        release_plan(MONDAY, LUNCH, "C01", seen=mark_of(concerns_of(day)), by=COMMAND, at=at)
    released = queries.released_plan_of(MONDAY, LUNCH, "C01")
    assert released is not None
    return released.runs


def prove(run: Run, position: int, *, at_second: int, outcome: Outcome = Outcome.HANDED_OVER) -> None:
    happened_at = instant_of(MONDAY, at_second)
    report = StopReport(uuid4(), run.id, position, outcome, happened_at, Via.PAPER, "U-1")
    with transaction():
        take_reports([report], by=COMMAND, at=EVENING)


def month() -> dict[str, Hours]:
    return {each.rider.rider_no: each.hours for each in hours_within(Scope(), FIRST, END)}


def ride(load: int, back: int, *, run_id: int = 1, day: date = MONDAY, proof: int | None = None) -> Ride:
    return Ride(1, day, LUNCH, "C01", run_id, load, back, proof, 1)


def test_a_day_s_shared_minutes_count_once_and_begun_ones_count() -> None:
    assert minutes_of([]) == 0
    assert minutes_of([ride(0, 601), ride(600, 1200, run_id=2)]) == 20
    assert minutes_of([ride(0, 60), ride(0, 61, day=MONDAY + timedelta(days=1))]) == 3
    assert minutes_of([ride(0, 600, proof=1200), ride(100, 300, run_id=2)]) == 20


def test_a_run_counts_once_one_of_its_doors_is_reported_whatever_became_of_it() -> None:
    (run,) = plan()
    assert month() == {}
    prove(run, 1, at_second=run.stops[0].handover_seconds, outcome=Outcome.NO_ANSWER)
    expected = -(-(run.return_seconds - run.depart_seconds + 120) // 60)
    assert month() == {"Q-001": Hours(runs=1, meals=0, ridden=expected)}
    prove(run, 2, at_second=run.stops[1].handover_seconds)
    carried = run.stops[1].subscription.meals
    assert month() == {"Q-001": Hours(runs=1, meals=carried, ridden=expected)}


@pytest.mark.parametrize(("late", "counted"), [(-60, 0), (600, 600), (3601, 0)])
def test_a_late_last_proof_makes_it_longer_up_to_an_hour(late: int, counted: int) -> None:
    (run,) = plan()
    prove(run, 1, at_second=run.return_seconds + late)
    (found,) = rides([run.rider_id], FIRST, END)
    assert found.until == run.return_seconds + counted


def test_a_run_that_a_later_version_has_again_is_one_ride() -> None:
    (run,) = plan()
    prove(run, 1, at_second=run.stops[0].handover_seconds)
    on_the_way = instant_of(MONDAY, run.depart_seconds)
    with transaction():
        rider("Q-002")
        subscribed(neighbour("R-3", north=0.004))
    again = next(each for each in plan(on_the_way) if each.rider_id == run.rider_id)
    assert again.id != run.id
    prove(again, 2, at_second=again.stops[1].handover_seconds)
    assert (month()["Q-001"].runs, month()["Q-001"].meals) == (1, 3)


def test_a_correction_counts_once_somebody_else_has_confirmed_it() -> None:
    (run,) = plan()
    prove(run, 1, at_second=run.stops[0].handover_seconds)
    with transaction():
        written = adjust_hours("Q-001", "2026-11", 30, "漏记一趟", by=COMMAND, at=EVENING).id
    assert month()["Q-001"].adjusted == 0
    with pytest.raises(DomainError, match="Somebody else must confirm"), transaction():
        judge_adjustment(written, is_confirmed=True, by=COMMAND, at=EVENING)
    with transaction():
        judge_adjustment(written, is_confirmed=True, by=OTHER, at=EVENING)
    assert month()["Q-001"].minutes == month()["Q-001"].ridden + 30
    with pytest.raises(Conflict, match="already"), transaction():
        judge_adjustment(written, is_confirmed=False, by=OTHER, at=EVENING)
    with transaction():
        taken_back = adjust_hours("Q-001", "2026-11", -6000, "写错了", by=COMMAND, at=EVENING).id
        judge_adjustment(taken_back, is_confirmed=False, by=COMMAND, at=EVENING)
    assert month()["Q-001"].adjusted == 30


@pytest.mark.parametrize(
    ("month", "minutes", "reason", "said"),
    [
        ("2026-11", 0, "原因", "1 to 6000"),
        ("2026-11", 6001, "原因", "1 to 6000"),
        ("2026-11", 5, "", "why"),
        ("2027-01", 5, "原因", "not begun"),
        ("2026-13", 5, "原因", "no month"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(month: str, minutes: int, reason: str, said: str) -> None:
    with pytest.raises(DomainError, match=said), transaction():
        adjust_hours("Q-001", month, minutes, reason, by=COMMAND, at=EVENING)


def test_a_certificate_keeps_what_was_counted_and_prints_to_the_same_bytes() -> None:
    with pytest.raises(DomainError, match="No hours"), transaction():
        issue_certificate("Q-001", "2026-11", "2026-11", by=COMMAND, at=EVENING)
    (run,) = plan()
    prove(run, 1, at_second=run.stops[0].handover_seconds)
    with transaction():
        issued = issue_certificate("Q-001", "2026-10", "2026-11", by=COMMAND, at=EVENING)
        assert (issued.certificate_no, issued.runs) == ("ZM-2026-0001", 1)
        assert issued.minutes == month()["Q-001"].minutes
    pdf = certificate_pdf("ZM-2026-0001", scope=Scope())
    prove(run, 2, at_second=run.stops[1].handover_seconds)
    assert pdf.startswith(b"%PDF")
    assert certificate_pdf("ZM-2026-0001", scope=Scope()) == pdf
    with transaction():
        second = issue_certificate("Q-001", "2026-11", "2026-11", by=COMMAND, at=EVENING)
        assert second.certificate_no == "ZM-2026-0002"
    with pytest.raises(NotFound):
        certificate_pdf("ZM-2026-0001", scope=Scope("430102"))
    for first, last in (("2026-11", "2026-10"), ("2025-10", "2026-11"), ("2026-11", "2026-12")):
        with pytest.raises(DomainError, match="twelve months"), transaction():
            issue_certificate("Q-001", first, last, by=COMMAND, at=EVENING)


def test_files_say_the_same_and_run_no_name_as_a_formula() -> None:
    (run,) = plan()
    prove(run, 1, at_second=run.stops[0].handover_seconds)
    found, csv_file, book = hours_within(Scope(), FIRST, END), BytesIO(), BytesIO()
    minutes = found[0].hours.minutes
    hours_csv(found, csv_file)
    head, line = csv_file.getvalue().decode("utf-8-sig").splitlines()
    assert head.startswith("rider_no,name,kitchen,runs")
    assert line.startswith("Q-001,'=陈志强,")
    assert line.endswith(f",{minutes}")
    hours_workbook(found, "2026-11", book)
    book.seek(0)
    sheet = CalamineWorkbook.from_filelike(book).get_sheet_by_name("服务时长").to_python()
    assert sheet[2][:2] == ["Q-001", "=陈志强"]
    assert sheet[2][5] == minutes
