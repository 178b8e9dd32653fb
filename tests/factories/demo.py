"""Makers of the demo's land and people without a database, and of a small demo in one."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files

from app.areas.rules import AreaRecord, Level, Outline
from app.demo import service
from app.demo.rules.land import Community, communities
from app.demo.rules.people import DemoResident, residents
from app.demo.rules.sites import DemoSite, sites
from app.roles import COMMAND
from app.text import Text

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SEED = 7


@cache
def outline() -> Outline:
    """Give the district's border."""
    return Outline.from_geojson((files("app.areas") / "outline_430103.geojson").read_text("utf-8"))


def places() -> list[AreaRecord]:
    """Give the district's official list of places."""
    document = (files("app.areas") / "areas_430103.csv").read_text("utf-8")
    return [
        AreaRecord(row["code"], row["name"], Level(row["level"]), row["parent_code"] or None)
        for row in csv.DictReader(document.splitlines())
    ]


@cache
def land(seed: int = SEED) -> tuple[Community, ...]:
    """Give the communities of a demo."""
    return communities(places(), outline(), seed)


@cache
def open_sites(seed: int = SEED) -> tuple[DemoSite, ...]:
    """Give the sites of a demo."""
    return sites(land(seed), outline(), seed=seed, today=TODAY)


@cache
def people(count: int, seed: int = SEED) -> tuple[DemoResident, ...]:
    """Give the residents of a demo."""
    return tuple(residents(land(seed), outline(), seed=seed, today=TODAY, count=count))


def quietly(sentence: Text) -> None:
    """Listen to how far the work is, and say nothing."""
    del sentence


def small_demo(*, residents: int = 60, months: int = 1, seed: int = SEED) -> None:
    """Make a demo of few people, inside a transaction."""
    service.make_demo(service.DemoSize(residents, months, seed), by=COMMAND, at=NOW, tell=quietly)
