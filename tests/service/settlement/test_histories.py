"""Whatever happens in whatever order: what was paid and adjusted is what the facts are worth, to the fen."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from flask import Flask

from app.canteens.rules import Sitting
from app.meals import service as meals
from app.meals.rules import Channel, LedgerEntry
from app.month import Month
from app.residents import queries as register
from app.residents import service as residents
from app.residents.models import Resident
from app.residents.rules.facts import Category, CategoryPeriod, Status, StatusChange
from app.roles import Actor, Permission, Scope
from app.settlement import queries, service
from app.settlement.models import Statement
from app.settlement.rules.adjustments import shares_of
from app.settlement.rules.statement import Tally
from app.settlement.rules.steps import Act, StatementStatus
from app.subsidy import service as subsidy
from app.subsidy.rules import Rate, When
from app.transaction import transaction
from tests.factories.facts import layer, meal_caps, policy
from tests.factories.settlement import AFTERWARDS, a_district

MONTHS = [Month(2026, 9), Month(2026, 10), Month(2026, 11)]
LAST = Month(2026, 12)
WAY = (Act.SUBMIT, Act.REVIEW, Act.APPROVE, Act.PAY)


def found_resident(number: str) -> Resident:
    found = register.resident_of(number, Scope())
    assert found is not None
    return found


def person(number: int) -> Actor:
    return Actor(f"U-{number}", frozenset(Permission), Scope())


class History:
    """Acts at two sites, drawn by chance and done for real."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)  # noqa: S311 - a draw, no secret
        self.at, self.entries = AFTERWARDS + timedelta(days=60), list[LedgerEntry]()

    def step(self) -> None:
        """Do one thing, some minutes later."""
        self.at += timedelta(minutes=self.chance.randint(1, 3000))
        act = self.chance.choice(
            [self.serve] * 6 + [self.undo, self.bury, self.correct, self.send_on, self.send_on, self.void]
        )
        with transaction():
            act()

    def serve(self, month: Month | None = None, site_code: str = "") -> None:
        """Record meals of any month, late or not."""
        month = month or self.chance.choice(MONTHS)
        made = [self.meal(month, site_code) for _ in range(self.chance.randint(1, 3))]
        self.entries += made
        meals.take(made, by=person(1), at=self.at)

    def meal(self, month: Month, site_code: str) -> LedgerEntry:
        on = month.first_on + timedelta(days=self.chance.randint(0, 3))
        return LedgerEntry(
            id=UUID(int=self.chance.getrandbits(120)),
            resident_no=self.chance.choice(["R-000001", "R-000002", "R-000003", ""]),
            site_code=site_code or self.chance.choice(["C01", "C02"]),
            served_on=on,
            sitting=self.chance.choice([Sitting.LUNCH, Sitting.DINNER]),
            channel=Channel.DINE_IN,
            price_fen=self.chance.choice([2_00, 15_00]),
            served_at=datetime(on.year, on.month, on.day, 4, self.chance.randint(0, 59), tzinfo=UTC),
            recorded_by="U-1",
        )

    def undo(self) -> None:
        """Reverse a meal, perhaps one that was settled long ago."""
        if self.entries:
            meal = self.entries.pop(self.chance.randrange(len(self.entries)))
            if meal.reverses is None:
                undoing = replace(
                    meal, id=UUID(int=self.chance.getrandbits(120)), reverses=meal.id, reason="记错了"
                )
                meals.take([undoing], by=person(1), at=self.at)

    def bury(self) -> None:
        """Learn of a death too late, once a person."""
        number = self.chance.choice(["R-000001", "R-000002"])
        facts = queries.diners_of([number])[number].facts
        if facts.status_on(date(2027, 1, 1)) is Status.ACTIVE:
            day = self.chance.choice(MONTHS).first_on + timedelta(days=2)
            residents.change_status(number, StatusChange(Status.DECEASED, day), by=person(1), at=self.at)

    def correct(self) -> None:
        """Learn that somebody has lived alone since a day that is past, or that they never did."""
        number = self.chance.choice(["R-000001", "R-000002", "R-000003"])
        resident = found_resident(number)
        held = [each for each in resident.categories if each.category is Category.LIVING_ALONE]
        if held:
            residents.withdraw_category(number, held[0].id, by=person(1), at=self.at)
        else:
            day = self.chance.choice(MONTHS).first_on + timedelta(days=self.chance.randint(0, 3))
            living_alone = CategoryPeriod(Category.LIVING_ALONE, None, day)
            residents.begin_category(number, living_alone, evidence="证明", by=person(1), at=self.at)

    def send_on(self) -> None:
        """Draft a month, and take some steps with its statements."""
        month, site_code = self.chance.choice(MONTHS), self.chance.choice(["C01", "C02"])
        if site_code in queries.sites_of(month, Scope()):
            self.bring(month, site_code, self.chance.randint(1, 4))

    def bring(self, month: Month, site_code: str, steps: int) -> None:
        """Draft a statement and hand it on, as far as it goes."""
        service.draft_statements(month, site_code=site_code, by=person(1), at=self.at)
        found = self.newest(site_code, month)
        for number, act in enumerate(WAY):
            if steps > number and found.stage is list(StatementStatus)[number]:
                service.take_step(found.statement_no, act, by=person(number), at=self.at)

    def void(self) -> None:
        """Return a statement, or declare it void."""
        found = self.newest(self.chance.choice(["C01", "C02"]), self.chance.choice(MONTHS), must=False)
        if found is not None and found.stage in (StatementStatus.SUBMITTED, StatementStatus.APPROVED):
            service.take_step(found.statement_no, Act.RETURN, reason="错了", by=person(8), at=self.at)
        elif found is not None and found.stage is StatementStatus.PAID:
            service.take_step(found.statement_no, Act.VOID, reason="错了", by=person(8), at=self.at)

    def newest(self, site_code: str, month: Month, *, must: bool = True) -> Statement:
        found = queries.newest_statements(month, [site_code]).get(site_code)
        assert found is not None or not must
        return found  # type: ignore[return-value]  # None only where the caller says so

    def end(self) -> None:
        """Settle every month, and let a last one take up what came after."""
        for site_code in ("C01", "C02"):
            for month in (*MONTHS, LAST):
                with transaction():
                    self.serve(month, site_code)
        for month in (*MONTHS, LAST):
            for site_code in ("C01", "C02"):
                with transaction():
                    self.bring(month, site_code, 4)


def settled() -> Counter[tuple[str, str, str]]:
    """Give what all binding statements pay, by site, payer and fund."""
    paid: Counter[tuple[str, str, str]] = Counter()
    for month in (*MONTHS, LAST):
        for statement in queries.statements_of(month, Scope()):
            assert statement.stage is StatementStatus.PAID
            for row in statement.fund_amounts:
                paid[statement.site_code, row.payer, row.fund] += row.amount_fen
    return paid


def worth() -> Counter[tuple[str, str, str]]:
    """Give what the decisions of all meals come to."""
    owed: Counter[tuple[str, str, str]] = Counter()
    for month in (*MONTHS, LAST):
        for site_code in ("C01", "C02"):
            for line in queries.lines_of(site_code, month):
                for (payer, fund), amount_fen in shares_of(line.shares if line.counts else ()).items():
                    owed[site_code, payer, fund] += amount_fen
    return owed


@pytest.mark.parametrize("seed", range(12))
def test_paid_and_adjusted_is_what_the_facts_are_worth(app: Flask, seed: int) -> None:  # noqa: ARG001 - its context
    a_district()
    history = History(seed)
    for number in range(40):
        history.step()
        if number == 20:
            with transaction():
                newer = policy(
                    layer(
                        Rate(amount_fen=4_00),
                        Rate(amount_fen=6_00, when=When(category=Category.LIVING_ALONE)),
                    ),
                    caps=meal_caps(sitting=1),
                    charity_fen=20,
                    effective_from=date(2026, 10, 3),
                    reference="新",
                )
                subsidy.publish(newer, by=person(1), at=history.at)
    history.end()
    assert +settled() == +worth()
    for month in MONTHS:
        for site_code, tally in queries.tallies(month, ["C01", "C02"]).items():
            summed = Tally.of(queries.lines_of(site_code, month))
            assert (tally.totals, tally.amounts) == (summed.totals, summed.amounts)
    assert not any(service.verify_month(month).pending for month in MONTHS)
    assert not any(service.verify_month(month).differences for month in MONTHS)
