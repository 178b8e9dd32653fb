"""Home of what the till is set to, and of what it shows of the residents in front of it."""

from __future__ import annotations

from collections import Counter as Counted
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask import url_for
from werkzeug.datastructures import MultiDict

from app import clock
from app.areas import queries as areas
from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.meals import queries
from app.meals.models import Meal
from app.meals.rules import Channel, sitting_at
from app.residents.models import Resident
from app.residents.rules.facts import age_on


@dataclass(frozen=True, slots=True)
class Counter:
    """Where, for which sitting and in which channel meals are being recorded now."""

    site: Site
    on: date
    usual_sitting: Sitting
    sitting: Sitting
    channel: Channel
    is_site_chosen: bool

    @property
    def asked(self) -> dict[str, str]:
        """Give what an address must say so that the counter stays as it is; the usual goes without saying."""
        asked = {"site": self.site.site_code} if self.is_site_chosen else {}
        if self.sitting is not self.usual_sitting:
            # Another sitting is chosen for one day: a tablet left open overnight starts afresh.
            asked |= {"sitting": self.sitting.value, "day": self.on.isoformat()}
        if self.channel is not Channel.DINE_IN:
            asked["channel"] = self.channel.value
        return asked

    def address(self, **more: str) -> str:
        """Give the address of the till as it is set, showing something more."""
        values: dict[str, Any] = {**self.asked, **more}
        return url_for("meals.till", **values)

    def at_sitting(self, sitting: Sitting) -> Counter:
        """Give the same counter at another sitting."""
        return replace(self, sitting=sitting)

    def by_channel(self, channel: Channel) -> Counter:
        """Give the same counter with another channel."""
        return replace(self, channel=channel)


def counter(site: Site, *, asked: MultiDict[str, str], is_site_chosen: bool, at: datetime) -> Counter:
    """Set the counter: by the clock, unless an address of today asks otherwise."""
    on, usual = clock.on(at), sitting_at(at)
    is_todays = asked.get("day") == on.isoformat()
    sitting = Sitting(asked["sitting"]) if is_todays and asked.get("sitting") in set(Sitting) else usual
    channel = Channel(asked["channel"]) if asked.get("channel") in set(Channel) else Channel.DINE_IN
    return Counter(site, on, usual, sitting, channel, is_site_chosen)


@dataclass(frozen=True, slots=True)
class Face:
    """What the till shows of a resident, and no more: enough to know them among their namesakes.

    `eaten` is the meal that they had at this sitting already, at whatever site.
    """

    resident_no: str
    name: str
    age: int
    community: str
    phone_tail: str
    has_namesake: bool
    eaten: Meal | None


def faces(residents: Sequence[Resident], at: Counter) -> list[Face]:
    """Give the faces of residents, in their order."""
    places = areas.labels({resident.residence_area for resident in residents})
    eaten = queries.eaten([resident.resident_no for resident in residents], at.on, at.sitting)
    names = Counted(resident.name for resident in residents)
    return [
        Face(
            resident_no=resident.resident_no,
            name=resident.name,
            age=age_on(resident.birth_on, at.on),
            community=places[resident.residence_area],
            phone_tail=resident.phone_tail or "",
            has_namesake=names[resident.name] > 1,
            eaten=eaten.get(resident.resident_no),
        )
        for resident in residents
    ]
