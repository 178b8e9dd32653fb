"""A correction is what a meal is worth now, less all that was settled of it: to the fen, fund by fund."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.settlement.rules.adjustments import Adjustment, adjustments_of, shares_of, worth_of
from app.settlement.rules.canonical import canonical_adjustment, canonical_recovery
from app.settlement.rules.recovery import RecoveryLine
from app.settlement.rules.statement import FundAmount, Tally
from app.subsidy.rules import LayerShare, Reason
from tests.unit.settlement.test_statement_rules import GENERAL, LOTTERY, NUMBER, a_line

A, B = ("district", "一般公共预算"), ("city", "福彩公益金")
shares = st.dictionaries(st.sampled_from([A, B, ("charity", "爱心餐")]), st.integers(-5_00, 5_00))


def test_two_layers_of_one_fund_are_one_sum() -> None:
    assert shares_of([GENERAL, LOTTERY, GENERAL]) == {A: 6_00, B: 2_00}
    assert shares_of([LayerShare("city", "一般公共预算", 1), GENERAL]) == {("city", A[1]): 1, A: 3_00}


def test_only_a_meal_that_counts_is_worth_anything() -> None:
    line = a_line(layers=(GENERAL, LOTTERY), charity_fen=50)
    assert worth_of(line) == shares_of(line.shares)
    assert worth_of(line)[A] == 3_00
    assert worth_of(None) == Counter()
    assert worth_of(a_line(reason=Reason.REVERSED)) == Counter()


@pytest.mark.parametrize(
    ("worth", "settled", "owed"),
    [
        ({A: 300}, {}, [("district", "一般公共预算", 300)]),
        ({}, {A: 300}, [("district", "一般公共预算", -300)]),
        ({A: 300}, {A: 500}, [("district", "一般公共预算", -200)]),
        ({A: 300}, {B: 300}, [("city", "福彩公益金", -300), ("district", "一般公共预算", 300)]),
        ({A: 300, B: 0}, {A: 300}, []),
        ({}, {}, []),
    ],
)
def test_the_difference_is_given_fund_by_fund(
    worth: dict[tuple[str, str], int],
    settled: dict[tuple[str, str], int],
    owed: list[tuple[str, str, int]],
) -> None:
    assert adjustments_of("m1", NUMBER, worth=worth, settled=settled) == [
        Adjustment("m1", NUMBER, payer, fund, amount_fen) for payer, fund, amount_fen in owed
    ]


@given(shares, shares)
def test_what_was_settled_and_its_corrections_are_what_the_meal_is_worth(
    worth: dict[tuple[str, str], int], settled: dict[tuple[str, str], int]
) -> None:
    after = Counter(settled)
    for each in adjustments_of("m1", NUMBER, worth=worth, settled=settled):
        assert each.amount_fen
        after[each.payer, each.fund] += each.amount_fen
    assert {fund: fen for fund, fen in after.items() if fen} == {
        fund: fen for fund, fen in worth.items() if fen
    }
    assert adjustments_of("m1", NUMBER, worth=worth, settled=after) == []


def test_corrections_and_recoveries_move_the_amount_and_no_count() -> None:
    tally = Tally()
    tally.add(a_line())
    tally.settle(
        [
            Adjustment("m0", "202609-C01-01", *A, -300),
            Adjustment("m9", "202609-C01-01", *B, 200),
            Adjustment("m8", "202609-C01-01", *B, 50),
        ],
        [RecoveryLine("ZH-1", *A, -100), RecoveryLine("ZH-2", *A, -20)],
    )
    totals = tally.totals
    assert (totals.persons, totals.meals, totals.subsidised_meals, totals.government_fen) == (1, 1, 1, 300)
    assert (totals.adjustment_fen, totals.recovery_fen) == (-50, -120)
    assert tally.amounts == (FundAmount(*B, 0, 0, 250), FundAmount(*A, 1, 1, -120))
    assert totals.amount_fen == sum(row.amount_fen for row in tally.amounts)


def test_the_canonical_form_of_what_is_moved_is_as_it_is_documented() -> None:
    assert canonical_adjustment(Adjustment("m0", "202609-C01-01", *A, -300)) == (
        '["m0","202609-C01-01","district","一般公共预算",-300]\n'.encode()
    )
    assert canonical_recovery(RecoveryLine("ZH-1", *A, -100)) == (
        '["recovery","ZH-1","district","一般公共预算",-100]\n'.encode()
    )
