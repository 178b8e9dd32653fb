"""Watching a sitting: what is ordered, what tablets let us know, when clocks begin and who was in time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from app.canteens.rules import Sitting
from app.care.rules.watching import (
    DEFAULT_ORDER,
    News,
    WatchOrder,
    begins_at,
    news_of,
    read_times,
    was_in_time,
    written_times,
)
from app.delivery.rules.cases import Step, StepResult, Taken
from app.errors import DomainError
from app.till.rules.watch import TabletFacts

NOON = datetime(2026, 11, 27, 4, 30, tzinfo=UTC)
"""Half past twelve in Shanghai."""


def tablet(*, heard_minutes_ago: int | None = 1, unsent: int = 0, is_revoked: bool = False) -> TabletFacts:
    heard_at = None if heard_minutes_ago is None else NOON - timedelta(minutes=heard_minutes_ago)
    return TabletFacts(
        enrolled_at=NOON - timedelta(days=90),
        last_seen_at=heard_at,
        unsent=unsent,
        revoked_at=NOON if is_revoked else None,
    )


@pytest.mark.parametrize(
    ("tablets", "meals", "expected"),
    [
        ([tablet()], 40, News.KNOWN),
        ([tablet(), tablet(heard_minutes_ago=31)], 40, News.NOT_KNOWN),
        ([tablet(unsent=1)], 40, News.NOT_KNOWN),
        ([tablet(heard_minutes_ago=None)], 40, News.NOT_KNOWN),
        ([tablet(), tablet(heard_minutes_ago=999, is_revoked=True)], 40, News.KNOWN),
        ([tablet()], 0, News.SHUT),
        ([], 0, News.NOT_KNOWN),
        ([], 1, News.KNOWN),
    ],
)
def test_what_is_known_follows_from_the_tablets(
    tablets: list[TabletFacts], meals: int, expected: News
) -> None:
    assert news_of(tablets, meals=meals, at=NOON) is expected


def test_a_clock_begins_when_it_is_known_and_at_the_latest_when_it_was_waited_for_enough() -> None:
    assert begins_at(NOON, NOON, DEFAULT_ORDER) == NOON
    later = NOON + timedelta(minutes=10)
    assert begins_at(NOON, later, DEFAULT_ORDER) == later
    waited = NOON + timedelta(minutes=DEFAULT_ORDER.unknown_minutes)
    assert begins_at(NOON, None, DEFAULT_ORDER) == waited
    assert begins_at(NOON, NOON + timedelta(hours=3), DEFAULT_ORDER) == waited


@pytest.mark.parametrize(
    ("hour", "minute", "expected"),
    [(12, 14, ()), (12, 15, (Sitting.LUNCH,)), (15, 14, (Sitting.LUNCH,)), (15, 15, ()), (0, 5, ())],
)
def test_a_sitting_is_due_for_three_hours(hour: int, minute: int, expected: tuple[Sitting, ...]) -> None:
    at = datetime(2026, 11, 27, tzinfo=UTC) + timedelta(hours=hour - 8, minutes=minute)
    assert DEFAULT_ORDER.due(at) == expected


def minutes(count: int) -> datetime:
    return NOON + timedelta(minutes=count)


@pytest.mark.parametrize(
    ("steps", "closed", "expected"),
    [
        ((), 20, True),
        ((), 21, False),
        (((Step.RESIDENT, StepResult.REACHED, 20),), 35, True),
        (((Step.RESIDENT, StepResult.REACHED, 20),), 36, False),
        (((Step.RESIDENT, StepResult.NOT_REACHED, 21),), 22, False),
        (((Step.RESIDENT, StepResult.NOT_REACHED, 5), (Step.FAMILY, StepResult.REACHED, 25)), 40, True),
        (((Step.RESIDENT, StepResult.NOT_REACHED, 5), (Step.FAMILY, StepResult.REACHED, 26)), 27, False),
    ],
)
def test_in_time_is_every_step_and_the_closing(
    steps: tuple[tuple[Step, StepResult, int], ...],
    closed: int,
    *,
    expected: bool,
) -> None:
    taken = [Taken(step, result, minutes(after)) for step, result, after in steps]
    assert was_in_time(NOON, taken, minutes(closed), DEFAULT_ORDER.case_order) is expected


@pytest.mark.parametrize(
    "changes", [{"came": 0}, {"came": 5}, {"of": 9}, {"unknown_minutes": 241}, {"steps": ()}]
)
def test_an_order_that_nobody_could_follow_is_refused(changes: dict[str, object]) -> None:
    given: dict[str, object] = {
        "from_on": date(2026, 12, 1),
        "came": 3,
        "of": 4,
        "times": ((Sitting.LUNCH, time(12, 0)),),
        "steps": DEFAULT_ORDER.steps,
        "close_minutes": 10,
        "unknown_minutes": 30,
        **changes,
    }
    with pytest.raises(DomainError):
        WatchOrder(**given)  # type: ignore[arg-type]  # any field of it


def test_times_are_read_as_they_were_written() -> None:
    times = ((Sitting.BREAKFAST, time(8, 5)), (Sitting.DINNER, time(18, 0)))
    assert read_times(written_times(times)) == times
    assert read_times("") == ()
