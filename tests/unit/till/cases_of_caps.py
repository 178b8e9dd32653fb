"""Home of the cases in which other meals, other policies or several reasons decide, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from app.canteens.rules import Sitting
from app.residents.rules.facts import Status
from app.subsidy.rules import Caps, Days, FenCaps, MealCaps, Policy, Rate, Reason, When
from tests.factories import facts
from tests.factories.facts import LONG_AGO, layer, policy
from tests.unit.till.case import (
    SECOND_REFERENCE,
    Case,
    Expected,
    Served,
    case,
    changed,
    gets,
    march,
    newer,
    nothing,
    rates,
)

BREAKFAST, LUNCH, DINNER = Sitting
TODAY, TUESDAY, WEDNESDAY = march(2), march(3), march(4)
ELSEWHERE = "430104001001"
YOUNG = facts.resident(date(1980, 1, 1), lives_in=ELSEWHERE, registered_in=ELSEWHERE)
CITY_THEN_DISTRICT = (layer(Rate(amount_fen=200), payer="city"), layer(Rate(amount_fen=300)))
LUNCH_ONLY = rates(Rate(amount_fen=300, when=When(sitting=LUNCH)))


def meals(name: str, on: date, expected: Expected, *earlier: date, **caps: int) -> Case:
    """Give a lunch after others, where so many may be subsidised."""
    given = policy(caps=facts.meal_caps(**caps))
    return case(name, expected, given, on=on, earlier=tuple(Served(day) for day in earlier))


def money(name: str, on: date, expected: Expected, *earlier: date, **caps: int) -> Case:
    """Give a lunch after others, where so much may be spent."""
    given = policy(caps=facts.fen_caps(**caps))
    return case(name, expected, given, on=on, earlier=tuple(Served(day) for day in earlier))


def dinner(name: str, expected: Expected, given: Policy, *earlier: Served, price_fen: int = 1500) -> Case:
    """Give today's dinner after others."""
    return case(name, expected, given, sitting=DINNER, earlier=earlier, price_fen=price_fen)


def last_of_february(day: int) -> date:
    return date(2026, 2, day)


OK = gets(300, 1200)
ONE_A_SITTING = policy(caps=facts.meal_caps(sitting=1))
TWO_A_DAY = policy(caps=facts.meal_caps(day=2))
FIVE_YUAN_A_DAY = policy(caps=facts.fen_caps(day=500))

CAPS = (
    meals("a second lunch", TODAY, nothing(Reason.CAP_SITTING), TODAY, sitting=1),
    meals("a second lunch of two", TODAY, OK, TODAY, sitting=2),
    meals("a third lunch of two", TODAY, nothing(Reason.CAP_SITTING), TODAY, TODAY, sitting=2),
    meals("a lunch on the next day", TUESDAY, OK, TODAY, sitting=1),
    dinner("a dinner after lunch", OK, ONE_A_SITTING, Served(TODAY)),
    case("a lunch after one taken back", OK, ONE_A_SITTING, earlier=(Served(TODAY, is_reversed=True),)),
    case("a lunch after one for free", OK, ONE_A_SITTING, earlier=(Served(TODAY, price_fen=0),)),
    dinner(
        "a third meal of the day", nothing(Reason.CAP_DAY), TWO_A_DAY, Served(TODAY, BREAKFAST), Served(TODAY)
    ),
    dinner("a second meal of the day", OK, TWO_A_DAY, Served(TODAY)),
    meals("the first meal of a day", TUESDAY, OK, TODAY, day=1),
    meals("a third meal, on Sunday", march(8), nothing(Reason.CAP_WEEK), TODAY, TUESDAY, week=2),
    meals("a third meal, on the next Monday", march(9), OK, TODAY, march(8), week=2),
    meals("the week begins on Monday", TODAY, OK, last_of_february(28), march(1), week=2),
    meals(
        "a week across the turn of a month",
        march(1),
        nothing(Reason.CAP_WEEK),
        last_of_february(23),
        last_of_february(24),
        week=2,
    ),
    meals(
        "a third meal on the last of the month",
        march(31),
        nothing(Reason.CAP_MONTH),
        march(1),
        TODAY,
        month=2,
    ),
    meals("a third meal in a new month", date(2026, 4, 1), OK, march(30), march(31), month=2),
    dinner("what is left of the day's money", gets(200, 1300), FIVE_YUAN_A_DAY, Served(TODAY)),
    dinner(
        "the day's money is spent to the fen",
        nothing(Reason.CAP_DAY),
        FIVE_YUAN_A_DAY,
        Served(TODAY, BREAKFAST),
        Served(TODAY, price_fen=200),
    ),
    dinner("a price below what is left", gets(100, 0), FIVE_YUAN_A_DAY, Served(TODAY), price_fen=100),
    money("less a day than one meal", TODAY, gets(250, 1250), day=250),
    money("another day, other money", TUESDAY, OK, TODAY, day=300),
    money("what is left of the week's money", march(8), gets(200, 1300), TODAY, week=500),
    money("the week's money is spent", march(8), nothing(Reason.CAP_WEEK), TODAY, TUESDAY, week=500),
    money("another week, other money", march(9), OK, TODAY, march(8), week=500),
    money("what is left of the month's money", march(31), gets(100, 1400), TODAY, TUESDAY, month=700),
    money(
        "the month's money is spent",
        march(31),
        nothing(Reason.CAP_MONTH),
        TODAY,
        TUESDAY,
        WEDNESDAY,
        month=700,
    ),
    money("another month, other money", date(2026, 4, 1), OK, TODAY, TUESDAY, march(31), month=700),
    money("the tightest of three", TUESDAY, gets(100, 1400), TODAY, day=1000, week=500, month=400),
    money("the tightest is the week", TUESDAY, gets(150, 1350), TODAY, day=250, week=400, month=1000),
    dinner(
        "the later layer gives way",
        gets(300, 1200, ("city", 200), ("district", 100)),
        policy(*CITY_THEN_DISTRICT, caps=facts.fen_caps(day=800)),
        Served(TODAY),
    ),
    dinner(
        "the later layer gives way wholly",
        gets(200, 1300, ("city", 200)),
        policy(*CITY_THEN_DISTRICT, caps=facts.fen_caps(day=700)),
        Served(TODAY),
    ),
    dinner(
        "operator and charity help beside a cap",
        gets(200, 1000, operator_fen=200, charity_fen=100),
        replace(FIVE_YUAN_A_DAY, operator_discount_fen=200, charity_fen=100),
        Served(TODAY),
    ),
    dinner(
        "a meal over its cap spends nothing",
        gets(200, 1300),
        policy(caps=Caps(MealCaps(sitting=1), FenCaps(day=500))),
        Served(TODAY),
        Served(TODAY),
    ),
)

ORDER = (
    case(
        "died, and the site is closed",
        nothing(Reason.DECEASED),
        resident=changed((Status.DECEASED, LONG_AGO)),
        site=facts.site(closed_on=TODAY),
    ),
    case(
        "in an institution, and young",
        nothing(Reason.EXCLUDED_STATUS),
        resident=replace(YOUNG, statuses=facts.become(Status.INSTITUTION)),
    ),
    case("young, and from elsewhere", nothing(Reason.UNDER_AGE), resident=YOUNG),
    case(
        "from elsewhere, and the site is closed",
        nothing(Reason.NOT_LOCAL),
        resident=replace(YOUNG, birth_on=date(1940, 1, 1)),
        site=facts.site(closed_on=TODAY),
    ),
    case(
        "the site is closed, and only lunch counts",
        nothing(Reason.SITE_CLOSED),
        policy(sittings=frozenset({LUNCH})),
        sitting=DINNER,
        site=facts.site(closed_on=TODAY),
    ),
    case(
        "only lunch counts, and no Saturday",
        nothing(Reason.SITTING_NOT_SUBSIDISED),
        policy(sittings=frozenset({LUNCH}), days=Days.WORKDAYS),
        sitting=DINNER,
        on=march(7),
    ),
    case(
        "no Saturday, and too cheap",
        nothing(Reason.NOT_A_WORKDAY, 300),
        policy(days=Days.WORKDAYS, min_price_fen=1000),
        on=march(7),
        price_fen=300,
    ),
    case(
        "too cheap, and no more than the subsidy",
        nothing(Reason.BELOW_MIN_PRICE, 300),
        policy(min_price_fen=1000, price_must_exceed=True),
        price_fen=300,
    ),
    case(
        "no more than the subsidy, and the second",
        nothing(Reason.PRICE_NOT_ABOVE_SUBSIDY, 300),
        replace(ONE_A_SITTING, price_must_exceed=True),
        price_fen=300,
        earlier=(Served(TODAY),),
    ),
    dinner(
        "more than is left, but no more than the subsidy",
        nothing(Reason.PRICE_NOT_ABOVE_SUBSIDY, 300),
        replace(FIVE_YUAN_A_DAY, price_must_exceed=True),
        Served(TODAY),
        price_fen=300,
    ),
    meals("sitting and day are used up", TODAY, nothing(Reason.CAP_SITTING), TODAY, sitting=1, day=1),
    dinner(
        "day and week are used up",
        nothing(Reason.CAP_DAY),
        policy(caps=facts.meal_caps(day=1, week=1)),
        Served(TODAY),
    ),
    meals("week and month are used up", TUESDAY, nothing(Reason.CAP_WEEK), TODAY, week=1, month=1),
    dinner(
        "the day's money and the week's meals are used up",
        nothing(Reason.CAP_DAY),
        policy(caps=Caps(MealCaps(week=1), FenCaps(day=300))),
        Served(TODAY),
    ),
    dinner(
        "the day is used up, and no rate applies",
        nothing(Reason.CAP_DAY),
        replace(LUNCH_ONLY, caps=facts.meal_caps(day=1)),
        Served(TODAY),
    ),
    dinner(
        "no rate applies, though something is left",
        nothing(Reason.NO_RATE),
        replace(LUNCH_ONLY, caps=facts.meal_caps(day=2)),
        Served(TODAY),
    ),
)

STREET, LAST_DAY = facts.STREET, date(2025, 12, 31)
BY_SECOND = gets(400, 1100, reference=SECOND_REFERENCE)
NEW_YEAR = date(2026, 1, 1)


def book(name: str, expected: Expected, *others: Policy, **changes: Any) -> Case:  # noqa: ANN401 - any field of Case
    """Give a case under the usual policy and others."""
    return case(name, expected, policies=(policy(), *others), **changes)


BOOKS = (
    case("no policy", nothing(Reason.NO_RATE, reference=""), policies=()),
    case(
        "no policy, and nobody known",
        nothing(Reason.NOT_REGISTERED, reference=""),
        policies=(),
        resident=None,
    ),
    case(
        "no policy, and died",
        nothing(Reason.DECEASED, reference=""),
        policies=(),
        resident=changed((Status.DECEASED, TODAY)),
    ),
    case(
        "no policy, and the site is closed",
        nothing(Reason.SITE_CLOSED, reference=""),
        policies=(),
        site=facts.site(closed_on=TODAY),
    ),
    case("no policy, and young", nothing(Reason.NO_RATE, reference=""), policies=(), resident=YOUNG),
    case("the day before the first policy", nothing(Reason.NO_RATE, reference=""), on=LAST_DAY),
    case("the first day of the first policy", OK, on=NEW_YEAR),
    book("the street's newer policy", BY_SECOND, newer(STREET, TODAY)),
    book("the street's policy of tomorrow", OK, newer(STREET, TUESDAY)),
    book("the city's newer policy", BY_SECOND, newer("4301", TODAY)),
    book("the city's older policy", OK, newer("4301", LONG_AGO)),
    book("the street's policy of the same day", BY_SECOND, newer(STREET, NEW_YEAR)),
    book("the city's policy of the same day", OK, newer("4301", NEW_YEAR)),
    book("another street's newer policy", OK, newer("430103006", TODAY)),
    book(
        "the street's newer policy, eaten in another",
        OK,
        newer(STREET, TODAY),
        site=facts.site(area="430103006001"),
    ),
    book(
        "the street's newer policy, for others",
        nothing(Reason.NOT_LOCAL, reference=SECOND_REFERENCE),
        newer(STREET, TODAY),
        resident=facts.resident(lives_in="430103006001", registered_in="430103006001"),
    ),
    book(
        "a cap counts what the policy before it gave",
        nothing(Reason.CAP_WEEK, reference=SECOND_REFERENCE),
        replace(newer(STREET, TUESDAY), caps=facts.meal_caps(week=1)),
        on=TUESDAY,
        earlier=(Served(TODAY),),
    ),
)
