"""Where to open: what is chosen is the best there is, held against trying every choice."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from app.oversight.rules.siting import Array, Groups, covering, curve, nearest, place

Town = tuple[Array, Array, Array]
"""Minutes by door and place, minutes now, people at each door."""


def town(seed: int, *, doors: int = 40, places: int = 7) -> Town:
    random = np.random.default_rng(seed)
    minutes = random.integers(1, 40, (doors, places)).astype(float)
    return minutes, random.integers(5, 40, doors).astype(float), random.integers(0, 9, doors)


def everything(groups: Groups, count: int) -> int:
    return max(groups.gained(chosen) for chosen in combinations(range(groups.places), count))


@pytest.mark.parametrize("seed", range(4))
def test_the_places_that_cover_most_are_chosen_and_proven(seed: int) -> None:
    minutes, now, people = town(seed)
    groups = covering(minutes, now, people, within=15)
    found = curve(groups, [1, 2, 3], seconds=60)
    for count, sited in found.items():
        assert sited.is_proven
        assert sited.gained == sited.bound == everything(groups, count)
        assert len(sited.chosen) <= count


@pytest.mark.parametrize("seed", range(4))
def test_gathering_doors_into_groups_loses_nobody(seed: int) -> None:
    minutes, now, people = town(seed)
    groups = covering(minutes, now, people, within=15)
    for chosen in combinations(range(groups.places), 2):
        newly = (now > 15) & (minutes[:, list(chosen)] <= 15).any(axis=1)
        assert groups.gained(chosen) == int(people[newly].sum())


@pytest.mark.parametrize("seed", range(12))
def test_the_places_that_bring_sites_nearest_are_within_their_bound(seed: int) -> None:
    minutes, now, people = town(seed, doors=25, places=6)
    for count in (1, 2, 3):
        best = min(
            float(people @ np.minimum(minutes[:, list(chosen)].min(axis=1), now))
            for chosen in combinations(range(6), count)
        )
        found = nearest(minutes, now, people, count)
        assert found.bound <= best + 1e-6
        assert best - 1e-6 <= found.minutes <= best * 1.01 + 1e-6
        assert found.gap < 0.05


def test_where_everybody_is_within_reach_nothing_is_won() -> None:
    minutes, now, people = town(1)
    groups = covering(minutes, np.minimum(now, 15), people, within=15)
    assert place(groups, 3, seconds=5).gained == 0
