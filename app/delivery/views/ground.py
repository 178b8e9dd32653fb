"""Home of what a map lies on: the tiles of the settings, or the streets that are loaded."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, url_for

from app.delivery import queries


@dataclass(frozen=True, slots=True)
class Ground:
    """What a map lies on: addresses with gaps for a tile's numbers, empty where there is none."""

    tiles: str
    datum: str
    attribution: str
    streets: str


def map_ground() -> Ground:
    """Give what maps lie on here and now."""
    config, roads = current_app.config["MEAL_CIRCLE"], queries.road_network()
    streets = ""
    if roads is not None and not config.map_tiles:
        # Other roads have another address, so that a browser may keep these for a day.
        one = url_for("delivery.ground_of_map", x=0, y=0, roads=roads.id)
        streets = one.replace("/0/0.json", "/{x}/{y}.json")
    return Ground(
        config.map_tiles, config.map_tiles_datum if config.map_tiles else "", config.map_attribution, streets
    )
