"""A month summed up by resident and payer, as the database does it, is the month summed up line by line."""

from __future__ import annotations

from datetime import date

from app.canteens.rules import Sitting
from app.meals.rules import Channel
from app.settlement.rules.lines import CHARITY_FUND, CHARITY_PAYER, Line
from app.settlement.rules.statement import Eaten, FundAmount, Paid, Tally, Totals
from app.subsidy.rules import LayerShare, Reason

GENERAL = LayerShare("district", "一般公共预算", 3_00)
LOTTERY = LayerShare("city", "福彩公益金", 2_00)


def a_line(
    number: int, resident_no: str, *layers: LayerShare, charity_fen: int = 0, **changes: object
) -> Line:
    government_fen = sum(layer.amount_fen for layer in layers)
    values: dict[str, object] = {
        "meal_id": f"m{number}",
        "site_code": "C01",
        "resident_no": resident_no,
        "served_on": date(2026, 10, number),
        "sitting": Sitting.LUNCH,
        "channel": Channel.DINE_IN,
        "price_fen": 15_00,
        "government_fen": government_fen,
        "operator_fen": 1_00,
        "charity_fen": charity_fen,
        "resident_fen": 14_00 - government_fen - charity_fen,
        "reason": Reason.OK,
        "policy_reference": "示例〔2026〕1号",
        "layers": layers,
    }
    return Line(**values | changes)  # type: ignore[arg-type]  # any field of a line


LINES = [
    a_line(1, "R-1", GENERAL, LOTTERY, charity_fen=50),
    a_line(2, "R-1", GENERAL, charity_fen=20),
    a_line(3, "R-2", GENERAL),
    a_line(4, "R-2", GENERAL, reason=Reason.REVERSED),
    a_line(5, "R-2", GENERAL, reason=Reason.REVERSED),
    # Nobody pays for this one's meal, and for the next one charity alone.
    a_line(6, "R-3", reason=Reason.UNDER_AGE),
    a_line(7, "R-4", charity_fen=70),
]
EATEN = [
    Eaten("R-1", 2, 2, 2, 30_00, 8_00, 2_00, 70, 19_30, 2),
    Eaten("R-2", 3, 1, 1, 15_00, 3_00, 1_00, 0, 11_00, 0),
    Eaten("R-3", 1, 1, 0, 15_00, 0, 1_00, 0, 14_00, 0),
    Eaten("R-4", 1, 1, 1, 15_00, 0, 1_00, 70, 13_30, 1),
]
PAID = [
    Paid("R-1", "district", "一般公共预算", 2, 6_00),
    Paid("R-1", "city", "福彩公益金", 1, 2_00),
    Paid("R-2", "district", "一般公共预算", 1, 3_00),
]


def summed() -> Tally:
    tally = Tally()
    for eaten in EATEN:
        tally.add_eaten(eaten)
    for paid in PAID:
        tally.add_paid(paid)
    return tally


def test_what_residents_ate_and_payers_gave_comes_to_these_sums() -> None:
    tally = summed()
    assert tally.totals == Totals(
        persons=3,
        meals=5,
        subsidised_meals=4,
        reversed_meals=2,
        price_fen=75_00,
        government_fen=11_00,
        operator_fen=5_00,
        charity_fen=1_40,
        resident_fen=57_60,
    )
    assert tally.totals.lines == len(LINES)
    assert tally.persons == {"R-1", "R-2", "R-4"}
    assert tally.amounts == (
        FundAmount("city", "福彩公益金", 1, 1, 2_00),
        FundAmount("district", "一般公共预算", 2, 3, 9_00),
        FundAmount(CHARITY_PAYER, CHARITY_FUND, 2, 3, 1_40),
    )


def test_both_ways_of_summing_up_come_to_the_same() -> None:
    by_line, by_resident = Tally.of(LINES), summed()
    assert (by_line.totals, by_line.amounts, by_line.persons) == (
        by_resident.totals,
        by_resident.amounts,
        by_resident.persons,
    )
