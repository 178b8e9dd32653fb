"""A fund's months add up one after the other, and its gifts are spent in the order in which they came."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.donations.rules.gifts import spent_of
from app.donations.rules.months import FundMonth, months_of


def test_a_month_with_only_one_side_has_nothing_on_the_other() -> None:
    received = [(2026, 9, 2, 500), (2027, 1, 1, 40)]
    spent = [(2026, 10, 3, 120), (2026, 9, 1, 30)]
    assert months_of(received, spent) == [
        FundMonth(2026, 9, 2, 500, 1, 30, 470),
        FundMonth(2026, 10, 0, 0, 3, 120, 350),
        FundMonth(2027, 1, 1, 40, 0, 0, 390),
    ]


def test_gifts_are_used_up_in_their_order_and_none_before_anything_is_spent() -> None:
    gifts = [(7, 500), (3, 300), (9, 100)]
    assert [spent_of(number, gifts, 0) for number, _ in gifts] == [0, 0, 0]
    assert [spent_of(number, gifts, 600) for number, _ in gifts] == [500, 100, 0]
    assert [spent_of(number, gifts, 9_000) for number, _ in gifts] == [500, 300, 100]
    assert spent_of(1, gifts, 600) == 0


@given(st.lists(st.integers(0, 1_000), max_size=8), st.integers(0, 9_000))
def test_what_gifts_were_spent_adds_up(worths: list[int], spent_fen: int) -> None:
    gifts = list(enumerate(worths))
    used = [spent_of(number, gifts, spent_fen) for number, _ in gifts]
    assert sum(used) == min(spent_fen, sum(worths))
    assert all(0 <= fen <= worth for fen, worth in zip(used, worths, strict=True))
