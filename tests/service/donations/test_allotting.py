"""Meals and charity funds: what a fund held when a meal asked is a fact, and decisions follow from it."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from threading import Barrier, Thread
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from app.canteens.rules import Sitting
from app.donations import service as donations
from app.donations.models import Allotment, CharityFund
from app.errors import Conflict
from app.extensions import db
from app.meals import service as meals
from app.meals.models import Decision, DecisionLayer
from app.meals.rules import LedgerEntry
from app.meals.service.decide import decide_again
from app.roles import COMMAND
from app.settlement import service as settlement
from app.subsidy.rules import Rate
from app.transaction import transaction
from tests.factories.district import canteen, elder, policy_row
from tests.factories.donations import AT, CHECKER, CLERK, a_fund, given
from tests.factories.facts import layer, policy
from tests.factories.meals import NOON, TODAY, entry, taken


def a_pledge(fen: int = 50) -> None:
    """Let everybody eat at C01 with 3 yuan from the district and this much from charity."""
    with transaction():
        canteen("C01")
        for number in range(1, 9):
            elder(f"R-{number:06d}")
        policy_row(policy(layer(Rate(amount_fen=3_00)), charity_fen=fen))


def money(fen: int) -> int:
    """Let a fund hold this much; give its number."""
    with transaction():
        return a_fund(fen).id


def balance(fund_id: int) -> int:
    held = select(CharityFund.balance_fen).where(CharityFund.id == fund_id)
    fen = db.session.execute(held).scalar_one()
    db.session.rollback()
    return fen


def charity(*numbers: int) -> list[int]:
    """Give charity's part of these meals as it is kept."""
    rows = {row[0]: row[1] for row in db.session.execute(select(Decision.meal_id, Decision.charity_fen))}
    db.session.rollback()
    return [rows[UUID(int=number)] for number in numbers]


def lunch(number: int, **changes: object) -> LedgerEntry:
    return entry(number, **{"resident_no": f"R-{number:06d}", **changes})


def test_charity_gives_what_the_fund_holds_and_the_resident_pays_the_rest(app: Flask) -> None:  # noqa: ARG001 - its context
    a_pledge()
    fund_id = money(1_20)
    receipts = taken(*(lunch(number) for number in (3, 1, 2)))
    # Of one batch those served first ask first, whatever order they came in.
    assert charity(1, 2, 3) == [50, 50, 20]
    assert balance(fund_id) == 0
    told = {receipt.id.int: receipt.decision for receipt in receipts}
    assert [(told[n].charity_fen, told[n].resident_fen) for n in (1, 3)] == [(50, 11_50), (20, 11_80)]  # type: ignore[union-attr]
    assert settlement.charity_differences() == []


def test_a_later_donation_changes_no_meal_that_was_eaten(app: Flask) -> None:  # noqa: ARG001 - as above
    a_pledge()
    fund_id = money(20)
    taken(lunch(1), lunch(2))
    with transaction():
        given(db.session.get_one(CharityFund, fund_id), 10_00)
        decide_again({"R-000001": (), "R-000002": ()})
    assert charity(1, 2) == [20, 0]
    assert balance(fund_id) == 10_00


def test_what_is_reversed_goes_back_to_its_fund(app: Flask) -> None:  # noqa: ARG001 - as above
    a_pledge()
    fund_id = money(50)
    taken(lunch(1))
    assert balance(fund_id) == 0
    with transaction():
        meals.reverse(UUID(int=1), "记错了", by=COMMAND, at=NOON)
    assert charity(1) == [0]
    assert balance(fund_id) == 50
    taken(lunch(2))
    assert charity(2) == [50]
    assert settlement.charity_differences() == []


def test_who_becomes_subsidised_later_asks_the_fund_then(app: Flask) -> None:  # noqa: ARG001 - as above
    a_pledge()
    fund_id = money(60)
    taken(entry(9, resident_no="R-000099"), lunch(1))
    assert charity(9, 1) == [0, 50]
    with transaction():
        elder("R-000099")
        decide_again({"R-000099": ()})
    assert charity(9) == [10]
    assert balance(fund_id) == 0


def test_without_a_pledge_the_funds_are_not_looked_at(app: Flask) -> None:  # noqa: ARG001 - as above
    a_pledge(0)
    fund_id = money(1_00)
    taken(lunch(1))
    assert db.session.execute(select(func.count()).select_from(Allotment)).scalar_one() == 0
    assert balance(fund_id) == 1_00


def test_a_fund_gives_to_meals_in_its_own_area_alone(app: Flask) -> None:  # noqa: ARG001 - as above
    a_pledge()
    with transaction():
        canteen("C02", "430103006001")
        fund_id = a_fund(10_00, area="430103006").id
    taken(lunch(1), lunch(2, site_code="C02"))
    assert charity(1, 2) == [0, 50]
    assert balance(fund_id) == 9_50


def test_a_meal_takes_from_two_funds_what_neither_holds_alone(app: Flask) -> None:  # noqa: ARG001 - as above
    a_pledge()
    with transaction():
        street, district = (a_fund(fen, area=area).id for fen, area in ((30, "430103005"), (10_00, "430103")))
    taken(lunch(1))
    assert charity(1) == [50]
    assert (balance(street), balance(district)) == (0, 9_80)


def test_the_allotments_alone_give_the_decisions_again_from_nothing(app: Flask) -> None:  # noqa: ARG001 - as above
    a_pledge()
    money(1_20)
    taken(*(lunch(number) for number in range(1, 6)))
    before = charity(1, 2, 3, 4, 5)
    with transaction() as session:
        session.execute(delete(DecisionLayer))
        session.execute(delete(Decision))
        decide_again({f"R-{number:06d}": () for number in range(1, 6)})
    assert charity(1, 2, 3, 4, 5) == before == [50, 50, 20, 0, 0]
    assert settlement.charity_differences() == []


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
def test_once_all_have_asked_no_order_of_later_facts_moves_anything(
    app: Flask,  # noqa: ARG001 - as above
    order: tuple[int, ...],
) -> None:
    a_pledge()
    fund_id = money(70)
    taken(*(lunch(number) for number in order))
    assert charity(1, 2, 3) == [50, 20, 0]
    for number in order:
        taken(lunch(number), lunch(number + 10, resident_no=f"R-{number:06d}", sitting=Sitting.DINNER))
    assert charity(1, 2, 3) == [50, 20, 0]
    assert balance(fund_id) == 0
    assert settlement.charity_differences() == []


def test_many_at_once_are_given_exactly_what_the_fund_held(app: Flask) -> None:
    """Two tills ask for each of eight residents at the same moment; the fund suffices for some of them."""
    a_pledge()
    fund_id = money(3_30)
    gate, faults = Barrier(8), list[BaseException]()

    def till(number: int) -> None:
        with app.app_context():
            try:
                gate.wait()
                for day in range(3):
                    taken(
                        entry(
                            100 * number + day,
                            resident_no=f"R-{number:06d}",
                            served_on=TODAY + timedelta(days=day),
                            served_at=NOON + timedelta(days=day, seconds=number),
                        )
                    )
            except BaseException as fault:  # noqa: BLE001 - a thread's fault is told below
                faults.append(fault)
            finally:
                db.session.rollback()

    tills = [Thread(target=till, args=(number,)) for number in range(1, 9)]
    for each in tills:
        each.start()
    for each in tills:
        each.join()
    assert faults == []
    rows = db.session.execute(select(Decision.charity_fen, Decision.government_fen)).all()
    db.session.rollback()
    assert len(rows) == 24
    assert all(row.government_fen == 3_00 for row in rows)
    assert sorted((row.charity_fen for row in rows), reverse=True) == [50] * 6 + [30] + [0] * 17
    assert balance(fund_id) == 0
    assert settlement.charity_differences() == []


def test_the_proof_tells_what_somebody_changed(app: Flask) -> None:  # noqa: ARG001 - as above
    a_pledge()
    fund_id = money(1_00)
    taken(lunch(1))
    with transaction() as session:
        session.execute(update(CharityFund).where(CharityFund.id == fund_id).values(balance_fen=60))
        session.execute(update(Decision).values(charity_fen=40, resident_fen=Decision.resident_fen + 10))
    told = [str(each) for each in settlement.charity_differences()]
    name = db.session.get_one(CharityFund, fund_id).name
    assert told == [
        f"Fund {name}: it holds 0.60 yuan, but 1.00 came in and 0.50 was allotted.",
        f"Meal {UUID(int=1)}: 0.40 yuan are decided from charity, 0.50 were allotted.",
    ]


def test_the_proof_tells_nothing_of_funds_and_meals_without_the_other(app: Flask) -> None:  # noqa: ARG001 - as above
    a_pledge()
    money(0)
    taken(lunch(1))
    money(1_00)
    money(3_00)
    taken(lunch(2), lunch(3), lunch(404))
    assert charity(1, 2, 3) == [0, 50, 50]
    assert settlement.charity_differences() == []


def test_the_proof_tells_a_meal_that_stands_on_one_side_alone(app: Flask) -> None:  # noqa: ARG001 - as above
    a_pledge()
    money(1_00)
    taken(lunch(404), lunch(2))  # Whoever is not registered asks no fund.
    with transaction() as session:
        unasked = update(Decision).where(Decision.meal_id == UUID(int=404))
        session.execute(unasked.values(charity_fen=1, resident_fen=14_99))
        session.execute(delete(DecisionLayer).where(DecisionLayer.meal_id == UUID(int=2)))
        session.execute(delete(Decision).where(Decision.meal_id == UUID(int=2)))
    assert [str(each) for each in settlement.charity_differences()] == [
        f"Meal {UUID(int=2)}: 0.00 yuan are decided from charity, 0.50 were allotted.",
        f"Meal {UUID(int=404)}: 0.01 yuan are decided from charity, 0.00 were allotted.",
    ]


def test_money_that_meals_were_given_cannot_be_taken_back(app: Flask) -> None:  # noqa: ARG001 - as above
    a_pledge()
    with transaction():
        fund = a_fund(0)
        gift = given(fund, 1_00)
        fund_id, gift_id = fund.id, gift.id
    taken(lunch(1))
    with transaction():
        back = donations.correct(gift_id, -60, "退回", by=CLERK, at=AT).id
    with pytest.raises(Conflict, match="does not hold that much"), transaction():
        donations.confirm([back], by=CHECKER, at=AT)
    assert balance(fund_id) == 50
