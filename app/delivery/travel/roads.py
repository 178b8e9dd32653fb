"""Home of the door to the road network: whoever measures roads goes through here, and alone pays for it.

The network's arrays bring numpy, scipy and osmium along, a second's start; no page that does not ask for
minutes loads them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from app.delivery.travel.box import Box
from app.delivery.travel.estimate import Location
from app.delivery.travel.speeds import Speeds
from app.delivery.travel.turns import Stretch
from app.errors import DomainError
from app.text import text

Line = tuple[Location, ...]
"""Places one after the other, as a line on the map; a ring comes back to the first."""

if TYPE_CHECKING:
    from app.delivery.travel.network.minutes import Roads


@dataclass(frozen=True, slots=True)
class Built:
    """A network that was read from an extract, as it is kept, and what is in it."""

    content: bytes
    junctions: int
    metres: int
    roads: Roads


def built(file: Path, box: Box, speeds: Speeds) -> Built:
    """Read the roads inside a box from an OpenStreetMap extract.

    Raises: DomainError for a file that cannot be read, is too large, or has no roads there.
    """
    from app.delivery.travel.network.extract import network_of  # noqa: PLC0415  Only who reads extracts pays.
    from app.delivery.travel.network.minutes import Roads  # noqa: PLC0415  As above.

    network = network_of(file, box)
    roads = Roads(network, speeds)
    return Built(network.to_bytes(), network.junctions, roads.metres, roads)


_kept: dict[tuple[str, Speeds], Roads] = {}
_keeping = Lock()


def opened(digest: str, speeds: Speeds, content: Callable[[], bytes]) -> Roads:
    """Give the roads of a kept network, known by its digest, at the speeds of a day.

    The last ones stay in this process; `content` is asked for when they are others.
    Raises: DomainError when another version of this program wrote the content.
    """
    with _keeping:
        if (digest, speeds) not in _kept:
            roads = _read(content(), speeds)
            _kept.clear()
            _kept[digest, speeds] = roads
        return _kept[digest, speeds]


def _read(content: bytes, speeds: Speeds) -> Roads:
    from app.delivery.travel.network.arrays import BrokenNetwork, Network  # noqa: PLC0415  As above.
    from app.delivery.travel.network.minutes import Roads  # noqa: PLC0415  As above.

    try:
        return Roads(Network.from_bytes(content), speeds)
    except BrokenNetwork as error:
        raise DomainError(
            text("The roads were read by another version of this program. Load the extract again.")
        ) from error


@dataclass(frozen=True, slots=True)
class Sight:
    """What a map shows of the roads: rides, what is reached in time, the streets around."""

    rides: Sequence[Line]
    circle: Sequence[Line]
    streets: Sequence[Line]


def sight(
    roads: Roads, places: Sequence[Location], legs: Sequence[tuple[int, int]], *, seconds: int, box: Box
) -> Sight:
    """Look at rides from above: `legs` lead from place to place by their numbers, the first is the kitchen.

    The circle is what is reached from there in so many seconds.
    """
    from app.delivery.travel.network.circle import circle  # noqa: PLC0415  As above.
    from app.delivery.travel.network.course import lines  # noqa: PLC0415  As above.
    from app.delivery.travel.network.streets import streets  # noqa: PLC0415  As above.

    return Sight(lines(roads, places, legs), circle(roads, places[0], seconds), streets(roads, box))


def circle_around(roads: Roads, place: Location, *, seconds: int) -> Sequence[Line]:
    """Give the outlines of what is reached from a place in so many seconds, the largest first."""
    from app.delivery.travel.network.circle import circle  # noqa: PLC0415  As above.

    return circle(roads, place, seconds)


def ground(roads: Roads, box: Box) -> Sequence[Line]:
    """Give the streets of a piece of the earth, as a map's ground shows them."""
    from app.delivery.travel.network.streets import streets  # noqa: PLC0415  As above.

    return streets(roads, box)


def courses(
    roads: Roads, places: Sequence[Location], legs: Sequence[tuple[int, int]]
) -> list[list[Stretch] | None]:
    """Give the quickest way of each leg street by street: none to the next door, None where no way leads."""
    from app.delivery.travel.network.course import stretches  # noqa: PLC0415  As above.

    return stretches(roads, places, legs)
