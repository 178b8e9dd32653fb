"""What stands when a stop is reported more than once, and when its meal counts as served."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from uuid import UUID

import pytest

from app.delivery.rules.proof import (
    Outcome,
    Told,
    contradicting,
    delivered_meal_id,
    read_run_code,
    run_code,
    served_at,
    standing,
)
from app.sheet.cells import Unreadable

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
DAY = date(2026, 11, 23)


def told(number: int, outcome: Outcome, minutes: int = 0) -> Told:
    return Told(UUID(int=number), outcome, NOON + timedelta(minutes=minutes))


def test_the_first_hand_over_stands_whatever_order_reports_come_in() -> None:
    missed = told(1, Outcome.NO_ANSWER)
    given = told(2, Outcome.HANDED_OVER, 5)
    again = told(3, Outcome.HANDED_OVER, 6)
    later = told(4, Outcome.PROBLEM, 7)
    for order in permutations((missed, given, again, later)):
        assert standing(order) == given
        assert contradicting(order) == (later,)


def test_without_a_hand_over_the_last_word_stands_and_nothing_contradicts() -> None:
    reports = [told(2, Outcome.REFUSED, 9), told(1, Outcome.NO_ANSWER)]
    assert standing(reports) == reports[0]
    assert contradicting(reports) == ()
    assert standing(()) is None


@pytest.mark.parametrize(
    ("reported", "counted"),
    [
        (NOON, NOON),
        (NOON - timedelta(hours=2), NOON - timedelta(hours=2)),
        (NOON - timedelta(days=1), "planned"),
        (NOON + timedelta(days=365), "planned"),
        (NOON + timedelta(hours=1), "planned"),
    ],
)
def test_a_phone_whose_clock_cannot_be_right_leaves_the_planned_minute(
    reported: datetime, counted: datetime | str
) -> None:
    planned = NOON - timedelta(minutes=3)
    got = served_at(reported, day=DAY, planned_at=planned, received_at=NOON + timedelta(minutes=20))
    assert got == (planned if counted == "planned" else counted)


def test_boxes_days_and_doors_are_meals_of_their_own() -> None:
    ids = {
        delivered_meal_id(door, day, box)
        for door in (1, 2)
        for day in (DAY, date(2026, 11, 24))
        for box in (1, 2)
    }
    assert len(ids) == 8


@pytest.mark.parametrize("run_id", [1, 12, 999_999, 1_234_567])
def test_a_code_reads_back_and_a_slip_of_one_digit_or_two_swapped_is_found(run_id: int) -> None:
    code = run_code(run_id)
    assert read_run_code(code.lower().replace("-", " ")) == run_id
    digits = "".join(sign for sign in code if sign.isdigit())
    heads = [digits[:place] for place in range(len(digits))]
    tails = [digits[place:] for place in range(len(digits))]
    slips = {head + str((int(tail[0]) + 1) % 10) + tail[1:] for head, tail in zip(heads, tails, strict=True)}
    slips |= {head + tail[1] + tail[0] + tail[2:] for head, tail in zip(heads[:-1], tails[:-1], strict=True)}
    for slip in slips - {digits}:
        with pytest.raises(Unreadable, match="Compare each digit"):
            read_run_code(slip)


@pytest.mark.parametrize("written", ["", "L", "L-", "王秀兰", "9" * 40, "L-000012-5-5"])
def test_what_is_no_code_is_refused(written: str) -> None:
    with pytest.raises(Unreadable):
        read_run_code(written)
