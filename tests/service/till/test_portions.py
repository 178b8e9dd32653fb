"""Portions: counted, corrected by a further count, explained, ordered; and what the gate makes of it."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.canteens.rules import Sitting
from app.errors import Conflict, DomainError, NotFound
from app.extensions import db
from app.meals import service as ledger
from app.meals.rules import Channel
from app.roles import COMMAND, Actor, Permission, Scope
from app.till import queries, service
from app.till.models import DifferenceExplanation, PortionCount
from app.till.rules.balance import Balance, BalanceState, Count, CountKind
from app.till.rules.completeness import GapKind
from app.transaction import transaction
from tests.factories.meals import TODAY, entry, taken
from tests.factories.portions import (
    EVENING,
    NEXT_DAY,
    a_kitchen,
    counted,
    explained,
    ordered,
    served,
    where,
)

COOKED, SENT, RECEIVED, RETURNED, SPOILED = CountKind
POINT = where("P01")


@pytest.fixture(autouse=True)
def _kitchen(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    a_kitchen()


def balance(site_code: str = "C01") -> Balance:
    db.session.rollback()
    found = queries.balance_of(where(site_code))
    assert found is not None
    return found


def gaps(site_code: str = "C01", day: date = TODAY) -> list[tuple[GapKind, int]]:
    db.session.rollback()
    return [(gap.kind, gap.count) for gap in queries.incomplete(site_code, day, day)]


def kept(model: type) -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def test_what_nobody_counts_keeps_no_statement_back() -> None:
    served("C01", 2, first=1)
    served("P01", 1, first=10)
    assert gaps() == gaps("P01") == []


def test_a_meal_counts_at_the_site_that_recorded_it_in_whatever_way_it_was_served() -> None:
    undone, *_ = served("C01", 2, first=1)
    taken(
        entry(3, channel=Channel.DELIVERED),
        entry(4, channel=Channel.TAKE_AWAY, resident_no="", companion_of="R-000001"),
        entry(5, resident_no="R-000002", sheet_no="Z-17"),
        entry(6, site_code="P01", resident_no="R-000002"),
        entry(7, sitting=Sitting.DINNER),
        entry(8, served_on=TODAY - timedelta(days=1)),
        at=NEXT_DAY,
    )
    with transaction():
        ledger.reverse(undone, "记错了", by=COMMAND, at=NEXT_DAY)
    counted(COOKED, 10)
    counted(SENT, 1, to_code="P01")
    assert balance().served == 4
    assert balance("P01").served == 1
    assert (balance().difference, balance("P01").difference) == (5, 0)


def test_a_difference_keeps_back_the_site_where_it_is_until_it_is_explained() -> None:
    served("C01", 57, first=1)
    served("P01", 40, first=101)
    counted(COOKED, 100)
    counted(SENT, 40, to_code="P01")
    assert gaps() == [(GapKind.UNACCOUNTED, 3)]
    assert gaps("P01") == []
    explained(3)
    assert gaps() == []
    assert balance().state is BalanceState.EXPLAINED


def test_a_late_meal_opens_an_explained_difference_again() -> None:
    served("C01", 2, first=1)
    counted(COOKED, 5)
    explained(3)
    (late,) = served("C01", 1, first=50)
    assert gaps() == [(GapKind.UNACCOUNTED, 2)]
    explained(2, words="又补记一份")
    assert gaps() == []
    with transaction():
        ledger.reverse(late, "记错了", by=COMMAND, at=NEXT_DAY)
    assert gaps() == [(GapKind.UNACCOUNTED, 3)]


def test_both_ends_of_a_way_are_held_against_each_other() -> None:
    served("P01", 38, first=1)
    counted(COOKED, 40)
    counted(SENT, 40, to_code="P01")
    assert gaps("P01") == [(GapKind.UNACCOUNTED, 2)]
    counted(RECEIVED, 37, POINT)
    assert gaps("P01") == [(GapKind.OVERSERVED, 1), (GapKind.LOST, 3)]
    explained(-1, -3, at_sitting=POINT)
    assert gaps("P01") == []


def test_what_was_ordered_and_not_counted_is_missing_at_the_kitchen_and_at_the_point() -> None:
    served("C01", 3, first=1)
    served("P01", 2, first=10)
    served("C02", 1, first=20)
    yesterday = TODAY - timedelta(days=1)
    served("C01", 1, first=30, day=yesterday)
    assert ordered("C01") == 1
    assert ordered("C01") == 0
    assert gaps() == [(GapKind.UNCOUNTED, 5)]
    assert gaps("P01") == [(GapKind.UNCOUNTED, 2)]
    assert gaps("P02") == gaps("C02") == gaps(day=yesterday) == []
    counted(COOKED, 5)
    assert gaps() == [(GapKind.UNCOUNTED, 2)]
    counted(SENT, 2, to_code="P01")
    assert gaps() == gaps("P01") == []


def test_the_last_order_holds() -> None:
    served("C01", 3, first=1)
    ordered("C01")
    ordered("C01", from_on=TODAY + timedelta(days=1))
    assert gaps() == []
    with pytest.raises(DomainError, match="does not cook itself"):
        ordered("P01")


def test_a_correction_is_a_further_count_with_its_reason_and_the_first_stays() -> None:
    assert counted(COOKED, 60) == 1
    assert counted(COOKED, 60) == 0
    with pytest.raises(DomainError, match="Say why"):
        counted(COOKED, 57)
    with pytest.raises(DomainError, match="Say why"):
        counted(COOKED, 57, reason="  ")
    assert counted(COOKED, 57, reason="数错了") == 1
    assert balance().cooked == 57
    assert [(row.turn, row.portions, row.reason) for row in queries.counts_of(where())] == [
        (1, 60, ""),
        (2, 57, "数错了"),
    ]
    entry_ = db.session.execute(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).scalar_one()
    assert entry_.action == "portions.counted"
    assert '"corrected": 1' in entry_.detail or '"corrected":1' in entry_.detail


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (Count(where(), COOKED, -1, "C01"), "from 0 to 100000"),
        (Count(where(), COOKED, 100_001, "C01"), "from 0 to 100000"),
        (Count(where(), SENT, 5, "C01"), "to another site"),
        (Count(where(), COOKED, 5, "P01"), "to another site"),
        (Count(where(), SENT, 5, "P99"), "not known"),
    ],
)
def test_what_cannot_be_is_refused(count: Count, words: str) -> None:
    with pytest.raises(DomainError, match=words), transaction():
        service.count_portions(where(), [count], by=COMMAND, at=EVENING)
    assert kept(PortionCount) == 0


def test_nobody_counts_a_day_to_come_nor_at_another_site() -> None:
    with pytest.raises(DomainError, match="still to come"):
        counted(COOKED, 5, where(day=TODAY + timedelta(days=1)))
    stranger = Actor("U-7", frozenset(Permission), Scope(site_code="P01"))
    with pytest.raises(NotFound):
        counted(COOKED, 5, by=stranger)
    counted(COOKED, 5)
    with pytest.raises(NotFound):
        explained(5, by=stranger)
    with pytest.raises(NotFound):
        ordered("C01", by=stranger)


def test_two_who_count_at_once_do_not_both_count() -> None:
    """The turn is the judge: both saw that nothing was counted."""
    row = {
        "site_code": "C01",
        "served_on": TODAY,
        "sitting": Sitting.LUNCH,
        "kind": COOKED,
        "to_code": "C01",
        "turn": 1,
        "counted_by": "U-1",
        "counted_at": EVENING,
    }
    with transaction():
        db.session.add(PortionCount(**row, portions=5))
    with pytest.raises(Conflict, match="counted this meanwhile"), transaction():
        db.session.add(PortionCount(**row, portions=6))
    assert balance().cooked == 5


def test_counting_in_the_same_moment_keeps_one_figure(app: Flask) -> None:
    outcomes: list[object] = []
    start = threading.Barrier(2)

    def count(portions: int) -> None:
        with app.app_context():
            start.wait()
            try:
                outcomes.append(counted(COOKED, portions))
            except DomainError as error:
                outcomes.append(type(error))

    threads = [threading.Thread(target=count, args=(portions,)) for portions in (5, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(1) == 1
    assert kept(PortionCount) == 1


def test_only_the_figures_that_were_seen_are_explained() -> None:
    counted(COOKED, 5)
    served("C01", 2, first=1)
    for wrong in ((2, 0), (-3, 0), (3, 1)):
        with pytest.raises(Conflict, match="figures have changed"):
            explained(*wrong)
    for words in (" ", "长" * 201):
        with pytest.raises(DomainError, match="at most 200"):
            explained(3, words=words)
    served("C01", 3, first=10)
    with pytest.raises(DomainError, match="no difference"):
        explained(0)
    with pytest.raises(Conflict):
        explained(1, at_sitting=where("C02"))
    assert kept(DifferenceExplanation) == 0


def test_what_was_not_counted_is_counted_and_not_explained() -> None:
    served("C01", 2, first=1)
    ordered("C01")
    with pytest.raises(DomainError, match="no difference"):
        explained(0)


def test_an_explanation_can_be_given_anew_and_the_last_is_shown() -> None:
    counted(COOKED, 5)
    explained(5, words="没人来")
    explained(5, words="停水，没有供餐")
    given = balance().explained_by
    assert given is not None
    assert (given.words, given.turn) == ("停水，没有供餐", 2)


def test_a_meal_at_the_canteen_and_one_at_its_point_are_shown_as_a_pair() -> None:
    taken(
        entry(1),
        entry(2, site_code="P01"),
        entry(3, resident_no="R-000002"),
        entry(4, resident_no="R-000002"),
        entry(5, resident_no="R-000002", site_code="C02"),
        at=NEXT_DAY,
    )
    db.session.rollback()
    (pair,) = queries.pairs(["C01", "P01", "P02"], TODAY, TODAY)
    assert pair.resident_no == "R-000001"
    assert [(meal.meal_id, meal.site_code, meal.government_fen > 0) for meal in pair.meals] == [
        (UUID(int=1), "C01", True),
        (UUID(int=2), "P01", False),
    ]
    assert queries.pairs(["C01"], TODAY, TODAY) == []
    assert queries.pairs(["C01", "P01"], NEXT_DAY.date(), NEXT_DAY.date()) == []


def test_a_kitchen_that_helps_out_is_seen_from_both_ends() -> None:
    served("P02", 4, first=1)
    counted(COOKED, 4, where("C02"))
    counted(SENT, 4, where("C02"), to_code="P02")
    assert queries.fed_by("C02", TODAY, TODAY) == ["P02"]
    assert queries.fed_by("C01", TODAY, TODAY) == ["P01", "P02"]
    for code in ("C02", "P02"):
        assert balance(code).state is BalanceState.BALANCED
    found = queries.balances_at(["C02", "P02"], TODAY, TODAY)
    assert [each.where.site_code for each in found] == ["P02", "C02"]
    assert gaps() == []
