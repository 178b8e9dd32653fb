"""Home of the demo's meals: what one diner eats in some days, and how the till writes it down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from app.canteens.rules import Sitting
from app.clock import SHANGHAI
from app.delivery.rules.days import is_due
from app.demo.rules.chance import Lot, id_at
from app.demo.rules.counter import CounterLine, found_by
from app.demo.rules.habits import Diner
from app.demo.rules.sites import DemoSite
from app.meals.rules import Channel, LedgerEntry

Moods = Sequence[tuple[date, float]]
"""Days in their order, each with how many come against an ordinary day."""

_SITTING_BEGINS = {Sitting.BREAKFAST: time(6, 40), Sitting.LUNCH: time(11, 0), Sitting.DINNER: time(17, 0)}
_SITTING_SECONDS = {Sitting.BREAKFAST: 6600, Sitting.LUNCH: 6000, Sitting.DINNER: 4800}
_AT_HOME = 0.93
"""How likely somebody who is brought lunch is there to take it."""

_TWICE, _REVERSED, _LATE, _GUESTS, _UNAWARE = 0.003, 0.004, 0.015, 0.003, 0.02
_REASONS = Lot({"刷错了人": 3, "重复登记": 3, "餐次选错": 2, "老人临时退餐": 2, "金额录错": 1})
_NEVER_REGISTERED = 900_000
_KNOWN_BY_NUMBER = 0.4


@dataclass(frozen=True, slots=True)
class Recorded:
    """A record of the ledger, and when it arrived."""

    entry: LedgerEntry
    received_at: datetime


class Till:
    """Whoever writes meals down at the sites; `staff` names the users who do, by site."""

    def __init__(
        self, sites: Mapping[str, DemoSite], staff: Mapping[str, str], *, now: datetime, random: Random
    ) -> None:
        """Take the draws of these days; nothing arrives later than now."""
        self._sites = sites
        self._staff = staff
        self._now = now
        self._random = random
        self._line = CounterLine()

    def week_of(self, diner: Diner, moods: Moods) -> list[Recorded]:
        """Give what one diner eats on these days, reversals too."""
        return [
            recorded
            for day, mood in moods
            if diner.since <= day < diner.until
            for meal in self._day_of(diner, day, mood)
            for recorded in self._written(meal)
        ]

    def made_up(self, diner: Diner, site_code: str, day: date, sitting: Sitting) -> Recorded:
        """Write down a meal that this person's habits do not say."""
        number = diner.resident.resident_no
        meal = self._meal(number, self._sites[site_code], day, sitting, channel=Channel.DINE_IN)
        return Recorded(meal, min(meal.served_at + timedelta(seconds=1), self._now))

    def guests_on(self, day: date, meals: int) -> list[Recorded]:
        """Give the few lunches of people whom nobody registered, for a day with so many meals."""
        sites = tuple(self._sites.values())
        count = int(meals * _GUESTS + self._random.random())
        return [
            recorded
            for _ in range(count)
            for recorded in self._written(self._guest(self._random.choice(sites), day))
        ]

    def _guest(self, site: DemoSite, day: date) -> LedgerEntry:
        unknown = f"R-{_NEVER_REGISTERED + self._random.randrange(500)}"
        return self._meal(
            unknown if self._random.random() < _KNOWN_BY_NUMBER else "",
            site,
            day,
            Sitting.LUNCH,
            channel=Channel.DINE_IN,
        )

    def _day_of(self, diner: Diner, day: date, mood: float) -> Iterator[LedgerEntry]:
        if diner.delivery is not None and is_due(diner.delivery, day) and self._random.random() < _AT_HOME:
            kitchen = self._sites[diner.delivery.kitchen_code]
            yield self._meal(
                diner.resident.resident_no, kitchen, day, Sitting.LUNCH, channel=Channel.DELIVERED
            )
        for sitting, likely in diner.appetite.items():
            if self._random.random() < likely * mood:
                yield from self._visit(diner, day, sitting)

    def _visit(self, diner: Diner, day: date, sitting: Sitting) -> Iterator[LedgerEntry]:
        """Eat at the usual site if it serves; and rarely the same sitting at another site once more."""
        random, number = self._random, diner.resident.resident_no
        site = self._serving(diner, day, sitting)
        if site is None:
            return
        channel = Channel.TAKE_AWAY if random.random() < diner.take_away else Channel.DINE_IN
        yield self._meal(number, site, day, sitting, channel=channel)
        if random.random() < _TWICE and sitting in diner.other.prices_fen and site is not diner.other:
            yield self._meal(number, diner.other, day, sitting, channel=Channel.TAKE_AWAY)

    def _serving(self, diner: Diner, day: date, sitting: Sitting) -> DemoSite | None:
        for site in (diner.usual, diner.other):
            is_open = site.record.opened_on <= day < (site.record.closed_on or date.max)
            if sitting in site.prices_fen and (is_open or self._random.random() < _UNAWARE):
                return site
        return None

    def _meal(
        self, resident_no: str, site: DemoSite, day: date, sitting: Sitting, *, channel: Channel
    ) -> LedgerEntry:
        seconds = self._random.randrange(_SITTING_SECONDS[sitting])
        milliseconds = self._random.randrange(1000)
        where = (site.record.site_code, day, sitting)
        is_at_counter = channel is not Channel.DELIVERED
        if is_at_counter:
            seconds = self._line.seconds(*where, seconds)
            channel = self._line.place(*where, channel, seats=site.record.seats)
        begins = datetime.combine(day, _SITTING_BEGINS[sitting], SHANGHAI)
        served_at = begins + timedelta(seconds=seconds, milliseconds=milliseconds)
        return LedgerEntry(
            id=id_at(served_at, self._random),
            resident_no=resident_no,
            site_code=site.record.site_code,
            served_on=day,
            sitting=sitting,
            channel=channel,
            price_fen=site.prices_fen[sitting],
            served_at=served_at,
            recorded_by=self._staff.get(site.record.site_code, f"{site.record.site_code}-1"),
            found_by=found_by(milliseconds) if is_at_counter else None,
        )

    def _written(self, meal: LedgerEntry) -> Iterator[Recorded]:
        """Write a meal down, rarely days late; and rarely take it back."""
        random = self._random
        yield Recorded(meal, self._arrival(meal.served_at))
        if random.random() >= _REVERSED:
            return
        undone_at = meal.served_at + timedelta(minutes=2 + random.randrange(150))
        undoing = replace(
            meal,
            id=id_at(undone_at, random),
            served_at=undone_at,
            reverses=meal.id,
            reason=_REASONS.draw(random),
        )
        yield Recorded(undoing, self._arrival(undone_at))

    def _arrival(self, written_at: datetime) -> datetime:
        late = self._random.random() < _LATE
        wait = timedelta(hours=20 + self._random.randrange(50)) if late else timedelta(seconds=1)
        return min(written_at + wait, self._now)
