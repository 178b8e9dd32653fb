"""Home of the roads: load them from an extract, decide on speeds, and say how far it is on a day."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import update

from app.audit import service as audit
from app.clock import on as day_of
from app.delivery import queries
from app.delivery.models import DayPlan
from app.delivery.models.roads import RidingSpeed, RoadNetwork
from app.delivery.rules.doors import DoorTimes
from app.delivery.travel.box import Box, box_around
from app.delivery.travel.estimate import Location, durations_between, ride_seconds
from app.delivery.travel.roads import Built, built, opened
from app.delivery.travel.speeds import Speeds
from app.errors import Conflict, DomainError
from app.extensions import db
from app.locks import lock_names
from app.roles import Actor
from app.text import text

if TYPE_CHECKING:
    from app.delivery.travel.network.minutes import Roads


@dataclass(frozen=True, slots=True)
class Extract:
    """Roads that were read from an extract and that nobody has kept yet; sites by name that none reaches."""

    source: str
    box: Box
    built: Built
    out_of_reach: tuple[str, ...]


def read_extract(file: Path, *, at: datetime) -> Extract:
    """Read the roads around the district's sites from an OpenStreetMap extract; nothing is written.

    Raises: DomainError for a file that cannot be used, or when no site has coordinates yet.
    """
    sites = queries.placed_sites()
    speeds = queries.speeds_on(day_of(at))
    # Reading takes minutes; nothing of the database is held open meanwhile.
    db.session.rollback()
    if not sites:
        raise DomainError(
            text(
                "No site has coordinates yet, so it is not known where the district lies. "
                "Enter the sites first, then load the roads."
            )
        )
    box = box_around([place for _, place in sites.values()])
    roads = built(file, box, speeds)
    reached = roads.roads.reaches([place for _, place in sites.values()])
    beyond = tuple(
        name for (name, _), is_reached in zip(sites.values(), reached, strict=True) if not is_reached
    )
    if len(beyond) == len(sites):
        raise DomainError(
            text(
                "No site lies by a road of {file}. Take an extract that covers {here}, or correct the "
                "sites' coordinates.",
                file=file,
                here=str(box),
            )
        )
    return Extract(file.name, box, roads, beyond)


def keep_roads(extract: Extract, *, by: Actor, at: datetime) -> RoadNetwork:
    """Let minutes come from these roads from now on."""
    lock_names(db.session, "roads", ["newest"])
    db.session.execute(update(RoadNetwork).values(content=None))
    kept = RoadNetwork(
        built_at=at,
        built_by=by.user_no,
        source=extract.source[:200],
        digest=hashlib.sha256(extract.built.content).hexdigest(),
        junctions=extract.built.junctions,
        metres=extract.built.metres,
        content=extract.built.content,
    )
    db.session.add(kept)
    db.session.flush()
    audit.record(
        "roads.loaded",
        f"roads:{kept.id}",
        by=by,
        at=at,
        detail={
            "source": kept.source,
            "digest": kept.digest,
            "junctions": kept.junctions,
            "metres": kept.metres,
        },
    )
    return kept


def decide_speeds(
    speeds: Speeds, doors: DoorTimes, effective_from: date, reference: str, *, by: Actor, at: datetime
) -> RidingSpeed:
    """Plan with other speeds, and other times at the doors, from a day on.

    Raises: DomainError for a day that has begun, when plans may have been made already; Conflict when speeds
    from that day were decided before.
    """
    if effective_from <= day_of(at):
        raise DomainError(
            text("Speeds change from tomorrow on at the earliest: today is being ridden already."),
            field="effective_from",
        )
    lock_names(db.session, "speeds", [effective_from.isoformat()])
    if db.session.get(RidingSpeed, effective_from) is not None:
        raise Conflict(
            text("Speeds from {day} on are decided already. Choose another day.", day=effective_from),
            field="effective_from",
        )
    decided = RidingSpeed(
        effective_from=effective_from,
        road=speeds.road,
        lane=speeds.lane,
        pushed=speeds.pushed,
        hand_over=doors.hand_over,
        floor=doors.floor,
        reference=reference,
        decided_at=at,
        decided_by=by.user_no,
    )
    db.session.add(decided)
    db.session.flush()
    detail = {**asdict(speeds), **asdict(doors), "reference": reference}
    audit.record("speeds.decided", f"speeds:{effective_from}", by=by, at=at, detail=detail)
    return decided


@dataclass(frozen=True, slots=True)
class Travel:
    """How far it is between doors on a day: over the roads, or estimated where `roads` is None."""

    speeds: Speeds
    roads: Roads | None = None
    network_id: int | None = None

    def between(self, places: Sequence[Location]) -> tuple[tuple[int, ...], ...]:
        """Give the seconds between all places."""
        if self.roads is None:
            return durations_between(places, metres_per_hour=self.speeds.road)
        return self.roads.durations(places, places)

    def to_door(self, starts: Sequence[Location], door: Location) -> tuple[int, ...]:
        """Give the seconds from each start to one door."""
        if self.roads is None:
            return tuple(ride_seconds(start, door, metres_per_hour=self.speeds.road) for start in starts)
        return tuple(row[0] for row in self.roads.durations(starts, [door]))


def travel_on(on: date) -> Travel:
    """Give how far it is between doors on a day: over the roads where they are loaded.

    Raises: DomainError when the roads that are kept cannot be read.
    """
    speeds, network = queries.speeds_on(on), queries.road_network()
    if network is None:
        return Travel(speeds)
    number = network.id

    def content() -> bytes:
        read = queries.road_content(number)
        if read is None:
            raise Conflict(text("Other roads were loaded a moment ago. Try again."))
        return read

    return Travel(speeds, opened(network.digest, speeds, content), number)


def travel_from(kitchen: Location, on: date, *, in_force: DayPlan | None = None) -> Travel:
    """Give how far it is from a kitchen: estimated where no road reaches it.

    A plan that is in force was promised by an estimate or by roads, and is planned again by the same.
    """
    if in_force is not None and in_force.road_network_id is None:
        return Travel(queries.speeds_on(on))
    travel = travel_on(on)
    if travel.roads is not None and not travel.roads.reaches([kitchen])[0]:
        return Travel(travel.speeds)
    return travel
