"""Home of what the demo's cheats do to the ledger: each trick changes one person's records of some days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random

from app.canteens.rules import Sitting
from app.clock import SHANGHAI
from app.demo.rules.chance import id_at, stream
from app.demo.rules.cheats import Plot
from app.demo.rules.habits import Diner
from app.demo.rules.meals import Recorded, Till
from app.demo.rules.sites import BUSY_CANTEEN
from app.meals.rules import FoundBy

_EXACTLY = 22
_KEEN, _TYPED, _UNDONE, _HELPED = 0.95, 0.85, 0.4, 0.3
_HELPED_ON = (9, 23)
_ENTERED_AT = time(22, 0)
_Trick = Callable[[Diner, list[Recorded], Sequence[date]], list[Recorded]]


class Tricks:
    """Lets the people of a plot cheat, week by week; everybody else's records pass as they are."""

    def __init__(self, plot: Plot | None, till: Till) -> None:
        """Know the plot, and the till that writes down what is made up."""
        self._plot = plot
        self._till = till
        self._counted: Counter[tuple[str, date]] = Counter()
        self._tricks: dict[str, _Trick] = {
            "flat": self._every_day,
            "exact": self._exactly,
            "eager": self._nearly_every_day,
            "burst": self._bursts,
            "night": self._at_night,
            "late": self._late,
            "undone": self._undone,
        }

    def applied(self, diner: Diner, recorded: list[Recorded], week: Sequence[date]) -> list[Recorded]:
        """Give what the ledger hears of a person's week."""
        plot = self._plot
        days = [day for day in week if plot is not None and plot.days[0] <= day <= plot.days[-1]]
        if plot is None or not days:
            return recorded
        if diner.delivery is None and diner.until == date.max:
            for what, trick in self._tricks.items():
                if plot.sites[what] == diner.usual.record.site_code:
                    recorded = trick(diner, recorded, days)
        recorded = [*recorded, *self._made_up(diner, plot, days)]
        return [self._by_whom(diner, self._typed(diner, each)) for each in recorded]

    def _made_up(self, diner: Diner, plot: Plot, days: Sequence[date]) -> Iterable[Recorded]:
        """Give lunches that nobody ate: of the dead, at two places, of people from afar."""
        number, own = diner.resident.resident_no, diner.usual.record.site_code
        if number in plot.dead:
            yield from (
                self._till.made_up(diner, own, day, Sitting.LUNCH) for day in days if day.day % 3 == 0
            )
        if number in plot.far:
            yield from (
                self._till.made_up(diner, site, day, Sitting.LUNCH)
                for day in days
                if day.day % 7 == 1
                for site in (own, plot.far[number])
            )
        if number in plot.from_afar:
            site = plot.sites["afar"]
            yield from (
                self._till.made_up(diner, site, day, Sitting.DINNER) for day in days if day.day % 6 == 0
            )
        if plot.point and own == plot.point and diner.until == date.max:
            yield from (
                self._till.made_up(diner, site, day, Sitting.LUNCH)
                for day in days
                if day.day % 4 == 1
                for site in (own, plot.kitchen)
            )

    def _random(self, what: str, diner: Diner, day: date | None = None) -> Random:
        seed = self._plot.seed if self._plot is not None else 0
        return stream(seed, "tricks", what, diner.resident.resident_no, day or "")

    def _lunch_on(self, diner: Diner, recorded: list[Recorded], days: Iterable[date]) -> list[Recorded]:
        """Let somebody's lunches of the month be those of these days and no others, whoever came."""
        own = diner.usual.record.site_code
        kept = [each for each in recorded if not self._is_of_the_month(each)]
        return [*kept, *(self._till.made_up(diner, own, day, Sitting.LUNCH) for day in days)]

    def _is_of_the_month(self, each: Recorded) -> bool:
        plot = self._plot
        return plot is not None and plot.days[0] <= each.entry.served_on <= plot.days[-1]

    def _every_day(self, diner: Diner, recorded: list[Recorded], days: Sequence[date]) -> list[Recorded]:
        return self._lunch_on(diner, recorded, days)

    def _exactly(self, diner: Diner, recorded: list[Recorded], days: Sequence[date]) -> list[Recorded]:
        month = self._plot.days if self._plot is not None else ()
        chosen = set(self._random("exact", diner).sample(month, min(_EXACTLY, len(month))))
        return self._lunch_on(diner, recorded, [day for day in days if day in chosen])

    def _nearly_every_day(
        self, diner: Diner, recorded: list[Recorded], days: Sequence[date]
    ) -> list[Recorded]:
        came = [day for day in days if self._random("eager", diner, day).random() < _KEEN]
        return self._lunch_on(diner, recorded, came)

    def _moved(
        self, recorded: list[Recorded], what: str, *, days: set[int], begins: time, apart: timedelta
    ) -> list[Recorded]:
        """Let the lunches of some days be recorded one after another from a time on."""
        moved = []
        for each in recorded:
            entry = each.entry
            is_meant = (
                entry.served_on.day in days and entry.sitting is Sitting.LUNCH and entry.reverses is None
            )
            if not is_meant or not self._is_of_the_month(each):
                moved.append(each)
                continue
            at = (
                datetime.combine(entry.served_on, begins, SHANGHAI)
                + apart * self._counted[what, entry.served_on]
            )
            self._counted[what, entry.served_on] += 1
            moved.append(
                Recorded(replace(entry, served_at=at), max(each.received_at, at + timedelta(seconds=1)))
            )
        return moved

    def _bursts(self, _diner: Diner, recorded: list[Recorded], _days: Sequence[date]) -> list[Recorded]:
        return self._moved(
            recorded, "burst", days={6, 13, 14, 20, 27}, begins=time(12, 50), apart=timedelta(seconds=4)
        )

    def _at_night(self, _diner: Diner, recorded: list[Recorded], _days: Sequence[date]) -> list[Recorded]:
        return self._moved(
            recorded, "night", days={5, 12, 19, 26}, begins=time(21, 40), apart=timedelta(seconds=20)
        )

    def _late(self, _diner: Diner, recorded: list[Recorded], _days: Sequence[date]) -> list[Recorded]:
        found = []
        for each in recorded:
            day = each.entry.served_on
            if self._is_of_the_month(each) and 10 <= day.day <= 14:  # noqa: PLR2004 - five days in its middle
                entered_on = day.replace(day=20)
                at = datetime.combine(entered_on, _ENTERED_AT, SHANGHAI)
                at += timedelta(seconds=3 * self._counted["late", entered_on])
                self._counted["late", entered_on] += 1
                found.append(Recorded(each.entry, max(each.received_at, at)))
            else:
                found.append(each)
        return found

    def _typed(self, diner: Diner, each: Recorded) -> Recorded:
        """Let most of who comes to one site be typed by hand, wherever else they eat."""
        entry, plot = each.entry, self._plot
        if plot is None or entry.site_code != plot.sites["typed"] or not self._is_of_the_month(each):
            return each
        if entry.found_by and self._random("typed", diner, entry.served_on).random() < _TYPED:
            return Recorded(replace(entry, found_by=FoundBy.TYPED), each.received_at)
        return each

    def _by_whom(self, diner: Diner, each: Recorded) -> Recorded:
        """Let the street's reviewer write down some meals of the canteen whose statement they review."""
        entry, plot = each.entry, self._plot
        if plot is None or entry.site_code != BUSY_CANTEEN or not self._is_of_the_month(each):
            return each
        is_theirs = plot.reviewer and entry.served_on.day in _HELPED_ON and entry.found_by is not None
        if is_theirs and self._random("helped", diner, entry.served_on).random() < _HELPED:
            return Recorded(replace(entry, recorded_by=plot.reviewer), each.received_at)
        return each

    def _undone(self, diner: Diner, recorded: list[Recorded], _days: Sequence[date]) -> list[Recorded]:
        last = self._plot.days[-3:] if self._plot is not None else ()
        undone = {each.entry.reverses for each in recorded}
        more = []
        for each in recorded:
            entry = each.entry
            is_meant = entry.served_on in last and entry.reverses is None and entry.id not in undone
            if is_meant and self._random("undone", diner, entry.served_on).random() < _UNDONE:
                at = entry.served_at + timedelta(hours=5)
                undoing = replace(
                    entry,
                    id=id_at(at, self._random(f"id {entry.sitting}", diner, entry.served_on)),
                    served_at=at,
                    reverses=entry.id,
                    reason="重复登记",
                )
                more.append(Recorded(undoing, max(each.received_at, at)))
        return [*recorded, *more]
