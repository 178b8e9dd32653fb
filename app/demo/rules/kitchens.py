"""Home of what the demo's sites tell everybody: an invented door and number, hours, and what is cooked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from app.canteens.rules import Dish, DishMark, OpenSpan, Sitting, week_of
from app.demo.rules.chance import stream
from app.demo.rules.sites import DemoSite

HOURS = {
    Sitting.BREAKFAST: OpenSpan(6 * 3600 + 1800, 8 * 3600 + 1800),
    Sitting.LUNCH: OpenSpan(10 * 3600 + 1800, 13 * 3600),
    Sitting.DINNER: OpenSpan(16 * 3600 + 1800, 18 * 3600 + 1800),
}
_SUNDAY = 6
_SOFT, _SWEETLESS, _SALTLESS, _HALAL = DishMark.SOFT, DishMark.LOW_SUGAR, DishMark.LOW_SALT, DishMark.HALAL
_MORNING = (
    Dish("白粥", marks=(_SOFT, _SWEETLESS)),
    Dish("肉包", 1_50),
    Dish("茶叶蛋", 1_50),
    Dish("豆浆", 2_00, (_SOFT,)),
    Dish("米粉", 6_00),
    Dish("蒸红薯", 2_00, (_SOFT, _SALTLESS)),
    Dish("素菜包", 1_50, (_HALAL,)),
)
_MEAT = (
    Dish("清蒸鲈鱼", marks=(_SOFT, _SALTLESS)),
    Dish("土豆烧牛肉", marks=(_SOFT, _HALAL)),
    Dish("红烧肉"),
    Dish("冬瓜排骨"),
    Dish("蒸水蛋肉末", marks=(_SOFT,)),
    Dish("小炒黄牛肉", marks=(_HALAL,)),
    Dish("香菇滑鸡", marks=(_SALTLESS,)),
)
_GREENS = (
    Dish("蒜蓉菜心", marks=(_SWEETLESS,)),
    Dish("清炒冬瓜", marks=(_SOFT, _SWEETLESS, _SALTLESS)),
    Dish("手撕包菜"),
    Dish("家常豆腐", marks=(_SOFT,)),
    Dish("番茄炒蛋", marks=(_SOFT,)),
    Dish("南瓜羹", marks=(_SOFT, _SALTLESS)),
)
_SOUPS = (
    Dish("紫菜蛋汤", marks=(_SALTLESS,)),
    Dish("萝卜排骨汤"),
    Dish("海带豆腐汤", marks=(_SOFT,)),
    Dish("绿豆汤", marks=(_SOFT,)),
)
_RICE = Dish("米饭", marks=(_SOFT,))


@dataclass(frozen=True, slots=True)
class Door:
    """How a site is found: nobody lives on this road, and no number begins like this one."""

    address: str
    telephone: str


def door_of(site: DemoSite, number: int, community: str) -> Door:
    """Make up a door in a site's community.

    A number of a town never begins with a nought, so nobody can be called by it.
    """
    return Door(f"{community}示例路{site.record.seats or number}号", f"0731-0000{number:04}")


def hours_of(site: DemoSite) -> Iterator[tuple[int, Sitting, OpenSpan]]:
    """Give a site's hours by weekday; service points that are fed rest on Sundays in the evening."""
    for sitting in site.prices_fen:
        for weekday in range(7):
            if site.record.kitchen_code and sitting is Sitting.DINNER and weekday == _SUNDAY:
                continue
            yield weekday, sitting, HOURS[sitting]


def menus_of(site: DemoSite, today: date, *, seed: int) -> Iterator[tuple[date, Sitting, tuple[Dish, ...]]]:
    """Give what a kitchen cooks last week, in this one and in the next."""
    random = stream(seed, "menus", site.record.site_code)
    monday = week_of(today)[0] - timedelta(weeks=1)
    for day in (monday + timedelta(days=each) for each in range(21)):
        for sitting in site.prices_fen:
            if sitting is Sitting.BREAKFAST:
                yield day, sitting, tuple(random.sample(_MORNING, 4))
            else:
                dishes = (*random.sample(_MEAT, 2), *random.sample(_GREENS, 2), random.choice(_SOUPS), _RICE)
                yield day, sitting, dishes
