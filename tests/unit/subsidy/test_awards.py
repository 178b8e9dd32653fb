"""The formulas of operating awards: as tables, and by what holds whatever the figures are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import DomainError
from app.subsidy.rules.awards import (
    AgeRate,
    AwardPolicy,
    Band,
    Cut,
    Every,
    Formula,
    Marks,
    PerAge,
    PerMeal,
    Schedule,
    StepKind,
    Tier,
    Tiers,
    Weights,
    YearFacts,
    award_policy_for,
    due_months,
    instalments_of,
    reckoned,
)
from app.subsidy.rules.awards.document import award_policy_from_json, award_policy_to_json
from app.subsidy.rules.awards.policy import MOST_FEN
from app.subsidy.rules.awards.wording import cut_words, formula_words, grade, schedule_words

FULL = YearFacts(meals=30_000, served_days=300, days_open=365, days_in_year=365)
HALF = replace(FULL, days_open=73)
BENGBU = Tiers((Tier(30, 10_000_00), Tier(50, 20_000_00), Tier(80, 30_000_00), Tier(110, 40_000_00)))
HEFEI = PerMeal(1_00, 100_000_00)
HUANGPU = PerAge((AgeRate(65, 80), AgeRate(75, 1_50)))
DISTRICT = Band(50_000_00, 100_000_00)


def policy(formula: Formula, *cuts: Cut, schedule: Schedule | None = None) -> AwardPolicy:
    return AwardPolicy("示例〔2025〕9号", date(2026, 1, 1), "430103", formula, cuts, schedule or Schedule())


def amount(
    formula: Formula,
    facts: YearFacts = FULL,
    score_tenths: int = 1000,
    *cuts: Cut,
    marks: Marks | None = None,
) -> int:
    return reckoned(policy(formula, *cuts), facts, marks or Marks(score_tenths)).amount_fen


@pytest.mark.parametrize(
    ("score_tenths", "expected_fen"),
    [(0, 50_000_00), (500, 75_000_00), (925, 96_250_00), (1000, 100_000_00)],
)
def test_a_band_lies_between_floor_and_ceiling_by_score(score_tenths: int, expected_fen: int) -> None:
    assert amount(DISTRICT, FULL, score_tenths) == expected_fen


def test_a_lower_floor_can_be_set() -> None:
    assert amount(Band(5_000_00, 50_000_00), FULL, 0) == 5_000_00


@pytest.mark.parametrize(
    ("meals", "days", "expected_fen"),
    [
        (29 * 300 + 299, 300, 0),
        (30 * 300, 300, 10_000_00),
        (80 * 300 - 1, 300, 20_000_00),
        (80 * 300, 300, 30_000_00),
        (500 * 300, 300, 40_000_00),
        (0, 0, 0),
    ],
)
def test_a_tier_is_reached_by_the_exact_average(meals: int, days: int, expected_fen: int) -> None:
    assert amount(BENGBU, replace(FULL, meals=meals, served_days=days)) == expected_fen


@pytest.mark.parametrize(
    ("meals", "days_open", "expected_fen"),
    [(30_000, 365, 30_000_00), (100_001, 365, 100_000_00), (30_000, 73, 20_000_00), (100, 73, 100_00)],
)
def test_a_meal_pays_up_to_the_cap_of_the_days_open(meals: int, days_open: int, expected_fen: int) -> None:
    assert amount(HEFEI, replace(FULL, meals=meals, days_open=days_open)) == expected_fen


def test_a_meal_pays_by_the_age_of_its_resident() -> None:
    facts = replace(FULL, meals_from_age=((65, 1_000), (75, 2_000)))
    assert amount(HUANGPU, facts) == 1_000 * 80 + 2_000 * 1_50
    assert amount(replace(HUANGPU, cap_fen=3_000_00), facts) == 3_000_00
    assert [HUANGPU.age_of_rate(age) for age in (64, 65, 74, 75, 99)] == [None, 65, 65, 75, 75]


@pytest.mark.parametrize(
    ("score_tenths", "expected_fen"),
    [(800, 10_000_00), (799, 9_500_00), (700, 9_500_00), (699, 9_000_00)],
)
def test_an_assessment_cuts_an_award(score_tenths: int, expected_fen: int) -> None:
    facts = replace(FULL, meals=10_000)
    assert amount(PerMeal(1_00), facts, score_tenths, Cut(80, 5), Cut(70, 10)) == expected_fen


def test_the_share_weighs_score_satisfaction_and_use() -> None:
    weighed = Band(0, 100_000_00, Weights(50, 30, 20))
    assert amount(weighed, FULL, marks=Marks(900, 800, 200)) == (45 + 24 + 10) * 1_000_00
    assert amount(weighed, FULL, marks=Marks(1000, 1000, 50)) == 100_000_00
    with pytest.raises(DomainError, match="satisfaction"):
        amount(weighed, FULL, marks=Marks(900, None, 200))
    with pytest.raises(DomainError, match="capacity"):
        amount(weighed, FULL, marks=Marks(900, 800))


@pytest.mark.parametrize(
    ("formula", "facts", "steps"),
    [
        (
            BENGBU,
            replace(FULL, meals=20_000),
            [
                (StepKind.AVERAGE, "20,000 ÷ 300", "≈66.67"),
                (StepKind.FORMULA, "≈66.67 ≥ 50", "¥20,000.00"),
                (StepKind.OPEN, "¥20,000.00 × 365 ÷ 365", "¥20,000.00"),
                (StepKind.AMOUNT, "¥20,000.00", "¥20,000.00"),
            ],
        ),
        (
            BENGBU,
            replace(FULL, meals=3_150),
            [
                (StepKind.AVERAGE, "3,150 ÷ 300", "10.5"),
                (StepKind.FORMULA, "10.5 < 30", "¥0.00"),
                (StepKind.OPEN, "¥0.00 × 365 ÷ 365", "¥0.00"),
                (StepKind.AMOUNT, "¥0.00", "¥0.00"),
            ],
        ),
        (
            HEFEI,
            HALF,
            [
                (StepKind.FORMULA, "30,000 × ¥1.00", "¥30,000.00"),
                (StepKind.CAP, "min(¥30,000.00, ¥100,000.00 × 73 ÷ 365)", "¥20,000.00"),
                (StepKind.AMOUNT, "¥20,000.00", "¥20,000.00"),
            ],
        ),
        (
            HUANGPU,
            replace(FULL, meals_from_age=((75, 2_000),)),
            [
                (StepKind.FORMULA, "0 × ¥0.80 (65+) + 2,000 × ¥1.50 (75+)", "¥3,000.00"),
                (StepKind.AMOUNT, "¥3,000.00", "¥3,000.00"),
            ],
        ),
        (
            PerMeal(1_00),
            FULL,
            [
                (StepKind.FORMULA, "30,000 × ¥1.00", "¥30,000.00"),
                (StepKind.AMOUNT, "¥30,000.00", "¥30,000.00"),
            ],
        ),
    ],
)
def test_every_template_tells_its_steps(
    formula: Formula, facts: YearFacts, steps: list[tuple[StepKind, str, str]]
) -> None:
    found = reckoned(policy(formula), facts, Marks(1000))
    assert [(step.kind, step.reckoning, step.result) for step in found.steps] == steps


def test_the_weighed_share_is_written_out() -> None:
    found = reckoned(policy(Band(0, 100_000_00, Weights(50, 30, 20))), FULL, Marks(900, 800, 200))
    assert [(step.kind, step.reckoning, step.result) for step in found.steps][:2] == [
        (StepKind.AVERAGE, "30,000 ÷ 300", "100"),
        (StepKind.SHARE, "(90% × 50 + 80% × 30 + 50% × 20) ÷ 100", "79%"),
    ]


def test_what_was_assessed_cuts_nothing_where_the_policy_has_no_cuts() -> None:
    assert StepKind.CUT not in [step.kind for step in reckoned(policy(HEFEI), FULL, Marks(100)).steps]


def test_an_assessment_is_asked_for_only_where_it_counts() -> None:
    with pytest.raises(DomainError, match="no assessment"):
        reckoned(policy(DISTRICT), FULL, None)
    with pytest.raises(DomainError, match="no assessment"):
        reckoned(policy(HEFEI, Cut(80, 5)), FULL, None)
    assert reckoned(policy(HEFEI), FULL, None).amount_fen == 30_000_00


def test_every_step_is_told_and_only_the_last_one_rounds() -> None:
    found = reckoned(policy(DISTRICT, Cut(80, 5)), replace(FULL, days_open=100), Marks(755))
    assert [(step.kind, step.reckoning, step.result) for step in found.steps] == [
        (StepKind.SHARE, "(75.5% × 100) ÷ 100", "75.5%"),
        (StepKind.FORMULA, "¥50,000.00 + (¥100,000.00 − ¥50,000.00) × 75.5%", "¥87,750.00"),
        (StepKind.OPEN, "¥87,750.00 × 100 ÷ 365", "≈¥24,041.0959"),
        (StepKind.CUT, "≈¥24,041.0959 × (100% − 5%)", "≈¥22,839.0411"),
        (StepKind.AMOUNT, "≈¥22,839.0411", "¥22,839.04"),
    ]
    assert found.steps[-2].value == Fraction(87_750_00 * 100 * 95, 365 * 100)


def test_half_a_fen_goes_up() -> None:
    assert amount(PerMeal(1), replace(FULL, meals=1), 0, Cut(80, 50)) == 1
    assert amount(PerMeal(1), replace(FULL, meals=1), 0, Cut(80, 51)) == 0


amounts = st.integers(0, 10_000_000_00)
facts = st.builds(
    lambda served, meals, is_open, days: YearFacts(meals, served, min(is_open, days), days),
    st.integers(0, 366),
    st.integers(0, 200_000),
    st.integers(0, 366),
    st.sampled_from((365, 366)),
)
bands = st.tuples(amounts, amounts).map(lambda pair: Band(min(pair), max(pair)))
tiers = st.dictionaries(st.integers(0, 500), amounts, min_size=1, max_size=5).map(
    lambda pairs: Tiers(tuple(map(Tier, sorted(pairs), sorted(pairs.values()))))
)
meals_paid = st.builds(PerMeal, st.integers(0, 100_00), st.none() | amounts)
formulas = st.one_of(bands, tiers, meals_paid)
CUTS = (Cut(80, 5), Cut(70, 10))


@given(bands, facts, st.integers(0, 1000))
def test_a_full_year_without_a_cut_lies_between_floor_and_ceiling(
    band: Band, year: YearFacts, score_tenths: int
) -> None:
    full = replace(year, days_open=year.days_in_year)
    assert band.floor_fen <= amount(band, full, score_tenths) <= band.ceiling_fen


@given(formulas, facts, st.integers(0, 1000), st.integers(0, 1000))
def test_a_better_score_never_gives_less(formula: Formula, year: YearFacts, one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert amount(formula, year, low, *CUTS) <= amount(formula, year, high, *CUTS)


@given(formulas, facts, st.integers(0, 10_000))
def test_more_meals_never_give_less(formula: Formula, year: YearFacts, more: int) -> None:
    assert amount(formula, year) <= amount(formula, replace(year, meals=year.meals + more))


@given(formulas, facts, st.integers(0, 366))
def test_more_days_open_never_give_less(formula: Formula, year: YearFacts, more: int) -> None:
    longer = replace(year, days_open=min(year.days_in_year, year.days_open + more))
    assert amount(formula, year) <= amount(formula, longer)


@given(st.one_of(bands, tiers), facts)
def test_a_full_year_is_the_whole(formula: Formula, year: YearFacts) -> None:
    steps = reckoned(policy(formula), replace(year, days_open=year.days_in_year), Marks(1000)).steps
    by_kind = {step.kind: step.value for step in steps}
    assert by_kind[StepKind.OPEN] == by_kind[StepKind.FORMULA]


@given(formulas, facts, st.integers(0, 1000))
def test_the_last_step_is_the_amount(formula: Formula, year: YearFacts, score_tenths: int) -> None:
    found = reckoned(policy(formula, *CUTS), year, Marks(score_tenths))
    assert found.steps[-1].value == found.amount_fen
    assert abs(found.steps[-2].value - found.amount_fen) <= Fraction(1, 2)


schedules = st.builds(Schedule, st.sampled_from(Every), st.integers(1, 12), st.booleans())


@given(amounts, schedules, st.data())
def test_instalments_and_what_was_paid_add_up_to_the_fen(
    amount_fen: int, schedule: Schedule, data: st.DataObject
) -> None:
    due = due_months(schedule, 2026)
    paid = data.draw(st.dictionaries(st.sampled_from(due), st.integers(-1_000_00, 10_000_000_00)))
    parts = instalments_of(amount_fen, due, paid=paid)
    assert sum(part.amount_fen for part in parts) + sum(paid.values()) == amount_fen
    assert [part.number for part in parts] == list(range(1, len(parts) + 1))
    assert all(part.amount_fen for part in parts)
    if not paid:
        assert (
            max((part.amount_fen for part in parts), default=0)
            - min((part.amount_fen for part in parts), default=0)
            <= 1
        )
    if len(parts) > 1:
        assert {part.due_month for part in parts}.isdisjoint(paid)
        assert all(part.amount_fen > 0 for part in parts)


def test_what_was_paid_too_much_is_asked_back_at_once() -> None:
    (part,) = instalments_of(10_00, ("2027-01", "2027-04"), paid={"2027-01": 25_00})
    assert (part.due_month, part.amount_fen) == ("2027-04", -15_00)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (Schedule(Every.ONCE, 12, is_next_year=False), ("2026-12",)),
        (Schedule(), ("2027-01", "2027-04", "2027-07", "2027-10")),
        (Schedule(Every.QUARTERLY, 11), ("2027-11", "2028-02", "2028-05", "2028-08")),
    ],
)
def test_instalments_are_due_when_the_policy_says(schedule: Schedule, expected: tuple[str, ...]) -> None:
    assert due_months(schedule, 2026) == expected
    assert len(due_months(Schedule(Every.MONTHLY), 2026)) == 12


@pytest.mark.parametrize(
    ("broken", "field"),
    [
        (lambda: Band(2, 1), "ceiling"),
        (lambda: Band(-1, 1), "floor"),
        (lambda: Tiers(()), "tiers"),
        (lambda: Tiers((Tier(30, 2), Tier(30, 3))), "tiers"),
        (lambda: Tiers((Tier(30, 2), Tier(50, 1))), "tiers"),
        (lambda: PerAge((AgeRate(75, 1), AgeRate(65, 1))), "rates"),
        (lambda: Weights(0, 0, 0), "weight_score"),
        (lambda: Weights(-1, 2, 0), "weight_score"),
        (lambda: Weights(2, -1, 0), "weight_score"),
        (lambda: Weights(2, 0, -1), "weight_score"),
        (lambda: Band(0, MOST_FEN + 1), "ceiling"),
        (lambda: Tiers((Tier(30, -1),)), "tiers"),
        (lambda: PerMeal(-1), "rate"),
        (lambda: PerMeal(1, -1), "cap"),
        (lambda: PerAge((AgeRate(65, -1),)), "rates"),
        (lambda: PerAge((AgeRate(65, 1),), -1), "cap"),
        (lambda: policy(HEFEI, Cut(0, 5)), "cuts"),
        (lambda: policy(HEFEI, Cut(101, 5)), "cuts"),
        (lambda: policy(HEFEI, Cut(80, -1)), "cuts"),
        (lambda: policy(HEFEI, Cut(80, 5), Cut(80, 10)), "cuts"),
        (lambda: Schedule(first_month=13), "first_month"),
        (lambda: policy(HEFEI, Cut(70, 10), Cut(80, 5)), "cuts"),
        (lambda: policy(HEFEI, Cut(80, 10), Cut(70, 5)), "cuts"),
        (lambda: policy(HEFEI, Cut(80, 101)), "cuts"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused_at_its_field(broken: object, field: str) -> None:
    with pytest.raises(DomainError) as refused:
        broken()  # type: ignore[operator]  # a maker
    assert refused.value.field == field


def test_the_least_and_the_most_that_a_policy_may_say_is_taken() -> None:
    edges = policy(HEFEI, Cut(100, 0), Cut(1, 0))
    assert (edges.cut_for(1000), edges.cut_for(0)) == (0, 0)
    assert policy(HEFEI, Cut(100, 100)).cut_for(999) == 100
    assert len(Tiers((Tier(30, 5), Tier(50, 5))).tiers) == 2


@given(
    st.one_of(
        formulas,
        st.just(HUANGPU),
        st.just(replace(HUANGPU, cap_fen=5_00)),
        st.just(Band(0, 1, Weights(50, 30, 20))),
    ),
    schedules,
)
def test_a_policy_is_read_back_as_it_was_written(formula: Formula, schedule: Schedule) -> None:
    written = policy(formula, *CUTS, schedule=schedule)
    assert award_policy_from_json(award_policy_to_json(written)) == written


def test_the_text_that_a_policy_is_hashed_by_stays_as_it_is() -> None:
    assert (
        award_policy_to_json(policy(replace(HUANGPU, cap_fen=5_00), Cut(80, 5)))
        == """\
{
 "cuts": [
  {
   "below": 80,
   "percent": 5
  }
 ],
 "district": "430103",
 "effective_from": "2026-01-01",
 "format": "award-policy/1",
 "formula": {
  "cap_fen": 500,
  "rates": [
   {
    "age_from": 65,
    "rate_fen": 80
   },
   {
    "age_from": 75,
    "rate_fen": 150
   }
  ],
  "template": "per_age"
 },
 "reference": "示例〔2025〕9号",
 "schedule": {
  "every": "quarterly",
  "first_month": 1,
  "is_next_year": true
 }
}
"""
    )


def test_the_newest_policy_that_held_when_the_year_began_decides_it() -> None:
    old, mid = policy(DISTRICT), replace(policy(HEFEI), effective_from=date(2026, 5, 1))
    street = replace(old, district="430103005", reference="街道1号")
    assert award_policy_for([old, mid], "430103005001", 2025) is None
    assert award_policy_for([old, mid], "430103005001", 2026) == old
    assert award_policy_for([old, mid], "430103005001", 2027) == mid
    assert award_policy_for([old, street], "430103005001", 2026) == street
    assert award_policy_for([old, street], "430103006001", 2026) == old
    assert award_policy_for([old], "430104001001", 2026) is None
    late = replace(mid, effective_from=date(2026, 1, 2))
    assert award_policy_for([old, late], "430103005001", 2026) == old


def test_a_policy_is_said_in_words() -> None:
    assert [str(words) for words in formula_words(DISTRICT)] == [
        "50,000.00 to 100,000.00 yuan a year, by score"
    ]
    assert len(formula_words(Band(0, 1, Weights(50, 50)))) == 2
    assert len(formula_words(BENGBU)) == 4
    assert [str(words) for words in formula_words(HEFEI)] == [
        "1.00 yuan for each subsidised meal",
        "At most 100,000.00 yuan a year",
    ]
    assert len(formula_words(HUANGPU)) == 2
    assert str(formula_words(replace(HUANGPU, cap_fen=5_00))[-1]) == "At most 5.00 yuan a year"
    assert [str(words) for words in cut_words(policy(HEFEI, *CUTS))][1] == "Score below 70: 10 percent less"
    assert (str(grade(policy(HEFEI, *CUTS), 800)), str(grade(policy(HEFEI, *CUTS), 699))) == (
        "passed",
        "10 percent less",
    )
    said = {
        str(schedule_words(Schedule(every, 3, is_next_year=later)))
        for every in Every
        for later in (True, False)
    }
    assert len(said) == 6
