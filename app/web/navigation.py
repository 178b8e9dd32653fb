"""Home of the way through the pages: what the bar and the home page offer to whom."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, request

from app.access import Permission, may
from app.text import Text, text


@dataclass(frozen=True, slots=True)
class Door:
    """One entrance: its page, its name, what it is for, and who may enter."""

    endpoint: str
    label: Text
    purpose: Text
    permission: Permission

    @property
    def is_here(self) -> bool:
        """Tell whether the page being shown lies behind this door: its own page, or else its package's."""
        if any(request.endpoint == door.endpoint for door in DOORS):
            return request.endpoint == self.endpoint
        last_of_package = [door for door in DOORS if _package(door.endpoint) == (request.blueprint or "")][
            -1:
        ]
        return last_of_package == [self]


DOORS = (
    Door(
        "meals.till",
        text("Record meals"),
        text("Find a resident, see the price, record"),
        Permission.MEALS_RECORD,
    ),
    Door(
        "meals.ledger",
        text("Meals"),
        text("Look up meals, see why, reverse one"),
        Permission.MEALS_VIEW,
    ),
    Door(
        "residents.find",
        text("Residents"),
        text("Find, register, keep categories"),
        Permission.RESIDENTS_VIEW,
    ),
    Door("canteens.sites", text("Sites"), text("Canteens and service points"), Permission.SITES_VIEW),
    Door("subsidy.policies", text("Policy"), text("Who is subsidised, and how much"), Permission.POLICY_VIEW),
    Door(
        "settlement.months",
        text("Settlement"),
        text("Monthly statements, Excel and PDF"),
        Permission.STATEMENTS_VIEW,
    ),
    Door(
        "delivery.day", text("Delivery"), text("The day's rides and route sheets"), Permission.DELIVERY_VIEW
    ),
    Door("auth.users", text("Users"), text("Who signs in, and what they may do"), Permission.USERS_MANAGE),
    Door("audit.trail", text("Audit trail"), text("Who did what, unalterable"), Permission.AUDIT_VIEW),
)


def _package(endpoint: str) -> str:
    return endpoint.partition(".")[0]


def doors() -> list[Door]:
    """Give the doors that the viewer may enter, in their order."""
    return [door for door in DOORS if door.endpoint in current_app.view_functions and may(door.permission)]
