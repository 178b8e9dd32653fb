"""The morning's list: what changed between two days, told once for each door."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.delivery.rules.morning import (
    Around,
    Detail,
    Line,
    Move,
    by_move,
    changes,
    diet_named,
    diets_counted,
    lines_read,
    lines_written,
    mark_of_list,
)

LINE = Line(1, 10, 1, "软食", "door")


@pytest.mark.parametrize(
    ("otherwise", "details"),
    [
        ({"diet": "低盐"}, (Detail.DIET,)),
        ({"meals": 2}, (Detail.MEALS,)),
        ({"door": "other"}, (Detail.DOOR,)),
        ({"diet": "", "meals": 3, "door": "other"}, (Detail.DIET, Detail.MEALS, Detail.DOOR)),
    ],
)
def test_a_door_that_stays_tells_what_is_otherwise(
    otherwise: dict[str, str | int], details: tuple[Detail, ...]
) -> None:
    (change,) = changes([LINE], [replace(LINE, **otherwise)], Around())  # type: ignore[arg-type]
    assert (change.move, change.details) == (Move.CHANGED, details)


def test_another_subscription_for_the_same_door_is_no_change() -> None:
    assert changes([LINE], [replace(LINE, subscription=2)], Around()) == ()


@pytest.mark.parametrize(
    ("around", "came", "went"),
    [
        (Around(), Move.NEW, Move.GONE),
        (Around(paused_before=[10], paused_today=[10]), Move.BACK, Move.PAUSED),
        (Around(ran_before=[1], runs_today=[1]), Move.TODAY, Move.NOT_TODAY),
        (Around([10], [10], [1], [1]), Move.BACK, Move.PAUSED),
    ],
    ids=["new", "pause", "weekday", "pause before weekday"],
)
def test_a_door_on_one_list_alone_says_why(around: Around, came: Move, went: Move) -> None:
    assert [each.move for each in changes([], [LINE], around)] == [came]
    assert [each.move for each in changes([LINE], [], around)] == [went]


LINES = st.lists(
    st.builds(
        Line,
        subscription=st.integers(1, 50),
        resident=st.integers(1, 9),
        meals=st.integers(1, 3),
        diet=st.sampled_from(["", "软食", "低盐"]),
        door=st.sampled_from(["a", "b"]),
    ),
    unique_by=lambda line: line.resident,
)


@given(LINES, LINES)
def test_the_changes_add_up_from_one_list_to_the_other(before: list[Line], today: list[Line]) -> None:
    moves = by_move(changes(before, today, Around()))
    assert len(before) + moves.get(Move.NEW, 0) - moves.get(Move.GONE, 0) == len(today)
    assert changes(today, today, Around()) == ()
    assert sum(meals for _, meals in diets_counted(today)) == sum(line.meals for line in today)


@given(LINES)
def test_a_list_reads_back_as_it_was_written(lines: list[Line]) -> None:
    assert lines_read(lines_written(lines)) == tuple(lines)
    assert mark_of_list(lines) != mark_of_list([*lines, LINE])


@given(
    st.lists(st.sampled_from(["软食", "低糖", "低盐"]), unique=True), st.sampled_from(["、", ",", " ", "/"])
)
def test_a_diet_is_the_same_however_it_is_written(parts: list[str], sign: str) -> None:
    assert diet_named(sign.join(parts)) == "、".join(sorted(parts))
