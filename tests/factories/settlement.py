"""Makers of a small month of meals: two canteens, three residents, a reversal, and who pays for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from app.canteens.rules import Sitting
from app.meals import service as meals
from app.meals.rules import Channel, LedgerEntry
from app.month import Month
from app.residents.rules.facts import Category, CategoryPeriod, ResidentFacts
from app.roles import COMMAND, Actor, Permission
from app.settlement import service
from app.settlement.rules.recovery import Finding, RecoveryAct
from app.settlement.rules.steps import Act
from app.subsidy.rules import Rate, When
from app.transaction import transaction
from tests.factories.district import canteen, elder, policy_row, resident_row
from tests.factories.donations import a_fund
from tests.factories.facts import layer, meal_caps, policy

OCTOBER = Month(2026, 10)
NUMBER = "202610-C01-01"
AFTERWARDS = datetime(2026, 11, 23, 6, 52, tzinfo=UTC)
IDENTITY = "990000194605012342"


def a_meal(number: int, **changes: object) -> LedgerEntry:
    """Give the meal with this number: R-000001's lunch at C01 on 8 October, in the order of numbers."""
    made = LedgerEntry(
        id=UUID(int=number),
        resident_no="R-000001",
        site_code="C01",
        served_on=date(2026, 10, 8),
        sitting=Sitting.LUNCH,
        channel=Channel.DINE_IN,
        price_fen=15_00,
        served_at=datetime(2026, 10, 8, 4, tzinfo=UTC) + timedelta(seconds=number),
        recorded_by="U-1",
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # any field of it


def undoing(number: int, of: LedgerEntry) -> LedgerEntry:
    """Give the reversal of a meal."""
    return replace(of, id=UUID(int=number), reverses=of.id, reason="记错了")


def take(*entries: LedgerEntry) -> None:
    """Take records into the ledger."""
    with transaction():
        meals.take(entries, by=COMMAND, at=AFTERWARDS)


def a_district() -> None:
    """Make two canteens, three residents, and a policy by which everybody pays a part.

    The district gives 3 yuan, the city 2 more from 80 years on, the operator 1, charity half a yuan out of a
    fund that lasts.
    """
    with transaction():
        canteen("C01")
        canteen("C02", "430103006001")
        elder("R-000001")
        alone = (CategoryPeriod(Category.LIVING_ALONE, None, date(2020, 1, 1)),)
        disabled = (CategoryPeriod(Category.DISABLED, "2", date(2020, 1, 1)),)
        facts = ResidentFacts(
            "R-000002", date(1946, 5, 1), "430103006001", "430103006001", categories=alone + disabled
        )
        resident_row(facts, name="龙䶮").identity_number = IDENTITY
        elder("R-000003", name="*王#panic()*")
        policy_row(
            policy(
                layer(Rate(amount_fen=3_00)),
                layer(Rate(amount_fen=2_00, when=When(age_from=80)), payer="city"),
                caps=meal_caps(sitting=1),
                operator_discount_fen=1_00,
                charity_fen=50,
            )
        )
        a_fund()


def a_month() -> None:
    """Make the district and its October: seven meals at C01, one of them reversed, and two at C02.

    Beyond the cap is number 4 (a second lunch, at C02), beyond the register number 6.
    """
    a_district()
    reversed_meal = a_meal(5, resident_no="R-000003")
    take(
        a_meal(1),
        a_meal(2, sitting=Sitting.DINNER, channel=Channel.DELIVERED),
        a_meal(3, resident_no="R-000002"),
        a_meal(4, site_code="C02"),
        reversed_meal,
        undoing(50, reversed_meal),
        a_meal(6, resident_no="R-404"),
        a_meal(7, resident_no="R-000003", served_on=date(2026, 10, 31), channel=Channel.TAKE_AWAY),
        a_meal(8, resident_no="R-000002", site_code="C02", served_on=date(2026, 10, 1), price_fen=4_00),
        a_meal(9, served_on=date(2026, 10, 9)),
        a_meal(10, served_on=date(2026, 11, 1)),
        a_meal(11, served_on=date(2026, 9, 30)),
    )


def draft_october() -> None:
    """Make October's drafts."""
    with transaction():
        service.draft_statements(OCTOBER, by=COMMAND, at=AFTERWARDS)


def person(number: int) -> Actor:
    """Give somebody who may do everything; their number alone holds them back."""
    return Actor(f"U-9{number}", frozenset(Permission))


def draft(*months: Month) -> None:
    """Make the drafts of these months, each in an act of its own."""
    for month in months:
        with transaction():
            service.draft_statements(month, by=COMMAND, at=AFTERWARDS)


def acted(number: str, *acts: Act) -> None:
    """Take these steps with a statement, each by another person, two months after it was drafted."""
    for by, act in enumerate(acts):
        with transaction():
            reason = "错了" if act.needs_reason else ""
            service.take_step(number, act, reason=reason, by=person(by), at=AFTERWARDS + timedelta(days=60))


def undone_and_demanded_back(number: str) -> None:
    """Undo R-000002's meal of 8 October, and demand one yuan of the district's back from a paid statement."""
    take(undoing(60, a_meal(3, resident_no="R-000002")))
    finding = Finding(number, "district", "一般公共预算", 1_00, date(2026, 11, 20), "多记", "走访")
    with transaction():
        case = service.open_recovery(finding, by=person(1), at=AFTERWARDS).recovery_no
    with transaction():
        service.decide_recovery(case, RecoveryAct.DEMAND, reason="查实", by=person(2), at=AFTERWARDS)
