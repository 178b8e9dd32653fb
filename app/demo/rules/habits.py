"""Home of the demo's habits: who eats at which site, how often, and how a day's weather swings it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from app.canteens.rules import SiteKind, Sitting
from app.clock import on
from app.delivery.rules.requests import NewSubscription
from app.demo.rules.chance import Lot, stream
from app.demo.rules.land import Community
from app.demo.rules.people import DemoResident
from app.demo.rules.sites import DemoSite
from app.residents.rules.facts import ResidentFacts

_FEW_RESIDENTS = 12_000
_NEAREST = 3
_CANTEEN_PULL = 2.2
"""How many times as far people go to a canteen, with its tables and its choice, as to a service point."""

_WEEKDAY_MOODS = (1.0, 1.02, 1.0, 1.03, 0.98, 0.80, 0.70)
_WEATHER = Lot({1.05: 0.25, 1.0: 0.40, 0.9: 0.20, 0.75: 0.11, 0.5: 0.04})
_HOLIDAYS = {(1, 1), (5, 1), (5, 2), (5, 3), *((10, day) for day in range(1, 8))}
_HOLIDAY_MOOD = 0.6
_WANDERERS = 0.25
_EARLY_DAYS = Lot({0: 0.92, 20: 0.08})
"""How long before being registered, and maybe before turning 60, somebody comes to eat."""


@dataclass(frozen=True, slots=True)
class Diner:
    """Somebody who comes to eat, from a day on until before another; `delivery` brings lunch to the door.

    `appetite` is how likely they come to each sitting of an ordinary day. `other` is where they eat when
    `usual` does not serve.
    """

    resident: ResidentFacts
    usual: DemoSite
    other: DemoSite
    appetite: Mapping[Sitting, float]
    take_away: float
    since: date
    until: date
    delivery: NewSubscription | None = None


def diner_share(residents: int) -> float:
    """Give which share of so many registered residents comes to eat.

    The first to be registered are those who eat; when the whole district is registered, few of them do.

    >>> round(diner_share(3_000), 2), round(diner_share(110_000), 2)
    (0.44, 0.09)
    """
    return 1 / (2 + residents / _FEW_RESIDENTS)


def delivery_share(residents: int) -> float:
    """Give which share of those who may have lunch at the door asked for it."""
    return 0.5 + 0.45 * _FEW_RESIDENTS / (_FEW_RESIDENTS + residents)


class Neighbourhood:
    """Which sites are near enough for each community, the likeliest first."""

    def __init__(self, communities: Sequence[Community], sites: Sequence[DemoSite]) -> None:
        """Sort the sites once for each community, since there are many doors."""
        self._near = [self._nearest(community, sites) for community in communities]
        self._by_code = dict(zip((community.code for community in communities), self._near, strict=True))

    @staticmethod
    def _nearest(community: Community, sites: Sequence[DemoSite]) -> tuple[DemoSite, ...]:
        def effort(site: DemoSite) -> float:
            pull = _CANTEEN_PULL if site.record.kind is SiteKind.CANTEEN else 1.0
            return community.middle.metres_to(site.place) / pull

        return tuple(sorted(sites, key=effort)[:_NEAREST])

    def of(self, community: Community | None, random: Random) -> tuple[DemoSite, ...]:
        """Give the sites near a community; who lives outside the district comes to any."""
        return random.choice(self._near) if community is None else self._by_code[community.code]


def diner(
    resident: DemoResident,
    neighbourhood: Neighbourhood,
    delivery: NewSubscription | None,
    *,
    share: float,
    random: Random,
) -> Diner | None:
    """Give the habits of somebody who comes to eat or is brought lunch; None for all others."""
    if delivery is None and random.random() > share:
        return None
    near = neighbourhood.of(resident.lives_at, random)
    usual, other = random.sample(near, 2) if random.random() < _WANDERERS else near[:2]
    return Diner(
        resident=resident.facts,
        usual=usual,
        other=other,
        appetite=_appetite(random, brought=delivery is not None),
        take_away=random.choice((0.02, 0.05, 0.1, 0.3, 0.8)),
        since=on(resident.registered_at) - timedelta(days=_EARLY_DAYS.draw(random)),
        until=_until(resident, random),
        delivery=delivery,
    )


def _appetite(random: Random, *, brought: bool) -> dict[Sitting, float]:
    """Draw who comes nearly every day and who now and then; few come to breakfast, some to dinner."""
    keen = random.betavariate(1.6, 1.4)
    if brought:
        return {Sitting.DINNER: keen / 10}
    appetite = {Sitting.LUNCH: keen}
    if random.random() < 0.13:  # noqa: PLR2004 - shares, here and below
        appetite[Sitting.BREAKFAST] = keen * 0.8
    if random.random() < 0.30:  # noqa: PLR2004
        appetite[Sitting.DINNER] = keen * 0.7
    return {sitting: appetite[sitting] for sitting in Sitting if sitting in appetite}


def _until(resident: DemoResident, random: Random) -> date:
    """Give the first day without meals; now and then a card is used some days too long."""
    status = resident.record.status
    if status is None:
        return date.max
    return status.from_on + timedelta(days=random.choice((0, 0, 2, 6)))


def mood(seed: int, day: date) -> float:
    """Give how many come on a day, against an ordinary one: weekday, holiday and weather."""
    holiday = _HOLIDAY_MOOD if (day.month, day.day) in _HOLIDAYS else 1.0
    return _WEEKDAY_MOODS[day.weekday()] * holiday * _WEATHER.draw(stream(seed, "weather", day))
