"""How long deciding meals takes the processor, beside a bare loop that only counts and sums the same meals.

Run `python -m bench.adjudication [MEALS]`; the last column times 2,000,000 is what a city's year would take.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from app.canteens.rules import SiteFacts, SiteKind, Sitting
from app.meals.rules import Channel, MealFact, adjudicate
from app.residents.rules.facts import Category, CategoryPeriod, ResidentFacts
from app.subsidy.rules import Caps, FenCaps, Layer, MealCaps, Policy, PolicyBook, Rate, When, WorkCalendar

_DISTRICT = "430103"
_SITES = {
    f"C{number:02d}": SiteFacts(
        f"C{number:02d}", SiteKind.CANTEEN, f"{_DISTRICT}{number:03d}001", date(2024, 1, 1)
    )
    for number in range(1, 67)
}
_PLAIN = Policy(
    "示例〔2026〕1号",
    date(2026, 1, 1),
    _DISTRICT,
    (Layer("district", "一般公共预算", (Rate(amount_fen=300),)),),
    caps=Caps(MealCaps(sitting=1)),
)
_RICH = Policy(
    "示例〔2026〕2号",
    date(2026, 1, 1),
    _DISTRICT,
    (
        Layer("city", "福彩公益金", (Rate(percent=Decimal(25), at_most_fen=300),)),
        Layer(
            "district",
            "一般公共预算",
            (
                Rate(amount_fen=300),
                Rate(amount_fen=400, when=When(age_from=80)),
                Rate(amount_fen=500, when=When(category=Category.DESTITUTE)),
                Rate(amount_fen=500, when=When(category=Category.DISABLED, grades=frozenset("12"))),
            ),
        ),
    ),
    caps=Caps(MealCaps(sitting=1, day=2, week=10, month=40), FenCaps(day=1200, month=30_000)),
    operator_discount_fen=100,
    charity_fen=50,
)
_CATEGORIES = (
    CategoryPeriod(Category.LIVING_ALONE, None, date(2020, 1, 1)),
    CategoryPeriod(Category.DISABLED, "2", date(2020, 1, 1), date(2026, 6, 30)),
)


def _meals_of(resident_number: int, count: int) -> list[MealFact]:
    """Give one resident's meals over a month or so, two a day, the later ones first."""
    start = datetime(2026, 1, 5, 3, 30, tzinfo=UTC)
    return [
        MealFact(
            UUID(int=resident_number * 1000 + index),
            f"R-{resident_number:06d}",
            f"C{(resident_number + index) % 66 + 1:02d}",
            date(2026, 1, 5) + timedelta(days=index // 2),
            (Sitting.LUNCH, Sitting.DINNER)[index % 2],
            Channel.DINE_IN,
            1500,
            start + timedelta(days=index // 2, hours=6 * (index % 2)),
        )
        for index in reversed(range(count))
    ]


def _residents(meals: int, each: int) -> Iterator[tuple[ResidentFacts, list[MealFact]]]:
    for number in range(meals // each):
        facts = ResidentFacts(
            f"R-{number:06d}",
            date(1940 + number % 26, 6, 1),
            _DISTRICT,
            f"{_DISTRICT}001001",
            (),
            _CATEGORIES,
        )
        yield facts, _meals_of(number, each)


def _bare(work: list[tuple[ResidentFacts, list[MealFact]]]) -> int:
    total_fen = 0
    seen: dict[UUID, int] = {}
    for _, meals in work:
        for meal in meals:
            seen[meal.meal_id] = meal.price_fen
            total_fen += meal.price_fen
    return total_fen


def _with(policy: Policy) -> Callable[[list[tuple[ResidentFacts, list[MealFact]]]], int]:
    book, calendar, sites = PolicyBook([policy]), WorkCalendar(), dict(_SITES)

    def run(work: list[tuple[ResidentFacts, list[MealFact]]]) -> int:
        total_fen = 0
        for resident, meals in work:
            decisions = adjudicate(
                meals, reversed_ids=(), resident=resident, sites=sites, policies=book, calendar=calendar
            )
            total_fen += sum(decision.government_fen for decision in decisions.values())
        return total_fen

    return run


_RUNS: Mapping[str, Callable[[list[tuple[ResidentFacts, list[MealFact]]]], int]] = {
    "bare loop": _bare,
    "3 yuan, one a sitting": _with(_PLAIN),
    "two payers, six rates, six caps": _with(_RICH),
}


def main() -> None:
    """Print one line for each policy and each number of meals per resident."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 60_000
    print(f"{'policy':34}{'meals each':>11}{'µs a meal':>11}{'× bare':>8}{'2 million':>11}")
    for each in (1, 60):
        work = list(_residents(count, each))
        bare_seconds = 0.0
        for name, run in _RUNS.items():
            begun = time.process_time()
            run(work)
            seconds = time.process_time() - begun
            bare_seconds = bare_seconds or seconds
            each_us = seconds / count * 1e6
            print(f"{name:34}{each:>11}{each_us:>11.2f}{seconds / bare_seconds:>8.0f}{each_us * 2:>10.1f}s")


if __name__ == "__main__":
    main()
