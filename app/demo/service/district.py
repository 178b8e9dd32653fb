"""Home of founding the demo district: areas, operators, sites with their prices, and the policy."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from importlib.resources import files

from sqlalchemy import insert

from app.areas.queries import areas_under, outline_of
from app.areas.rules import AreaRecord, Level, Outline
from app.areas.service import seed_areas
from app.canteens.models import Operator, Site, SitePrice
from app.canteens.rules import SiteKind
from app.demo.rules.habits import Neighbourhood
from app.demo.rules.land import DISTRICT, Community, communities
from app.demo.rules.sites import DemoSite, sites
from app.errors import DomainError
from app.extensions import db
from app.roles import Actor
from app.subsidy import service as subsidy
from app.subsidy.rules.document import policy_from_yaml
from app.text import text


@dataclass(frozen=True)
class District:
    """Where the demo takes place."""

    outline: Outline
    communities: tuple[Community, ...]
    sites: tuple[DemoSite, ...]

    @cached_property
    def by_code(self) -> dict[str, DemoSite]:
        """Give the sites by their codes."""
        return {site.record.site_code: site for site in self.sites}

    @cached_property
    def neighbourhood(self) -> Neighbourhood:
        """Give which sites are near which community."""
        return Neighbourhood(self.communities, self.sites)

    @cached_property
    def canteens(self) -> dict[str, DemoSite]:
        """Give the canteen of each street."""
        return {
            site.record.area_code[:9]: site for site in self.sites if site.record.kind is SiteKind.CANTEEN
        }

    @property
    def counts(self) -> dict[str, int]:
        """Give how much there is."""
        return {"sites": len(self.sites), "communities": len(self.communities)}


def found_district(seed: int, days: Sequence[date], *, today: date, by: Actor, at: datetime) -> District:
    """Write down the areas, the operators, the sites, their prices, and the policy of all these days."""
    outline = outline_of(DISTRICT)
    if outline is None:
        raise DomainError(text("The outline of the district is not there: the installation is incomplete."))
    strewn = communities(_take_areas(by=by, at=at), outline, seed)
    district = District(outline, strewn, sites(strewn, outline, seed=seed, today=today))
    _open_sites(district.sites)
    _publish_policy(days, by=by, at=at)
    _enter_holidays({today.year, *(day.year for day in days)}, by=by, at=at)
    return district


def _enter_holidays(years: Collection[int], *, by: Actor, at: datetime) -> None:
    """Write down the announced holidays, as far as they are known."""
    for year in sorted(years):
        with suppress(DomainError):
            subsidy.enter_announced(year, by=by, at=at)


def _take_areas(*, by: Actor, at: datetime) -> list[AreaRecord]:
    """Take in the district's official codes, and give them."""
    seed_areas(by=by, at=at)
    return [
        AreaRecord(area.code, area.name, Level(area.level), area.parent_code)
        for area in areas_under(DISTRICT)
    ]


def _open_sites(opened: Sequence[DemoSite]) -> None:
    """Write down the operators, then the sites (kitchens before whom they cook for), then the prices."""
    credit_codes = {site.record.operator: site.record.uscc for site in opened}
    operators = {name: Operator(name=name, uscc=code) for name, code in credit_codes.items()}
    db.session.add_all(operators.values())
    db.session.flush()
    db.session.execute(
        insert(Site),
        [
            {
                "site_code": site.record.site_code,
                "name": site.record.name,
                "kind": site.record.kind,
                "area_code": site.record.area_code,
                "latitude": site.place.lat,
                "longitude": site.place.lon,
                "opened_on": site.record.opened_on,
                "closed_on": site.record.closed_on,
                "seats": site.record.seats,
                "kitchen_code": site.record.kitchen_code,
                "operator_id": operators[site.record.operator].id,
            }
            for site in opened
        ],
    )
    db.session.execute(
        insert(SitePrice),
        [
            {
                "site_code": site.record.site_code,
                "sitting": sitting,
                "from_on": site.record.opened_on,
                "price_fen": price_fen,
            }
            for site in opened
            for sitting, price_fen in site.prices_fen.items()
        ],
    )


_CHARITY_FEN = 50


def _publish_policy(days: Sequence[date], *, by: Actor, at: datetime) -> None:
    """Publish the default policy, with a share of charity, in force on the first of these days already."""
    policy = policy_from_yaml((files("app.subsidy") / "default_policy.yaml").read_text("utf-8"))
    policy = replace(policy, charity_fen=_CHARITY_FEN)
    if days and days[0] < policy.effective_from:
        policy = replace(policy, effective_from=days[0].replace(month=1, day=1))
    subsidy.publish(policy, by=by, at=at)
