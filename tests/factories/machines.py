"""Makers of a small district in which every kind of machine holds its credential."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import Flask

from app import clock
from app.auth.rules import runs_a_site
from app.canteens.rules import Sitting
from app.delivery import queries as delivery
from app.delivery.queries import family
from app.delivery.routing.solver import Effort
from app.delivery.rules.family import NewContact, Relation
from app.delivery.rules.release import mark_of
from app.delivery.service import draft_plan, issue_links, keep_plan, link_token, release_plan
from app.delivery.service.family import add_contact, family_token, issue_family_link
from app.roles import COMMAND, Role
from app.till import service as till
from app.transaction import transaction
from tests.factories.auth import LONG_AGO, user
from tests.factories.delivery import kitchen, neighbour, rider, subscribed
from tests.support.pages import PageClient


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody or something that asks: with a browser of its own, and what it sends with each request."""

    client: PageClient
    headers: dict[str, str]


def visitors(app: Flask) -> dict[str, Visitor]:
    """Make a kitchen, a door, a tablet, a rider, a family; give them, somebody of each role, and nobody."""
    tablet, token, phone = _a_day()
    found = {
        "tablet": Visitor(_browser(app), {"Authorization": f"Bearer {tablet}"}),
        "rider": Visitor(_browser(app), {"Authorization": f"Bearer {phone}"}),
        "metrics": Visitor(_browser(app), {"Authorization": "Bearer figures"}),
        "nobody": Visitor(_browser(app), {}),
        "family": _visitor(_at_home(app, token)),
    }
    for role in Role:
        site_code = "C01" if runs_a_site([role]) else None
        someone = user(role, site_code=site_code, username=f"m-{role.value}")
        found[role.value] = _visitor(_browser(app).sign_in(someone))
    return found


def _a_day() -> tuple[str, str, str]:
    """Make what the machines know of; give the secrets of a tablet, a family and a rider."""
    today = clock.today()
    with transaction():
        kitchen()
        person = neighbour("R-1")
        rides = rider("Q-001")
        subscribed(person)
    draft = draft_plan(today, Sitting.LUNCH, "C01", effort=Effort(seconds=0.2), by=COMMAND, at=LONG_AGO)
    with transaction():
        keep_plan(draft, by=COMMAND, at=LONG_AGO)
        release_plan(today, Sitting.LUNCH, "C01", seen=mark_of(()), by=COMMAND, at=LONG_AGO)
        issue_links(today, "C01", by=COMMAND, at=LONG_AGO)
        code = till.prepare("C01", "前台", by=COMMAND, at=clock.now())[1]
        new = NewContact("陈建华", Relation.CHILD, "13900000001", today)
        contact = add_contact("R-1", new, by=COMMAND, at=clock.now())
        issue_family_link(contact.id, today + timedelta(days=30), by=COMMAND, at=clock.now())
    with transaction():
        tablet = till.enrol(code, at=clock.now())[1]
        token = family_token(family.family_links([contact.id])[contact.id])
        (link,) = delivery.links_of([rides.id], today).values()
        return tablet, token, link_token(link)


def _browser(app: Flask) -> PageClient:
    browser = app.test_client()
    assert isinstance(browser, PageClient)
    return browser


def _visitor(client: PageClient) -> Visitor:
    return Visitor(client, {"X-CSRFToken": client.token()})


def _at_home(app: Flask, token: str) -> PageClient:
    browser = _browser(app)
    answer = browser.post("/family/", data={"link": token, "csrf_token": browser.token()})
    assert answer.status_code == 302
    return browser
