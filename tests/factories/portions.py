"""Makers of a kitchen with two service points, of what they counted, and of meals served there."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from app.canteens.rules import SiteFacts, SiteKind, Sitting
from app.roles import COMMAND, Actor
from app.till import service
from app.till.rules.balance import Count, CountKind, SiteSitting
from app.till.service import Explained
from app.transaction import transaction
from tests.factories.district import LONG_AGO, canteen, elder, policy_row, site_row
from tests.factories.facts import meal_caps, policy
from tests.factories.meals import NOON, TODAY, entry, taken

EVENING = NOON + timedelta(hours=8)
NEXT_DAY = NOON + timedelta(days=1)


def a_kitchen() -> None:
    """Make canteen C01 that cooks for P01 and P02 (in another street), canteen C02, and two residents."""
    with transaction():
        canteen("C01")
        canteen("C02", "430103005002")
        for code, area_code in (("P01", "430103005003"), ("P02", "430103006001")):
            facts = SiteFacts(code, SiteKind.SERVICE_POINT, area_code, LONG_AGO)
            site_row(facts, name=f"{code}助餐点", kitchen_code="C01")
        elder("R-000001")
        elder("R-000002", name="李建国")
        policy_row(policy(caps=meal_caps(sitting=1)))


def where(site_code: str = "C01", day: date = TODAY, sitting: Sitting = Sitting.LUNCH) -> SiteSitting:
    """Give a sitting."""
    return SiteSitting(site_code, day, sitting)


def counted(
    kind: CountKind,
    portions: int,
    at_sitting: SiteSitting | None = None,
    *,
    to_code: str = "",
    reason: str = "",
    by: Actor = COMMAND,
    at: datetime = EVENING,
) -> int:
    """Write down one figure, at C01's lunch unless told otherwise."""
    place = at_sitting or where()
    count = Count(place, kind, portions, to_code or place.site_code)
    with transaction():
        return service.count_portions(place, [count], reason=reason, by=by, at=at)


def explained(
    difference: int,
    on_the_way: int = 0,
    *,
    at_sitting: SiteSitting | None = None,
    words: str = "打翻一盆",
    by: Actor = COMMAND,
) -> None:
    """Explain a difference, at C01's lunch unless told otherwise."""
    given = Explained(at_sitting or where(), difference, on_the_way, words)
    with transaction():
        service.explain(given, by=by, at=EVENING)


def ordered(*kitchen_codes: str, from_on: date = TODAY, by: Actor = COMMAND) -> int:
    """Order kitchens to count."""
    with transaction():
        return service.order_counts(kitchen_codes, from_on, by=by, at=EVENING)


def served(site_code: str, meals: int, *, first: int, day: date = TODAY) -> list[UUID]:
    """Serve so many meals to people who are not registered, received from a file on the next day."""
    made = [
        entry(number, resident_no="", site_code=site_code, served_on=day)
        for number in range(first, first + meals)
    ]
    taken(*made, at=NEXT_DAY)
    return [each.id for each in made]
