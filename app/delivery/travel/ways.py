"""Home of what a rider may do on a way of OpenStreetMap: ride, push, in which direction; or nothing.

An e-bike (非机动车) rides where bicycles ride. What is marked for feet is walked, the e-bike pushed. Stairs,
ferries, motorways, ways for motor vehicles alone and private ways are refused. Turn restrictions are not
read.

Source: the OpenStreetMap wiki, Key:highway, Key:access, Key:oneway:bicycle, Key:cycleway.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

Tags = Mapping[str, str]
"""What OpenStreetMap says of a way or a node."""


class Kind(IntEnum):
    """How a way is used."""

    ROAD = 0
    LANE = 1
    PUSHED = 2


@dataclass(frozen=True, slots=True)
class Use:
    """How a way is used, and whether along its nodes (`forward`), against them, or both."""

    kind: Kind
    forward: bool = True
    backward: bool = True


_ROADS = {"trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "road", "cycleway"}
_LANES = {"living_street", "service", "track"}
_FOR_FEET = {"pedestrian", "footway", "path", "bridleway"}
_ALLOWED = {"yes", "designated", "permissive", "destination", "customers", "delivery", "official"}
_FORBIDDEN = {"no", "private", "military", "agricultural", "forestry", "restricted"}
_PUSHED = {"dismount", "use_sidepath"}
_ONE_WAY = {"yes": 1, "true": 1, "1": 1, "-1": -1, "reverse": -1}
_AGAINST_TRAFFIC = {"opposite", "opposite_lane", "opposite_track", "opposite_share_busway"}
_SIDES = ("cycleway", "cycleway:left", "cycleway:right", "cycleway:both")


def use_of(tags: Tags) -> Use | None:
    """Give how a rider may use a way; None if not at all.

    >>> use_of({"highway": "residential", "oneway": "yes"})
    Use(kind=<Kind.ROAD: 0>, forward=True, backward=False)
    >>> use_of({"highway": "steps"}) is None
    True
    """
    if tags.get("route") == "ferry" or tags.get("motorroad") == "yes":
        return None
    kind = _kind(tags)
    if kind is None:
        return None
    forward, backward = (True, True) if kind is Kind.PUSHED else _directions(tags)
    return Use(kind, forward, backward)


def blocks(tags: Tags) -> bool:
    """Tell whether a barrier stops a rider, who may also push: a gate that only its owner opens.

    >>> blocks({"barrier": "gate", "access": "private"}), blocks({"barrier": "bollard"})
    (True, False)
    """
    if "barrier" not in tags:
        return False
    return not _may(tags, "bicycle", "vehicle", "access") and not _may(tags, "foot", "access")


def _kind(tags: Tags) -> Kind | None:
    """Give the best use that the way's class and its access allow."""
    highway = tags.get("highway", "").removesuffix("_link")
    bicycle = tags.get("bicycle", "")
    walked = highway in _FOR_FEET
    if not walked and highway not in _ROADS | _LANES:
        return None
    rides = bicycle not in _PUSHED and _may(tags, "bicycle", "vehicle", "access")
    if rides and walked and bicycle in _ALLOWED:
        return Kind.LANE
    if rides and not walked:
        return Kind.ROAD if highway in _ROADS else Kind.LANE
    return Kind.PUSHED if _may(tags, "foot", "access") else None


def _may(tags: Tags, *keys: str) -> bool:
    """Tell whether access is given; the first key that says anything decides."""
    said = next((tags[key] for key in keys if key in tags), "yes")
    return said not in _FORBIDDEN


def _directions(tags: Tags) -> tuple[bool, bool]:
    """Give whether a rider goes along and against a way's nodes."""
    for_all = _ONE_WAY.get(tags.get("oneway", ""), 0)
    if not for_all and "oneway" not in tags and tags.get("junction") in {"roundabout", "circular"}:
        for_all = 1
    for_bicycles = tags.get("oneway:bicycle")
    way = for_all if for_bicycles is None else _ONE_WAY.get(for_bicycles, 0)
    if way and for_bicycles is None and _has_lane_against(tags):
        way = 0
    return way >= 0, way <= 0


def _has_lane_against(tags: Tags) -> bool:
    """Tell whether bicycles have a lane against the traffic of a one-way street."""
    return any(
        tags.get(side) in _AGAINST_TRAFFIC or tags.get(f"{side}:oneway") in {"no", "-1"} for side in _SIDES
    )
