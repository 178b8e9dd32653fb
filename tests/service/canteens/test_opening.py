"""Hours, closures and menus on a real database, and who looks at a closure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.canteens.models import Site
from app.canteens.queries.menus import menus_at, menus_of, prices_on
from app.canteens.queries.opening import closed_on, closures_of, weeks_ahead, weeks_of
from app.canteens.rules import (
    ClosureReason,
    Dish,
    DishMark,
    NewClosure,
    OpenSpan,
    SiteFacts,
    SiteKind,
    Sitting,
)
from app.canteens.service.menus import copy_last_week, write_menu
from app.canteens.service.opening import (
    close_for,
    set_door,
    set_hours,
    take_closure_back,
    take_hours_back,
)
from app.care.service.watch import watch
from app.delivery import queries as delivery
from app.delivery.rules.orders import Asked, AskedBy, Asker, CutOff
from app.delivery.rules.requests import NewSubscription
from app.delivery.service import order_once
from app.errors import DomainError, NotFound
from app.extensions import db
from app.roles import COMMAND, Actor, Permission, Scope
from app.transaction import transaction
from tests.factories.care import FRIDAY, LOOKED_AT, lunch, regular
from tests.factories.delivery import MONDAY, kitchen, neighbour, subscribed
from tests.factories.district import LONG_AGO, canteen, site_row

AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
MANAGER = Actor("U-2", frozenset(Permission), Scope("430103005", "C01"))
REPAIRS = NewClosure(FRIDAY, FRIDAY + timedelta(days=2), ClosureReason.REPAIRS, "换灶")
LUNCH = OpenSpan(39_600, 45_000)


@pytest.fixture(autouse=True)
def _sites(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        kitchen()
        canteen("C02", "430103006001")
        facts = SiteFacts("P01", SiteKind.SERVICE_POINT, "430103005001", LONG_AGO)
        site_row(facts, kitchen_code="C01")


def acts(action: str) -> list[str]:
    return list(db.session.execute(select(AuditEntry.subject).where(AuditEntry.action == action)).scalars())


def test_hours_hold_on_the_weekdays_that_were_ticked_until_they_are_set_anew() -> None:
    with transaction():
        set_hours("C01", Sitting.LUNCH, range(7), LUNCH, by=MANAGER, at=AT)
        set_hours("C01", Sitting.LUNCH, [5, 6], OpenSpan(40_000, 43_000), by=MANAGER, at=AT)
        set_hours("C01", Sitting.LUNCH, [6], None, by=MANAGER, at=AT)
    week = weeks_of(["C01", "C02"], FRIDAY)
    assert set(week) == {"C01"}
    assert week["C01"] == {(day, Sitting.LUNCH): LUNCH for day in range(5)} | {
        (5, Sitting.LUNCH): OpenSpan(40_000, 43_000)
    }
    assert acts("site.hours_set") == ["site:C01"] * 3


def test_hours_that_are_announced_hold_from_their_day_and_are_taken_back_before() -> None:
    later, day = OpenSpan(40_000, 46_000), FRIDAY + timedelta(days=7)
    with transaction():
        set_hours("C01", Sitting.LUNCH, range(7), LUNCH, by=MANAGER, at=AT)
        set_hours("C01", Sitting.LUNCH, range(5), later, from_on=day, by=MANAGER, at=AT)
        set_hours("C01", Sitting.LUNCH, [5, 6], None, from_on=day, by=MANAGER, at=AT)
        set_hours("C01", Sitting.LUNCH, [0], OpenSpan(41_000, 46_000), from_on=day, by=MANAGER, at=AT)
    before, after = weeks_of(["C01"], day - timedelta(days=1))["C01"], weeks_of(["C01"], day)["C01"]
    assert before == {(weekday, Sitting.LUNCH): LUNCH for weekday in range(7)}
    assert after == {(weekday, Sitting.LUNCH): later for weekday in range(1, 5)} | {
        (0, Sitting.LUNCH): OpenSpan(41_000, 46_000)
    }
    assert weeks_ahead(["C01", "C02"], FRIDAY, day) == {"C01": [(day, after)]}
    assert weeks_ahead(["C01"], day, day + timedelta(days=30)) == {}
    then = AT + timedelta(days=30)
    with pytest.raises(NotFound), transaction():
        take_hours_back("C01", day, by=MANAGER, at=then)
    with transaction():
        set_hours("C01", Sitting.LUNCH, range(7), LUNCH, by=MANAGER, at=then)
    assert weeks_of(["C01"], day + timedelta(days=60))["C01"] == before
    with pytest.raises(DomainError, match="at most a year"), transaction():
        set_hours("C01", Sitting.LUNCH, [0], LUNCH, from_on=date(2036, 1, 1), by=MANAGER, at=AT)
    with transaction():
        set_hours("C01", Sitting.DINNER, [0], LUNCH, from_on=day, by=MANAGER, at=AT)
        take_hours_back("C01", day, by=MANAGER, at=AT)
    assert weeks_ahead(["C01"], FRIDAY, day) == {}
    assert acts("site.hours_taken_back") == ["site:C01"]


def test_only_a_sites_own_people_say_when_it_is_open() -> None:
    for act in (
        lambda: set_hours("C02", Sitting.LUNCH, [0], LUNCH, by=MANAGER, at=AT),
        lambda: take_hours_back("C02", FRIDAY, by=MANAGER, at=AT),
        lambda: set_door("C02", "示例路1号", "", by=MANAGER, at=AT),
        lambda: close_for(REPAIRS, ["C01", "C02"], by=MANAGER, at=AT),
        lambda: write_menu("C02", MONDAY, {Sitting.LUNCH: [Dish("米饭")]}, by=MANAGER, at=AT),
        lambda: copy_last_week("C02", MONDAY, by=MANAGER, at=AT),
    ):
        with pytest.raises(NotFound), transaction():
            act()
    with pytest.raises(DomainError, match="weekday"), transaction():
        set_hours("C01", Sitting.LUNCH, [], LUNCH, by=MANAGER, at=AT)
    assert closures_of("C01", FRIDAY, FRIDAY) == []


def test_a_closure_is_entered_once_and_taken_back_by_its_own_people() -> None:
    with transaction():
        assert len(close_for(REPAIRS, ["C01", "P01"], by=COMMAND, at=AT)) == 2
        assert close_for(REPAIRS, ["C01"], by=COMMAND, at=AT) == []
    assert set(closed_on(FRIDAY)) == set(closed_on(REPAIRS.last_on)) == {"C01", "P01"}
    assert closed_on(REPAIRS.last_on + timedelta(days=1)) == {}
    own, other = closed_on(FRIDAY)["C01"].id, closed_on(FRIDAY)["P01"].id
    with pytest.raises(NotFound), transaction():
        take_closure_back(other, by=MANAGER, at=AT)
    with transaction():
        take_closure_back(own, by=MANAGER, at=AT)
    assert set(closed_on(FRIDAY)) == {"P01"}
    assert acts("site.closure_taken_back") == ["site:C01"]


def test_nobody_is_missed_at_a_site_that_stays_shut_unless_it_cooked_all_the_same() -> None:
    with transaction():
        regular("R-1")
        close_for(REPAIRS, ["C01"], by=COMMAND, at=AT)
    with transaction():
        (found,) = watch(by=COMMAND, at=LOOKED_AT)
    assert (found.regulars, found.absent) == (1, 0)
    with transaction():
        regular("R-2")
        lunch("R-2")
    with transaction():
        (found,) = watch(by=COMMAND, at=LOOKED_AT + timedelta(minutes=5))
    assert (found.regulars, found.absent) == (2, 1)


def test_a_kitchen_that_stays_shut_delivers_nothing_and_takes_no_order() -> None:
    shut = replace(REPAIRS, first_on=MONDAY, last_on=MONDAY)
    with transaction():
        subscribed(neighbour("R-1"))
        close_for(shut, ["C01"], by=COMMAND, at=AT)
    on_monday, on_tuesday = (
        delivery.due(day, Sitting.LUNCH, ["C01"])["C01"] for day in (MONDAY, MONDAY + timedelta(days=1))
    )
    assert (len(on_monday.going), len(on_monday.shut)) == (0, 1)
    assert (len(on_tuesday.going), len(on_tuesday.shut)) == (1, 0)
    with transaction():
        neighbour("R-2")
    once = NewSubscription("R-2", "C01", Sitting.LUNCH, 1, MONDAY, MONDAY + timedelta(days=1))
    asked, cut_off = Asked(Asker.FAMILY, AskedBy.PHONE), CutOff(time(9), time(18))
    with pytest.raises(DomainError, match="stays shut"), transaction():
        order_once(once, asked, cut_off=cut_off, by=COMMAND, at=AT)


def test_a_menu_is_written_again_and_the_week_is_taken_over_where_nothing_stands() -> None:
    tuesday, soup = MONDAY + timedelta(days=1), Dish("绿豆汤", 2_00, (DishMark.SOFT, DishMark.LOW_SUGAR))
    with transaction():
        write_menu("C01", MONDAY, {Sitting.LUNCH: [Dish("米饭"), soup]}, by=MANAGER, at=AT)
        write_menu("C01", MONDAY, {Sitting.LUNCH: [soup], Sitting.DINNER: []}, by=MANAGER, at=AT)
        write_menu("C01", tuesday, {Sitting.LUNCH: [Dish("米饭")]}, by=MANAGER, at=AT)
        kept = MONDAY + timedelta(days=7)
        write_menu("C01", kept, {Sitting.LUNCH: [Dish("米粉")]}, by=MANAGER, at=AT)
    assert menus_of(["C01"], MONDAY, MONDAY) == {"C01": {(MONDAY, Sitting.LUNCH): [soup]}}
    with transaction():
        assert copy_last_week("C01", kept + timedelta(days=3), by=MANAGER, at=AT) == 1
        assert copy_last_week("C01", kept, by=MANAGER, at=AT) == 0
    week = menus_of(["C01"], kept, kept + timedelta(days=6))["C01"]
    assert week == {
        (kept, Sitting.LUNCH): [Dish("米粉")],
        (kept + timedelta(days=1), Sitting.LUNCH): [Dish("米饭")],
    }
    assert acts("menu.copied") == ["site:C01"]


def test_whoever_is_fed_by_a_kitchen_eats_its_menu_unless_another_is_written() -> None:
    point = db.session.get_one(Site, "P01")
    with transaction():
        write_menu("C01", MONDAY, {each: [Dish("米饭")] for each in Sitting}, by=COMMAND, at=AT)
        write_menu("P01", MONDAY, {Sitting.DINNER: [Dish("米粉")]}, by=COMMAND, at=AT)
    menu = menus_at([point], MONDAY, MONDAY)["P01"]
    assert menu[MONDAY, Sitting.LUNCH] == [Dish("米饭")]
    assert menu[MONDAY, Sitting.DINNER] == [Dish("米粉")]


def test_prices_are_those_of_the_day() -> None:
    assert prices_on(LONG_AGO - timedelta(days=1), ["C01"]) == {}
    assert prices_on(date(2026, 1, 1), ["C01"])["C01", Sitting.LUNCH] == 15_00
