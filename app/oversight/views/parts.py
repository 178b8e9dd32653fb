"""Home of what oversight's own page offers: one door for each of its parts, in their order."""

from __future__ import annotations

from flask import current_app

from app.access import may
from app.roles import Permission
from app.text import text
from app.web.navigation import Door

PARTS: tuple[Door, ...] = (
    Door(
        "oversight.dashboard",
        text("Dashboard"),
        text("Today at every site, what wants a look, and the money of the year"),
        Permission.OVERSIGHT_VIEW,
    ),
    Door(
        "oversight.accounts",
        text("Who covers their costs"),
        text("Each canteen’s income and costs, and what would change them"),
        Permission.OVERSIGHT_VIEW,
    ),
    Door(
        "oversight.cases",
        text("Findings"),
        text("What the checks of a month found, and what became of it"),
        Permission.CHECKS_VIEW,
    ),
    Door(
        "oversight.rules",
        text("Checks"),
        text("What is asked of every month, by which measure, and how often it was a false alarm"),
        Permission.CHECKS_VIEW,
    ),
    Door(
        "oversight.calls",
        text("Calls"),
        text("A few residents of each site, drawn at random, are asked whether they ate"),
        Permission.CALLS_MAKE,
    ),
    Door(
        "oversight.purchases",
        text("Purchases"),
        text("What kitchens bought by weight, held against their covers"),
        Permission.PURCHASES_ENTER,
    ),
    Door(
        "oversight.papers",
        text("Licences and certificates"),
        text("Until when each site’s licence and its people’s health certificates hold"),
        Permission.OVERSIGHT_VIEW,
    ),
    Door(
        "oversight.covers",
        text("Forecast of covers"),
        text("How many will come in the next two weeks, and how near such forecasts were"),
        Permission.MEALS_VIEW,
    ),
    Door(
        "oversight.coverage",
        text("Who is within reach"),
        text("The share of residents within 15 minutes of a site, and where they live who are not"),
        Permission.OVERSIGHT_VIEW,
    ),
    Door(
        "oversight.siting",
        text("Where to open next"),
        text("Which places for new sites reach the most people, with proof"),
        Permission.OVERSIGHT_VIEW,
    ),
    Door(
        "oversight.outreach",
        text("Whom to visit"),
        text("Residents in need who never ate, by community"),
        Permission.OVERSIGHT_VIEW,
    ),
)
"""Each part adds its door here; who may not enter it does not see it."""


def open_parts() -> list[Door]:
    """Give the parts that the viewer may enter."""
    return [part for part in PARTS if part.endpoint in current_app.view_functions and may(part.permission)]
