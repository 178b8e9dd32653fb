"""Home of the forecast itself: levels and weekdays of every series, smoothed together over the days. Pure.

Each series (a sitting at a site) has a level, a factor for each weekday and one for whether it serves on that
weekday at all. They follow what comes, day after day. Series of a sitting share what a holiday, the school
holidays or the weather do, learnt as a factor over all of them, and a day on which few came everywhere moves
no level. The arrays hold one row for each series; only who forecasts loads numpy.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.oversight.rules.outlook import (
    AHEAD,
    HELD_OUT_DAYS,
    SHARE,
    WEATHER,
    Condition,
    Expected,
    Fared,
    History,
    Outlook,
    Series,
)

Array = NDArray[Any]
_WEEK = 7
_SPEEDS = ((0.04, 0.04), (0.1, 0.06), (0.25, 0.1))
"""How fast the level and the weekdays of each of the filters follow what comes."""
_WARM_UP = 28
_SERVES = 0.35
"""Below this share a weekday counts as one without meals: three weeks without any, one with some."""
_FORGETS = 0.94
_UNSURE_OF_COMMON, _UNSURE_OF_OWN = 0.5, 3.0
_UNSURE_OF_SHOCK = 3.0
_CONDITIONS = tuple(Condition)
_KNOWN_BEFORE = np.array([each not in WEATHER for each in Condition], dtype=float)


@dataclass(frozen=True, slots=True)
class _Ground:
    """A history as arrays: counts by series and day, each series' sitting, conditions by day."""

    counts: Array
    sittings: Array
    conditions: Array
    weekdays: Array


def outlooks(history: History) -> dict[Series, Outlook]:
    """Forecast every series, and say how such forecasts fared on the days that are over.

    The same history gives the same forecast. Held out are the last `HELD_OUT_DAYS` days: each is compared
    with the forecasts of up to `AHEAD` days before it, which knew nothing of it nor of its weather.
    """
    if not history.counts or not history.length:
        return {}
    ground = _ground(history)
    ahead, known = _forecasts(ground)
    medians = _medians(ground)
    errors = _Errors(ground, known, medians)
    ahead, low, high = errors.ranges(ahead)
    return {
        series: Outlook(
            _days(history, series, (ahead[:, row], low[:, row], high[:, row], medians[-1, :, row])),
            errors.fared(row),
        )
        for row, series in enumerate(history.counts)
    }


def _ground(history: History) -> _Ground:
    sittings = sorted({(series.sitting, series.is_cooked) for series in history.counts})
    begins = history.first_on.weekday()
    return _Ground(
        np.array([[np.nan if each is None else each for each in row] for row in history.counts.values()]),
        np.array([sittings.index((series.sitting, series.is_cooked)) for series in history.counts]),
        np.array([[each in day for each in _CONDITIONS] for day in history.days], dtype=float),
        np.array([(begins + day) % _WEEK for day in range(len(history.days))]),
    )


def _days(history: History, series: Series, figures: tuple[Array, ...]) -> tuple[Expected, ...]:
    shut = history.shut.get(series, frozenset())
    days = []
    for later in range(AHEAD):
        on = history.next_on + timedelta(days=later)
        covers, low, high, median = (0 if on in shut else round(float(each[later])) for each in figures)
        days.append(Expected(on, covers, min(low, covers), max(high, covers), median))
    return tuple(days)


def _forecasts(ground: _Ground) -> tuple[Array, Array]:
    """Give what is expected of the next days, and what was on each day over: [origin, day ahead, series].

    Of several filters each series follows those that came nearer of late.
    """
    filters = [_Filter(ground, *speeds) for speeds in _SPEEDS]
    runs = [each.run() for each in filters]
    weights = _weights(np.array([run[1] for run in runs]), ground.counts)
    known = np.einsum("fts,fths->ths", weights, np.array([run[1] for run in runs]))
    ahead = np.einsum("fs,fhs->hs", weights[:, -1], np.array([run[0] for run in runs]))
    return ahead, known


def _weights(forecasts: Array, counts: Array) -> Array:
    """Weigh the filters on each day by their errors up to that day: [filter, origin, series]."""
    filters, days, _, rows = forecasts.shape
    lost = np.full((filters, rows), 1.0)
    weights = np.empty((filters, days, rows))
    for day in range(days):
        for before in (1, _WEEK):
            if day >= before:
                missed = np.abs(forecasts[:, day - before, before - 1] - counts[:, day])
                lost = lost * _FORGETS**0.5 + np.nan_to_num(missed)
        nearness = lost**-2.0
        weights[:, day] = nearness / nearness.sum(axis=0)
    return weights


class _Filter:
    """Levels and weekdays that follow what comes at one speed."""

    def __init__(self, ground: _Ground, level_speed: float, weekday_speed: float) -> None:
        """Begin with what the first weeks were like."""
        self._ground = ground
        self._speeds = (level_speed, weekday_speed)
        rows, sittings = len(ground.counts), int(ground.sittings.max()) + 1
        early = ground.counts[:, :_WARM_UP]
        served = np.where(early > 0, early, np.nan)
        self._level = np.nan_to_num(_mean(served, axis=1), nan=0.0)
        self._weekday = self._first_weekdays(served)
        self._serves = np.ones((rows, _WEEK))
        self._seen, self._seen_weekday = np.zeros(rows), np.zeros((rows, _WEEK))
        self._idle = np.zeros(rows)
        self._bias = np.zeros(sittings)
        self._common, self._common_seen = (np.zeros((sittings, len(_CONDITIONS))) for _ in range(2))
        self._own, self._own_seen = (np.zeros((rows, len(_CONDITIONS))) for _ in range(2))

    def _first_weekdays(self, served: Array) -> Array:
        """Give each weekday's factor over all series of a sitting."""
        weekdays = self._ground.weekdays[: served.shape[1]]
        relative = served / np.maximum(self._level, 1)[:, None]
        factors = np.ones((len(served), _WEEK))
        for sitting in np.unique(self._ground.sittings):
            rows = self._ground.sittings == sitting
            for weekday in range(_WEEK):
                found = _mean(relative[rows][:, weekdays == weekday].ravel(), axis=0)
                factors[rows, weekday] = 1.0 if np.isnan(found) else found
        return factors

    def run(self) -> tuple[Array, Array]:
        """Give what is expected after the last day, and after each day before it."""
        days, rows = self._ground.counts.shape[1], len(self._ground.counts)
        known = np.empty((days, AHEAD, rows))
        for day in range(days):
            self._learn(day)
            known[day] = self._expect(day, _KNOWN_BEFORE)
        return self._expect(days - 1, np.ones(len(_CONDITIONS))), known

    def _expect(self, day: int, told: Array) -> Array:
        return np.array([self._of(day + 1 + later, told) for later in range(AHEAD)])

    def _of(self, day: int, told: Array) -> Array:
        """Give what is expected of a day, of whose conditions only some are told."""
        weekday = self._ground.weekdays[day]
        comes = self._level * self._weekday[:, weekday] * np.exp(self._effect(day, told))
        return np.where((self._serves[:, weekday] < _SERVES) | (self._idle >= _WEEK), 0.0, comes)

    def _effect(self, day: int, told: Array) -> Array:
        holds = self._ground.conditions[day] * told
        return np.asarray((self._common[self._ground.sittings] + self._own) @ holds)

    def _learn(self, day: int) -> None:
        """Let what came on a day move what is expected of the next."""
        came, weekday = self._ground.counts[:, day], self._ground.weekdays[day]
        everything = np.ones(len(_CONDITIONS))
        effect = np.exp(self._effect(day, everything))
        self._follow_service(came, weekday)
        served = np.nan_to_num(came) > 0
        fresh = served & (self._seen == 0) & (self._level <= 0)
        self._level = np.where(fresh, np.nan_to_num(came) / self._weekday[:, weekday], self._level)
        expected = self._level * self._weekday[:, weekday] * effect
        shock = self._shock(came, expected, served)
        if self._ground.conditions[day].any():
            self._learn_conditions(day, came, expected, served)
            if day >= _WARM_UP:
                return
        self._follow(weekday, came / (effect * np.exp(shock)), served)

    def _follow_service(self, came: Array, weekday: int) -> None:
        """Keep on which weekdays a series serves; a pause of a week and more says nothing of weekdays."""
        is_open, serves = ~np.isnan(came), np.nan_to_num(came) > 0
        self._idle = np.where(serves, 0, self._idle + is_open)
        moved = self._serves[:, weekday] + 0.4 * (serves - self._serves[:, weekday])
        self._serves[:, weekday] = np.where(is_open & (self._idle < _WEEK), moved, self._serves[:, weekday])

    def _shock(self, came: Array, expected: Array, served: Array) -> Array:
        """Give by how much all series of a sitting missed together, less what they miss always."""
        sittings, counted = self._ground.sittings, served & (expected > 0)
        shocks = np.zeros(len(self._bias))
        for sitting in range(len(shocks)):
            rows = counted & (sittings == sitting)
            if not rows.any():
                continue
            together = np.log(came[rows].sum() / expected[rows].sum())
            together *= rows.sum() / (rows.sum() + _UNSURE_OF_SHOCK)
            shocks[sitting] = together - self._bias[sitting]
            self._bias[sitting] += 0.1 * (np.clip(together, -0.3, 0.3) - self._bias[sitting])
        return np.asarray(shocks[sittings])

    def _learn_conditions(self, day: int, came: Array, expected: Array, served: Array) -> None:
        """Let a day with conditions say what they do: to all series of a sitting, and to each."""
        holds = self._ground.conditions[day]
        counted = served & (expected > 0)
        for sitting in range(len(self._bias)):
            rows = counted & (self._ground.sittings == sitting)
            if rows.any():
                missed = np.log(came[rows].sum() / expected[rows].sum()) / holds.sum()
                self._common_seen[sitting] += holds
                self._common[sitting] += holds * missed / (self._common_seen[sitting] + _UNSURE_OF_COMMON)
                expected[rows] *= np.exp(missed * holds.sum())
        alone = np.where(counted, np.log((np.nan_to_num(came) + 1) / (expected + 1)), 0.0)
        self._own_seen += holds * counted[:, None]
        step = (alone / holds.sum())[:, None] * holds / (self._own_seen + _UNSURE_OF_OWN)
        self._own += step

    def _follow(self, weekday: int, came: Array, served: Array) -> None:
        level_speed, weekday_speed = self._speeds
        self._seen += served
        self._seen_weekday[:, weekday] += served
        level, factor = self._level, self._weekday[:, weekday]
        seen = np.clip(came / np.maximum(factor, 0.05), level / 3, 3 * level + 3)
        step = np.maximum(level_speed, 1 / (self._seen + 2))
        self._level = np.where(served, level + step * (seen - level), level)
        # By the level as it is now: both would put the same miss right, and go too far.
        relative = np.clip(came / np.maximum(self._level, 0.5), factor / 3, 3 * factor)
        step = np.maximum(weekday_speed, 0.5 / (self._seen_weekday[:, weekday] + 2))
        self._weekday[:, weekday] = np.where(served, factor + step * (relative - factor), factor)


def _medians(ground: _Ground) -> Array:
    """Give after each day the median of the last four same weekdays: [origin, days ahead, series]."""
    days, rows = ground.counts.shape[1], len(ground.counts)
    found = np.zeros((days, AHEAD, rows))
    by_weekday = np.full((_WEEK, 4, rows), np.nan)
    for day in range(days):
        came, weekday = ground.counts[:, day], ground.weekdays[day]
        is_open = ~np.isnan(came)
        later = np.concatenate([by_weekday[weekday][1:], came[None]])
        by_weekday[weekday] = np.where(is_open, later, by_weekday[weekday])
        medians = np.nan_to_num(_median(by_weekday))
        found[day] = medians[ground.weekdays[day + 1 : day + 1 + AHEAD]]
    return found


def _median(values: Array) -> Array:
    """Give the median over the second axis of what is there, NaN where nothing is."""
    ordered, count = np.sort(values, axis=1), (~np.isnan(values)).sum(axis=1)
    low = np.take_along_axis(ordered, np.maximum(count - 1, 0)[:, None] // 2, axis=1)[:, 0]
    high = np.take_along_axis(ordered, count[:, None] // 2 * (count > 0)[:, None], axis=1)[:, 0]
    high = np.where(count == len(ordered[0]), ordered[:, len(ordered[0]) // 2], high)
    return np.asarray((low + high) / 2)


class _Errors:
    """By how much forecasts missed on the days held out: [day, days ahead, series]."""

    def __init__(self, ground: _Ground, known: Array, medians: Array) -> None:
        """Compare each day held out with the forecasts of the days before it."""
        days = ground.counts.shape[1]
        first = max(days - HELD_OUT_DAYS, min(days, _WARM_UP + AHEAD))
        held = np.arange(first, days)
        origins = held[:, None] - 1 - np.arange(AHEAD)[None]
        ahead = np.broadcast_to(np.arange(AHEAD), origins.shape)
        self._came = ground.counts[:, held].T[:, None]
        self._known, self._medians = known[origins, ahead], medians[origins, ahead]
        weeks = 1 + ahead // _WEEK
        self._weekly = ground.counts[:, held[:, None] - _WEEK * weeks].transpose(1, 2, 0)
        self._sittings = ground.sittings
        self._missed = (self._came - self._known) / _scale(self._known)
        self._missed = np.where(self._known > 0, self._missed, np.nan)
        self._bounds = self._quantiles()

    def _quantiles(self) -> Array:
        """Give how far from the level four of five days lay, and where their middle lay: by series."""
        rows = self._missed.shape[2]
        bounds = np.full((3, rows), np.nan)
        for row in range(rows):
            bounds[:, row] = self._bounds_of(self._missed[:, :, row])
        for sitting in np.unique(self._sittings):
            alike = self._sittings == sitting
            together = self._bounds_of(self._missed[:, :, alike])
            bounds[:, alike & np.isnan(bounds[0])] = together[:, None]
            bounds[1, alike] = together[1]  # One series' own middle would follow chance.
        return np.where(np.isnan(bounds), _NORMAL[:, None], bounds)

    @staticmethod
    def _bounds_of(missed: Array) -> Array:
        seen = missed[~np.isnan(missed)]
        if len(seen) < _ENOUGH:
            return np.full(3, np.nan)
        return np.asarray(np.quantile(seen, _TAILS))

    def ranges(self, ahead: Array) -> tuple[Array, Array, Array]:
        """Give what is most likely about each level, the least and the most."""
        low, middle, high = (
            np.where(ahead > 0, np.maximum(0, ahead + bound * _scale(ahead)), 0) for bound in self._bounds
        )
        return middle, low, high

    def fared(self, row: int) -> Fared:
        """Say how the forecasts of a series fared; each day's range rests on the other days alone."""
        came = self._came[:, :, row]
        known, low, high = self._without(row)
        medians = np.round(self._medians[:, :, row])
        counted = ~np.isnan(came + 0 * known)
        came = np.broadcast_to(came, known.shape)
        if not counted.any():
            return Fared(0, 0, 0.0, 0.0, 0.0, 0)
        within = counted & (came >= low) & (came <= high)
        weekly = np.abs(np.nan_to_num(self._weekly[:, :, row]) - came)
        return Fared(
            int(counted.sum()),
            int(came[counted].sum()),
            float(np.abs(known - came)[counted].sum()),
            float(np.abs(medians - came)[counted].sum()),
            float(weekly[counted].sum()),
            int(within.sum()),
        )

    def _without(self, row: int) -> tuple[Array, Array, Array]:
        """Give forecast and range of each day held out, as days at least a week away make them."""
        missed, known = self._missed[:, :, row], self._known[:, :, row]
        low, middle, high = np.zeros_like(known), np.zeros_like(known), np.zeros_like(known)
        for day in range(len(missed)):
            others = np.abs(np.arange(len(missed)) - day) >= _WEEK
            bounds = self._bounds_of(missed[others])
            bounds = self._bounds[:, row] if np.isnan(bounds[0]) else bounds
            bounds[1] = self._bounds[1, row]
            for made, bound in zip((low, middle, high), bounds, strict=True):
                made[day] = known[day] + bound * _scale(known[day])
        low, middle, high = (
            np.round(np.where(known > 0, np.maximum(0, each), 0)) for each in (low, middle, high)
        )
        return middle, np.minimum(low, middle), np.maximum(high, middle)


_TAILS = np.array([(1 - SHARE) / 2, 0.5, (1 + SHARE) / 2])
_NORMAL = np.array([-1.2816, 0.0, 1.2816])
_ENOUGH = 40
"""So many misses, of which those of one day are alike, tell a range."""


def _scale(covers: Array) -> Array:
    """Give by how much covers vary: as counts do, and by a tenth of themselves."""
    return np.sqrt(np.maximum(covers, 1) + 0.01 * covers**2)


def _mean(values: Array, *, axis: int) -> Array:
    """Give the mean of what is there, NaN where nothing is."""
    count = (~np.isnan(values)).sum(axis=axis)
    total = np.nansum(values, axis=axis)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))
