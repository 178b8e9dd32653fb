"""Home of the queries on administrative places; always ordered by code."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache
from importlib.resources import files

from sqlalchemy import select

from app.areas.models import Area
from app.areas.rules import DISTRICTS_AROUND, Level, Outline, around, short_name
from app.extensions import db


def areas_under(prefix: str) -> list[Area]:
    """Give every place whose code begins so, each after the one that it lies in."""
    return list(
        db.session.execute(
            select(Area).where(Area.code.startswith(prefix, autoescape=True)).order_by(Area.code)
        ).scalars()
    )


def known_codes() -> frozenset[str]:
    """Give the code of every place that is known."""
    return frozenset(db.session.execute(select(Area.code).order_by(Area.code)).scalars())


def labels(codes: Iterable[str]) -> dict[str, str]:
    """Give what a screen calls these places, by code: street and community.

    Of a place that is not on the list it is the city's district that it lies in, and the code itself outside.
    """
    wanted = set(codes)
    names = _names({each for code in wanted for each in around(code)})
    return {code: _label(code, names) for code in wanted}


def _names(codes: Collection[str]) -> dict[str, tuple[str, str]]:
    rows = db.session.execute(
        select(Area.code, Area.name, Area.level).where(Area.code.in_(codes)).order_by(Area.code)
    )
    return {row.code: (short_name(row.name), row.level) for row in rows}


def _label(code: str, names: dict[str, tuple[str, str]]) -> str:
    if code not in names:
        return DISTRICTS_AROUND.get(code[:6], code)
    name, level = names[code]
    street, _ = names.get(code[:9], ("", "")) if level == Level.COMMUNITY else ("", "")
    return f"{street} {name}".strip()


@cache
def outline_of(district: str) -> Outline | None:
    """Give the outline of a district by its code of 6 digits, where one is shipped."""
    file = files("app.areas") / f"outline_{district}.geojson"
    return Outline.from_geojson(file.read_text("utf-8")) if district.isdigit() and file.is_file() else None
