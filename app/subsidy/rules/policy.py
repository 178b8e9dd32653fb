"""Home of the policy: dated data that says who is subsidised, by whom, with how much, how often."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.canteens.rules import Sitting
from app.money import percent_of
from app.residents.rules.facts import Category, CategoryPeriod, Status
from app.text import Text, text


class BelongsBy(StrEnum):
    """Which of a resident's areas must lie in the policy's district."""

    RESIDENCE = "residence"
    REGISTRATION = "registration"
    EITHER = "either"

    @property
    def label(self) -> Text:
        """Give the condition for a screen."""
        return {
            BelongsBy.RESIDENCE: text("lives in the area"),
            BelongsBy.REGISTRATION: text("has the household registration in the area"),
            BelongsBy.EITHER: text("lives in the area or has the household registration there"),
        }[self]


class Days(StrEnum):
    """On which days meals are subsidised; workdays are those of the calendar table."""

    EVERY = "every"
    WORKDAYS = "workdays"

    @property
    def label(self) -> Text:
        """Give the days for a screen."""
        return {Days.EVERY: text("every day"), Days.WORKDAYS: text("workdays only")}[self]


class Venue(StrEnum):
    """Where a meal must be eaten, seen from where the resident lives."""

    ANY = "any"
    RESIDENCE_STREET = "residence_street"
    RESIDENCE_DISTRICT = "residence_district"

    @property
    def label(self) -> Text:
        """Give the venue for a screen."""
        return {
            Venue.ANY: text("at any site"),
            Venue.RESIDENCE_STREET: text("only at a site in the street where the resident lives"),
            Venue.RESIDENCE_DISTRICT: text("only at a site in the district where the resident lives"),
        }[self]

    def holds(self, *, residence_area: str, site_area: str) -> bool:
        """Tell whether a meal at the site's area counts; an area known too coarsely does not.

        >>> Venue.RESIDENCE_STREET.holds(residence_area="430103005012", site_area="430103005001")
        True
        >>> Venue.RESIDENCE_STREET.holds(residence_area="430103", site_area="430103005001")
        False
        """
        if self is Venue.ANY:
            return True
        digits = _STREET_DIGITS if self is Venue.RESIDENCE_STREET else _DISTRICT_DIGITS
        return len(residence_area) >= digits and residence_area[:digits] == site_area[:digits]


_DISTRICT_DIGITS = 6
_STREET_DIGITS = 9


class Combine(StrEnum):
    """What a layer gives when several of its rates apply (取高 or 叠加)."""

    BEST = "best"
    SUM = "sum"

    @property
    def label(self) -> Text:
        """Give the way of combining for a screen."""
        return {
            Combine.BEST: text("the highest that applies, not added up"),
            Combine.SUM: text("all that apply, added up"),
        }[self]


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Who is subsidised at all; a deceased resident never is, whether listed or not."""

    min_age: int = 60
    belongs_by: BelongsBy = BelongsBy.EITHER
    excluded_statuses: frozenset[Status] = frozenset({Status.INSTITUTION, Status.DECEASED, Status.MOVED_AWAY})


@dataclass(frozen=True, slots=True)
class When:
    """The conditions of one rate; all that are given must hold together, none given always holds.

    `grades` narrows `category`; `age_from` counts itself, `age_below` does not.
    """

    category: Category | None = None
    grades: frozenset[str] = frozenset()
    age_from: int | None = None
    age_below: int | None = None
    sitting: Sitting | None = None

    def __post_init__(self) -> None:
        """Refuse grades that the category does not have."""
        known = self.category.grades if self.category else ()
        if not self.grades.issubset(known):
            msg = f"{self.category} has no such grades: {sorted(self.grades)}"
            raise ValueError(msg)

    def holds(self, *, age: int, held: Collection[CategoryPeriod], sitting: Sitting) -> bool:
        """Tell whether every condition holds for a resident of this age and these categories."""
        return self.fits_age(age) and self.fits_sitting(sitting) and self.fits_categories(held)

    def fits_age(self, age: int) -> bool:
        """Tell whether the age is one of those asked for."""
        return (self.age_from is None or self.age_from <= age) and (
            self.age_below is None or age < self.age_below
        )

    def fits_sitting(self, sitting: Sitting) -> bool:
        """Tell whether the sitting is the one asked for."""
        return self.sitting is None or self.sitting is sitting

    def fits_categories(self, held: Collection[CategoryPeriod]) -> bool:
        """Tell whether one of these categories is the one asked for, in a grade asked for."""
        return self.category is None or any(self._is_met_by(period) for period in held)

    def _is_met_by(self, period: CategoryPeriod) -> bool:
        return period.category is self.category and (not self.grades or period.grade in self.grades)


@dataclass(frozen=True, slots=True)
class Rate:
    """What is given when `when` holds: a fixed amount, or a percentage of the price up to `at_most_fen`.

    >>> Rate(percent=Decimal(25), at_most_fen=300).on_price(1000)
    250
    """

    amount_fen: int | None = None
    percent: Decimal | None = None
    at_most_fen: int | None = None
    when: When = When()

    def __post_init__(self) -> None:
        """Refuse a rate that is both an amount and a percentage, or neither."""
        if (self.amount_fen is None) == (self.percent is None):
            msg = "a rate is either an amount or a percentage"
            raise ValueError(msg)
        if self.at_most_fen is not None and self.percent is None:
            msg = "only a percentage can be limited with at_most_fen"
            raise ValueError(msg)

    def on_price(self, price_fen: int) -> int:
        """Give the amount for this price, which it may exceed when it is fixed."""
        if self.percent is None:
            return self.amount_fen or 0
        share_fen = percent_of(price_fen, self.percent)
        return share_fen if self.at_most_fen is None else min(share_fen, self.at_most_fen)


@dataclass(frozen=True, slots=True)
class Layer:
    """One payer's part in the government's subsidy, out of one fund (资金来源)."""

    payer: str
    fund: str
    rates: tuple[Rate, ...]
    venue: Venue = Venue.ANY
    combine: Combine = Combine.BEST


@dataclass(frozen=True, slots=True)
class MealCaps:
    """How many subsidised meals a resident may have; None is no cap, a week is Monday to Sunday."""

    sitting: int | None = None
    day: int | None = None
    week: int | None = None
    month: int | None = None


@dataclass(frozen=True, slots=True)
class FenCaps:
    """How much government money a resident's meals may get, in fen; None is no cap."""

    day: int | None = None
    week: int | None = None
    month: int | None = None


@dataclass(frozen=True, slots=True)
class Caps:
    """The limits of one resident over all sites, dine-in, take-away and delivery together."""

    meals: MealCaps = MealCaps()
    fen: FenCaps = FenCaps()

    @property
    def bind_weeks(self) -> bool:
        """Tell whether one meal of a week can decide about another."""
        return self.meals.week is not None or self.fen.week is not None

    @property
    def bind_months(self) -> bool:
        """Tell whether one meal of a month can decide about another."""
        return self.meals.month is not None or self.fen.month is not None


@dataclass(frozen=True, slots=True)
class Policy:
    """A district's meal subsidy from a day on, until a newer one, as a notice orders it.

    `district` is a prefix of area codes. Later layers give way first where the price or a cap leaves too
    little. No layers mean that from this day on nothing is paid.

    Source: the notice named by `reference` (文号).
    """

    reference: str
    effective_from: date
    district: str
    layers: tuple[Layer, ...]
    eligibility: Eligibility = Eligibility()
    sittings: frozenset[Sitting] = frozenset(Sitting)
    days: Days = Days.EVERY
    min_price_fen: int = 0
    price_must_exceed: bool = False
    caps: Caps = field(default=Caps())
    operator_discount_fen: int = 0
    charity_fen: int = 0

    @property
    def key(self) -> tuple[str, date]:
        """Give what a policy is known by: there is one for a district and a day."""
        return self.district, self.effective_from

    def covers(self, area_code: str) -> bool:
        """Tell whether a site in this area is under this policy's district."""
        return area_code.startswith(self.district)
