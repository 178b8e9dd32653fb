from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import DomainError
from app.money import format_yuan, in_capitals, parse_yuan, percent_of, share

FEN = st.integers(min_value=-(10**13), max_value=10**13)


@given(FEN)
def test_what_is_written_is_read_back(fen: int) -> None:
    assert parse_yuan(format_yuan(fen)) == fen


@pytest.mark.parametrize("written", ["", "abc", "1.234", "1,23", "--5", "1e5", "½", "15 块", "9" * 20])
def test_what_is_no_amount_is_refused(written: str) -> None:
    with pytest.raises(DomainError):
        parse_yuan(written)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("x" * 50, f"“{'x' * 40}” is not an amount in yuan. Write it like 15 or 15.50."),
        ("10000000000000.01", "“10000000000000.01” is larger than any amount here. Check it."),
        ("1" * 50, f"“{'1' * 40}” is larger than any amount here. Check it."),
    ],
)
def test_a_refusal_says_what_was_written_and_what_to_do(written: str, says: str) -> None:
    with pytest.raises(DomainError) as refused:
        parse_yuan(written)
    assert str(refused.value) == says


def test_the_largest_amount_is_read() -> None:
    assert parse_yuan("10,000,000,000,000") == 10**15


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("１５．５０", 1550),
        ("15元", 1500),
        ("￥3", 300),
        ("1,000", 100000),
        ("0", 0),
        ("12.5", 1250),
        ("-0.5", -50),
    ],
)
def test_amounts_are_read_as_people_type_them(written: str, fen: int) -> None:
    assert parse_yuan(written) == fen


@pytest.mark.parametrize(
    ("fen", "yuan"), [(0, "0.00"), (1, "0.01"), (-1, "-0.01"), (100, "1.00"), (123_456_789, "1,234,567.89")]
)
def test_amounts_are_shown_with_two_decimals_and_thousands(fen: int, yuan: str) -> None:
    assert format_yuan(fen) == yuan


@pytest.mark.parametrize(
    ("fen", "capitals"),
    [
        (140950, "人民币壹仟肆佰零玖元伍角整"),
        (32504, "人民币叁佰贰拾伍元零肆分"),
        (1640902, "人民币壹万陆仟肆佰零玖元零贰分"),
        (10_000_000, "人民币壹拾万元整"),
        (0, "人民币零元整"),
        (5, "人民币伍分"),
        (50, "人民币伍角整"),
        (1000_00, "人民币壹仟元整"),
        (10_010_000_00, "人民币壹仟零壹万元整"),
        (10_001_000_00, "人民币壹仟万壹仟元整"),
        (100_000_000_00, "人民币壹亿元整"),
        (100_001_000_00, "人民币壹亿零壹仟元整"),
        (110_001_000_00, "人民币壹亿壹仟万壹仟元整"),
        (100_101_000_00, "人民币壹亿零壹拾万壹仟元整"),
        (-140950, "人民币负壹仟肆佰零玖元伍角整"),
        (10**15, "人民币壹拾万亿元整"),
    ],
)
def test_capitals_are_written_as_vouchers_show_them(fen: int, capitals: str) -> None:
    assert in_capitals(fen) == capitals


@given(FEN, st.lists(st.integers(min_value=0, max_value=10**6), min_size=1, max_size=20).filter(any))
def test_shares_add_up_and_none_strays_a_fen_from_its_weight(total: int, weights: list[int]) -> None:
    parts = share(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - total * weight) < sum(weights)


@given(st.integers(min_value=0, max_value=10**7), st.decimals(0, 100, places=3))
def test_a_percentage_is_rounded_half_up_to_a_fen(fen: int, percent: Decimal) -> None:
    expected = (Decimal(fen) * percent / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    assert percent_of(fen, percent) == int(expected)


@given(st.integers(min_value=1, max_value=10**12))
def test_capitals_agree_with_an_independent_reference(yuan: int) -> None:
    assert in_capitals(yuan * 100) == f"人民币{cn2an.an2cn(yuan, 'up')}元整"


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [(10, [5, 1], [8, 2]), (1, [1], [1]), (1, [1, 1], [1, 0]), (0, [1, 2], [0, 0]), (-10, [5, 1], [-8, -2])],
)
def test_what_is_left_goes_to_the_largest_remainder(total: int, weights: list[int], parts: list[int]) -> None:
    assert share(total, weights) == parts


@pytest.mark.parametrize("weights", [[0, 0], [-1, 2], [-1, 1]])
def test_weights_that_share_nothing_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match=r"^weights must be non-negative and not all zero$"):
        share(100, weights)
