"""How near the forecast of covers comes: ours beside the plain yardstick and other models, rolling origin.

Run `python -m bench.forecast [SITES]`. Each kind of ledger is generated from a known truth (weekdays, trend,
holidays, school holidays, weather that nobody entered, level shifts, closures, chance); forecasts are made
on every seventh day of the last 26 weeks for the 14 days after it, from nothing but what was over. WAPE is
the errors' sum against the covers' sum; `within` is how often what came lay in the 80 % range. `perfect` is
whoever knows the truth but not the chance: no forecast can be nearer. Other models come in when they are
installed (`statsforecast`).
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.canteens.rules import Sitting
from app.oversight.rules.outlook import AHEAD, Condition, History, Series
from app.oversight.rules.smoothing import outlooks

Array = NDArray[Any]
DAYS, FIRST_ON = 400, date(2025, 10, 6)
ORIGINS = range(DAYS - 26 * 7, DAYS - AHEAD, 7)
_HOLIDAYS = {date(2026, 1, 1), *(date(2026, 2, day) for day in range(15, 24)), date(2026, 4, 5)}
_HOLIDAYS |= {date(2026, 5, day) for day in range(1, 6)} | {date(2026, 6, 19), date(2026, 9, 25)}
_HOLIDAYS |= {date(2026, 10, day) for day in range(1, 8)} | {date(2025, 10, day) for day in range(6, 9)}


@dataclass(frozen=True)
class Ledger:
    """Generated covers by series and day, and the truth that they were drawn about."""

    counts: Array
    truth: Array
    days: tuple[frozenset[Condition], ...]
    names: tuple[Series, ...]


def ledger(sites: int, seed: int, *, rough: bool, usual: float = 30.0) -> Ledger:
    """Draw a ledger with `usual` lunches a day; a rough one has level shifts, closures and strong weather."""
    random = np.random.default_rng(seed)
    days = [FIRST_ON + timedelta(days=each) for each in range(DAYS)]
    weekday = np.array([day.weekday() for day in days])
    holiday = np.array([day in _HOLIDAYS for day in days])
    school = np.array([day.month in (7, 8) or (day.month, day.day) > (12, 99) for day in days])
    weather = np.exp(random.normal(0, 0.12 if rough else 0.05, DAYS)) * np.where(
        random.random(DAYS) < 0.05, 0.7 if rough else 0.9, 1
    )
    names, truth = [], []
    for site in range(sites):
        for sitting, size in ((Sitting.BREAKFAST, 0.25), (Sitting.LUNCH, 1.0), (Sitting.DINNER, 0.4)):
            level = size * usual * np.exp(random.normal(0, 0.7))
            profile = np.clip(
                np.array([1, 1.02, 1, 1.03, 0.98, 0.8, 0.7]) * np.exp(random.normal(0, 0.07, 7)), 0, None
            )
            if random.random() < 0.2:
                profile[6] = 0
            path = level * profile[weekday] * np.exp(np.linspace(0, random.normal(0.1, 0.25), DAYS))
            path *= 1 + 0.06 * np.sin(np.arange(DAYS) / 365 * 2 * np.pi)
            path *= np.where(holiday, np.clip(random.normal(0.6, 0.12), 0.2, 1), 1)
            path *= np.where(school, 1.08 if sitting is Sitting.LUNCH else 1, 1)
            if rough and random.random() < 0.4:
                path[random.integers(100, DAYS - 10) :] *= np.exp(random.normal(0, 0.35))
            if rough and random.random() < 0.2:
                begin = random.integers(100, DAYS - 40)
                path[begin : begin + random.integers(5, 25)] = 0
            truth.append(path * weather)
            names.append(Series(f"C{site:02d}", sitting))
    told = tuple(
        frozenset(
            each
            for each, holds in ((Condition.HOLIDAY, holiday[day]), (Condition.SCHOOL_HOLIDAY, school[day]))
            if holds
        )
        for day in range(DAYS)
    )
    means = np.array(truth)
    spread = 40 if not rough else 15
    counts = random.poisson(random.gamma(spread, 1 / spread, means.shape) * means)
    return Ledger(counts, means, told, tuple(names))


def history(drawn: Ledger, origin: int) -> History:
    """Give what was over on a day."""
    counts = {
        name: [int(each) for each in drawn.counts[row, :origin]] for row, name in enumerate(drawn.names)
    }
    return History(FIRST_ON, counts, drawn.days[: origin + AHEAD])


Answer = tuple[Array, Array | None, Array | None]
"""What is expected by series and day, and the range where a model gives one."""


def ours(drawn: Ledger, origin: int) -> Answer:
    """Forecast as the system does."""
    found = outlooks(history(drawn, origin))
    rows = [[(day.covers, day.low, day.high) for day in found[name].days] for name in drawn.names]
    figures = np.array(rows, dtype=float)
    return figures[:, :, 0], figures[:, :, 1], figures[:, :, 2]


def median_of_four(drawn: Ledger, origin: int) -> Answer:
    """Forecast by the yardstick: the median of the last four same weekdays."""
    expected = [
        np.median([drawn.counts[:, origin + later - 7 * back] for back in _weeks_back(later)], axis=0)
        for later in range(AHEAD)
    ]
    return np.array(expected).T, None, None


def _weeks_back(later: int) -> range:
    first = 1 + later // 7
    return range(first, first + 4)


def perfect(drawn: Ledger, origin: int) -> Answer:
    """Forecast by the truth itself."""
    return drawn.truth[:, origin : origin + AHEAD], None, None


def poisson_regression(drawn: Ledger, origin: int) -> Answer:
    """Forecast each series by a ridge Poisson regression: weekdays, holidays, trend; old days weigh less."""
    day = np.arange(origin + AHEAD)
    told = np.array(
        [[each in drawn.days[at] for each in (Condition.HOLIDAY, Condition.SCHOOL_HOLIDAY)] for at in day]
    )
    weekday = (FIRST_ON.weekday() + day) % 7
    columns = [np.ones(len(day)), (day - origin) / 100.0, *(weekday == each for each in range(1, 7)), *told.T]
    design = np.array(columns, dtype=float).T
    weight = 0.985 ** (origin - 1 - day[:origin])
    ridge = np.diag([0.0, 3.0, *([0.5] * 6), 0.5, 0.5])
    expected = np.zeros((len(drawn.counts), AHEAD))
    for row, counts in enumerate(drawn.counts[:, :origin]):
        beta = np.zeros(design.shape[1])
        beta[0] = np.log(max(0.3, np.average(counts, weights=weight)))
        for _ in range(8):
            mean = np.exp(np.clip(design[:origin] @ beta, -4, 8))
            gradient = design[:origin].T @ (weight * (counts - mean)) - ridge @ beta
            curve = (design[:origin] * (weight * mean)[:, None]).T @ design[:origin] + ridge
            beta = beta + np.clip(np.linalg.solve(curve, gradient), -1, 1)
        expected[row] = np.exp(np.clip(design[origin:] @ beta, -4, 8))
    return expected, None, None


def library(name: str, **options: Any) -> Callable[[Ledger, int], Answer]:  # noqa: ANN401 - the library's own
    """Forecast each series by a model of statsforecast, from the last 26 weeks."""

    def forecast(drawn: Ledger, origin: int) -> Answer:
        model = getattr(importlib.import_module("statsforecast.models"), name)
        expected = [
            model(season_length=7, **options).forecast(
                y=counts[origin - 182 : origin].astype(float), h=AHEAD
            )["mean"]
            for counts in drawn.counts
        ]
        return np.maximum(0, np.array(expected)), None, None

    return forecast


def main() -> None:
    sites = int(sys.argv[1]) if len(sys.argv) > 1 else 66
    models: dict[str, Callable[[Ledger, int], Answer]] = {
        "median of four (yardstick)": median_of_four,
        "smoothed together (ours)": ours,
        "Poisson regression": poisson_regression,
        "perfect knowledge": perfect,
    }
    if importlib.util.find_spec("statsforecast"):
        models |= {
            "AutoETS (statsforecast)": library("AutoETS", model="ANA"),
            "Theta (statsforecast)": library("DynamicOptimizedTheta"),
        }
    for rough, usual in ((False, 30.0), (True, 30.0), (False, 5.0)):
        drawn = ledger(sites, 7, rough=rough, usual=usual)
        kind = "rough" if rough else "calm"
        print(f"{kind} ledger, lunches of {usual:.0f}: {len(drawn.counts)} series, {len(ORIGINS)} origins")
        print(
            f"{'':30}{'WAPE %':>8}{'1 ahead':>9}{'× median':>10}"
            f"{'beaten in':>11}{'within %':>10}{'s/origin':>10}"
        )
        yardstick: Array | None = None
        for name, model in models.items():
            yardstick = _row(name, model, drawn, yardstick)


def _row(name: str, model: Callable[[Ledger, int], Answer], drawn: Ledger, yardstick: Array | None) -> Array:
    missed, within, counted, came, first = np.zeros(len(drawn.counts)), 0, 0, 0.0, 0.0
    came_first, started = 0.0, time.perf_counter()
    for origin in ORIGINS:
        expected, low, high = model(drawn, origin)
        then = drawn.counts[:, origin : origin + AHEAD]
        missed += np.abs(expected - then).sum(axis=1)
        first += np.abs(expected - then)[:, 0].sum()
        came, came_first = came + then.sum(), came_first + then[:, 0].sum()
        if low is not None and high is not None:
            within += int(((low <= then) & (then <= high)).sum())
            counted += then.size
    seconds = (time.perf_counter() - started) / len(ORIGINS)
    yardstick = missed if yardstick is None else yardstick
    share = f"{100 * within / counted:>10.1f}" if counted else f"{'—':>10}"
    beaten = f"{int((missed < yardstick).sum())}/{len(missed)}"
    print(
        f"{name:30}{100 * missed.sum() / came:>8.2f}{100 * first / came_first:>9.2f}"
        f"{missed.sum() / yardstick.sum():>10.3f}{beaten:>11}{share}{seconds:>10.2f}",
        flush=True,
    )
    return yardstick


if __name__ == "__main__":
    main()
