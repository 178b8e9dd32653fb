"""What is told of a decision is the decision: every step, every rate and every earlier meal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.canteens.rules import Sitting
from app.meals.rules import MealFact
from app.meals.rules.explaining import ExplainedMeal, Window, explained
from app.residents.rules.facts import Category, ResidentFacts, Status
from app.subsidy.rules import (
    Caps,
    FenCaps,
    MealCaps,
    Policy,
    PolicyBook,
    Rate,
    Reason,
    Venue,
    When,
    WorkCalendar,
)
from app.subsidy.rules.explanation import Verdict
from tests.factories import facts, strategies
from tests.factories.facts import MONDAY, layer, meal, policy

SITES = {"C01": facts.site(), "C99": facts.site("C99", "430104001001")}


def told(
    *meals: MealFact,
    by: Policy | None,
    resident: ResidentFacts | None = facts.resident(),  # noqa: B008 - frozen
    reversed_ids: frozenset[UUID] = frozenset(),
) -> ExplainedMeal:
    """Explain the last of these meals."""
    return explained(
        meals[-1].meal_id,
        meals,
        reversed_ids=reversed_ids,
        resident=resident,
        sites=SITES,
        policies=PolicyBook([by] if by else []),
        calendar=WorkCalendar(),
    )


def stopped(found: ExplainedMeal) -> list[str]:
    return [
        f"{step.asked}: {step.found}" for step in found.explanation.steps if step.verdict is Verdict.STOPPED
    ]


def test_a_subsidised_meal_met_every_step_and_its_rate_applies() -> None:
    found = told(meal(1), by=policy(caps=facts.meal_caps(sitting=1)))
    assert {step.verdict for step in found.explanation.steps} == {Verdict.PASSED}
    ((rate,),) = (each.rates for each in found.explanation.layers)
    assert (str(rate.rule), rate.applies, str(rate.why)) == (
        "every eligible resident, 3.00 yuan",
        True,
        "applies: 3.00 yuan",
    )
    assert "aged 70 on 2026-03-02" in [str(step.found) for step in found.explanation.steps]


def test_the_step_that_decides_is_told_and_those_behind_it_are_not_asked() -> None:
    found = told(meal(1), by=policy(), resident=facts.resident(statuses=facts.become(Status.MOVED_AWAY)))
    assert stopped(found) == [
        "Not for residents who are: in an institution, moved away, deceased: moved away since 2010-01-01"
    ]
    verdicts = [step.verdict for step in found.explanation.steps]
    assert verdicts == sorted(verdicts, key=[Verdict.PASSED, Verdict.STOPPED, Verdict.NOT_ASKED].index)
    assert found.explanation.layers == ()


def test_of_two_caps_of_one_day_the_one_that_is_used_up_is_told() -> None:
    rule = policy(caps=Caps(meals=MealCaps(day=5), fen=FenCaps(day=3_00)))
    found = told(meal(1), meal(2, sitting=Sitting.DINNER), by=rule)
    assert found.decision.reason is Reason.CAP_DAY
    assert stopped(found) == ["At most 3.00 yuan of subsidy in one day: 3.00 yuan before this meal"]
    assert [(each.fact.meal_id.int, each.window) for each in found.counted] == [(1, Window.DAY)]


def test_each_rate_tells_why_it_applies_or_not() -> None:
    rates = (
        Rate(amount_fen=1_00),
        Rate(amount_fen=2_00, when=When(age_from=60)),
        Rate(amount_fen=9_00, when=When(category=Category.DISABLED, age_from=80, sitting=Sitting.DINNER)),
    )
    elsewhere = layer(Rate(amount_fen=5_00), payer="street", venue=Venue.RESIDENCE_STREET)
    found = told(replace(meal(1), site_code="C99"), by=policy(layer(*rates), elsewhere, district="4301"))
    assert [[(rate.applies, str(rate.why)) for rate in each.rates] for each in found.explanation.layers] == [
        [
            (False, "would give 1.00 yuan, but only the highest counts"),
            (True, "applies: 2.00 yuan"),
            (
                False,
                (
                    "does not apply: aged 70 on 2026-03-02, the category is not held on 2026-03-02, "
                    "this is lunch"
                ),
            ),
        ],
        [(False, "only at a site in the street where the resident lives")],
    ]
    assert [(each.offered_fen, each.given_fen) for each in found.explanation.layers] == [(2_00, 2_00), (0, 0)]


def test_what_held_the_layers_back_is_told() -> None:
    both = policy(layer(Rate(amount_fen=3_00)), layer(Rate(amount_fen=2_00), payer="city"))
    by_price = told(meal(1, price_fen=4_00), by=both)
    assert str(by_price.explanation.held_back) == (
        "The layers offer 5.00 yuan together; they never pay more than the price, 4.00 yuan."
    )
    assert [each.given_fen for each in by_price.explanation.layers] == [3_00, 1_00]
    by_cap = told(meal(1), by=replace(both, caps=facts.fen_caps(day=3_50)))
    assert str(by_cap.explanation.held_back) == (
        "The layers offer 5.00 yuan together; the caps leave 3.50 yuan."
    )
    assert told(meal(1), by=both).explanation.held_back is None


def test_without_a_policy_or_a_person_little_is_asked_and_a_reversed_meal_asks_nothing() -> None:
    assert stopped(told(meal(1), by=None)) == ["A policy is in force: none was"]
    assert stopped(told(meal(1), by=policy(), resident=None)) == [
        "The person is registered: nobody by this number"
    ]
    undone = told(meal(1), by=policy(), reversed_ids=frozenset({UUID(int=1)}))
    assert (undone.explanation.steps, undone.explanation.layers, undone.counted) == ((), (), ())


def test_a_meal_of_another_week_does_not_count_for_a_week() -> None:
    sunday = meal(1, MONDAY - timedelta(days=1))
    found = told(sunday, meal(2), meal(3, sitting=Sitting.DINNER), by=policy(caps=facts.meal_caps(week=9)))
    assert [(each.fact.meal_id.int, each.window) for each in found.counted] == [(2, Window.DAY)]


@given(strategies.meal_lists().filter(bool), strategies.residents, strategies.books, st.data())
def test_the_told_steps_say_what_the_decision_says(
    meals: list[MealFact], resident: ResidentFacts, book: PolicyBook, data: st.DataObject
) -> None:
    chosen = data.draw(st.sampled_from(meals))
    found = explained(
        chosen.meal_id,
        meals,
        reversed_ids=set[UUID](),
        resident=resident,
        sites=strategies.SITES,
        policies=book,
        calendar=WorkCalendar(),
    )
    reasons = {step.reason for step in found.explanation.steps if step.verdict is Verdict.STOPPED}
    assert reasons == ({found.decision.reason} - {Reason.OK})
    given_fen = sum(each.given_fen for each in found.explanation.layers)
    assert given_fen == found.decision.government_fen
    for each in found.explanation.layers:
        assert any(rate.applies for rate in each.rates) or each.offered_fen == 0
    used = found.decision.used
    policy_caps = found.decision.policy.caps if found.decision.policy else Caps()
    if policy_caps.meals.month is not None or policy_caps.fen.month is not None:
        assert sum(each.government_fen for each in found.counted if _same_month(each.fact, chosen)) == (
            used.month_fen
        )
    if policy_caps.meals.sitting is not None:
        assert len([each for each in found.counted if each.window is Window.SITTING]) == used.meals_sitting


def _same_month(one: MealFact, other: MealFact) -> bool:
    return (one.served_on.year, one.served_on.month) == (other.served_on.year, other.served_on.month)
