"""What meals are given out of charity funds: no more than there is, asked for once, given back."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.donations.rules.allotting import Entry, Held, Pledge, Purse, drawn, entries_for

DAY = date(2026, 10, 8)
STREET, DISTRICT = 2, 1
PURSES = [Purse(DISTRICT, "430103", 100), Purse(STREET, "430103005", 30)]


def pledge(number: int, fen: int, area_code: str = "430103005001") -> Pledge:
    return Pledge(UUID(int=number), area_code, DAY, fen)


def moved(entries: list[Entry]) -> list[tuple[int, int | None, int]]:
    return [(entry.meal_id.int, entry.fund_id, entry.given_fen) for entry in entries]


@pytest.mark.parametrize(
    ("pledges", "held", "expected"),
    [
        # The fund for the narrower area gives first, the other what is missing.
        ([pledge(1, 50)], {}, [(1, STREET, 30), (1, DISTRICT, 20)]),
        # A single fen is asked for and given too.
        ([pledge(1, 1)], {}, [(1, STREET, 1)]),
        ([pledge(1, 31)], {}, [(1, STREET, 30), (1, DISTRICT, 1)]),
        # A place that a fund is not for gets nothing of it.
        ([pledge(1, 50, "430103006001")], {}, [(1, DISTRICT, 50)]),
        ([pledge(1, 50, "430104001001")], {}, [(1, None, 0)]),
        # In the order given, until there is nothing left; who gets nothing has asked all the same.
        (
            [pledge(1, 110), pledge(2, 30), pledge(3, 30)],
            {},
            [(1, 2, 30), (1, 1, 80), (2, 1, 20), (3, None, 0)],
        ),
        # Asked before and given less: nothing is made up for, whatever the fund holds by now.
        ([pledge(1, 50)], {1: Held(50, ((DISTRICT, 20),))}, []),
        ([pledge(1, 50)], {1: Held(50)}, []),
        # Pledged more than it asked for: the difference alone.
        ([pledge(1, 60)], {1: Held(50, ((DISTRICT, 20),))}, [(1, STREET, 10)]),
        # Pledged less than it holds: given back, the last first; pledged less but no less than held: nothing.
        (
            [pledge(1, 10)],
            {1: Held(50, ((STREET, 30), (DISTRICT, 20)))},
            [(1, DISTRICT, -20), (1, STREET, -20)],
        ),
        ([pledge(1, 45)], {1: Held(50, ((STREET, 30), (DISTRICT, 20)))}, [(1, DISTRICT, -5)]),
        ([pledge(1, 49)], {1: Held(50, ((DISTRICT, 50),))}, [(1, DISTRICT, -1)]),
        ([pledge(1, 30)], {1: Held(50, ((DISTRICT, 20),))}, []),
        # What is given back can be given to another at once, and is asked for anew by the same meal later.
        (
            [pledge(2, 150), pledge(1, 0)],
            {1: Held(50, ((DISTRICT, 50),))},
            [(1, DISTRICT, -50), (2, STREET, 30), (2, DISTRICT, 120)],
        ),
        ([pledge(1, 50)], {1: Held(0)}, [(1, STREET, 30), (1, DISTRICT, 20)]),
    ],
)
def test_a_meal_is_given(
    pledges: list[Pledge], held: dict[int, Held], expected: list[tuple[int, int | None, int]]
) -> None:
    assert (
        moved(entries_for(pledges, {UUID(int=key): each for key, each in held.items()}, PURSES)) == expected
    )


def test_every_entry_is_of_the_day_of_its_meal() -> None:
    asked = [pledge(1, 50), pledge(2, 10), pledge(3, 50, "430104001001")]
    held = {UUID(int=2): Held(50, ((DISTRICT, 20),))}
    entries = entries_for(asked, held, PURSES)
    assert {entry.meal_id.int for entry in entries} == {1, 2, 3}
    assert {entry.served_on for entry in entries} == {DAY}


_AREAS = st.sampled_from(["", "430103", "430103005", "430104"])
_PLACES = st.sampled_from(["430103005001", "430103006001", "430104001001"])
_ROUNDS = st.lists(
    st.lists(st.tuples(st.integers(1, 6), st.integers(0, 90)), max_size=6, unique_by=lambda pair: pair[0]),
    max_size=8,
)


@given(st.lists(st.tuples(_AREAS, st.integers(0, 120)), max_size=4), _ROUNDS, st.lists(_PLACES, min_size=7))
def test_no_fund_falls_below_nothing_and_no_meal_holds_more_than_its_pledge(
    funds: list[tuple[str, int]], rounds: list[list[tuple[int, int]]], places: list[str]
) -> None:
    areas = {number: area for number, (area, _) in enumerate(funds, start=1)}
    balances = Counter({number: fen for number, (_, fen) in enumerate(funds, start=1)})
    held: defaultdict[UUID, Held] = defaultdict(Held)
    for asked in rounds:
        pledges = [pledge(number, fen, places[number]) for number, fen in asked]
        purses = [Purse(number, areas[number], balances[number]) for number in areas]
        entries = entries_for(pledges, held, purses)
        balances.subtract(drawn(entries))
        for entry in entries:
            held[entry.meal_id] = held[entry.meal_id].after(entry)
            if entry.fund_id is not None:
                assert places[entry.meal_id.int].startswith(areas[entry.fund_id])
        assert min(balances.values(), default=0) >= 0
        assert all(held[each.meal_id].fen <= each.pledged_fen for each in pledges)
        assert sum(balances.values()) + sum(each.fen for each in held.values()) == sum(
            fen for _, fen in funds
        )
        # Asked again at once, nobody has anything to ask or to give back.
        purses = [Purse(number, areas[number], balances[number]) for number in areas]
        assert entries_for(pledges, held, purses) == []
