"""A daughter at her phone: the link opens, a day is cancelled, and the address keeps no secret."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, ViewportSize, expect

from app import clock
from app.delivery.queries.family import family_links
from app.delivery.rules.family import NewContact, Relation
from app.delivery.service.family import add_contact, family_token, issue_family_link
from app.roles import COMMAND
from app.transaction import transaction
from tests.factories.delivery import LONG_AGO, kitchen, neighbour, subscribed

PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture
def token(app: Flask) -> str:  # noqa: ARG001 - asked for its context
    """Give what stands behind the # of a daughter's link."""
    at = clock.now()
    with transaction():
        kitchen()
        subscribed(neighbour("R-1"))
        contact = add_contact(
            "R-1", NewContact("王小红", Relation.CHILD, "13900001111", LONG_AGO), by=COMMAND, at=at
        )
        issue_family_link(contact.id, clock.on(at) + timedelta(days=90), by=COMMAND, at=at)
    return family_token(family_links([contact.id])[contact.id])


def test_a_link_opens_the_days_and_leaves_the_address(page: Page, token: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(f"/family/#{token}")
    expect(page.get_by_role("heading", name="王奶奶的送餐")).to_be_visible()
    assert page.url.endswith("/family/days")
    page.get_by_role("button", name="不送").last.click()
    expect(page.get_by_text("已退订。")).to_be_visible()
    page.get_by_role("button", name="改为照送").click()
    expect(page.get_by_text("这一餐照常送")).to_be_visible()
    page.goto("/")
    page.goto(f"/family/days#{token}")
    expect(page.get_by_role("heading", name="王奶奶的送餐")).to_be_visible()
    assert "#" not in page.url
