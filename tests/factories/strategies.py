"""Random residents, sites, policies and meals, out of few values so that caps, dates and categories meet."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from hypothesis import strategies as st

from app.canteens.rules import SiteFacts, SiteKind, Sitting
from app.meals.rules import Channel, MealFact
from app.residents.rules.facts import Category, CategoryPeriod, ResidentFacts, Status, StatusChange
from app.subsidy.rules import (
    BelongsBy,
    Caps,
    Combine,
    Days,
    Eligibility,
    FenCaps,
    Layer,
    MealCaps,
    Policy,
    PolicyBook,
    Rate,
    Venue,
    When,
    WorkCalendar,
)

# Three weeks around the turn of a month that does not begin on a Monday.
FIRST_DAY, DAYS = date(2026, 3, 23), 21
AREAS = ("430103005001", "430103005002", "430103006001", "430104001001")
KNOWN_AREAS = ("", "4301", "430103", "430103005", *AREAS)
SITES = {
    code: SiteFacts(code, SiteKind.CANTEEN, area, date(2020, 1, 1), closed_on)
    for code, area, closed_on in (
        ("C01", AREAS[0], None),
        ("C02", AREAS[2], None),
        ("C03", AREAS[3], None),
        ("C04", AREAS[1], date(2026, 4, 1)),
    )
}
CALENDAR = WorkCalendar({date(2026, 4, 6): False, date(2026, 3, 28): True})

days = st.integers(0, DAYS - 1).map(lambda offset: FIRST_DAY + timedelta(days=offset))
amounts_fen = st.sampled_from((0, 1, 50, 100, 299, 300, 500, 1500))
prices_fen = st.sampled_from((0, 1, 7, 300, 301, 499, 800, 1500))
ages = st.sampled_from((60, 61, 70, 80, 91))


_T = TypeVar("_T")


def _mostly(usual: _T, others: st.SearchStrategy[_T]) -> st.SearchStrategy[_T]:
    """Draw the usual value four times in five, so that what is unusual rarely hides the rest."""
    return st.integers(0, 4).flatmap(lambda drawn: others if drawn == 0 else st.just(usual))


def _optional_cap(*caps: int) -> st.SearchStrategy[int | None]:
    return _mostly(None, st.sampled_from(caps))


@st.composite
def whens(draw: st.DrawFn) -> When:
    """Draw conditions, mostly few."""
    category = draw(st.none() | st.sampled_from(Category))
    grades = category.grades if category else ()
    age_from = draw(st.none() | st.sampled_from((60, 61, 70, 80)))
    return When(
        category=category,
        grades=draw(st.frozensets(st.sampled_from(grades), max_size=2)) if grades else frozenset(),
        age_from=age_from,
        age_below=draw(st.none() | ages.filter(lambda below: age_from is None or below > age_from)),
        sitting=draw(st.none() | st.sampled_from(Sitting)),
    )


whens_mostly_none = _mostly(When(), whens())
percents = st.sampled_from(tuple(Decimal(percent) for percent in ("1", "12.5", "25", "33.33", "100")))
rates = st.builds(Rate, amount_fen=amounts_fen, when=whens_mostly_none) | st.builds(
    Rate, percent=percents, at_most_fen=st.none() | amounts_fen, when=whens_mostly_none
)
layers = st.builds(
    Layer,
    payer=st.sampled_from(("city", "district", "street")),
    fund=st.sampled_from(("一般公共预算", "福彩公益金")),
    rates=st.lists(rates, min_size=1, max_size=3).map(tuple),
    venue=_mostly(Venue.ANY, st.sampled_from(Venue)),
    combine=st.sampled_from(Combine),
)
caps = st.builds(
    Caps,
    meals=st.builds(
        MealCaps,
        sitting=_optional_cap(1, 2),
        day=_optional_cap(1, 2),
        week=_optional_cap(1, 3),
        month=_optional_cap(1, 4),
    ),
    fen=st.builds(
        FenCaps,
        day=_optional_cap(1, 400, 700),
        week=_optional_cap(400, 1000),
        month=_optional_cap(400, 1500),
    ),
)
policies = st.builds(
    Policy,
    reference=st.sampled_from(("示例〔2026〕1号", "示例〔2026〕2号")),
    effective_from=_mostly(date(2026, 1, 1), st.sampled_from((date(2026, 3, 25), date(2026, 4, 8)))),
    district=_mostly("4301", st.sampled_from(("43", "430103", "430103005"))),
    layers=_mostly(1, st.just(0))
    .flatmap(lambda least: st.lists(layers, min_size=least, max_size=3))
    .map(tuple),
    eligibility=st.builds(
        Eligibility,
        min_age=_mostly(60, st.sampled_from((0, 70))),
        belongs_by=st.sampled_from(BelongsBy),
        excluded_statuses=st.frozensets(
            st.sampled_from((Status.INSTITUTION, Status.MOVED_AWAY, Status.DECEASED))
        ),
    ),
    sittings=_mostly(frozenset(Sitting), st.frozensets(st.sampled_from(Sitting), min_size=1)),
    days=_mostly(Days.EVERY, st.just(Days.WORKDAYS)),
    min_price_fen=_mostly(0, st.just(300)),
    price_must_exceed=st.sampled_from((False, False, False, True)),
    caps=caps,
    operator_discount_fen=amounts_fen,
    charity_fen=amounts_fen,
)
books = st.lists(policies, min_size=1, max_size=4, unique_by=lambda policy: policy.key).map(PolicyBook)


@st.composite
def _category_periods(draw: st.DrawFn) -> CategoryPeriod:
    category = draw(st.sampled_from(Category))
    grade = draw(st.sampled_from(category.grades)) if category.grades else None
    from_on = draw(st.just(date(2020, 1, 1)) | days)
    return CategoryPeriod(category, grade, from_on, draw(st.none() | days))


def _first_day(change: StatusChange) -> date:
    return change.from_on


status_changes = st.builds(StatusChange, status=st.sampled_from(Status), from_on=days)
residents = st.builds(
    ResidentFacts,
    resident_no=st.just("R-000001"),
    birth_on=st.sampled_from((date(1936, 1, 1), date(1946, 3, 20), date(1956, 4, 9), date(1966, 3, 30))),
    registered_area=_mostly(AREAS[0], st.sampled_from(KNOWN_AREAS)),
    residence_area=_mostly(AREAS[0], st.sampled_from(KNOWN_AREAS)),
    statuses=_mostly((), st.lists(status_changes, max_size=2, unique_by=_first_day).map(tuple)),
    categories=st.lists(_category_periods(), max_size=3).map(tuple),
)


@st.composite
def meal_lists(draw: st.DrawFn) -> list[MealFact]:
    """Draw the meals of one resident; now and then one was written down days after it was served."""
    drawn = draw(
        st.lists(
            st.tuples(
                days, st.sampled_from(Sitting), st.sampled_from(tuple(SITES)), prices_fen, st.integers(0, 9)
            ),
            min_size=draw(st.sampled_from((0, 8))),
            max_size=25,
        )
    )
    return [
        MealFact(
            UUID(int=draw(st.integers(0, 3)) * 1000 + number),
            "R-000001",
            site_code,
            on,
            sitting,
            Channel.DINE_IN,
            price_fen,
            _served_at(on, sitting, late=late),
        )
        for number, (on, sitting, site_code, price_fen, late) in enumerate(drawn)
    ]


def _served_at(on: date, sitting: Sitting, *, late: int) -> datetime:
    hour = {Sitting.BREAKFAST: 0, Sitting.LUNCH: 4, Sitting.DINNER: 10}[sitting]
    days_late = 3 if not late else 0
    return datetime(on.year, on.month, on.day, hour, tzinfo=UTC) + timedelta(days=days_late)
