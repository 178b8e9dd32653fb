"""What is done when nobody answers: whose turn it is, by when, and which orders nobody could follow."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from app.delivery.rules.cases import (
    DEFAULT_ORDER,
    CaseOrder,
    MealGoes,
    Minutes,
    Next,
    Step,
    StepResult,
    Taken,
    next_of,
    read_steps,
    steps_left,
    timeline,
    written_steps,
)
from app.errors import DomainError

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def after(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def taken(step: Step, minutes: int, result: StepResult = StepResult.NOT_REACHED) -> Taken:
    return Taken(step, result, after(minutes))


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        ([], (Step.RESIDENT, 5)),
        ([taken(Step.RESIDENT, 3)], (Step.FAMILY, 13)),
        ([taken(Step.RESIDENT, 40)], (Step.FAMILY, 50)),
        ([taken(Step.RESIDENT, 3), taken(Step.RESIDENT, 8)], (Step.FAMILY, 18)),
        ([taken(Step.RESIDENT, 3), taken(Step.FAMILY, 5, StepResult.NOT_POSSIBLE)], (Step.COMMUNITY, 20)),
        ([taken(Step.COMMUNITY, 4)], (Step.ENTER, 34)),
        ([taken(Step.RESIDENT, 3, StepResult.REACHED)], (None, 13)),
        ([taken(Step.ENTER, 20)], (None, 30)),
        ([taken(Step.ENTER, 20), taken(Step.RESIDENT, 22)], (None, 32)),
        ([taken(Step.RESIDENT, 2, StepResult.REACHED), taken(Step.FAMILY, 4)], (Step.COMMUNITY, 19)),
    ],
)
def test_each_clock_starts_when_the_step_before_was_taken(
    done: list[Taken], expected: tuple[Step | None, int]
) -> None:
    step, minutes = expected
    assert next_of(NOON, done, DEFAULT_ORDER) == Next(step, after(minutes))


def test_another_order_asks_for_other_steps_in_another_time() -> None:
    order = CaseOrder(date(2026, 1, 1), ((Step.COMMUNITY, 3), (Step.RESIDENT, 7)), 4, 0, MealGoes.NEIGHBOUR)
    assert next_of(NOON, [], order) == Next(Step.COMMUNITY, after(3))
    assert next_of(NOON, [taken(Step.COMMUNITY, 2)], order) == Next(Step.RESIDENT, after(9))
    assert next_of(NOON, [taken(Step.FAMILY, 2)], order) == Next(Step.COMMUNITY, after(5))


def test_the_steps_to_come_are_due_one_after_the_other() -> None:
    lines = timeline(NOON, [taken(Step.RESIDENT, 2)], DEFAULT_ORDER)
    assert [(line.step, line.due_at) for line in lines] == [
        (Step.RESIDENT, None),
        (Step.FAMILY, after(12)),
        (Step.COMMUNITY, after(27)),
        (Step.ENTER, after(57)),
    ]
    assert lines[0].taken == (taken(Step.RESIDENT, 2),)


def test_who_is_known_to_be_well_needs_no_more_steps() -> None:
    done = [taken(Step.RESIDENT, 2, StepResult.REACHED)]
    assert [line.due_at for line in timeline(NOON, done, DEFAULT_ORDER)] == [None] * 4
    assert [step for step, _ in steps_left(done, DEFAULT_ORDER)] == [Step.FAMILY, Step.COMMUNITY, Step.ENTER]


@pytest.mark.parametrize(("minutes", "late"), [(4, 0), (5, 0), (6, 1), (65, 60)])
def test_late_is_counted_in_whole_minutes(minutes: int, late: int) -> None:
    assert next_of(NOON, [], DEFAULT_ORDER).late_minutes(after(minutes)) == late


@pytest.mark.parametrize(
    "steps",
    [(), ((Step.FAMILY, 5), (Step.FAMILY, 9)), ((Step.FAMILY, 0),), ((Step.FAMILY, 241),)],
    ids=["none", "twice", "no time", "too long"],
)
def test_an_order_that_nobody_could_follow_is_refused(steps: tuple[Minutes, ...]) -> None:
    with pytest.raises(DomainError):
        CaseOrder(date(2026, 1, 1), steps, 10, 5, MealGoes.KITCHEN)


def test_steps_read_back_as_they_were_written() -> None:
    assert read_steps(written_steps(DEFAULT_ORDER.steps)) == DEFAULT_ORDER.steps
