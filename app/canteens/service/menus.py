"""Home of the verbs on menus: write a day's down, and take over what the week before had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import delete

from app.audit import service as audit
from app.canteens import queries
from app.canteens.models import MenuDish
from app.canteens.queries.menus import menus_of
from app.canteens.rules import Dish, Sitting, week_of
from app.errors import NotFound
from app.extensions import db
from app.locks import lock_names
from app.roles import Actor
from app.text import text

_WEEK = timedelta(weeks=1)


def write_menu(
    site_code: str, day: date, menu: Mapping[Sitting, Sequence[Dish]], *, by: Actor, at: datetime
) -> None:
    """Write down what a site cooks on a day; of the sittings that are given nothing else stays.

    Raises: NotFound.
    """
    _ensure_there(site_code, by)
    lock_names(db.session, "canteens.menu", [f"{site_code}:{day.isoformat()}"])
    for sitting, dishes in menu.items():
        _write(site_code, day, sitting, dishes)
    db.session.flush()
    detail = {"day": day.isoformat(), "dishes": sum(map(len, menu.values()))}
    audit.record("menu.written", f"site:{site_code}", by=by, at=at, detail=detail)


def copy_last_week(site_code: str, day: date, *, by: Actor, at: datetime) -> int:
    """Take over the week before into the week of a day, where nothing stands yet; give how many sittings.

    Raises: NotFound.
    """
    _ensure_there(site_code, by)
    days = week_of(day)
    lock_names(db.session, "canteens.menu", [f"{site_code}:{each.isoformat()}" for each in days])
    entered = menus_of([site_code], days[0] - _WEEK, days[-1]).get(site_code, {})
    missing = {
        (served_on + _WEEK, sitting): dishes
        for (served_on, sitting), dishes in entered.items()
        if served_on < days[0] and (served_on + _WEEK, sitting) not in entered
    }
    for (served_on, sitting), dishes in missing.items():
        _write(site_code, served_on, sitting, dishes)
    db.session.flush()
    if missing:
        detail = {"week": days[0].isoformat(), "sittings": len(missing)}
        audit.record("menu.copied", f"site:{site_code}", by=by, at=at, detail=detail)
    return len(missing)


def _write(site_code: str, day: date, sitting: Sitting, dishes: Sequence[Dish]) -> None:
    db.session.execute(
        delete(MenuDish).where(
            MenuDish.site_code == site_code, MenuDish.served_on == day, MenuDish.sitting == sitting
        )
    )
    db.session.add_all(
        MenuDish(
            site_code=site_code,
            served_on=day,
            sitting=sitting,
            place=place,
            name=dish.name,
            price_fen=dish.price_fen,
            marks=" ".join(dish.marks),
        )
        for place, dish in enumerate(dishes, start=1)
    )


def _ensure_there(site_code: str, by: Actor) -> None:
    if queries.site_of(site_code, by.scope) is None:
        raise NotFound(text("There is no site {code} in your area.", code=site_code))
