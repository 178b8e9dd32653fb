"""Home of the demo's sites: 14 canteens, 52 service points, who runs them, and what a meal costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from stdnum.cn import uscc

from app.areas.rules import Outline
from app.canteens.rules import SiteKind, SiteRecord, Sitting
from app.demo.rules.chance import stream
from app.demo.rules.land import STREETS, Community, moved
from app.place import Point

SERVICE_POINTS = 52
BUSY_CANTEEN = "C03"
"""The canteen of 裕南街街道, where most meals are served and most lunches leave for a door."""

_COOKING_POINTS = 5
_STRAY_METRES = 120
_PRICES_FEN = {
    Sitting.BREAKFAST: (500, 550, 600),
    Sitting.LUNCH: (1200, 1300, 1400, 1500, 1500, 1600),
    Sitting.DINNER: (1000, 1100, 1200),
}
_UNASSIGNED_AREA = "990000"
_COMPANY_WORDS = ("康膳", "银龄", "百味", "家和", "惠民", "常青", "福寿", "湘味", "暖阳", "乐享")
_HOME_CARE_WORDS = ("夕阳红", "颐养", "金秋", "邻里", "同心", "孝亲", "和乐", "晚晴")


@dataclass(frozen=True, slots=True)
class DemoSite:
    """A site with the price in fen of each sitting that it serves."""

    record: SiteRecord
    prices_fen: dict[Sitting, int]

    @property
    def place(self) -> Point:
        """Give where it stands; every site of the demo stands somewhere."""
        if self.record.place is None:
            msg = f"{self.record.site_code} stands nowhere"
            raise ValueError(msg)
        return self.record.place


def sites(
    communities: Sequence[Community], outline: Outline, *, seed: int, today: date
) -> tuple[DemoSite, ...]:
    """Give a canteen for each street and 52 service points, each fed by the canteen of its street.

    One service point opened in the middle of last month and one closed at the end of it, so that a meal on
    the wrong side of such a day can be seen.
    """
    builder = _Builder(communities, outline, stream(seed, "sites"), today)
    canteens = {
        street_code: builder.canteen(number, street_code)
        for number, street_code in enumerate(sorted(STREETS), start=1)
    }
    return (*canteens.values(), *builder.service_points(canteens))


class _Builder:
    """Puts sites where the people are."""

    def __init__(
        self, communities: Sequence[Community], outline: Outline, random: Random, today: date
    ) -> None:
        """Know the land and the day."""
        self._communities = communities
        self._outline = outline
        self._random = random
        self._today = today

    def canteen(self, number: int, street_code: str) -> DemoSite:
        """Put the canteen where most of the street's people are near."""
        of_street = [each for each in self._communities if each.street_code == street_code]
        place = self._centre_of_people(of_street) or STREETS[street_code].middle
        host = min(of_street, key=lambda community: community.middle.metres_to(place))
        company = number % len(_COMPANY_WORDS)
        record = SiteRecord(
            site_code=f"C{number:02}",
            name=f"{host.street_name}老年食堂",
            kind=SiteKind.CANTEEN,
            area_code=host.code,
            place=place,
            opened_on=self._long_open(),
            seats=self._random.randrange(60, 141, 10),
            operator=f"长沙示例{_COMPANY_WORDS[company]}餐饮服务有限公司",
            uscc=_credit_code("91", company),
        )
        prices_fen = {sitting: self._random.choice(_PRICES_FEN[sitting]) for sitting in Sitting}
        return DemoSite(record, prices_fen)

    def _centre_of_people(self, of_street: Sequence[Community]) -> Point | None:
        share = sum(community.share for community in of_street)
        centre = Point(
            round(sum(each.middle.lat * each.share for each in of_street) / share, 6),
            round(sum(each.middle.lon * each.share for each in of_street) / share, 6),
        )
        return centre if self._outline.contains(centre) else None

    def service_points(self, canteens: Mapping[str, DemoSite]) -> list[DemoSite]:
        """Choose communities, the larger and the farther from their canteen the more likely."""
        hosts = {canteen.record.area_code for canteen in canteens.values()}
        free = [community for community in self._communities if community.code not in hosts]

        def rank(community: Community) -> float:
            far = community.middle.metres_to(canteens[community.street_code].place) / 1000
            return float(self._random.random() ** (1 / (community.share * far**2)))

        ranked = sorted(free, key=rank, reverse=True)
        chosen = sorted(ranked[:SERVICE_POINTS], key=lambda community: community.code)
        cooking = set(self._random.sample(range(1, SERVICE_POINTS + 1), _COOKING_POINTS))
        return [
            self._service_point(number, community, canteens[community.street_code], cooks=number in cooking)
            for number, community in enumerate(chosen, start=1)
        ]

    def _service_point(
        self, number: int, community: Community, canteen: DemoSite, *, cooks: bool
    ) -> DemoSite:
        centre = number % len(_HOME_CARE_WORDS)
        opened_on, closed_on = self._days_of_service_point(number)
        record = SiteRecord(
            site_code=f"P{number:02}",
            name=f"{community.name}助餐点",
            kind=SiteKind.SERVICE_POINT,
            area_code=community.code,
            place=self._near(community),
            opened_on=opened_on,
            closed_on=closed_on,
            seats=self._random.randrange(16, 49, 4),
            kitchen_code=None if cooks else canteen.record.site_code,
            operator=f"长沙示例{_HOME_CARE_WORDS[centre]}社区居家养老服务中心",
            uscc=_credit_code("52", centre),
        )
        prices_fen = {
            sitting: canteen.prices_fen[sitting]
            for sitting in Sitting
            if cooks or sitting is not Sitting.BREAKFAST
        }
        return DemoSite(record, prices_fen)

    def _near(self, community: Community) -> Point:
        found = moved(
            community.middle,
            north_metres=self._random.uniform(-_STRAY_METRES, _STRAY_METRES),
            east_metres=self._random.uniform(-_STRAY_METRES, _STRAY_METRES),
        )
        return found if self._outline.contains(found) else community.middle

    def _days_of_service_point(self, number: int) -> tuple[date, date | None]:
        """Let the last but one open in the middle of last month, and the last one close at its end."""
        this_month = self._today.replace(day=1)
        if number == SERVICE_POINTS - 1:
            return (this_month - timedelta(days=1)).replace(day=15), None
        return self._long_open(), this_month if number == SERVICE_POINTS else None

    def _long_open(self) -> date:
        """Give a day in one of the four years before last year; no meal of the demo is as old."""
        year = self._today.year - 2 - self._random.randrange(4)
        return date(year, self._random.randrange(1, 13), self._random.randrange(1, 29))


def _credit_code(kind: str, number: int) -> str:
    """Make up a credit code with the right check digit, in an area that is assigned to nobody."""
    body = f"{kind}{_UNASSIGNED_AREA}DEM{number + 1:06}"
    check: str = uscc.calc_check_digit(body)
    return body + check
