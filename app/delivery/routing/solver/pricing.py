"""Home of the search for every trip that is worth its price: exact, and cut where nothing can follow.

A trip's worth is what its doors are priced at, less its riding and the riders' time it takes. All trips whose
cost less worth stays under a limit are found, none is missed: a way through some doors is given up only when
another through the same doors is as good in everything, or when not even the cheapest continuation that the
meals' age still allows (doors repeated, windows forgotten) brings it under the limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from app.delivery.routing.solver.trips import Ground, Shape, members_of

MOST_LABELS = 400_000
COARSEST_BUCKET = 30
_NO_WAY = float("inf")


@dataclass(frozen=True)
class Prices:
    """What a second of riding or of a rider's time costs, an order pays, and a kitchen's meal adds."""

    ride: float
    busy: float
    orders: tuple[float, ...]
    meals: tuple[float, ...]


@dataclass(frozen=True)
class Column:
    """A trip with its price under the prices it was found with."""

    shape: Shape
    mask: int
    price: float


class TooManyTrips(Exception):
    """There are more trips under the limit than can be listed in the time allowed."""


_Way = tuple[float, int, int, int, int]
"""Price so far, lag, fixed, early, late (see `trips._Label`)."""


class _Streets:
    """One kitchen's rides under given prices, as plain lists for speed."""

    def __init__(self, ground: Ground, kitchen: int, prices: Prices) -> None:
        """Price every ride and every door."""
        durations, orders = ground.durations[kitchen], ground.orders
        per_second = prices.ride + prices.busy
        self.doors = [door for door in range(len(orders)) if ground.serves[kitchen][door]]
        node = [
            prices.busy * order.service_seconds - pays - prices.meals[kitchen] * order.amount
            for order, pays in zip(orders, prices.orders, strict=True)
        ]
        self.max_age, self.box = ground.max_age, ground.box[kitchen]
        self.service = [order.service_seconds for order in orders]
        self.amount = [order.amount for order in orders]
        self.opens = [order.window[0] for order in orders]
        self.closes = [order.window[1] for order in orders]
        self.out = [durations[0][door + 1] for door in range(len(orders))]
        self.home = [durations[door + 1][0] for door in range(len(orders))]
        self.home_price = [per_second * seconds for seconds in self.home]
        self.out_price = [
            per_second * self.out[door] + node[door] + prices.busy * ground.load
            for door in range(len(orders))
        ]
        self.next = [
            [
                (
                    other,
                    self.service[door] + durations[door + 1][other + 1],
                    per_second * durations[door + 1][other + 1] + node[other],
                )
                for other in self.doors
                if other != door
            ]
            if ground.serves[kitchen][door]
            else []
            for door in range(len(orders))
        ]
        self._completion(ground.max_age)

    def _completion(self, max_age: int) -> None:
        """Bound, for each remaining age in buckets, the cheapest way on from each door and home."""
        shortest = min((step for ways in self.next for _, step, _ in ways), default=COARSEST_BUCKET)
        self.bucket = min(COARSEST_BUCKET, shortest)
        if self.bucket < 1:
            raise TooManyTrips
        buckets = max_age // self.bucket + 1
        steps = [
            [(other, -((self.bucket - 1 - step) // self.bucket), price) for other, step, price in ways]
            for ways in self.next
        ]
        self.onward: list[list[float]] = []
        for bucket in range(buckets):
            rows = self.onward
            self.onward.append(
                [
                    min(
                        [rows[bucket - back][other] + price for other, back, price in ways if back <= bucket]
                        + [self.home_price[door]]
                    )
                    for door, ways in enumerate(steps)
                ]
            )


def best_paying(
    ground: Ground, kitchen: int, prices: Prices, *, pays: float, deadline: float
) -> list[Column]:
    """List the trips whose price is clearly below nought; all of them only when few pay well.

    While prices are still far from settled, far more trips pay than are worth a look. So those near the least
    price that could be are looked for first, and the rest only when there are none; an empty list is a proof.

    Raises: TooManyTrips when that would take too long.
    """
    streets = _Streets(ground, kitchen, prices)
    reached = [door for door in streets.doors if streets.out[door] <= ground.max_age]
    least = min(
        (
            streets.out_price[door]
            + streets.onward[(ground.max_age - streets.out[door]) // streets.bucket][door]
            for door in reached
        ),
        default=0.0,
    )
    for part in (0.6, 0.4, 0.2, 0.0):
        limit = min(-pays, part * least)
        found = _priced(ground, kitchen, streets, limit, deadline)
        if found:
            return found
    return []


def priced(ground: Ground, kitchen: int, prices: Prices, *, limit: float, deadline: float) -> list[Column]:
    """List every trip of a kitchen whose price is at most the limit, in every way that could be best.

    Raises: TooManyTrips when that would take too long.
    """
    return _priced(ground, kitchen, _Streets(ground, kitchen, prices), limit, deadline)


def _priced(ground: Ground, kitchen: int, streets: _Streets, limit: float, deadline: float) -> list[Column]:  # noqa: PLR0917  A search has its ground.
    """List every trip whose price is at most the limit."""
    level = _first_doors(ground, kitchen, streets, limit)
    found: list[Column] = []
    labels = 0
    while level:
        labels += len(level)
        if labels > MOST_LABELS or monotonic() > deadline:
            raise TooManyTrips
        found += _closed(level, kitchen, streets, limit)
        level = _one_door_more(streets, level, limit)
    return found


_Level = dict[tuple[int, int], list[tuple[_Way, tuple[int, ...]]]]


def _first_doors(ground: Ground, kitchen: int, streets: _Streets, limit: float) -> _Level:
    """Begin at every door that the kitchen reaches."""
    opens, closes = ground.kitchens[kitchen].open
    level: _Level = {}
    for door in streets.doors:
        lag, price = streets.out[door], streets.out_price[door]
        if lag > ground.max_age or streets.amount[door] > ground.box[kitchen]:
            continue
        fixed = streets.opens[door]
        late = min(closes, streets.closes[door] - lag)
        early = max(opens, fixed - ground.max_age)
        if early > late or fixed > streets.closes[door]:
            continue
        if price + streets.onward[(ground.max_age - lag) // streets.bucket][door] <= limit:
            level[1 << door, door] = [((price, lag, fixed, early, late), (door,))]
    return level


def _one_door_more(streets: _Streets, level: _Level, limit: float) -> _Level:
    """Go on from every way to every door that it could still serve under the limit."""
    max_age, bucket, onward, box = streets.max_age, streets.bucket, streets.onward, streets.box
    after: _Level = {}
    for (mask, last), ways in level.items():
        room = box - sum(streets.amount[door] for door in members_of(mask))
        for (price, lag, fixed, early, late), doors in ways:
            for door, step, cost in streets.next[last]:
                new_lag = lag + step
                if new_lag > max_age or mask >> door & 1 or streets.amount[door] > room:
                    continue
                new_price = price + cost
                if new_price + onward[(max_age - new_lag) // bucket][door] > limit:
                    continue
                new_fixed = max(fixed + step, streets.opens[door])
                new_late = min(late, streets.closes[door] - new_lag)
                new_early = max(early, new_fixed - max_age)
                if new_early > new_late or new_fixed > streets.closes[door]:
                    continue
                key = (mask | 1 << door, door)
                _keep(after, key, (new_price, new_lag, new_fixed, new_early, new_late), (*doors, door))
    return after


def _keep(level: _Level, key: tuple[int, int], way: _Way, doors: tuple[int, ...]) -> None:
    """Keep a way unless another to the same last door through the same doors is as good in everything."""
    known = level.get(key)
    if known is None:
        level[key] = [(way, doors)]
        return
    _, lag, fixed, early, late = way
    for other, _ in known:
        if other[1] <= lag and other[2] <= fixed and other[3] <= early and other[4] >= late:
            return
    level[key] = [
        (other, theirs)
        for other, theirs in known
        if not (lag <= other[1] and fixed <= other[2] and early <= other[3] and late >= other[4])
    ]
    level[key].append((way, doors))


def _closed(level: _Level, kitchen: int, streets: _Streets, limit: float) -> list[Column]:
    """Bring the ways home, and keep for each set those that no other beats."""
    by_mask: dict[int, list[Column]] = {}
    for (mask, last), ways in level.items():
        before = sum(streets.service[door] for door in members_of(mask)) - streets.service[last]
        for (price, lag, fixed, early, late), doors in ways:
            total = price + streets.home_price[last]
            if total > limit:
                continue
            home = streets.service[last] + streets.home[last]
            useful = min(max(early, fixed - lag), late)
            length = max(lag, fixed - useful) + home
            shape = Shape(lag - before + streets.home[last], useful, late, length, kitchen, doors)
            by_mask.setdefault(mask, []).append(Column(shape, mask, total))
    return [column for columns in by_mask.values() for column in _undominated(columns)]


def _undominated(columns: list[Column]) -> list[Column]:
    """Keep the trips of one set that no other beats."""
    kept: list[Column] = []
    for column in sorted(columns, key=lambda one: one.shape):
        shape = column.shape
        if not any(
            other.shape.early <= shape.early
            and other.shape.late >= shape.late
            and other.shape.length <= shape.length
            for other in kept
        ):
            kept.append(column)
    return kept
