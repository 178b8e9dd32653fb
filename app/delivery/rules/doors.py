"""Home of what a rider meets at a door: how long it takes, how the resident is called, where it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from app.errors import DomainError
from app.place import Point
from app.text import Text, text

LOAD_SECONDS = 120
MAX_AGE_SECONDS = 900
"""Fifteen minutes from the kitchen to the hand-over: the promise of the circle."""


@dataclass(frozen=True, slots=True)
class DoorTimes:
    """How long a door takes after the ride: `hand_over` to knock, say the name, hand over and look around.

    `floor` is up and down one floor by the stairs, with a box in hand. Both in seconds.
    Raises: DomainError for what nobody does, or what no ride would have time for.

    >>> DoorTimes(hand_over=5)
    Traceback (most recent call last):
    ...
    app.errors.DomainError: 5 seconds are not possible here: between 30 and 600 are allowed.
    """

    hand_over: int = 150
    floor: int = 25

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        for name, least, most in (("hand_over", *HAND_OVER_SECONDS), ("floor", *FLOOR_SECONDS)):
            seconds = getattr(self, name)
            if not least <= seconds <= most:
                raise DomainError(
                    text(
                        "{asked} seconds are not possible here: between {least} and {most} are allowed.",
                        asked=seconds,
                        least=least,
                        most=most,
                    ),
                    field=name,
                )


HAND_OVER_SECONDS = (30, 600)
FLOOR_SECONDS = (5, 120)
USUAL_DOORS = DoorTimes()
"""What is planned with until a time is decided."""

_ELDER = 70
_TWO_CHARACTERS = 2
_COMPOUND_SURNAME = re.compile(
    "欧阳|司马|上官|诸葛|皇甫|夏侯|慕容|东方|独孤|司徒|尉迟|"
    "长孙|令狐|呼延|澹台|鲜于|万俟|单于|公孙|轩辕|端木|宇文"
)


def door_seconds(floor: int | None, *, has_lift: bool, times: DoorTimes = USUAL_DOORS) -> int:
    """Give the seconds that a rider spends at a door after the ride.

    `floor` 1 is the ground floor; below it (-1, -2) the stairs count as well. An unknown floor counts as the
    ground floor.

    >>> door_seconds(1, has_lift=False), door_seconds(6, has_lift=False), door_seconds(20, has_lift=True)
    (150, 275, 150)
    """
    if floor is None or has_lift:
        return times.hand_over
    return times.hand_over + times.floor * (floor - 1 if floor > 0 else -floor)


def surname(name: str) -> str:
    """Give the surname of a Chinese name; another name is given as it is.

    >>> surname("王秀兰"), surname("欧阳明"), surname("欧阳"), surname("阿依古丽·买买提")
    ('王', '欧阳', '欧', '阿依古丽·买买提')
    """
    if not name or not "\u3400" <= name[0] <= "\U0003ffff" or "·" in name:
        return name
    if len(name) > _TWO_CHARACTERS and _COMPOUND_SURNAME.match(name):
        return name[:2]
    return name[0]


def honorific(name: str, *, sex: str | None, age: int) -> str:
    """Call a resident as a rider does at the door, in Chinese.

    >>> honorific("王秀兰", sex="female", age=84), honorific("李建国", sex="male", age=63)
    ('王奶奶', '李先生')
    >>> honorific("张三", sex=None, age=84)
    '张老'
    """
    called = {
        ("female", True): "奶奶",
        ("male", True): "爷爷",
        ("female", False): "女士",
        ("male", False): "先生",
    }.get((sex or "", age >= _ELDER), "老")
    return f"{surname(name)}{called}"


class MapApp(StrEnum):
    """The map app that a rider has on the phone."""

    AMAP = "amap"
    BAIDU = "baidu"
    TENCENT = "tencent"

    @property
    def label(self) -> Text:
        """Give its name for a screen and for paper."""
        return _MAP_APPS[self]


_MAP_APPS = {
    MapApp.AMAP: text("AMap"),
    MapApp.BAIDU: text("Baidu Maps"),
    MapApp.TENCENT: text("Tencent Maps"),
}


def map_link(place: Point, *, called: str) -> str:
    """Give a link that opens 高德地图 with the ride to a door; `called` names it, never the resident.

    The link speaks GCJ-02, as Chinese maps do.
    Source: 高德地图 URI API, 路径规划.

    >>> map_link(Point(28.1, 112.97), called="3")[:44]
    'https://uri.amap.com/navigation?to=112.97552'
    """
    lat, lon = place.as_gcj02()
    return (
        f"https://uri.amap.com/navigation?to={lon:.6f},{lat:.6f},{quote(called)}&mode=ride&coordinate=gaode"
        "&src=meal-circle&callnative=1"
    )


def map_links(place: Point, *, called: str, begins: Point | None = None) -> dict[str, str]:
    """Give the link to a door for each map app that riders have, in the datum that it speaks.

    The page of 百度地图 is told where the ride `begins`, and shows the place alone without it; its app
    (`baidu_app`), which a page inside WeChat cannot open, begins where the rider is.
    Source: 百度地图 URI API, 路线规划 and 反向标注; 腾讯地图 URI API, 路线规划 (GCJ-02).

    >>> sorted(map_links(Point(28.1, 112.97), called="3"))
    ['amap', 'baidu', 'baidu_app', 'tencent']
    """
    name = quote(called)
    lat, lon = place.as_gcj02()
    return {
        "amap": map_link(place, called=called),
        "baidu": _baidu_page(place, name, begins),
        "baidu_app": _baidu_app(place, name),
        "tencent": f"https://apis.map.qq.com/uri/v1/routeplan?type=bike&to={name}"
        f"&tocoord={lat:.6f},{lon:.6f}&policy=0&referer=meal-circle",
    }


def _baidu_page(place: Point, name: str, begins: Point | None) -> str:
    """Give the link to the page: with few signs, since it is printed as a code."""
    lat, lon = place.as_bd09()
    if begins is None:
        return (
            f"https://api.map.baidu.com/marker?location={lat:.6f},{lon:.6f}&title={name}&content={name}"
            "&coord_type=bd09ll&output=html&src=webapp.meal-circle.ride"
        )
    start_lat, start_lon = begins.as_bd09()
    return (
        f"https://api.map.baidu.com/direction?origin={start_lat:.5f},{start_lon:.5f}"
        f"&destination={lat:.5f},{lon:.5f}&mode=riding&coord_type=bd09ll&output=html&src=webapp.meal-circle.ride"
    )


def _baidu_app(place: Point, name: str) -> str:
    lat, lon = place.as_bd09()
    return (
        f"bdapp://map/direction?destination=name:{name}%7Clatlng:{lat:.6f},{lon:.6f}"
        "&mode=riding&coord_type=bd09ll&src=andr.meal-circle.ride"
    )
