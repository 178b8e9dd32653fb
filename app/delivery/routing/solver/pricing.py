"""Home of the search for every trip that is worth its price: exact, and cut where nothing can follow.

A trip's worth is what its doors are priced at, less its riding, the riders' time it takes and what the cuts
charge it. All trips whose cost less worth stays under a limit are found, none is missed: a way through some
doors is given up only when another through the same doors to the same last one is as good in everything, or
when not even the cheapest continuation that the meals' age still allows (doors repeated, windows and cuts
forgotten) brings it under the limit.

Ways of equally many doors are held side by side in numpy's arrays and go on to one more door all at once.

Source: Baldacci, Mingozzi and Roberti (2011), New route relaxation and pricing strategies for the vehicle
routing problem; Jepsen, Petersen, Spoorendonk and Pisinger (2008), Subset-row inequalities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from app.delivery.routing.solver.cuts import Cut
from app.delivery.routing.solver.meter import Meter
from app.delivery.routing.solver.trips import Ground

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

MOST_WAYS = 4_000_000
FINEST_BUCKET = 10
LOOKED_AT_AT_ONCE = 1 << 22
"""So many ways times doors are held in one array: some 32 MB."""

LOOKED_FOR = (0.8, 0.6, 0.4, 0.2, 0.0)
"""Trips at these parts of the least price that could be are looked for, until there are any. While nothing
has a price yet but an order left out, trips at 0.6 of it and less are 30,000 for 60 doors: half a second."""

WORK_A_DOOR = 5e-8
"""To look at one more door for one way takes so much work."""

WORD = 64


@dataclass(frozen=True)
class Prices:
    """What a second of riding or of a rider's time costs, an order pays, and a kitchen's meal adds.

    `cuts` charge a trip for what it counts in them; any trip is charged `trip`, which may pay instead.
    """

    ride: float
    busy: float
    orders: tuple[float, ...]
    meals: tuple[float, ...]
    cuts: tuple[tuple[Cut, float], ...] = ()
    trip: float = 0.0


class Column(NamedTuple):
    """A trip as the model over whole trips sees it, with its price under the prices it was found with."""

    price: float
    ride: int
    early: int
    late: int
    length: int
    mask: int


class TooManyTrips(Exception):
    """There are more trips under the limit than can be listed in the time allowed."""


class Streets:
    """One kitchen's rides as arrays; they can be priced again and again."""

    def __init__(self, ground: Ground, kitchen: int) -> None:
        """Lay out the seconds between the doors that the kitchen serves."""
        import numpy as np  # noqa: PLC0415  Only planning pays for the engine.

        self.np = np
        self.kitchen = kitchen
        self.load, self.max_age, self.box = ground.load, ground.max_age, ground.box[kitchen]
        self.opens, self.closes = ground.kitchens[kitchen].open
        self.doors = [door for door in range(len(ground.orders)) if ground.serves[kitchen][door]]
        self.words = max(1, -(-len(ground.orders) // WORD))
        rides = np.array(ground.durations[kitchen], dtype=np.int64)
        rows = np.array([door + 1 for door in self.doors], dtype=np.int64)
        orders = [ground.orders[door] for door in self.doors]
        self.service = np.array([order.service_seconds for order in orders], dtype=np.int64)
        self.amount = np.array([order.amount for order in orders], dtype=np.int64)
        self.first = np.array([order.window[0] for order in orders], dtype=np.int64)
        self.last = np.array([order.window[1] for order in orders], dtype=np.int64)
        self.out, self.home = rides[0, rows], rides[rows, 0]
        self.between = rides[np.ix_(rows, rows)]
        self.step = self.between + self.service[:, None]
        self.bits = np.zeros((len(rows), self.words), dtype=np.uint64)
        for index, door in enumerate(self.doors):
            self.bits[index, door // WORD] = np.uint64(1 << door % WORD)

    def priced(self, prices: Prices) -> _Priced:
        """Price every ride and every door."""
        return _Priced(self, prices)


class _Ways(NamedTuple):
    """Ways of equally many doors, side by side (see `trips._Label`); `doors` are sets in words of 64 bits."""

    doors: Array
    last: Array
    price: Array
    meals: Array
    lag: Array
    fixed: Array
    early: Array
    late: Array

    def chosen(self, which: Array | slice) -> _Ways:
        """Give some of the ways."""
        return _Ways(*(part[which] for part in self))


class _Priced:
    """One kitchen's rides under given prices."""

    def __init__(self, streets: Streets, prices: Prices) -> None:
        """Price every ride and every door, and bound what can follow."""
        np = streets.np
        self.np, self.streets = np, streets
        per_second = prices.ride + prices.busy
        pays = np.array([prices.orders[door] for door in streets.doors])
        node = prices.busy * streets.service - pays - prices.meals[streets.kitchen] * streets.amount
        self.out = per_second * streets.out + node + prices.busy * streets.load + prices.trip
        self.home = per_second * streets.home
        self.next = per_second * streets.between + node[None, :]
        np.fill_diagonal(self.next, np.inf)
        self.cuts = np.zeros((len(prices.cuts), streets.words), dtype=np.uint64)
        for index, (cut, _) in enumerate(prices.cuts):
            for word in range(streets.words):
                self.cuts[index, word] = np.uint64(cut.doors >> WORD * word & (1 << WORD) - 1)
        self.each = np.array([cut.each for cut, _ in prices.cuts], dtype=np.uint8)
        self.charges = np.array([charge for _, charge in prices.cuts])
        self._bound_onward()

    def _bound_onward(self) -> None:
        """Bound, for each remaining age in buckets, the cheapest way on from each door and home."""
        np, streets = self.np, self.streets
        count = len(streets.doors)
        off = streets.step[~np.eye(count, dtype=bool)]
        self.bucket = int(min(FINEST_BUCKET, max(1, off.min(initial=FINEST_BUCKET))))
        buckets = streets.max_age // self.bucket + 1
        back = streets.step // self.bucket
        self.onward = np.empty((buckets, count))
        columns = np.arange(count)[None, :]
        has_none = bool((back[~np.eye(count, dtype=bool)] == 0).any())
        for bucket in range(buckets):
            row = self.onward[bucket]
            row[:] = self.home
            reach = bucket - back
            usable = (reach >= 0) & (back > 0)
            values = np.where(usable, self.onward[np.where(usable, reach, 0), columns] + self.next, np.inf)
            if bucket:
                np.minimum(row, values.min(axis=1, initial=np.inf), out=row)
            if has_none:
                # Steps that take no time at all: at most as many as the box holds meals follow each other.
                still = np.where(back == 0, self.next, np.inf)
                for _ in range(min(streets.box, count)):
                    np.minimum(row, (row[None, :] + still).min(axis=1), out=row)

    def best_paying(self, *, pays: float, meter: Meter, deadline: float) -> list[Column]:
        """List the trips whose price is clearly below nought; all of them only when few pay well.

        While prices are still far from settled, far more trips pay than are worth a look. So those near the
        least price that could be are looked for first, and the rest only when there are none; an empty list
        is a proof.

        Raises: TooManyTrips when that would take too long.
        """
        ways = self._first_doors(0.0)
        if not len(ways.last):
            return []
        ages = (self.streets.max_age - ways.lag) // self.bucket
        least = float((ways.price + self.onward[ages, ways.last]).min())
        for part in LOOKED_FOR:
            limit = min(-pays, part * least)
            found = self.below(limit, meter=meter, deadline=deadline)
            if found:
                return found
            if limit == -pays:
                break
        return []

    def below(self, limit: float, *, meter: Meter, deadline: float, most: int = MOST_WAYS) -> list[Column]:
        """List every trip whose price is at most the limit, in every way that could be best.

        Raises: TooManyTrips when that would take too long.
        """
        np = self.np
        ways = self._first_doors(limit)
        total = 0
        found: list[Column] = []
        while len(ways.last):
            total += len(ways.last)
            if total > most:
                raise TooManyTrips
            found += self._closed(ways, limit)
            parts = []
            at_once = max(1, LOOKED_AT_AT_ONCE // len(self.home))
            for start in range(0, len(ways.last), at_once):
                if meter.now() > deadline:
                    raise TooManyTrips
                meter.did(WORK_A_DOOR * self.np.size(self.home) * min(at_once, len(ways.last) - start))
                parts.append(self._one_door_more(ways.chosen(slice(start, start + at_once)), limit))
            ways = self._undominated(_Ways(*(np.concatenate(part) for part in zip(*parts, strict=True))))
        return found

    def _first_doors(self, limit: float) -> _Ways:
        """Begin at every door that the kitchen reaches."""
        np, streets = self.np, self.streets
        index = np.arange(len(streets.doors))
        ways = _Ways(
            doors=streets.bits,
            last=index,
            price=self.out,
            meals=streets.amount,
            lag=streets.out,
            fixed=streets.first,
            early=np.maximum(streets.opens, streets.first - streets.max_age),
            late=np.minimum(streets.closes, streets.last - streets.out),
        )
        holds = (ways.lag <= streets.max_age) & (ways.meals <= streets.box)
        return ways.chosen(self._may_follow(ways, limit, holds))

    def _may_follow(self, ways: _Ways, limit: float, holds: Array) -> Array:
        """Tell which ways keep their promises and could still come home under the limit."""
        streets = self.streets
        holds = holds & (ways.early <= ways.late) & (ways.fixed <= streets.last[ways.last])
        ages = self.np.maximum(0, streets.max_age - ways.lag) // self.bucket
        holds &= ways.price + self.onward[ages, ways.last] <= limit
        return holds

    def _one_door_more(self, ways: _Ways, limit: float) -> _Ways:
        """Go on from every way to every door that it could still serve under the limit."""
        np, streets = self.np, self.streets
        lag = ways.lag[:, None] + streets.step[ways.last]
        price = ways.price[:, None] + self.next[ways.last]
        ages = np.maximum(0, streets.max_age - lag) // self.bucket
        fits = lag <= streets.max_age
        fits &= ways.meals[:, None] + streets.amount[None, :] <= streets.box
        fits &= price + self.onward[ages, np.arange(len(streets.doors))[None, :]] <= limit
        for word in range(streets.words):
            fits &= (ways.doors[:, word][:, None] & streets.bits[None, :, word]) == 0
        row, door = np.nonzero(fits)
        before = ways.chosen(row)
        new_lag = lag[row, door]
        fixed = np.maximum(before.fixed + streets.step[before.last, door], streets.first[door])
        longer = _Ways(
            doors=before.doors | streets.bits[door],
            last=door,
            price=price[row, door],
            meals=before.meals + streets.amount[door],
            lag=new_lag,
            fixed=fixed,
            early=np.maximum(before.early, fixed - streets.max_age),
            late=np.minimum(before.late, streets.last[door] - new_lag),
        )
        if len(self.charges) and len(row):
            charge = self._charged(longer.doors) - self._charged(before.doors)
            longer = longer._replace(price=longer.price + charge)
        return longer.chosen(self._may_follow(longer, limit, np.ones(len(row), dtype=bool)))

    def _charged(self, doors: Array) -> Array:
        """Give what the cuts charge each set."""
        np = self.np
        held = np.zeros((len(doors), len(self.cuts)), dtype=np.uint8)
        for word in range(self.streets.words):
            held += np.bitwise_count(doors[:, word][:, None] & self.cuts[None, :, word])
        charged: Array = (held // self.each) @ self.charges
        return charged

    def _undominated(self, ways: _Ways) -> _Ways:
        """Keep, of the ways through the same doors to the same last one, those that no other beats."""
        np = self.np
        if not len(ways.last):
            return ways
        order = np.lexsort((-ways.late, ways.early, ways.fixed, ways.lag, ways.last, *ways.doors.T))
        ways = ways.chosen(order)
        same = np.concatenate(([False], (ways.doors[1:] == ways.doors[:-1]).all(axis=1)))
        same[1:] &= ways.last[1:] == ways.last[:-1]
        return ways.chosen(~_beaten(np, same, (ways.lag, ways.fixed, ways.early, -ways.late)))

    def _closed(self, ways: _Ways, limit: float) -> list[Column]:
        """Bring the ways home, and keep for each set those that no other beats."""
        np, streets = self.np, self.streets
        total = ways.price + self.home[ways.last]
        which = total <= limit
        if not which.any():
            return []
        ways, total = ways.chosen(which), total[which]
        members = self._members(ways.doors)
        before = members @ streets.service - streets.service[ways.last]
        home = streets.service[ways.last] + streets.home[ways.last]
        early = np.minimum(np.maximum(ways.early, ways.fixed - ways.lag), ways.late)
        length = np.maximum(ways.lag, ways.fixed - early) + home
        ride = ways.lag - before + streets.home[ways.last]
        order = np.lexsort((length, -ways.late, early, ride, *ways.doors.T))
        parts = [part[order] for part in (total, ride, early, ways.late, length)]
        doors = ways.doors[order]
        same = np.concatenate(([False], (doors[1:] == doors[:-1]).all(axis=1)))
        kept = ~_beaten(np, same, (parts[1], parts[2], -parts[3], parts[4]))
        masks = [0] * int(kept.sum())
        for word in range(streets.words):
            bits = doors[kept, word].tolist()
            masks = [mask | part << WORD * word for mask, part in zip(masks, bits, strict=True)]
        return list(map(Column, *(part[kept].tolist() for part in parts), masks))

    def _members(self, doors: Array) -> Array:
        """Tell which doors belong to each set."""
        np, streets = self.np, self.streets
        members: Array = np.zeros((len(doors), len(streets.doors)), dtype=bool)
        for word in range(streets.words):
            members |= (doors[:, word][:, None] & streets.bits[None, :, word]) != 0
        return members


def _beaten(np: Any, same: Array, parts: Sequence[Array]) -> Array:  # noqa: ANN401  The module is a value here.
    """Tell which rows are beaten by an earlier one of their group; `same` says that a row goes on with it."""
    beaten: Array = np.zeros(len(same), dtype=bool)
    group = np.cumsum(~same)
    sizes = np.bincount(group)
    for shift in range(1, int(sizes.max())):
        later, earlier = slice(shift, None), slice(None, -shift)
        within = group[later] == group[earlier]
        if not within.any():
            break
        for part in parts:
            within &= part[earlier] <= part[later]
        beaten[later] |= within
    return beaten
