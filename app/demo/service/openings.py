"""Home of the demo's doors, hours, menus and closures."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import insert, update

from app.areas.queries import labels
from app.canteens.models import MenuDish, Site, SiteHours
from app.canteens.rules import ClosureReason, NewClosure, OpenSpan, Sitting, week_of
from app.canteens.service.opening import close_for, set_hours
from app.clock import on
from app.demo.rules.kitchens import door_of, hours_of, menus_of
from app.demo.service.district import District
from app.extensions import db
from app.roles import Actor

_REPAIRED = "P07"
"""A service point that has its kitchen range repaired next week."""

_LATER = "C02"
"""A canteen that serves lunch later from next week on."""


def tell_openings(district: District, *, seed: int, by: Actor, at: datetime) -> dict[str, int]:
    """Write down how each site is found, when it is open, what is cooked, and who is shut next week."""
    today = on(at)
    places = labels(site.record.area_code for site in district.sites)
    for number, site in enumerate(district.sites, start=1):
        door = door_of(site, number, places[site.record.area_code].replace(" ", ""))
        db.session.execute(
            update(Site)
            .where(Site.site_code == site.record.site_code)
            .values(address=door.address, telephone=door.telephone)
        )
    db.session.execute(
        insert(SiteHours),
        [
            {
                "site_code": site.record.site_code,
                "weekday": weekday,
                "sitting": sitting,
                "opens_seconds": span.opens_seconds,
                "closes_seconds": span.closes_seconds,
            }
            for site in district.sites
            for weekday, sitting, span in hours_of(site)
        ],
    )
    dishes = [
        {
            "site_code": site.record.site_code,
            "served_on": day,
            "sitting": sitting,
            "place": place,
            "name": dish.name,
            "price_fen": dish.price_fen,
            "marks": " ".join(dish.marks),
        }
        for site in district.sites
        if site.record.kitchen_code is None
        for day, sitting, menu in menus_of(site, today, seed=seed)
        for place, dish in enumerate(menu, start=1)
    ]
    db.session.execute(insert(MenuDish), dishes)
    tuesday = week_of(today)[1] + timedelta(weeks=1)
    repair = NewClosure(tuesday, tuesday + timedelta(days=1), ClosureReason.REPAIRS, "更换灶具")
    closed = close_for(repair, [_REPAIRED] if _REPAIRED in district.by_code else [], by=by, at=at)
    if _LATER in district.by_code:
        winter = OpenSpan(11 * 3600, 12 * 3600 + 1800)
        set_hours(_LATER, Sitting.LUNCH, range(7), winter, from_on=tuesday, by=by, at=at)
    return {"dishes": len(dishes), "closures": len(closed)}
