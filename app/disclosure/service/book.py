"""Home of what the public pages show on a day, read with as many queries however many sites there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from app.areas import queries as areas
from app.areas.rules import Outline
from app.canteens.models import Site, SiteClosure
from app.canteens.queries.menus import Menu, menus_at, prices_on
from app.canteens.queries.opening import Week, closures, weeks_ahead, weeks_of
from app.canteens.rules import Opening, OpenSpan, Sitting, opening_of, week_of
from app.delivery.travel.estimate import Location, location_of
from app.disclosure import queries
from app.disclosure.models import PublishedMonth, PublishedRow
from app.disclosure.rules.maps import Circle, Way
from app.disclosure.service.circles import circles_of
from app.roles import Scope
from app.subsidy.queries import policy_book
from app.subsidy.rules import Policy

_AHEAD = timedelta(days=60)
_STREET_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Office:
    """Who publishes the pages, from the settings: name, telephone for complaints, outside address."""

    name: str
    phone: str
    address: str
    district: str


@dataclass(frozen=True, slots=True)
class SiteShown:
    """What everybody may read of a site on a day; of places as far as they are known."""

    site: Site
    place: str
    location: Location | None
    week: Week
    ahead: Sequence[tuple[date, Week]]
    closures: Sequence[SiteClosure]
    menu: Menu
    prices: Mapping[Sitting, int]
    circles: Mapping[Way, Circle]

    @property
    def code(self) -> str:
        """Give its code."""
        return self.site.site_code

    def closure_on(self, day: date) -> SiteClosure | None:
        """Give why it stays shut on a day."""
        return next((each for each in self.closures if each.covers(day)), None)

    def spans_on(self, day: date) -> dict[Sitting, OpenSpan]:
        """Give from when until when each sitting is served on a day; nothing where it stays shut."""
        if self.closure_on(day) is not None or not self.site.facts.is_open_on(day):
            return {}
        return {
            sitting: self.week[day.weekday(), sitting]
            for sitting in Sitting
            if (day.weekday(), sitting) in self.week
        }

    def opening(self, day: date, seconds: int) -> Opening | None:
        """Tell how things stand at a moment; None where no hours are known."""
        if not self.week and self.closure_on(day) is None:
            return None
        return opening_of(self.spans_on(day).values(), seconds)


@dataclass(frozen=True, slots=True)
class MonthShown:
    """A month as everybody reads it: of the whole district, or of the areas that are published so far."""

    month: str
    parts: Sequence[PublishedMonth]

    @property
    def rows(self) -> list[PublishedRow]:
        """Give its rows."""
        return [row for part in self.parts for row in part.rows]

    @property
    def payers(self) -> list[list[object]]:
        """Give what each payer gave; only where the month is published in one piece."""
        return self.parts[0].payers if len(self.parts) == 1 else []

    @property
    def persons(self) -> int | None:
        """Give how many ate, each counted once; None where parts would count somebody twice."""
        return self.parts[0].persons if len(self.parts) == 1 else None


@dataclass(frozen=True, slots=True)
class Book:
    """What the public pages show on a day."""

    on: date
    office: Office
    sites: Sequence[SiteShown]
    months: Sequence[MonthShown]
    names: Mapping[str, str]
    policy: Policy | None
    border: Outline | None

    @property
    def streets(self) -> list[tuple[str, list[SiteShown]]]:
        """Give the sites by street, as whoever lives there looks for them, by code."""
        ordered = sorted(self.sites, key=lambda each: each.site.area_code[:_STREET_DIGITS])
        by_street = groupby(ordered, key=lambda each: each.site.area_code[:_STREET_DIGITS])
        streets = [list(shown) for _, shown in by_street]
        return [(shown[0].place.partition(" ")[0], shown) for shown in streets]

    def site(self, code: str) -> SiteShown | None:
        """Give a site by its code."""
        return next((each for each in self.sites if each.code == code), None)

    def month(self, written: str) -> MonthShown | None:
        """Give a published month."""
        return next((each for each in self.months if each.month == written), None)


def weeks_shown(on: date) -> tuple[date, date]:
    """Give the first and the last day of the menus that are shown: the week before, this one, the next."""
    return week_of(on)[0] - timedelta(weeks=1), week_of(on)[-1] + timedelta(weeks=1)


def book_on(on: date, office: Office, *, weeks_for: str | None = None) -> Book:
    """Read what the public pages show on a day.

    Menus are those of three weeks, of all sites or of the one in `weeks_for`; empty: of the day alone.
    """
    sites = queries.sites_shown(Scope(office.district), on)
    codes = [site.site_code for site in sites]
    first, last = weeks_shown(on)
    chosen = [site for site in sites if not weeks_for or site.site_code == weeks_for]
    menus = menus_at(chosen, on, on) if weeks_for == "" else menus_at(chosen, first, last)
    weeks, prices = weeks_of(codes, on), prices_on(on, codes)
    coming = weeks_ahead(codes, on, on + _AHEAD)
    ahead = closures(first, on + _AHEAD, Scope(office.district))
    places, circles = areas.labels(site.area_code for site in sites), circles_of(sites, on)
    months = [
        MonthShown(month, list(parts))
        for month, parts in groupby(queries.published_months(), key=lambda each: each.month)
    ]
    mentioned = {code for month in months for row in month.rows for code in row.site_codes}
    return Book(
        on=on,
        office=office,
        sites=[
            SiteShown(
                site=site,
                place=places[site.area_code],
                location=location_of(site),
                week=weeks.get(site.site_code, {}),
                ahead=coming.get(site.site_code, []),
                closures=[each for each in ahead if each.site_code == site.site_code],
                menu=menus.get(site.site_code, {}),
                prices={
                    sitting: prices[site.site_code, sitting]
                    for sitting in Sitting
                    if (site.site_code, sitting) in prices
                },
                circles={
                    way: circles[site.site_code, way] for way in Way if (site.site_code, way) in circles
                },
            )
            for site in sites
        ],
        months=months,
        names=queries.names_of(mentioned),
        policy=policy_book().deciding(office.district, on),
        border=areas.outline_of(office.district),
    )
