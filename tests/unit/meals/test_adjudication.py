"""One resident's meals over all sites: caps, order of arrival, and what must be decided again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.canteens.rules import Sitting
from app.meals.rules import Decision, MealFact, adjudicate, affected_span
from app.residents.rules.facts import ResidentFacts, Status
from app.subsidy.rules import (
    Caps,
    Days,
    FenCaps,
    MealCaps,
    Policy,
    PolicyBook,
    Rate,
    Reason,
    Split,
    Venue,
    WorkCalendar,
)
from tests.factories import facts, strategies
from tests.factories.facts import MONDAY, meal
from tests.support.oracle import verdicts

SITES = {
    "C01": facts.site(),
    "P01": facts.site("P01"),
    "P02": facts.site("P02", "430103006001"),
    "C99": facts.site("C99", "430104001001"),
}
TUESDAY = MONDAY + timedelta(days=1)


def decided(
    meals: list[MealFact],
    *policies: Policy,
    reversed_ids: frozenset[UUID] = frozenset(),
    resident: ResidentFacts | None = facts.resident(),  # noqa: B008 - frozen
    allotted: Mapping[UUID, int] | None = None,
) -> dict[int, Decision]:
    """Adjudicate at the sites above; decisions come by the meal's number."""
    decisions = adjudicate(
        meals,
        reversed_ids=reversed_ids,
        resident=resident,
        sites=SITES,
        policies=PolicyBook(policies),
        calendar=WorkCalendar(),
        allotted=allotted,
    )
    return {meal_id.int: decision for meal_id, decision in decisions.items()}


def reasons(decisions: dict[int, Decision]) -> list[Reason]:
    return [decisions[number].reason for number in sorted(decisions)]


ONE_A_SITTING = facts.policy(caps=facts.meal_caps(sitting=1))


def test_the_first_lunch_is_subsidised_and_the_second_at_another_site_is_not() -> None:
    meals = [replace(meal(2), site_code="P01"), meal(1)]
    decisions = decided(meals, ONE_A_SITTING)
    assert reasons(decisions) == [Reason.OK, Reason.CAP_SITTING]
    assert [decisions[number].meal_id.int for number in (1, 2)] == [1, 2]
    assert (decisions[1].government_fen, decisions[1].resident_fen) == (300, 1200)
    assert (decisions[2].government_fen, decisions[2].resident_fen) == (0, 1500)


def test_meals_of_one_moment_are_judged_by_their_ids() -> None:
    at = datetime(2026, 3, 2, 4, tzinfo=UTC)
    meals = [replace(meal(number), served_at=at) for number in (3, 1, 2)]
    assert reasons(decided(meals, ONE_A_SITTING)) == [Reason.OK, Reason.CAP_SITTING, Reason.CAP_SITTING]


def test_a_reversal_frees_the_sitting() -> None:
    decisions = decided([meal(1), meal(2), meal(3)], ONE_A_SITTING, reversed_ids=frozenset({UUID(int=1)}))
    assert reasons(decisions) == [Reason.REVERSED, Reason.OK, Reason.CAP_SITTING]
    assert (decisions[1].government_fen, decisions[1].resident_fen) == (0, 1500)


def test_a_sitting_gives_as_many_meals_as_its_cap_says() -> None:
    policy = facts.policy(caps=facts.meal_caps(sitting=2))
    decisions = decided([meal(number) for number in (1, 2, 3, 4)], policy)
    assert reasons(decisions) == [Reason.OK] * 2 + [Reason.CAP_SITTING] * 2
    assert [decisions[number].used.meals_sitting for number in (1, 2, 3, 4)] == [0, 1, 2, 2]


def test_rivals_are_the_other_meals_of_the_sitting_that_stand() -> None:
    meals = [meal(1), meal(2), meal(3), meal(4, sitting=Sitting.DINNER), meal(5, TUESDAY)]
    decisions = decided(meals, ONE_A_SITTING, reversed_ids=frozenset({UUID(int=2)}))
    assert [decisions[number].rivals for number in (1, 2, 3, 4, 5)] == [1, 0, 1, 0, 0]


def test_charity_gives_each_meal_what_is_allotted_to_it_and_nothing_else_moves() -> None:
    policy = replace(ONE_A_SITTING, charity_fen=50)
    meals = [meal(1), meal(2, TUESDAY), meal(3, sitting=Sitting.DINNER)]
    pledged = decided(meals, policy)
    held = decided(meals, policy, allotted={UUID(int=1): 50, UUID(int=2): 20})
    assert [pledged[number].charity_fen for number in (1, 2, 3)] == [50, 50, 50]
    assert [held[number].charity_fen for number in (1, 2, 3)] == [50, 20, 0]
    assert [held[number].resident_fen for number in (1, 2, 3)] == [1150, 1180, 1200]
    assert [held[number].government_fen for number in (1, 2, 3)] == [300] * 3


def test_a_meal_without_government_money_uses_up_nothing() -> None:
    meals = [meal(1, price_fen=0), meal(2), meal(3)]
    assert reasons(decided(meals, ONE_A_SITTING)) == [Reason.OK, Reason.OK, Reason.CAP_SITTING]


def test_sittings_and_days_have_slots_of_their_own() -> None:
    meals = [meal(1), meal(2, sitting=Sitting.DINNER), meal(3, TUESDAY)]
    assert reasons(decided(meals, ONE_A_SITTING)) == [Reason.OK] * 3


def test_the_day_is_the_one_the_meal_was_served_on_and_not_the_one_it_was_written_down() -> None:
    late = replace(meal(1), served_at=datetime(2026, 3, 9, tzinfo=UTC))
    decisions = decided([late, meal(2), meal(3, date(2026, 3, 9))], ONE_A_SITTING)
    assert reasons(decisions) == [Reason.CAP_SITTING, Reason.OK, Reason.OK]


def test_a_week_is_monday_to_sunday_and_nothing_is_carried_over() -> None:
    policy = facts.policy(caps=facts.meal_caps(week=5))
    meals = [meal(number, MONDAY + timedelta(days=number)) for number in range(9)]
    assert reasons(decided(meals, policy)) == [Reason.OK] * 5 + [Reason.CAP_WEEK] * 2 + [Reason.OK] * 2


def test_a_month_cap_in_fen_gives_what_is_left_and_starts_again_on_the_first() -> None:
    policy = facts.policy(caps=facts.fen_caps(month=700))
    meals = [meal(number, date(2026, 3, 28) + timedelta(days=number)) for number in range(5)]
    decisions = decided(meals, policy)
    assert [decisions[number].government_fen for number in range(5)] == [300, 300, 100, 0, 300]
    assert decisions[3].reason is Reason.CAP_MONTH


def test_what_one_policy_gave_counts_for_the_cap_of_the_next() -> None:
    older = facts.policy()
    newer = facts.policy(effective_from=TUESDAY, reference="示例〔2026〕2号", caps=facts.meal_caps(week=2))
    meals = [meal(1), meal(2), meal(3), meal(4, TUESDAY)]
    decisions = decided(meals, older, newer)
    assert reasons(decisions) == [Reason.OK] * 3 + [Reason.CAP_WEEK]
    assert [decisions[number].policy_reference for number in (1, 4)] == ["示例〔2026〕1号", "示例〔2026〕2号"]


def test_what_an_unregistered_person_eats_is_paid_by_that_person() -> None:
    decisions = decided([meal(1), meal(2)], ONE_A_SITTING, resident=None)
    assert reasons(decisions) == [Reason.NOT_REGISTERED] * 2
    assert decisions[1].resident_fen == 1500


def test_a_site_outside_every_policy_has_no_rate_and_no_reference() -> None:
    decision = decided([replace(meal(1), site_code="C99")], ONE_A_SITTING)[1]
    assert (decision.reason, decision.policy, decision.policy_reference) == (Reason.NO_RATE, None, "")


def test_a_death_stops_the_subsidy_from_its_day_on() -> None:
    died = facts.resident(statuses=facts.become(Status.DECEASED, TUESDAY))
    decisions = decided([meal(1), meal(2, TUESDAY)], ONE_A_SITTING, resident=died)
    assert reasons(decisions) == [Reason.OK, Reason.DECEASED]


def test_a_site_nobody_knows_is_a_mistake_of_the_program() -> None:
    with pytest.raises(KeyError):
        decided([replace(meal(1), site_code="X")], ONE_A_SITTING)


def test_a_day_cap_counts_all_sittings() -> None:
    policy = facts.policy(caps=facts.meal_caps(day=1))
    decisions = decided([meal(1), meal(2, sitting=Sitting.DINNER), meal(3, TUESDAY)], policy)
    assert reasons(decisions) == [Reason.OK, Reason.CAP_DAY, Reason.OK]


def test_the_day_and_the_place_of_each_meal_are_its_own() -> None:
    street = facts.layer(Rate(amount_fen=300), venue=Venue.RESIDENCE_STREET)
    policy = facts.policy(street, days=Days.WORKDAYS)
    sunday = MONDAY - timedelta(days=1)
    meals = [meal(1), meal(2, sunday), replace(meal(3, TUESDAY), site_code="P02")]
    assert reasons(decided(meals, policy)) == [Reason.OK, Reason.NOT_A_WORKDAY, Reason.NO_RATE]


def test_charity_gives_what_is_held_and_the_resident_pays_the_rest() -> None:
    pledged = Decision(UUID(int=1), ONE_A_SITTING, Split(Reason.OK, 300, 0, 50, 1150), rivals=2)
    assert pledged.with_charity(50) is pledged
    given = pledged.with_charity(20)
    assert (given.government_fen, given.charity_fen, given.resident_fen) == (300, 20, 1180)
    assert (given.meal_id, given.policy, given.rivals) == (pledged.meal_id, ONE_A_SITTING, 2)


def test_the_layers_of_a_decision_are_those_of_its_split() -> None:
    decision = decided([meal(1)], ONE_A_SITTING)[1]
    assert [(share.payer, share.fund, share.amount_fen) for share in decision.layers] == [
        ("district", "一般公共预算", 300)
    ]
    assert (decision.operator_fen, decision.charity_fen) == (0, 0)


WEEKLY, MONTHLY = facts.meal_caps(week=5), facts.fen_caps(month=10_000)
BOTH = Caps(MealCaps(week=5), FenCaps(month=10_000))


@pytest.mark.parametrize(
    ("caps", "day", "first", "last"),
    [
        (Caps(), date(2026, 4, 1), date(2026, 4, 1), date(2026, 4, 1)),
        (facts.meal_caps(sitting=1, day=2), date(2026, 4, 1), date(2026, 4, 1), date(2026, 4, 1)),
        (facts.fen_caps(day=2), date(2026, 4, 1), date(2026, 4, 1), date(2026, 4, 1)),
        (WEEKLY, date(2026, 4, 1), date(2026, 3, 30), date(2026, 4, 5)),
        (WEEKLY, date(2026, 4, 5), date(2026, 3, 30), date(2026, 4, 5)),
        (facts.fen_caps(week=5), date(2026, 4, 6), date(2026, 4, 6), date(2026, 4, 12)),
        (MONTHLY, date(2026, 4, 1), date(2026, 4, 1), date(2026, 4, 30)),
        (facts.meal_caps(month=5), date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
        # June 2026 and February 2027 begin on a Monday: there the chain of weeks and months breaks.
        (BOTH, date(2026, 9, 15), date(2026, 6, 1), date(2027, 1, 31)),
        (BOTH, date(2027, 2, 28), date(2027, 2, 1), date(2027, 2, 28)),
    ],
)
def test_what_changes_reaches_as_far_as_the_caps_do(caps: Caps, day: date, first: date, last: date) -> None:
    assert affected_span(day, PolicyBook([facts.policy(caps=caps)])) == (first, last)


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 4, 7), date(2026, 4, 7), date(2026, 4, 7)),
        (date(2026, 4, 13), date(2026, 4, 13), date(2026, 4, 19)),
        (date(2026, 4, 16), date(2026, 4, 13), date(2026, 4, 19)),
        (date(2026, 4, 30), date(2026, 4, 27), date(2026, 5, 31)),
        (date(2026, 6, 7), date(2026, 6, 7), date(2026, 6, 7)),
    ],
)
def test_the_caps_in_force_on_any_day_of_a_week_or_month_bind_the_whole_of_it(
    day: date, first: date, last: date
) -> None:
    book = PolicyBook(
        [
            facts.policy(),
            facts.policy(effective_from=date(2026, 4, 16), caps=WEEKLY),
            facts.policy(effective_from=date(2026, 5, 20), caps=MONTHLY),
            facts.policy(effective_from=date(2026, 6, 1)),
        ]
    )
    assert affected_span(day, book) == (first, last)


def test_a_fact_about_several_days_reaches_to_the_end_of_its_last_week() -> None:
    book = PolicyBook([facts.policy(caps=WEEKLY)])
    span = affected_span(date(2026, 4, 1), book, until=date(2026, 4, 20))
    assert span == (date(2026, 3, 30), date(2026, 4, 26))


meal_sets = strategies.meal_lists().flatmap(
    lambda meals: st.tuples(
        st.just(meals),
        st.frozensets(st.sampled_from([meal.meal_id for meal in meals])) if meals else st.just(frozenset()),
    )
)


def adjudicated(
    meals: list[MealFact],
    reversed_ids: frozenset[UUID],
    resident: ResidentFacts | None,
    book: PolicyBook,
) -> dict[UUID, Decision]:
    return adjudicate(
        meals,
        reversed_ids=reversed_ids,
        resident=resident,
        sites=strategies.SITES,
        policies=book,
        calendar=strategies.CALENDAR,
    )


@given(meal_sets, st.none() | strategies.residents, strategies.books)
def test_the_rules_say_what_the_oracle_says(
    served: tuple[list[MealFact], frozenset[UUID]], resident: ResidentFacts | None, book: PolicyBook
) -> None:
    meals, reversed_ids = served
    expected = verdicts(
        meals,
        reversed_ids=reversed_ids,
        resident=resident,
        sites=strategies.SITES,
        policies=book,
        workdays=strategies.CALENDAR.exceptions,
    )
    for meal_id, decision in adjudicated(meals, reversed_ids, resident, book).items():
        verdict = expected.pop(meal_id)
        assert decision.reason == verdict.reason
        assert decision.government_fen == verdict.government_fen
        assert decision.operator_fen == verdict.operator_fen
        assert decision.charity_fen == verdict.charity_fen
        assert decision.resident_fen == verdict.resident_fen
        assert [(share.payer, share.fund, share.amount_fen) for share in decision.layers] == verdict.layers
    assert not expected


@given(meal_sets, strategies.residents, strategies.books)
def test_four_parts_add_up_to_the_price_and_layers_to_the_government(
    served: tuple[list[MealFact], frozenset[UUID]], resident: ResidentFacts, book: PolicyBook
) -> None:
    meals, reversed_ids = served
    decisions = adjudicated(meals, reversed_ids, resident, book)
    for fact in meals:
        decision = decisions[fact.meal_id]
        parts = (decision.government_fen, decision.operator_fen, decision.charity_fen, decision.resident_fen)
        assert sum(parts) == fact.price_fen
        assert min(parts) >= 0
        assert sum(share.amount_fen for share in decision.layers) == decision.government_fen
        assert all(share.amount_fen > 0 for share in decision.layers)
        if decision.reason is not Reason.OK or not decision.government_fen:
            assert decision.resident_fen == fact.price_fen


@given(meal_sets, strategies.residents, strategies.books, st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same_decisions(
    served: tuple[list[MealFact], frozenset[UUID]],
    resident: ResidentFacts,
    book: PolicyBook,
    chance: Random,
) -> None:
    meals, reversed_ids = served
    arrived = chance.sample(meals, len(meals))
    assert adjudicated(arrived, reversed_ids, resident, book) == adjudicated(
        meals, reversed_ids, resident, book
    )


@given(strategies.meal_lists(), strategies.residents, strategies.books, st.data())
def test_deciding_the_affected_span_again_gives_what_deciding_everything_gives(
    meals: list[MealFact], resident: ResidentFacts, book: PolicyBook, data: st.DataObject
) -> None:
    kept: dict[UUID, Decision] = {}
    known: list[MealFact] = []
    undone: set[UUID] = set()
    facts_arriving = data.draw(
        st.permutations([(fact, is_undone) for fact in meals for is_undone in (False, True)])
    )
    for fact, is_undone in facts_arriving[: len(meals) + 5]:
        if is_undone:
            undone.add(fact.meal_id)
        else:
            known.append(fact)
        first, last = affected_span(fact.served_on, book)
        within = [other for other in known if first <= other.served_on <= last]
        kept.update(adjudicated(within, frozenset(undone), resident, book))
    assert kept == adjudicated(known, frozenset(undone), resident, book)


@given(strategies.meal_lists(), strategies.residents, strategies.caps)
def test_caps_are_never_exceeded(meals: list[MealFact], resident: ResidentFacts, caps: Caps) -> None:
    policy = facts.policy(facts.layer(Rate(amount_fen=300)), facts.layer(Rate(amount_fen=150)), caps=caps)
    decisions = adjudicated(meals, frozenset(), resident, PolicyBook([policy]))
    paid: dict[tuple[str, object], list[int]] = defaultdict(list)
    for fact in meals:
        government_fen = decisions[fact.meal_id].government_fen
        if government_fen:
            on = fact.served_on
            paid["sitting", (on, fact.sitting)].append(government_fen)
            paid["day", on].append(government_fen)
            paid["week", on.isocalendar()[:2]].append(government_fen)
            paid["month", (on.year, on.month)].append(government_fen)
    for (window, _), amounts in paid.items():
        meals_cap, fen_cap = getattr(caps.meals, window), getattr(caps.fen, window, None)
        assert meals_cap is None or len(amounts) <= meals_cap
        assert fen_cap is None or sum(amounts) <= fen_cap
