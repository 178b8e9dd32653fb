"""Home of the decisions that server and tablet must both give, each worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from app.canteens.rules import Sitting
from app.residents.rules.facts import Category, Status
from app.subsidy.rules import BelongsBy, Combine, Days, Rate, Reason, Venue, When
from tests.factories import facts
from tests.factories.facts import LONG_AGO, layer, policy
from tests.unit.till.case import (
    Case,
    case,
    changed,
    gets,
    held,
    march,
    nothing,
    only,
    percentage,
    rates,
    venue,
)
from tests.unit.till.cases_of_caps import BOOKS, CAPS, ORDER

BREAKFAST, LUNCH, DINNER = Sitting
TODAY = facts.MONDAY
LONG_UNTIL = date(2027, 1, 1)
ELSEWHERE = "430104001001"
OTHER_STREET = "430103006001"
GENERAL = Rate(amount_fen=300)
DESTITUTE = Rate(amount_fen=500, when=When(category=Category.DESTITUTE))
FROM_70 = Rate(amount_fen=400, when=When(age_from=70))
BELOW_70 = Rate(amount_fen=400, when=When(age_below=70))
HEAVILY_DISABLED = Rate(amount_fen=500, when=When(category=Category.DISABLED, grades=frozenset({"1", "2"})))
DISABLED = Rate(amount_fen=500, when=When(category=Category.DISABLED))
CITY = layer(Rate(amount_fen=200), payer="city")
DISTRICT = layer(GENERAL)
CITY_THEN_DISTRICT = policy(CITY, DISTRICT)
HELPED = policy(operator_discount_fen=200, charity_fen=100)
WORKDAYS = policy(days=Days.WORKDAYS)
EXCEEDING = policy(price_must_exceed=True)

WHO = (
    case("a usual lunch", gets(300, 1200)),
    case("nobody knows who eats", nothing(Reason.NOT_REGISTERED), resident=None),
    case("the sixtieth birthday", gets(300, 1200), resident=facts.resident(date(1966, 3, 2))),
    case("the day before it", nothing(Reason.UNDER_AGE), resident=facts.resident(date(1966, 3, 3))),
    case(
        "born on 29 February, on 28 February of a common year",
        nothing(Reason.UNDER_AGE),
        only(min_age=62),
        resident=facts.resident(date(1964, 2, 29)),
        on=date(2026, 2, 28),
    ),
    case(
        "born on 29 February, on 1 March of a common year",
        gets(300, 1200),
        only(min_age=62),
        resident=facts.resident(date(1964, 2, 29)),
        on=march(1),
    ),
    case(
        "born on 29 February, on 29 February",
        gets(300, 1200),
        only(min_age=64),
        resident=facts.resident(date(1964, 2, 29)),
        on=date(2028, 2, 29),
    ),
    case("died today", nothing(Reason.DECEASED), resident=changed((Status.DECEASED, TODAY))),
    case("died tomorrow", gets(300, 1200), resident=changed((Status.DECEASED, march(3)))),
    case(
        "died, which the policy does not list",
        nothing(Reason.DECEASED),
        only(excluded_statuses=frozenset()),
        resident=changed((Status.DECEASED, TODAY)),
    ),
    case(
        "in an institution", nothing(Reason.EXCLUDED_STATUS), resident=changed((Status.INSTITUTION, LONG_AGO))
    ),
    case("moved away today", nothing(Reason.EXCLUDED_STATUS), resident=changed((Status.MOVED_AWAY, TODAY))),
    case("moves away tomorrow", gets(300, 1200), resident=changed((Status.MOVED_AWAY, march(3)))),
    case(
        "came back today, written down first",
        gets(300, 1200),
        resident=changed((Status.ACTIVE, TODAY), (Status.MOVED_AWAY, LONG_AGO)),
    ),
    case(
        "in an institution that the policy does not list",
        gets(300, 1200),
        only(excluded_statuses=frozenset({Status.MOVED_AWAY})),
        resident=changed((Status.INSTITUTION, LONG_AGO)),
    ),
)

WHERE_FROM = (
    case("registered elsewhere", gets(300, 1200), resident=facts.resident(registered_in=ELSEWHERE)),
    case("lives elsewhere", gets(300, 1200), resident=facts.resident(lives_in=ELSEWHERE)),
    case(
        "neither lives nor is registered here",
        nothing(Reason.NOT_LOCAL),
        resident=facts.resident(lives_in=ELSEWHERE, registered_in=ELSEWHERE),
    ),
    case(
        "lives elsewhere, and residence counts",
        nothing(Reason.NOT_LOCAL),
        only(belongs_by=BelongsBy.RESIDENCE),
        resident=facts.resident(lives_in=ELSEWHERE),
    ),
    case(
        "registered elsewhere, and residence counts",
        gets(300, 1200),
        only(belongs_by=BelongsBy.RESIDENCE),
        resident=facts.resident(registered_in=ELSEWHERE),
    ),
    case(
        "registered elsewhere, and registration counts",
        nothing(Reason.NOT_LOCAL),
        only(belongs_by=BelongsBy.REGISTRATION),
        resident=facts.resident(registered_in=ELSEWHERE),
    ),
    case(
        "lives elsewhere, and registration counts",
        gets(300, 1200),
        only(belongs_by=BelongsBy.REGISTRATION),
        resident=facts.resident(lives_in=ELSEWHERE),
    ),
    case(
        "known to belong to the city and no more",
        nothing(Reason.NOT_LOCAL),
        resident=facts.resident(lives_in="4301", registered_in=""),
    ),
    case("a site of the own street", gets(300, 1200), policy(venue(Venue.RESIDENCE_STREET))),
    case(
        "a site of another street",
        nothing(Reason.NO_RATE),
        policy(venue(Venue.RESIDENCE_STREET)),
        site=facts.site(area=OTHER_STREET),
    ),
    case(
        "the own street is not known",
        nothing(Reason.NO_RATE),
        policy(venue(Venue.RESIDENCE_STREET)),
        resident=facts.resident(lives_in="430103"),
    ),
    case(
        "another street of the own district",
        gets(300, 1200),
        policy(venue(Venue.RESIDENCE_DISTRICT)),
        resident=facts.resident(lives_in="430103"),
        site=facts.site(area=OTHER_STREET),
    ),
    case(
        "another district of the city",
        nothing(Reason.NO_RATE),
        policy(venue(Venue.RESIDENCE_DISTRICT), district="4301"),
        site=facts.site(area=ELSEWHERE),
    ),
    case(
        "the own district is not known",
        nothing(Reason.NO_RATE),
        policy(venue(Venue.RESIDENCE_DISTRICT), district="4301"),
        resident=facts.resident(lives_in="4301"),
    ),
    case(
        "one layer pays everywhere, another at home",
        gets(200, 1300, ("city", 200)),
        policy(CITY, venue(Venue.RESIDENCE_STREET)),
        site=facts.site(area=OTHER_STREET),
    ),
)

WHERE_AND_WHEN = (
    case("the site opens today", gets(300, 1200), site=facts.site(opened_on=TODAY)),
    case("the site opens tomorrow", nothing(Reason.SITE_CLOSED), site=facts.site(opened_on=march(3))),
    case("the site closed today", nothing(Reason.SITE_CLOSED), site=facts.site(closed_on=TODAY)),
    case("the site closes tomorrow", gets(300, 1200), site=facts.site(closed_on=march(3))),
    case(
        "breakfast where lunch is subsidised",
        nothing(Reason.SITTING_NOT_SUBSIDISED),
        policy(sittings=frozenset({LUNCH})),
        sitting=BREAKFAST,
    ),
    case("a Friday", gets(300, 1200), WORKDAYS, on=march(6)),
    case("a Saturday", nothing(Reason.NOT_A_WORKDAY), WORKDAYS, on=march(7)),
    case("a Sunday", nothing(Reason.NOT_A_WORKDAY), WORKDAYS, on=march(8)),
    case("a Saturday that is worked", gets(300, 1200), WORKDAYS, on=march(7), exceptions={march(7): True}),
    case("a Monday off", nothing(Reason.NOT_A_WORKDAY), WORKDAYS, exceptions={TODAY: False}),
    case("a Monday off where every day counts", gets(300, 1200), exceptions={TODAY: False}),
)

RATES = (
    case("the best of three rates", gets(400, 1100), rates(GENERAL, DESTITUTE, FROM_70)),
    case(
        "the best of three rates that apply",
        gets(500, 1000),
        rates(GENERAL, DESTITUTE, FROM_70),
        resident=facts.resident(categories=facts.holding(Category.DESTITUTE)),
    ),
    case(
        "the sum of three rates that apply",
        gets(1200, 300),
        policy(layer(GENERAL, DESTITUTE, FROM_70, combine=Combine.SUM)),
        resident=facts.resident(categories=facts.holding(Category.DESTITUTE)),
    ),
    case("too old for the only rate", nothing(Reason.NO_RATE), rates(BELOW_70)),
    case("young enough for one day more", gets(400, 1100), rates(BELOW_70), on=march(1)),
    case(
        "a grade that is listed",
        gets(500, 1000),
        rates(GENERAL, HEAVILY_DISABLED),
        resident=held(Category.DISABLED, "2", LONG_AGO),
    ),
    case(
        "a grade that is not listed",
        gets(300, 1200),
        rates(GENERAL, HEAVILY_DISABLED),
        resident=held(Category.DISABLED, "3", LONG_AGO),
    ),
    case(
        "any grade",
        gets(500, 1000),
        rates(GENERAL, DISABLED),
        resident=held(Category.DISABLED, "3", LONG_AGO),
    ),
    case(
        "another category",
        gets(300, 1200),
        rates(GENERAL, DISABLED),
        resident=held(Category.VETERAN, None, LONG_AGO),
    ),
    case(
        "a category from today until tomorrow",
        gets(500, 1000),
        rates(GENERAL, DISABLED),
        resident=held(Category.DISABLED, "1", TODAY, march(3)),
    ),
    case(
        "a category until today",
        gets(300, 1200),
        rates(GENERAL, DISABLED),
        resident=held(Category.DISABLED, "1", LONG_AGO, TODAY),
    ),
    case(
        "a category from tomorrow",
        gets(300, 1200),
        rates(GENERAL, DISABLED),
        resident=held(Category.DISABLED, "1", march(3), LONG_UNTIL),
    ),
    case(
        "breakfast by its own rate",
        gets(100, 400),
        rates(
            Rate(amount_fen=100, when=When(sitting=BREAKFAST)), Rate(amount_fen=300, when=When(sitting=LUNCH))
        ),
        sitting=BREAKFAST,
        price_fen=500,
    ),
    case(
        "dinner without a rate of its own",
        nothing(Reason.NO_RATE),
        rates(Rate(amount_fen=100, when=When(sitting=BREAKFAST))),
        sitting=DINNER,
    ),
    case("no layers any more", nothing(Reason.NO_RATE), replace(policy(), layers=())),
    case("a rate of nothing", gets(0, 1500), rates(Rate(amount_fen=0))),
)

PRICES = (
    case("a meal for free", gets(0, 0), price_fen=0),
    case("a price below the rate", gets(200, 0), price_fen=200),
    case(
        "a price below the layers",
        gets(400, 0, ("city", 200), ("district", 200)),
        CITY_THEN_DISTRICT,
        price_fen=400,
    ),
    case("a price below the first layer", gets(150, 0, ("city", 150)), CITY_THEN_DISTRICT, price_fen=150),
    case("both layers", gets(500, 1000, ("city", 200), ("district", 300)), CITY_THEN_DISTRICT),
    case("a quarter, half a fen up", gets(313, 937), percentage("25"), price_fen=1250),
    case("an eighth, a quarter of a fen down", gets(156, 1094), percentage("12.5"), price_fen=1250),
    case("half a fen that binary fractions lose", gets(58, 42), percentage("57.5"), price_fen=100),
    case("half a fen with four decimals", gets(1, 1999), percentage("0.0250"), price_fen=2000),
    case("just below half a fen", gets(0, 2000), percentage("0.0249"), price_fen=2000),
    case("a third", gets(500, 1000), percentage("33.33")),
    case("all of it", gets(1500, 0), percentage("100")),
    case("a quarter up to a limit", gets(300, 1200), percentage("25", 300)),
    case("a quarter below its limit", gets(250, 750), percentage("25", 300), price_fen=1000),
    case(
        "a fen below the least price",
        nothing(Reason.BELOW_MIN_PRICE, 999),
        policy(min_price_fen=1000),
        price_fen=999,
    ),
    case("the least price", gets(300, 700), policy(min_price_fen=1000), price_fen=1000),
    case("the price is the subsidy", nothing(Reason.PRICE_NOT_ABOVE_SUBSIDY, 300), EXCEEDING, price_fen=300),
    case("a fen above the subsidy", gets(300, 1), EXCEEDING, price_fen=301),
    case(
        "the price is what all layers would give",
        nothing(Reason.PRICE_NOT_ABOVE_SUBSIDY, 500),
        replace(CITY_THEN_DISTRICT, price_must_exceed=True),
        price_fen=500,
    ),
    case("operator and charity", gets(300, 900, operator_fen=200, charity_fen=100), HELPED),
    case("little is left for charity", gets(300, 0, operator_fen=200, charity_fen=50), HELPED, price_fen=550),
    case("little is left for the operator", gets(300, 0, operator_fen=100), HELPED, price_fen=400),
    case(
        "no government money, so no help",
        gets(0, 1500),
        rates(Rate(amount_fen=0), operator_discount_fen=200, charity_fen=100),
    ),
    case(
        "no subsidy, so no help",
        nothing(Reason.UNDER_AGE),
        HELPED,
        resident=facts.resident(date(1980, 1, 1)),
    ),
)

CASES: tuple[Case, ...] = (
    *WHO,
    *WHERE_FROM,
    *WHERE_AND_WHEN,
    *RATES,
    *PRICES,
    *CAPS,
    *ORDER,
    *BOOKS,
)
