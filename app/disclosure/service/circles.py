"""Home of each site's circle of 15 minutes: measured over the roads and kept, or else estimated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from app.audit import service as audit
from app.canteens.models import Site
from app.clock import on as day_of
from app.delivery.queries.roads import road_content, road_network, speeds_on
from app.delivery.travel.estimate import Location, location_of
from app.delivery.travel.roads import circle_around, opened
from app.disclosure.models import SiteCircle
from app.disclosure.queries import CircleKey, circles
from app.disclosure.rules.maps import CIRCLE_SECONDS, Circle, Way, estimated, thinned
from app.extensions import db
from app.locks import lock_space
from app.roles import Actor

_SPACE = "disclosure.circles"
Circles = Mapping[tuple[str, Way], Circle]


def circles_of(sites: Iterable[Site], on: date) -> dict[tuple[str, Way], Circle]:
    """Give the circle of every site whose place is known: as measured, or else the careful estimate."""
    network, usual, kept = road_network(), speeds_on(on), circles()
    found = {}
    for site in sites:
        place = location_of(site)
        if place is None:
            continue
        for way in Way:
            key = _key(network.id if network else 0, place, way.speeds(usual).road)
            held = kept.get((site.site_code, way))
            is_good = held is not None and network is not None and held[0] == key
            found[site.site_code, way] = held[1] if held and is_good else estimated(place, way, usual)
    return found


def measure_circles(sites: Iterable[Site], *, by: Actor, at: datetime) -> int:
    """Measure the circles of sites whose place, roads or speeds have changed; give how many.

    Without roads there is nothing to measure.
    """
    lock_space(db.session, _SPACE)
    network, usual, kept = road_network(), speeds_on(day_of(at)), circles()
    content = road_content(network.id) if network is not None else None
    if network is None or content is None:
        return 0
    placed = [(site.site_code, place) for site in sites if (place := location_of(site))]
    count = 0
    for way in Way:
        speeds = way.speeds(usual)
        wanted = [
            (code, place)
            for code, place in placed
            if (code, way) not in kept or kept[code, way][0] != _key(network.id, place, speeds.road)
        ]
        for code, place in wanted:
            roads = opened(network.digest, speeds, lambda: content)
            rings = [thinned(ring) for ring in circle_around(roads, place, seconds=CIRCLE_SECONDS)]
            db.session.merge(
                SiteCircle(
                    site_code=code,
                    way=way,
                    network_id=network.id,
                    longitude=place[0],
                    latitude=place[1],
                    metres_per_hour=speeds.road,
                    rings=[[[round(each, 5) for each in corner] for corner in ring] for ring in rings],
                    measured_at=at,
                )
            )
        count += len(wanted)
    db.session.flush()
    if count:
        audit.record("circles.measured", f"roads:{network.id}", by=by, at=at, detail={"circles": count})
    return count


def _key(network_id: int, place: Location, metres_per_hour: int) -> CircleKey:
    return CircleKey(network_id, place, metres_per_hour)
