"""Home of the award policy: by which formula a canteen's year is paid, ordered by a notice. Pure.

Source: the district's notice gives 50,000 to 100,000 yuan a canteen and year; the other templates are those
of 蚌埠 (tiers), 合肥, 深圳, 北京, 广州 (a meal) and 上海黄浦 (a meal by age).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from app.errors import DomainError
from app.text import Text, text

MOST_FEN = 10_000_000_00
FULL_SCORE = 100
MOST_AGE = 130
_LAST_MONTH = 12


class Template(StrEnum):
    """The shape of a formula."""

    BAND = "band"
    TIERS = "tiers"
    PER_MEAL = "per_meal"
    PER_AGE = "per_age"

    @property
    def label(self) -> Text:
        """Give the template's name for a screen."""
        return {
            Template.BAND: text("between a floor and a ceiling, by score"),
            Template.TIERS: text("tiers by daily average"),
            Template.PER_MEAL: text("an amount for each meal, with a cap"),
            Template.PER_AGE: text("an amount for each meal, by age"),
        }[self]


@dataclass(frozen=True, slots=True)
class Weights:
    """What the share of a band is made of: score, satisfaction, and how much of the capacity is used."""

    score: int = 100
    satisfaction: int = 0
    use: int = 0

    def __post_init__(self) -> None:
        """Refuse weights that weigh nothing."""
        if min(self.score, self.satisfaction, self.use) < 0 or not self.whole:
            raise DomainError(text("At least one weight must be above nought."), field="weight_score")

    @property
    def whole(self) -> int:
        """Give what the weights add up to."""
        return self.score + self.satisfaction + self.use


@dataclass(frozen=True, slots=True)
class Band:
    """Floor + (ceiling - floor) × share, for a full year."""

    floor_fen: int
    ceiling_fen: int
    weights: Weights = Weights()

    template = Template.BAND

    def __post_init__(self) -> None:
        """Refuse a floor above the ceiling."""
        _ensure_amounts(("floor", self.floor_fen), ("ceiling", self.ceiling_fen))
        if self.ceiling_fen < self.floor_fen:
            raise DomainError(text("The ceiling is below the floor. Check both."), field="ceiling")


@dataclass(frozen=True, slots=True)
class Tier:
    """What a full year gives from a daily average on."""

    from_average: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Tiers:
    """The amount of the highest tier that the daily average reaches; below the lowest nothing."""

    tiers: tuple[Tier, ...]

    template = Template.TIERS

    def __post_init__(self) -> None:
        """Refuse tiers that do not rise: more meals never give less."""
        _ensure_amounts(*(("tiers", tier.amount_fen) for tier in self.tiers))
        _ensure_rising([tier.from_average for tier in self.tiers], "tiers")
        if any(low.amount_fen > high.amount_fen for low, high in pairwise(self.tiers)):
            raise DomainError(
                text("A higher tier gives less than the one below it. Check both."), field="tiers"
            )


@dataclass(frozen=True, slots=True)
class PerMeal:
    """An amount for each subsidised meal, at most `cap_fen` for a full year."""

    rate_fen: int
    cap_fen: int | None = None

    template = Template.PER_MEAL

    def __post_init__(self) -> None:
        """Refuse what is no amount."""
        _ensure_amounts(("rate", self.rate_fen), ("cap", self.cap_fen or 0))


@dataclass(frozen=True, slots=True)
class AgeRate:
    """An amount for each meal of whoever is at least this old on its day, up to the next age."""

    age_from: int
    rate_fen: int


@dataclass(frozen=True, slots=True)
class PerAge:
    """An amount for each subsidised meal by the resident's age on its day, at most `cap_fen` a full year."""

    rates: tuple[AgeRate, ...]
    cap_fen: int | None = None

    template = Template.PER_AGE

    def __post_init__(self) -> None:
        """Refuse ages that do not rise."""
        _ensure_amounts(*(("rates", rate.rate_fen) for rate in self.rates), ("cap", self.cap_fen or 0))
        _ensure_rising([rate.age_from for rate in self.rates], "rates")

    def age_of_rate(self, age: int) -> int | None:
        """Give the first age of the rate that an age belongs to; None below all of them.

        >>> PerAge((AgeRate(65, 80), AgeRate(75, 1_50))).age_of_rate(74)
        65
        """
        return max((rate.age_from for rate in self.rates if rate.age_from <= age), default=None)


Formula = Band | Tiers | PerMeal | PerAge


@dataclass(frozen=True, slots=True)
class Cut:
    """What an assessment below a score takes away, in percent."""

    below: int
    percent: int


class Every(StrEnum):
    """How often an award is paid."""

    ONCE = "once"
    QUARTERLY = "quarterly"
    MONTHLY = "monthly"

    @property
    def label(self) -> Text:
        """Give the rhythm's name for a screen."""
        return {
            Every.ONCE: text("in one sum"),
            Every.QUARTERLY: text("every quarter"),
            Every.MONTHLY: text("every month"),
        }[self]

    @property
    def step(self) -> int:
        """Give how many months lie between two instalments."""
        return {Every.ONCE: 12, Every.QUARTERLY: 3, Every.MONTHLY: 1}[self]


@dataclass(frozen=True, slots=True)
class Schedule:
    """When the instalments are due: from a month on, of the award's own year or of the next."""

    every: Every = Every.QUARTERLY
    first_month: int = 1
    is_next_year: bool = True

    def __post_init__(self) -> None:
        """Refuse what is no month."""
        if not 1 <= self.first_month <= _LAST_MONTH:
            raise DomainError(text("Choose a month from 1 to 12."), field="first_month")


@dataclass(frozen=True, slots=True)
class AwardPolicy:
    """One notice on operating awards; it decides every year that begins on `effective_from` or later.

    `cuts` fall: the lower the score, the more is taken. Without any, and with a formula that asks for no
    score, an award needs no assessment.
    """

    reference: str
    effective_from: date
    district: str
    formula: Formula
    cuts: tuple[Cut, ...] = (Cut(80, 5), Cut(70, 10))
    schedule: Schedule = Schedule()

    def __post_init__(self) -> None:
        """Refuse cuts that a better score would make worse."""
        if any(not 0 < cut.below <= FULL_SCORE or not 0 <= cut.percent <= 100 for cut in self.cuts):  # noqa: PLR2004 - the whole is a hundred percent
            raise DomainError(
                text("A cut has a score from 1 to 100 and a percentage from 0 to 100."), field="cuts"
            )
        if any(high.below <= low.below or high.percent > low.percent for high, low in pairwise(self.cuts)):
            raise DomainError(
                text("Write the cuts from the highest score down; a lower score is cut more."), field="cuts"
            )

    @property
    def needs_assessment(self) -> bool:
        """Tell whether an award cannot be reckoned without an assessment."""
        return isinstance(self.formula, Band) or bool(self.cuts)

    @property
    def ages(self) -> tuple[int, ...]:
        """Give the ages that meals are counted by; most formulas ask for none."""
        return tuple(rate.age_from for rate in self.formula.rates) if isinstance(self.formula, PerAge) else ()

    def cut_for(self, score_tenths: int) -> int:
        """Give what a score takes away, in percent.

        >>> policy = AwardPolicy("示例1号", date(2026, 1, 1), "430103", Band(5_000_000, 10_000_000))
        >>> [policy.cut_for(tenths) for tenths in (800, 799, 700, 699)]
        [0, 5, 5, 10]
        """
        return max((cut.percent for cut in self.cuts if score_tenths < cut.below * 10), default=0)


def award_policy_for(policies: Iterable[AwardPolicy], area_code: str, year: int) -> AwardPolicy | None:
    """Give the policy that decides an area's awards of a year: the newest that held when the year began.

    Of two from the same day the one of the narrower area decides.
    """
    begun = [
        policy
        for policy in policies
        if policy.effective_from <= date(year, 1, 1) and area_code.startswith(policy.district)
    ]
    return max(begun, key=lambda policy: (policy.effective_from, len(policy.district)), default=None)


def _ensure_amounts(*amounts: tuple[str, int]) -> None:
    for field, amount_fen in amounts:
        if not 0 <= amount_fen <= MOST_FEN:
            raise DomainError(text("Write an amount from 0 to 10,000,000 yuan."), field=field)


def _ensure_rising(steps: Sequence[int], field: str) -> None:
    if not steps or steps[0] < 0 or any(after <= before for before, after in pairwise(steps)):
        raise DomainError(text("Write at least one line, from the lowest up, none twice."), field=field)
