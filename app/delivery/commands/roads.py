"""Home of the commands on roads: load them from an extract, decide how fast rides are planned."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from app import clock
from app.delivery import queries
from app.delivery.commands.documents import tell
from app.delivery.commands.group import delivery_commands
from app.delivery.rules.days import parse_day
from app.delivery.rules.doors import USUAL_DOORS, DoorTimes
from app.delivery.service import decide_speeds, keep_roads, read_extract
from app.delivery.travel.speeds import USUAL, Speeds
from app.errors import DomainError
from app.extensions import db
from app.roles import COMMAND
from app.text import Text, text
from app.transaction import transaction


@delivery_commands.command("roads")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load_roads(file: Path) -> None:
    """Load the district's roads from FILE.osm.pbf, an OpenStreetMap extract: minutes come from them then.

    What lies more than 5 km outside the sites is left away.
    """
    megabytes = file.stat().st_size / 1024 / 1024
    tell(text("Reading {file}, {size} MB …", file=file.name, size=f"{megabytes:.1f}"))
    extract = read_extract(file, at=clock.now())
    with transaction():
        kept = keep_roads(extract, by=COMMAND, at=clock.now())
    tell(
        text(
            "{kilometres} km of road and {junctions} junctions are loaded; plans made from now on measure "
            "their minutes on them.",
            kilometres=round(kept.metres / 1000),
            junctions=kept.junctions,
        )
    )
    for sentence in _unreached(extract.out_of_reach):
        tell(sentence)


_MOST_NAMED = 5


def _unreached(names: Sequence[str]) -> list[Text]:
    """Say which sites no road reaches: one a line, or a count with the first of them where they are many."""
    if len(names) > _MOST_NAMED:
        return [
            text(
                "No road reaches {count} sites: {names} … Their minutes stay estimated: check their places.",
                count=len(names),
                names=", ".join(names[:_MOST_NAMED]),
            )
        ]
    return [
        text("No road reaches {name}: its minutes stay estimated. Check its coordinates.", name=name)
        for name in names
    ]


@delivery_commands.command("speeds")
@click.option("--from", "day", help="The first day, as 2026-12-01; without it, what is decided is listed.")
@click.option("--road", default=USUAL.road / 1000, show_default=True, help="km/h on roads and cycleways.")
@click.option("--lane", default=USUAL.lane / 1000, show_default=True, help="km/h in lanes and yards.")
@click.option("--pushed", default=USUAL.pushed / 1000, show_default=True, help="km/h on foot, pushing.")
@click.option("--hand-over", default=USUAL_DOORS.hand_over, show_default=True, help="Seconds at each door.")
@click.option("--floor", default=USUAL_DOORS.floor, show_default=True, help="Seconds a floor, by the stairs.")
@click.option("--reference", default="", help="The notice or the reason behind it.")
def speeds(*, day: str | None, reference: str, **asked: float) -> None:
    """List how fast rides and how long doors are planned, or decide it from a day on: at most 15 km/h."""
    if day is not None:
        if not reference.strip():
            raise DomainError(text("Say why with --reference: the notice, or the ride that was measured."))
        decided = Speeds(*(round(asked[each] * 1000) for each in ("road", "lane", "pushed")))
        doors = DoorTimes(round(asked["hand_over"]), round(asked["floor"]))
        with transaction():
            decide_speeds(decided, doors, parse_day(day), reference.strip(), by=COMMAND, at=clock.now())
    tell(_told(text("until the first decision"), USUAL, USUAL_DOORS))
    for each in db.session.execute(queries.all_speeds()).scalars():
        from_then = text("from {day}, {reference}", day=each.effective_from, reference=each.reference)
        doors = DoorTimes(each.hand_over, each.floor)
        tell(_told(from_then, Speeds(each.road, each.lane, each.pushed), doors))


def _told(when: Text, planned: Speeds, doors: DoorTimes) -> Text:
    return text(
        "{when}: {road} km/h on roads, {lane} in lanes, {pushed} pushed; "
        "{hand_over} s at a door, {floor} s a floor",
        when=when,
        road=planned.road / 1000,
        lane=planned.lane / 1000,
        pushed=planned.pushed / 1000,
        hand_over=doors.hand_over,
        floor=doors.floor,
    )
