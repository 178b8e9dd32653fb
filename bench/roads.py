"""How long a city's roads take: to read, to keep, to measure minutes on.

Run as `python -m bench.roads [--junctions 60000] [--doors 2000] [--province WAYS]`. The city is drawn by
chance: bent streets on 140 km², footways, one-way streets, a river with five bridges. With a province so many
ways of ten nodes lie around it in the same extract: 5,400,000 are about 300 MB. Memory is the highest of the
process that reads, everything included; the extract is written by another.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import TypeVar

from app.delivery.rules.doors import MAX_AGE_SECONDS
from app.delivery.travel.box import box_around
from app.delivery.travel.estimate import NO_WAY_SECONDS
from app.delivery.travel.network.arrays import Network
from app.delivery.travel.network.circle import circle
from app.delivery.travel.network.minutes import Roads
from app.delivery.travel.roads import built
from app.delivery.travel.speeds import USUAL
from tests.factories.streets import Countryside, Spot, Streets, at

KITCHENS = 66
SQUARE_KILOMETRES = 140
BRIDGES = 5

T = TypeVar("T")


def city(junctions: int, chance: Random) -> tuple[Streets, float]:
    """Draw a city; give it with the length of its side in metres."""
    columns = round(junctions**0.5)
    block = SQUARE_KILOMETRES**0.5 * 1000 / columns
    river = columns // 3
    bridges = {round((number + 0.5) * columns / BRIDGES) for number in range(BRIDGES)}
    streets = Streets()
    spots = [
        [
            (
                round(column * block + chance.uniform(-0.3, 0.3) * block, 1),
                round(row * block + chance.uniform(-0.3, 0.3) * block, 1),
            )
            for row in range(columns)
        ]
        for column in range(columns)
    ]
    for column in range(columns):
        for row in range(columns):
            here = spots[column][row]
            if column + 1 < columns and (column != river or row in bridges) and chance.random() < 0.9:
                _street(streets, here, spots[column + 1][row], chance)
            if row + 1 < columns and chance.random() < 0.9:
                _street(streets, here, spots[column][row + 1], chance)
    return streets, columns * block


def _street(streets: Streets, here: Spot, there: Spot, chance: Random) -> None:
    """Draw a street with two bends; some for feet, some one-way."""
    bends = [
        (
            round(here[0] + (there[0] - here[0]) * share + chance.uniform(-5, 5), 1),
            round(here[1] + (there[1] - here[1]) * share + chance.uniform(-5, 5), 1),
        )
        for share in (1 / 3, 2 / 3)
    ]
    kind = chance.choices(["residential", "secondary", "service", "footway"], [5, 2, 3, 2])[0]
    one_way = "yes" if chance.random() < 0.15 else "no"
    streets.way(here, *bends, there, highway=kind, oneway=one_way, name=f"路{chance.randrange(3000)}")


def timed(told: str, work: Callable[[], T]) -> T:
    """Do it, and print how long it took and the highest memory so far."""
    began = time.perf_counter()
    done = work()
    seconds = time.perf_counter() - began
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{told:<58}{seconds:>9.2f} s{megabytes:>9.0f} MB")
    return done


def write(folder: str, junctions: int, province: int) -> Path:
    """Write the city as an extract, with so many ways of a province around it."""
    streets, _ = city(junctions, Random(1))  # noqa: S311 - a bench's chance
    return streets.written(Path(folder), inside=Countryside(province))


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--junctions", type=int, default=60_000)
    options.add_argument("--doors", type=int, default=2_000)
    options.add_argument("--province", type=int, default=0)
    asked = options.parse_args()
    chance = Random(1)  # noqa: S311 - a bench's chance
    with tempfile.TemporaryDirectory() as folder:
        side = SQUARE_KILOMETRES**0.5 * 1000
        with get_context("spawn").Pool(1) as elsewhere:
            written = partial(elsewhere.apply, write, (folder, asked.junctions, asked.province))
            file = timed("write the extract (not ours)", written)
        print(f"{file.stat().st_size / 1e6:.1f} MB .osm.pbf")
        box = box_around([at(0, 0), at(side, side)])
        made = timed("read the extract", lambda: built(file, box, USUAL))
    print(f"{made.junctions} junctions, {made.metres / 1000:.0f} km, {len(made.content) / 1e6:.1f} MB kept")
    doors = [at(chance.uniform(0, side), chance.uniform(0, side)) for _ in range(asked.doors)]
    kitchens = [at(chance.uniform(0, side), chance.uniform(0, side)) for _ in range(KITCHENS)]
    roads = timed("open what is kept", lambda: Roads(Network.from_bytes(made.content), USUAL))
    timed("the first ride: index and graph", lambda: roads.durations(kitchens[:1], doors[:1]))
    found = timed(f"{KITCHENS} kitchens x {len(doors)} doors", lambda: roads.durations(kitchens, doors))
    reached = sum(seconds < NO_WAY_SECONDS for row in found for seconds in row)
    print(f"{reached / KITCHENS / len(doors):.1%} of the pairs have a way")
    rings = timed(
        f"isochrones of {KITCHENS} kitchens, 15 minutes",
        lambda: [circle(roads, kitchen, MAX_AGE_SECONDS) for kitchen in kitchens],
    )
    print(f"{sum(len(ring) for each in rings for ring in each) / KITCHENS:.0f} corners each")
    near = doors[:120]
    timed("one kitchen with 30 doors, all pairs", lambda: roads.durations(near[:31], near[:31]))
    timed("one kitchen with 120 doors, all pairs", lambda: roads.durations(near, near))


if __name__ == "__main__":
    main()
