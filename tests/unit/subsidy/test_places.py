"""The rules of other places, each written as a policy: what a notice says is what a meal gets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from app.canteens.rules import Sitting
from app.residents.rules.facts import Category, ResidentFacts, Status
from app.subsidy.rules import (
    BelongsBy,
    Days,
    Eligibility,
    Occasion,
    Policy,
    Rate,
    Reason,
    Usage,
    Venue,
    When,
    WorkCalendar,
    split_price,
)
from tests.factories import facts
from tests.factories.facts import DISTRICT, MONDAY, fen_caps, holding, layer, meal_caps, policy, resident

OTHER_DISTRICT, OTHER_STREET = "430104001001", f"{DISTRICT}006001"
NEIGHBOUR = resident(lives_in=OTHER_DISTRICT, registered_in=OTHER_DISTRICT)
DESTITUTE = resident(categories=holding(Category.DESTITUTE))
POOR = resident(categories=holding(Category.MINIMUM_ALLOWANCE))
UNABLE = resident(categories=holding(Category.INCAPACITATED, "severe"))
NOON_AND_EVENING = frozenset({Sitting.LUNCH, Sitting.DINNER})
HOLIDAYS = WorkCalendar({date(2026, 10, 1): False, date(2026, 10, 10): True})


def by_category(**amounts_fen: int) -> tuple[Rate, ...]:
    return tuple(
        Rate(amount_fen=fen, when=When(category=Category(name))) for name, fen in amounts_fen.items()
    )


def by_registration(min_age: int = 60) -> Eligibility:
    return Eligibility(min_age=min_age, belongs_by=BelongsBy.REGISTRATION)


TIANXIN = policy(caps=meal_caps(sitting=1))
YUHUA = policy(
    layer(Rate(amount_fen=300), *by_category(minimum_allowance=700, incapacitated=700, destitute=1100)),
    district="4301",
    eligibility=Eligibility(belongs_by=BelongsBy.EITHER),
)
KAIFU = policy(
    layer(Rate(amount_fen=400), *by_category(destitute=800, minimum_allowance=800)),
    eligibility=by_registration(),
)
CHANGSHA_COUNTY = policy(
    layer(
        Rate(amount_fen=500),
        *by_category(destitute=900),
        Rate(amount_fen=900, when=When(category=Category.MINIMUM_ALLOWANCE, age_from=70)),
    )
)
GUANGZHOU = policy(
    layer(Rate(percent=Decimal(25), at_most_fen=300)),
    sittings=NOON_AND_EVENING,
    caps=meal_caps(sitting=1),
)
ZENGCHENG = policy(
    layer(Rate(amount_fen=300), payer="city"),
    layer(Rate(amount_fen=300), payer="district", venue=Venue.RESIDENCE_DISTRICT),
    layer(
        Rate(amount_fen=100),
        *by_category(minimum_allowance=300, destitute=500),
        payer="street",
        venue=Venue.RESIDENCE_STREET,
    ),
    district="4301",
)
SHENZHEN = policy(
    layer(*by_category(destitute=1500), Rate(amount_fen=500, when=When(age_from=70, age_below=100))),
    sittings=frozenset({Sitting.LUNCH}),
    days=Days.WORKDAYS,
)
ZHUHAI = policy(
    layer(Rate(amount_fen=300), payer="city"),
    layer(Rate(amount_fen=300), payer="district"),
    min_price_fen=1000,
    caps=meal_caps(day=1),
)
BEIJING = policy(
    layer(Rate(amount_fen=500)),
    sittings=NOON_AND_EVENING,
    price_must_exceed=True,
    caps=meal_caps(day=1),
)
TIANJIN = policy(caps=meal_caps(day=1, week=5))
NANJING = policy(
    layer(
        Rate(amount_fen=50, when=When(sitting=Sitting.BREAKFAST)),
        Rate(amount_fen=100, when=When(sitting=Sitting.BREAKFAST, age_from=80)),
        Rate(amount_fen=150, when=When(sitting=Sitting.LUNCH)),
        Rate(amount_fen=150, when=When(sitting=Sitting.DINNER)),
    )
)
HEFEI = policy(layer(Rate(percent=Decimal(100))), caps=fen_caps(month=100_00))


class Case(NamedTuple):
    name: str
    policy: Policy
    price_fen: int
    given_fen: int
    reason: Reason = Reason.OK
    who: ResidentFacts | None = resident()
    used: Usage = Usage()
    occasion: dict[str, Any] = {}  # noqa: RUF012 - a table's empty cell, never written to


CASES = [
    Case("天心: 3 yuan", TIANXIN, 1500, 300),
    Case("天心: an unregistered guest pays the price", TIANXIN, 1500, 0, Reason.NOT_REGISTERED, None),
    Case("天心: the second lunch", TIANXIN, 1500, 0, Reason.CAP_SITTING, used=Usage(meals_sitting=1)),
    Case("天心: lives elsewhere", TIANXIN, 1500, 0, Reason.NOT_LOCAL, NEIGHBOUR),
    Case("雨花: 60+ pays 12", YUHUA, 1500, 300),
    Case("雨花: 低保 pays 8", YUHUA, 1500, 700, who=POOR),
    Case("雨花: 失能 pays 8", YUHUA, 1500, 700, who=UNABLE),
    Case("雨花: 特困 pays 4", YUHUA, 1500, 1100, who=DESTITUTE),
    Case("雨花: lives in another district of the city", YUHUA, 1500, 300, who=NEIGHBOUR),
    Case("雨花: registered elsewhere", YUHUA, 1500, 300, who=resident(registered_in="4201")),
    Case("雨花: lives elsewhere", YUHUA, 1500, 300, who=resident(lives_in="4201")),
    Case("雨花: neither", YUHUA, 1500, 0, Reason.NOT_LOCAL, resident(lives_in="4201", registered_in="4201")),
    Case("开福: class A pays 4", KAIFU, 1200, 800, who=DESTITUTE),
    Case("开福: others pay 8", KAIFU, 1200, 400),
    Case("开福: registered in the district", KAIFU, 1200, 400, who=resident(lives_in=OTHER_DISTRICT)),
    Case("开福: only lives there", KAIFU, 1200, 0, Reason.NOT_LOCAL, resident(registered_in=OTHER_DISTRICT)),
    Case("长沙县: 特困 pays 3", CHANGSHA_COUNTY, 1200, 900, who=DESTITUTE),
    Case("长沙县: needy of 70 pay 3", CHANGSHA_COUNTY, 1200, 900, who=POOR),
    Case(
        "长沙县: needy of 69 pay 7", CHANGSHA_COUNTY, 1200, 500, who=replace(POOR, birth_on=date(1956, 3, 3))
    ),
    Case("长沙县: others pay 7", CHANGSHA_COUNTY, 1200, 500),
    Case("广州: a quarter", GUANGZHOU, 1000, 250),
    Case("广州: at most 3 yuan", GUANGZHOU, 1300, 300),
    Case(
        "广州: no breakfast",
        GUANGZHOU,
        1000,
        0,
        Reason.SITTING_NOT_SUBSIDISED,
        occasion={"sitting": Sitting.BREAKFAST},
    ),
    Case(
        "广州: dinner after lunch",
        GUANGZHOU,
        1000,
        250,
        used=Usage(0, 1),
        occasion={"sitting": Sitting.DINNER},
    ),
    Case("增城: 11 yuan", ZENGCHENG, 1500, 1100, who=DESTITUTE),
    Case("增城: 9 yuan", ZENGCHENG, 1500, 900, who=POOR),
    Case("增城: 7 yuan", ZENGCHENG, 1500, 700),
    Case(
        "增城: eating in another street",
        ZENGCHENG,
        1500,
        600,
        occasion={"site": facts.site(area=OTHER_STREET)},
    ),
    Case(
        "增城: eating in another district",
        ZENGCHENG,
        1500,
        300,
        occasion={"site": facts.site(area=OTHER_DISTRICT)},
    ),
    Case("深圳: needy get what was consumed", SHENZHEN, 1200, 1200, who=DESTITUTE),
    Case("深圳: needy get at most 15 yuan", SHENZHEN, 1800, 1500, who=DESTITUTE),
    Case("深圳: 70 to 99 get 5 yuan", SHENZHEN, 1200, 500),
    Case("深圳: 69 get nothing", SHENZHEN, 1200, 0, Reason.NO_RATE, resident(date(1956, 3, 3))),
    Case("深圳: 100 are another rule's", SHENZHEN, 1200, 0, Reason.NO_RATE, resident(date(1926, 3, 2))),
    Case(
        "深圳: no dinner",
        SHENZHEN,
        1200,
        0,
        Reason.SITTING_NOT_SUBSIDISED,
        occasion={"sitting": Sitting.DINNER},
    ),
    Case("深圳: a Saturday", SHENZHEN, 1200, 0, Reason.NOT_A_WORKDAY, occasion={"on": date(2026, 3, 7)}),
    Case(
        "深圳: a holiday on a Thursday",
        SHENZHEN,
        1200,
        0,
        Reason.NOT_A_WORKDAY,
        occasion={"on": date(2026, 10, 1)},
    ),
    Case("深圳: a Saturday that is worked", SHENZHEN, 1200, 500, occasion={"on": date(2026, 10, 10)}),
    Case("珠海: city 3 and district 3", ZHUHAI, 1000, 600),
    Case("珠海: below 10 yuan", ZHUHAI, 999, 0, Reason.BELOW_MIN_PRICE),
    Case("珠海: once a day", ZHUHAI, 1500, 0, Reason.CAP_DAY, used=Usage(0, 1)),
    Case("北京: 5 yuan", BEIJING, 501, 500),
    Case("北京: the meal must cost more", BEIJING, 500, 0, Reason.PRICE_NOT_ABOVE_SUBSIDY),
    Case(
        "北京: lunch or dinner",
        BEIJING,
        1500,
        0,
        Reason.CAP_DAY,
        used=Usage(0, 1),
        occasion={"sitting": Sitting.DINNER},
    ),
    Case("天津: the fifth of the week", TIANJIN, 1500, 300, used=Usage(0, 0, 4, 4)),
    Case("天津: the sixth of the week", TIANJIN, 1500, 0, Reason.CAP_WEEK, used=Usage(0, 0, 5, 5)),
    Case(
        "天津: not while in an institution",
        TIANJIN,
        1500,
        0,
        Reason.EXCLUDED_STATUS,
        resident(statuses=facts.become(Status.INSTITUTION)),
    ),
    Case("南京: breakfast half a yuan", NANJING, 400, 50, occasion={"sitting": Sitting.BREAKFAST}),
    Case(
        "南京: breakfast one yuan at 80",
        NANJING,
        400,
        100,
        who=resident(date(1946, 3, 2)),
        occasion={"sitting": Sitting.BREAKFAST},
    ),
    Case("南京: lunch one and a half", NANJING, 1500, 150),
    Case("合肥: paid in full while the month lasts", HEFEI, 1500, 1500),
    Case("合肥: what is left of the month", HEFEI, 1500, 700, used=Usage(0, 0, 3, 6, 0, 4500, 9300)),
    Case(
        "合肥: the month is used up", HEFEI, 1500, 0, Reason.CAP_MONTH, used=Usage(0, 0, 3, 7, 0, 5200, 10000)
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_meal_gets_what_the_notice_says(case: Case) -> None:
    occasion = Occasion(case.price_fen, Sitting.LUNCH, MONDAY, facts.site(), case.who)
    decided = split_price(
        replace(occasion, **case.occasion), policy=case.policy, used=case.used, calendar=HOLIDAYS
    )
    assert (decided.reason, decided.government_fen) == (case.reason, case.given_fen)
    assert decided.resident_fen == case.price_fen - case.given_fen


def test_in_another_street_of_zengcheng_city_and_district_pay_on() -> None:
    occasion = Occasion(1500, Sitting.LUNCH, MONDAY, facts.site(area=OTHER_STREET), DESTITUTE)
    decided = split_price(occasion, policy=ZENGCHENG, used=Usage(), calendar=HOLIDAYS)
    assert [(share.payer, share.amount_fen) for share in decided.layers] == [("city", 300), ("district", 300)]
