"""Home of the cuts: what whole trips keep that shares of trips do not.

Of three orders at most one trip can carry two or more. Shares of trips break that often: three trips that
carry two of the three each, half of each ridden. Forbidding it closes most of the gap between the linear
model and the best whole trips.

Source: Jepsen, Petersen, Spoorendonk and Pisinger (2008), Subset-row inequalities applied to the
vehicle-routing problem with time windows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from app.delivery.routing.solver.trips import members_of

VIOLATED = 0.02
"""Less than this is not worth a row."""

MOST_ORDERS = 250
"""Beyond, a table of all triples is too large, and no proof is to be had anyway."""

MOST_AN_ORDER = 5
"""So often an order may stand in the cuts of one round, so that they spread over the town."""


def violated_triples(count: int, shares: Iterable[tuple[int, float]], *, most: int) -> list[int]:
    """Find the sets of three orders that shares of trips break the most; the worst first."""
    if count > MOST_ORDERS:
        return []
    import numpy as np  # noqa: PLC0415  Only planning pays for the engine.

    ridden = [(members_of(mask), share) for mask, share in shares if VIOLATED / 2 < share < 1 - VIOLATED / 2]
    pairs = np.zeros((count, count))
    threes = np.zeros((count, count, count), dtype=np.float32)
    for members, share in ridden:
        own = np.array(members)
        pairs[np.ix_(own, own)] += share
        threes[np.ix_(own, own, own)] += share
    triples: dict[int, float] = {}
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
                triples[1 << first | 1 << second | 1 << third] = float(values[row, column])
    return _spread(triples, most)


def _spread(triples: dict[int, float], most: int) -> list[int]:
    """Take the worst, but none of the orders too often."""
    taken: list[int] = []
    used: Counter[int] = Counter()
    for triple in sorted(triples, key=lambda one: (-triples[one], one)):
        members = members_of(triple)
        if all(used[order] < MOST_AN_ORDER for order in members):
            used.update(members)
            taken.append(triple)
            if len(taken) == most:
                break
    return taken
