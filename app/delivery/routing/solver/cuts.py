"""Home of the cuts: what whole trips keep that shares of trips do not.

Of three orders at most one trip can carry two or more; of five at most one can carry three or more, and pairs
of the five ride together at most twice. Shares of trips break that often: three trips that carry two of three
orders each, half of each ridden. Forbidding it closes most of the gap between the linear model and the best
whole trips. What a trip counts in a cut hangs on its set of doors alone, so pricing is none the slower.

Source: Jepsen, Petersen, Spoorendonk and Pisinger (2008), Subset-row inequalities applied to the
vehicle-routing problem with time windows; Pecin, Pessoa, Poggi and Uchoa (2017), Improved
branch-cut-and-price for capacitated vehicle routing (cuts over five rows).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

from app.delivery.routing.solver.trips import members_of

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

VIOLATED = 0.02
"""Less than this is not worth a row."""

MOST_ORDERS = 250
"""Beyond, a table of all triples is too large, and no proof is to be had anyway."""

MOST_AN_ORDER = 5
"""So often an order may stand in the cuts of one round, so that they spread over the town."""

NEAR = 12
"""Sets of five are looked for among an order and so many that share trips with it the most."""

FIVE = 5
FEW = 0.5
"""Sets of five are looked for where triples fill less than this of a round."""

FIVES = ((2, 2), (3, 1))
"""How many of five orders count one on a trip, and how many may be counted of all trips."""


class Cut(NamedTuple):
    """So many of some doors count one on a trip; of all trips together at most `most` are counted."""

    doors: int
    each: int
    most: int

    def held(self, mask: int) -> int:
        """Give what a trip through a set of doors counts.

        >>> Cut(0b11111, each=2, most=2).held(0b101101)
        1
        """
        return (self.doors & mask).bit_count() // self.each


def violated(
    count: int, shares: Iterable[tuple[int, float]], *, most: int, with_fives: bool = True
) -> list[Cut]:
    """Find the cuts that shares of trips break the most: those of three orders first."""
    if count > MOST_ORDERS:
        return []
    ridden = [(members_of(mask), share) for mask, share in shares if VIOLATED / 2 < share < 1 - VIOLATED / 2]
    found = _spread(_triples(count, ridden), most)
    if with_fives and ridden and len(found) < FEW * most:
        found += _spread(_fives(count, ridden), most - len(found))
    return found


def _triples(count: int, ridden: Sequence[tuple[Sequence[int], float]]) -> dict[Cut, float]:
    """Find the sets of three orders of which shares of trips carry two or more too often."""
    import numpy as np  # noqa: PLC0415  Only planning pays for the engine.

    pairs = np.zeros((count, count))
    threes = np.zeros((count, count, count), dtype=np.float32)
    for members, share in ridden:
        own = np.array(members)
        pairs[np.ix_(own, own)] += share
        threes[np.ix_(own, own, own)] += share
    found: dict[Cut, float] = {}
    for first in range(count):
        near = first + 1 + np.flatnonzero(pairs[first, first + 1 :] > 0)
        far = np.arange(first + 1, count)
        if not len(near):
            continue
        values = (
            pairs[first, near][:, None]
            + pairs[first, far][None, :]
            + pairs[np.ix_(near, far)]
            - 2 * threes[first][np.ix_(near, far)]
        )
        for row, column in zip(*np.nonzero(values > 1 + VIOLATED), strict=True):
            second, third = int(near[row]), int(far[column])
            if second != third:
                cut = Cut(1 << first | 1 << second | 1 << third, each=2, most=1)
                found[cut] = float(values[row, column]) - cut.most
    return found


def _fives(count: int, ridden: Sequence[tuple[Sequence[int], float]]) -> dict[Cut, float]:
    """Find sets of five orders, near to each other on shares of trips, that these break."""
    import numpy as np  # noqa: PLC0415  As above.

    rides = np.zeros((count, len(ridden)), dtype=np.int8)
    for trip, (members, _) in enumerate(ridden):
        rides[list(members), trip] = 1
    share = np.array([share for _, share in ridden])
    sets = _sets_of_five((rides * share) @ rides.T)
    carried = rides[sets[:, 0]]
    for column in range(1, FIVE):
        carried = carried + rides[sets[:, column]]
    found: dict[Cut, float] = {}
    for each, most in FIVES:
        over = (carried // each) @ share - most
        for row in np.flatnonzero(over > VIOLATED):
            doors = sum(1 << int(door) for door in sets[row])
            found[Cut(doors, each, most)] = float(over[row])
    return found


def _sets_of_five(together: Array) -> Array:
    """List sets of five orders: each order with four of those that share trips with it the most."""
    import numpy as np  # noqa: PLC0415  As above.

    count = len(together)
    apart = together.copy()
    np.fill_diagonal(apart, -1)
    near = np.argsort(-apart, axis=1, kind="stable")[:, : min(NEAR, count - 1)]
    four = np.array(_fours(near.shape[1]), dtype=np.intp).reshape(-1, FIVE - 1)
    sets = np.concatenate(
        (np.repeat(np.arange(count), len(four))[:, None], near[:, four].reshape(-1, FIVE - 1)), axis=1
    )
    return np.unique(np.sort(sets, axis=1), axis=0)


@cache
def _fours(count: int) -> list[tuple[int, ...]]:
    """List the ways to take four of so many."""
    return list(combinations(range(count), FIVE - 1))


def _spread(cuts: dict[Cut, float], most: int) -> list[Cut]:
    """Take the worst, but none of the orders too often."""
    taken: list[Cut] = []
    used: Counter[int] = Counter()
    for cut in sorted(cuts, key=lambda one: (-cuts[one], one)):
        members = members_of(cut.doors)
        if all(used[order] < MOST_AN_ORDER for order in members):
            used.update(members)
            taken.append(cut)
            if len(taken) == most:
                break
    return taken
