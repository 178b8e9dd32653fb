"""Decisions follow when the facts below the ledger change, in the same act."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy import select

from app.canteens import service as canteens
from app.canteens.rules import SiteKind, SiteRecord, Sitting
from app.extensions import db
from app.meals import service
from app.meals.models import Decision
from app.meals.rules import Channel, LedgerEntry
from app.residents import service as residents
from app.residents.rules.facts import Category, CategoryPeriod, Status, StatusChange
from app.roles import COMMAND
from app.subsidy import service as subsidy
from app.subsidy.rules import Days, Rate, When
from app.transaction import transaction
from tests.factories.district import canteen, elder, policy_row
from tests.factories.facts import layer, policy

NOW = datetime(2026, 3, 20, 4, 0, tzinfo=UTC)
DAY = date(2026, 3, 2)
WHO = {"by": COMMAND, "at": NOW}


@pytest.fixture(autouse=True)
def _one_meal(app: object) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        canteen()
        elder()
        needy = Rate(amount_fen=8_00, when=When(category=Category.DESTITUTE))
        policy_row(policy(layer(Rate(amount_fen=3_00), needy)))
        meal = LedgerEntry(
            id=UUID(int=1),
            resident_no="R-000001",
            site_code="C01",
            served_on=DAY,
            sitting=Sitting.LUNCH,
            channel=Channel.DINE_IN,
            price_fen=15_00,
            served_at=datetime(2026, 3, 2, 4, 0, tzinfo=UTC),
            recorded_by="U-1",
        )
        service.record(meal, **WHO)  # type: ignore[arg-type]  # by and at


def decided() -> tuple[str, int]:
    row = db.session.execute(select(Decision)).scalar_one()
    return row.reason.value, row.government_fen


def grant() -> None:
    held = CategoryPeriod(Category.DESTITUTE, None, DAY)
    residents.begin_category("R-000001", held, evidence="低保证", **WHO)  # type: ignore[arg-type]  # by and at


def bury() -> None:
    residents.change_status("R-000001", StatusChange(Status.DECEASED, DAY), **WHO)  # type: ignore[arg-type]  # as above


def close() -> None:
    record = SiteRecord(
        "C01", "食堂", SiteKind.CANTEEN, "430103005001", None, date(2010, 1, 1), closed_on=DAY
    )
    canteens.edit_site(record, **WHO)  # type: ignore[arg-type]  # as above


def publish() -> None:
    newer = policy(layer(Rate(amount_fen=4_00)), effective_from=DAY, reference="示例〔2026〕2号")
    subsidy.publish(newer, **WHO)  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (grant, ("ok", 8_00)),
        (bury, ("deceased", 0)),
        (close, ("site_closed", 0)),
        (publish, ("ok", 4_00)),
    ],
)
def test_a_change_below_decides_the_meal_again(change: Callable[[], None], expected: tuple[str, int]) -> None:
    assert decided() == ("ok", 3_00)
    with transaction():
        change()
    assert decided() == expected


def test_a_day_that_becomes_a_holiday_decides_the_meals_of_workdays_again() -> None:
    with transaction():
        newer = policy(effective_from=DAY, reference="示例〔2026〕2号", days=Days.WORKDAYS)
        subsidy.publish(newer, **WHO)  # type: ignore[arg-type]  # by and at
    assert decided() == ("ok", 3_00)
    with transaction():
        subsidy.set_day(DAY, "停业", is_workday=False, **WHO)  # type: ignore[arg-type]  # as above
    assert decided() == ("not_a_workday", 0)
    with transaction():
        subsidy.remove_day(DAY, **WHO)  # type: ignore[arg-type]  # as above
    assert decided() == ("ok", 3_00)


def test_a_holiday_changes_nothing_where_every_day_counts() -> None:
    with transaction():
        subsidy.set_day(DAY, "停业", is_workday=False, **WHO)  # type: ignore[arg-type]  # as above
    assert decided() == ("ok", 3_00)
