"""Makers of the small rows that integrity checks look at, good as they stand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.canteens.rules import SiteKind, Sitting
from app.meals.rules.vocabulary import Channel
from app.month import Month
from app.oversight.rules.checks import Facts
from app.oversight.rules.checks.facts import HandoverRow, MealRow, PersonRow, SiteRow
from app.place import Point

OCTOBER = Month(2026, 10)
DAY = date(2026, 10, 8)
PLACE = Point(28.11, 112.98)
REST_DAYS = frozenset(day for day in OCTOBER.days if day.weekday() > 4)
SITES = {
    "C01": SiteRow("C01", SiteKind.CANTEEN, "430103005001", PLACE, 60),
    "C02": SiteRow("C02", SiteKind.CANTEEN, "430103006001", Point(28.15, 112.98), 60),
    "P01": SiteRow("P01", SiteKind.SERVICE_POINT, "430103005002", Point(28.112, 112.98), None, "C01"),
}


def noon(on: date = DAY, *, minutes: float = 0) -> datetime:
    """Give twelve o'clock in Shanghai and so many minutes."""
    return datetime(on.year, on.month, on.day, 4, tzinfo=UTC) + timedelta(minutes=minutes)


def meal(number: int, person: int = 1, on: date = DAY, **changes: Any) -> MealRow:  # noqa: ANN401 - any field
    """Give a lunch at C01 of the person with this number, recorded a minute after the one before."""
    served_at = changes.pop("served_at", noon(on, minutes=number % 90))
    made = MealRow(
        id=UUID(int=number),
        resident_no=f"R-{person}",
        site_code="C01",
        served_on=on,
        sitting=Sitting.LUNCH,
        channel=Channel.DINE_IN,
        served_at=served_at,
        received_at=served_at,
        recorded_by="U-1",
    )
    return made._replace(**changes)


def lunches(counts: Iterable[int], **changes: Any) -> list[MealRow]:  # noqa: ANN401 - any field of a meal
    """Give so many lunches of different people on each day of October, from the first on."""
    days = [(day, count) for day, count in zip(OCTOBER.days, counts, strict=False)]
    first = changes.pop("first", 1)
    made: list[MealRow] = []
    for day, count in days:
        for person in range(count):
            made.append(meal(first + len(made), person + 1, day, **changes))
    return made


def facts(meals: Iterable[MealRow] = (), **changes: Any) -> Facts:  # noqa: ANN401 - any field of Facts
    """Give the facts of October with these meals at three sites."""
    given = {"month": OCTOBER, "sites": SITES, "rest_days": REST_DAYS, "meals": list(meals), **changes}
    return Facts(**given)


def people(*rows: PersonRow) -> dict[str, PersonRow]:
    """Give people by number."""
    return {row.resident_no: row for row in rows}


def handover(run_id: int, minutes: float, *, north: float = 0.0, rider: str = "Q-1") -> HandoverRow:
    """Give a hand-over so many minutes after noon, so many degrees north of the first site."""
    place = Point(PLACE.lat + north, PLACE.lon)
    return HandoverRow(run_id, rider, "C01", noon(minutes=minutes), place)
