"""The forecast of covers on ledgers whose truth is known."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.canteens.rules import Sitting
from app.oversight.rules.outlook import AHEAD, Condition, History, Outlook, Series
from app.oversight.rules.smoothing import outlooks
from bench.forecast import DAYS, FIRST_ON, history, ledger, median_of_four

MONDAY = date(2026, 3, 2)
LUNCH = Series("C01", Sitting.LUNCH)
WEEK = (40, 42, 40, 44, 38, 20, 0)
PLAIN: frozenset[Condition] = frozenset()


def of_weeks(
    weeks: int, *, shut: frozenset[date] = frozenset(), changes: dict[int, int | None] | None = None
) -> Outlook:
    """Forecast one canteen after so many weeks that were all alike but for these days."""
    counts: list[int | None] = [*WEEK] * weeks
    for day, came in (changes or {}).items():
        counts[day] = came
    days = [PLAIN] * (len(counts) + AHEAD)
    return outlooks(History(MONDAY, {LUNCH: counts}, days, {LUNCH: shut}))[LUNCH]


def test_a_week_like_all_before_is_forecast_as_it_was() -> None:
    found = of_weeks(20)
    assert [day.covers for day in found.days] == [*WEEK, *WEEK]
    assert found.days[0].on == MONDAY + timedelta(weeks=20)
    assert found.fared.wape < 0.02
    assert all(day.low <= day.covers <= day.high for day in found.days)


def test_a_sitting_that_ended_is_expected_no_more_and_one_that_comes_back_is() -> None:
    ended = of_weeks(20, changes=dict.fromkeys(range(120, 140), 0))
    assert [day.covers for day in ended.days] == [0] * AHEAD
    # Three weeks of pause, then a week as before: each weekday is expected again.
    back = of_weeks(20, changes=dict.fromkeys(range(112, 133), 0))
    assert [day.covers > 0 for day in back.days[:7]] == [came > 0 for came in WEEK]


def test_a_closed_day_is_nought_and_does_not_move_the_days_around_it() -> None:
    closing = MONDAY + timedelta(weeks=20, days=2)
    found = of_weeks(20, shut=frozenset({closing}), changes=dict.fromkeys(range(126, 131)))
    assert [day.covers for day in found.days][:4] == [40, 42, 0, 44]
    assert (found.days[2].low, found.days[2].high) == (0, 0)


def test_what_holidays_did_before_they_do_again() -> None:
    counts, holidays = [*WEEK] * 30, (40, 80, 121, 162)
    for day in holidays:
        counts[day] = round(counts[day] * 0.5)
    days = [frozenset({Condition.HOLIDAY}) if day in holidays else PLAIN for day in range(210)]
    coming = [frozenset({Condition.HOLIDAY}), *([PLAIN] * (AHEAD - 1))]
    found = outlooks(History(MONDAY, {LUNCH: counts}, [*days, *coming]))[LUNCH]
    assert 18 <= found.days[0].covers <= 26
    assert found.days[7].covers == pytest.approx(40, abs=2)


def test_a_day_on_which_few_came_everywhere_moves_no_level() -> None:
    counts = {Series(f"C{site:02d}", Sitting.LUNCH): [20 + site] * 140 for site in range(12)}
    calm = outlooks(History(MONDAY, counts, [PLAIN] * (140 + AHEAD)))
    stormy = {series: [*came[:-1], came[-1] // 3] for series, came in counts.items()}
    after = outlooks(History(MONDAY, stormy, [PLAIN] * (140 + AHEAD)))
    for series in counts:
        assert abs(after[series].days[0].covers - calm[series].days[0].covers) <= 1


def test_the_same_history_gives_the_same_forecast_and_nothing_after_it_is_looked_at() -> None:
    drawn = ledger(4, 3, rough=True)
    origin = DAYS - 60
    first = outlooks(history(drawn, origin))
    drawn.counts[:, origin:] = 999
    assert outlooks(history(drawn, origin)) == first


def test_it_comes_nearer_than_the_median_of_the_last_four_same_weekdays() -> None:
    drawn = ledger(12, 11, rough=False)
    missed = yardstick = within = counted = 0.0
    for origin in range(DAYS - 120, DAYS - AHEAD, 21):
        found = outlooks(history(drawn, origin))
        medians, _, _ = median_of_four(drawn, origin)
        for row, name in enumerate(drawn.names):
            assert found[name].days[0].on == FIRST_ON + timedelta(days=origin)
            for later, day in enumerate(found[name].days):
                came = int(drawn.counts[row, origin + later])
                missed += abs(day.covers - came)
                yardstick += abs(float(medians[row, later]) - came)
                within += day.low <= came <= day.high
                counted += 1
    assert missed < 0.95 * yardstick
    assert 0.76 < within / counted < 0.92


def test_the_yardstick_that_is_shown_is_the_median_of_the_last_four_same_weekdays() -> None:
    drawn = ledger(3, 5, rough=False)
    found = outlooks(history(drawn, DAYS - AHEAD))
    medians, _, _ = median_of_four(drawn, DAYS - AHEAD)
    for row, name in enumerate(drawn.names):
        shown = [day.median for day in found[name].days]
        assert shown == [round(float(each)) for each in medians[row]]


@pytest.mark.parametrize("length", [1, 5, 20, 45])
def test_a_new_place_gets_a_forecast_from_its_first_days(length: int) -> None:
    counts: list[int | None] = [30] * length
    found = outlooks(History(MONDAY, {LUNCH: counts}, [PLAIN] * (length + AHEAD)))[LUNCH]
    assert 25 <= found.days[0].covers <= 35
    assert found.days[0].low <= found.days[0].high


def test_without_any_day_there_is_no_forecast() -> None:
    assert outlooks(History(MONDAY, {LUNCH: []}, [PLAIN] * AHEAD)) == {}
    assert outlooks(History(MONDAY, {}, [PLAIN] * AHEAD)) == {}
