"""Home of what oversight's own page offers: one door for each of its parts, in their order."""

from __future__ import annotations

from flask import current_app

from app.access import Permission, may
from app.text import text
from app.web.navigation import Door

PARTS: tuple[Door, ...] = (
    Door(
        "oversight.covers",
        text("Forecast of covers"),
        text("How many will come in the next two weeks, and how near such forecasts were"),
        Permission.MEALS_VIEW,
    ),
)
"""Each part adds its door here; who may not enter it does not see it."""


def open_parts() -> list[Door]:
    """Give the parts that the viewer may enter."""
    return [part for part in PARTS if part.endpoint in current_app.view_functions and may(part.permission)]
