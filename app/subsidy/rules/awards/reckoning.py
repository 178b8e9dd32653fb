"""Home of reckoning an award: each template a pure function, every step of it told. Pure.

Amounts are exact fractions of a fen until the last step, which alone rounds: half up, to a fen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from app.errors import DomainError
from app.money import format_yuan
from app.subsidy.rules.awards.policy import FULL_SCORE, AwardPolicy, Band, PerAge, PerMeal, Tiers, Weights
from app.text import Text, text


@dataclass(frozen=True, slots=True)
class YearFacts:
    """What the ledger and the register of sites know of a canteen's year.

    `meals` are those that somebody paid a share of, `served_days` the days with a meal that stands,
    `meals_from_age` the meals by the first age of their rate, where the formula asks.
    """

    meals: int
    served_days: int
    days_open: int
    days_in_year: int
    meals_from_age: tuple[tuple[int, int], ...] = ()

    @property
    def average(self) -> Fraction:
        """Give the meals of a day that was served."""
        return Fraction(self.meals, self.served_days) if self.served_days else Fraction(0)

    @property
    def open_share(self) -> Fraction:
        """Give the part of the year in which the canteen was open."""
        return Fraction(self.days_open, self.days_in_year)


@dataclass(frozen=True, slots=True)
class Marks:
    """What an assessor found: score and satisfaction in tenths of a point, meals a day at full capacity."""

    score_tenths: int
    satisfaction_tenths: int | None = None
    capacity: int | None = None


class StepKind(StrEnum):
    """What a step of the reckoning is."""

    AVERAGE = "average"
    SHARE = "share"
    FORMULA = "formula"
    CAP = "cap"
    OPEN = "open"
    CUT = "cut"
    AMOUNT = "amount"

    @property
    def label(self) -> Text:
        """Give the step's name for a screen and a paper."""
        return _STEP_LABELS[self]


_STEP_LABELS = {
    StepKind.AVERAGE: text("Daily average: meals ÷ days served"),
    StepKind.SHARE: text("Share of the band"),
    StepKind.FORMULA: text("By the formula"),
    StepKind.CAP: text("At most, by days open"),
    StepKind.OPEN: text("By days open in the year"),
    StepKind.CUT: text("After the assessment's cut"),
    StepKind.AMOUNT: text("Rounded half up to a fen"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what is reckoned, written out, and what it gives; both read alike in every language."""

    kind: StepKind
    reckoning: str
    result: str
    value: Fraction


@dataclass(frozen=True, slots=True)
class Reckoning:
    """An award's amount and the steps that lead to it."""

    amount_fen: int
    steps: tuple[Step, ...]


def reckoned(policy: AwardPolicy, facts: YearFacts, marks: Marks | None) -> Reckoning:
    """Reckon a canteen's award of a year.

    Raises: DomainError when the formula or the cuts ask for something that nobody has assessed.

    >>> from datetime import date
    >>> policy = AwardPolicy("示例1号", date(2026, 1, 1), "430103", Band(5_000_000, 10_000_000))
    >>> found = reckoned(policy, YearFacts(20_000, 250, 365, 365), Marks(850))
    >>> found.amount_fen, [step.result for step in found.steps]
    (9250000, ['85%', '¥92,500.00', '¥92,500.00', '¥92,500.00', '¥92,500.00'])
    """
    if marks is None and policy.needs_assessment:
        raise DomainError(text("There is no assessment of this year yet. Enter it first."))
    steps = list(_formula_steps(policy, facts, marks))
    if marks is not None and policy.cuts:
        steps.append(_cut(steps[-1].value, policy.cut_for(marks.score_tenths)))
    exact = steps[-1].value
    amount_fen = (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
    steps.append(_step(StepKind.AMOUNT, shown_yuan(exact), Fraction(amount_fen)))
    return Reckoning(amount_fen, tuple(steps))


def _formula_steps(policy: AwardPolicy, facts: YearFacts, marks: Marks | None) -> Iterator[Step]:
    formula = policy.formula
    if isinstance(formula, Band):
        if marks is None:
            raise DomainError(text("There is no assessment of this year yet. Enter it first."))
        yield from _by_band(formula, facts, marks)
    elif isinstance(formula, Tiers):
        yield from _by_tiers(formula, facts)
    elif isinstance(formula, PerMeal):
        yield from _by_meal(formula, facts)
    else:
        yield from _by_age(formula, facts)


def _by_band(band: Band, facts: YearFacts, marks: Marks) -> Iterator[Step]:
    """Reckon floor + (ceiling - floor) × share, then by days open."""
    if band.weights.use:
        yield _average(facts)
    share = _share(band.weights, facts, marks)
    yield share
    amount = band.floor_fen + (band.ceiling_fen - band.floor_fen) * share.value
    floor, ceiling = shown_yuan(Fraction(band.floor_fen)), shown_yuan(Fraction(band.ceiling_fen))
    yield _step(StepKind.FORMULA, f"{floor} + ({ceiling} − {floor}) × {share.result}", amount)
    yield _by_days_open(amount, facts)


def _share(weights: Weights, facts: YearFacts, marks: Marks) -> Step:
    """Weigh score, satisfaction and use of capacity; each counts from 0 to 100 %."""
    found: list[tuple[int, Fraction]] = [(weights.score, Fraction(marks.score_tenths, 10 * FULL_SCORE))]
    if weights.satisfaction:
        if marks.satisfaction_tenths is None:
            raise DomainError(text("The formula asks for the satisfaction. Assess it first."))
        found.append((weights.satisfaction, Fraction(marks.satisfaction_tenths, 10 * FULL_SCORE)))
    if weights.use:
        if not marks.capacity:
            raise DomainError(text("The formula asks for the capacity. Assess it first."))
        found.append((weights.use, min(Fraction(1), facts.average / marks.capacity)))
    value = sum((weight * part for weight, part in found), Fraction(0)) / weights.whole
    written = " + ".join(f"{shown_percent(part)} × {weight}" for weight, part in found if weight)
    return Step(StepKind.SHARE, f"({written}) ÷ {weights.whole}", shown_percent(value), value)


def _by_tiers(formula: Tiers, facts: YearFacts) -> Iterator[Step]:
    """Take the highest tier that is reached, then by days open."""
    average = _average(facts)
    yield average
    reached = [tier for tier in formula.tiers if average.value >= tier.from_average]
    amount = Fraction(reached[-1].amount_fen if reached else 0)
    sign, bound = ("≥", reached[-1]) if reached else ("<", formula.tiers[0])
    yield _step(StepKind.FORMULA, f"{average.result} {sign} {bound.from_average}", amount)
    yield _by_days_open(amount, facts)


def _by_meal(formula: PerMeal, facts: YearFacts) -> Iterator[Step]:
    """Pay each meal, at most the cap of the days open: days closed have no meals to be cut again."""
    amount = Fraction(facts.meals * formula.rate_fen)
    yield _step(StepKind.FORMULA, f"{facts.meals:,} × {shown_yuan(Fraction(formula.rate_fen))}", amount)
    yield from _capped(amount, formula.cap_fen, facts)


def _by_age(formula: PerAge, facts: YearFacts) -> Iterator[Step]:
    """Pay each meal by the age of its resident, at most the cap of the days open."""
    meals = dict(facts.meals_from_age)
    amount = Fraction(sum(meals.get(rate.age_from, 0) * rate.rate_fen for rate in formula.rates))
    written = " + ".join(
        f"{meals.get(rate.age_from, 0):,} × {shown_yuan(Fraction(rate.rate_fen))} ({rate.age_from}+)"
        for rate in formula.rates
    )
    yield _step(StepKind.FORMULA, written, amount)
    yield from _capped(amount, formula.cap_fen, facts)


def _capped(amount: Fraction, cap_fen: int | None, facts: YearFacts) -> Iterator[Step]:
    if cap_fen is None:
        return
    written = f"{shown_yuan(Fraction(cap_fen))} × {facts.days_open} ÷ {facts.days_in_year}"
    yield _step(
        StepKind.CAP, f"min({shown_yuan(amount)}, {written})", min(amount, cap_fen * facts.open_share)
    )


def _average(facts: YearFacts) -> Step:
    average = facts.average
    written = f"{facts.meals:,} ÷ {facts.served_days}"
    return Step(StepKind.AVERAGE, written, shown_number(average), average)


def _by_days_open(amount: Fraction, facts: YearFacts) -> Step:
    written = f"{shown_yuan(amount)} × {facts.days_open} ÷ {facts.days_in_year}"
    return _step(StepKind.OPEN, written, amount * facts.open_share)


def _cut(amount: Fraction, percent: int) -> Step:
    kept = amount * (100 - percent) / 100
    return _step(StepKind.CUT, f"{shown_yuan(amount)} × (100% − {percent}%)", kept)


def _step(kind: StepKind, written: str, value: Fraction) -> Step:
    return Step(kind, written, shown_yuan(value), value)


def shown_yuan(fen: Fraction) -> str:
    """Write an exact amount in yuan; one with part fen is marked as rounded for reading.

    >>> shown_yuan(Fraction(9_250_000)), shown_yuan(Fraction(100, 3))
    ('¥92,500.00', '≈¥0.3333')
    """
    if fen.denominator == 1:
        return f"¥{format_yuan(fen.numerator)}"
    return f"≈¥{_decimal(fen / 100, 4)}"


def shown_percent(share: Fraction) -> str:
    """Write a share in percent, marked where it is rounded for reading.

    >>> shown_percent(Fraction(37, 40)), shown_percent(Fraction(2, 3))
    ('92.5%', '≈66.6667%')
    """
    return f"{shown_number(share * 100, places=4)}%"


def shown_number(number: Fraction, *, places: int = 2) -> str:
    """Write a number without idle noughts, marked where it is rounded for reading.

    >>> shown_number(Fraction(80)), shown_number(Fraction(250, 3))
    ('80', '≈83.33')
    """
    is_exact = (number * 10**places).denominator == 1
    written = _decimal(number, places)
    return written.rstrip("0").rstrip(".") if is_exact else f"≈{written}"


def _decimal(number: Fraction, places: int) -> str:
    scaled = number * 10**places
    rounded = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    whole, part = divmod(rounded, 10**places)
    return f"{whole:,}.{part:0{places}d}"
