"""One meal, one price: each reason, the order among the reasons, and who gives way to whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.canteens.rules import Sitting
from app.residents.rules.facts import Category, CategoryPeriod, Status
from app.subsidy.rules import (
    BelongsBy,
    Caps,
    Combine,
    Days,
    Eligibility,
    FenCaps,
    LayerShare,
    MealCaps,
    Occasion,
    Policy,
    Rate,
    Reason,
    Split,
    Usage,
    Venue,
    When,
    WorkCalendar,
    split_price,
)
from tests.factories import facts

LUNCH = Occasion(1500, Sitting.LUNCH, facts.MONDAY, facts.site(), facts.resident())
CALENDAR = WorkCalendar()
UNUSED = Usage()


def split(
    policy: Policy | None,
    used: Usage = UNUSED,
    charity_left_fen: int | None = None,
    **changes: Any,  # noqa: ANN401 - any field of Occasion
) -> Split:
    return split_price(
        replace(LUNCH, **changes),
        policy=policy,
        used=used,
        calendar=CALENDAR,
        charity_left_fen=charity_left_fen,
    )


# Each step adds one more reason that comes earlier in the list than all those before it.
STEPS: list[tuple[Reason, dict[str, Any], dict[str, Any], dict[str, int]]] = [
    (Reason.OK, {}, {}, {}),
    (Reason.NO_RATE, {"layers": (facts.layer(Rate(amount_fen=300, when=When(age_from=99))),)}, {}, {}),
    (Reason.CAP_MONTH, {}, {}, {"meals_month": 40}),
    (Reason.CAP_WEEK, {}, {}, {"meals_week": 10}),
    (Reason.CAP_DAY, {}, {}, {"meals_day": 2}),
    (Reason.CAP_SITTING, {}, {}, {"meals_sitting": 1}),
    (
        Reason.PRICE_NOT_ABOVE_SUBSIDY,
        {"price_must_exceed": True, "layers": (facts.layer(Rate(amount_fen=1500)),)},
        {},
        {},
    ),
    (Reason.BELOW_MIN_PRICE, {"min_price_fen": 1501}, {}, {}),
    (Reason.NOT_A_WORKDAY, {"days": Days.WORKDAYS}, {"on": facts.MONDAY + timedelta(days=5)}, {}),
    (Reason.SITTING_NOT_SUBSIDISED, {}, {"sitting": Sitting.BREAKFAST}, {}),
    (Reason.SITE_CLOSED, {}, {"site": facts.site(closed_on=facts.MONDAY)}, {}),
    (Reason.NOT_LOCAL, {}, {"resident": facts.resident(lives_in="430104", registered_in="4302")}, {}),
    (
        Reason.UNDER_AGE,
        {},
        {"resident": facts.resident(date(2000, 1, 1), lives_in="430104", registered_in="4302")},
        {},
    ),
    (
        Reason.EXCLUDED_STATUS,
        {},
        {"resident": facts.resident(date(2000, 1, 1), statuses=facts.become(Status.INSTITUTION))},
        {},
    ),
    (
        Reason.DECEASED,
        {},
        {"resident": facts.resident(date(2000, 1, 1), statuses=facts.become(Status.DECEASED))},
        {},
    ),
    (Reason.NOT_REGISTERED, {}, {"resident": None}, {}),
]
CAPPED = facts.policy(
    sittings=frozenset({Sitting.LUNCH, Sitting.DINNER}),
    caps=Caps(MealCaps(sitting=1, day=2, week=10, month=40)),
)


@pytest.mark.parametrize("last", range(len(STEPS)), ids=[step[0].value for step in STEPS])
def test_of_several_reasons_the_first_in_the_list_is_given(last: int) -> None:
    policy_changes: dict[str, Any] = {}
    occasion_changes: dict[str, Any] = {}
    usage_changes: dict[str, int] = {}
    for _, in_policy, in_occasion, in_usage in STEPS[: last + 1]:
        policy_changes |= in_policy
        occasion_changes |= in_occasion
        usage_changes |= in_usage
    decided = split(replace(CAPPED, **policy_changes), Usage(**usage_changes), **occasion_changes)
    assert decided.reason is STEPS[last][0]
    if last:
        assert (decided.government_fen, decided.resident_fen) == (0, 1500)


@pytest.mark.parametrize("step", STEPS, ids=[step[0].value for step in STEPS])
def test_each_reason_alone_is_given_for_itself(
    step: tuple[Reason, dict[str, Any], dict[str, Any], dict[str, int]],
) -> None:
    reason, in_policy, in_occasion, in_usage = step
    assert split(replace(CAPPED, **in_policy), Usage(**in_usage), **in_occasion).reason is reason


def test_the_steps_and_reversed_are_all_reasons_in_their_order() -> None:
    assert [Reason.REVERSED, *(step[0] for step in reversed(STEPS))] == list(Reason)


def test_every_reason_has_a_sentence() -> None:
    assert len({str(reason.label) for reason in Reason}) == len(Reason)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, Reason.NO_RATE),
        ({"resident": None}, Reason.NOT_REGISTERED),
        ({"resident": facts.resident(statuses=facts.become(Status.DECEASED))}, Reason.DECEASED),
        ({"resident": facts.resident(statuses=facts.become(Status.INSTITUTION))}, Reason.NO_RATE),
        ({"site": facts.site(closed_on=facts.MONDAY)}, Reason.SITE_CLOSED),
    ],
)
def test_without_a_policy_only_what_needs_none_is_told_apart(changes: dict[str, Any], reason: Reason) -> None:
    assert split(None, **changes).reason is reason


@pytest.mark.parametrize(
    ("birth_on", "on", "reason"),
    [
        (date(1966, 3, 2), date(2026, 3, 2), Reason.OK),
        (date(1966, 3, 3), date(2026, 3, 2), Reason.UNDER_AGE),
        (date(1968, 2, 29), date(2028, 2, 28), Reason.UNDER_AGE),
        (date(1968, 2, 29), date(2028, 2, 29), Reason.OK),
        (date(1967, 2, 28), date(2027, 2, 28), Reason.OK),
        (date(1967, 3, 1), date(2027, 2, 28), Reason.UNDER_AGE),
    ],
)
def test_the_sixtieth_birthday_itself_counts(birth_on: date, on: date, reason: Reason) -> None:
    assert split(facts.policy(), resident=facts.resident(birth_on), on=on).reason is reason


def test_who_was_born_on_29_february_turns_61_on_1_march() -> None:
    policy = facts.policy(facts.layer(Rate(amount_fen=300, when=When(age_from=61))))
    born = facts.resident(date(1968, 2, 29))
    assert split(policy, resident=born, on=date(2029, 2, 28)).reason is Reason.NO_RATE
    assert split(policy, resident=born, on=date(2029, 3, 1)).reason is Reason.OK


@pytest.mark.parametrize(
    ("status_from", "reason"),
    [(facts.MONDAY, Reason.EXCLUDED_STATUS), (facts.MONDAY + timedelta(days=1), Reason.OK)],
)
def test_a_status_holds_from_its_first_day(status_from: date, reason: Reason) -> None:
    moved = facts.resident(statuses=facts.become(Status.MOVED_AWAY, status_from))
    assert split(facts.policy(), resident=moved).reason is reason


def test_a_status_that_the_policy_does_not_exclude_is_subsidised() -> None:
    policy = facts.policy(eligibility=Eligibility(excluded_statuses=frozenset()))
    in_institution = facts.resident(statuses=facts.become(Status.INSTITUTION))
    assert split(policy, resident=in_institution).reason is Reason.OK


def test_the_dead_are_not_subsidised_even_if_the_policy_forgets_to_exclude_them() -> None:
    policy = facts.policy(eligibility=Eligibility(excluded_statuses=frozenset()))
    dead = facts.resident(statuses=facts.become(Status.DECEASED))
    assert split(policy, resident=dead).reason is Reason.DECEASED


@pytest.mark.parametrize(
    ("opened_on", "closed_on", "reason"),
    [
        (facts.MONDAY, None, Reason.OK),
        (facts.MONDAY + timedelta(days=1), None, Reason.SITE_CLOSED),
        (facts.LONG_AGO, facts.MONDAY, Reason.SITE_CLOSED),
        (facts.LONG_AGO, facts.MONDAY + timedelta(days=1), Reason.OK),
    ],
)
def test_a_site_is_open_from_its_first_day_until_before_it_closes(
    opened_on: date, closed_on: date | None, reason: Reason
) -> None:
    a_site = facts.site(opened_on=opened_on, closed_on=closed_on)
    assert split(facts.policy(), site=a_site).reason is reason


@pytest.mark.parametrize(
    ("from_on", "until_on", "given_fen"),
    [
        (facts.MONDAY, None, 500),
        (facts.MONDAY + timedelta(days=1), None, 300),
        (facts.LONG_AGO, facts.MONDAY, 300),
        (facts.LONG_AGO, facts.MONDAY + timedelta(days=1), 500),
    ],
)
def test_a_category_is_held_from_its_first_day_until_before_its_end(
    from_on: date, until_on: date | None, given_fen: int
) -> None:
    policy = facts.policy(
        facts.layer(Rate(amount_fen=300), Rate(amount_fen=500, when=When(category=Category.DESTITUTE)))
    )
    held = (CategoryPeriod(Category.DESTITUTE, None, from_on, until_on),)
    assert split(policy, resident=facts.resident(categories=held)).government_fen == given_fen


@pytest.mark.parametrize(
    ("belongs_by", "lives_in", "registered_in", "reason"),
    [
        (BelongsBy.RESIDENCE, "430103005001", "430104", Reason.OK),
        (BelongsBy.RESIDENCE, "430104005001", "430103", Reason.NOT_LOCAL),
        (BelongsBy.REGISTRATION, "430104005001", "430103", Reason.OK),
        (BelongsBy.REGISTRATION, "430103005001", "4301", Reason.NOT_LOCAL),
        (BelongsBy.EITHER, "430103005001", "", Reason.OK),
        (BelongsBy.EITHER, "", "430103", Reason.OK),
        (BelongsBy.EITHER, "430104", "430111", Reason.NOT_LOCAL),
        (BelongsBy.EITHER, "", "", Reason.NOT_LOCAL),
    ],
)
def test_who_belongs_is_told_by_the_beginning_of_the_code(
    belongs_by: BelongsBy, lives_in: str, registered_in: str, reason: Reason
) -> None:
    policy = facts.policy(eligibility=Eligibility(belongs_by=belongs_by))
    person = facts.resident(lives_in=lives_in, registered_in=registered_in)
    assert split(policy, resident=person).reason is reason


@pytest.mark.parametrize(
    ("venue", "lives_in", "given_fen"),
    [
        (Venue.ANY, "430103", 300),
        (Venue.RESIDENCE_STREET, "430103005009", 300),
        (Venue.RESIDENCE_STREET, "430103005", 300),
        (Venue.RESIDENCE_STREET, "430103006001", 0),
        (Venue.RESIDENCE_STREET, "430103", 0),
        (Venue.RESIDENCE_DISTRICT, "430103006001", 300),
        (Venue.RESIDENCE_DISTRICT, "430103", 300),
        (Venue.RESIDENCE_DISTRICT, "4301", 0),
    ],
)
def test_a_layer_pays_only_where_its_venue_holds(venue: Venue, lives_in: str, given_fen: int) -> None:
    policy = facts.policy(facts.layer(Rate(amount_fen=300), venue=venue))
    decided = split(policy, resident=facts.resident(lives_in=lives_in))
    assert decided.government_fen == given_fen
    assert decided.reason is (Reason.OK if given_fen else Reason.NO_RATE)


def test_the_conditions_of_one_rate_hold_together() -> None:
    when = When(
        category=Category.DISABLED,
        grades=frozenset({"1", "2"}),
        age_from=70,
        age_below=80,
        sitting=Sitting.LUNCH,
    )
    policy = facts.policy(facts.layer(Rate(amount_fen=500, when=when)))
    fits = facts.resident(categories=facts.holding(Category.DISABLED, "2"))
    assert split(policy, resident=fits).government_fen == 500
    misses: list[dict[str, Any]] = [
        {"resident": facts.resident(categories=facts.holding(Category.DISABLED, "3"))},
        {"resident": facts.resident(categories=facts.holding(Category.INCAPACITATED))},
        {"resident": replace(fits, birth_on=date(1956, 3, 3))},
        {"resident": replace(fits, birth_on=date(1946, 3, 2))},
        {"resident": fits, "sitting": Sitting.DINNER},
    ]
    assert [split(policy, **miss).reason for miss in misses] == [Reason.NO_RATE] * len(misses)


@pytest.mark.parametrize(("combine", "given_fen"), [(Combine.BEST, 500), (Combine.SUM, 1175)])
def test_rates_of_a_layer_are_taken_at_their_best_or_added_up(combine: Combine, given_fen: int) -> None:
    policy = facts.policy(
        facts.layer(
            Rate(amount_fen=300),
            Rate(amount_fen=500, when=When(age_from=70)),
            Rate(percent=Decimal(25), at_most_fen=400),
            Rate(amount_fen=9000, when=When(age_from=71)),
            combine=combine,
        )
    )
    assert split(policy).government_fen == given_fen


@pytest.mark.parametrize(
    ("percent", "price_fen", "given_fen"),
    [
        ("25", 1250, 313),
        ("25", 1249, 312),
        ("12.5", 4, 1),
        ("12.5", 3, 0),
        ("33.33", 1500, 500),
        ("100", 7, 7),
    ],
)
def test_a_percentage_is_rounded_half_up_to_a_fen(percent: str, price_fen: int, given_fen: int) -> None:
    policy = facts.policy(facts.layer(Rate(percent=Decimal(percent))))
    assert split(policy, price_fen=price_fen).government_fen == given_fen


CITY_THEN_DISTRICT = facts.policy(
    facts.layer(Rate(amount_fen=300), payer="city"),
    facts.layer(Rate(amount_fen=200), payer="district"),
    caps=Caps(fen=FenCaps(day=800)),
    operator_discount_fen=100,
    charity_fen=50,
)


@pytest.mark.parametrize(
    ("price_fen", "used_fen", "city", "district", "operator", "charity", "pays"),
    [
        (1500, 0, 300, 200, 100, 50, 850),
        (1500, 300, 300, 200, 100, 50, 850),
        (1500, 400, 300, 100, 100, 50, 950),
        (1500, 500, 300, 0, 100, 50, 1050),
        (1500, 799, 1, 0, 100, 50, 1349),
        (620, 0, 300, 200, 100, 20, 0),
        (550, 0, 300, 200, 50, 0, 0),
        (400, 0, 300, 100, 0, 0, 0),
        (1, 0, 1, 0, 0, 0, 0),
    ],
)
def test_later_payers_give_way_first_to_the_price_and_to_the_cap(
    *, price_fen: int, used_fen: int, city: int, district: int, operator: int, charity: int, pays: int
) -> None:
    decided = split(CITY_THEN_DISTRICT, Usage(meals_day=1, day_fen=used_fen), price_fen=price_fen)
    fund = "一般公共预算"
    paid = [("city", city), ("district", district)]
    assert decided == Split(
        Reason.OK,
        city + district,
        operator,
        charity,
        pays,
        tuple(LayerShare(payer, fund, amount_fen) for payer, amount_fen in paid if amount_fen),
    )


def test_a_layer_of_another_place_leaves_the_layers_behind_it_to_give() -> None:
    street = facts.layer(Rate(amount_fen=300), payer="street", venue=Venue.RESIDENCE_STREET)
    district = facts.layer(Rate(amount_fen=200), payer="district")
    decided = split(facts.policy(street, district), resident=facts.resident(lives_in="430103006001"))
    assert [layer.payer for layer in decided.layers] == ["district"]


@pytest.mark.parametrize(("left_fen", "charity_fen"), [(None, 50), (50, 50), (20, 20), (0, 0), (-5, 0)])
def test_charity_gives_what_its_fund_still_holds(left_fen: int | None, charity_fen: int) -> None:
    decided = split(CITY_THEN_DISTRICT, charity_left_fen=left_fen)
    whole = split(CITY_THEN_DISTRICT)
    assert decided == replace(whole, charity_fen=charity_fen, resident_fen=900 - charity_fen)


def test_the_price_is_compared_with_the_subsidy_before_price_and_caps_cut_it() -> None:
    policy = facts.policy(
        facts.layer(Rate(amount_fen=300)),
        facts.layer(Rate(amount_fen=200)),
        price_must_exceed=True,
        caps=facts.fen_caps(day=400),
    )
    assert split(policy, price_fen=500).reason is Reason.PRICE_NOT_ABOVE_SUBSIDY
    assert split(policy, price_fen=501).reason is Reason.OK
    assert split(policy, Usage(day_fen=400), price_fen=500).reason is Reason.PRICE_NOT_ABOVE_SUBSIDY


@pytest.mark.parametrize(
    ("caps", "used", "reason"),
    [
        (facts.meal_caps(sitting=1), Usage(meals_sitting=1), Reason.CAP_SITTING),
        (facts.meal_caps(day=1), Usage(meals_sitting=0, meals_day=1), Reason.CAP_DAY),
        (facts.meal_caps(week=5), Usage(meals_week=5), Reason.CAP_WEEK),
        (facts.meal_caps(month=22), Usage(meals_month=23), Reason.CAP_MONTH),
        (facts.fen_caps(day=300), Usage(day_fen=300), Reason.CAP_DAY),
        (facts.fen_caps(week=300), Usage(week_fen=301), Reason.CAP_WEEK),
        (facts.fen_caps(month=300), Usage(month_fen=300), Reason.CAP_MONTH),
        (Caps(MealCaps(month=1), FenCaps(day=300)), Usage(meals_month=1, day_fen=300), Reason.CAP_DAY),
        (Caps(MealCaps(week=1), FenCaps(month=300)), Usage(meals_week=1, month_fen=300), Reason.CAP_WEEK),
        (Caps(MealCaps(day=2), FenCaps(day=301)), Usage(meals_day=1, day_fen=300), Reason.OK),
        (Caps(), Usage(9, 9, 9, 9, 9000, 9000, 9000), Reason.OK),
    ],
)
def test_a_cap_of_which_nothing_is_left_is_the_reason(caps: Caps, used: Usage, reason: Reason) -> None:
    assert split(facts.policy(caps=caps), used).reason is reason


@pytest.mark.parametrize(
    ("policy", "price_fen"),
    [
        (facts.policy(), 0),
        (facts.policy(facts.layer(Rate(amount_fen=0))), 1500),
        (facts.policy(facts.layer(Rate(percent=Decimal(1)))), 49),
    ],
)
def test_a_rate_that_comes_to_nothing_is_ok_and_moves_nobody_else_to_give(
    policy: Policy, price_fen: int
) -> None:
    generous = replace(policy, operator_discount_fen=100, charity_fen=100)
    assert split(generous, price_fen=price_fen) == Split(Reason.OK, 0, 0, 0, price_fen)


def test_a_policy_without_layers_pays_nothing() -> None:
    assert split(replace(facts.policy(), layers=())).reason is Reason.NO_RATE


def test_workdays_follow_the_calendar_and_not_the_weekday() -> None:
    policy = facts.policy(days=Days.WORKDAYS)
    sunday, holiday = date(2026, 2, 15), date(2026, 10, 1)
    calendar = WorkCalendar({sunday: True, holiday: False})

    def reason_on(day: date) -> Reason:
        return split_price(replace(LUNCH, on=day), policy=policy, used=Usage(), calendar=calendar).reason

    assert reason_on(sunday) is Reason.OK
    assert reason_on(holiday) is Reason.NOT_A_WORKDAY


def test_a_negative_price_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="negative"):
        split(facts.policy(), price_fen=-1)
