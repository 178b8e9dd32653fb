"""The riders' pages as the office goes through them: what lacks is entered, on a phone and on a tablet."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.clock import today
from app.roles import Role
from app.transaction import transaction
from tests.factories.auth import user
from tests.factories.delivery import kitchen, rider
from tests.journeys.test_policy import sign_in
from tests.support.looks import faults

PHONE = {"width": 390, "height": 844}
TABLET = {"width": 1280, "height": 800}


@pytest.fixture(autouse=True)
def _riders(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        kitchen()
        rider(last_insured_on=today() - timedelta(days=1))
        rider("Q-002", last_insured_on=today() + timedelta(days=12))
        rider("Q-003")
    user(Role.DISTRICT_OFFICER, username="officer")


@pytest.mark.parametrize("viewport", [PHONE, TABLET])
def test_what_a_rider_lacks_is_found_and_entered(page: Page, viewport: dict[str, int]) -> None:
    officer = sign_in(page, "officer")
    page.set_viewport_size(viewport)  # type: ignore[arg-type]  # a TypedDict of these two
    officer.goto("/delivery/riders")
    assert "too wide" not in faults(officer)
    expect(officer.get_by_text("培训、保险待办：2 人")).to_be_visible()
    officer.locator(".concerns").get_by_role("link").first.click()
    assert "too wide" not in faults(officer)
    officer.get_by_label("保险有效期至").fill((today() + timedelta(days=300)).isoformat())
    officer.get_by_role("button", name="保存").click()
    expect(officer.get_by_text("已登记")).to_be_visible()
    officer.goto("/delivery/riders")
    expect(officer.get_by_text("培训、保险待办：1 人")).to_be_visible()


@pytest.mark.parametrize("viewport", [PHONE, TABLET])
def test_the_pages_of_cover_and_hours_fit(page: Page, viewport: dict[str, int]) -> None:
    officer = sign_in(page, "officer")
    page.set_viewport_size(viewport)  # type: ignore[arg-type]  # a TypedDict of these two
    month = today().strftime("%Y-%m")
    for address in ("hours", "riders/Q-003/cover", f"riders/Q-003/hours/{month}"):
        officer.goto(f"/delivery/{address}")
        assert "too wide" not in faults(officer), address
