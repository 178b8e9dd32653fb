"""Home of the way through the pages: what the bar and the home page offer to whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app, request, url_for

from app.access import may
from app.roles import Permission
from app.text import Text, text

counts: dict[str, Callable[[], int]] = {}
"""What counts the work that waits behind a door, by its endpoint; packages above put themselves in."""

MANY = 100
"""From here on a door says 99+, and nobody need count on."""


@dataclass(frozen=True, slots=True)
class Door:
    """One entrance: its page, its name, what it is for, and who may enter."""

    endpoint: str
    label: Text
    purpose: Text
    permission: Permission

    @property
    def waiting(self) -> str:
        """Say how much waits behind it for the viewer; nothing where nothing waits or nothing is counted."""
        count = counts.get(self.endpoint)
        found = count() if count is not None else 0
        return f"{MANY - 1}+" if found >= MANY else str(found or "")

    @property
    def is_here(self) -> bool:
        """Tell whether the page being shown lies behind this door: its own page, or else its package's.

        Of a package's doors it is the one whose address the page's begins with, or else the last.
        """
        if any(request.endpoint == door.endpoint for door in DOORS):
            return request.endpoint == self.endpoint
        of_package = [door for door in DOORS if _package(door.endpoint) == (request.blueprint or "")]
        nearest = [door for door in of_package if request.path.startswith(url_for(door.endpoint))]
        return [self] == (nearest or of_package)[-1:]


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
        "till.paper",
        text("Paper sheets"),
        text("Print sheets for when everything fails, key them back"),
        Permission.MEALS_RECORD,
    ),
    Door(
        "tablets.overview",
        text("Tablets"),
        text("How each tablet does, a new one, a lost one"),
        Permission.TABLETS_VIEW,
    ),
    Door(
        "tablets.worklist",
        text("Worklist"),
        text("Records that wait for a person, double meals"),
        Permission.MEALS_MEND,
    ),
    Door(
        "tablets.portions",
        text("Portions"),
        text("How many were cooked, sent, returned, left over"),
        Permission.MEALS_RECORD,
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
        "disclosure.desk",
        text("What is published"),
        text("The public page, posters, and which months everybody reads"),
        Permission.STATEMENTS_VIEW,
    ),
    Door(
        "donations.ledger",
        text("Donations"),
        text("What was given, and what of it each month's meals got"),
        Permission.DONATIONS_VIEW,
    ),
    Door(
        "awards.this_year",
        text("Operating awards"),
        text("What each canteen gets for a year, step by step"),
        Permission.AWARDS_VIEW,
    ),
    Door(
        "delivery.day", text("Delivery"), text("The day's rides and route sheets"), Permission.DELIVERY_VIEW
    ),
    Door(
        "delivery.cases",
        text("No answer"),
        text("Who did not open the door, what is done next and by when"),
        Permission.DELIVERY_VIEW,
    ),
    Door(
        "oversight.overview",
        text("Oversight"),
        text("What is wrong today, what comes, who is not reached"),
        Permission.OVERSIGHT_VIEW,
    ),
    Door(
        "care.tasks",
        text("Care"),
        text("Who did not come and is called, monthly visits"),
        Permission.CARE_VIEW,
    ),
    Door(
        "oversight.questions",
        text("Questions to my site"),
        text("What the checks ask a site to explain, and what the kitchen bought"),
        Permission.CHECKS_ANSWER,
    ),
    Door(
        "complaints.desk",
        text("Complaints and wishes"),
        text("What people say, who answers it and by when"),
        Permission.COMPLAINTS_VIEW,
    ),
    Door("auth.users", text("Users"), text("Who signs in, and what they may do"), Permission.USERS_VIEW),
    Door(
        "auth.requests",
        text("To confirm"),
        text("What an administrator asks for and a second person confirms"),
        Permission.USERS_VIEW,
    ),
    Door("audit.trail", text("Audit trail"), text("Who did what, unalterable"), Permission.AUDIT_VIEW),
)


def _package(endpoint: str) -> str:
    return endpoint.partition(".")[0]


def doors() -> list[Door]:
    """Give the doors that the viewer may enter, in their order."""
    return [door for door in DOORS if door.endpoint in current_app.view_functions and may(door.permission)]


def way_back() -> str:
    """Give where the language switch leads back to: this page, or the one whose form led here."""
    if request.method == "GET" or _opens(request.path):
        return request.full_path
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc == request.host and _opens(came_from.path):
        return came_from.path + (f"?{came_from.query}" if came_from.query else "")
    return url_for("web.home")


def _opens(path: str) -> bool:
    """Tell whether an address is a page of its own, and not only the target of a form."""
    addresses = current_app.create_url_adapter(request)
    return addresses is not None and addresses.test(path, method="GET")
