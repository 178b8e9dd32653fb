"""Hours, closures and menu lines: what is taken and what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.canteens.rules import (
    ClosureReason,
    Dish,
    DishMark,
    NewClosure,
    Opening,
    OpenSpan,
    dishes_read,
    dishes_written,
    opening_of,
)
from app.canteens.rules.menus import MOST_DISHES
from app.canteens.rules.opening import LONGEST_CLOSURE, telephone
from app.errors import DomainError

DAY = date(2026, 11, 27)
NAMES = st.text("红烧肉土豆牛蒸汤ab", min_size=1, max_size=12)
DISHES = st.builds(
    Dish,
    name=NAMES,
    price_fen=st.none() | st.integers(0, 999_99),
    marks=st.sets(st.sampled_from(DishMark)).map(lambda held: tuple(m for m in DishMark if m in held)),
)


@given(st.lists(DISHES, max_size=MOST_DISHES))
def test_dishes_that_were_written_are_read_as_they_were(dishes: list[Dish]) -> None:
    assert dishes_read(dishes_written(dishes)) == tuple(dishes)


@pytest.mark.parametrize(
    ("line", "dish"),
    [
        ("红烧肉", Dish("红烧肉")),
        ("  红烧肉　12元 ", Dish("红烧肉", 12_00)),
        ("清蒸鲈鱼（软食、低盐）￥18.5", Dish("清蒸鲈鱼", 18_50, (DishMark.SOFT, DishMark.LOW_SALT))),
        ("清真 牛肉 清真", Dish("清真 牛肉", None, (DishMark.HALAL,))),
        ("88 宴", Dish("88 宴")),
    ],
)
def test_a_line_is_read_as_people_write_it(line: str, dish: Dish) -> None:
    assert dishes_read(line) == (dish,)


@pytest.mark.parametrize("written", ["菜" * 41, "红烧肉 1000.01", "\n".join(["米饭"] * (MOST_DISHES + 1))])
def test_a_line_that_is_no_dish_is_refused(written: str) -> None:
    with pytest.raises(DomainError):
        dishes_read(written)


@pytest.mark.parametrize(("opens", "closes"), [(3600, 3600), (7200, 3600), (-1, 60), (0, 86_401)])
def test_hours_end_after_they_begin_within_a_day(opens: int, closes: int) -> None:
    with pytest.raises(DomainError):
        OpenSpan(opens, closes)


def test_between_two_sittings_a_site_opens_later() -> None:
    spans = [OpenSpan(60_000, 66_000), OpenSpan(39_600, 45_000)]
    assert [opening_of(spans, at) for at in (0, 45_000, 66_000)] == [
        Opening.LATER,
        Opening.LATER,
        Opening.OVER,
    ]


@pytest.mark.parametrize(
    ("last_on", "reason", "words"),
    [
        (DAY - timedelta(days=1), ClosureReason.REPAIRS, ""),
        (DAY + LONGEST_CLOSURE + timedelta(days=1), ClosureReason.FESTIVAL, ""),
        (DAY, ClosureReason.OTHER, ""),
    ],
)
def test_a_closure_has_days_and_a_reason(last_on: date, reason: ClosureReason, words: str) -> None:
    with pytest.raises(DomainError):
        NewClosure(DAY, last_on, reason, words)


@pytest.mark.parametrize("written", ["", "abc", "12", "0731-85123456 找王姐", "85123456<script>"])
def test_what_is_no_number_is_no_telephone(written: str) -> None:
    with pytest.raises(DomainError):
        telephone(written)
